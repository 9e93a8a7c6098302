using System.Runtime.CompilerServices;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Batching;

public class RunBatchTests
{
    private static readonly Func<WireRequest, Answer> s_accepts = _ => Answer.Ok();

    [Test]
    public async Task RunBatch_ManyInputs_ToldInOrderInFewRequests()
    {
        using var bench = new Bench(Wire.Always(s_accepts));

        var results = await AllAsync(bench.Connector.RunBatchAsync("identify", People(3000), Bench.Us));

        Assert.That(results.Select(r => r.Index), Is.EqualTo(Enumerable.Range(0, 3000)));
        Assert.That(results.Select(r => r.Failure), Is.All.Null);
        Assert.That(bench.Wire.Requests, Has.Count.LessThan(20).And.All.Matches<WireRequest>(r => r.Url.EndsWith("/api/v2/batch", StringComparison.Ordinal)));
        Assert.That(
            bench.Wire.Requests.SelectMany(r => Bench.Json(r.BodyText)["batch"]!).Select(o => (string?)o["identifiers"]!["id"]),
            Is.EquivalentTo(Enumerable.Range(0, 3000).Select(i => $"u{i}"))
        );
    }

    [Test]
    public async Task RunBatch_MoreThanAreHeldAtOnce_EachHasItsOwnOutcome()
    {
        // So many that what held the first ones holds the last ones, too.
        const int Count = 12_000;
        bool IsBad(int i) => i % 97 == 5;
        bool IsRefused(int i) => !IsBad(i) && i % 101 == 7;
        JObject Input(int i)
        {
            var input = Event($"e{i}.");
            input[IsBad(i) ? "idd" : "id"] = $"u{i}";
            return input;
        }

        using var bench = new Bench(
            Wire.Always(r =>
            {
                var refused = Bench.Json(r.BodyText)["batch"]!
                    .Select((o, at) => (At: at, Number: int.Parse(((string)o["name"]!)[1..^1], System.Globalization.CultureInfo.InvariantCulture)))
                    .Where(o => IsRefused(o.Number))
                    .Select(o => $$"""{"batch_index":{{o.At}},"reason":"invalid","field":"name","message":"no {{o.Number}}"}""")
                    .ToArray();
                return refused.Length == 0 ? Answer.Ok() : Answer.Status(207, $$"""{"errors":[{{string.Join(',', refused)}}]}""");
            })
        );
        var inputs = Of([.. Enumerable.Range(0, Count).Select(Input)]);
        var results = await AllAsync(bench.Connector.RunBatchAsync("track", inputs, Bench.Us, new BatchOptions { InvocationId = "step-1" }));
        var sent = bench.Wire.Requests.SelectMany(r => Bench.Json(r.BodyText)["batch"]!.Select(o => (string)o["name"]!)).ToArray();
        Assert.That(results, Has.Count.EqualTo(Count));
        Assert.That(sent, Is.EqualTo(Enumerable.Range(0, Count).Where(i => !IsBad(i)).Select(i => $"e{i}.")));
        Assert.Multiple(() =>
        {
            foreach (var (i, result) in results.Index())
            {
                var kind =
                    IsBad(i) ? FailureKind.Input
                    : IsRefused(i) ? FailureKind.Rejected
                    : (FailureKind?)null;
                var id = IsBad(i) ? null : EventIds.Derive("step-1", "track", i);
                Assert.That((result.Index, result.Failure?.Kind, result.EventId), Is.EqualTo(((long)i, kind, id)));
                Assert.That(result.Failure?.Message ?? "", IsRefused(i) ? Does.Contain($"no {i}") : Does.Not.Contain("no "));
            }
        });
    }

    [Test]
    public async Task RunBatch_ABadInput_FailsAlone()
    {
        using var bench = new Bench(Wire.Always(s_accepts));

        var results = await AllAsync(bench.Connector.RunBatchAsync("identify", People(5, bad: 2), Bench.Us));

        Assert.That(results.Select(r => r.Failure?.Kind), Is.EqualTo(new FailureKind?[] { null, null, FailureKind.Input, null, null }));
        Assert.That(results[2].Failure!.Problems.Select(p => p.Path), Does.Contain("/idd"));
    }

    [Test]
    public async Task RunBatch_ValueThatIsNoJson_FailsAlone()
    {
        using var bench = new Bench(Wire.Always(s_accepts));
        var inputs = Of(
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["x"] = double.NaN },
            },
            new JObject
            {
                ["id"] = "u2",
                ["customerData"] = new JObject { ["x"] = "a\ud800" },
            },
            new JObject { ["id"] = "u3" }
        );

        var results = await AllAsync(bench.Connector.RunBatchAsync("identify", inputs, Bench.Us));

        Assert.That(results.Select(r => r.Failure?.Kind), Is.EqualTo(new FailureKind?[] { FailureKind.Input, FailureKind.Input, null }));
        Assert.That(Bench.Json(bench.Wire.Only.BodyText)["batch"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task RunBatch_NullAmongTheInputs_FailsAlone()
    {
        using var bench = new Bench(Wire.Always(s_accepts));

        var results = await AllAsync(bench.Connector.RunBatchAsync("track", Of(Event("a"), null!), Bench.Us));

        Assert.That(results.Select(r => r.Failure?.Kind), Is.EqualTo(new FailureKind?[] { null, FailureKind.Input }));
        Assert.That(results[1].EventId, Is.Null, "it is the event's before it");
        Assert.That(results[1].Failure!.Message, Does.Contain("is null"));
    }

    [Test]
    public async Task RunBatch_AnItemRefused_SaysWhich()
    {
        using var bench = new Bench(Answer.Status(207, """{"errors":[{"batch_index":1,"reason":"invalid","field":"identifiers","message":"no"}]}"""));

        var results = await AllAsync(bench.Connector.RunBatchAsync("identify", People(3), Bench.Us));

        Assert.That(results.Select(r => r.Failure?.Kind), Is.EqualTo(new FailureKind?[] { null, FailureKind.Rejected, null }));
    }

    [Test]
    public async Task RunBatch_KeysRefused_TellsEveryItemAndThrows()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(401)));
        var results = new List<ItemResult>();

        var failure = Assert.ThrowsAsync<ConnectorException>(async () =>
        {
            await foreach (var result in bench.Connector.RunBatchAsync("identify", People(3), Bench.Us))
            {
                results.Add(result);
            }
        });

        Assert.That(failure!.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(results.Select(r => r.Failure?.Kind), Is.EqualTo(Enumerable.Repeat<FailureKind?>(FailureKind.Connection, 3)));
        await Task.CompletedTask;
    }

    [Test]
    public async Task RunBatch_InvocationId_GivesTheSameEventIds()
    {
        using var bench = new Bench(Wire.Always(s_accepts));
        var options = new BatchOptions { InvocationId = "step-1" };

        var results = await AllAsync(bench.Connector.RunBatchAsync("track", Of(Event("a"), Event("b")), Bench.Us, options));

        Assert.That(results.Select(r => r.Failure?.Message), Is.All.Null);
        Assert.That(results.Select(r => r.EventId), Is.EqualTo(new[] { EventIds.Derive("step-1", "track", 0), EventIds.Derive("step-1", "track", 1) }));
        Assert.That(Bench.Json(bench.Wire.Only.BodyText)["batch"]!.Select(o => (string?)o["id"]), Is.EqualTo(results.Select(r => r.EventId)));
    }

    [Test]
    public async Task RunBatch_SlowSource_GetsWhatItGaveAnswered()
    {
        using var bench = new Bench(Wire.Always(s_accepts));
        var answered = new TaskCompletionSource();

        await foreach (var result in bench.Connector.RunBatchAsync("identify", Slow(), Bench.Us))
        {
            Assert.That(result.Failure, Is.Null);
            answered.TrySetResult();
        }

        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(2));

        async IAsyncEnumerable<JObject> Slow()
        {
            yield return new JObject { ["id"] = "u1" };
            await answered.Task.WaitAsync(TimeSpan.FromMinutes(1));
            yield return new JObject { ["id"] = "u2" };
        }
    }

    [Test]
    public async Task RunBatch_ReaderGoes_NothingMoreIsRead()
    {
        using var bench = new Bench(Wire.Always(s_accepts));
        var read = 0;
        var closed = false;

        await foreach (var _ in bench.Connector.RunBatchAsync("identify", Endless(), Bench.Us))
        {
            break;
        }

        Assert.That(closed, "the source was not closed");
        Assert.That(read, Is.LessThan(100_000), "the source was read without a reader of results");

        async IAsyncEnumerable<JObject> Endless()
        {
            try
            {
                while (true)
                {
                    await Task.Yield();
                    yield return new JObject { ["id"] = $"u{read++}" };
                }
            }
            finally
            {
                closed = true;
            }
        }
    }

    [Test]
    public void RunBatch_SourceFails_WhatItGaveIsSentAndToldFirst([Values(0, 10, 3000)] int before, [Values] Breaks at)
    {
        using var bench = new Bench(Wire.Always(s_accepts));
        var results = new List<ItemResult>();

        Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            await foreach (var result in bench.Connector.RunBatchAsync("identify", new BrokenSource(before, at), Bench.Us))
            {
                results.Add(result);
            }
        });

        Assert.That(results.ConvertAll(r => r.Failure), Has.Count.EqualTo(before).And.All.Null);
        Assert.That(bench.Wire.Requests.Sum(r => Bench.Json(r.BodyText)["batch"]!.Count()), Is.EqualTo(before));
    }

    [Test]
    public void RunBatch_Cancelled_TellsItAndThrows()
    {
        using var bench = new Bench(Wire.Always(s_accepts));
        using var cancel = new CancellationTokenSource();

        var failure = Assert.ThrowsAsync<ConnectorException>(() =>
            AllAsync(bench.Connector.RunBatchAsync("identify", Waiting(), Bench.Us, null, cancel.Token))
        );

        Assert.That(failure!.Kind, Is.EqualTo(FailureKind.Cancelled));

        async IAsyncEnumerable<JObject> Waiting([EnumeratorCancellation] CancellationToken ct = default)
        {
            yield return new JObject { ["id"] = "u1" };
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
        }
    }

    [Test]
    public void RunBatch_ActionWithoutOperation_IsRefused()
    {
        using var bench = new Bench();

        var failure = Assert.ThrowsAsync<ConnectorException>(() => AllAsync(bench.Connector.RunBatchAsync("send-email", People(1), Bench.Us)));

        Assert.That(failure!.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Message, Does.Contain("cannot go in a batch"));
    }

    [TestCase(0)]
    [TestCase(65)]
    public void Concurrency_OutOfRange_IsRefused(int concurrency) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new BatchOptions { Concurrency = concurrency });

    /// <summary>Where a source throws: when it is asked, while it is waited for, when its item is taken, when it is closed.</summary>
    public enum Breaks
    {
        Asked,
        Awaited,
        Taken,
        Closed,
    }

    private sealed class BrokenSource(int before, Breaks at) : IAsyncEnumerable<JObject>, IAsyncEnumerator<JObject>
    {
        private int _given;

        public JObject Current => _given <= before ? new JObject { ["id"] = $"u{_given}" } : throw new InvalidTimeZoneException();

        public IAsyncEnumerator<JObject> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() =>
            _given++ < before ? new(true)
            : at == Breaks.Asked ? throw new InvalidTimeZoneException()
            : at == Breaks.Awaited ? new(LaterAsync())
            : new(at == Breaks.Taken);

        public ValueTask DisposeAsync() => at == Breaks.Closed ? throw new InvalidTimeZoneException() : default;

        private static async Task<bool> LaterAsync()
        {
            await Task.Yield();
            throw new InvalidTimeZoneException();
        }
    }

    private static JObject Event(string name) => new() { ["id"] = "u1", ["eventName"] = name };

    // Sources that never wait: to a clock that does not wait either a wait is a pause, after which what has come is sent.
    private static IAsyncEnumerable<JObject> People(int count, int bad = -1) =>
        Of([
            .. Enumerable
                .Range(0, count)
                .Select(i => new JObject
                {
                    [i == bad ? "idd" : "id"] = $"u{i}",
                    ["customerData"] = new JObject { ["plan"] = "pro" },
                }),
        ]);

    private static IAsyncEnumerable<JObject> Of(params JObject[] inputs) => inputs.ToAsyncEnumerable();

    private static async Task<List<ItemResult>> AllAsync(IAsyncEnumerable<ItemResult> results)
    {
        var all = new List<ItemResult>();
        await foreach (var result in results)
        {
            all.Add(result);
        }

        return all;
    }
}
