using CustomerIo.Connector.Manifest;
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

    /// <summary>What a host builds its trigger from.</summary>
    public static JObject About(TriggerManifest trigger) =>
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
}
