using System.IO.Pipelines;
using System.Text;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>What <c>--confirm</c> asks, by the official C# client in the revisions that know two different means.</summary>
public class ConfirmationTests
{
    private const string Newest = "2026-07-28";
    private const string Before = "2025-11-25";
    private static readonly ToolOffer s_confirmed = new() { Confirm = true };
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly List<string> _ran = [];

    [SetUp]
    public void Forget() => _ran.Clear();

    [TestCase(Newest, "accept", true)]
    [TestCase(Newest, "decline", false)]
    [TestCase(Newest, "cancel", false)]
    [TestCase(Before, "accept", true)]
    [TestCase(Before, "decline", false)]
    [TestCase("2025-06-18", "accept", true)]
    public async Task Destructive_TheClientCanAsk_RunsOnlyWithConsent(string version, string answer, bool runs)
    {
        var asked = new List<string>();
        await using var host = await InProcess.ConnectAsync(
            s_confirmed,
            Run,
            version,
            question =>
            {
                asked.Add(question!.Message);
                return new ElicitResult { Action = answer };
            }
        );

        var result = await host.Client.CallToolAsync("destroy", new Dictionary<string, object?> { ["id"] = "ada" });

        Assert.Multiple(() =>
        {
            Assert.That(host.Client.NegotiatedProtocolVersion, Is.EqualTo(version));
            Assert.That(asked, Has.Count.EqualTo(1).And.All.Contains("Destroy").And.All.Contains("\"ada\""));
            Assert.That(_ran, Has.Count.EqualTo(runs ? 1 : 0));
            Assert.That(result.IsError == true, Is.EqualTo(!runs));
        });
        if (!runs)
        {
            Assert.That(Text(result, 0), Does.StartWith("The user did not agree to Destroy"));
            Assert.That((string?)ConnectorJson.ParseObject(Text(result, 1))["kind"], Is.EqualTo("cancelled"));
        }
    }

    [Test]
    public async Task Destructive_OfMoreThanCanBeShown_IsNotEvenAsked()
    {
        var asked = 0;
        await using var host = await InProcess.ConnectAsync(
            s_confirmed,
            Run,
            Newest,
            _ =>
            {
                asked++;
                return new ElicitResult { Action = "accept" };
            }
        );
        var result = await host.Client.CallToolAsync(
            "batch",
            new Dictionary<string, object?>
            {
                ["operations"] =
                    $"[{{\"action\":\"identify\",\"input\":{{\"id\":\"{new string('x', 9000)}\"}}}},{{\"action\":\"destroy\",\"input\":{{\"id\":\"b\"}}}}]",
            }
        );
        Assert.That((asked, _ran.Count, result.IsError), Is.EqualTo((0, 0, true)));
        Assert.That(Text(result, 0), Does.Contain("cannot be shown to the user whole"));
    }

    [TestCase(Newest)]
    [TestCase(Before)]
    public async Task Destructive_TheClientCannotAsk_IsRefusedWithWhatToDo(string version)
    {
        await using var host = await InProcess.ConnectAsync(s_confirmed, Run, version);

        var result = await host.Client.CallToolAsync("send-email", new Dictionary<string, object?> { ["id"] = "ada", ["to"] = "ada@example.com" });

        Assert.Multiple(() =>
        {
            Assert.That(result.IsError, Is.True);
            Assert.That(Text(result, 0), Does.Contain("this client cannot ask").And.Contain("--confirm"));
            Assert.That(_ran, Is.Empty);
        });
    }

    [TestCase(Newest)]
    [TestCase(Before)]
    public async Task Others_NeedNoConsent(string version)
    {
        await using var host = await InProcess.ConnectAsync(s_confirmed, Run, version);

        await host.Client.CallToolAsync("identify", new Dictionary<string, object?> { ["id"] = "ada" });

        Assert.That(_ran, Is.EqualTo(new[] { "identify" }));
    }

    [Test]
    public async Task Searched_TheActionItself_IsAskedAbout()
    {
        var asked = new List<string>();
        await using var host = await InProcess.ConnectAsync(
            s_confirmed with
            {
                Search = true,
            },
            Run,
            Newest,
            question =>
            {
                asked.Add(question!.Message);
                return new ElicitResult { Action = "accept" };
            }
        );

        foreach (var action in (string[])["identify", "destroy"])
        {
            var input = new Dictionary<string, object?> { ["id"] = "ada" };
            await host.Client.CallToolAsync("run-action", new Dictionary<string, object?> { ["action"] = action, ["input"] = input });
        }

        Assert.That(_ran, Is.EqualTo(new[] { "identify", "destroy" }));
        Assert.That(asked, Has.Count.EqualTo(1).And.All.StartsWith("Destroy: "));
    }

    [Test]
    public async Task Answer_ToAnotherCall_IsNone()
    {
        await using var wire = new Wire(Run);
        var first = await wire.AskAsync(Call(1, """{"name":"destroy","arguments":{"id":"ada"}"""));
        var state = ConnectorJson.ToText(first["result"]!["requestState"]!);
        var second = await wire.AskAsync(
            Call(2, $$$"""{"name":"destroy","arguments":{"id":"grace"},"requestState":{{{state}}},"inputResponses":{"confirm":{"action":"accept"}}""")
        );

        Assert.Multiple(() =>
        {
            Assert.That((string?)first["result"]!["resultType"], Is.EqualTo("input_required"));
            Assert.That((string?)second["result"]!["resultType"], Is.EqualTo("input_required"));
            Assert.That((string?)second["result"]!["inputRequests"]!["confirm"]!["params"]!["message"], Does.Contain("grace"));
            Assert.That(_ran, Is.Empty);
        });
    }

    [Test]
    public async Task Question_OfAClientThatGoes_KeepsNobodyWaiting()
    {
        await using var wire = new Wire(Run);
        await wire.AskAsync(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"""
                + """ "clientInfo":{"name":"t","version":"1"}}}"""
        );
        var question = await wire.AskAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"destroy","arguments":{"id":"ada"}}}""");
        Assert.That((string?)question["method"], Is.EqualTo("elicitation/create"), question.ToString());

        await wire.EndInputAsync();

        var answer = await wire.ReadAsync();
        Assert.That(await wire.Serving.WaitAsync(s_patience), Is.True, "every call was answered");
        Assert.That((int?)answer["id"], Is.EqualTo(2));
        Assert.That(answer["error"] ?? answer["result"]!["isError"], Is.Not.Null);
        Assert.That(_ran, Is.Empty);
    }

    // What each request of the newest revision carries.
    private static string Call(int id, string parameters) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{{{parameters}}},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","""
        + """ "io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}}}}}""";

    private Task<RunResult> Run(string action, JObject input, Connection connection, RunOptions? options, CancellationToken ct)
    {
        _ran.Add(action);
        return Task.FromResult(new RunResult(RunStatus.Succeeded, new JObject(), new RequestSummary(null, null, 0, 0, 0, 0, null, null), []));
    }

    private static string Text(CallToolResult result, int block) => ((TextContentBlock)result.Content[block]).Text;

    /// <summary>The runner's two streams, with nothing between them and the test.</summary>
    private sealed class Wire : IAsyncDisposable
    {
        private readonly Pipe _input = new(),
            _output = new();
        private readonly CustomerIoConnector _connector = new();
        private readonly StreamReader _answers;

        public Wire(RunAction run)
        {
            _answers = new StreamReader(_output.Reader.AsStream());
            Serving = McpRunner.RunAsync(
                _input.Reader.AsStream(),
                _output.Writer.AsStream(),
                _connector,
                () => new Connection(),
                TextWriter.Null,
                run,
                McpRunner.StopPatience,
                new McpRunnerOptions { Offer = s_confirmed },
                default
            );
        }

        public Task<bool> Serving { get; }

        public async Task<JObject> AskAsync(string line)
        {
            await _input.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
            return await ReadAsync();
        }

        public async Task<JObject> ReadAsync() => ConnectorJson.ParseObject((await _answers.ReadLineAsync().WaitAsync(s_patience))!);

        public async Task EndInputAsync() => await _input.Writer.CompleteAsync();

        public async ValueTask DisposeAsync()
        {
            await EndInputAsync();
            await Serving.WaitAsync(s_patience);
            _answers.Dispose();
            _connector.Dispose();
        }
    }
}
