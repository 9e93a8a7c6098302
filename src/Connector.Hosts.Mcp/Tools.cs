using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>How <c>tools/list</c> shows tools: whole to hosts that build forms, and short to agents.</summary>
internal static class Tools
{
    public const string CheckConnection = "check-connection";
    public const string ListOptions = "list-options";

    /// <summary>Tools that are neither action nor job, in the order they are listed.</summary>
    /// <summary>Shows what an action would send.</summary>
    public const string DryRun = "dry-run";

    public static readonly string[] Helpers = [CheckConnection, DryRun, ListOptions, .. WebhookTools.Names];

    /// <summary>What an agent has to know to call a tool.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="isReadOnly">Whether it changes nothing.</param>
    public static Tool Short(AnyTool tool, bool isReadOnly) =>
        new()
        {
            Name = tool.Id,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Element(tool.ForAgents),
            Annotations = Annotations(tool, isReadOnly),
        };

    /// <summary>All that the manifest says about a tool.</summary>
    public static Tool Whole(AnyTool tool, Catalogue catalogue) =>
        tool.Helper is { } helper ? OfHelper(tool, helper, catalogue)
        : tool.IsJob ? OfAction(tool, catalogue, Plain(tool.Action!.Output))
        : OfAction(tool, catalogue, Envelope(Plain(tool.Action!.Output), catalogue));

    private static Tool OfAction(AnyTool tool, Catalogue catalogue, JObject output) =>
        new()
        {
            Name = tool.Id,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Element(Plain(tool.Input)),
            OutputSchema = Element(output),
            Annotations = Annotations(tool, tool.IsReadOnly),
            Icons = Icons(tool.Action!.Icon, catalogue),
            Meta = new JsonObject { ["customerio/action"] = JsonNode.Parse(ConnectorJson.ToBytes(About(tool.Action))) },
        };

    private static Tool OfHelper(AnyTool tool, ToolManifest helper, Catalogue catalogue)
    {
        var input = Plain(tool.Input);
        var settings = helper.Properties.Where(p => (string?)p.Value[ToolManifest.FromTrigger] == "settings").ToArray();
        foreach (var (name, property) in settings)
        {
            var described = Plain(helper.Trigger!.Input);
            described["description"] = property["description"];
            input["properties"]![name] = described;
        }

        return new Tool
        {
            Name = tool.Id,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Element(input),
            OutputSchema = Element(Plain(helper.Output)),
            Annotations = Annotations(tool, tool.IsReadOnly),
            Icons = helper.Icon is { } icon ? Icons(icon, catalogue) : null,
            Meta =
                settings.Length > 0
                    ? new JsonObject { ["customerio/trigger"] = JsonNode.Parse(ConnectorJson.ToBytes(WebhookTools.About(helper.Trigger!))) }
                    : null,
        };
    }

    private static ToolAnnotations Annotations(AnyTool tool, bool isReadOnly) =>
        new()
        {
            ReadOnlyHint = isReadOnly,
            DestructiveHint = !isReadOnly && tool.IsDestructive,
            IdempotentHint = isReadOnly || tool.IsRepeatable,
            OpenWorldHint = tool.IsOpenWorld,
        };

    private static JObject About(ActionManifest action) =>
        new()
        {
            ["category"] = action.Category,
            ["credentials"] = new JArray(action.Credentials),
            ["effect"] = Names.Camel(action.Effect.ToString()),
            ["idempotent"] = action.Idempotent,
            ["examples"] = new JArray(action.Examples),
            ["forms"] = new JObject(action.Properties.Where(p => p.Value["x-ui"] is not null).Select(p => new JProperty(p.Key, p.Value["x-ui"]))),
        };

    private static List<Icon>? Icons(string name, Catalogue catalogue)
    {
        var icons = new List<Icon>();
        foreach (var dark in (bool[])[false, true])
        {
            if (catalogue.Icon(name, dark) is { } svg)
            {
                icons.Add(
                    new Icon
                    {
                        Source = "data:image/svg+xml;base64," + Convert.ToBase64String(svg),
                        MimeType = "image/svg+xml",
                        Sizes = ["any"],
                        Theme = dark ? "dark" : "light",
                    }
                );
            }
        }

        return icons.Count > 0 ? icons : null;
    }

    /// <summary>The schema of a run's result around that of its <c>data</c>.</summary>
    private static JObject Envelope(JObject data, Catalogue catalogue)
    {
        var envelope = catalogue.FileSchema("result");
        envelope["properties"]!["data"] = data;
        return envelope;
    }

    /// <summary>A manifest's schema without its own keywords, which some clients refuse.</summary>
    private static JObject Plain(JObject schema)
    {
        var plain = new JObject();
        foreach (var (keyword, value) in schema)
        {
            if (!keyword.StartsWith("x-", StringComparison.Ordinal))
            {
                plain[keyword] = keyword switch
                {
                    "properties" or "definitions" => new JObject(((JObject)value!).Properties().Select(p => new JProperty(p.Name, Schema(p.Value)))),
                    "items" or "not" or "additionalProperties" => Schema(value!),
                    "oneOf" or "anyOf" or "allOf" => new JArray(((JArray)value!).Select(Schema)),
                    _ => value!.DeepClone(),
                };
            }
        }

        return plain;
    }

    private static JToken Schema(JToken value) => value is JObject schema ? Plain(schema) : value.DeepClone();

    private static JsonElement Element(JObject value) => JsonElement.Parse(ConnectorJson.ToBytes(value));
}
