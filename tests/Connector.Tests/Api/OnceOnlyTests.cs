using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What must not happen twice is not sent twice.</summary>
public class OnceOnlyTests
{
    private const string Post = """{"url":"/v1/x","method":"POST"}""";

    private static readonly string[] s_sending =
    [
        "/v1/send/email",
        "/v1/send",
        "/v1/campaigns/3/triggers",
        "/V1/Send/push",
        "/v1/%73end/email",
        "/v1/campaigns/3/trigger%73",
    ];

    [TestCase("POST")]
    [TestCase("PATCH")]
    [TestCase("OPTIONS")]
    public async Task RunAsync_UnclearEndAndNoRetryCount_IsUncertain(string method)
    {
        foreach (
            var end in new Func<Answer>[]
            {
                () => Answer.Status(500),
                () => Answer.Status(503),
                () => Answer.Status(408),
                () => Answer.Broken(),
                () => Answer.Broken(HttpRequestError.InvalidResponse),
            }
        )
        {
            using var bench = new Bench(end());
            var failure = await bench.FailAsync("raw-request", $$"""{"url":"/v1/x","method":"{{method}}"}""");
            Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Uncertain, 1)), failure.Message);
            Assert.That(failure.Message, Does.Contain("not sent again"));
        }
    }

    [Test]
    public async Task RunAsync_TimeoutAfterSending_IsUncertain()
    {
        using var bench = new Bench(new Wire(Answer.Hang()), FakeTime.Manual());
        var run = bench.FailAsync("raw-request", Post);
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await run).Kind, Is.EqualTo(FailureKind.Uncertain));
    }

    [Test]
    public async Task RunAsync_TimeoutBeforeSending_IsUnavailable()
    {
        using var bench = new Bench(new Wire(Answer.HangBeforeSending()), FakeTime.Manual());
        var run = bench.FailAsync("raw-request", Post);
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await run).Kind, Is.EqualTo(FailureKind.Unavailable));
    }

    [TestCase(HttpRequestError.ConnectionError)]
    [TestCase(HttpRequestError.NameResolutionError)]
    [TestCase(HttpRequestError.ProxyTunnelError)]
    public async Task RunAsync_NoConnection_IsUnavailable(HttpRequestError error)
    {
        using var bench = new Bench(Answer.NotSent(error));
        Assert.That((await bench.FailAsync("raw-request", Post)).Kind, Is.EqualTo(FailureKind.Unavailable));
    }

    [TestCase(400, FailureKind.Rejected)]
    [TestCase(401, FailureKind.Connection)]
    [TestCase(307, FailureKind.Connection)]
    [TestCase(429, FailureKind.RateLimited)]
    public async Task RunAsync_ClearRefusal_KeepsItsKind(int status, FailureKind kind)
    {
        using var bench = new Bench(Answer.Status(status));
        Assert.That((await bench.FailAsync("raw-request", Post)).Kind, Is.EqualTo(kind));
    }

    [TestCase("POST")]
    [TestCase("PATCH")]
    public async Task RunAsync_RetryCountSet_IsRetried(string method)
    {
        using var bench = new Bench(Answer.Status(503), Answer.Broken(), Answer.Ok());
        var result = await bench.RunAsync("raw-request", $$"""{"url":"/v1/x","method":"{{method}}","maxRetryCount":2}""");
        Assert.That(result.Request.Attempts, Is.EqualTo(3));
    }

    [Test]
    public async Task RunAsync_RetryCountSetToZero_IsStillUncertain()
    {
        using var bench = new Bench(Answer.Status(503));
        Assert.That((await bench.FailAsync("raw-request", """{"url":"/v1/x","method":"POST","maxRetryCount":0}""")).Kind, Is.EqualTo(FailureKind.Uncertain));
    }

    [TestCase("GET")]
    [TestCase("HEAD")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    public async Task RunAsync_RepeatableMethod_IsUnavailableInTheEnd(string method)
    {
        using var bench = new Bench(Answer.Status(503), Answer.Status(503));
        var failure = await bench.FailAsync("raw-request", $$"""{"url":"/v1/x","method":"{{method}}","maxRetryCount":1}""");
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Unavailable, 2)));
    }

    [TestCaseSource(nameof(s_sending))]
    public async Task RunAsync_SendingPathAndUnclearEnd_IsNeverSentAgain(string url)
    {
        foreach (var end in new Func<Answer>[] { () => Answer.Status(503), () => Answer.Status(408), () => Answer.Broken() })
        {
            using var bench = new Bench(end());
            var failure = await bench.FailAsync("raw-request", $$"""{"url":"{{url}}","method":"POST","maxRetryCount":5,"retryOnAllErrors":true}""");
            Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Uncertain, 1)), failure.Message);
        }
    }

    [TestCaseSource(nameof(s_sending))]
    public async Task RunAsync_SendingPathAndRefusal_IsNotRetriedOnAllErrors(string url)
    {
        using var bench = new Bench(Answer.Status(400));
        var failure = await bench.FailAsync("raw-request", $$"""{"url":"{{url}}","method":"POST","maxRetryCount":5,"retryOnAllErrors":true}""");
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Rejected, 1)));
    }

    [Test]
    public async Task RunAsync_SendingPathThatProvablyDidNotArrive_IsSentAgain()
    {
        using var bench = new Bench(
            Answer.NotSent(HttpRequestError.ConnectionError),
            Answer.Status(429, headers: ("Retry-After", "3")),
            Answer.NotSent(HttpRequestError.NameResolutionError),
            Answer.Ok()
        );
        var result = await bench.RunAsync("raw-request", """{"url":"/v1/send/email","method":"POST","maxRetryCount":5}""");
        Assert.That(result.Request.Attempts, Is.EqualTo(4));
    }

    [Test]
    public async Task RunAsync_SendingPathThatTimedOutBeforeLeaving_IsSentAgain()
    {
        using var bench = new Bench(new Wire(Answer.HangBeforeSending(), Answer.Ok()), FakeTime.Manual());
        var run = bench.RunAsync("raw-request", """{"url":"/v1/send/email","method":"POST","maxRetryCount":1}""");
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await run).Request.Attempts, Is.EqualTo(2));
    }
}
