using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>The API that a profile speaks: turns what a call means into one request.</summary>
internal abstract class TrackApiDialect
{
    private static readonly TrackApiDialect s_v1 = new TrackV1(),
        s_v2 = new TrackV2(),
        s_v2AnonymousByV1 = new TrackV2(anonymousByV1: true),
        s_v2Batch = new TrackV2(path: EventRequest.Batch);

    public static TrackApiDialect Of(ProfileApi api) =>
        api switch
        {
            ProfileApi.V1 => s_v1,
            ProfileApi.V2AnonymousByV1 => s_v2AnonymousByV1,
            ProfileApi.V2Batch => s_v2Batch,
            _ => s_v2,
        };

    /// <param name="who">Whom it is about.</param>
    /// <param name="attributes">Their attributes.</param>
    /// <param name="time">When it was said; null sends none.</param>
    /// <param name="relationship">Their relationship to an object; null sends none.</param>
    public abstract EventRequest Identify(PersonRef who, JsonMembers attributes, object? time, JsonMembers? relationship);

    /// <param name="who">Whom it is about.</param>
    /// <param name="kind"><c>event</c>, <c>page</c> or <c>screen</c>.</param>
    /// <param name="name">Its name; null sends none.</param>
    /// <param name="data">A view or Body; null sends none.</param>
    /// <param name="id">Its ULID; null sends none.</param>
    /// <param name="time">Its time; null sends none.</param>
    public abstract EventRequest Event(PersonRef who, string kind, string? name, object? data, string? id, object? time);

    public abstract EventRequest AddDevice(
        PersonRef who,
        string token,
        string platform,
        object? lastUsed,
        IReadOnlyList<KeyValuePair<string, JsonView>> attributes
    );

    public abstract EventRequest DeleteDevice(PersonRef who, string token);

    public abstract EventRequest Merge(PersonRef primary, PersonRef secondary);

    /// <summary>An operation that only v2 has: objects, relationships, deletions.</summary>
    public virtual EventRequest Operation(JsonMembers operation) => new(HttpMethod.Post, EventRequest.Entity, operation) { IsOperation = true };

    /// <summary>An operation on a person that needs nothing but the person.</summary>
    public EventRequest Person(PersonRef who, string action) => Operation(Begin(who, action));

    /// <summary>The beginning of an operation on a person.</summary>
    public static JsonMembers Begin(PersonRef who, string action) =>
        new JsonMembers().With("type", "person").With("identifiers", who.Identifiers).With("action", action);
}
