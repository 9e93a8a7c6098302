using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Translation;

/// <summary>Track calls whose names are reserved: they change people, objects and deliveries instead of being recorded.</summary>
internal static class ReservedEvents
{
    private static readonly Dictionary<string, Func<SourceEvent, EventRequest>> s_names = new(StringComparer.Ordinal)
    {
        ["User Deleted"] = m => m.Wire.Person(PersonRef.Required(m), "delete"),
        ["User Suppressed"] = m => m.Wire.Person(PersonRef.Required(m), "suppress"),
        ["User Unsuppressed"] = m => m.Wire.Person(PersonRef.Required(m), "unsuppress"),
        ["Object Deleted"] = m => m.Wire.Operation(GroupCall.Begin(m, ObjectId(m), "delete", GroupCall.ObjectTypes)),
        ["Relationship Deleted"] = RelationshipDeleted,
        ["Report Delivery Event"] = DeliveryEvent,
        ["Report Content Event"] = ContentEvent,
    };

    private static readonly string[][] s_objectId =
    [
        ["properties", "objectId"],
        ["groupId"],
    ];

    private static readonly HashSet<string> s_metrics = ["delivered", "opened", "clicked", "converted", "spammed", "bounced", "dropped", "deferred"];

    public static IEnumerable<string> Names => s_names.Keys;

    /// <returns>Null for any other event.</returns>
    public static EventRequest? Translate(SourceEvent message, string name)
    {
        if (!s_names.TryGetValue(name, out var call))
        {
            return null;
        }

        if (message.Settings.Reserved.Contains(name))
        {
            return call(message);
        }

        // A name alone must not delete anybody unless that was asked for; whoever meant it has to learn why it did not.
        message.Warn($"\"{name}\" is recorded as an event like any other; with reserved events on it would do what it says.");
        return null;
    }

    private static EventRequest RelationshipDeleted(SourceEvent message) =>
        message.Wire.Operation(
            TrackApiDialect
                .Begin(PersonRef.Required(message), "delete_relationships")
                .With(
                    "cio_relationships",
                    new[] { new JsonMembers(1).With("identifiers", GroupCall.Object(message, ObjectId(message), GroupCall.ObjectTypes)) }
                )
        );

    private static EventRequest DeliveryEvent(SourceEvent message)
    {
        var metric = Needed(message, "metric");
        if (!s_metrics.Contains(metric))
        {
            throw ConnectorException.Input("/properties/metric", $"must be one of {string.Join(", ", s_metrics)}.");
        }

        var body = new JsonMembers()
            .With("delivery_id", Needed(message, "deliveryId"))
            .With("metric", metric)
            .With("timestamp", message.EventTime() is long time ? time : message.Now.ToUnixTimeSeconds());
        foreach (var name in (ReadOnlySpan<string>)["recipient", "reason", "href"])
        {
            body.WithSome(name, message.Text("properties", name));
        }

        var metadata = new JsonMembers(2)
            .WithSome("action_name", message.Text("properties", "actionName"))
            .WithSome("action_value", message.Text("properties", "actionValue"));
        body.WithSome("metadata", metadata.Count > 0 ? metadata : null);

        return new(HttpMethod.Post, "/api/v1/metrics", body) { Repeatable = false };
    }

    private static EventRequest ContentEvent(SourceEvent message)
    {
        var action = Needed(message, "actionType");
        if (action is not ("viewed_content" or "clicked_content"))
        {
            throw ConnectorException.Input("/properties/actionType", "must be viewed_content or clicked_content.");
        }

        var attributes = new JsonMembers();
        foreach (var (name, value) in message.Properties)
        {
            if (name != "actionType")
            {
                attributes.With(name, message.Value(value));
            }
        }

        // Whoever sees such a message is known by the browser alone.
        var who = message.Id("anonymousId") is { } anonymous ? PersonRef.Anonymous(message, anonymous) : PersonRef.Required(message);
        return message.Wire.Operation(
            TrackApiDialect.Begin(who, action).With("name", action).WithSome("timestamp", message.EventTime()).With("attributes", attributes)
        ) with
        {
            Repeatable = false,
        };
    }

    private static string ObjectId(SourceEvent message) =>
        message.First(s_objectId, out var field) is { } id
            ? message.Name(id, field)
            : throw ConnectorException.Input("/properties/objectId", "is missing; it names the object.");

    private static string Needed(SourceEvent message, string name) =>
        message.Text("properties", name) ?? throw ConnectorException.Input("/properties/" + name, "is missing.");
}
