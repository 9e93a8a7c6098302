using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>n8n's own MCP Client node, which needs nothing of ours but the hub's address and a key.</summary>
public sealed class McpClientTests
{
    [Test]
    public async Task McpClientNode_CallsATool_OfTheHub()
    {
        var bearer = await Stage.N8n.CredentialAsync("httpBearerAuth", new JObject { ["token"] = Stage.Hub.Key });
        var execution = await Stage.N8n.RunAsync(
            new Workflow("MCP Client")
                .Then("Start", "n8n-nodes-base.manualTrigger")
                .Then(
                    "Track",
                    "@n8n/n8n-nodes-langchain.mcpClient",
                    1.1,
                    JObject.Parse(
                        $$$"""
                        {
                          "serverTransport": "httpStreamable", "endpointUrl": "{{{Stage.Hub.Url}}}/mcp", "authentication": "bearerAuth",
                          "tool": { "__rl": true, "mode": "list", "value": "track" }, "inputMode": "manual",
                          "parameters": { "mappingMode": "defineBelow", "value": { "id": "mcp-1", "eventName": "FromN8n", "eventData": { "price": 5 } } },
                          "options": {}
                        }
                        """
                    ),
                    ("httpBearerAuth", bearer)
                )
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        Assert.That((string?)execution.JsonOf("Track").Single()["structuredContent"]!["status"], Is.EqualTo("succeeded"), execution.ToString());
        Assert.That((string?)Stage.Sandbox.Person("mcp-1")!["events"]![0]!["name"], Is.EqualTo("FromN8n"));
    }
}
