using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Segment's SDK for browsers, in a real one, from a page of another origin.</summary>
[Category("Slow")]
public sealed class BrowserSdkTests
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private WebApplication _shop = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Browser.LaunchAsync(_playwright);
        var (_, package, _) = await NodeTools.RunAsync("node", ["-p", "require('path').dirname(require.resolve('@segment/analytics-next/package.json'))"]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _shop = builder.Build();
        _shop.MapGet("/pricing", () => Results.Content("<!doctype html><title>Shop</title><script src=/analytics.js></script>", "text/html"));
        _shop.MapGet("/analytics.js", () => Results.File(Path.Combine(package.Trim(), "dist", "umd", "index.js"), "text/javascript"));
        await _shop.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_shop is not null)
        {
            await _shop.DisposeAsync();
        }

        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    [TestCase(true, "standard")]
    [TestCase(true, "batching")]
    [TestCase(false, "standard")]
    public async Task SG1_SG14_AnalyticsNext_EveryCall_ArrivesIfThePageMaySend(bool allowed, string strategy)
    {
        var shop = _shop.Urls.Single();
        await using var running = await Running.StartAsync("segment", o => o with { Cors = allowed ? [shop] : ["https://other.example"] });
        var page = await _browser.NewPageAsync();
        var seen = new ConcurrentQueue<string>();
        page.Console += (_, message) => seen.Enqueue(message.Text);
        page.RequestFailed += (_, request) => seen.Enqueue($"{request.Method} {request.Url} failed: {request.Failure}");
        page.Response += (_, response) => seen.Enqueue($"{response.Request.Method} {response.Url} {response.Status}");
        await page.GotoAsync(shop + "/pricing");
        await page.EvaluateAsync(
            """
            async ([host, writeKey, strategy]) => {
                const analytics = AnalyticsNext.AnalyticsBrowser.load(
                    { writeKey, cdnSettings: { integrations: { 'Segment.io': { apiKey: writeKey } } } },
                    { integrations: { 'Segment.io': { apiHost: host + '/v1', protocol: 'http', deliveryStrategy: { strategy, config: { size: 3,
                     timeout: 200 } } } } });
                await analytics.page('Pricing');
                await analytics.track('Looked', { price: 49.5, what: 'ü😀' });
                await analytics.identify('web-7', { email: 'ada@example.com', plan: 'pro' });
                await analytics.track('Bought');
                await analytics.screen('Main');
                await analytics.group('acme', { objectAttributes: { name: 'Acme' } });
                await analytics.reset(); // while somebody is identified, this SDK puts them in the place of the new id
                await analytics.alias('web-8', 'web-7');
            }
            """,
            new[] { running.Url.Authority, Running.Key, strategy }
        );
        if (!allowed)
        {
            await Task.Delay(1000);
            Assert.That((await running.Http.GetStringAsync(new Uri(running.Url, "/metrics"))).Split('\n'), Does.Contain("customerio_ingest_received_total 0"));
            return;
        }

        await running.UntilAsync(
            () => running.Sandbox.Requests.Any(r => r.Text.Contains("\"merge\"", StringComparison.Ordinal)),
            () => $"the alias did not arrive; the browser saw:\n{string.Join('\n', seen.Concat(running.DeadLetters().Select(d => d.Text)))}"
        );
        await running.SettleAsync();
        var person = running.Sandbox.Person("web-7")!; // as nobody is web-8, the merge changes nothing
        Assert.Multiple(async () =>
        {
            Assert.That(running.DeadLetters().Select(d => d.Reason + d.Text), Is.Empty);
            Assert.That((string?)person["attributes"]!["plan"], Is.EqualTo("pro"));
            Assert.That(person["events"]!.Select(e => (string)e["name"]!), Is.SupersetOf(new[] { "Bought", "Main" }));
            Assert.That((await running.ControlAsync("objects")).ToString(), Does.Contain("acme"));
            Assert.That(
                running.Sandbox.Requests.Select(r => r.Text),
                Has.Some.Contains("Looked").And.Some.Contains(shop + "/pricing"),
                "what came before the identify"
            );
        });
    }
}
