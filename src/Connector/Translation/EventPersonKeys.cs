using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Translation;

/// <summary>Every name by which an event may mean a person: two events that share one must keep their order.</summary>
internal static class EventPersonKeys
{
    private static readonly string[][] s_places =
    [
        ["userId"],
        ["anonymousId"],
        ["previousId"],
        ["traits", "id"],
        ["traits", "userId"],
        ["traits", "email"],
        ["properties", "email"],
        ["context", "traits", "id"],
        ["context", "traits", "userId"],
        ["context", "traits", "email"],
        SourceEvent.ExternalId,
        ["identifiers", "cio_id"],
        ["identifiers", "id"],
        ["identifiers", "email"],
    ];

    /// <summary>The names as hashes.</summary>
    public static List<ulong> Of(JsonView json)
    {
        var names = new List<ulong>(4);
        foreach (var place in s_places)
        {
            if (SourceEvent.At(json, place) is { IsObject: false, IsList: false } scalar && ConnectorJson.ScalarText(scalar.Token) is { Length: > 0 } text)
            {
                PersonKeys.Add(Gate.Clean(text), names);
            }
        }

        return names;
    }
}
