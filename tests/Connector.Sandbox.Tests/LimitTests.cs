namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Rate limits and regions.</summary>
public sealed class LimitTests : SandboxFixture
{
    private readonly FakeTime _time = FakeTime.Manual();

    protected override SandboxOptions Options =>
        new()
        {
            SiteId = "site",
            ApiKey = "key",
            RateLimits = true,
            Time = _time,
        };

    [Test]
    public async Task RateLimit_WhenUsedUp_Is429WithRetryAfterUntilTimePasses()
    {
        await Put("/_sandbox/settings", """{"trackRate":3}""");
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(200));
        }
        var refused = await Put("/api/v1/customers/u2");
        Assert.That((refused.Status, refused.Headers.RetryAfter?.ToString(), refused.Errors.Length), Is.EqualTo((429, "1", 1)));
        Assert.That(Server.Person("u2"), Is.Null);
        Assert.That((await Get("/_sandbox/people")).Status, Is.EqualTo(200), "the control side is not limited");

        _time.Advance(TimeSpan.FromMilliseconds(334));
        Assert.That((await Put("/api/v1/customers/u2")).Status, Is.EqualTo(200));
        Assert.That((await Put("/api/v1/customers/u2")).Status, Is.EqualTo(429), "only one had come back");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(await Statuses(4), Is.EqualTo(new[] { 200, 200, 200, 429 }), "no more than one second's worth is saved up");
    }

    [Test]
    public async Task RateLimit_SwitchedOff_LetsAllThrough()
    {
        await Put("/_sandbox/settings", """{"trackRate":1,"rateLimits":false}""");

        Assert.That(await Statuses(5), Is.All.EqualTo(200));
    }

    [Test]
    public async Task Redirect_OfAnEuWorkspaceOnTheUsFace_NamesTheOtherAndDoesNothing()
    {
        await using var eu = await SandboxServer.StartAsync(new() { Region = "eu" });
        await using var us = await SandboxServer.StartAsync(new() { Region = "eu", RedirectTo = eu.Url });

        foreach (var (method, path) in ((string, string)[])[("PUT", "/api/v1/customers/a%2Fb?x=1"), ("POST", "/api/v2/batch"), ("POST", "/unsubscribe/d1")])
        {
            var reply = await SendTo(us.Url, method, path, "{}", Basic("a:b"));
            Assert.That((reply.Status, reply.Headers.Location!.AbsoluteUri), Is.EqualTo((301, eu.Url.AbsoluteUri.TrimEnd('/') + path)));
        }
        Assert.That(us.Person("a/b"), Is.Null);
        Assert.That(us.Requests.Select(r => r.Status), Is.All.EqualTo(301));
        Assert.That(eu.Requests, Is.Empty);

        var region = await SendTo(us.Url, "GET", "/api/v1/accounts/region", null, Basic("a:b"));
        Assert.That((string?)region.Json["region"], Is.EqualTo("eu"), "the look-up answers on either face");
        Assert.That((await SendTo(us.Url, "GET", "/_sandbox/people", null, "")).Status, Is.EqualTo(200));
    }

    [TestCase("xx")]
    [TestCase("")]
    public void Region_Unknown_IsRefused(string region) =>
        Assert.That(() => SandboxServer.StartAsync(new() { Region = region }), Throws.TypeOf<SandboxException>().With.Message.Contains("us or eu"));

    private async Task<int[]> Statuses(int count)
    {
        var statuses = new int[count];
        for (var i = 0; i < count; i++)
        {
            statuses[i] = (await Put("/api/v1/customers/u1")).Status;
        }
        return statuses;
    }
}
