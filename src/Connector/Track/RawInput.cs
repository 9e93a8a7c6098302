using System.Text.Json;
using System.Text.Unicode;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Track;

/// <summary>Where a value of an input stands in its line; a text without its quotes.</summary>
internal readonly record struct RawValue(int Start, int Length, JsonTokenType Type);

/// <summary>An input of scalars and one map, read in one pass without building anything: the map's text is carried.</summary>
internal readonly ref struct RawInput
{
    /// <summary>An input with more properties is left to the full reader.</summary>
    public const int MaxProperties = 64;

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = ConnectorJson.MaxDepth };
    private readonly InputSchema _schema;
    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlySpan<RawValue> _values;
    private readonly int _map;

    /// <summary>An input that was checked while it was written, as <see cref="TryRead"/> checks one.</summary>
    /// <param name="schema">The action's input.</param>
    /// <param name="json">Its text.</param>
    /// <param name="values">Where the values stand in the text.</param>
    /// <param name="given">The properties that stand there, a bit for each.</param>
    /// <param name="map">Which of them is the map; -1 for none.</param>
    public RawInput(InputSchema schema, ReadOnlySpan<byte> json, ReadOnlySpan<RawValue> values, ulong given, int map)
    {
        _schema = schema;
        _json = json;
        _values = values;
        Given = given;
        _map = map;
    }

    /// <summary>The properties that stand in the line, a bit for each.</summary>
    public ulong Given { get; }

    /// <summary>The map as it was written; empty when there was none.</summary>
    public ReadOnlySpan<byte> Text => _map < 0 ? default : Bytes(_map);

    /// <summary>A value as it was written.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => _json.Slice(_values[index].Start, _values[index].Length);

    /// <summary>What a property's value is; <see cref="JsonTokenType.None"/> when it does not stand there.</summary>
    public JsonTokenType TypeOf(int index) => (Given & (1UL << index)) == 0 ? JsonTokenType.None : _values[index].Type;

    /// <summary>The place of a property, and its bit taken out of <paramref name="left"/>.</summary>
    public int Take(ReadOnlySpan<byte> name, ref ulong left)
    {
        var index = _schema.IndexOf(name);
        left &= ~(1UL << index);
        return index;
    }

    /// <summary>Whether a value is a plain text or whole number that the schema accepts; "no" only means "not sure".</summary>
    public bool IsPlain(int index) => _schema.AcceptsPlain(index, Bytes(index), TypeOf(index));

    /// <summary>Reads a line; false when it is wrong or unusual, which the full reader then tells.</summary>
    /// <param name="schema">The action's input.</param>
    /// <param name="json">The line.</param>
    /// <param name="values">Room for <see cref="MaxProperties"/> values.</param>
    /// <param name="keys">Collects the identifiers among the attributes; null collects none.</param>
    /// <param name="input">The input.</param>
    public static bool TryRead(InputSchema schema, ReadOnlySpan<byte> json, Span<RawValue> values, List<ulong>? keys, out RawInput input)
    {
        input = default;
        try
        {
            return Utf8.IsValid(json) && schema.Count <= MaxProperties && Read(schema, json, values, keys, ref input);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Its values as the full reader would give them, an empty object standing for the map; null when the schema may refuse one.</summary>
    public InputValues? ToValues(JObject standIn)
    {
        var values = new JToken?[_schema.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (TypeOf(i) == JsonTokenType.StartObject)
            {
                values[i] = standIn;
            }
            else if (TypeOf(i) != JsonTokenType.None && (Scalar(i) is not { } value || !_schema.TryPut(values, i, value)))
            {
                return null;
            }
        }

        return _schema.IsComplete(values) ? new InputValues(_schema, values) : null;
    }

    private static bool Read(InputSchema schema, ReadOnlySpan<byte> json, Span<RawValue> values, List<ulong>? keys, ref RawInput input)
    {
        var reader = new Utf8JsonReader(json, s_options);
        var (given, map) = (0UL, -1);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = schema.IndexOf(reader.ValueSpan);
            if (index < 0 || (given & (1UL << index)) != 0)
            {
                return false;
            }

            given |= 1UL << index;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    if (map >= 0 || schema.MapAt(index) is not { } limits || !RawJson.Passes(ref reader, json, limits, keys))
                    {
                        return false;
                    }

                    (map, values[index]) = (index, new(start, (int)reader.BytesConsumed - start, JsonTokenType.StartObject));
                    if (values[index].Length > limits.MaxBytes)
                    {
                        return false;
                    }

                    break;
                case JsonTokenType.StartArray:
                case JsonTokenType.String when reader.ValueIsEscaped:
                    return false;
                case JsonTokenType.String:
                    values[index] = new(start + 1, reader.ValueSpan.Length, JsonTokenType.String);
                    break;
                default:
                    values[index] = new(start, reader.ValueSpan.Length, reader.TokenType);
                    break;
            }
        }

        input = new RawInput(schema, json, values, given, map);
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    private JValue? Scalar(int index) =>
        TypeOf(index) switch
        {
            JsonTokenType.String => new JValue(System.Text.Encoding.UTF8.GetString(Bytes(index))),
            JsonTokenType.Number => System.Buffers.Text.Utf8Parser.TryParse(Bytes(index), out long number, out var used) && used == Bytes(index).Length
                ? new JValue(number)
                : null,
            JsonTokenType.True => new JValue(true),
            JsonTokenType.False => new JValue(false),
            JsonTokenType.Null => JValue.CreateNull(),
            _ => null,
        };
}
