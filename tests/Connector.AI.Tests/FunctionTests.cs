using System.Text.Json;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Newtonsoft.Json.Linq;
using Formatting = Newtonsoft.Json.Formatting;

namespace CustomerIo.Connector.AI.Tests;

/// <summary>The actions as functions, called through each of .NET's hosts by a scripted model, against a sandbox.</summary>
public class FunctionTests
{
    private readonly CustomerIoConnector _connector = new();
    private SandboxServer _sandbox = null!;
    private Connection _connection = null!;

    private static IEnumerable<string> Ids => Catalogue.Embedded.Ids;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        _connection = new Connection
        {
            SiteId = "s",
            ApiKey = "the-track-key",
            AppApiKey = "the-app-key",
            PipelinesApiKey = "p",
            BaseUrl = _sandbox.Url.ToString(),
        };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _connector.Dispose();
        await _sandbox.DisposeAsync();
    }

    [SetUp]
    public void Reset() => _sandbox.Reset();

    [TestCaseSource(nameof(Ids))]
    public async Task EveryAction_CalledByAModel_RunsOrAsksFirst(string id)
    {
        var action = Catalogue.Embedded.Find(id);
        var input = action.Examples.First()["input"]!.ToString(Formatting.None);
        using var model = new ScriptedChat(id, input);
        using var client = new ChatClientBuilder(model).UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [.. Functions()] };
        var messages = new List<ChatMessage> { new(ChatRole.User, "Do it.") };
        var response = await client.GetResponseAsync(messages, options);
        var asked = response.Messages.SelectMany(m => m.Contents).OfType<ToolApprovalRequestContent>().ToArray();
        Assert.That(asked, Has.Length.EqualTo(action.IsDestructive ? 1 : 0));
        if (asked is [var question])
        {
            Assert.That((_sandbox.RequestCount, model.Answer), Is.EqualTo((0, (string?)null)), "nothing is sent before");
            messages.AddMessages(response);
            messages.Add(new ChatMessage(ChatRole.User, [question.CreateResponse(approved: true)]));
            await client.GetResponseAsync(messages, options);
        }

        var answer = JObject.Parse(model.Answer!);

        // Nobody is there, no segment and no message: what names one is refused by the sandbox, as by Customer.io.
        Assert.That(
            (string?)answer["status"] ?? (string?)answer["error"]?["kind"],
            Is.EqualTo("succeeded").Or.EqualTo("partial").Or.EqualTo("rejected"),
            $"{answer}"
        );
        Assert.That(_sandbox.RequestCount, Is.GreaterThan(0));
    }

    [Test]
    public async Task ARefusedApproval_SendsNothing()
    {
        using var model = new ScriptedChat("destroy", """{"id":"7"}""");
        using var client = new ChatClientBuilder(model).UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [.. Functions()] };
        var messages = new List<ChatMessage> { new(ChatRole.User, "Do it.") };
        var response = await client.GetResponseAsync(messages, options);
        messages.AddMessages(response);
        var question = response.Messages.SelectMany(m => m.Contents).OfType<ToolApprovalRequestContent>().Single();
        messages.Add(new ChatMessage(ChatRole.User, [question.CreateResponse(approved: false)]));
        await client.GetResponseAsync(messages, options);
        Assert.That(_sandbox.RequestCount, Is.Zero);
    }

    [Test]
    public async Task AgentFramework_Calls()
    {
        using var model = new ScriptedChat("track", """{"id":"7","eventName":"Bought","eventData":"{\"price\":3}"}""");
        var agent = new ChatClientAgent(model, "You keep Customer.io up to date.", "crm", tools: [.. Functions()]);
        await agent.RunAsync("Seven bought something.");
        Assert.That((string?)_sandbox.Person("7")!["events"]!.Single()["name"], Is.EqualTo("Bought"), model.Answer);
    }

    [Test]
    public async Task SemanticKernel_Calls()
    {
        var plugin = KernelPluginFactory.CreateFromFunctions(
            "customerio",
            Functions(approval: false).Where(f => f.Name == "identify").Select(f => f.AsKernelFunction())
        );
        var kernel = new Kernel();
        kernel.Plugins.Add(plugin);
        var result = await kernel.InvokeAsync("customerio", "identify", new KernelArguments { ["id"] = "7", ["customerData"] = """{"plan":"pro"}""" });
        Assert.That((string?)_sandbox.Person("7")!["attributes"]!["plan"], Is.EqualTo("pro"), $"{result}");
    }

    [Test]
    public void Functions_AreChosenByGroupEffectAndKey()
    {
        var people = Functions(groups: ["People"]).Select(f => f.Name).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Functions().Select(f => f.Name), Is.EqualTo(Catalogue.Embedded.Ids));
            Assert.That(people, Does.Contain("identify").And.Contain("destroy").And.Not.Contain("track"));
            Assert.That(Functions(readOnly: true).Select(f => f.Name), Does.Contain("get-person").And.Not.Contain("identify"));
            Assert.That(Functions(readOnly: true), Has.None.InstanceOf<ApprovalRequiredAIFunction>());
            Assert.That(Functions(approval: false), Has.None.InstanceOf<ApprovalRequiredAIFunction>());
            Assert.That(
                _connector.AsAIFunctions(new Connection { SiteId = "s", ApiKey = "k" }).Select(f => f.Name),
                Does.Contain("identify").And.Not.Contain("get-person")
            );
        });
        var failure = Assert.Throws<ConnectorException>(() => Functions(groups: ["peopel"]));
        Assert.That((failure!.Kind, failure.Message), Is.EqualTo((FailureKind.Input, failure.Message)));
        Assert.That(failure.Message, Does.Contain("\"peopel\"").And.Contain("people"));
    }

    [Test]
    public void Schemas_AreShortAndSingleTyped_AndNameNoFile()
    {
        foreach (var function in Functions())
        {
            var text = function.JsonSchema.GetRawText();
            Assert.That(text, Does.Not.Contain("$ref").And.Not.Contain("anyOf").And.Not.Contain("\"type\":[").And.Not.Contain("maxRetryCount"), function.Name);
            Assert.That(function.JsonSchema.GetProperty("type").GetString(), Is.EqualTo("object"));
            foreach (var file in Catalogue.Embedded.Find(function.Name).Writes)
            {
                Assert.That(function.JsonSchema.GetProperty("properties").TryGetProperty(file, out _), Is.False, $"{function.Name} {file}");
            }
        }
    }

    [Test]
    public async Task AFailure_IsAnAnswerThatAModelCanRead()
    {
        var identify = Functions(approval: false).Single(f => f.Name == "identify");
        var wrong = (JsonElement)(await identify.InvokeAsync(new AIFunctionArguments { ["id"] = "" }))!;
        Assert.That(wrong.GetProperty("error").GetProperty("kind").GetString(), Is.EqualTo("input"));
        Assert.That(wrong.GetRawText(), Does.Contain("/id").And.Not.Contain("the-track-key"));

        var export = Functions(approval: false).Single(f => f.Name == "get-export");
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = Catalogue.Embedded.Find("get-export").Writes.First();
        var refused = (JsonElement)(await export.InvokeAsync(new AIFunctionArguments { ["exportId"] = 1, [file] = path }))!;
        Assert.That(refused.GetRawText(), Does.Contain("would write a file"));
        Assert.That((File.Exists(path), _sandbox.RequestCount), Is.EqualTo((false, 0)));

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.That(
            async () => await identify.InvokeAsync(new AIFunctionArguments { ["id"] = "7" }, cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    private IReadOnlyList<AIFunction> Functions(IEnumerable<string>? groups = null, bool readOnly = false, bool approval = true) =>
        _connector.AsAIFunctions(_connection, groups, readOnly, approval);
}
