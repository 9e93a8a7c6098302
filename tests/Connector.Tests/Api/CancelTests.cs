using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What a cancelled run says of its request, and what follows an answer that asks to wait.</summary>
public class CancelTests
{
    private const string Mail = """{"id":"u1","to":"ada@example.com","transactionalMessageId":"3"}""";

    [Test]
    public async Task RunAsync_CancelledOnItsWay_SaysThatItMayHaveArrived()
    {
        using var stop = new CancellationTokenSource();
        using var bench = new Bench(Answer.Hang().After(stop.Cancel));
        var failure = await bench.FailAsync("send-email", Mail, ct: stop.Token);
        Assert.That((failure.Kind, failure.Attempts, failure.HasArrived), Is.EqualTo((FailureKind.Cancelled, 1, true)));
        Assert.That(
            failure.Message,
            Is.EqualTo(
                "The run was cancelled before Customer.io answered; this may or may not have arrived. Look in Customer.io for a delivery to this person at "
                    + "this time before you repeat it."
            )
        );
    }

    [Test]
    public async Task RunAsync_CancelledWhileASentMessageIsWatched_SaysThatItWasSent()
    {
        using var stop = new CancellationTokenSource();
        using var bench = new Bench(Answer.Ok("""{"delivery_id":"d1","queued_at":1}"""), Answer.Hang().After(stop.Cancel));
        var failure = await bench.FailAsync("send-email", Mail.Replace("}", ",\"waitFor\":\"delivered\"}"), ct: stop.Token);
        Assert.That(
            (failure.Kind, failure.Message),
            Is.EqualTo((FailureKind.Cancelled, "The run was cancelled after the message was sent (delivery d1); do not send it again."))
        );
    }

    [Test]
    public async Task RunAsync_CancelledBeforeItLeft_SaysNoSuchThing()
    {
        using var stop = new CancellationTokenSource();
        using var bench = new Bench(new Wire(Answer.HangBeforeSending()), FakeTime.Manual());
        var run = bench.FailAsync("send-email", Mail, ct: stop.Token);
        await bench.Wire.WhenRequested(1);
        await stop.CancelAsync();
        var failure = await run;
        Assert.That((failure.Kind, failure.Message, failure.HasArrived), Is.EqualTo((FailureKind.Cancelled, "The run was cancelled.", false)));
    }

    [Test]
    public async Task RunAsync_CancelledBeforeARepetition_SaysThatItMayHaveArrived()
    {
        using var stop = new CancellationTokenSource();
        using var bench = new Bench(new Wire(Answer.Broken()), FakeTime.Manual());
        var run = bench.FailAsync("identify", """{"id":"u1"}""", ct: stop.Token);
        await bench.Time.WhenDelayed(1);
        await stop.CancelAsync();
        Assert.That((await run).Message, Does.Contain("may or may not have arrived"));
    }

    [Test]
    public async Task ChunkSender_CancelledWhileAskedToWait_IsCancelledAndNotRateLimited()
    {
        using var stop = new CancellationTokenSource();
        using var bench = new Bench(new Wire(Answer.Status(429, headers: ("Retry-After", "5000000"))), FakeTime.Manual());
        var chunk = new BatchChunk();
        chunk.TryAdd("""{"type":"person","action":"identify","identifiers":{"id":"u1"}}"""u8, true, [1]);
        var sender = bench.Connector.Chunks(Bench.Us, new RunOptions(), "row", TimeSpan.FromSeconds(120));
        var sending = sender.SendAsync(chunk, stop.Token);
        await bench.Time.WhenDelayed(1);
        await stop.CancelAsync();
        var failure = (await sending).Single();
        Assert.That((failure.Kind, failure.IsShared, failure.Cause.HasArrived), Is.EqualTo((FailureKind.Cancelled, true, false)), failure.Cause.Message);
    }

    [TestCase(null)]
    [TestCase("http://127.0.0.1:9")]
    public async Task RunAsync_AfterAWaitLongerThanItsTime_FailsWithoutARequestUntilThen(string? baseUrl)
    {
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            Region = Region.Us,
            BaseUrl = baseUrl,
        };
        using var bench = new Bench(new Wire(Answer.Status(429, headers: ("Retry-After", "5000000")), Answer.Ok()), FakeTime.Manual());
        await bench.FailAsync("identify", """{"id":"u0"}""", connection);
        for (var i = 1; i < 100; i++)
        {
            var failure = await bench.FailAsync("identify", $$"""{"id":"u{{i}}"}""", connection);
            Assert.That((failure.Kind, failure.Attempts, failure.RetryAfter), Is.EqualTo((FailureKind.RateLimited, 0, (TimeSpan?)TimeSpan.FromSeconds(300))));
            Assert.That(failure.Message, Does.Contain("asked to wait, for another 300 s").And.Contain("nothing was sent"));
        }

        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
        bench.Time.Advance(TimeSpan.FromSeconds(300));
        await bench.RunAsync("identify", """{"id":"u100"}""", connection);
    }

    [Test]
    public async Task RunAsync_AfterAWaitThatFits_WaitsForItsEnd()
    {
        using var bench = new Bench(Answer.Status(429, headers: ("Retry-After", "7")), Answer.Ok());
        await bench.FailAsync("identify", """{"id":"u0","maxRetryCount":0}""");
        var result = await bench.RunAsync("identify", """{"id":"u1"}""");
        Assert.That((result.Request.WaitedMs, result.Request.Attempts), Is.EqualTo((7000L, 1)));
    }

    [Test]
    public async Task Job_UnreachableForAMoment_SaysAtTheFirstFailureThatItWaits()
    {
        using var bench = new Bench(
            Answer.NotSent(HttpRequestError.ConnectionError),
            Answer.Status(503),
            Answer.Status(503),
            Answer.Ok(),
            Answer.Status(503),
            Answer.Ok()
        );
        var options = new RunOptions { Notice = new WaitNotice(bench.Log, TimeSpan.FromSeconds(120)) };
        var sender = bench.Connector.Chunks(Bench.Us, options, "row", TimeSpan.FromSeconds(120));
        for (var i = 0; i < 2; i++)
        {
            var chunk = new BatchChunk();
            chunk.TryAdd("""{"type":"person","action":"identify","identifiers":{"id":"u1"}}"""u8, true, [1]);
            Assert.That(await sender.SendAsync(chunk, default), Is.Empty);
        }

        Assert.That(
            bench.Log.Lines,
            Is.EqualTo(
                Enumerable.Repeat("Customer.io could not be reached or did not take a request; this waits and tries again for about 120 s before it stops.", 2)
            ),
            "once in each outage"
        );
    }
}
