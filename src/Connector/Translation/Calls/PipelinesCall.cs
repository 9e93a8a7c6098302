using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>Hands an event on as it is, to the Pipelines API; what names somebody or means something passes the gate.</summary>
internal static class PipelinesCall
{
    /// <summary>The calls that it takes.</summary>
    public static readonly HashSet<string> Types = new(["identify", "track", "page", "screen", "group", "alias"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[][] s_email =
    [
        ["traits", "email"],
    ];

    public static EventRequest Translate(SourceEvent message, string type)
    {
        var who = Who(message, type);
        var call = new JsonMembers(message.Members.Count + 2).With("type", type);
        foreach (var (name, value) in message.Members)
        {
            if (name is not ("type" or "writeKey"))
            {
                call[name] = name switch
                {
                    "userId" or "anonymousId" or "previousId" or "groupId" => Named(message, name),
                    "event" => message.Name(message.Text(name)!, name),
                    "traits" when type == "identify" => Traits(message, who),
                    "traits" => message.Traits,
                    "properties" => message.Properties,
                    "timestamp" or "originalTimestamp" or "sentAt" => Time(value),
                    _ => value,
                };
            }
        }

        if (message.MessageId is { } id)
        {
            call["messageId"] = id;
        }

        return new EventRequest(HttpMethod.Post, "/v1/" + type, call)
        {
            Api = ApiName.Pipelines,
            IsOperation = true,
            EventId = type is "track" or "page" or "screen" ? message.MessageId : null,
        };
    }

    /// <summary>Whom it is about; null where a group alone may be.</summary>
    private static PersonRef? Who(SourceEvent message, string type)
    {
        if (type == "track" && (message.At("event") is not { IsString: true } || message.Text("event") is null))
        {
            throw ConnectorException.Input("/event", "is missing; a track call needs the name of the event as text.");
        }

        var group = message.Id("groupId");
        if (type == "group" && group is null)
        {
            throw ConnectorException.Input("/groupId", "is missing; a group call needs the id of its object.");
        }

        if (type == "alias")
        {
            return message.Id("userId") is { } kept && message.Id("previousId") is not null
                ? PersonRef.Of(message, kept, "userId")
                : throw ConnectorException.Input(
                    message.Id("userId") is null ? "/userId" : "/previousId",
                    "is missing; an alias call needs userId and previousId."
                );
        }

        return PersonRef.Known(message, type == "identify" ? s_email : [])
            ?? (
                message.Id("anonymousId") is { } anonymous ? PersonRef.Anonymous(message, anonymous)
                : type == "track" && group is not null ? null
                : throw ConnectorException.Input("/userId", "is missing, and no anonymousId stands in for it; an e-mail address does so on identify alone.")
            );
    }

    private static string? Named(SourceEvent message, string field) => message.Id(field) is { } id ? message.Name(Person.Short(id, field), field) : null;

    private static JsonMembers Traits(SourceEvent message, PersonRef? who)
    {
        var traits = new JsonMembers(message.Traits.Count);
        foreach (var (name, value) in message.Traits)
        {
            // Here it is a date in ISO 8601, which the Pipelines API converts.
            var sent = name == "created_at" || who is not { } person ? value : IdentifyCall.Attribute(message, person, name, value, "traits");
            if (sent is { } kept)
            {
                traits.With(name, kept);
                message.CheckLength(name, kept, "traits");
            }
        }

        return traits;
    }

    // The Pipelines API takes ISO 8601; a number is the Unix time that other tools send.
    private static JsonView Time(JsonView value) =>
        value.Scalar is long or double && EventTimes.TryRead(value.Token, out var seconds)
            ? new JsonView(DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture))
            : value;
}
