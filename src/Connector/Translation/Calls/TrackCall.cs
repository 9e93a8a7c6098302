using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Records an event, unless its name stands for something else.</summary>
internal static class TrackCall
{
    public static IReadOnlyList<EventRequest> Translate(SourceEvent message)
    {
        if (message.At("event") is not { IsString: true } || message.Text("event") is not { } given)
        {
            throw ConnectorException.Input("/event", "is missing; a track call needs the name of the event as text.");
        }

        // A name that had to be cleaned is none of those that do something.
        var name = message.Name(given, "event");
        if (given != name)
        {
            return [Record(message, name)];
        }

        var device = DeviceEvents.Translate(message, name);
        if (device is not null && !message.Profile.Recorded.Contains(name))
        {
            return [device];
        }

        var request = ReservedEvents.Translate(message, name) ?? Record(message, name);
        return device is null ? [request] : [device, request];
    }

    private static EventRequest Record(SourceEvent message, string name)
    {
        var who = PersonRef.Anybody(message);
        return Record(message, who, "event", name, Data(message, who));
    }

    // Under a name that is checked or cut as the profile says.
    private static EventRequest Record(SourceEvent message, PersonRef who, string kind, string? name, object? data)
    {
        name = name is null ? null : EventNames.Sized(message, who, message.Name(name, kind == "event" ? "event" : "name"));
        return message.Wire.Event(who, kind, name, data, message.EventId, message.EventTime());
    }

    /// <summary>Records a page or screen, and where the profile does, that its person was there.</summary>
    public static IReadOnlyList<EventRequest> View(SourceEvent message, PersonRef who, string kind, string? name, string[] adds, string[] omits)
    {
        var data = Data(message, who);
        if (adds.Length + omits.Length > 0)
        {
            var properties = message.SentProperties is { } some ? new JObject((JObject)some.Token) : [];
            foreach (var added in adds)
            {
                if (message.Text(added) is { } text)
                {
                    properties[added] = text;
                }
            }

            foreach (var omitted in omits)
            {
                properties.Remove(omitted);
            }

            data = properties;
        }

        var view = Record(message, who, kind, name, data);
        if (!message.Profile.LastVisit || message.At("context", "active")?.Scalar is false)
        {
            return [view];
        }

        var visit = new JsonMembers(1).With("_last_visit", message.EventTime() ?? message.Now.ToUnixTimeSeconds());
        return [message.Wire.Identify(who, visit, null, null), view];
    }

    private static object? Data(SourceEvent message, PersonRef who)
    {
        var properties = message.SentProperties;
        if (!message.Profile.AnonymousIdAmongData || who.IsAnonymous || message.Id("anonymousId") is not { } given)
        {
            return properties;
        }

        var data = new JsonMembers((properties?.Count ?? 0) + 1);
        foreach (var (name, value) in properties ?? SourceEvent.Empty)
        {
            data.With(name, value);
        }

        data["anonymous_id"] = message.Name(given, "anonymousId");
        return data;
    }
}
