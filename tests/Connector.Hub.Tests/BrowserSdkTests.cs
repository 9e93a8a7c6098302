using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The SDKs for browsers, in a real one, from a page of another origin: all they talk to is the ingest.</summary>
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
        var (_, modules, _) = await NodeTools.RunAsync("node", ["-p", "require('path').resolve('node_modules')"]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _shop = builder.Build();
        _shop.MapGet(
            "/pricing",
            () => Results.Content("<!doctype html><title>Shop</title><script src=/segment.js></script><script src=/rudder.js></script>", "text/html")
        );
        Script("/segment.js", "@segment/analytics-next/dist/umd/index.js");
        Script("/rudder.js", "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js");
        await _shop.StartAsync();

        void Script(string path, string file) => _shop.MapGet(path, () => Results.File(Path.Combine(modules.Trim(), file), "text/javascript"));
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
        var shop = Shop;
        await using var running = await Running.StartAsync("segment", o => o with { Cors = allowed ? [shop] : ["https://other.example"] });
        var (page, seen) = await OpenAsync();
        await page.EvaluateAsync(
            """
            async ([host, writeKey, strategy, allowed]) => {
                const known = allowed ? {} : { cdnSettings: { integrations: { 'Segment.io': { apiKey: writeKey, apiHost: host + '/v1', protocol: 'http' } } } };
                const analytics = AnalyticsNext.AnalyticsBrowser.load(
                    { writeKey, cdnURL: 'http://' + host, ...known },
                    { integrations: { 'Segment.io': { deliveryStrategy: { strategy, config: { size: 3, timeout: 200, keepalive: true } } } } });
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
            new object[] { running.Url.Authority, Running.Key, strategy, allowed }
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
            Assert.That(
                person["events"]!.Select(e => (string)e["name"]!),
                Is.EquivalentTo(new[] { shop + "/pricing", "Looked", "Bought", "Main" }),
                "each once, and what came before the identify, too"
            );
            Assert.That((await running.ControlAsync("objects")).ToString(), Does.Contain("acme"));
            Assert.That(Elsewhere(seen, running), Is.Empty);
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task RS1_AnalyticsJs_EveryCall_ArrivesWithoutAndWithBeacon(bool beacon)
    {
        await using var running = await Running.StartAsync("rudderstack", o => o with { Cors = [Shop] });
        var (page, seen) = await OpenAsync();
        await page.EvaluateAsync(
            """
            async ([url, writeKey, useBeacon]) => {
                const rudder = window.rudder = new rudderanalytics.RudderAnalytics();
                await new Promise(resolve => rudder.load(writeKey, url, {
                    configUrl: url, useBeacon, beaconQueueOptions: { maxItems: 3, flushQueueInterval: 200 }, onLoaded: resolve }));
                rudder.page('Pricing');
                rudder.track('Looked', { price: 49.5, what: 'ü😀' });
            }
            """,
            new object[] { running.Url.ToString().TrimEnd('/'), Running.Key, beacon }
        );
        // It sends them side by side, in any order: an identify would come before what it is to take over, and a merge before what it is about.
        await ArrivedAsync(() => new[] { "Pricing", "Looked" }.All(name => running.Sandbox.Requests.Any(r => r.Text.Contains(name, StringComparison.Ordinal))));
        await page.EvaluateAsync(
            """
            () => {
                rudder.identify('web-7', { email: 'ada@example.com', plan: 'pro' });
                rudder.track('Bought');
                rudder.group('acme', { name: 'Acme' });
            }
            """
        );
        await ArrivedAsync(() =>
            running.Events("web-7").Length == 3
            && (string?)running.Sandbox.Person("web-7")!["attributes"]!["plan"] == "pro"
            && running.Sandbox.Requests.Any(r => r.Text.Contains("Acme", StringComparison.Ordinal))
        );
        var before = running.Sandbox.RequestCount;
        await page.EvaluateAsync("() => window.rudder.alias('web-8', 'web-7')");
        await ArrivedAsync(() => running.Sandbox.RequestCount > before);
        var person = running.Sandbox.Person("web-7")!;
        Assert.Multiple(async () =>
        {
            Assert.That(running.DeadLetters().Select(d => d.Reason + d.Text), Is.Empty);
            Assert.That((string?)person["attributes"]!["plan"], Is.EqualTo("pro"));
            Assert.That(
                person["events"]!.Select(e => (string)e["name"]!),
                Is.EquivalentTo(new[] { "Pricing", "Looked", "Bought" }),
                "each once, and what came before the identify, too"
            );
            Assert.That((await running.ControlAsync("objects")).ToString(), Does.Contain("Acme"));
            Assert.That(seen.Any(s => s.Contains("/beacon/v1/batch", StringComparison.Ordinal)), Is.EqualTo(beacon));
            Assert.That(Elsewhere(seen, running), Is.Empty);
        });

        async Task ArrivedAsync(Func<bool> all)
        {
            await running.UntilAsync(
                all,
                () =>
                    $"not all arrived; the browser saw:\n{string.Join('\n', seen.Concat(running.DeadLetters().Select(d => d.Text)))}\nand Customer.io got:\n"
                    + string.Join('\n', running.Sandbox.Requests.Select(r => r.Text))
            );
            await running.SettleAsync();
        }
    }

    [Test]
    public async Task RS1_AnalyticsJs_WhatIsTrackedAsThePageIsLeft_Arrives()
    {
        await using var running = await Running.StartAsync("rudderstack", o => o with { Cors = [Shop] });
        var (page, seen) = await OpenAsync();
        await page.EvaluateAsync(
            """
            async ([url, writeKey]) => {
                const rudder = new rudderanalytics.RudderAnalytics();
                await new Promise(resolve => rudder.load(writeKey, url, { configUrl: url, useBeacon: true, onLoaded: resolve }));
                rudder.identify('web-9');
                rudder.track('Left');
            }
            """,
            new object[] { running.Url.ToString().TrimEnd('/'), Running.Key }
        );
        await page.GotoAsync("about:blank");
        await running.UntilAsync(() => running.Events("web-9").Length > 0, () => "nothing arrived; the browser saw:\n" + string.Join('\n', seen));
        await running.SettleAsync();
        Assert.That(running.Events("web-9"), Is.EqualTo(new[] { "Left" }));
    }

    private string Shop => _shop.Urls.Single();

    private async Task<(IPage Page, ConcurrentQueue<string> Seen)> OpenAsync()
    {
        var context = await _browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var seen = new ConcurrentQueue<string>();
        page.Console += (_, message) => seen.Enqueue(message.Text);
        page.Request += (_, request) => seen.Enqueue($"{request.Method} {request.Url}");
        page.RequestFailed += (_, request) => seen.Enqueue($"{request.Method} {request.Url} failed: {request.Failure}");
        page.Response += (_, response) => seen.Enqueue($"{response.Request.Method} {response.Url} {response.Status}");
        await page.GotoAsync(Shop + "/pricing");
        return (page, seen);
    }

    // Other servers than the shop's and ours that a page asked.
    private IEnumerable<string> Elsewhere(ConcurrentQueue<string> seen, Running running) =>
        seen.Select(s => s.Split(' '))
            .Where(words => words.Length >= 2 && Uri.TryCreate(words[1], UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
            .Select(words => new Uri(words[1]).GetLeftPart(UriPartial.Authority))
            .Where(origin => origin != Shop && origin != running.Url.GetLeftPart(UriPartial.Authority));
}
