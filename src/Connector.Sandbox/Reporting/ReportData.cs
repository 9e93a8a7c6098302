using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The <c>data</c> of a report, as the vendor's schema of each kind of object and metric has it.</summary>
internal static class ReportData
{
    private static readonly HashSet<string> s_failures = ["attempted", "bounced", "deferred", "dropped", "failed", "undeliverable"];

    /// <summary>What is told of a delivery; <paramref name="extra"/> replaces what is usual.</summary>
    public static JObject OfDelivery(Delivery delivery, Message message, Person? person, string objectType, string metric, JObject? extra = null)
    {
        var data = Origin(message);
        data["delivery_id"] = delivery.Id;
        data["customer_id"] = person?.Id ?? "";
        data["identifiers"] = person?.IdentifiersJson() ?? Nobody(delivery.CioId);
        if (objectType == "push")
        {
            data["recipients"] = Devices(message, person, s_failures.Contains(metric) ? Failure(message) : null);
        }
        else
        {
            data["recipient"] = message.Recipient ?? "";
        }
        if (objectType == "email")
        {
            data["subject"] = message.Subject ?? "";
        }
        if (s_failures.Contains(metric))
        {
            data["failure_message"] = Failure(message);
        }
        if (metric == "clicked")
        {
            data["href"] = "https://example.com/";
            data["link_id"] = 1;
        }
        if (metric == "replied")
        {
            data["inbound_event_id"] = $"{delivery.Id}:reply";
            data["to"] = "+15550100";
        }
        foreach (var (name, value) in extra ?? [])
        {
            data[name] = value!.DeepClone();
        }
        return data;
    }

    /// <summary>What is told of a person who changed what they want to get.</summary>
    public static JObject OfPerson(Person person) =>
        new()
        {
            ["customer_id"] = person.Id ?? "",
            ["email_address"] = Json.Text(person.Email),
            ["identifiers"] = person.IdentifiersJson(),
        };

    /// <summary>What the message said, for webhooks that want its content; empty where there is none.</summary>
    public static JObject Content(Message message)
    {
        var sent = message.IsForgotten ? [] : message.Content.Object;
        var content = new JObject { ["content"] = Json.Scalar(sent["body"]) ?? Json.Scalar(sent["message"]) ?? "" };
        if (sent["headers"] is JObject { Count: > 0 } headers)
        {
            content["headers"] = new JObject(headers.Properties().Select(h => new JProperty(h.Name, new JArray(Json.Scalar(h.Value) ?? ""))));
        }
        return content;
    }

    /// <summary>The topics of which the person's choice is another than before, as JSON in a text.</summary>
    public static string Topics(JObject? before, JObject? after)
    {
        var changed = (after?["topics"] as JObject)?.Properties().Where(t => !JToken.DeepEquals(t.Value, before?["topics"]?[t.Name])) ?? [];
        return new JObject { ["topics"] = new JObject(changed) }.ToString(Formatting.None);
    }

    private static JObject Origin(Message message) =>
        message.Sender switch
        {
            SenderKind.Broadcast => new()
            {
                ["broadcast_id"] = message.SenderId,
                ["trigger_id"] = message.TriggerId ?? 1,
                ["action_id"] = message.SenderId,
            },
            SenderKind.Campaign => new() { ["campaign_id"] = message.SenderId, ["action_id"] = message.SenderId },
            SenderKind.Newsletter => new() { ["newsletter_id"] = message.SenderId, ["content_id"] = message.SenderId },
            _ => new() { ["transactional_message_id"] = message.SenderId },
        };

    private static JObject Nobody(string? cioId)
    {
        var identifiers = new JObject { ["id"] = null, ["email"] = null };
        if (cioId is not null)
        {
            identifiers["cio_id"] = cioId;
        }
        return identifiers;
    }

    private static string Failure(Message message) => message.Failure ?? "reported by the sandbox";

    private static JArray Devices(Message message, Person? person, string? failure) =>
        new(
            (message.Recipient ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(token =>
                {
                    var platform = person?.Devices.GetValueOrDefault(token)?.Platform == "android" ? "android" : "ios";
                    var device = new JObject { ["device_id"] = token, ["device_platform"] = platform };
                    if (failure is not null)
                    {
                        device["failure_message"] = failure;
                    }
                    return device;
                })
        );
}
