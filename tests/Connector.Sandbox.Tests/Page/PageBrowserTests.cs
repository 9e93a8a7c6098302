using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Newtonsoft.Json;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>The page in a real browser, with a seed.</summary>
[Category("Slow")]
public sealed class PageBrowserTests
{
    private readonly List<string> _wrong = [];
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private SandboxServer _server = null!;
    private IPage _page = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Browser.LaunchAsync(_playwright);
        _server = await SandboxServer.StartAsync(new() { Seed = true });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    [SetUp]
    public void StartOver()
    {
        _wrong.Clear();
        _server.Reset();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _page.CloseAsync();
        Assert.That(_wrong, Is.Empty);
    }

    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 1280)]
    [TestCase(ColorScheme.Light, 390)]
    public async Task EveryView_HasNoFindingOfAxeAndFitsTheScreen(ColorScheme scheme, int width)
    {
        await SendAsync("PUT", "/api/v1/customers/u1", $$"""{"email":"x@example.com","long":"{{new string('w', 900)}}"}""");
        await SendAsync("PUT", "/api/v1/customers/u1", """{"email":"y@example.com"}""");
        await SendAsync("POST", "/api/v1/customers/u1/events", "{}");
        await OpenAsync("/people", scheme, width);
        await _page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(await NodeTools.FolderAsync(), "node_modules", "axe-core", "axe.min.js")));
        string[] lists = ["people", "events", "messages", "segments", "objects", "requests", "webhooks", "dropped"];
        foreach (var path in lists.Select(l => "/" + l).Append("/connect").Append("/people/u1").Append("/nothing"))
        {
            await CheckAsync(path);
        }
        foreach (var list in lists.Except(["webhooks"]))
        {
            await GoAsync("/" + list);
            await CheckAsync((await _page.Locator("#rows a").First.GetAttributeAsync("href"))![1..]);
        }

        await _page.EvaluateAsync("document.querySelector('main').append(document.createElement('button'))");
        Assert.That(await FindingsAsync(), Is.Not.Empty, "axe would have seen it");

        async Task CheckAsync(string path)
        {
            await GoAsync(path);
            Assert.That(await FindingsAsync(), Is.Empty, path);
            Assert.That(await _page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"), Is.LessThanOrEqualTo(0), path);
        }

        async Task<string[]> FindingsAsync() =>
            await _page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes.map(n => n.html).join(' '))");
    }

    [Test]
    public async Task Data_ThatTriesToRun_IsText()
    {
        const string Hostile =
            "\"'><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)></svg><a href=\"javascript:alert(4)\">javascript:alert(4)</a>";
        const string Body =
            $"<p>{Hostile}<meta http-equiv=refresh content=\"0;url=https://evil.example/\"><img src=\"https://evil.example/x.png\">"
            + "<form action=\"https://evil.example/\"><button>Go</button></form><iframe src=\"https://evil.example/\"></iframe>"
            + "<base href=\"https://evil.example/\">"
            + "<link rel=stylesheet href=\"https://evil.example/\"><style>@import 'https://evil.example/'; p { background: url(https://evil.example/) }</style>"
            + "<a id=out href=\"https://evil.example/\" target=_top>out</a>";
        var text = JsonConvert.SerializeObject(Hostile);
        var id = Uri.EscapeDataString(Hostile);
        await SendAsync("PUT", "/api/v1/customers/" + id, $$"""{"email":"u1@example.com",{{text}}:{{text}},"link":"javascript:alert(5)"}""");
        await SendAsync("POST", $"/api/v1/customers/{id}/events", $$$"""{"name":{{{text}}},"data":{"x":{{{text}}} }}""");
        await SendAsync("POST", $"/api/v1/customers/{id}/events", """{"name":"javascript:alert(6)","type":"page"}""");
        await SendAsync("PUT", $"/api/v1/customers/{id}/devices", $$$"""{"device":{"id":{{{text}}},"platform":"ios"}}""");
        await SendAsync("POST", "/_sandbox/segments", $$"""{"name":{{text}},"description":{{text}}}""");
        await SendAsync("POST", "/api/v1/segments/4/add_customers", $$"""{"ids":[{{text}}]}""");
        await SendAsync(
            "POST",
            "/api/v2/entity",
            $$$"""{"type":"object","identifiers":{"object_type_id":"1","object_id":{{{text}}}},"action":"identify","attributes":{"name":{{{text}}} }}"""
        );
        var body = JsonConvert.SerializeObject(Body);
        await SendAsync(
            "POST",
            "/v1/send/email",
            $$$"""{"to":"u1@example.com","from":{{{text}}},"subject":{{{text}}},"body":{{{body}}},"identifiers":{"id":{{{text}}} }}"""
        );
        await SendAsync("POST", $"/{id}?{id}", Body);
        await OpenAsync("/people", ColorScheme.Light, 1280);

        foreach (var list in new[] { "people", "events", "messages", "segments", "objects", "requests", "dropped" })
        {
            await GoAsync("/" + list + "?q=onerror");
            if (list != "dropped")
            {
                Assert.That(await _page.Locator("#rows").InnerTextAsync(), Does.Contain("onerror=alert(1)"), list);
                await GoAsync((await _page.Locator("#rows a").First.GetAttributeAsync("href"))![1..]);
                Assert.That(await _page.Locator("main").InnerTextAsync(), Does.Contain("onerror=alert(1)"), list);
            }
            Assert.That(await _page.Locator("main img, main script, main svg, main form:not(#find), main a[href^='javascript']").CountAsync(), Is.Zero, list);
        }

        await GoAsync("/messages");
        await GoAsync((await _page.Locator("#rows a").First.GetAttributeAsync("href"))![1..]);
        var frame = _page.FrameLocator("iframe");
        await frame.Locator("#out").ClickAsync();
        await frame.Locator("a").First.ClickAsync();
        await frame.Locator("button").ClickAsync();
        Assert.That(_page.Url, Does.StartWith(_server.Url.AbsoluteUri));
        Assert.That(_wrong.Where(w => !w.StartsWith("console", StringComparison.Ordinal)), Is.Empty, "no dialog, no error, no request elsewhere");
        _wrong.Clear();

        // The same text is not harmless where nothing holds it.
        await _page.GotoAsync("about:blank");
        await _page.SetContentAsync("<!doctype html>" + Hostile);
        await Eventually.TrueAsync(() => _wrong.Exists(w => w.StartsWith("dialog", StringComparison.Ordinal)), () => "nothing ran");
        _wrong.Clear();
    }

    [Test]
    public async Task Keyboard_SearchesOpensAndReports_AndFocusStays()
    {
        await OpenAsync("/messages", ColorScheme.Light, 1280);
        for (var i = 0; i < 20 && await FocusedAsync() != "q"; i++)
        {
            await _page.Keyboard.PressAsync("Tab");
        }
        await _page.Keyboard.TypeAsync("password");
        await Assertions.Expect(_page.Locator("#rows li")).ToHaveCountAsync(1);
        await _page.Keyboard.PressAsync("Tab");
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page.Locator("#title")).ToHaveTextAsync("Set a new password");
        Assert.That(await FocusedAsync(), Is.EqualTo("title"));

        var opened = _page.GetByRole(AriaRole.Button, new() { Name = "Clicked" });
        await opened.FocusAsync();
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page.Locator("#said")).ToContainTextAsync("Clicked: noted");
        await Assertions.Expect(_page.Locator("dt", new() { HasTextString = "clicked" })).ToHaveCountAsync(1);
        await Assertions.Expect(opened).ToBeFocusedAsync();

        async Task<string> FocusedAsync() => await _page.EvaluateAsync<string>("document.activeElement.id");
    }

    [Test]
    public async Task List_ShowsWhatArrivesAndIsCutInPages()
    {
        await OpenAsync("/people", ColorScheme.Light, 1280);
        await Assertions.Expect(_page.Locator("#range")).ToHaveTextAsync("1 to 12 of 12");
        await _page.Locator("#rows a").First.FocusAsync();
        for (var i = 0; i < 45; i++)
        {
            await SendAsync("PUT", $"/api/v1/customers/u{i}", """{"a":1}""");
        }
        await Assertions.Expect(_page.Locator("#range")).ToHaveTextAsync("1 to 50 of 57");
        await Assertions.Expect(_page.Locator("nav a").First).ToHaveTextAsync("People 57");
        await _page.Locator("#older").ClickAsync();
        await Assertions.Expect(_page.Locator("#range")).ToHaveTextAsync("51 to 57 of 57");
        await _page.GoBackAsync();
        await Assertions.Expect(_page.Locator("#range")).ToHaveTextAsync("1 to 50 of 57");
    }

    [Test]
    public async Task Address_ThatLeadsNowhere_SaysSo()
    {
        await OpenAsync("/people?start=99999", ColorScheme.Light, 1280);
        await Assertions.Expect(_page.Locator("#empty")).ToHaveTextAsync("There are only 12.");
        await GoAsync("/people/u1/and/more");
        await Assertions.Expect(_page.Locator("#title")).ToHaveTextAsync("Not here");
        await Assertions.Expect(_page.Locator("#rows")).ToBeHiddenAsync();
    }

    private async Task OpenAsync(string path, ColorScheme scheme, int width)
    {
        _page = await _browser.NewPageAsync(
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = 860 },
            }
        );
        _page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
            {
                _wrong.Add($"console {message.Text}");
            }
        };
        _page.PageError += (_, error) => _wrong.Add($"error {error}");
        _page.Dialog += (_, dialog) =>
        {
            _wrong.Add($"dialog {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        // What the policy stops never leaves; whatever else fails was tried.
        _page.RequestFinished += (_, request) => Note(request);
        _page.RequestFailed += (_, request) => Note(request);
        await _page.GotoAsync($"{_server.Url}#{path}");
        await Assertions.Expect(_page).ToHaveTitleAsync(new Regex("·"));
    }

    private void Note(IRequest request)
    {
        var isOwn = request.Url.StartsWith(_server.Url.AbsoluteUri, StringComparison.Ordinal) || request.Url.StartsWith("data:", StringComparison.Ordinal);
        if (!isOwn && request.Failure?.Contains("csp", StringComparison.OrdinalIgnoreCase) != true)
        {
            _wrong.Add($"request {request.Url} {request.Failure}");
        }
    }

    /// <summary>Goes to another view and waits until it stands there.</summary>
    private async Task GoAsync(string path)
    {
        await _page.EvaluateAsync("path => { document.title = ''; location.hash = path; dispatchEvent(new Event('hashchange')); }", path);
        await Assertions.Expect(_page).ToHaveTitleAsync(new Regex("·"));
    }

    private async Task SendAsync(string method, string path, string body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new(method), _server.Url.AbsoluteUri.TrimEnd('/') + path);
        request.Headers.Add("Authorization", path.StartsWith("/v1", StringComparison.Ordinal) ? "Bearer app" : "Basic czpr");
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var _ = await client.SendAsync(request);
    }
}
