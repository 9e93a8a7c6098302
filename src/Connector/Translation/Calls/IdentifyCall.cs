using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Creates or updates a person with the traits as attributes.</summary>
internal static class IdentifyCall
{
    // These say who or when, and are sent as that.
    private static readonly HashSet<string> s_notCopied = ["createdAt", "created_at", "userId", "anonymousId"];

    public static EventRequest Translate(SourceEvent message)
    {
        var anonymous = message.Id("anonymousId") is { } given ? message.Name(given, "anonymousId") : null;
        var who = PersonRef.Known(message) ?? Unknown(message, anonymous);
        var (traits, place) =
            message.Traits is { Count: > 0 } own || !message.Profile.ContextTraits ? (message.Traits, "traits") : (message.ContextTraits, "context/traits");
        var attributes = new JsonMembers(traits.Count + 4);
        foreach (var (name, value) in traits)
        {
            if (
                !s_notCopied.Contains(name)
                && !(
                    name == "email"
                    && value is JValue { Value: string email }
                    && who is { Key: "email" }
                    && who.Value == Gate.Clean(email)
                    && message.Profile.EmailKind == "email"
                )
            )
            {
                attributes.WithSome(name, Attribute(message, who, name, message.Value(value!), place));
            }
        }

        if (message.At("user_properties") is JObject more && message.Profile.UserProperties)
        {
            foreach (var (name, value) in more)
            {
                if (Attribute(message, who, name, value!, "user_properties") is { } sent)
                {
                    attributes[name] = sent;
                }
            }
        }

        if (CreatedAt(message) is { } created)
        {
            attributes.With("created_at", created);
        }

        if (anonymous is not null && !who.IsAnonymous)
        {
            attributes["anonymous_id"] = anonymous;
        }

        return message.Profile.Wire.Identify(who, attributes, message.EventTime());
    }

    private static JToken? Attribute(SourceEvent message, PersonRef who, string name, JToken value, string place)
    {
        if (!Gate.IsReserved(name))
        {
            return value;
        }

        var path = $"{place}/{Names.Escape(name)}";
        var problem = message.Attribute(name, value, path, out var sent) ?? GateKeeping.Beside(name, sent, path, who.Key, who.Value);
        return problem is null ? sent : throw ConnectorException.Input([problem]);
    }

    private static PersonRef Unknown(SourceEvent message, string? anonymous) =>
        anonymous is not null && message.Profile.AnonymousIdentify ? PersonRef.Anonymous(message, anonymous) : PersonRef.Required(message);

    private static object? CreatedAt(SourceEvent message)
    {
        foreach (var (source, name) in s_created)
        {
            if (message.At([.. source, name]) is not null && (source.Length == 1 || message.Profile.ContextTraits))
            {
                return message.Profile.CreatedAt(message, message.At([.. source, name])!, $"/{string.Join('/', source)}/{name}");
            }
        }

        return message.Settings.CreatedAtNow ? message.Now.ToUnixTimeSeconds() : null;
    }

    private static readonly (string[] Source, string Name)[] s_created =
    [
        (["traits"], "createdAt"),
        (["traits"], "created_at"),
        (["context", "traits"], "createdAt"),
        (["context", "traits"], "created_at"),
    ];
}
