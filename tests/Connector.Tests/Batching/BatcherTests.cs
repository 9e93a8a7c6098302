using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Batching;

public class BatcherTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Test]
    public void TryAdd_BeyondTheMost_WantsAFlush()
    {
        using var batcher = new Batcher(_ => Task.FromResult<IReadOnlyList<ItemFailure>>([]), 1, most: 2);
        Assert.That(new[] { Add(batcher, 1), Add(batcher, 2), Add(batcher, 3) }, Is.EqualTo(new[] { true, true, false }));
    }

    [Test]
    public async Task Flush_NothingGathered_SendsNothing()
    {
        using var sender = new Sender(1);
        await sender.Batcher.FlushAsync(CancellationToken.None).WaitAsync(s_minute);
        await sender.Batcher.DrainAsync().WaitAsync(s_minute);
        Assert.That(sender.Sent, Is.Empty);
    }

    [Test]
    public async Task Flush_SomebodyOnTheirWay_WaitsForThemAlone()
    {
        using var sender = new Sender(3);
        await sender.FlushAsync(1, 2).WaitAsync(s_minute);

        await sender.FlushAsync(3).WaitAsync(s_minute);
        sender.Gather(4, 2);
        var behind = sender.Batcher.FlushAsync(CancellationToken.None);
        Assert.That(behind.IsCompleted, Is.False, "2 is still on their way");

        sender.Answer(1);
        Assert.That(behind.IsCompleted, Is.False, "only 3 was answered");
        sender.Answer(0);
        await behind.WaitAsync(s_minute);
        await sender.WhenSent(3);
        sender.Answer(2);
        await sender.Batcher.DrainAsync().WaitAsync(s_minute);
        Assert.That(sender.Sent, Is.EqualTo(new[] { """{"batch":[1,2]}""", """{"batch":[3]}""", """{"batch":[4,2]}""" }));

        // Nobody is busy any more.
        await sender.FlushAsync(2, 3).WaitAsync(s_minute);
        sender.Answer(3);
    }

    [Test]
    public async Task Flush_AllSlotsTaken_Waits()
    {
        using var sender = new Sender(2);
        await sender.FlushAsync(1).WaitAsync(s_minute);
        await sender.FlushAsync(2).WaitAsync(s_minute);

        sender.Gather(3);
        var third = sender.Batcher.FlushAsync(CancellationToken.None);
        Assert.That(third.IsCompleted, Is.False);
        sender.Answer(0);
        await third.WaitAsync(s_minute);
    }

    [Test]
    public async Task Flush_Waiting_EndsWithTheToken()
    {
        using var cancel = new CancellationTokenSource();
        using var sender = new Sender(2);
        await sender.FlushAsync(1).WaitAsync(s_minute);
        sender.Gather(1);

        var waiting = sender.Batcher.FlushAsync(cancel.Token);
        await cancel.CancelAsync();

        Assert.That(async () => await waiting.WaitAsync(s_minute), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Drain_EndsWithTheLastAnswer()
    {
        using var sender = new Sender(2);
        await sender.FlushAsync(1).WaitAsync(s_minute);
        var drained = sender.Batcher.DrainAsync();
        Assert.That(drained.IsCompleted, Is.False);

        sender.Answer(0);
        await drained.WaitAsync(s_minute);
    }

    [Test]
    public async Task Answer_TellsEachOwnerTheEndOfItsOwn()
    {
        using var sender = new Sender(1);
        await sender.FlushAsync(10, 11, 12, 13).WaitAsync(s_minute);

        sender.Answer(0, 1, 3);
        await sender.Batcher.DrainAsync().WaitAsync(s_minute);

        Assert.That(sender.Ends, Is.EqualTo(new[] { (10, false), (11, true), (12, false), (13, true) }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Chunk_ThatMayStillBeRead_IsNotFilledAgain(bool isAbandoned)
    {
        var chunks = new List<BatchChunk>();
        using var batcher = new Batcher(
            chunk =>
            {
                chunk.IsAbandoned = isAbandoned;
                chunks.Add(chunk);
                return Task.FromResult<IReadOnlyList<ItemFailure>>([]);
            },
            1
        );

        for (ulong i = 1; i <= 3; i++)
        {
            Add(batcher, i);
            await batcher.FlushAsync(CancellationToken.None).WaitAsync(s_minute);
            await batcher.DrainAsync().WaitAsync(s_minute);
        }

        // One is being filled while another is sent, so that the third is the first anew.
        Assert.That(chunks.Distinct().Count(), Is.EqualTo(isAbandoned ? 3 : 2));
        Assert.That(Encoding.UTF8.GetString(chunks[0].Body.Span), Is.EqualTo(isAbandoned ? """{"batch":[1]}""" : """{"batch":[]}"""));
    }

    private static bool Add(Batcher batcher, ulong person, IBatchOwner? owner = null) =>
        batcher.TryAdd(Encoding.UTF8.GetBytes($"{person}"), repeatable: true, [person], owner ?? new Owner([]), (int)person);

    /// <summary>A batcher whose requests are answered when the test says so.</summary>
    private sealed class Sender : IDisposable
    {
        private readonly List<TaskCompletionSource<IReadOnlyList<ItemFailure>>> _answers = [];
        private readonly List<string> _sent = [];
        private readonly Signal _arrived = new();
        private readonly Owner _owner;

        public Sender(int concurrency)
        {
            _owner = new Owner(Ends);
            Batcher = new Batcher(
                chunk =>
                {
                    var answer = new TaskCompletionSource<IReadOnlyList<ItemFailure>>();
                    lock (_answers)
                    {
                        _answers.Add(answer);
                        _sent.Add(Encoding.UTF8.GetString(chunk.Body.Span));
                        _arrived.Raise(_answers.Count);
                    }

                    return answer.Task;
                },
                concurrency
            );
        }

        public Batcher Batcher { get; }

        public List<(int Place, bool HasFailed)> Ends { get; } = [];

        public IReadOnlyList<string> Sent
        {
            get
            {
                lock (_answers)
                {
                    return [.. _sent];
                }
            }
        }

        public void Gather(params ulong[] people) => Assert.That(people.Select(person => Add(Batcher, person, _owner)), Is.All.True);

        /// <summary>Ends when the people's operations are on their way.</summary>
        public async Task FlushAsync(params ulong[] people)
        {
            var before = Sent.Count;
            Gather(people);
            await Batcher.FlushAsync(CancellationToken.None);
            await WhenSent(before + 1);
        }

        public Task WhenSent(int requests) => _arrived.When(requests);

        public void Answer(int request, params int[] failed) =>
            _answers[request].SetResult([.. failed.Select(i => new ItemFailure(i, new ConnectorException(FailureKind.Rejected, "no")))]);

        public void Dispose() => Batcher.Dispose();
    }

    private sealed class Owner(List<(int Place, bool HasFailed)> ends) : IBatchOwner
    {
        public void Done(int place, ItemFailure? failure) => ends.Add((place, failure is not null));
    }
}
