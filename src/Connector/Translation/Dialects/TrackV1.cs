using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>One path for each thing: the person stands in it, and their kind of identifier is known by its shape.</summary>
internal sealed class TrackV1 : TrackApiDialect
{
    public override EventRequest Identify(PersonRef who, JsonMembers attributes, object? time, JsonMembers? relationship)
    {
        if (relationship is not null)
        {
            attributes["cio_relationships"] = new JsonMembers(2).With("action", "add_relationships").With("relationships", new[] { relationship });
        }

        return new(HttpMethod.Put, "/api/v1/customers/" + who.Segment, attributes);
    }

    public override EventRequest Event(PersonRef who, string kind, string? name, object? data, string? id, object? time)
    {
        var body = new JsonMembers().WithSome("data", data).WithSome("name", name).With("type", kind).WithSome("id", id).WithSome("timestamp", time);
        return Anonymous(who, body, id) ?? new(HttpMethod.Post, $"/api/v1/customers/{who.Segment}/events", body) { EventId = id, Repeatable = id is not null };
    }

    /// <summary>The request for an event of somebody unknown; null for somebody known.</summary>
    public static EventRequest? Anonymous(PersonRef who, JsonMembers body, string? id) =>
        who.IsAnonymous ? new(HttpMethod.Post, "/api/v1/events", body.With("anonymous_id", who.Value)) { EventId = id, Repeatable = id is not null } : null;

    public override EventRequest AddDevice(
        PersonRef who,
        string token,
        string platform,
        object? lastUsed,
        IReadOnlyList<KeyValuePair<string, JsonView>> attributes
    )
    {
        // Who speaks v1 puts the properties beside the device's own members.
        var device = new JsonMembers(attributes.Count + 3);
        foreach (var (name, value) in attributes)
        {
            device.With(name, value);
        }

        device["id"] = token;
        device["platform"] = platform;
        if (lastUsed is not null)
        {
            device["last_used"] = lastUsed;
        }

        return new(HttpMethod.Put, $"/api/v1/customers/{who.Segment}/devices", new JsonMembers(1).With("device", device));
    }

    public override EventRequest DeleteDevice(PersonRef who, string token)
    {
        Api.ApiPath.Check(token, "context/device/token");
        return new(HttpMethod.Delete, $"/api/v1/customers/{who.Segment}/devices/{Api.ApiPath.Escape(token)}", null);
    }

    public override EventRequest Merge(PersonRef primary, PersonRef secondary) =>
        new(HttpMethod.Post, "/api/v1/merge_customers", new JsonMembers(2).With("primary", primary.Identifiers).With("secondary", secondary.Identifiers));

    public override EventRequest Operation(JsonMembers operation) => base.Operation(operation) with { Path = EventRequest.Batch };
}
