using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Values;

/// <summary>One JSON object as text, read once: its values are looked at and written from where they stand.</summary>
/// <remarks>It holds to all that <see cref="ConnectorJson"/> demands; what is not surely so is read by that, as tokens.</remarks>
internal sealed class JsonText
{
    /// <summary>An object of more members is read as tokens, which know names by their hashes.</summary>
    private const int MaxNames = 256;

    /// <summary>Rows of a longer text are not kept for the life of the thread.</summary>
    private const int MaxKept = 1 << 14;

    [ThreadStatic]
    private static List<Row>? s_rows;

    private readonly ReadOnlyMemory<byte> _utf8;
    private readonly Row[] _rows;
    private readonly bool _keepsNumbers;

    private JsonText(ReadOnlyMemory<byte> utf8, Row[] rows, bool keepsNumbers)
    {
        _utf8 = utf8;
        _rows = rows;
        _keepsNumbers = keepsNumbers;
    }

    /// <summary>Reads one JSON object.</summary>
    /// <param name="utf8">The text; it must not change while the object is used.</param>
    /// <param name="keepsNumbers">Whether numbers are written as they stand: whoever reads them next is to see a 1.0. Default false: as a 1.</param>
    /// <exception cref="FormatException">As <see cref="ConnectorJson.ParseObject(ReadOnlySpan{byte})"/>.</exception>
    public static JsonView ReadObject(ReadOnlyMemory<byte> utf8, bool keepsNumbers = false) =>
        TryRead(utf8, keepsNumbers) is { } text ? new JsonView(text, 0) : new JsonView(ConnectorJson.ParseObject(utf8.Span));

    public Row this[int row] => _rows[row];

    /// <summary>The row of the value that a member of an object has; -1 when there is no such member.</summary>
    /// <param name="row">The object.</param>
    /// <param name="name">The member's name, in ASCII.</param>
    public int Find(int row, string name)
    {
        var utf8 = _utf8.Span;
        var end = _rows[row].Next;
        for (var i = row + 1; i < end; i = _rows[i + 1].Next)
        {
            if (_rows[i].Length == name.Length && Ascii.Equals(utf8.Slice(_rows[i].Start, name.Length), name))
            {
                return i + 1;
            }
        }

        return -1;
    }

    /// <summary>Whether a text outside lists may be one that is looked for; a text with escapes may always be.</summary>
    public bool AnyText(int row, Func<ReadOnlySpan<byte>, bool> isLike)
    {
        var end = _rows[row].Next;
        for (var i = row; i < end; i = _rows[i].Type == JsonTokenType.StartArray ? _rows[i].Next : i + 1)
        {
            if (_rows[i].Type == JsonTokenType.String && (_rows[i].IsEscaped || isLike(Bytes(i))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text of a string or of a name.</summary>
    public string Text(int row)
    {
        if (!_rows[row].IsEscaped)
        {
            return Encoding.UTF8.GetString(Bytes(row));
        }

        var reader = new Utf8JsonReader(_utf8.Span.Slice(_rows[row].Start - 1, _rows[row].Length + 2));
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>A value as tokens.</summary>
    public JToken Token(int row) =>
        _rows[row].Type switch
        {
            JsonTokenType.String => new JValue(Text(row)),
            JsonTokenType.True => new JValue(true),
            JsonTokenType.False => new JValue(false),
            JsonTokenType.Null => JValue.CreateNull(),
            _ => ConnectorJson.Parse(Bytes(row)),
        };

    /// <summary>Writes a value as <see cref="ConnectorJson"/> writes its tokens.</summary>
    public void Write(Utf8JsonWriter writer, int row)
    {
        switch (_rows[row].Type)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                for (var i = row + 1; i < _rows[row].Next; i = _rows[i + 1].Next)
                {
                    writer.WritePropertyName(Bytes(i));
                    Write(writer, i + 1);
                }

                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                for (var i = row + 1; i < _rows[row].Next; i = _rows[i].Next)
                {
                    Write(writer, i);
                }

                writer.WriteEndArray();
                break;
            case JsonTokenType.String when !_rows[row].IsEscaped:
                writer.WriteStringValue(Bytes(row));
                break;
            case JsonTokenType.Number when _keepsNumbers:
                writer.WriteRawValue(Bytes(row), skipInputValidation: true);
                break;
            case JsonTokenType.Number when Utf8Parser.TryParse(Bytes(row), out long number, out var read) && read == _rows[row].Length:
                writer.WriteNumberValue(number);
                break;
            default:
                ConnectorJson.Write(writer, Token(row));
                break;
        }
    }

    private ReadOnlySpan<byte> Bytes(int row) => _utf8.Span.Slice(_rows[row].Start, _rows[row].Length);

    private static JsonText? TryRead(ReadOnlyMemory<byte> utf8, bool keepsNumbers)
    {
        // The reader does not look into texts.
        if (!Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        var rows = s_rows ??= [];
        rows.Clear();
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, StrictJson.Options);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && Add(ref reader, utf8.Span, rows) && !reader.Read()
                ? new JsonText(utf8, [.. rows], keepsNumbers)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Whoever reads it as tokens says what is wrong.
            return null;
        }
        finally
        {
            s_rows = rows.Capacity <= MaxKept ? rows : null;
        }
    }

    /// <summary>Adds the rows of the value that the reader stands at; false for one that tokens have to judge.</summary>
    private static bool Add(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, List<Row> rows)
    {
        var (at, start) = (rows.Count, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                rows.Add(default);
                var (seen, count) = (0UL, 0);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.ValueSpan;
                    var bit = 1UL << (name.IsEmpty ? 0 : (name.Length * 5) + (name[0] * 3) + name[^1]);
                    if (
                        reader.ValueIsEscaped
                        || count == MaxNames
                        || ((seen & bit) != 0 && StandsIn(name, utf8, CollectionsMarshal.AsSpan(rows)[(at + 1)..], at + 1))
                    )
                    {
                        return false;
                    }

                    (seen, count) = (seen | bit, count + 1);
                    rows.Add(new((int)reader.TokenStartIndex + 1, name.Length, rows.Count + 1, 0, JsonTokenType.PropertyName, false));
                    reader.Read();
                    if (!Add(ref reader, utf8, rows))
                    {
                        return false;
                    }
                }

                rows[at] = new(start, (int)reader.BytesConsumed - start, rows.Count, count, JsonTokenType.StartObject, false);
                return true;
            case JsonTokenType.StartArray:
                rows.Add(default);
                var items = 0;
                for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; items++)
                {
                    if (!Add(ref reader, utf8, rows))
                    {
                        return false;
                    }
                }

                rows[at] = new(start, (int)reader.BytesConsumed - start, rows.Count, items, JsonTokenType.StartArray, false);
                return true;
            case JsonTokenType.String:
                if (reader.ValueIsEscaped && reader.ValueSpan.IndexOf("\\u"u8) >= 0)
                {
                    // Fails for half of a surrogate pair.
                    reader.GetString();
                }

                rows.Add(new(start + 1, reader.ValueSpan.Length, at + 1, 0, JsonTokenType.String, reader.ValueIsEscaped));
                return true;
            case JsonTokenType.Number:
                rows.Add(new(start, reader.ValueSpan.Length, at + 1, 0, JsonTokenType.Number, false));
                return StrictJson.IsNumber(ref reader);
            default:
                rows.Add(new(start, reader.ValueSpan.Length, at + 1, 0, reader.TokenType, false));
                return true;
        }
    }

    private static bool StandsIn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8, ReadOnlySpan<Row> members, int offset)
    {
        for (var i = 0; i < members.Length; i = members[i + 1].Next - offset)
        {
            if (utf8.Slice(members[i].Start, members[i].Length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A value, or the name that stands before one.</summary>
    /// <param name="Start">Its first byte; behind the quotation mark for a text.</param>
    /// <param name="Length">Its bytes, without quotation marks.</param>
    /// <param name="Next">The row that follows it and all that is in it.</param>
    /// <param name="Count">How many members or items it has.</param>
    /// <param name="Type">What it begins with.</param>
    /// <param name="IsEscaped">Whether its bytes are not yet its text.</param>
    public readonly record struct Row(int Start, int Length, int Next, int Count, JsonTokenType Type, bool IsEscaped);
}
