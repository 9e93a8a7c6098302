using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Track;

/// <summary>The people and objects that an operation names, as hashes: two operations that share one must not overtake each other.</summary>
internal static class PersonKeys
{
    /// <summary>The hash of an identifier; e-mail addresses are the same whatever their case.</summary>
    public static ulong Of(ReadOnlySpan<byte> identifier)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in identifier)
        {
            hash = (hash ^ (b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b)) * 1099511628211UL;
        }

        return hash;
    }

    /// <summary>Adds an identifier.</summary>
    public static void Add(string identifier, List<ulong> keys)
    {
        Span<byte> bytes = identifier.Length <= 256 ? stackalloc byte[identifier.Length * 3] : new byte[identifier.Length * 3];
        keys.Add(Of(bytes[..Encoding.UTF8.GetBytes(identifier, bytes)]));
    }

    /// <summary>Adds whatever a member of an operation names.</summary>
    public static void Add(string name, JContainer member, List<ulong> keys)
    {
        switch (name, member)
        {
            case ("identifiers" or "primary" or "secondary", JObject identifiers):
                AddValues(identifiers, keys);
                break;
            case ("cio_relationships", JArray others):
                foreach (var other in others)
                {
                    AddValues((other as JObject)?["identifiers"] as JObject ?? [], keys);
                }

                break;
            case ("attributes", JObject attributes):
                AddValue(attributes["id"], keys);
                AddValue(attributes["email"], keys);
                break;
        }
    }

    private static void AddValues(JObject identifiers, List<ulong> keys)
    {
        foreach (var (name, value) in identifiers)
        {
            // Objects of one type are told apart by their id alone.
            if (name != "object_type_id")
            {
                AddValue(value, keys);
            }
        }
    }

    private static void AddValue(JToken? value, List<ulong> keys)
    {
        if (value is JValue { Value: string or long } scalar)
        {
            Add(Values.ConnectorJson.ScalarText(scalar), keys);
        }
    }
}
