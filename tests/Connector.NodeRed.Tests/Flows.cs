using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>Flows for tests, as the admin API takes them.</summary>
internal static class Flows
{
    public const string Connection = "customerio-example-connection";

    private static readonly JObject s_model = Model(NodeRedFiles.Generate(Catalogue.Embedded).Single(f => f.Path == "resources/model.js").Content);

    /// <summary>The model in a <c>model.js</c>, each form with the fields that it names.</summary>
    public static JObject Model(string script)
    {
        var json = script[(script.LastIndexOf("})(", StringComparison.Ordinal) + 3)..script.LastIndexOf(')')];
        var model = JObject.Parse(json);
        foreach (var form in new[] { "actions", "jobs", "triggers" }.SelectMany(part => model[part]!.Cast<JObject>()))
        {
            form["fields"] = new JArray(form["fields"]!.Select(name => model["fields"]![(string)name!]!));
        }

        return model;
    }

    /// <summary>An example of the package, whose connection is given keys.</summary>
    public static JArray Example(string name, Uri baseUrl, string apiKey = "test-key") =>
        WithKeys(Path.Combine(Repo.Package, "examples", $"{name}.json"), baseUrl, apiKey);

    /// <summary>A flow as an earlier version of the package saved it.</summary>
    public static JArray Older(string name, Uri baseUrl) => WithKeys(Path.Combine(Repo.Node, "..", "flows", $"{name}.json"), baseUrl, "test-key");

    private static JArray WithKeys(string file, Uri baseUrl, string apiKey)
    {
        var flows = JArray.Parse(File.ReadAllText(file));
        flows.Single(n => (string?)n["type"] == "customerio-connection").Replace(ConnectionNode(baseUrl, apiKey));
        return flows;
    }

    public static JObject ConnectionNode(Uri? baseUrl, string apiKey = "test-key", string siteId = "test-site") =>
        new()
        {
            ["id"] = Connection,
            ["type"] = "customerio-connection",
            ["name"] = "Test",
            ["siteId"] = siteId,
            ["region"] = "us",
            ["region_t"] = "choice",
            ["baseUrl"] = baseUrl?.ToString().TrimEnd('/') ?? "",
            ["rateLimit"] = "",
            ["totalTimeout"] = "",
            ["credentials"] = new JObject { ["apiKey"] = apiKey },
        };

    /// <summary><c>POST /run</c> → one action → the whole message as the answer, with <c>error</c> when it failed.</summary>
    public static JArray Endpoint(JObject connection, string action, params (string Input, string Type, JToken Value)[] inputs)
    {
        var node = Action(action, inputs);
        node["id"] = "action";
        node["wires"] = To("answer");
        JObject[] nodes =
        [
            new JObject
            {
                ["id"] = "tab",
                ["type"] = "tab",
                ["label"] = "Test",
            },
            connection,
            new JObject
            {
                ["id"] = "in",
                ["type"] = "http in",
                ["z"] = "tab",
                ["url"] = "/run",
                ["method"] = "post",
                ["wires"] = To("action"),
            },
            node,
            new JObject
            {
                ["id"] = "catch",
                ["type"] = "catch",
                ["z"] = "tab",
                ["scope"] = null,
                ["wires"] = To("answer"),
            },
            new JObject
            {
                ["id"] = "answer",
                ["type"] = "change",
                ["z"] = "tab",
                ["wires"] = To("out"),
                ["rules"] = new JArray(
                    new JObject
                    {
                        ["t"] = "set",
                        ["p"] = "payload",
                        ["pt"] = "msg",
                        ["tot"] = "jsonata",
                        ["to"] = "{\"payload\": payload, \"customerio\": customerio, \"error\": error, \"topic\": topic}",
                    }
                ),
            },
            new JObject
            {
                ["id"] = "out",
                ["type"] = "http response",
                ["z"] = "tab",
                ["statusCode"] = "200",
                ["headers"] = new JObject(),
                ["wires"] = new JArray(),
            },
        ];

        // Without a place on the canvas Node-RED takes a node for a configuration.
        foreach (var (at, placed) in nodes.Where(n => n.ContainsKey("z")).Index())
        {
            placed["x"] = 120 + (170 * at);
            placed["y"] = 100;
        }

        return new JArray(nodes);
    }

    /// <summary>The trigger on <c>/hook</c>, its two outputs shown by the debug nodes <c>events</c> and <c>refused</c>.</summary>
    public static JArray Trigger(JObject connection, params (string Name, JToken Value)[] settings)
    {
        var model = s_model["triggers"]!.Single();
        var node = new JObject
        {
            ["id"] = "trigger",
            ["type"] = model["type"],
            ["z"] = "tab",
            ["connection"] = Connection,
            ["p_path"] = "/hook",
            ["wires"] = new JArray { new JArray("events"), new JArray("refused") },
        };
        foreach (var (name, value) in settings)
        {
            node[name] = value;
        }

        JObject[] nodes =
        [
            new JObject
            {
                ["id"] = "tab",
                ["type"] = "tab",
                ["label"] = "Test",
            },
            connection,
            node,
            Debug("events"),
            Debug("refused"),
        ];
        foreach (var (at, placed) in nodes.Where(n => n.ContainsKey("z")).Index())
        {
            placed["x"] = 120 + (170 * at);
            placed["y"] = 100;
        }

        return new JArray(nodes);
    }

    private static JObject Debug(string id) =>
        new()
        {
            ["id"] = id,
            ["type"] = "debug",
            ["z"] = "tab",
            ["name"] = id,
            ["active"] = true,
            ["tosidebar"] = true,
            ["complete"] = "true",
            ["targetType"] = "full",
            ["wires"] = new JArray(),
        };

    // Not new JArray(new JArray(...)), which is the copy constructor.
    private static JArray To(string node) => [new JArray(node)];

    private static JObject Action(string id, (string Input, string Type, JToken Value)[] inputs)
    {
        var model = s_model["actions"]!.Concat(s_model["jobs"]!).Single(a => (string)a["id"]! == id);
        var node = new JObject
        {
            ["type"] = model["type"],
            ["z"] = "tab",
            ["name"] = "",
            ["connection"] = Connection,
        };
        foreach (var field in model["fields"]!)
        {
            node[$"p_{field["key"]}"] = "";
            node[$"p_{field["key"]}_t"] = field["valueTypes"]![0];
        }

        foreach (var (input, type, value) in inputs)
        {
            node[$"p_{input}_t"] = type;
            node[type == "rows" ? $"p_{input}_r" : $"p_{input}"] = value;
        }

        return node;
    }
}
