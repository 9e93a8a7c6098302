using CustomerIo.Connector.Api;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

public class RateLimiterTests
{
    [Test]
    public async Task WaitAsync_MoreThanASecondsWorth_IsSpread()
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(4, time);
        for (var i = 0; i < 4; i++)
        {
            Assert.That(await limiter.WaitAsync(TimeSpan.FromSeconds(60), default), Is.EqualTo(TimeSpan.Zero), $"turn {i}");
        }

        var waiting = Enumerable.Range(0, 4).Select(_ => limiter.WaitAsync(TimeSpan.FromSeconds(60), default).AsTask()).ToArray();
        Assert.That(time.DelaysMs, Is.EqualTo(new[] { 250.0, 500, 750, 1000 }));
        time.Advance(TimeSpan.FromMilliseconds(500));
        await Task.WhenAll(waiting[..2]).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(waiting[2..].Any(w => w.IsCompleted), Is.False);
        time.Advance(TimeSpan.FromMilliseconds(500));
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task WaitAsync_LongerThanAllowed_IsNotBegunAndTakesNoTurn()
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(1, time);
        await limiter.WaitAsync(TimeSpan.FromSeconds(1), default);
        Assert.That(await limiter.WaitAsync(TimeSpan.FromMilliseconds(999), default), Is.Null);
        Assert.That(await limiter.WaitAsync(TimeSpan.FromMilliseconds(999), default), Is.Null);
        var allowed = limiter.WaitAsync(TimeSpan.FromSeconds(1), default);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await allowed, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task WaitAsync_AfterARest_AllowsNoMoreThanOneSecondsWorth()
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(10, time);
        await limiter.WaitAsync(TimeSpan.Zero, default);
        time.Advance(TimeSpan.FromHours(1));
        var free = 0;
        while (await limiter.WaitAsync(TimeSpan.Zero, default) is not null)
        {
            free++;
        }

        Assert.That(free, Is.EqualTo(10));
    }

    [Test]
    public async Task RunAsync_NoRateLimitOnLoopback_NeverWaits()
    {
        using var bench = new Bench(Wire.Ok());
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = "http://127.0.0.1:1",
        };
        for (var i = 0; i < 3000; i++)
        {
            await bench.RunAsync("destroy", """{"id":"u1"}""", connection);
        }

        Assert.That(bench.Time.Delays, Is.Empty);
    }

    [Test]
    public async Task RunAsync_DocumentedRate_IsKeptWithoutASetting()
    {
        using var bench = new Bench(Wire.Ok());
        for (var i = 0; i < 1000; i++)
        {
            await bench.RunAsync("destroy", """{"id":"u1"}""");
        }

        Assert.That(bench.Time.Delays, Is.Empty);
        var result = await bench.RunAsync("destroy", """{"id":"u1"}""");
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 1.0 }));
        Assert.That(result.Request.WaitedMs, Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_OfManyClientsOnOneConnection_StayWithinTheRate()
    {
        const int Clients = 64,
            Each = 20,
            Rate = 100;
        var (time, sent) = (FakeTime.Instant(), new System.Collections.Concurrent.ConcurrentQueue<double>());
        using var bench = new Bench(
            Wire.Always(_ =>
            {
                sent.Enqueue(time.Elapsed.TotalSeconds);
                return Answer.Ok();
            }),
            time
        );
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            Region = Region.Us,
            RateLimit = Rate,
        };
        await Parallel.ForAsync(
            0,
            Clients,
            new ParallelOptions { MaxDegreeOfParallelism = Clients },
            async (client, ct) =>
            {
                for (var i = 0; i < Each; i++)
                {
                    await bench.RunAsync("identify", $$"""{"id":"{{client}}-{{i}}"}""", connection, ct: ct);
                }
            }
        );

        // A second's worth may go at once; from then on each window holds what the rate allows in it.
        var at = sent.Order().ToArray();
        Assert.That(at, Has.Length.EqualTo(Clients * Each));
        for (var first = 0; first < at.Length; first++)
        {
            var within = at.Skip(first).TakeWhile(t => t <= at[first] + 3).Count();
            Assert.That(within, Is.LessThanOrEqualTo(Rate + (3 * Rate) + 1), $"from {at[first]} s");
        }

        Assert.That(at[^1], Is.GreaterThanOrEqualTo(((Clients * Each) - Rate - 1) / (double)Rate), "one more may go at once, as in the windows above");
    }

    [Test]
    public async Task RunAsync_RateLimitWithoutRoomInTheBudget_SendsNothing()
    {
        using var bench = new Bench(Answer.Ok());
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            Region = Region.Us,
            RateLimit = 0.001,
        };
        await bench.RunAsync("destroy", """{"id":"u1"}""", connection);
        var failure = await bench.FailAsync("destroy", """{"id":"u1"}""", connection);
        Assert.That((failure.Kind, failure.Attempts, bench.Time.Elapsed), Is.EqualTo((FailureKind.RateLimited, 0, TimeSpan.Zero)));
    }

    [Test]
    public async Task RunAsync_RetriesToo_TakeATurn()
    {
        using var bench = new Bench(Answer.Status(503), Answer.Ok());
        await bench.RunAsync(
            "destroy",
            """{"id":"u1"}""",
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                Region = Region.Us,
                RateLimit = 1,
            }
        );
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new[] { 200.0, 800 }));
    }

    [Test]
    public void SlowDown_ManyAtOnce_HalvesOnceAndComesBack()
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(10, time);
        Assert.That(limiter.Share, Is.EqualTo(1));
        for (var i = 0; i < 5; i++)
        {
            limiter.OnThrottled();
        }

        Assert.That(limiter.Share, Is.EqualTo(0.5));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(limiter.Share, Is.EqualTo(0.6).Within(1e-9));
        time.Advance(TimeSpan.FromSeconds(3.5));
        Assert.That(limiter.Share, Is.EqualTo(0.9).Within(1e-9));
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(limiter.Share, Is.EqualTo(1));
        for (var i = 0; i < 20; i++)
        {
            limiter.OnThrottled();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(limiter.Share, Is.InRange(1.0 / 16, 0.3), "it never stops altogether");
    }

    [Test]
    public async Task SlowDown_WhileSlow_TurnsAreSpreadAtTheLowerRate()
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(10, time);
        limiter.OnThrottled();
        Assert.That(await limiter.WaitAsync(TimeSpan.FromSeconds(60), default), Is.EqualTo(TimeSpan.Zero));
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.WaitAsync(TimeSpan.FromSeconds(60), default).AsTask()).ToArray();
        Assert.That(time.DelaysMs, Is.EqualTo(new[] { 200.0, 400, 600 }));
        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task RunAsync_After429_OtherRunsOfTheWorkspaceSlowDown()
    {
        using var bench = new Bench(Answer.Status(429, headers: ("Retry-After", "1")), Answer.Ok(), Answer.Ok(), Answer.Ok());
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            Region = Region.Us,
            RateLimit = 10,
        };
        await bench.RunAsync("destroy", """{"id":"u1"}""", connection);
        await bench.RunAsync("destroy", """{"id":"u2"}""", connection);
        var result = await bench.RunAsync("destroy", """{"id":"u3"}""", connection);
        Assert.That(result.Request.WaitedMs, Is.InRange(150, 200), "ten a second became six a second, without a burst");
    }

    [TestCase("app POST /v1/send/email", "send", 100, null)]
    [TestCase("app POST /v1/send", "send", 100, null)]
    [TestCase("app GET /v1/send/email", null, 0, null)]
    [TestCase("app POST /v1/campaigns/3/triggers", "trigger 3", 0.1, null)]
    [TestCase("app POST /v1/broadcasts/4/triggers", "trigger 4", 0.1, null)]
    [TestCase("app GET /v1/broadcasts/4/triggers", null, 0, null)]
    [TestCase("app GET /v1/messages/5/archived_message", "archive", 100.0 / 86_400, 99)]
    [TestCase("app GET /v1/messages/5", null, 0, null)]
    [TestCase("track POST /v1/send/email", null, 0, null)]
    public void Rate_OfAnEndpoint_IsItsOwnOrNone(string operation, string? name, double perSecond, int? burst)
    {
        var parts = operation.Split(' ');
        var request = new ApiRequest(Enum.Parse<ApiName>(parts[0], ignoreCase: true), new HttpMethod(parts[1]), parts[2], ApiBody.None);
        Assert.That(Rate.Of(request), Is.EqualTo(name is null ? null : new Rate(name, perSecond, burst)));
    }

    [TestCase("app GET /v1/segments", null, null, 10)]
    [TestCase("track PUT /api/v1/customers/u1", null, null, 1000)]
    [TestCase("pipelines POST /v1/batch", null, null, 1000)]
    [TestCase("track PUT /api/v1/customers/u1", 2000.0, null, 2000)]
    [TestCase("track PUT /api/v1/customers/u1", 5.0, null, 5)]
    [TestCase("app POST /v1/send/email", 2000.0, null, 100)]
    [TestCase("app POST /v1/send/email", 5.0, null, 5)]
    [TestCase("app POST /v1/send/email", 100.0, null, 100)]
    [TestCase("app POST /v1/send/email", 0.0, null, double.PositiveInfinity)]
    [TestCase("app POST /v1/send/email", null, "http://127.0.0.1:1", double.PositiveInfinity)]
    [TestCase("track PUT /api/v1/customers/u1", null, "https://example.com", 1000)]
    [TestCase("track PUT /api/v1/customers/u1", 7.0, "http://127.0.0.1:1", 7)]
    public void Limiter_OfARequest_IsTheLowerOfTheVendorsRateAndTheConnections(string operation, double? set, string? baseUrl, double expected)
    {
        var parts = operation.Split(' ');
        var request = new ApiRequest(Enum.Parse<ApiName>(parts[0], ignoreCase: true), new HttpMethod(parts[1]), parts[2], ApiBody.None);
        var workspace = new Workspace(new Connection { RateLimit = set, BaseUrl = baseUrl }, new WorkspaceState());
        var limiter = workspace.Limiter(request, FakeTime.Manual());
        Assert.That(limiter.PerSecond, Is.EqualTo(expected));
        Assert.That(workspace.Limiter(request, FakeTime.Manual()), Is.SameAs(limiter), "all runs share it");
    }

    [Test]
    public async Task Limiter_BurstOfADay_IsFreeAndThenSpread()
    {
        var limiter = new RateLimiter(0.1, FakeTime.Manual(), burst: 2);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await limiter.WaitAsync(TimeSpan.Zero, default), Is.EqualTo(TimeSpan.Zero), $"turn {i}");
        }

        Assert.That(await limiter.WaitAsync(TimeSpan.FromSeconds(9.9), default), Is.Null);
    }

    [Test]
    public async Task Throttled_WithAWait_NobodyGetsATurnBeforeItsEnd([Values(10, double.PositiveInfinity)] double perSecond)
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(perSecond, time);
        Assert.That(limiter.Asked, Is.EqualTo(TimeSpan.Zero));

        limiter.OnThrottled(TimeSpan.FromSeconds(5));
        limiter.OnThrottled(TimeSpan.FromSeconds(3));
        Assert.That(limiter.Asked, Is.EqualTo(TimeSpan.FromSeconds(5)), "a shorter wait does not end a longer one");
        Assert.That(await limiter.WaitAsync(TimeSpan.FromSeconds(4.9), default), Is.Null);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(limiter.Asked, Is.EqualTo(TimeSpan.FromSeconds(3)));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(limiter.Asked, Is.EqualTo(TimeSpan.Zero));
        Assert.That(await limiter.WaitAsync(TimeSpan.Zero, default), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Throttled_AgainAndAgain_ComesToATenth()
    {
        var time = FakeTime.Manual();
        var limiter = new RateLimiter(10, time);
        var shares = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            limiter.OnThrottled();
            shares.Add(Math.Round(limiter.Share, 6));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(shares, Is.EqualTo(new[] { 0.5, 0.3, 0.2, 0.15, 0.125, 0.1125 }));
    }
}
