using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>Creates or updates a person with the traits as attributes.</summary>
internal static class IdentifyCall
{
    public static EventRequest Translate(SourceEvent message)
    {
        var isAsked = message.Profile.AnonymousIdAmongAttributes || message.Profile.AnonymousIdentify;
        var anonymous = isAsked && message.Id("anonymousId") is { } given ? message.Name(given, "anonymousId") : null;
        var who = PersonRef.Known(message, message.Profile.IdentifyEmail) ?? Unknown(message, anonymous);
        var (traits, place) =
            message.Traits is { Count: > 0 } own || !message.Profile.ContextTraits ? (message.Traits, "traits") : (message.ContextTraits, "context/traits");
        var attributes = new JsonMembers(traits.Count + 4);
        AddAddress(message, traits, attributes);
        if (
            message.IsMapped
            && message.Text("context", "externalId", SourceEvent.FirstItem, "identifierType") is { } kind
            && !message.Profile.IdentifyOmits.Contains(kind)
        )
        {
            attributes[kind] = message.At(SourceEvent.ExternalId);
        }

        foreach (var (name, value) in traits)
        {
            if (
                !message.Profile.IdentifyOmits.Contains(name)
                && !(
                    name == "email"
                    && who is { Key: "email" }
                    && value.String is { } email
                    && who.Value == Gate.Clean(email)
                    && !message.Profile.EmailAmongAttributes
                )
            )
            {
                Set(name, Attribute(message, who, name, message.Value(value), place));
            }
        }

        if (message.At("user_properties") is { IsObject: true } more && message.Profile.UserProperties)
        {
            foreach (var (name, value) in more)
            {
                Set(name, Attribute(message, who, name, value, "user_properties"));
            }
        }

        if (CreatedAt(message) is { } created)
        {
            attributes.With("created_at", created);
        }

        AddIds(message, who, attributes);
        if (anonymous is not null && !who.IsAnonymous && message.Profile.AnonymousIdAmongAttributes)
        {
            attributes["anonymous_id"] = anonymous;
        }

        var time = message.Profile.IdentifyTime == IdentifyTime.NotSent ? null : message.EventTime();
        if (message.Profile.IdentifyTime == IdentifyTime.Attribute && time is not null)
        {
            (attributes["_timestamp"], time) = (time, null);
        }

        return message.Wire.Identify(who, attributes, time, Relationship(message));

        void Set(string name, JsonView? sent)
        {
            if (sent is { } value)
            {
                attributes[name] = value;
                message.CheckLength(name, value, place);
            }
        }
    }

    /// <summary>Adds the id of a person to the attributes, where the profile does; to one who is named by a cio_id it would be a new one.</summary>
    public static void AddIds(SourceEvent message, PersonRef who, JsonMembers attributes)
    {
        if (message.Profile.IdAmongAttributes && who.Key is "id" or "email")
        {
            attributes["id"] = who.Value;
        }
    }

    private static void AddAddress(SourceEvent message, JsonView traits, JsonMembers attributes)
    {
        if (message.Profile.AddressTraits.Length == 0 || traits["address"] is not { } given)
        {
            return;
        }

        foreach (var name in message.Profile.AddressTraits)
        {
            if (given[name] is { } part)
            {
                attributes[name] = message.Value(part);
            }
        }
    }

    private static JsonMembers? Relationship(SourceEvent message) =>
        message.Profile.IdentifyRelates && message.Id("traits", "objectId") is { } id
            ? new JsonMembers(2)
                .With("identifiers", GroupCall.Object(message, message.Name(id, "traits/objectId"), message.Profile.ObjectType))
                .WithSome("relationship_attributes", GroupCall.RelationshipAttributes(message))
            : null;

    /// <summary>An attribute as it passes the gate; null for one that is left out.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be sent so.</exception>
    public static JsonView? Attribute(SourceEvent message, PersonRef who, string name, JsonView value, string place)
    {
        if (!Gate.IsReserved(name))
        {
            return value;
        }

        var path = $"{place}/{Names.Escape(name)}";
        var problem = message.Attribute(name, value.Token, path, out var sent) ?? GateKeeping.Beside(name, sent, path, who.Key, who.Value);
        return problem is not null ? throw ConnectorException.Input([problem])
            : sent is null ? null
            : new JsonView(sent);
    }

    private static PersonRef Unknown(SourceEvent message, string? anonymous) =>
        anonymous is not null && message.Profile.AnonymousIdentify
            ? PersonRef.Anonymous(message, anonymous)
            : throw ConnectorException.Input("/userId", "is missing, and no e-mail address stands in for it; nobody unknown can be identified.");

    private static object? CreatedAt(SourceEvent message)
    {
        foreach (var path in message.Profile.CreatedAtOf)
        {
            if (message.At(path) is { } value)
            {
                return message.Profile.CreatedAt.Read(message, value.Token, "/" + string.Join('/', path));
            }
        }

        return message.Settings.CreatedAtNow ? message.Now.ToUnixTimeSeconds() : null;
    }
}
