using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>The tools of the way back: hosts hand webhook requests in, and anybody can read what came.</summary>
internal static class WebhookTools
{
    public const string Receive = "receive-event";
    public const string Received = "list-received-events";
    public const string Register = "register-webhook";
    public const string Remove = "remove-webhook";

    /// <summary>Names of these tools, in the order they are listed.</summary>
    public static readonly string[] Names = [Receive, Received, Register, Remove];

    /// <summary>The trigger that they serve; null where the manifest leaves it out.</summary>
    public static TriggerManifest? Trigger(Catalogue catalogue) => catalogue.Triggers.FirstOrDefault(t => t.Id == "reporting-event");

    /// <summary>The inputs of a tool; <c>settings</c> are checked as the trigger's own.</summary>
    public static JObject Input(string tool, TriggerManifest trigger)
    {
        var events = new JObject
        {
            ["type"] = "array",
            ["items"] = new JObject { ["type"] = "string", ["enum"] = new JArray(trigger.Offered.Select(e => e.Name)) },
        };
        var input = tool switch
        {
            Receive => Json(
                """
                {
                  "headers": { "type": "object", "description": "The request's headers by name: texts, or lists of texts." },
                  "body": { "type": "string", "description": "The body as text; only where it is surely the text that came, byte for byte." },
                  "bodyBase64": { "type": "string", "description": "The body's bytes in base64: the signature is over them." },
                  "method": { "type": "string", "description": "The request's method.", "default": "POST" },
                  "settings": { "type": "object", "description": "The trigger's settings: path, events, filters, format, replay window." }
                }
                """
            ),
            Received => Json(
                """
                {
                  "limit": { "type": "integer", "description": "How many events at the most.", "default": 20, "minimum": 1, "maximum": 1000 },
                  "events": { "type": "array", "items": { "type": "string" },
                              "description": "Only events of these names, such as email_bounced; empty means all." },
                  "since": { "type": ["string", "number"], "description": "Only what came at this time or later: Unix seconds or ISO 8601." }
                }
                """
            ),
            Register => Json(
                """
                {
                  "url": { "type": "string", "minLength": 1, "description": "Public https address that Customer.io is to send to." },
                  "events": {},
                  "name": { "type": "string", "description": "What the webhook is called in Customer.io.", "default": "Customer.io connector", "minLength": 1 },
                  "fullResolution": { "type": "boolean", "description": "Every open and click, in place of each person's first." },
                  "withContent": { "type": "boolean", "description": "The messages' content, too." }
                }
                """
            ),
            _ => Json(
                """
                {
                  "url": { "type": "string", "minLength": 1, "description": "The address that the webhook was registered with." }
                }
                """
            ),
        };
        if (tool == Register)
        {
            events["description"] = "Which events it reports; empty means all.";
            input["events"] = events;
        }

        return new JObject
        {
            ["type"] = "object",
            ["required"] = tool switch
            {
                Receive => new JArray("headers"),
                Register or Remove => new JArray("url"),
                _ => new JArray(),
            },
            ["additionalProperties"] = false,
            ["properties"] = input,
        };
    }

    /// <summary>The tools as <c>tools/list</c> shows them.</summary>
    public static IEnumerable<Tool> All(TriggerManifest trigger, Func<JObject, JObject> plain)
    {
        var receive = Input(Receive, trigger);
        var settings = plain(trigger.Input);
        settings["description"] = receive["properties"]!["settings"]!["description"];
        receive["properties"]!["settings"] = settings;
        yield return new Tool
        {
            Name = Receive,
            Title = "Receive Event",
            Description =
                "For hosts: takes a request that came to a reporting webhook's address, checks and keeps it, and says what to answer and "
                + "what the flow gets.",
            InputSchema = Element(receive),
            OutputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["status", "name", "eventId", "event", "duplicate", "filtered", "verified", "reason"],
                      "properties": {
                        "status": { "type": "integer", "description": "The HTTP status to answer." },
                        "name": { "type": ["string", "null"], "description": "The event's name, such as email_sent." },
                        "eventId": { "type": ["string", "null"] },
                        "event": { "type": ["object", "null"], "description": "What the flow gets; null when there is nothing for it." },
                        "duplicate": { "type": "boolean", "description": "It was received before." },
                        "filtered": { "type": "boolean", "description": "The settings do not want it." },
                        "verified": { "type": "boolean", "description": "Its signature was checked, and is right." },
                        "reason": { "type": ["string", "null"], "description": "Why it was refused." },
                        "warning": { "type": "string", "description": "What of the event could only be taken as text." }
                      }
                    }
                    """
                )
            ),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = false,
                DestructiveHint = false,
                IdempotentHint = true,
                OpenWorldHint = false,
            },
            Meta = new JsonObject { ["customerio/trigger"] = JsonNode.Parse(ConnectorJson.ToBytes(About(trigger))) },
        };
        yield return new Tool
        {
            Name = Received,
            Title = "List Received Events",
            Description = "Lists what Customer.io reported lately to this machine: messages sent, delivered, opened, clicked, bounced and so on; newest first.",
            InputSchema = Element(Input(Received, trigger)),
            OutputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["events"],
                      "properties": {
                        "events": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["name", "eventId", "path", "received", "event"],
                            "properties": {
                              "name": { "type": "string" },
                              "eventId": { "type": "string" },
                              "path": { "type": "string", "description": "The address it came to." },
                              "received": { "type": "string", "description": "When it came." },
                              "event": { "type": "object", "description": "As Customer.io sent it." }
                            }
                          }
                        }
                      }
                    }
                    """
                )
            ),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = true,
                DestructiveHint = false,
                IdempotentHint = true,
                OpenWorldHint = false,
            },
        };
        yield return new Tool
        {
            Name = Register,
            Title = "Register Webhook",
            Description =
                "Makes Customer.io report to an address: creates the reporting webhook, or brings the one with this address up to date. "
                + "Needs the App API key.",
            InputSchema = Element(Input(Register, trigger)),
            OutputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["id", "outcome", "managed"],
                      "properties": {
                        "id": { "type": "string", "description": "The webhook's number." },
                        "outcome": { "type": "string", "enum": ["created", "updated", "reused"] },
                        "managed": { "type": "boolean", "description": "It was made from this machine, and Remove Webhook removes it." }
                      }
                    }
                    """
                )
            ),
            // Destructive: what Customer.io knows of everybody's messages goes to that address from then on.
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = false,
                DestructiveHint = true,
                IdempotentHint = true,
                OpenWorldHint = true,
            },
        };
        yield return new Tool
        {
            Name = Remove,
            Title = "Remove Webhook",
            Description = "Removes the reporting webhook that was registered from this machine for an address; others stay.",
            InputSchema = Element(Input(Remove, trigger)),
            OutputSchema = Element(
                Json(
                    """
                    {
                      "type": "object",
                      "required": ["id", "removed"],
                      "properties": {
                        "id": { "type": ["string", "null"], "description": "The webhook's number." },
                        "removed": { "type": "boolean", "description": "False when none was made here for this address." }
                      }
                    }
                    """
                )
            ),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = false,
                DestructiveHint = true,
                IdempotentHint = true,
                OpenWorldHint = true,
            },
        };
    }

    private static JObject About(TriggerManifest trigger) =>
        new()
        {
            ["id"] = trigger.Id,
            ["title"] = trigger.Title,
            ["description"] = trigger.Description,
            ["credentials"] = new JArray(trigger.Credentials),
            ["forms"] = new JObject(trigger.Properties.Select(p => new JProperty(p.Key, p.Value["x-ui"]))),
            ["examples"] = new JArray(trigger.Examples),
            ["events"] = new JArray(
                trigger.Groups.Select(g => new JObject
                {
                    ["title"] = g.Title,
                    ["events"] = new JArray(
                        g.Events.Where(e => e.Offered)
                            .Select(e => new JObject
                            {
                                ["name"] = e.Name,
                                ["title"] = e.Title,
                                ["description"] = e.Description,
                            })
                    ),
                })
            ),
        };

    private static JObject Json(string text) => ConnectorJson.ParseObject(text);

    private static JsonElement Element(JObject value) => JsonElement.Parse(ConnectorJson.ToBytes(value));
}
