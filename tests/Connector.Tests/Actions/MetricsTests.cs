using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions;

/// <summary>Each endpoint of metrics gets what it takes and nothing else.</summary>
public class MetricsTests
{
    // The tests' clock stands at 2026-01-31T09:30:00Z.
    [TestCase("{}", "version=2&start=1766016000&end=1769851800&res=daily")]
    [TestCase("""{"period":"hours","steps":3}""", "version=2&start=1769842800&end=1769851800&res=hourly")]
    [TestCase("""{"period":"weeks","steps":1}""", "version=2&start=1769299200&end=1769851800&res=weekly")]
    [TestCase("""{"period":"months","steps":2}""", "version=2&start=1764547200&end=1769851800&res=monthly")]
    [TestCase("""{"period":"weeks","steps":1,"resolution":"hourly"}""", "version=2&start=1769299200&end=1769851800&res=hourly")]
    [TestCase("""{"startTime":1767225600}""", "version=2&start=1767225600&end=1769851800&res=daily")]
    [TestCase("""{"endTime":1767225600,"steps":2,"timeZone":"Europe/Vienna"}""", "version=2&start=1767139200&end=1767225600&res=daily&tz=Europe%2FVienna")]
    [TestCase("""{"resolution":"weekly","channel":"email"}""", "version=2&start=1766016000&end=1769851800&res=weekly&type=email")]
    public async Task GetCampaignMetrics_Window_IsWholeAndOfTheSecondVersion(string input, string query) =>
        Assert.That(await AskedAsync("get-campaign-metrics", "campaign", input), Is.EqualTo($"/v1/campaigns/3/metrics?{query}"));

    [TestCase("get-campaign-metrics", "campaign")]
    [TestCase("get-broadcast-metrics", "broadcast")]
    [TestCase("get-newsletter-metrics", "newsletter")]
    public async Task Links_OfAnything_AreCountedInSteps(string action, string of) =>
        Assert.That(
            await AskedAsync(action, of, """{"links":true,"unique":true,"period":"weeks","steps":2}"""),
            Is.EqualTo($"/v1/{of}s/3/metrics/links?period=weeks&steps=2&unique=true")
        );

    [TestCase("get-broadcast-metrics", "broadcast", "slack")]
    [TestCase("get-newsletter-metrics", "newsletter", "inbox")]
    public async Task Steps_OfWhatHasNoWindow_AreSentAsTheyAre(string action, string of, string channel) =>
        Assert.That(
            await AskedAsync(action, of, $$"""{"period":"hours","steps":24,"channel":"{{channel}}"}"""),
            Is.EqualTo($"/v1/{of}s/3/metrics?period=hours&steps=24&type={channel}")
        );

    [TestCase("get-campaign-metrics", "campaign", """{"links":true,"startTime":1767225600}""", "/startTime")]
    [TestCase("get-campaign-metrics", "campaign", """{"links":true,"timeZone":"UTC"}""", "/timeZone")]
    [TestCase("get-campaign-metrics", "campaign", """{"links":true,"channel":"email"}""", "/channel")]
    [TestCase("get-campaign-metrics", "campaign", """{"unique":true}""", "/unique")]
    [TestCase("get-campaign-metrics", "campaign", """{"startTime":1767225600,"endTime":1767225600}""", "/startTime")]
    [TestCase("get-broadcast-metrics", "broadcast", """{"startTime":1767225600}""", "/startTime")]
    [TestCase("get-newsletter-metrics", "newsletter", """{"resolution":"daily"}""", "/resolution")]
    [TestCase("get-newsletter-metrics", "newsletter", """{"channel":"slack"}""", "/channel")]
    public async Task Inputs_ThatTheEndpointDoesNotTake_AreRefused(string action, string of, string input, string path)
    {
        using var bench = new Bench();
        var given = Bench.Json(input);
        given[of] = "3";
        Assert.That((await bench.FailAsync(action, given)).Problems.Select(p => p.Path), Does.Contain(path));
    }

    [Test]
    public async Task GetCampaignMetrics_WindowAndPeriod_TheWindowWinsWithAWarning()
    {
        using var bench = new Bench(Wire.Ok());
        var result = await bench.RunAsync("get-campaign-metrics", """{"campaign":3,"startTime":1767225600,"period":"weeks"}""");
        Assert.That(new Uri(bench.Wire.Only.Url).Query, Is.EqualTo("?version=2&start=1767225600&end=1769851800&res=daily"));
        Assert.That(result.Warnings, Has.Count.EqualTo(1));
    }

    private static async Task<string> AskedAsync(string action, string of, string input)
    {
        using var bench = new Bench(Wire.Ok());
        var given = Bench.Json(input);
        given[of] = "3";
        await bench.RunAsync(action, given);
        return new Uri(bench.Wire.Only.Url).PathAndQuery;
    }
}
