using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>A page of another origin, and one whose name was turned to this machine, try every server of the product in a real browser.</summary>
[NonParallelizable]
[Platform(Exclude = "Win", Reason = "Signals and shell commands")]
[Category("Slow")]
public sealed class ForeignPageTests
{
    private const string Evil = "evil.example",
        Secret = "a-secret-of-the-shell";

    /// <summary>Tries each request in every way that a page has, and tells what it could read.</summary>
    private const string Attack = """
        async ([base, json]) => {
            const requests = JSON.parse(json);
            const told = [];
            const tell = (what, text) => told.push(`${what}: ${text}`);
            for (const [method, path, headers, body] of requests) {
                for (const mode of ['cors', 'no-cors']) {
                    try {
                        const answer = await fetch(base + path, { method, mode, headers: headers ?? undefined, body: body ?? undefined,
                        signal: AbortSignal.timeout(10000) });
                        tell(`${mode} ${method} ${path}`, answer.type === 'opaque' ? 'opaque' : `${answer.status} ${await answer.text()}`);
                    } catch (error) {
                        tell(`${mode} ${method} ${path}`, 'blocked');
                    }
                }
                if (method === 'GET') {
                    await new Promise(resolve => {
                        const script = document.createElement('script');
                        script.onload = () => resolve(tell(`script ${path}`, 'loaded'));
                        script.onerror = () => resolve(tell(`script ${path}`, 'blocked'));
                        script.src = base + path;
                        document.head.append(script);
                    });
                }
            }
            await new Promise(resolve => {
                const socket = new WebSocket(base.replace('http', 'ws') + '/comms');
                socket.onopen = () => resolve(tell('socket', 'open'));
                socket.onerror = () => resolve(tell('socket', 'blocked'));
            });
            await new Promise(resolve => {
                const stream = new EventSource(base + '/_sandbox/stream');
                stream.onmessage = () => resolve(tell('stream', 'read'));
                stream.onerror = () => { stream.close(); resolve(tell('stream', 'blocked')); };
            });
            return told;
        }
        """;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<Process> _processes = [];
    private readonly List<string> _folders = [];
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private WebApplication _shop = null!;

    /// <summary>What each server was started as, its address, and what a foreign page would like of it.</summary>
    private readonly Dictionary<string, (Uri Url, object?[][] Requests)> _servers = [];

    private Uri _editor = null!;
    private Uri _data = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _playwright = await Playwright.CreateAsync();
        // Newer browsers ask before a page may reach this machine; older ones do not, and people say yes.
        _browser = await Browser.LaunchAsync(
            _playwright,
            $"--host-resolver-rules=MAP {Evil} 127.0.0.1",
            "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"
        );
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _shop = builder.Build();
        _shop.MapGet("/", () => Results.Content("<!doctype html><title>Shop</title>", "text/html"));
        await _shop.StartAsync();
        var jsonHeaders = new Dictionary<string, string> { ["Content-Type"] = "application/json" };
        var basic = new Dictionary<string, string> { ["Authorization"] = "Basic " + Convert.ToBase64String("s:k"u8), ["Content-Type"] = "application/json" };

        var up = await StartAsync(["up", "--port", "0"], "Sandbox ");
        _editor = new Uri(up.Single(l => l.StartsWith("Editor ", StringComparison.Ordinal))["Editor ".Length..].Trim());
        _servers["up"] = (
            new Uri(up[0]),
            [
                ["GET", "/flows", null, null],
                ["GET", "/settings", null, null],
                ["POST", "/flows", jsonHeaders, """[{"id":"x","type":"exec","command":"id"}]"""],
                ["POST", "/signup", new Dictionary<string, string> { ["Content-Type"] = "text/plain" }, "{}"],
                ["POST", "/signup", jsonHeaders, """{"email":"mallory@example.com"}"""],
                ["GET", "/customerio/options/segments?connection=customerio-example-connection", null, null],
            ]
        );
        _servers["sandbox of up"] = (
            new Uri(up.Single(l => l.StartsWith("Sandbox ", StringComparison.Ordinal))["Sandbox ".Length..].Trim()),
            Sandbox(jsonHeaders, basic)
        );
        var sandbox = await StartAsync(["sandbox", "--port", "0"], "CUSTOMERIO_WEBHOOK_SIGNING_KEY=");
        _data = new Uri(sandbox[0]);
        _servers["sandbox"] = (_data, Sandbox(jsonHeaders, basic));
        var serve = await StartAsync(["serve", "--port", "0", "--sandbox"], "CUSTOMERIO_WEBHOOK_SIGNING_KEY=");
        _servers["serve"] = (
            new Uri(serve[0]),
            [
                ["GET", "/health", null, null],
                ["GET", "/metrics", null, null],
                [
                    "POST",
                    "/v1/track",
                    new Dictionary<string, string> { ["Content-Type"] = "text/plain" },
                    """{"writeKey":"the-write-key","userId":"7","event":"Bought"}""",
                ],
            ]
        );
        var hub = await StartAsync(["hub", "--port", "0", "--sandbox"], "CUSTOMERIO_WEBHOOK_SIGNING_KEY=");
        _servers["hub"] = (
            new Uri(hub[0]),
            [
                ["GET", "/actions", null, null],
                ["GET", "/options/segments", null, null],
                ["GET", "/metrics", null, null],
                ["POST", "/actions/identify", new Dictionary<string, string> { ["Content-Type"] = "text/plain" }, """{"id":"mallory"}"""],
                ["POST", "/actions/identify", jsonHeaders, """{"id":"mallory"}"""],
                ["POST", "/v1/track", jsonHeaders, """{"writeKey":"sandbox","userId":"mallory","event":"Bought"}"""],
                ["POST", "/customerio", jsonHeaders, Encoding.UTF8.GetString(Webhooks.Body("email_bounced", "e1"))],
            ]
        );
        var webhooks = await StartAsync(["webhooks", "serve", "--port", "0"], "CUSTOMERIO_WEBHOOK_URL=");
        _servers["webhooks serve"] = (
            new Uri(new Uri(webhooks[0]).GetLeftPart(UriPartial.Authority)),
            [
                ["POST", "/customerio", jsonHeaders, Encoding.UTF8.GetString(Webhooks.Body("email_bounced", "e1"))],
                ["GET", "/customerio", null, null],
            ]
        );
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var process in _processes)
        {
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync(limit.Token);
            process.Dispose();
        }

        _folders.ForEach(f => Directory.Delete(f, true));
        if (_shop is not null)
        {
            await _shop.DisposeAsync();
        }

        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _http.Dispose();
    }

    // A page that stays open goes on running.
    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var context in _browser.Contexts.ToArray())
        {
            await context.CloseAsync();
        }
    }

    private static readonly string[] s_names = ["up", "sandbox of up", "sandbox", "serve", "webhooks serve", "hub"];

    [Test]
    public async Task PageOfAnotherOrigin_GetsNothing([ValueSource(nameof(s_names))] string name, [Values("127.0.0.1", Evil)] string host)
    {
        var page = await _browser.NewPageAsync();
        await page.GotoAsync(new UriBuilder(_shop.Urls.Single()) { Host = host }.ToString());
        await AssertNothingAsync(name, await TryAsync(page.MainFrame, name), status: null);
    }

    [TestCaseSource(nameof(s_names))]
    public async Task PageOfNoOrigin_GetsNothing(string name)
    {
        var page = await _browser.NewPageAsync();
        await page.GotoAsync(_shop.Urls.Single());
        await page.SetContentAsync("""<iframe sandbox="allow-scripts" srcdoc="<title>null</title>"></iframe>""");
        var frame = page.Frames.Single(f => f != page.MainFrame);
        Assert.That(await frame.EvaluateAsync<string>("self.origin"), Is.EqualTo("null"));
        await AssertNothingAsync(name, await TryAsync(frame, name), status: null);
    }

    [TestCaseSource(nameof(s_names))]
    public async Task PageWhoseNameWasTurnedToThisMachine_GetsNothing(string name)
    {
        var own = new UriBuilder(_servers[name].Url) { Host = Evil }.Uri.GetLeftPart(UriPartial.Authority);
        var page = await PageAsync(own + "/shop");
        await AssertNothingAsync(name, await TryAsync(page.MainFrame, name, own), status: 403);
    }

    /// <summary>Proves that the attack above would see something if there were something to see.</summary>
    [Test]
    public async Task PageOfTheSandbox_GetsWhatAForeignOneDoesNot()
    {
        var page = await PageAsync(new Uri(_data, "/shop").ToString());
        var told = await TryAsync(page.MainFrame, "sandbox");
        Assert.That(
            told,
            Has.Some.StartsWith("cors GET /_sandbox/people: 200 {")
                .And.Some.EqualTo("stream: read")
                .And.Some.StartsWith("cors PUT /api/v1/customers/mallory: 200"),
            string.Join('\n', told)
        );
        Assert.That(await PeopleAsync(_data), Does.Contain("mallory"));
        using var reset = await _http.PostAsync(new Uri(_data, "/_sandbox/reset"), null);
    }

    [Test]
    public async Task Editor_OfUp_OpensWithTheTokenOfThisRunOnly()
    {
        var without = await _browser.NewPageAsync();
        await without.GotoAsync(_servers["up"].Url.ToString());
        await without.GetByText("connector up printed").WaitForAsync(new() { Timeout = 60_000 });
        Assert.That(await without.Locator("#red-ui-workspace-chart").CountAsync(), Is.Zero);

        var page = await _browser.NewPageAsync();
        await page.GotoAsync(_editor.ToString());
        await page.Locator(".red-ui-palette-node[data-palette-type='customerio-identify']")
            .WaitForAsync(new() { Timeout = 60_000, State = WaitForSelectorState.Attached });
        Assert.That(page.Url, Does.Not.Contain("access_token"), "it does not stay in the address");

        foreach (var (token, status) in new (string?, int)[] { (null, 401), ("x", 401), ("undefined", 401), (Token, 200) })
        {
            Assert.That((int)await AdminAsync("/flows", token), Is.EqualTo(status), token);
        }
    }

    [Test]
    public async Task NodeRed_OfUp_AndItsChildrenSeeNothingOfTheShell()
    {
        var flow = JArray.Parse(
            """
            [{"id":"env-tab","type":"tab","label":"Environment"},
             {"id":"env-in","type":"http in","z":"env-tab","url":"/env","method":"get","wires":[["env-run"]]},
             {"id":"env-run","type":"exec","z":"env-tab","command":"env; cat /proc/$PPID/environ","addpay":"","useSpawn":"false","wires":[["env-out"],[],[]]},
             {"id":"env-out","type":"http response","z":"env-tab","wires":[]}]
            """
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_servers["up"].Url, "/flow"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var nodes = new JArray(flow.Skip(1));
        request.Content = new StringContent(
            ConnectorJson.ToText(new JObject { ["label"] = "Environment", ["nodes"] = nodes }),
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await _http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        var seen = "";
        for (var clock = Stopwatch.StartNew(); !seen.Contains("PATH=", StringComparison.Ordinal) && clock.Elapsed < TimeSpan.FromSeconds(30); )
        {
            using var response = await _http.GetAsync(new Uri(_servers["up"].Url, "/env"));
            seen = await response.Content.ReadAsStringAsync();
            await Task.Delay(100);
        }

        Assert.That(seen, Does.Contain("PATH=").And.Contain("CUSTOMERIO_SANDBOX_URL=").And.Not.Contain(Secret).And.Not.Contain(Token));
        Assert.That(seen, Does.Not.Contain("AWS_").And.Not.Contain("API_KEY").And.Not.Contain("CREDENTIAL"));
    }

    private string Token => _editor.Query.Split('=')[1];

    private static object?[][] Sandbox(Dictionary<string, string> json, Dictionary<string, string> basic) =>
        [
            ["GET", "/", null, null],
            ["GET", "/_sandbox/people", null, null],
            ["GET", "/_sandbox/requests", null, null],
            ["PUT", "/api/v1/customers/mallory", basic, """{"name":"Mallory"}"""],
            ["GET", "/v1/customers?email=ada@example.com", new Dictionary<string, string> { ["Authorization"] = "Bearer a" }, null],
            ["POST", "/_sandbox/faults", json, """{"status":500,"times":0}"""],
        ];

    /// <summary>Starts the tool with secrets in its environment, and reads its lines up to one that begins so.</summary>
    private async Task<List<string>> StartAsync(string[] args, string last)
    {
        var data = Directory.CreateTempSubdirectory("connector-foreign-").FullName;
        _folders.Add(data);
        if (args[0] == "up")
        {
            await UpTests.LinkAsync(data);
        }

        var process = Tool.Start(
            args[0] == "sandbox" ? args : [.. args, "--data", data],
            null,
            ("CUSTOMERIO_WRITE_KEY", "the-write-key"),
            ("CUSTOMERIO_API_KEY", Secret),
            ("AWS_SECRET_ACCESS_KEY", Secret)
        );
        _processes.Add(process);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (lines.Count == 0 || !lines[^1].StartsWith(last, StringComparison.Ordinal))
        {
            lines.Add(
                await process.StandardOutput.ReadLineAsync(limit.Token)
                    ?? throw new InvalidOperationException($"{string.Join(' ', args)} ended: {await errors}")
            );
        }

        return lines;
    }

    /// <summary>A page at an address that no server is asked for.</summary>
    private async Task<IPage> PageAsync(string address)
    {
        var page = await _browser.NewPageAsync();
        await page.RouteAsync(address, route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html><title>Shop</title>" }));
        await page.GotoAsync(address);
        return page;
    }

    private async Task<string[]> TryAsync(IFrame frame, string name, string? at = null) =>
        await frame.EvaluateAsync<string[]>(
            Attack,
            new[] { at ?? _servers[name].Url.GetLeftPart(UriPartial.Authority), JsonConvert.SerializeObject(_servers[name].Requests) }
        );

    private async Task AssertNothingAsync(string name, string[] told, int? status)
    {
        var all = string.Join('\n', told);
        Assert.Multiple(async () =>
        {
            Assert.That(told, Has.Length.GreaterThan(4), all);
            foreach (var line in told.Where(t => !t.EndsWith(": blocked", StringComparison.Ordinal) && !t.EndsWith(": opaque", StringComparison.Ordinal)))
            {
                Assert.That(line, status is null ? Is.Empty : Does.Match($"(?s): {status} .*this server").IgnoreCase, "a page of another origin reads nothing");
            }

            // What was sent all the same changed nothing.
            switch (name)
            {
                case "up":
                    Assert.That((int)await AdminAsync("/flows", Token), Is.EqualTo(200));
                    Assert.That(_flows, Does.Not.Contain("\"exec\",\"command\":\"id\""));
                    break;
                case "serve":
                    Assert.That(await _http.GetStringAsync(new Uri(_servers[name].Url, "/metrics")), Does.Contain("customerio_ingest_received_total 0\n"));
                    break;
                case "webhooks serve":
                    break;
                case "hub":
                    var counted = await _http.GetStringAsync(new Uri(_servers[name].Url, "/metrics"));
                    Assert.That(counted, Does.Not.Contain("identify").And.Contain("customerio_ingest_received_total 0\n"));
                    Assert.That(counted, Does.Contain("customerio_webhooks_received_total 0\n"));
                    break;
                default:
                    Assert.That(await PeopleAsync(_servers[name].Url), Does.Not.Contain("mallory"));
                    Assert.That(await _http.GetStringAsync(new Uri(_servers[name].Url, "/_sandbox/faults")), Does.Contain("[]"));
                    break;
            }
        });
    }

    private string _flows = "";

    private async Task<HttpStatusCode> AdminAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_servers["up"].Url, path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request);
        _flows = await response.Content.ReadAsStringAsync();
        return response.StatusCode;
    }

    private Task<string> PeopleAsync(Uri sandbox) => _http.GetStringAsync(new Uri(sandbox, "/_sandbox/people"));
}
