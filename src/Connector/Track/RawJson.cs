using System.Text.Json;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Track;

/// <summary>Decides whether an object may leave exactly as it was written; "no" only means "not sure".</summary>
/// <remarks>It holds to what ConnectorJson and the byte limits demand: unique names, numbers that a double can hold, whole characters.</remarks>
internal static class RawJson
{
    private const int MaxNames = 48;

    /// <summary>Walks the object that the reader has just entered, to its end.</summary>
    /// <param name="reader">Stands on the object's beginning.</param>
    /// <param name="json">The text that is read.</param>
    /// <param name="limits">The byte limits of a map of attributes; null below it.</param>
    /// <param name="keys">Collects the identifiers among the attributes.</param>
    public static bool Passes(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, OwnLimits? limits, List<ulong>? keys)
    {
        Span<(int Start, int Length)> names = stackalloc (int, int)[MaxNames];
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (reader.ValueIsEscaped || count == MaxNames || (limits is not null && !IsPlainName(name, limits)))
            {
                return false;
            }

            for (var i = 0; i < count; i++)
            {
                if (names[i].Length == name.Length && json.Slice(names[i].Start, name.Length).SequenceEqual(name))
                {
                    return false;
                }
            }

            names[count++] = ((int)reader.TokenStartIndex + 1, name.Length);
            reader.Read();
            if (
                (limits is not null && !Gate.IsPlain(name, reader.ValueSpan, reader.TokenType))
                || !PassesValue(ref reader, json, limits?.MaxValueBytes ?? int.MaxValue)
            )
            {
                return false;
            }

            if (keys is not null && reader.TokenType == JsonTokenType.String && (name.SequenceEqual("email"u8) || name.SequenceEqual("id"u8)))
            {
                keys.Add(PersonKeys.Of(reader.ValueSpan));
            }
        }

        return reader.TokenType == JsonTokenType.EndObject && !(count > limits?.MaxCount);
    }

    /// <summary>Whether an attribute's name may leave as it stands in JSON.</summary>
    public static bool IsPlainName(ReadOnlySpan<byte> name, OwnLimits limits) => name.Length <= limits.MaxNameBytes && !IsControl(name);

    /// <summary>Walks the value that the reader stands on, to its end.</summary>
    public static bool PassesValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int maxBytes)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                // An escape may hide half a character; a text with one may be shorter than it looks.
                return reader.ValueSpan.Length <= maxBytes && !(reader.ValueIsEscaped && reader.ValueSpan.IndexOf("\\u"u8) >= 0);
            case JsonTokenType.Number:
                return StrictJson.IsNumber(ref reader);
            case JsonTokenType.StartObject:
                return Passes(ref reader, json, null, null);
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (!PassesValue(ref reader, json, int.MaxValue))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    // Names with a meaning of their own are looked at by the action.
    private static bool IsControl(ReadOnlySpan<byte> name) => name.Length > 0 && (name[0] == (byte)'_' || name.StartsWith("cio_"u8));
}
