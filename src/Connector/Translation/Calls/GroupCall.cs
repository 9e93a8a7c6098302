using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>Creates or updates an object and relates the person to it.</summary>
internal static class GroupCall
{
    private const string DefaultType = "1";

    /// <summary>Where the type of an object may stand, unless a profile says otherwise.</summary>
    public static readonly string[][] ObjectTypes =
    [
        ["objectTypeId"],
        ["traits", "objectTypeId"],
        ["traits", "object_type_id"],
        ["properties", "objectTypeId"],
        ["properties", "object_type_id"],
    ];

    private static readonly HashSet<string> s_actions = ["identify", "delete", "add_relationships", "delete_relationships"];

    public static EventRequest Translate(SourceEvent message)
    {
        var profile = message.Profile;
        if (profile.GroupPrefix is { } prefix)
        {
            return OfPerson(message, prefix);
        }

        var action = profile.GroupActions ? Action(message) : "identify";
        var who =
            PersonRef.Known(message, message.Settings.EmailOnEveryCall ? profile.GroupEmail : [], byShape: true)
            ?? (!profile.GroupActions && message.Id("anonymousId") is { } anonymous ? PersonRef.Anonymous(message, anonymous) : null);
        if (who is { IsAnonymous: true })
        {
            action = "identify_anonymous";
        }

        var operation = Begin(message, Id(message), action, profile.ObjectType);
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

        return message.Wire.Operation(operation);
    }

    // Who knows no objects keeps the group among the attributes of its person.
    private static EventRequest OfPerson(SourceEvent message, string prefix)
    {
        var who = PersonRef.Anybody(message);
        var attributes = new JsonMembers(message.Traits.Count + 2);
        foreach (var (name, value) in message.Traits)
        {
            var known = name == "email" ? name : prefix + name;
            if (IdentifyCall.Attribute(message, who, known, message.Value(value), "traits") is { } sent)
            {
                attributes[known] = sent;
                message.CheckLength(name, sent, "traits");
            }
        }

        attributes[prefix + "id"] = Id(message);
        IdentifyCall.AddIds(message, who, attributes);
        return message.Wire.Identify(who, attributes, null, null);
    }

    /// <summary>The beginning of an operation on an object.</summary>
    public static JsonMembers Begin(SourceEvent message, string id, string action, string[][] types) =>
        new JsonMembers().With("type", "object").With("identifiers", Object(message, id, types)).With("action", action);

    public static JsonMembers Object(SourceEvent message, string id, string[][] types) =>
        new JsonMembers(2)
            .With("object_type_id", message.First(types, out var field) is { } type ? message.Name(type, field) : DefaultType)
            .With("object_id", id);

    /// <summary>The attributes of the person's relationship to the object; null for none.</summary>
    public static JsonView? RelationshipAttributes(SourceEvent message) => message.FirstObject(message.Profile.RelationshipAttributes);

    private static string Id(SourceEvent message) =>
        message.First(message.Profile.GroupId, out var field) is { } id
            ? message.Name(id, field)
            : throw ConnectorException.Input("/groupId", "is missing; a group call needs the id of its object.");

    private static string Action(SourceEvent message) =>
        (message.Text("traits", "action") ?? message.Text("properties", "action")) is { } action && s_actions.Contains(action) ? action : "identify";

    private static JsonMembers Attributes(SourceEvent message)
    {
        var traits = message.FirstObject(message.Profile.GroupAttributes) ?? SourceEvent.Empty;
        var attributes = new JsonMembers(traits.Count);
        foreach (var (name, value) in traits)
        {
            if (name is "createdAt" or "created_at" && message.Profile.GroupCreatedAt)
            {
                if (!value.IsNull && message.Profile.CreatedAt.Read(message, value.Token, "/traits/" + name) is { } time)
                {
                    attributes["created_at"] = time;
                }
            }
            else if (!message.Profile.GroupOmits.Contains(name))
            {
                attributes[name] = message.Value(value);
                message.CheckLength(name, value, "traits");
            }
        }

        return attributes;
    }

    private static JsonMembers Relationship(SourceEvent message, PersonRef who) =>
        new JsonMembers(2)
            .With("identifiers", who.Identifiers)
            .WithSome("relationship_attributes", RelationshipAttributes(message) is { } attributes ? message.Value(attributes) : null);
}
