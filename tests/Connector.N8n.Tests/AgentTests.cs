using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>n8n's AI Agent node with our node as its tool, and a model that is a script.</summary>
public sealed class AgentTests
{
    [Test]
    public async Task Agent_CallsOurNode_AsATool()
    {
        var script = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "lab", "scripted-model.mjs"));
        if (!File.Exists(script))
        {
            Assert.Ignore($"The scripted model is not at hand: {script}");
        }

        var port = TcpPeer.DeadPort();
        await using var model = Background.Start(
            await Installation.NodeAsync(),
            [script, $"{port}", "Track", """{"id":"agent-1","eventName":"Bought"}"""],
            Path.GetTempPath()
        );
        var openAi = await Stage.N8n.CredentialAsync("openAiApi", new JObject { ["apiKey"] = "none", ["url"] = $"http://127.0.0.1:{port}/v1" });
        var execution = await Stage.N8n.RunAsync(
            new Workflow("Agent")
                .Then("Start", "n8n-nodes-base.manualTrigger")
                .Then(
                    "Agent",
                    "@n8n/n8n-nodes-langchain.agent",
                    3,
                    JObject.Parse("""{ "promptType": "define", "text": "Record that agent-1 bought something", "options": {} }""")
                )
                .Under(
                    "ai_languageModel",
                    "Model",
                    "@n8n/n8n-nodes-langchain.lmChatOpenAi",
                    1.2,
                    JObject.Parse("""{ "model": { "__rl": true, "mode": "id", "value": "scripted" }, "options": {} }"""),
                    ("openAiApi", openAi)
                )
                .Under(
                    "ai_tool",
                    "Track",
                    Node.Type + "Tool",
                    1,
                    Node.Parameters(
                        "event/track",
                        """
                        {
                          "descriptionType": "manual", "toolDescription": "Records an event of a person",
                          "id": "={{ $fromAI('id', 'the person', 'string') }}", "eventName": "={{ $fromAI('eventName', 'what happened', 'string') }}"
                        }
                        """
                    ),
                    (Node.Credential, Stage.Credential)
                )
        );

        TestContext.Out.WriteLine(model.Log);
        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        Assert.That((string?)execution.JsonOf("Agent").Single()["output"], Does.StartWith("Done: ").And.Contains("succeeded"));
        Assert.That(Stage.Sandbox.Person("agent-1")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "Bought" }));
    }
}
