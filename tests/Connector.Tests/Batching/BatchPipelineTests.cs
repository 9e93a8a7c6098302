using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Batching;

/// <summary>How a run of many operations goes on after a loss, ends early, and breaks; each operation is a request of its own.</summary>
public class BatchPipelineTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Run_ToTheEnd_TellsEachBlockInItsOrder()
    {
        var work = new Work("1 2", "", "3", "4 5 6");
        var end = await RunAsync(work, _ => null);
        Assert.That((end, string.Join(" | ", work.Told)), Is.EqualTo(((ConnectorException?)null, "1:ok 2:ok |  | 3:ok | 4:ok 5:ok 6:ok")));
        Assert.That(work.Sent, Is.EqualTo(new[] { "1", "2", "3", "4", "5", "6" }));
    }

    [Test]
    public async Task Run_AnOperationRefused_IsItsOwnEndAndNobodyElses([Values] bool stops)
    {
        var work = new Work("1 2", "3");
        var end = await RunAsync(work, op => op == "2" ? Failure(FailureKind.Rejected) : null, stops ? AfterLoss.Stop : AfterLoss.HoldPerson);
        Assert.That((end, string.Join(" | ", work.Told)), Is.EqualTo(((ConnectorException?)null, "1:ok 2:Rejected | 3:ok")));
    }

    [TestCase(true, FailureKind.Unavailable, "1:ok | 2:Unavailable 3:Unavailable | 4:Unavailable", "1 2")]
    [TestCase(true, FailureKind.Rejected, "1:ok | 2:Rejected 3:Rejected | 4:Rejected", "1 2")]
    [TestCase(true, FailureKind.Connection, "1:ok | 2:Connection 3:Connection | 4:Connection", "1 2")]
    [TestCase(false, FailureKind.Unavailable, "1:ok | 2:Unavailable 3:ok | 4:ok", "1 2 3 4")]
    [TestCase(false, FailureKind.Connection, "1:ok | 2:Connection 3:Connection | 4:Connection", "1 2")]
    [TestCase(false, FailureKind.Cancelled, "1:ok | 2:Cancelled 3:Cancelled | 4:Cancelled", "1 2")]
    public async Task Run_AChunkWasLost_GoesOnOrTellsTheRestThatItWasNotSent(bool stops, FailureKind kind, string told, string sent)
    {
        var work = new Work("1", "2 3", "4");
        var end = await RunAsync(work, op => op == "2" ? Failure(kind) with { IsShared = true } : null, stops ? AfterLoss.Stop : AfterLoss.HoldPerson);
        Assert.That((string.Join(" | ", work.Told), string.Join(' ', work.Sent)), Is.EqualTo((told, sent)));
        Assert.That(end?.Kind, Is.EqualTo(sent.EndsWith('4') ? null : kind));
        Assert.That(
            end?.Message,
            Is.EqualTo(
                end is null ? null
                : kind == FailureKind.Cancelled ? "The run was cancelled."
                : "lost"
            )
        );
    }

    [Test]
    public async Task Run_CancelledBefore_TellsWhatWasReadAsNotSent()
    {
        var work = new Work("1", "2");
        var end = await RunAsync(work, _ => null, ct: new CancellationToken(true));
        Assert.That((end!.Kind, end.Message, work.Sent.Count), Is.EqualTo((FailureKind.Cancelled, "The run was cancelled.", 0)));
        Assert.That(work.Told.SelectMany(t => t.Split(' ')), Is.All.EndsWith(":Cancelled"));
        Assert.That(work.Told, Has.Count.EqualTo(work.Read), "each block that was read is told");
    }

    [Test]
    public async Task Run_CancelledWhileOneIsOnItsWay_TellsItAndTheRest()
    {
        using var cancel = new CancellationTokenSource();
        var work = new Work("1", "2", "3");
        var end = await RunAsync(
            work,
            op =>
            {
                if (op == "2")
                {
                    cancel.Cancel();
                }

                return op == "2" ? Failure(FailureKind.Cancelled, hasArrived: true) with { IsShared = true } : null;
            },
            ct: cancel.Token
        );
        Assert.That((end!.Kind, string.Join(' ', work.Sent)), Is.EqualTo((FailureKind.Cancelled, "1 2")));
        Assert.That(string.Join(" | ", work.Told), Does.StartWith("1:ok | 2:Cancelled"));
        Assert.That(work.Told, Has.Count.EqualTo(work.Read));
    }

    [TestCase("read")]
    [TestCase("prepare")]
    [TestCase("write")]
    public void Run_ADefectInOneTask_EndsThemAll(string where)
    {
        var work = new Work([.. Enumerable.Range(1, 200).Select(i => $"{i}")]) { Breaks = where };
        Assert.ThrowsAsync<InvalidTimeZoneException>(() => RunAsync(work, _ => null));
    }

    [Test]
    public async Task Run_NobodyReadsTheEnds_TellsNoMore()
    {
        var work = new Work("1", "2", "3") { Most = 1 };
        await RunAsync(work, _ => null);
        Assert.That(work.Told, Is.EqualTo(new[] { "1:ok" }));
    }

    [Test]
    public async Task Run_ManyBlocks_UsesAFewAgainAndAgain()
    {
        var work = new Work([.. Enumerable.Range(1, 2000).Select(i => $"{i}")]);
        await RunAsync(work, _ => null);
        Assert.That(work.Told, Is.EqualTo(Enumerable.Range(1, 2000).Select(i => $"{i}:ok")));
        Assert.That(work.Made, Is.LessThan(200), "memory stays flat");
    }

    private static ItemFailure Failure(FailureKind kind, bool hasArrived = false) => new(0, new ConnectorException(kind, "lost") { HasArrived = hasArrived });

    private static Task<ConnectorException?> RunAsync(
        Work work,
        Func<string, ItemFailure?> answer,
        AfterLoss afterLoss = AfterLoss.HoldPerson,
        CancellationToken ct = default
    ) => new BatchPipeline<Block>(
            work,
            (chunk, stopped) =>
            {
                // As the road out does: a turn may come in the very moment of the end, and nothing is sent then.
                if (stopped.IsCancellationRequested)
                {
                    return Failed(Failure(FailureKind.Cancelled) with { IsShared = true });
                }

                var operation = Encoding.UTF8.GetString(chunk.Body.Span)["{\"batch\":[".Length..^2];
                lock (work.Sent)
                {
                    work.Sent.Add(operation);
                }

                return Failed(answer(operation));
            },
            afterLoss,
            concurrency: 1,
            most: 1
        ).RunAsync(ct).WaitAsync(s_minute, CancellationToken.None);

    private static Task<IReadOnlyList<ItemFailure>> Failed(ItemFailure? failure) =>
        Task.FromResult<IReadOnlyList<ItemFailure>>(failure is null ? [] : [failure]);

    /// <summary>Blocks of operations from texts, and how they ended.</summary>
    private sealed class Work(params string[] blocks) : IBatchWork<Block>
    {
        public List<string> Sent { get; } = [];

        public List<string> Told { get; } = [];

        public string Breaks { get; init; } = "";

        public int Most { get; init; } = int.MaxValue;

        public int Read { get; private set; }

        public int Made => _made.Count;

        private readonly HashSet<Block> _made = [];

        public async Task ReadAsync(Func<Block> take, Func<Block, Task> handOn, CancellationToken ct)
        {
            foreach (var text in blocks)
            {
                var block = take();
                _made.Add(block);
                Break("read", text);
                block.Operations = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Read++;
                await handOn(block);
            }
        }

        public void Prepare(Block block)
        {
            Break("prepare", string.Join(' ', block.Operations));
            block.Prepare();
        }

        public Task<bool> WriteAsync(Block block, ConnectorException? end)
        {
            Told.Add(block.Tell(end));
            Break("write", string.Join(' ', block.Operations));
            return Task.FromResult(Told.Count < Most);
        }

        private void Break(string where, string text)
        {
            if (where == Breaks && text == "3")
            {
                throw new InvalidTimeZoneException();
            }
        }
    }

    private sealed class Block : BatchBlock
    {
        private readonly Dictionary<int, string> _ends = [];

        public new string[] Operations { get; set; } = [];

        public override int Count => Operations.Length;

        public override void Clear()
        {
            base.Clear();
            _ends.Clear();
            Operations = [];
        }

        public void Prepare()
        {
            Begin();
            for (var i = 0; i < Operations.Length; i++)
            {
                var (start, firstKey) = (base.Operations.Length, Keys.Count);
                base.Operations.Append(Encoding.UTF8.GetBytes(Operations[i]));
                Put(i, start, firstKey, repeatable: true);
            }
        }

        public string Tell(ConnectorException? end) =>
            string.Join(
                ' ',
                Operations.Select(
                    (op, i) => $"{op}:{(end is not null && Unanswered(i, end) is { } failure ? failure.Kind.ToString() : _ends.GetValueOrDefault(i, "?"))}"
                )
            );

        protected override void End(int place, ItemFailure? failure) => _ends[place] = failure?.Kind.ToString() ?? "ok";
    }
}
