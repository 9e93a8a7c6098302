using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>One operation for each thing, which names the kind of identifier.</summary>
/// <param name="anonymousByV1">Sends events of unknown people the documented way, through v1; else as operations.</param>
/// <param name="path">Where operations go.</param>
internal sealed class TrackV2(bool anonymousByV1 = false, string path = EventRequest.Entity) : TrackApiDialect
{
    public override EventRequest Identify(PersonRef who, JsonMembers attributes, object? time, JsonMembers? relationship) =>
        Operation(
            Begin(who, "identify")
                .With("attributes", attributes)
                .WithSome("timestamp", time)
                .WithSome("cio_relationships", relationship is null ? null : new[] { relationship })
        );

    public override EventRequest Event(PersonRef who, string kind, string? name, object? data, string? id, object? time)
    {
        if (anonymousByV1 && who.IsAnonymous)
        {
            return TrackV1.Anonymous(
                who,
                new JsonMembers().WithSome("data", data).WithSome("name", name).With("type", kind).WithSome("id", id).WithSome("timestamp", time),
                id
            )!;
        }

        var operation = Begin(who, kind).WithSome("name", name).WithSome("id", id).WithSome("timestamp", time).WithSome("attributes", data);
        return Operation(operation) with { EventId = id, Repeatable = id is not null };
    }

    public override EventRequest AddDevice(
        PersonRef who,
        string token,
        string platform,
        object? lastUsed,
        IReadOnlyList<KeyValuePair<string, JsonView>> attributes
    )
    {
        var texts = new JsonMembers(attributes.Count);
        foreach (var (name, value) in attributes)
        {
            // Customer.io takes texts only here.
            texts.With(name, value.IsObject || value.IsList ? ConnectorJson.ToText(value.Token) : ConnectorJson.ScalarText(value.Token));
        }

        var device = new JsonMembers(4)
            .With("token", token)
            .With("platform", platform)
            .WithSome("last_used", lastUsed)
            .WithSome("attributes", texts.Count > 0 ? texts : null);
        return Operation(Begin(who, "add_device").With("device", device));
    }

    public override EventRequest DeleteDevice(PersonRef who, string token) =>
        Operation(Begin(who, "delete_device").With("device", new JsonMembers(1).With("token", token)));

    public override EventRequest Merge(PersonRef primary, PersonRef secondary) =>
        Operation(
            new JsonMembers(4).With("type", "person").With("action", "merge").With("primary", primary.Identifiers).With("secondary", secondary.Identifiers)
        );

    public override EventRequest Operation(JsonMembers operation) => base.Operation(operation) with { Path = path };
}
