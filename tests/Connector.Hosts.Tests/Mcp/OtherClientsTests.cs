using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>Clients that others wrote: the official TypeScript client and the Inspector.</summary>
[Category("Slow")]
public class OtherClientsTests
{
    // What any endpoint promises of a success.
    private const string Everything = """
        {"delivery_id":"d1","id":1,"identifiers":[],"customers":[],"results":[],"messages":[],"archived_message":{},"count":1,"customer":{},"object":{},
        "cio_relationships":[],"metric":{},"links":[],"activities":[],"segments":[],"campaigns":[],"broadcasts":[],"newsletters":[],"exports":[],
        "reporting_webhooks":[],"segment":{},"campaign":{},"broadcast":{},"newsletter":{},"collection":{},"collections":[],"snippet":{},"snippets":[],
        "import":{},"imports":[],"instance_id":"i1","triggers":[],"actions":[],"contents":[],"types":[],"sender_identities":[],"used_by":{},"topics":[],
        "channels":[],"optouts":[],"suppressions":[],"ip_addresses":[],"workspaces":[],"test_groups":[],"url":"https://example.com/t",
        "message":{"metrics":{"sent":1,"delivered":1,"opened":1,"clicked":1}},"export":{"id":1,"status":"done"}}
        """;
    private static readonly string s_inspector = Path.Combine("node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js");
    private Sink _sink = null!;

    [SetUp]
    public async Task StartSink()
    {
        _sink = await Sink.StartAsync();
        _sink.Answer = async (context, arrival) =>
        {
            if (arrival.Path.EndsWith("/slow", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            context.Response.StatusCode = arrival.Path.EndsWith("/refused", StringComparison.Ordinal) ? 400 : 200;
            await context.Response.WriteAsync(
                context.Response.StatusCode == 400 ? """{"meta":{"error":"not this one"}}"""
                : arrival.Path.EndsWith("/errors", StringComparison.Ordinal) ? """{"errors":[]}"""
                : arrival.Path.EndsWith("/download", StringComparison.Ordinal) ? $$"""{"url":"{{_sink.Url}}/file"}"""
                : arrival is { Method: "GET" } && arrival.Path.EndsWith("/content", StringComparison.Ordinal) ? "[]"
                : Everything
            );
        };
    }

    [TearDown]
    public async Task StopSink() => await _sink.DisposeAsync();

    [Test]
    public async Task TypeScriptClient_ListsCallsFailsAndAborts()
    {
        var home = Directory.CreateTempSubdirectory("sdk-client-").FullName;
        var (exit, stdout, stderr) = await NodeTools.RunAsync(
            "node",
            ["sdk-client.mjs", RunnerProcess.Dotnet, RunnerProcess.Path, .. RunnerProcess.ForHosts],
            new Dictionary<string, string> { ["SINK"] = _sink.Url, ["CUSTOMERIO_CONNECTOR_HOME"] = home }
        );
        Directory.Delete(home, recursive: true);

        Assert.That(exit, Is.Zero, stderr);
        var report = ConnectorJson.ParseObject(stdout);
        Assert.Multiple(() =>
        {
            Assert.That(report["tools"]!.Select(t => (string)t!), Is.SupersetOf(Catalogue.Embedded.Ids));
            Assert.That(
                report["calls"]!.Select(c => (string)c["tool"]!).Distinct(),
                Is.EqualTo(Catalogue.Embedded.Ids.Concat(["check-connection", "receive-event", "list-received-events", "run-import"]))
            );
            Assert.That(
                report["calls"]!
                    .Select(c => $"{c["tool"]} {c["inputFits"]} {c["outputFits"]} {c["wrongOutputFits"]} {c["isError"]}")
                    .Where(c => !c.EndsWith(" True True False False", StringComparison.Ordinal)),
                Is.Empty
            );
            Assert.That(((JObject)report["failed"]!).Properties().Select(p => p.Name), Is.EquivalentTo(new[] { "content", "isError" }));
            Assert.That((string?)report["failed"]!["content"]![0]!["text"], Does.Contain("not this one"));
            Assert.That((string?)report["invalid"]!["content"]![0]!["text"], Does.Contain("/id"));
            Assert.That((int?)report["unknown"]!["code"], Is.EqualTo(-32602));
            Assert.That((string?)report["unknown"]!["message"], Does.Contain("There is no action \"nothing\""));
            Assert.That((string?)report["aborted"], Does.Contain("enough"));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task TypeScriptClient_AsAnAgent_GetsShortSchemasAndMaySendJsonAsText(bool http)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var hub = http ? await HubProcess.StartAsync(sandbox) : null;
        var (exit, stdout, stderr) = await NodeTools.RunAsync(
            "node",
            hub is null ? ["agent-client.mjs", RunnerProcess.Dotnet, RunnerProcess.Path] : ["agent-client.mjs", hub.Mcp],
            new Dictionary<string, string> { ["SINK"] = sandbox.Url.ToString().TrimEnd('/') }
        );

        Assert.That(exit, Is.Zero, stderr);
        var report = ConnectorJson.ParseObject(stdout);
        TestContext.Out.WriteLine(ConnectorJson.ToText(report["bytes"]!));
        Assert.Multiple(() =>
        {
            Assert.That(report["unknownKeywords"], Is.Empty, "Ajv in its strict mode knows every keyword");
            Assert.That((int)report["bytes"]!["default"]!, Is.LessThanOrEqualTo(1100 * (int)report["count"]!));
            Assert.That(report["calls"]!.Select(c => $"{c["tool"]} {c["status"] ?? c["text"]}"), Has.All.EndsWith(" succeeded"));
            Assert.That(
                report["refused"]!.Select(c => (string?)c),
                Is.EqualTo(new[] { "/customerData: must be an object." }),
                "a sentence for a person comes first"
            );
            Assert.That((string?)report["object"]!["kind"], Is.EqualTo("input"));
            Assert.That((string?)report["hidden"], Does.Contain("read-only"));
            Assert.That((string?)report["found"], Is.EqualTo("identify"));
            Assert.That((string?)report["ran"], Is.EqualTo("succeeded"));
        });
        var ada = sandbox.Person("ada")!.ToString();
        Assert.That(ada, Does.Contain("\"plan\": \"pro\"").And.Contain("bought").And.Contain("1700000000"));
        Assert.That(sandbox.Person("grace")!.ToString(), Does.Contain("\"plan\": \"team\""));
    }

    [Test]
    public async Task Inspector_OverHttp_CallsATool()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var hub = await HubProcess.StartAsync(sandbox);
        string[] call = ["--transport", "http", "--method", "tools/call", "--tool-name", "identify", "--tool-arg", "id=ada"];
        var (exit, stdout, stderr) = await NodeTools.RunAsync("node", [s_inspector, "--cli", hub.Mcp, .. call]);

        Assert.That(exit, Is.Zero, stderr);
        Assert.That((string?)ConnectorJson.ParseObject(stdout)["structuredContent"]!["status"], Is.EqualTo("succeeded"));
        Assert.That(sandbox.Person("ada"), Is.Not.Null);
    }

    [Test]
    public async Task Inspector_ShowsOurMessageWhenACallFails()
    {
        var (_, stdout, _) = await InspectAsync("--method", "tools/call", "--tool-name", "identify", "--tool-arg", "id=refused");

        Assert.That(stdout, Does.Contain("not this one"));
    }

    private Task<(int ExitCode, string Stdout, string Stderr)> InspectAsync(params string[] arguments) =>
        NodeTools.RunAsync(
            "node",
            [
                s_inspector,
                "--cli",
                "-e",
                "CUSTOMERIO_SITE_ID=site",
                "-e",
                "CUSTOMERIO_API_KEY=inspector-key",
                "-e",
                "CUSTOMERIO_APP_API_KEY=inspector-app-key",
                "-e",
                $"CUSTOMERIO_BASE_URL={_sink.Url}",
                RunnerProcess.Dotnet,
                RunnerProcess.Path,
                .. arguments,
            ]
        );
}
