using System.Diagnostics;
using System.Text;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
public class RunTests
{
    [TestCase("--input")]
    [TestCase("@file")]
    [TestCase("-")]
    public async Task Run_InputInEachForm_PutsTheVeryValuesOnTheWire(string form)
    {
        const string input = """{"id":"u1","customerData":{"plan":"pro","n":1.50,"tags":["a"],"nested":{"x":null}}}""";
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"input-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, input);
        var value = form switch
        {
            "--input" => input,
            "-" => "-",
            _ => "@" + file,
        };
        var ran = await Tool.RunAsync(["run", "identify", "--input", value, "--json"], sandbox, form == "-" ? Encoding.UTF8.GetBytes(input) : null);
        var request = sandbox.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(
                $"{request.Method} {request.Path} {request.Text}",
                Is.EqualTo("""PUT /api/v1/customers/u1 {"plan":"pro","n":1.5,"tags":["a"],"nested":{"x":null}}""")
            );
            Assert.That(ran.Json["status"]!.ToString(), Is.EqualTo("succeeded"));
            Assert.That(ConnectorJson.ToText(ran.Json["data"]!), Is.EqualTo("{}"));
            Assert.That(ran.Json["request"]!["url"]!.ToString(), Is.EqualTo($"{sandbox.Url}api/v1/customers/u1"));
            Assert.That((int)ran.Json["request"]!["httpStatus"]!, Is.EqualTo(200));
            Assert.That(ran.Json.Properties().Select(p => p.Name), Is.EqualTo(new[] { "status", "data", "request", "warnings" }));
        });
    }

    [Test]
    public async Task Run_EachOfTheFiveActions_ReachesTheSandbox()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        string[][] runs =
        [
            ["identify", "--set", "id=7", "--set", "customerData.email=ada@example.com"],
            ["track", "--set", "id=7", "--set", "eventName=bought", "--set", "eventData.price=49"],
            ["track-page-view", "--set", "id=7", "--set", "url=*"],
            ["raw-request", "--set", "url=/v1/accounts/region", "--set", "method=GET"],
            ["destroy", "--set", "id=7"],
        ];
        foreach (var run in runs)
        {
            var ran = await InProcess.OnceAsync(["run", .. run, "--json"], sandbox);
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
        }

        Assert.That(
            sandbox.Requests.Select(r => $"{r.Method} {r.Path}"),
            Is.EqualTo(
                new[]
                {
                    "PUT /api/v1/customers/7",
                    "POST /api/v1/customers/7/events",
                    "POST /api/v1/customers/7/events",
                    "GET /api/v1/accounts/region",
                    "DELETE /api/v1/customers/7",
                }
            )
        );
        Assert.That(ConnectorJson.ToText(sandbox.Requests[1].Body!["data"]!), Is.EqualTo("""{"price":49}"""));
    }

    [TestCase("customerData.a.b=1", """{"a":{"b":1}}""")]
    [TestCase("customerData.zip=007", """{"zip":"007"}""")]
    [TestCase("customerData.on=true", """{"on":true}""")]
    [TestCase("customerData.list=[1,\"a\"]", """{"list":[1,"a"]}""")]
    [TestCase("customerData.text=a=b", """{"text":"a=b"}""")]
    [TestCase("customerData.empty=", """{"empty":""}""")]
    [TestCase("customerData.forced:=\"5\"", """{"forced":"5"}""")]
    [TestCase("customerData.a\\.b=1", """{"a.b":1}""")]
    [TestCase("customerData:={\"x\":null}", """{"x":null}""")]
    public async Task Run_Set_PutsTheValueInPlace(string set, string body)
    {
        var ran = await InProcess.OnceAsync("run", "identify", "--set", "id=5", "--set", set, "--dry-run", "--json");
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        var request = ran.Json["requests"]!.Single();
        Assert.That(ConnectorJson.ToText(request["body"]!), Is.EqualTo(body));
        Assert.That(request["url"]!.ToString(), Is.EqualTo("https://track.customer.io/api/v1/customers/5"));
    }

    [Test]
    public async Task Run_DryRun_MasksCredentialsAndSendsNothing()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync(
            ["run", "track", "--set", "id=5", "--set", "eventName=x", "--invocation-id", "flow-1", "--dry-run", "--json"],
            sandbox
        );
        var again = await InProcess.OnceAsync(
            ["run", "track", "--set", "id=5", "--set", "eventName=x", "--invocation-id", "flow-1", "--dry-run", "--json"],
            sandbox
        );
        var request = (JObject)ran.Json["requests"]!.Single();
        Assert.Multiple(() =>
        {
            Assert.That(sandbox.Requests, Is.Empty);
            Assert.That(request.Properties().Select(p => p.Name), Is.EqualTo(new[] { "method", "url", "headers", "body", "bytes" }));
            Assert.That(request["headers"]!["Authorization"]!.ToString(), Is.EqualTo("Basic ***"));
            Assert.That((int)request["bytes"]!, Is.EqualTo(ConnectorJson.CountBytes(request["body"]!)));
            Assert.That(again.Out, Is.EqualTo(ran.Out), "the same invocation id must give the same event id");
        });
    }

    [TestCase("""{"status":400,"body":{"meta":{"errors":["bad"]}},"times":9}""", 4, "rejected")]
    [TestCase("""{"status":401,"times":9}""", 3, "connection")]
    [TestCase("""{"status":301,"times":9}""", 3, "connection")]
    [TestCase("""{"status":429,"times":9}""", 5, "rateLimited")]
    [TestCase("""{"status":503,"times":9}""", 6, "unavailable")]
    [TestCase("""{"drop":true,"times":9}""", 6, "unavailable")]
    public async Task Run_Failure_ExitsByKindWithOneJsonDocumentAndOneSentence(string fault, int exit, string kind)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await FaultAsync(sandbox, fault);
        var ran = await InProcess.OnceAsync(
            ["run", "identify", "--set", "id=5", "--set", "retryDelayMs=1", "--set", "useExponentialBackoff=false", "--json"],
            sandbox
        );
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(exit), ran.ToString());
            Assert.That(ran.Json["error"]!["kind"]!.ToString(), Is.EqualTo(kind));
            Assert.That(ran.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(ran.Error, Does.StartWith(kind + ": ").And.Not.Contain("   at "));
        });
    }

    [Test]
    public async Task Run_PostThatIsCutOff_IsUncertainAndExits7()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await FaultAsync(sandbox, """{"drop":true,"times":9}""");
        var ran = await InProcess.OnceAsync(
            ["run", "raw-request", "--set", "url=/v1/customers/5/events", "--set", "method=POST", "--set", "data:={\"name\":\"x\"}", "--json"],
            sandbox
        );
        Assert.That(ran.Exit, Is.EqualTo(7), ran.ToString());
        Assert.That(sandbox.Requests, Has.Count.LessThanOrEqualTo(1), "it must not be sent again");
    }

    [Test]
    public async Task Run_RefusedConnection_Exits6()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var url = sandbox.Url.ToString();
        await sandbox.DisposeAsync();
        var ran = await InProcess.OnceAsync(
            ["run", "identify", "--set", "id=5", "--set", "maxRetryCount=1", "--json"],
            null,
            null,
            ("CUSTOMERIO_BASE_URL", url),
            ("CUSTOMERIO_SITE_ID", "s"),
            ("CUSTOMERIO_API_KEY", "k")
        );
        Assert.That(ran.Exit, Is.EqualTo(6), ran.ToString());
        Assert.That((int)ran.Json["error"]!["attempts"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task Run_Interrupted_Exits130()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await FaultAsync(sandbox, """{"delayMs":30000,"times":9}""");
        using var process = Tool.Start(["run", "identify", "--set", "id=5", "--json"], sandbox);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        Assert.That(() => sandbox.RequestCount, Is.EqualTo(1).After(20_000, 50), "the request should be under way");
        // Not SIGINT: a shell that runs this in the background has its children ignore it.
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var ran = await Tool.EndAsync(process, output, error);
        Assert.That(ran.Exit, Is.EqualTo(130), ran.ToString());
        Assert.That(ran.Json["error"]!["kind"]!.ToString(), Is.EqualTo("cancelled"));
        Assert.That((string)ran.Json["error"]!["message"]!, Does.Contain("may or may not have arrived"));
    }

    [TestCase("run", "identify", "--bogus")]
    [TestCase("run")]
    [TestCase("run", "identify", "--each", "x", "--dry-run")]
    [TestCase("run", "identify", "--concurrency", "4")]
    [TestCase("run", "identify", "--each", "x", "--concurrency", "0")]
    [TestCase("run", "identify", "--region", "mars")]
    [TestCase("nonsense")]
    [TestCase("sandbox", "--port", "70000")]
    [TestCase("sandbox", "--port", "x")]
    public async Task Usage_Wrong_Exits2OnStderr(params string[] args)
    {
        var ran = await InProcess.OnceAsync(args);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
            Assert.That(ran.Out, Is.Empty);
            Assert.That(ran.Error, Does.Contain("--help").And.Not.Contain("   at "));
        });
    }

    [TestCase("run", "idntify")]
    [TestCase("run", "identify", "--set", "id=..")]
    [TestCase("run", "identify", "--set", "id")]
    [TestCase("run", "identify", "--input", "{")]
    [TestCase("run", "identify", "--input", "@no-such-file.json")]
    [TestCase("run", "identify", "--each", "no-such-file.jsonl")]
    [TestCase("run", "identify")]
    public async Task Run_BadInput_Exits2WithASentence(params string[] args)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync(args, sandbox);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
            Assert.That(ran.Out, Is.Empty);
            Assert.That(ran.Error, Does.StartWith("input: ").And.Not.Contain("   at "));
            Assert.That(sandbox.Requests, Is.Empty);
        });
    }

    [Test]
    public async Task Run_WithoutKeys_Exits3AndSaysWhichVariable()
    {
        var ran = await InProcess.OnceAsync("run", "identify", "--set", "id=1");
        Assert.That(ran.Exit, Is.EqualTo(3), ran.ToString());
        Assert.That(ran.Error, Does.Contain("CUSTOMERIO_SITE_ID"));
    }

    [Test]
    public async Task Run_Sandbox_ShowsWhatWouldHaveBeenRecorded()
    {
        var ran = await InProcess.OnceAsync("run", "identify", "--sandbox", "--set", "id=u1", "--set", "customerData.plan=pro");
        var json = await InProcess.OnceAsync("run", "identify", "--sandbox", "--set", "id=u1", "--set", "customerData.plan=pro", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(ran.Error, Does.Contain("""PUT /api/v1/customers/u1 {"plan":"pro"}"""));
            Assert.That(json.Json["sandbox"]!["requests"]!.Count(), Is.EqualTo(1));
            Assert.That(json.Json["sandbox"]!["person"]!["attributes"]!["plan"]!.ToString(), Is.EqualTo("pro"));
        });
    }

    [Test]
    public async Task Run_SandboxWithAGuardInTheEnvironment_IsGuarded()
    {
        var ran = await InProcess.OnceAsync(["run", "destroy", "--sandbox", "--set", "id=u1"], null, null, ("CUSTOMERIO_BLOCK_DESTRUCTIVE", "true"));
        Assert.That((ran.Exit, ran.Error.Contains("Block Destructive", StringComparison.Ordinal)), Is.EqualTo((3, true)), ran.ToString());
    }

    [Test]
    [Category("Slow")]
    public async Task Run_Items_PrintsEachItemOfAllPagesOnItsLine()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var people = string.Concat(Enumerable.Range(0, 2_500).Select(i => $"{{\"id\":\"p{i}\",\"customerData\":{{\"plan\":\"pro\"}}}}\n"));
        Assert.That((await Tool.RunAsync(["run", "identify", "--each", "-", "--batch"], sandbox, System.Text.Encoding.UTF8.GetBytes(people))).Exit, Is.Zero);
        var ran = await Tool.RunAsync(
            ["run", "search-people", "--set", """filter:={"attribute":{"field":"plan","operator":"eq","value":"pro"}}""", "--set", "all=true", "--items"],
            sandbox,
            null,
            ("CUSTOMERIO_APP_API_KEY", "a")
        );
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(
            ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)ConnectorJson.ParseObject(line)["id"]!).Distinct().Count(),
            Is.EqualTo(2_500)
        );
        Assert.That(ran.Error, Does.Contain("2500 items in 3 requests"));
        var whole = await Tool.RunAsync(["run", "list-campaigns", "--items"], sandbox, null, ("CUSTOMERIO_APP_API_KEY", "a"));
        Assert.That(whole.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.GreaterThan(0).And.All.StartsWith("{"));
    }

    [Test]
    public async Task Run_DebugOfAFailure_LeaksNoKeyAndNoAddress()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SiteId = "other", ApiKey = "other" });
        const string key = "k3y-that-must-not-show";
        var ran = await InProcess.OnceAsync(
            ["run", "identify", "--set", "id=ada@example.com", "--set", "customerData.email=ada@example.com", "--set", "debugRequest=true"],
            sandbox,
            null,
            ("CUSTOMERIO_API_KEY", key)
        );
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("s:" + key));
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(3), ran.ToString());
            Assert.That(ran.Error, Does.Contain("PUT $CUSTOMERIO_BASE_URL/").And.Contain("***"), "the debug log must be there");
            Assert.That(ran.Out + ran.Error, Does.Not.Contain(key).And.Not.Contain(basic).And.Not.Contain("ada@").And.Not.Contain("ada%40"));
        });
    }

    internal static async Task FaultAsync(SandboxServer sandbox, string fault)
    {
        using var client = new HttpClient();
        using var content = new StringContent(fault, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(sandbox.Url, "_sandbox/faults"), content);
        Assert.That(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
