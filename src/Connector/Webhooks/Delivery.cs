using System.Security.Cryptography;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Webhooks;

/// <summary>One reporting event as Customer.io delivered it, read leniently: what is missing, new or oddly typed passes through.</summary>
public sealed class Delivery
{
    private const int MaxNameLength = 200;

    private static readonly JObject s_nothing = [];

    private Delivery(JObject json, string eventId, bool isWhole, TriggerManifest trigger)
    {
        Json = json;
        EventId = eventId;
        IsWhole = isWhole;
        Metric = Text(json["metric"]) ?? "";
        // The vendor's description spells the name in another way where a person's preferences change.
        ObjectType = Text(json["object_type"]) ?? Text(json["object_type_type"]) ?? "";
        Event = Known(trigger);
        Name = Event?.Name ?? Shown.Head($"{ObjectType}_{Metric}".Replace('\0', '_').Trim('_'), MaxNameLength);
        Title = Event?.Title ?? string.Join(' ', Name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(Names.Pascal));
    }

    /// <summary>The whole delivery. Do not change it.</summary>
    public JObject Json { get; }

    /// <summary>Whether all of the delivery is in <see cref="Json"/> as it came; if not, what JSON for programs cannot hold is there as text.</summary>
    public bool IsWhole { get; }

    /// <summary>The event's id, the same each time the event is delivered; made from the body where there is none, and from an id of over 200 bytes or
    /// with a NUL.</summary>
    public string EventId { get; }

    /// <summary>The channel, such as <c>email</c>.</summary>
    public string ObjectType { get; }

    /// <summary>What happened, such as <c>sent</c>.</summary>
    public string Metric { get; }

    /// <summary>The event's name, such as <c>email_sent</c>; made of channel and metric if the manifest does not know it.</summary>
    public string Name { get; }

    /// <summary>What people call the event, such as <c>Email Sent</c>.</summary>
    public string Title { get; }

    /// <summary>The manifest's event; null for one that it does not know.</summary>
    public TriggerEvent? Event { get; }

    /// <summary>When it happened, in Unix seconds; null when that cannot be read.</summary>
    public long? Timestamp => Json["timestamp"] is { } value && Values.Timestamp.TryRead(value, out var seconds, out _) ? seconds : null;

    /// <summary>The details. Do not change them.</summary>
    public JObject Data => Json["data"] as JObject ?? s_nothing;

    /// <summary>The e-mail address that an e-mail went to, or whose subscription changed; null for other channels, whose recipient is none.</summary>
    public string? RecipientEmail =>
        ObjectType == "email" && Detail("recipient") is { } recipient && recipient.Contains('@') ? recipient
        : ObjectType == "email" || Event?.ObjectType == "customer" ? Detail("email_address") ?? Detail("identifiers", "email")
        : null;

    /// <summary>Reads a delivery.</summary>
    /// <param name="body">The body's bytes.</param>
    /// <param name="trigger">Knows the events.</param>
    /// <returns>The delivery.</returns>
    /// <exception cref="FormatException">The body is not a JSON object.</exception>
    public static Delivery Read(ReadOnlySpan<byte> body, TriggerManifest trigger)
    {
        var json = ConnectorJson.ParseForeign(body, out var isWhole) as JObject ?? throw new FormatException("Expected a JSON object.");
        var id = Text(json["event_id"]);
        return new Delivery(
            json,
            id is null ? EventIds.Derive(Convert.ToHexString(SHA256.HashData(body)), trigger.Id, 0) : Short(id, trigger.Id),
            isWhole,
            trigger
        );
    }

    /// <summary>An id as it is kept and compared: of one over 200 bytes its hash, and of one with a NUL, which databases refuse.</summary>
    internal static string Short(string id, string space) =>
        System.Text.Encoding.UTF8.GetByteCount(id) <= MaxNameLength && !id.Contains('\0') ? id : EventIds.Derive(id, space, 0);

    /// <summary>A detail as text.</summary>
    /// <param name="path">Its name, or the names that lead to it.</param>
    /// <returns>The text of a text, number or boolean; null for anything else and for an empty text.</returns>
    public string? Detail(params ReadOnlySpan<string> path)
    {
        JToken? at = Data;
        foreach (var name in path)
        {
            at = (at as JObject)?[name];
        }

        return Text(at);
    }

    // A change of subscription bears the channel of the message that led to it; an e-mail's own "unsubscribed" has a subject and a recipient.
    private TriggerEvent? Known(TriggerManifest trigger) =>
        ObjectType.Length == 0 || (Data["email_address"] is not null && Data["recipient"] is null)
            ? trigger.Find("customer", Metric) ?? trigger.Find(ObjectType, Metric)
            : trigger.Find(ObjectType, Metric) ?? trigger.Find("customer", Metric);

    internal static string? Text(JToken? token) =>
        token is JValue { Type: not JTokenType.Null } value && ConnectorJson.ScalarText(value) is { Length: > 0 } text ? text : null;
}
