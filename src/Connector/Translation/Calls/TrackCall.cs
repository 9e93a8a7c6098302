using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Records an event, unless its name stands for something else.</summary>
internal static class TrackCall
{
    public static IReadOnlyList<EventRequest> Translate(SourceEvent message)
    {
        if (message.At("event") is not JValue { Value: string } || message.Text("event") is not { } given)
        {
            throw ConnectorException.Input("/event", "is missing; a track call needs the name of the event as text.");
        }

        // A name that had to be cleaned is none of those that do something.
        var name = message.Name(given, "event");
        if (given != name)
        {
            return [Record(message, PersonRef.Anybody(message), "event", name)];
        }

        var device = DeviceEvents.Translate(message, name);
        if (device is not null && !message.Profile.Recorded.Contains(name))
        {
            return [device];
        }

        var request = ReservedEvents.Translate(message, name) ?? Record(message, PersonRef.Anybody(message), "event", name);
        return device is null ? [request] : [device, request];
    }

    /// <summary>Records an event, a page or a screen under a name that is checked or cut as the profile says.</summary>
    public static EventRequest Record(SourceEvent message, PersonRef who, string kind, string? name)
    {
        var profile = message.Profile;
        name = name is null ? null : message.Name(name, kind == "event" ? "event" : "name");
        var sent =
            name is null ? null
            : who.IsAnonymous ? profile.AnonymousName(message, name)
            : profile.KnownName(message, name);
        return profile.Wire.Event(who, kind, sent, Data(message, who), message.EventId, message.EventTime());
    }

    private static object? Data(SourceEvent message, PersonRef who)
    {
        var properties = message.SentProperties;
        if (!message.Profile.AnonymousIdAmongData || who.IsAnonymous || message.Id("anonymousId") is not { } given)
        {
            return properties;
        }

        var data = new JsonMembers((properties?.Count ?? 0) + 1);
        foreach (var (name, value) in properties ?? [])
        {
            data.With(name, value);
        }

        data["anonymous_id"] = message.Name(given, "anonymousId");
        return data;
    }
}
