using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>Our node in a workflow.</summary>
internal static class Node
{
    public const string Type = "@customerio-connector/n8n-nodes-customerio.customerIoConnector";

    /// <summary>The type of its credential.</summary>
    public const string Credential = "customerIoConnectorApi";

    /// <summary>What the credential holds for a hub.</summary>
    public static JObject CredentialOf(Hub hub) => new() { ["url"] = hub.Url, ["apiKey"] = hub.Key };

    /// <summary>A trigger that is started by hand and gives these items, which n8n calls pinned data.</summary>
    public static Workflow Started(string name, params JObject[] items) => new Workflow(name).Then("Start", "n8n-nodes-base.manualTrigger").Pin("Start", items);

    /// <summary>Adds an operation.</summary>
    /// <param name="workflow">Where it is added.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="operation">Resource and operation, such as <c>person/identify</c>.</param>
    /// <param name="parameters">The fields, as JSON.</param>
    /// <param name="more">Other properties of the node, such as <c>{"onError":"continueRegularOutput"}</c>.</param>
    public static Workflow Operation(this Workflow workflow, string node, string operation, string parameters, string more = "{}") =>
        workflow.Then(node, Type, 1, Parameters(operation, parameters), (Credential, Stage.Credential), JObject.Parse(more));

    /// <summary>The parameters of an operation.</summary>
    public static JObject Parameters(string operation, string parameters)
    {
        var (resource, name) = (operation.Split('/')[0], operation.Split('/')[1]);
        var all = new JObject { ["resource"] = resource, ["operation"] = name };
        all.Merge(JObject.Parse(parameters));
        return all;
    }
}
