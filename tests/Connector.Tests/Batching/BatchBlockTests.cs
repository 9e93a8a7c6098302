using System.Collections.Concurrent;
using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Batching;

public class BatchBlockTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly ConnectorException s_cancelled = new(FailureKind.Cancelled, "End.");
    private static readonly ConnectorException s_refused = new(FailureKind.Connection, "End.");

    [Test]
    public async Task Send_MoreThanOneRequestHolds_GoInTheirOrderAndEachItemHasItsEnd()
    {
        var (block, sent) = (Filled("1", "", "2", "3"), new List<string>());
        using var batcher = new Batcher(
            chunk =>
            {
                sent.Add(Text(chunk));
                return Task.FromResult<IReadOnlyList<ItemFailure>>(sent.Count == 1 ? [Failure(1, FailureKind.Rejected)] : []);
            },
            1,
            most: 2
        );

        await block.SendAsync(batcher, CancellationToken.None).WaitAsync(s_minute);
        Assert.That(block.Ended.IsCompleted, Is.False, "the last one is only gathered");

        await batcher.FlushAsync(CancellationToken.None).WaitAsync(s_minute);
        await block.Ended.WaitAsync(s_minute);
        Assert.That(sent, Is.EqualTo(new[] { """{"batch":[1,2]}""", """{"batch":[3]}""" }));
        // Which request's items are told first is nobody's to say.
        Assert.That(block.Ends, Is.EquivalentTo(new[] { "0:", "2:Rejected", "3:" }));
    }

    [Test]
    public async Task Send_APause_SendsWhatWasGatheredAtOnce()
    {
        var block = Filled("1");
        block.IsPause = true;
        using var batcher = new Batcher(_ => Task.FromResult<IReadOnlyList<ItemFailure>>([]), 1);
        await block.SendAsync(batcher, CancellationToken.None).WaitAsync(s_minute);
        await block.Ended.WaitAsync(s_minute);
        Assert.That(block.Ends, Is.EqualTo(new[] { "0:" }));
    }

    [Test]
    public async Task Send_NoOperations_EndsAtOnce()
    {
        var block = Filled("", "");
        using var batcher = new Batcher(_ => throw new AssertionException("nothing is to be sent"), 1);
        await block.SendAsync(batcher, CancellationToken.None).WaitAsync(s_minute);
        Assert.That((block.Ended.IsCompleted, block.Ends.Count), Is.EqualTo((true, 0)));
    }

    [TestCase("unsent", true, "Cancelled: End. This was not sent.", "Connection: End.")]
    [TestCase("unsent", false, "Cancelled: End. This was not sent.", "Connection: End.")]
    [TestCase("cancelled", true, "Cancelled: End. This was not sent.", "Connection: End.")]
    [TestCase("cancelled", false, "Cancelled: End. This was not sent.", "Connection: End.")]
    [TestCase("arrived", true, "Cancelled: End. Customer.io had not answered; this may have arrived, and may be sent again.", "Connection: End.")]
    [TestCase("arrived", false, Twice, Twice)]
    [TestCase("accepted", false, "", "")]
    [TestCase("refused", true, "", "")]
    public void Unanswered_WhenTheRunEnds_SaysWhatMayHaveBecomeOfIt(string end, bool repeatable, string cancelled, string refused)
    {
        var block = new TestBlock();
        block.Fill([("1", repeatable)]);
        if (end != "unsent")
        {
            block.Done(
                0,
                end switch
                {
                    "cancelled" => Failure(0, FailureKind.Cancelled),
                    "arrived" => new ItemFailure(0, new ConnectorException(FailureKind.Cancelled, "m") { HasArrived = true }),
                    "refused" => Failure(0, FailureKind.Rejected),
                    _ => null,
                }
            );
        }

        Assert.That(block.IsOpenAt(0), Is.EqualTo(cancelled.Length > 0));
        Assert.That((block.UnansweredAt(0, s_cancelled), block.UnansweredAt(0, s_refused)), Is.EqualTo((cancelled, refused)));
        Assert.That(block.Ends, Has.Count.EqualTo(cancelled.Length > 0 ? 0 : 1));
    }

    private const string Twice = "Uncertain: End. This may have arrived all the same, and must not be sent twice. Look in Customer.io before you repeat it.";

    [Test]
    public void Unanswered_ItemWithoutAnOperation_HasItsEndAlready()
    {
        var block = Filled("", "1");
        Assert.That((block.UnansweredAt(0, s_cancelled), block.IsOpenAt(0), block.IsOpenAt(1)), Is.EqualTo(("", false, true)));
    }

    [Test]
    public async Task Clear_ABlockThatIsUsedAgain_KnowsNothingOfItsLastItems()
    {
        var block = new TestBlock();
        block.Fill([("11", false), ("22", true)]);
        block.IsPause = true;
        using var batcher = new Batcher(_ => Task.FromResult<IReadOnlyList<ItemFailure>>([]), 1);
        await block.SendAsync(batcher, CancellationToken.None).WaitAsync(s_minute);
        await block.Ended.WaitAsync(s_minute);

        block.Clear();
        block.Fill([("", false), ("3", true)]);

        Assert.That((block.IsPause, block.Ended.IsCompleted, block.Operation(0), block.Operation(1)), Is.EqualTo((false, false, "", "3")));
        Assert.That((block.People(0), block.People(1)), Is.EqualTo(("", "1")));
        Assert.That((block.IsOpenAt(0), block.IsOpenAt(1)), Is.EqualTo((false, true)));
        Assert.That(block.UnansweredAt(1, s_cancelled), Is.EqualTo("Cancelled: End. This was not sent."));
    }

    [Test]
    public void Fill_MoreThanTheFirstRoom_IsKept()
    {
        var block = Filled([.. Enumerable.Range(0, 513).Select(i => $"{i}")]);
        Assert.That((block.Operation(0), block.Operation(512), block.People(512)), Is.EqualTo(("0", "512", "512")));
    }

    private static TestBlock Filled(params string[] operations)
    {
        var block = new TestBlock();
        block.Fill([.. operations.Select(o => (o, true))]);
        return block;
    }

    private static ItemFailure Failure(int index, FailureKind kind) => new(index, new ConnectorException(kind, "m"));

    private static string Text(BatchChunk chunk) => Encoding.UTF8.GetString(chunk.Body.Span);

    /// <summary>Items that are operations already; an empty one has none. Each names one person, by its place.</summary>
    private sealed class TestBlock : BatchBlock
    {
        private int _count;

        public override int Count => _count;

        public ConcurrentQueue<string> Ends { get; } = [];

        public void Fill((string Operation, bool Repeatable)[] items)
        {
            _count = items.Length;
            Begin();
            for (var i = 0; i < items.Length; i++)
            {
                if (items[i].Operation.Length > 0)
                {
                    var (start, firstKey) = (Operations.Length, Keys.Count);
                    Operations.Append(Encoding.UTF8.GetBytes(items[i].Operation));
                    Keys.Add((ulong)i);
                    Put(i, start, firstKey, items[i].Repeatable);
                }
            }
        }

        public override void Clear()
        {
            base.Clear();
            _count = 0;
        }

        public string Operation(int place) => Encoding.UTF8.GetString(OperationOf(place));

        public string People(int place) => string.Join(' ', KeysOf(place).ToArray());

        public bool IsOpenAt(int place) => IsOpen(place);

        public string UnansweredAt(int place, ConnectorException end) => Unanswered(place, end) is { } failure ? $"{failure.Kind}: {failure.Message}" : "";

        protected override void End(int place, ItemFailure? failure) => Ends.Enqueue($"{place}:{failure?.Kind}");
    }
}
