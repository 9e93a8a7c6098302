using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools as <c>tools/list</c> shows them: one for each action, two that serve forms, those of the way back, and those of whole tables.</summary>
internal static class Tools
{
    public const string CheckConnection = "check-connection";
    public const string ListOptions = "list-options";

    /// <summary>Tools that are no actions.</summary>
    public static readonly string[] Helpers = [CheckConnection, ListOptions];

    public static IList<Tool> All(Catalogue catalogue) =>
        [
            .. catalogue.All.Select(a => OfAction(a, catalogue, Envelope(Plain(a.Output)))),
            Check(catalogue),
            Options(),
            .. WebhookTools.Trigger(catalogue) is { } trigger ? WebhookTools.All(trigger, Plain) : [],
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
                DestructiveHint = Destructive(action),
                IdempotentHint = Repeatable(action),
                OpenWorldHint = true,
            },
            Icons = Icons(action.Icon, catalogue),
            Meta = new JsonObject { ["customerio/action"] = JsonNode.Parse(ConnectorJson.ToBytes(About(action))) },
        };

    // What a client should ask its user about: what is gone for good, what has been sent, and requests of which nobody knows the effect.
    private static bool Destructive(ActionManifest action) =>
        action.CanDestroy || action.Effect is ActionEffect.Destroy or ActionEffect.Send || (action.Effect == ActionEffect.Write && !action.Idempotent);

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

    private static Tool Check(Catalogue catalogue) =>
        new()
        {
            Name = CheckConnection,
            Title = "Check Connection",
            Description = "Tests each key of the connection and says in words what is wrong; changes nothing.",
            InputSchema = Element(Json("""{"type":"object","properties":{},"additionalProperties":false}""")),
            OutputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["passed", "region", "environmentId", "credentials"],
                      "properties": {
                        "passed": { "type": "boolean", "description": "False when a key that is set was refused." },
                        "region": { "type": ["string", "null"], "description": "us or eu; null when it could not be found." },
                        "environmentId": { "type": ["integer", "null"], "description": "The workspace's number; null when it could not be found." },
                        "credentials": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["name", "state", "message"],
                            "properties": {
                              "name": { "type": "string" },
                              "state": { "type": "string", "enum": ["works", "refused", "notSet", "unknown"] },
                              "message": { "type": "string" }
                            }
                          }
                        }
                      }
                    }
                    """
                )
            ),
            Annotations = ReadOnly(),
            Icons = Icons((string)catalogue.Connector["icon"]!, catalogue),
        };

    private static Tool Options() =>
        new()
        {
            Name = ListOptions,
            Title = "List Options",
            Description = $"Lists the choices of an input whose values live in the workspace, for building forms. Lists: {OptionLists.Known}.",
            InputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["kind"],
                      "additionalProperties": false,
                      "properties": {
                        "kind": { "type": "string", "description": "Name of the list." },
                        "search": { "type": "string", "description": "Part of a label, to narrow the list down." }
                      }
                    }
                    """
                )
            ),
            OutputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["options"],
                      "properties": {
                        "options": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["value", "label"],
                            "properties": { "value": { "type": "string" }, "label": { "type": "string" } }
                          }
                        }
                      }
                    }
                    """
                )
            ),
            Annotations = ReadOnly(),
        };

    private static ToolAnnotations ReadOnly() =>
        new()
        {
            ReadOnlyHint = true,
            DestructiveHint = false,
            IdempotentHint = true,
            OpenWorldHint = true,
        };

    /// <summary>The schema of a run's result around that of its <c>data</c>.</summary>
    private static JObject Envelope(JObject data)
    {
        var envelope = Json(
            """
            {
              "type": "object",
              "required": ["status", "data", "request", "warnings"],
              "properties": {
                "status": { "type": "string", "enum": ["succeeded", "partial"], "description": "partial: some items were refused, data.failed names them." },
                "data": {},
                "request": {
                  "type": "object",
                  "description": "The last request, and what the run cost.",
                  "required": ["count", "attempts", "durationMs", "waitedMs"],
                  "properties": {
                    "method": { "type": "string" },
                    "url": { "type": "string" },
                    "count": { "type": "integer" },
                    "attempts": { "type": "integer" },
                    "durationMs": { "type": "integer" },
                    "waitedMs": { "type": "integer" },
                    "httpStatus": { "type": "integer" },
                    "eventId": { "type": "string" }
                  }
                },
                "warnings": { "type": "array", "items": { "type": "string" } }
              }
            }
            """
        );
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

    private static JObject Json(string text) => ConnectorJson.ParseObject(text);

    private static JsonElement Element(JObject value) => JsonElement.Parse(ConnectorJson.ToBytes(value));
}
