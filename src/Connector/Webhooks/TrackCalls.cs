using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Webhooks;

/// <summary>Turns a delivery into a track call of the Segment and RudderStack format.</summary>
internal static class TrackCalls
{
    /// <summary>The naming that is RudderStack's.</summary>
    private const string RudderStackNames = "rudderstack";

    /// <summary>RudderStack's names for properties, where they are not simply the vendor's in camel case.</summary>
    private static readonly Dictionary<string, string[]> s_rudderStack = new(StringComparer.Ordinal)
    {
        ["subject"] = ["emailSubject"],
        ["failure_message"] = ["reason"],
        ["href"] = ["link", "url"],
        ["link_id"] = ["link", "id"],
        ["event_type"] = ["type"],
    };

    /// <summary>Makes the track call.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="naming">Whose names: <c>customerio</c> or <c>rudderstack</c>.</param>
    /// <returns>A new call. The person is its <c>userId</c>, else its <c>anonymousId</c> is Customer.io's own id or the message's.</returns>
    public static JObject Of(Delivery delivery, string naming)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var call = new JObject
        {
            ["type"] = "track",
            ["event"] = Name(delivery, naming),
            ["messageId"] = delivery.EventId,

            // What comes from Customer.io is not to go back there.
            ["integrations"] = new JObject { ["Customer.io"] = false },
        };
        if ((delivery.Detail("identifiers", "id") ?? delivery.Detail("customer_id")) is { } id)
        {
            call["userId"] = id;
        }
        else
        {
            // Not the e-mail address: it names somebody known, and stands among the traits.
            call["anonymousId"] = delivery.Detail("identifiers", "cio_id") ?? delivery.Detail("delivery_id") ?? delivery.EventId;
        }

        if (delivery.Timestamp is { } seconds)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            call["timestamp"] = time;
            call["originalTimestamp"] = time;
        }

        call["context"] = Context(delivery);
        call["properties"] = naming == RudderStackNames ? RudderStack(delivery) : Properties(delivery);
        return call;
    }

    private static string Name(Delivery delivery, string naming) =>
        naming == RudderStackNames && delivery is { ObjectType: "email", Metric: "subscribed" or "unsubscribed" }
            ? "Email " + Values.Names.Pascal(delivery.Metric)
            : delivery.Event?.Names.GetValueOrDefault(naming) ?? delivery.Title;

    private static JObject Context(Delivery delivery)
    {
        var traits = new JObject();
        void Set(string name, string? value)
        {
            if (value is not null)
            {
                traits[name] = value;
            }
        }

        Set("email", delivery.Detail("identifiers", "email") ?? delivery.RecipientEmail);
        // A recipient is an e-mail address, a number, a device or a URL: only the channel tells.
        Set("phone", delivery.Detail("identifiers", "phone") ?? (delivery.ObjectType is "sms" or "whatsapp" ? delivery.Detail("recipient") : null));
        Set("cioId", delivery.Detail("identifiers", "cio_id"));
        var context = new JObject { ["integration"] = new JObject { ["name"] = "Customer.io" } };
        if (traits.Count > 0)
        {
            context["traits"] = traits;
        }

        if (delivery.Data["recipients"] is JArray { Count: 1 } devices && devices[0] is JObject device && Delivery.Text(device["device_id"]) is { } token)
        {
            context["device"] = new JObject { ["token"] = token };
            if (Delivery.Text(device["device_platform"]) is { } platform)
            {
                context["device"]!["type"] = platform;
            }
        }

        return context;
    }

    private static IEnumerable<KeyValuePair<string, JToken>> Details(Delivery delivery) =>
        new JObject
        {
            ["event_id"] = delivery.EventId,
            ["object_type"] = delivery.ObjectType,
            ["metric"] = delivery.Metric,
        }
            .Properties()
            .Concat(delivery.Data.Properties().Where(p => p.Name is not ("identifiers" or "customer_id" or "email_address") && p.Value.Type != JTokenType.Null))
            .Select(p => KeyValuePair.Create(p.Name, p.Value.DeepClone()));

    private static JObject Properties(Delivery delivery)
    {
        var properties = new JObject();
        foreach (var (name, value) in Details(delivery))
        {
            properties[name] = value;
        }

        return properties;
    }

    private static JObject RudderStack(Delivery delivery)
    {
        var properties = new JObject();
        foreach (var (name, value) in Details(delivery))
        {
            var path = s_rudderStack.GetValueOrDefault(name) ?? [Camel(name)];
            var at = path.Length == 1 ? properties : properties[path[0]] as JObject ?? (JObject)(properties[path[0]] = new JObject());
            at[path[^1]] = value;
        }

        if (!properties.ContainsKey("reason") && Reasons(delivery) is { Length: > 0 } reasons)
        {
            properties["reason"] = string.Join("; ", reasons);
        }

        return properties;
    }

    private static string[] Reasons(Delivery delivery) =>
        [
            .. (delivery.Data["recipients"] as JArray ?? [])
                .Select(r => Delivery.Text((r as JObject)?["failure_message"]))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];

    // device_id → deviceId
    private static string Camel(string name) =>
        string.Concat(name.Split('_').Select((word, i) => i == 0 || word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
