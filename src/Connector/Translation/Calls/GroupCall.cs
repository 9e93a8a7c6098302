using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Creates or updates an object and relates the person to it.</summary>
internal static class GroupCall
{
    private const string DefaultType = "1";

    // These say which object or what to do with it, and are no attributes.
    private static readonly HashSet<string> s_notCopied = ["objectTypeId", "object_type_id", "relationshipAttributes"];
    private static readonly HashSet<string> s_actions = ["identify", "delete", "add_relationships", "delete_relationships"];

    public static EventRequest Translate(SourceEvent message)
    {
        var profile = message.Profile;
        var action = profile.GroupActions ? Action(message) : "identify";
        var who =
            PersonRef.Known(message) ?? (!profile.GroupActions && message.Id("anonymousId") is { } anonymous ? PersonRef.Anonymous(message, anonymous) : null);
        if (who is { IsAnonymous: true })
        {
            action = "identify_anonymous";
        }

        var operation = Begin(message, Id(message), action);
        if (action is "identify" or "identify_anonymous" || profile.GroupActions)
        {
            operation.With("attributes", Attributes(message));
        }

        if (who is { } person)
        {
            operation.With("cio_relationships", new[] { Relationship(message, person) });
        }
        else if (profile.GroupActions)
        {
            operation.With("cio_relationships", Array.Empty<JsonMembers>());
        }

        return profile.Wire.Operation(operation);
    }

    /// <summary>The beginning of an operation on an object.</summary>
    public static JsonMembers Begin(SourceEvent message, string id, string action) =>
        new JsonMembers().With("type", "object").With("identifiers", Object(message, id)).With("action", action);

    public static JsonMembers Object(SourceEvent message, string id) =>
        new JsonMembers(2).With("object_type_id", message.Name(Type(message), "objectTypeId")).With("object_id", id);

    private static string Type(SourceEvent message) =>
        message.Text("objectTypeId")
        ?? message.Text("traits", "objectTypeId")
        ?? message.Text("traits", "object_type_id")
        ?? message.Text("properties", "objectTypeId")
        ?? DefaultType;

    private static string Id(SourceEvent message) =>
        message.Id("groupId") is { } id
            ? message.Name(id, "groupId")
            : throw ConnectorException.Input("/groupId", "is missing; a group call needs the id of its object.");

    private static string Action(SourceEvent message) =>
        (message.Text("traits", "action") ?? message.Text("properties", "action")) is { } action && s_actions.Contains(action) ? action : "identify";

    private static JsonMembers Attributes(SourceEvent message)
    {
        var all = message.Profile.GroupAttributes?.Invoke(message);
        var traits = all ?? message.Traits;
        var attributes = new JsonMembers(traits.Count);
        foreach (var (name, value) in traits)
        {
            if (name is "createdAt" or "created_at")
            {
                if (value is not JValue { Value: null } && message.Profile.CreatedAt(message, value!, "/traits/" + name) is { } time)
                {
                    attributes["created_at"] = time;
                }
            }
            else if (all is not null || (!s_notCopied.Contains(name) && !(name == "action" && message.Profile.GroupActions)))
            {
                attributes[name] = message.Value(value!);
            }
        }

        return attributes;
    }

    private static JsonMembers Relationship(SourceEvent message, PersonRef who) =>
        new JsonMembers(2)
            .With("identifiers", who.Identifiers)
            .WithSome("relationship_attributes", (message.At("relationshipAttributes") ?? message.At("traits", "relationshipAttributes")) as JObject);
}
