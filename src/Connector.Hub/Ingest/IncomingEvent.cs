using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Translation;
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
    public static IncomingEvent Read(ReadOnlyMemory<byte> utf8, string? type, JObject? shared, Arrival arrival)
    {
        if (utf8.Length > Longest)
        {
            return Refused(utf8, $"is {utf8.Length} bytes long; at most {Longest} are allowed.");
        }

        try
        {
            var json = JsonText.ReadObject(utf8, keepsNumbers: true);
            var members = new JsonMembers(json.Count + 3);
            foreach (var (name, value) in json)
            {
                if (name != "writeKey")
                {
                    members.With(name, value);
                }
            }

            members["type"] = type ?? members["type"];
            members["messageId"] = (object?)Some(json["messageId"]) ?? arrival.MessageId ?? EventIds.Fresh(arrival.Now);
            members["timestamp"] = (Some(json["timestamp"]) ?? Some(json["originalTimestamp"])) is { } time
                ? (object)arrival.Corrected(time.Token, Some(json["sentAt"])?.Token)
                : Arrival.Text(arrival.Now);
            if (shared is { Count: > 0 })
            {
                Fill(members, shared);

                // The context of the batch is in each of its events from here on.
                if (members.ToBytes().Length is > Longest and var bytes)
                {
                    return Refused(utf8, $"is {bytes} bytes long with the batch's context; at most {Longest} are allowed.");
                }
            }

            arrival.AddTo(members);
            return new(Encoding.UTF8.GetString(members.ToBytes()), null);
        }
        catch (FormatException e)
        {
            return Refused(utf8, "cannot be read: " + e.Message);
        }
    }

    // Kept as it came, but for the key, which may stand in what cannot be read as well.
    private static IncomingEvent Refused(ReadOnlyMemory<byte> utf8, string reason) =>
        new(WriteKeys().Replace(Encoding.UTF8.GetString(utf8.Span), "$1***$2"), new("", reason));

    [GeneratedRegex("""("writeKey"\s*:\s*")(?:[^"\\]|\\.)*(")""", RegexOptions.CultureInvariant)]
    private static partial Regex WriteKeys();

    private static void Fill(JsonMembers own, JObject shared)
    {
        foreach (var (name, value) in shared)
        {
            var token = own[name] is JsonView view ? view.Token : null;
            if (token is JObject some)
            {
                Fill(some, (JObject)value!, name == "integrations");
                own[name] = some;
            }
            else if (!Says(token, value!, name == "integrations"))
            {
                own[name] = value!.DeepClone();
            }
        }
    }

    private static void Fill(JObject own, JObject shared, bool switches)
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

    private static JsonView? Some(JsonView? value) => value is null or { IsNull: true } || value is { IsString: true, MostBytes: 0 } ? null : value;
}
