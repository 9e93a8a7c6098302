using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Tests;

[Category("Slow")]
public class HubTests
{
    private string _data = "";

    [OneTimeSetUp]
    public void MakeFolder() => _data = Directory.CreateTempSubdirectory("connector-hub-tests-").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_data, recursive: true);

    [TestCase("hub")]
    [TestCase("hub", "--sandbox")]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task FirstLine_IsTheAddress(params string[] args)
    {
        using var process = Tool.Start([.. args, "--port", "0", "--data", _data], null);
        var error = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        Assert.That(url, Does.Match(@"^http://127\.0\.0\.1:\d+$"));
        Assert.That(await process.StandardOutput.ReadLineAsync(), Is.EqualTo("CUSTOMERIO_HUB_URL=" + url));
        var ran = await EndAsync(process, error);
        Assert.That(
            ran.Error,
            Does.Contain(args.Length > 1 ? "On: actions, agents, events, webhooks. Off: syncs" : "On: actions, agents. Off: events, webhooks, syncs")
        );
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task Hub_WithASandbox_DoesEverythingOnOnePort()
    {
        using var process = Tool.Start(["hub", "--sandbox", "--port", "0"], null);
        var error = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!environment.ContainsKey("CUSTOMERIO_WEBHOOK_SIGNING_KEY"))
        {
            var line = (await process.StandardOutput.ReadLineAsync())!.Split('=', 2);
            environment[line[0]] = line[1];
        }

        using var http = new HttpClient();
        Assert.That(environment["CUSTOMERIO_INGEST_URL"], Is.EqualTo(url));
        Assert.That(environment["CUSTOMERIO_WEBHOOK_URL"], Is.EqualTo(url + "/customerio"));

        Assert.That(await PostAsync(http, url + "/actions/identify", """{"id":"7","customerData":{"email":"ada@example.com"}}"""), Is.EqualTo(200));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(environment["CUSTOMERIO_WRITE_KEY"] + ":"))
        );
        Assert.That(await PostAsync(http, url + "/v1/track", """{"userId":"7","event":"Bought"}"""), Is.EqualTo(200));
        http.DefaultRequestHeaders.Authorization = null;
        await Eventually.TrueAsync(
            async () =>
                (await http.GetStringAsync(new Uri(environment["CUSTOMERIO_BASE_URL"] + "/_sandbox/people/7"))).Contains("Bought", StringComparison.Ordinal),
            "the event did not arrive"
        );

        // The sandbox signs what it reports, as Customer.io does.
        var webhook = $$"""{"name":"hub","endpoint":"{{url}}/customerio","events":["email_sent"]}""";
        Assert.That(await PostAsync(http, url + "/actions/create-reporting-webhook", webhook), Is.EqualTo(200));
        const string Mail = """{"id":"7","to":"ada@example.com","from":"a@example.com","subject":"Hello","body":"Hello"}""";
        Assert.That(await PostAsync(http, url + "/actions/send-email", Mail), Is.EqualTo(200));
        await Eventually.TrueAsync(
            async () => (int)ConnectorJson.ParseObject(await http.GetStringAsync(new Uri(url + "/health")))["webhooks"]!["received"]! > 0,
            "nothing was reported"
        );

        var ran = await EndAsync(process, error);
        Assert.That(ran.Error, Does.Contain("Deliveries are checked").And.EndWith("Stopped.\n"));
    }

    [Test]
    public async Task Health_IsThatOfAServer_AndAFailureWithoutOne()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var process = Tool.Start(["serve", "--port", "0", "--data", _data, "--write-key", "k"], sandbox);
        var error = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        var well = await InProcess.OnceAsync("hub", "health", url!);
        Assert.That((well.Exit, (string?)well.Json["status"]), Is.EqualTo((0, "ok")), well.ToString());
        await EndAsync(process, error);

        var gone = await InProcess.OnceAsync("hub", "health", url!);
        var other = await InProcess.OnceAsync("hub", "health", sandbox.Url.ToString());
        var wrong = await InProcess.OnceAsync("hub", "health", "here");
        Assert.Multiple(() =>
        {
            Assert.That((gone.Exit, gone.Out), Is.EqualTo((6, "")), gone.ToString());
            Assert.That(gone.Error, Does.Contain($"Nothing answers at {url}: "));
            Assert.That((other.Exit, other.Out), Is.EqualTo((6, "")), other.ToString());
            Assert.That(other.Error, Does.Match("answers [45][0-9][0-9], so it is not well, or no server of ours: "));
            Assert.That((wrong.Exit, wrong.Out), Is.EqualTo((2, "")), wrong.ToString());
            Assert.That(wrong.Error, Does.Contain("such as http://127.0.0.1:8028"));
        });
    }

    [Test]
    public async Task Help_HasExamples()
    {
        var help = await InProcess.OnceAsync("hub", "--help");
        Assert.That(help.Exit, Is.Zero);
        Assert.That(help.Out, Does.Contain("Examples:\n").And.Contain("connector hub --sandbox\n").And.Contain("--webhook-path").And.Contain("--write-key"));
    }

    [TestCase("--parts", "everything", "--parts everything is no part")]
    [TestCase("--files", "*", "must name a folder")]
    [TestCase("--host", "0.0.0.0", "hub keys add")]
    [TestCase("--allow-host", "hub.example.com", "leave --host and --allow-host out")]
    [TestCase("--parts", "events", "CUSTOMERIO_WRITE_KEY")]
    [TestCase("--parts", "actions,syncs", "--syncs")]
    [TestCase("--syncs", "/nowhere", "no folder /nowhere")]
    public async Task WrongOption_IsSaidAndNothingStarts(string option, string value, string words)
    {
        var ran = await InProcess.OnceAsync("hub", "--port", "0", "--data", _data, option, value);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain(words));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task Keys_AreMadeAskedForListedAndRemoved()
    {
        var data = Path.Combine(_data, "keys");
        var made = await InProcess.OnceAsync("hub", "keys", "add", "n8n", "--groups", "people,Events", "--json", "--data", data);
        Assert.That(made.Exit, Is.Zero, made.ToString());
        var key = (string)made.Json["key"]!;

        using var process = Tool.Start(["hub", "--sandbox", "--port", "0", "--data", data], null);
        var error = process.StandardError.ReadToEndAsync();
        var url = await process.StandardOutput.ReadLineAsync();
        using var http = new HttpClient();
        Assert.That(await PostAsync(http, url + "/actions/identify", """{"id":"7"}"""), Is.EqualTo(401));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.That(await PostAsync(http, url + "/actions/identify", """{"id":"7"}"""), Is.EqualTo(200));
        Assert.That(await PostAsync(http, url + "/actions/list-segments", "{}"), Is.EqualTo(403));
        var hub = await EndAsync(process, error);
        Assert.That(
            hub.Error,
            Does.Contain("Callers of actions need a key.\n").And.Contain("\nn8n ran identify: succeeded\nn8n may not run list-segments\n").And.Not.Contain(key)
        );

        var list = await InProcess.OnceAsync("hub", "keys", "list", "--json", "--data", data);
        Assert.That(list.Out, Does.Contain("\"groups\":[\"people\",\"events\"],\"readOnly\":false").And.Not.Contain(key));
        var again = await InProcess.OnceAsync("hub", "keys", "add", "N8N", "--data", data);
        var group = await InProcess.OnceAsync("hub", "keys", "add", "x", "--groups", "peple", "--data", data);
        var wrong = await InProcess.OnceAsync("hub", "keys", "remove", "n8m", "--data", data);
        Assert.That((again.Exit, group.Exit, wrong.Exit), Is.EqualTo((2, 2, 2)));
        Assert.That(again.Error + group.Error + wrong.Error, Does.Contain("already").And.Contain("Did you mean people?").And.Contain("Did you mean n8n?"));
        Assert.That((await InProcess.OnceAsync("hub", "keys", "remove", "n8n", "--data", data)).Exit, Is.Zero);
        Assert.That((await InProcess.OnceAsync("hub", "keys", "list", "--json", "--data", data)).Json["keys"], Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task StderrThatNobodyReads_KeepsNoCallerWaiting()
    {
        var data = Path.Combine(_data, "unread");
        var made = await InProcess.OnceAsync("hub", "keys", "add", new string('k', 64), "--groups", "people", "--json", "--data", data);
        using var process = Tool.Start(["hub", "--sandbox", "--port", "0", "--data", data], null);
        var url = await process.StandardOutput.ReadLineAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made.Json["key"]!);

        // More lines than a pipe holds.
        for (var i = 0; i < 1_500; i++)
        {
            using var answer = await http.PostAsync(new Uri(url + "/actions/list-segments"), null);
            Assert.That((int)answer.StatusCode, Is.EqualTo(403));
        }

        await EndAsync(process, process.StandardError.ReadToEndAsync());
    }

    [Test]
    public async Task Ports_OfWhatListens_AreDifferent()
    {
        var ports = new List<string>();
        foreach (
            var command in (string[][])
                [
                    ["sandbox"],
                    ["serve"],
                    ["webhooks", "serve"],
                    ["hub"],
                ]
        )
        {
            var help = (await InProcess.OnceAsync([.. command, "--help"])).Out;
            ports.Add(help[(help.IndexOf("--port", StringComparison.Ordinal))..].Split("Default ")[1][..4]);
        }

        Assert.That(ports, Is.EqualTo(new[] { "8025", "8026", "8027", "8028" }));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task SyncServe_WithAPort_TellsHowItIs()
    {
        var folder = Directory.CreateTempSubdirectory("connector-syncs-").FullName;
        try
        {
            var table = Path.Combine(folder, "people.db");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "people.json"),
                $$$"""
                {"name":"people","schedule":"24h","database":"sqlite:{{{table}}}","table":"people","key":"id","attributes":{"plan":"plan"}}
                """
            );
            using var process = Tool.Start(["sync", "serve", folder, "--port", "0", "--data", folder], null);
            var error = process.StandardError.ReadToEndAsync();
            var url = await process.StandardOutput.ReadLineAsync();
            if (url is null)
            {
                Assert.Fail(await error);
            }

            using var http = new HttpClient();
            Assert.That((int)ConnectorJson.ParseObject(await http.GetStringAsync(new Uri(url + "/health")))["syncs"]!["scheduled"]!, Is.EqualTo(1));
            Assert.That(await http.GetStringAsync(new Uri(url + "/metrics")), Does.Contain("customerio_sync_scheduled 1\n"));
            await EndAsync(process, error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> PostAsync(HttpClient http, string url, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(url), content);
        if (!answer.IsSuccessStatusCode)
        {
            await TestContext.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync());
        }

        return (int)answer.StatusCode;
    }

    private static async Task<Ran> EndAsync(Process process, Task<string> error)
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), error);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        return ran;
    }
}
