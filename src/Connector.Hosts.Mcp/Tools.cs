using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools as <c>tools/list</c> shows them: one for each action, those that serve hosts, and those of whole tables.</summary>
internal static class Tools
{
    public const string CheckConnection = "check-connection";
    public const string ListOptions = "list-options";

    /// <summary>Tools that are no actions, in the order they are listed.</summary>
    private static readonly string[] s_names = [CheckConnection, ListOptions, .. WebhookTools.Names];

    /// <summary>The tool of a name; null when there is none, or the manifest leaves it out.</summary>
    public static ToolManifest? Find(Catalogue catalogue, string name) =>
        s_names.Contains(name, StringComparer.Ordinal) ? catalogue.Tools.FirstOrDefault(t => t.Id == name) : null;

    public static IList<Tool> All(Catalogue catalogue) =>
        [
            .. catalogue.All.Select(a => OfAction(a, catalogue, Envelope(Plain(a.Output), catalogue))),
            .. catalogue.Tools.OrderBy(t => Array.IndexOf(s_names, t.Id)).Select(t => OfTool(t, catalogue)),
            .. catalogue.Jobs.Select(j => OfAction(j, catalogue, Plain(j.Output))),
        ];

    private static Tool OfAction(ActionManifest action, Catalogue catalogue, JObject output) =>
        new()
        {
            Name = action.Id,
            Title = action.Title,
            Description = action.Description,
            InputSchema = Element(Plain(action.Input)),
            OutputSchema = Element(output),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = action.Effect == ActionEffect.Read && !action.Writes.Any(),
                DestructiveHint = Destructive(action.Effect, action.CanDestroy, action.Idempotent),
                IdempotentHint = Repeatable(action),
                OpenWorldHint = true,
            },
            Icons = Icons(action.Icon, catalogue),
            Meta = new JsonObject { ["customerio/action"] = JsonNode.Parse(ConnectorJson.ToBytes(About(action))) },
        };

    private static Tool OfTool(ToolManifest tool, Catalogue catalogue)
    {
        var input = Plain(tool.Input);
        var settings = tool.Properties.Where(p => (string?)p.Value[ToolManifest.FromTrigger] == "settings").ToArray();
        foreach (var (name, property) in settings)
        {
            var described = Plain(tool.Trigger!.Input);
            described["description"] = property["description"];
            input["properties"]![name] = described;
        }

        return new Tool
        {
            Name = tool.Id,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = Element(input),
            OutputSchema = Element(Plain(tool.Output)),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = tool.Effect == ActionEffect.Read,
                DestructiveHint = Destructive(tool.Effect, tool.CanDestroy, tool.Idempotent),
                IdempotentHint = tool.Idempotent,
                OpenWorldHint = !tool.IsLocal,
            },
            Icons = tool.Icon is { } icon ? Icons(icon, catalogue) : null,
            Meta =
                settings.Length > 0
                    ? new JsonObject { ["customerio/trigger"] = JsonNode.Parse(ConnectorJson.ToBytes(WebhookTools.About(tool.Trigger!))) }
                    : null,
        };
    }

    // What a client should ask its user about: what is gone for good, what has been sent, and requests of which nobody knows the effect.
    private static bool Destructive(ActionEffect effect, bool canDestroy, bool idempotent) =>
        canDestroy || effect is ActionEffect.Destroy or ActionEffect.Send || (effect == ActionEffect.Write && !idempotent);

    // The manifest speaks of one run, whose retries share an event id; another call makes another id, so the event counts twice.
    private static bool Repeatable(ActionManifest action) => action.Idempotent && !action.MakesEvents && action.Properties.All(p => p.Key != "eventId");

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
