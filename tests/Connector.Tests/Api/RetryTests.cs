using System.Net.Sockets;
using System.Security.Authentication;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>Which ends of an attempt lead to another one, and when.</summary>
public class RetryTests
{
    private const string Person = """{"id":"u1"}""";

    private static readonly int[] s_passing = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530];
    private static readonly int[] s_lasting =
    [
        300,
        301,
        302,
        303,
        304,
        307,
        308,
        400,
        401,
        402,
        403,
        404,
        405,
        409,
        410,
        411,
        413,
        415,
        422,
        423,
        425,
        431,
        451,
        501,
        505,
        507,
        508,
        511,
        528,
        531,
        599,
    ];

    [TestCaseSource(nameof(s_passing))]
    public async Task RunAsync_PassingStatus_IsRetried(int status)
    {
        using var bench = new Bench(Answer.Status(status), Answer.Ok());
        var result = await bench.RunAsync("identify", Person);
        Assert.That(result.Request.Attempts, Is.EqualTo(2));
        Assert.That(result.Request.WaitedMs, Is.EqualTo(200));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(2));
    }

    [TestCaseSource(nameof(s_lasting))]
    public async Task RunAsync_LastingStatus_IsNeverRetried(int status)
    {
        using var bench = new Bench(Answer.Status(status));
        var failure = await bench.FailAsync("identify", Person);
        Assert.That(failure.Status, Is.EqualTo(status));
        Assert.That(failure.Attempts, Is.EqualTo(1));
        Assert.That(bench.Time.Delays, Is.Empty);
    }

    [TestCaseSource(nameof(s_lasting))]
    public async Task RunAsync_LastingStatusAndRetryOnAllErrors_IsRetried(int status)
    {
        using var bench = new Bench(Answer.Status(status), Answer.Status(status), Answer.Ok());
        var result = await bench.RunAsync("identify", """{"id":"u1","retryOnAllErrors":true}""");
        Assert.That(result.Request.Attempts, Is.EqualTo(3));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 200.0, 400 }));
    }

    private static readonly TestCaseData<Func<Answer>>[] s_brokenConnections =
    [
        new(() => Answer.NotSent(HttpRequestError.NameResolutionError)) { TestName = "DNS" },
        new(() => Answer.NotSent(HttpRequestError.ConnectionError, new SocketException((int)SocketError.ConnectionRefused))) { TestName = "refused" },
        new(() => Answer.NotSent(HttpRequestError.ProxyTunnelError)) { TestName = "proxy" },
        new(() => Answer.Broken()) { TestName = "reset" },
        new(() => Answer.Broken(HttpRequestError.InvalidResponse)) { TestName = "garbage" },
        new(() => Answer.Broken(HttpRequestError.Unknown)) { TestName = "unknown" },
        new(() => Answer.Throws(new HttpIOException(HttpRequestError.ResponseEnded))) { TestName = "cut off in the body" },
        new(() => Answer.Throws(new IOException("broken pipe"))) { TestName = "IO" },
        new(() => Answer.Throws(new TaskCanceledException("connect", new TimeoutException()))) { TestName = "connect timeout" },
    ];

    [TestCaseSource(nameof(s_brokenConnections))]
    public async Task RunAsync_BrokenConnection_IsRetried(Func<Answer> broken)
    {
        using var bench = new Bench(broken(), Answer.Ok());
        Assert.That((await bench.RunAsync("identify", Person)).Request.Attempts, Is.EqualTo(2));
    }

    [TestCaseSource(nameof(s_brokenConnections))]
    public async Task RunAsync_BrokenConnectionToTheEnd_IsUnavailable(Func<Answer> broken)
    {
        using var bench = new Bench(Wire.Always(_ => broken()));
        var failure = await bench.FailAsync("identify", Person);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Unavailable));
        Assert.That((failure.Attempts, failure.Status), Is.EqualTo((4, (int?)null)));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 200.0, 400, 800 }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task RunAsync_TlsFailure_IsNeverRetried(bool retryOnAllErrors)
    {
        using var bench = new Bench(Answer.NotSent(HttpRequestError.SecureConnectionError, new AuthenticationException("The certificate is not trusted")));
        var failure = await bench.FailAsync("identify", $$"""{"id":"u1","maxRetryCount":20,"retryOnAllErrors":{{(retryOnAllErrors ? "true" : "false")}}}""");
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Attempts, Is.EqualTo(1));
        Assert.That(failure.Message, Does.Contain("TLS").And.Contain("certificate is not trusted"));
    }

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(20, 21)]
    public async Task RunAsync_MaxRetryCount_CountsRetriesAfterTheFirstAttempt(int count, int attempts)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)));
        var failure = await bench.FailAsync("identify", $$"""{"id":"u1","maxRetryCount":{{count}},"useExponentialBackoff":false,"retryDelayMs":10}""");
        Assert.That(failure.Attempts, Is.EqualTo(attempts));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(attempts));
    }

    [Test]
    public async Task RunAsync_Backoff_DoublesTheDelayAndSpreadsIt()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)), random: 0.5);
        await bench.FailAsync("identify", """{"id":"u1","maxRetryCount":4,"retryDelayMs":100}""");
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 150.0, 300, 600, 1200 }));
    }

    [Test]
    public async Task RunAsync_BackoffWithoutDelay_BeginsAtTwoHundred()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)));
        await bench.FailAsync("identify", """{"id":"u1","retryDelayMs":0}""");
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 200.0, 400, 800 }));
    }

    [Test]
    public async Task RunAsync_Backoff_StopsGrowingAtThirtySeconds()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)));
        await bench.FailAsync("identify", """{"id":"u1","retryDelayMs":10000}""");
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 10_000.0, 20_000, 30_000 }));
    }

    [Test]
    public async Task RunAsync_NoBackoff_WaitsExactlyTheRetryDelay()
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(503)), random: 0.9);
        await bench.FailAsync("identify", """{"id":"u1","retryDelayMs":750,"useExponentialBackoff":false}""");
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 750.0, 750, 750 }));
    }

    [Test]
    public async Task RunAsync_RawRequestAsked_RetriesAtOnceByItsOwnDefaults()
    {
        using var bench = new Bench(Answer.Status(503), Answer.Status(503), Answer.Ok());
        var result = await bench.RunAsync("raw-request", """{"url":"/v1/accounts/region","method":"GET","maxRetryCount":2}""");
        Assert.That((result.Request.Attempts, result.Request.WaitedMs, bench.Time.Elapsed), Is.EqualTo((3, 0, TimeSpan.Zero)));
    }

    [TestCase("7", 7_000)]
    [TestCase("0", 0)]
    [TestCase("Sat, 31 Jan 2026 09:31:30 GMT", 90_000)]
    [TestCase("Sat, 31 Jan 2026 09:00:00 GMT", 0)]
    [TestCase("soon", 200)]
    [TestCase("-1", 200)]
    [TestCase("7.5", 7_500)]
    [TestCase("2.5", 2_500)]
    [TestCase(" 2 ", 2_000)]
    [TestCase("Saturday, 31-Jan-26 09:31:30 GMT", 90_000)]
    [TestCase("Sat Jan 31 09:31:30 2026", 90_000)]
    [TestCase("1/2", 200)]
    [TestCase("NaN", 200)]
    [TestCase("Infinity", 200)]
    [TestCase("1e3", 200)]
    [TestCase("", 200)]
    public async Task RunAsync_RetryAfter_IsWaitedFor(string value, int expected)
    {
        using var bench = new Bench(Answer.Status(429, headers: ("Retry-After", value)), Answer.Ok());
        var result = await bench.RunAsync("identify", Person);
        Assert.That(bench.Time.Elapsed.TotalMilliseconds, Is.EqualTo(expected));
        Assert.That(result.Request.WaitedMs, Is.EqualTo(expected));
    }

    [TestCase("3600")]
    [TestCase("5000000")]
    [TestCase("300.5")]
    [TestCase("99999999999999999999999999999999999999999999")]
    [TestCase("Fri, 31 Dec 9999 23:59:59 GMT")]
    [TestCase("Sat, 31 Jan 2026 10:30:00 GMT")]
    public async Task RunAsync_LongRetryAfter_IsCutToFiveMinutes(string value)
    {
        using var bench = new Bench(Answer.Status(503, headers: ("Retry-After", value)), Answer.Ok());
        await bench.RunAsync(
            "identify",
            Person,
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                Region = Region.Us,
                TotalTimeout = TimeSpan.FromHours(1),
            }
        );
        Assert.That(bench.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(300)));
        Assert.That(bench.Log.Text, Is.EqualTo("Customer.io asks to wait: the next attempt is in 300 s."));
    }

    [TestCase("99999999999999999999", "a year or more")]
    [TestCase("Fri, 31 Dec 9999 23:59:59 GMT", "a year or more")]
    [TestCase("3600", "3600 s")]
    public async Task RunAsync_LongRetryAfter_IsToldAsItIsWaitedFor(string value, string asked)
    {
        using var bench = new Bench(Answer.Status(429, headers: ("Retry-After", value)));
        var failure = await bench.FailAsync("identify", Person);
        Assert.That(failure.Message, Does.Contain($"wait 300 s (it asked for {asked};"));
        Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(300)));
    }

    [TestCase("identify", Person)]
    [TestCase("destroy", Person)]
    [TestCase("track", """{"id":"u1","eventName":"bought","eventData":{"price":1.5}}""")]
    [TestCase("track-page-view", """{"id":"u1","url":"*"}""")]
    [TestCase("raw-request", """{"url":"/v1/x","method":"PUT","fileData":{"f":{"base64":"AAH/"}},"headers":{"X-A":"1"},"maxRetryCount":3}""")]
    [TestCase("raw-request", """{"url":"/v1/x","method":"POST","data":"plain text","queryParameters":{"a":[1,2]},"maxRetryCount":3}""")]
    public async Task RunAsync_EveryAttempt_IsTheSameRequest(string action, string input)
    {
        using var bench = new Bench(Answer.Status(503), Answer.Broken(), Answer.Status(429), Answer.Ok());
        var result = await bench.RunAsync(action, input);
        Assert.That(result.Request.Attempts, Is.EqualTo(4));
        Assert.That(bench.Wire.Requests.Select(r => (r.Text, Convert.ToHexString(r.Body))).Distinct().Count(), Is.EqualTo(1));
        if (result.Request.EventId is { } id)
        {
            Assert.That(bench.Wire.Requests[3].BodyText, Does.Contain($"\"id\":\"{id}\""));
        }
    }

    [Test]
    public async Task RunAsync_AttemptThatHangs_EndsAtItsTimeout()
    {
        using var bench = new Bench(new Wire(Answer.Hang(), Answer.Ok()), FakeTime.Manual());
        var run = bench.RunAsync("identify", """{"id":"u1","timeout":2500}""");
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromMilliseconds(2499));
        Assert.That(bench.Time.Delays, Is.Empty);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        await bench.Time.WhenDelayed(1);
        bench.Time.Advance(TimeSpan.FromMilliseconds(200));
        var result = await run;
        Assert.That((result.Request.Attempts, result.Request.DurationMs, result.Request.WaitedMs), Is.EqualTo((2, 2700, 200)));
    }

    [TestCase("")]
    [TestCase(""","timeout":null""")]
    [TestCase(""","timeout":"" """)]
    public async Task RunAsync_BlankTimeout_MeansTenSecondsAndNotForEver(string blank)
    {
        using var bench = new Bench(new Wire(Answer.Hang()), FakeTime.Manual());
        var run = bench.FailAsync("raw-request", $$"""{"url":"/v1/x","method":"GET"{{blank}}}""");
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.That(run.IsCompleted, Is.False);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        var failure = await run;
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Unavailable, 1)));
        Assert.That(failure.Message, Does.Contain("10000 ms"));
    }

    [Test]
    public async Task RunAsync_BodyThatHangs_EndsAtTheTimeoutToo()
    {
        using var bench = new Bench(new Wire(Answer.HangInBody()), FakeTime.Manual());
        var run = bench.FailAsync("identify", """{"id":"u1","maxRetryCount":0}""");
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await run).Kind, Is.EqualTo(FailureKind.Unavailable));
    }

    [Test]
    public async Task RunAsync_WaitThatWouldPassTheBudget_IsNotBegun()
    {
        using var bench = new Bench(Answer.Status(503, headers: ("Retry-After", "100")), Answer.Status(429, headers: ("Retry-After", "20")));
        var failure = await bench.FailAsync("identify", Person);
        Assert.That(
            (failure.Kind, failure.Status, failure.Attempts, failure.RetryAfter),
            Is.EqualTo((FailureKind.RateLimited, (int?)429, 2, (TimeSpan?)TimeSpan.FromSeconds(20)))
        );
        Assert.That(bench.Time.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(100)));
    }

    [Test]
    public async Task RunAsync_LastAttempt_IsCutByTheBudget()
    {
        using var bench = new Bench(new Wire(Answer.Hang(), Answer.Hang()), FakeTime.Manual());
        var run = bench.FailAsync(
            "identify",
            Person,
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                Region = Region.Us,
                TotalTimeout = TimeSpan.FromSeconds(15),
            }
        );
        await bench.Wire.WhenRequested(1);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        await bench.Time.WhenDelayed(1);
        bench.Time.Advance(TimeSpan.FromMilliseconds(200));
        await bench.Wire.WhenRequested(2);
        bench.Time.Advance(TimeSpan.FromMilliseconds(4_799));
        Assert.That(run.IsCompleted, Is.False);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(((await run).Kind, (await run).Attempts), Is.EqualTo((FailureKind.Unavailable, 2)));
    }

    [Test]
    public async Task RunAsync_RateLimitBeyondTheBudget_EndsWithTheFailureAtHand()
    {
        // One request in 50 s: the first goes at once, the retries wait 50 s each, and the fourth would pass the budget of 120 s.
        using var bench = new Bench(Answer.Status(503), Answer.Status(503), Answer.Status(502));
        var failure = await bench.FailAsync(
            "identify",
            """{"id":"u1","maxRetryCount":20}""",
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                Region = Region.Us,
                RateLimit = 0.02,
            }
        );
        Assert.That((failure.Kind, failure.Status, failure.Attempts), Is.EqualTo((FailureKind.Unavailable, (int?)502, 3)));
        Assert.That(bench.Time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(102)), "nothing is waited for once the budget is known not to last");
    }

    [Test]
    public async Task RunAsync_CancelledInTheMiddleOfADelay_EndsAtOnce()
    {
        using var bench = new Bench(new Wire(Answer.Status(503)), FakeTime.Manual());
        using var cancel = new CancellationTokenSource();
        var run = bench.FailAsync("identify", Person, ct: cancel.Token);
        await bench.Time.WhenDelayed(1);
        bench.Time.Advance(TimeSpan.FromMilliseconds(100));
        await cancel.CancelAsync();
        var failure = await run;
        Assert.That((failure.Kind, failure.KindName), Is.EqualTo((FailureKind.Cancelled, "cancelled")));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_CancelledDuringAnAttempt_EndsAtOnce()
    {
        using var bench = new Bench(Answer.Hang());
        using var cancel = new CancellationTokenSource();
        var run = bench.FailAsync("raw-request", """{"url":"/v1/x","method":"POST"}""", ct: cancel.Token);
        await bench.Wire.WhenRequested(1);
        await cancel.CancelAsync();
        Assert.That((await run).Kind, Is.EqualTo(FailureKind.Cancelled));
    }

    [Test]
    public async Task RunAsync_CancelledBefore_SendsNothing()
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("identify", Person, ct: new CancellationToken(true))).Kind, Is.EqualTo(FailureKind.Cancelled));
        Assert.That(bench.Wire.Requests, Is.Empty);
    }

    [Test]
    public async Task RunAsync_CancelledWhileTheRateLimitHoldsIt_GivesItsTurnBack()
    {
        using var bench = new Bench(Wire.Ok(), FakeTime.Manual());
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            Region = Region.Us,
            RateLimit = 0.1,
        };
        using var cancel = new CancellationTokenSource();
        await bench.RunAsync("identify", Person, connection);
        var held = bench.FailAsync("identify", Person, connection, ct: cancel.Token);
        await bench.Time.WhenDelayed(1);
        await cancel.CancelAsync();
        Assert.That((await held).Kind, Is.EqualTo(FailureKind.Cancelled));

        var next = bench.RunAsync("identify", Person, connection);
        await bench.Time.WhenDelayed(2);
        Assert.That(bench.Time.Delays[1], Is.EqualTo(TimeSpan.FromSeconds(10)));
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await next).Request.WaitedMs, Is.EqualTo(10_000));
    }
}
