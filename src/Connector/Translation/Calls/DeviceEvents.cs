using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Track calls whose name registers or removes the device that they carry.</summary>
internal static class DeviceEvents
{
    private static readonly HashSet<string> s_apple = new(["ios", "watchos", "ipados", "tvos"], StringComparer.OrdinalIgnoreCase);

    /// <returns>Null for any other event, and for one that carries no device: that is recorded as an event.</returns>
    public static EventRequest? Translate(SourceEvent message, string name)
    {
        var profile = message.Profile;
        var removes = profile.Removing.Contains(name);
        if (!removes && !profile.Registering.Contains(name) && name != message.Settings.DeviceEvent)
        {
            return null;
        }

        // What is taken away is taken from whom a user id names, unless the profile's system does otherwise.
        var who = removes && !profile.EmailOnEveryCall ? PersonRef.Named(message) : PersonRef.Known(message);
        var token = message.Text("context", "device", "token") is { } given ? message.Name(given, "context/device/token") : null;
        if (removes && !(profile.Recorded.Contains(name) && (who is null || token is null)))
        {
            return message.Wire.DeleteDevice(
                who ?? throw ConnectorException.Input("/userId", "is missing; a device is removed from a known person."),
                token ?? throw ConnectorException.Input("/context/device/token", "is missing; it names the device to remove.")
            );
        }

        if (who is not { } person || token is null)
        {
            var missing = token is null ? "/context/device/token" : "/userId";
            message.Warn($"{missing} is missing, so no device was {(removes ? "removed" : "registered")}; the event is recorded.");
            return null;
        }

        if ((message.Text("context", "device", "type") ?? message.Text("context", "os", "name")) is not { } type)
        {
            message.Warn("/context/device/type is missing, so no device was registered; the event is recorded.");
            return null;
        }

        // Everything of Apple's is one platform to Customer.io.
        var platform = s_apple.Contains(type) ? "ios" : type.ToLowerInvariant();
        return message.Wire.AddDevice(person, token, platform, message.EventTime(), Attributes(message));
    }

    private static List<KeyValuePair<string, JsonView>> Attributes(SourceEvent message)
    {
        var attributes = new List<KeyValuePair<string, JsonView>>();
        foreach (var (name, value) in message.SentProperties ?? SourceEvent.Empty)
        {
            attributes.Add(new(name, value));
        }

        foreach (var (name, path) in message.Profile.DeviceAttributes)
        {
            if (message.Text(path) is { } text && message.SomeProperties?[name] is null)
            {
                attributes.Add(new(name, new JsonView(new JValue(text))));
            }
        }

        return attributes;
    }
}
