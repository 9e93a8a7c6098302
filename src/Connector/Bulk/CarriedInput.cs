using System.Text.Json;
using System.Text.Unicode;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Bulk;

/// <summary>An input of scalars and one map, read without building the map: an empty object stands for it, its text is carried.</summary>
internal readonly ref struct CarriedInput
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = ConnectorJson.MaxDepth };

    public required InputValues Values { get; init; }

    /// <summary>Stands for the map among the values; null when there was none.</summary>
    public JObject? Map { get; init; }

    /// <summary>The map as it was written.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Reads a line; false when it is wrong or unusual, which the full reader then tells.</summary>
    public static bool TryRead(InputSchema schema, ReadOnlySpan<byte> json, JObject standIn, List<ulong> keys, out CarriedInput input)
    {
        input = default;
        try
        {
            return Utf8.IsValid(json) && schema.Count <= 64 && Read(schema, json, standIn, keys, ref input);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Read(InputSchema schema, ReadOnlySpan<byte> json, JObject standIn, List<ulong> keys, ref CarriedInput input)
    {
        var reader = new Utf8JsonReader(json, s_options);
        var values = new JToken?[schema.Count];
        JObject? map = null;
        ReadOnlySpan<byte> text = default;
        var seen = 0UL;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = reader.ValueIsEscaped ? -1 : schema.IndexOf(reader.ValueSpan);
            if (index < 0 || (seen & (1UL << index)) != 0)
            {
                return false;
            }

            seen |= 1UL << index;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                var start = (int)reader.TokenStartIndex;
                if (map is not null || schema.MapAt(index) is not { } limits || !CarriedText.Passes(ref reader, json, limits, keys))
                {
                    return false;
                }

                text = json[start..(int)reader.BytesConsumed];
                values[index] = map = standIn;
                if (text.Length > limits.MostBytes)
                {
                    return false;
                }
            }
            else if (Scalar(ref reader) is not { } value || !schema.TryPut(values, index, value))
            {
                return false;
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read() || !schema.IsComplete(values))
        {
            return false;
        }

        input = new CarriedInput { Values = new InputValues(schema, values), Map = map, Text = text };
        return true;
    }

    private static JValue? Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueIsEscaped ? null : new JValue(reader.GetString()),
        JsonTokenType.Number => reader.TryGetInt64(out var number) ? new JValue(number) : null,
        JsonTokenType.True => new JValue(true),
        JsonTokenType.False => new JValue(false),
        JsonTokenType.Null => JValue.CreateNull(),
        _ => null,
    };
}
