using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>One event as it is stored; with a refusal it goes to the dead letters at once.</summary>
internal sealed partial record IncomingEvent(string Text, Problem? Refusal)
{
    /// <summary>The original's limit for one event.</summary>
    public const int Longest = 32 << 10;

    /// <summary>Members of a batch that hold for all of its events.</summary>
    public static readonly string[] Shared = ["context", "integrations"];

    /// <summary>Fills in what an original server would have: type, message id and time; forgets the write key.</summary>
    /// <param name="utf8">The event's JSON.</param>
    /// <param name="type">The type its path says; null where the event says it.</param>
    /// <param name="shared">What the batch says for all, by the names of <see cref="Shared"/>; it holds where the event's own does not say otherwise.</param>
    /// <param name="arrival">When and whence it came.</param>
    public static IncomingEvent Read(ReadOnlySpan<byte> utf8, string? type, JObject? shared, Arrival arrival)
    {
        var text = System.Text.Encoding.UTF8.GetString(utf8);
        if (utf8.Length > Longest)
        {
            return Refused(text, $"is {utf8.Length} bytes long; at most {Longest} are allowed.");
        }

        try
        {
            var json = ConnectorJson.ParseObject(utf8);
            json.Remove("writeKey");
            json["type"] = type ?? json["type"];
            json["messageId"] = Some(json["messageId"]) ?? arrival.MessageId ?? EventIds.Fresh(arrival.Now);
            json["timestamp"] = (Some(json["timestamp"]) ?? Some(json["originalTimestamp"])) is { } time
                ? arrival.Corrected(time, Some(json["sentAt"]))
                : Arrival.Text(arrival.Now);
            if (shared is { Count: > 0 })
            {
                Fill(json, shared);

                // The context of the batch is in each of its events from here on.
                if (ConnectorJson.CountBytes(json) is > Longest and var bytes)
                {
                    return Refused(text, $"is {bytes} bytes long with the batch's context; at most {Longest} are allowed.");
                }
            }

            arrival.AddTo(json);
            return new(ConnectorJson.ToText(json), null);
        }
        catch (FormatException e)
        {
            return Refused(text, "cannot be read: " + e.Message);
        }
    }

    // Kept as it came, but for the key, which may stand in what cannot be read as well.
    private static IncomingEvent Refused(string text, string reason) => new(WriteKeys().Replace(text, "$1***$2"), new("", reason));

    [GeneratedRegex("""("writeKey"\s*:\s*")(?:[^"\\]|\\.)*(")""", RegexOptions.CultureInvariant)]
    private static partial Regex WriteKeys();

    private static void Fill(JObject own, JObject shared, bool switches = false)
    {
        foreach (var (name, value) in shared)
        {
            var areSwitches = switches || name == "integrations";
            if (value is JObject all && own[name] is JObject some)
            {
                Fill(some, all, areSwitches);
            }
            else if (!Says(own[name], value!, areSwitches))
            {
                own[name] = value;
            }
        }
    }

    // What is of another kind than the batch's says nothing: null, [] for an empty object, a text. A switch that is off stays off.
    private static bool Says(JToken? own, JToken shared, bool areSwitches) =>
        own switch
        {
            null or JValue { Value: null } => false,
            JObject => true,
            JValue { Value: bool on } when areSwitches => !on || shared is not JObject,
            _ => !areSwitches && shared is not JObject,
        };

    private static JToken? Some(JToken? value) => value is null or JValue { Value: null or "" } ? null : value;
}
