using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Values;

/// <summary>The one place that reads and writes JSON: strict RFC 8259 text to and from Newtonsoft tokens.</summary>
internal static class ConnectorJson
{
    /// <summary>How deep objects and arrays may nest: 64.</summary>
    public const int MaxDepth = StrictJson.MaxDepth;

    /// <summary>Where a failure to read says which key stands twice: the key of its <see cref="Exception.Data"/>.</summary>
    internal const string DuplicateKey = "key";

    private static readonly Func<string, FormatException> s_duplicate = name =>
        new($"The key \"{Cut(name)}\" stands twice in one object.") { Data = { [DuplicateKey] = name } };
    private static readonly JsonReaderOptions s_foreign = StrictJson.Options with { MaxDepth = int.MaxValue };
    private static readonly JsonSerializerSettings s_texts = new() { DateParseHandling = DateParseHandling.None };
    private static readonly JsonWriterOptions s_writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonWriterOptions s_indented = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        Indented = true,
    };
    private static readonly UTF8Encoding s_utf8 = new(false, true);

    /// <summary>Reads one JSON value.</summary>
    /// <param name="text">The JSON text; a leading byte order mark is skipped.</param>
    /// <returns>The value as tokens: integers of any size, other numbers as doubles.</returns>
    /// <exception cref="FormatException">The text is not strict JSON, repeats a key, nests deeper than 64 or holds a lone surrogate.</exception>
    public static JToken Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(Utf8(text));
    }

    /// <summary>The UTF-8 of a text.</summary>
    /// <exception cref="FormatException">The text holds a lone surrogate.</exception>
    internal static byte[] Utf8(string text)
    {
        try
        {
            return s_utf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new FormatException("The text holds half of a surrogate pair, which is no character.");
        }
    }

    /// <summary>Reads one JSON value from UTF-8.</summary>
    /// <param name="utf8">The JSON text in UTF-8; a leading byte order mark is skipped.</param>
    /// <param name="allowDuplicates">Lets the last of two equal keys win, as for answers we did not write. Default false.</param>
    /// <returns>The value as tokens: integers of any size, other numbers as doubles.</returns>
    /// <exception cref="FormatException">The text is not strict JSON, repeats a key, nests deeper than 64 or holds a lone surrogate.</exception>
    public static JToken Parse(ReadOnlySpan<byte> utf8, bool allowDuplicates = false) => Parse(utf8, allowDuplicates, StrictJson.Options);

    /// <summary>Reads what this class wrote: an answer of 64 levels inside a result is still a result.</summary>
    internal static JObject ParseOwn(ReadOnlySpan<byte> utf8) => (JObject)Parse(utf8, true, new JsonReaderOptions { MaxDepth = MaxDepth + 8 });

    /// <summary>Reads JSON that somebody else wrote and that must not be refused: what no token can hold is kept as text.</summary>
    /// <param name="utf8">The JSON text in UTF-8.</param>
    /// <param name="isWhole">False when something was kept as text: nesting beyond 64, a number beyond a double; or half a surrogate pair was replaced.</param>
    /// <returns>The value as tokens; of two equal keys the last wins.</returns>
    /// <exception cref="FormatException">The text is not JSON.</exception>
    public static JToken ParseForeign(ReadOnlySpan<byte> utf8, out bool isWhole)
    {
        isWhole = true;
        try
        {
            return Parse(utf8, allowDuplicates: true);
        }
        catch (FormatException)
        {
            isWhole = false;
            return Parse(utf8, true, s_foreign, foreign: true);
        }
    }

    private static JToken Parse(ReadOnlySpan<byte> utf8, bool allowDuplicates, JsonReaderOptions options, bool foreign = false)
    {
        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (utf8 is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new FormatException("The text is UTF-16, and JSON is UTF-8. Save it as UTF-8.");
        }

        var reader = new Utf8JsonReader(utf8, options);
        try
        {
            if (!reader.Read())
            {
                throw new FormatException("The JSON text is empty.");
            }

            var value = foreign ? ReadForeign(ref reader, utf8) : StrictJson.Read(ref reader, allowDuplicates ? null : s_duplicate);
            reader.Read();
            return value;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new FormatException(Sentence(e));
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("A string holds bytes that are not UTF-8, or half of a surrogate pair.");
        }
    }

    /// <summary>Reads one JSON object.</summary>
    /// <param name="text">The JSON text.</param>
    /// <returns>The object.</returns>
    /// <exception cref="FormatException">The text is not strict JSON or not an object.</exception>
    public static JObject ParseObject(string text) => Parse(text) as JObject ?? throw new FormatException("Expected a JSON object, like {\"id\":\"123\"}.");

    /// <summary>Reads one JSON object from UTF-8.</summary>
    /// <param name="utf8">The JSON text in UTF-8.</param>
    /// <returns>The object.</returns>
    /// <exception cref="FormatException">The text is not strict JSON or not an object.</exception>
    public static JObject ParseObject(ReadOnlySpan<byte> utf8) =>
        Parse(utf8) as JObject ?? throw new FormatException("Expected a JSON object, like {\"id\":\"123\"}.");

    /// <summary>Writes a value as compact UTF-8 JSON.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="FormatException">A number is not finite, a string holds a lone surrogate, or the nesting passes 64.</exception>
    public static byte[] ToBytes(JToken value) => Write(value).WrittenSpan.ToArray();

    /// <summary>The bytes of what somebody else writes.</summary>
    /// <param name="write">Writes one value.</param>
    public static byte[] ToBytes(Action<Utf8JsonWriter> write)
    {
        // Taken, so that whoever writes a value while it writes one gets another.
        var (buffer, writer) = (s_threadBuffer is { Capacity: <= 1 << 20 } free ? free : new ArrayBufferWriter<byte>(1024), s_threadWriter);
        (s_threadBuffer, s_threadWriter) = (null, null);
        buffer.ResetWrittenCount();
        writer ??= new Utf8JsonWriter(buffer, s_writer);
        writer.Reset(buffer);
        write(writer);
        writer.Flush();
        (s_threadBuffer, s_threadWriter) = (buffer, writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Measures a value's compact UTF-8 JSON.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="FormatException">As <see cref="ToBytes(JToken)"/>.</exception>
    public static int CountBytes(JToken value) => Write(value).WrittenCount;

    /// <summary>Writes a value as JSON text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indented">Spreads it over lines, two spaces a level. Default false.</param>
    /// <returns>The text.</returns>
    /// <exception cref="FormatException">As <see cref="ToBytes(JToken)"/>.</exception>
    public static string ToText(JToken value, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, indented ? s_indented : s_writer);
        WriteValue(writer, value, 1);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Makes a writer with the escaping that this class uses.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <returns>The writer; the caller disposes it.</returns>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> output) => new(output, s_writer);

    /// <summary>Writes a value into a writer that is in the middle of its own document.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="FormatException">As <see cref="ToBytes(JToken)"/>.</exception>
    public static void Write(Utf8JsonWriter writer, JToken value) => WriteValue(writer, value, 1);

    /// <summary>A token's scalar as text in the invariant culture; a string as it is.</summary>
    /// <param name="value">A string, number, boolean or date token.</param>
    /// <returns>The text, empty for null.</returns>
    public static string ScalarText(JToken value) =>
        ((JValue)value).Value switch
        {
            null => "",
            string s => s,
            bool b => b ? "true" : "false",
            DateTime or DateTimeOffset => JsonConvert.ToString(((JValue)value).Value).Trim('"'),
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            var other => other.ToString() ?? "",
        };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? s_threadWriter;

    /// <summary>Writes into the thread's buffer, which holds this value until the next call.</summary>
    private static ArrayBufferWriter<byte> Write(JToken value)
    {
        var buffer = s_threadBuffer;
        if (buffer is null || buffer.Capacity > 1 << 20)
        {
            // A buffer that one large body blew up is not kept for the life of the thread.
            s_threadBuffer = buffer = new ArrayBufferWriter<byte>(1024);
        }

        buffer.ResetWrittenCount();
        var writer = s_threadWriter ??= new Utf8JsonWriter(buffer, s_writer);
        writer.Reset(buffer);
        WriteValue(writer, value, 1);
        writer.Flush();
        return buffer;
    }

    private static JToken ReadForeign(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return reader.TokenType switch
            {
                JsonTokenType.String => new JValue(Whole(ref reader)),
                JsonTokenType.Number
                    when !reader.TryGetInt64(out _)
                        && (reader.ValueSpan.Length > StrictJson.MaxNumberLength || (reader.TryGetDouble(out var number) && !double.IsFinite(number))) =>
                    new JValue(Encoding.ASCII.GetString(reader.ValueSpan)),
                _ => StrictJson.Read(ref reader, null),
            };
        }

        // Whoever gets it wraps it, and is then to be read within the limit.
        if (reader.CurrentDepth >= MaxDepth - 8)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return new JValue(Encoding.UTF8.GetString(utf8[start..(int)reader.BytesConsumed]));
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            var list = new JArray();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                list.Add(ReadForeign(ref reader, utf8));
            }

            return list;
        }

        var o = new JObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Whole(ref reader);
            reader.Read();
            o[name] = ReadForeign(ref reader, utf8);
        }

        return o;
    }

    /// <summary>A string or name; half of a surrogate pair, and bytes that are no UTF-8, become U+FFFD.</summary>
    private static string Whole(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            var text = JsonConvert.DeserializeObject<string>($"\"{Encoding.UTF8.GetString(reader.ValueSpan)}\"", s_texts)!;
            return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, JToken token, int depth)
    {
        if (depth > MaxDepth + 8)
        {
            throw new FormatException($"The value nests deeper than {MaxDepth} levels.");
        }

        switch (token)
        {
            case JObject o:
                writer.WriteStartObject();
                for (var member = (JProperty?)o.First; member is not null; member = (JProperty?)member.Next)
                {
                    CheckSurrogates(member.Name);
                    writer.WritePropertyName(member.Name);
                    WriteValue(writer, member.Value, depth + 1);
                }

                writer.WriteEndObject();
                break;
            case JArray a:
                writer.WriteStartArray();
                for (var i = 0; i < a.Count; i++)
                {
                    WriteValue(writer, a[i], depth + 1);
                }

                writer.WriteEndArray();
                break;
            case JRaw raw:
                WriteValue(writer, Parse(raw.ToString(CultureInfo.InvariantCulture)), depth);
                break;
            case JValue v:
                WriteScalar(writer, v);
                break;
            default:
                throw new FormatException($"A {token.Type} is not JSON.");
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, JValue value)
    {
        switch (value.Value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string s:
                CheckSurrogates(s);
                writer.WriteStringValue(s);
                break;
            case bool b:
                writer.WriteBooleanValue(b);
                break;
            case long l:
                writer.WriteNumberValue(l);
                break;
            case int i:
                writer.WriteNumberValue(i);
                break;
            case ulong u:
                writer.WriteNumberValue(u);
                break;
            case decimal d:
                writer.WriteNumberValue(d);
                break;
            case double d:
                writer.WriteNumberValue(Finite(d));
                break;
            case float f:
                writer.WriteNumberValue((float)Finite(f));
                break;
            case BigInteger big:
                writer.WriteRawValue(big.ToString(CultureInfo.InvariantCulture), true);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case var _ when value.Type == JTokenType.Integer:
                writer.WriteRawValue(ScalarText(value), true);
                break;
            default:
                writer.WriteStringValue(ScalarText(value));
                break;
        }
    }

    private static double Finite(double number) => double.IsFinite(number) ? number : throw new FormatException("NaN and Infinity are not JSON.");

    /// <exception cref="FormatException">The text holds half of a surrogate pair: encoders would turn it into another character without a word.</exception>
    internal static void CheckSurrogates(string text)
    {
        var span = text.AsSpan();
        var at = span.IndexOfAnyInRange('\uD800', '\uDFFF');
        for (; at >= 0 && at < span.Length; at++)
        {
            if (!char.IsSurrogate(span[at]))
            {
                continue;
            }

            if (at + 1 >= span.Length || !char.IsSurrogatePair(span[at], span[at + 1]))
            {
                throw new FormatException("A string holds half of a surrogate pair, which is no character.");
            }

            at++;
        }
    }

    /// <summary>What a person reads in place of the reader's own sentence, by a part of that.</summary>
    private static readonly (string Reader, string? Ours)[] s_sentences =
    [
        ("The input does not contain any JSON tokens", "The JSON text is empty."),
        ("Expected depth to be zero at the end", "The JSON text ends too early: a bracket or brace is never closed."),
        ("Expected end of string", "The JSON text ends too early: a string is never closed."),
        ("is an invalid start of a property name", "A name in double quotes is expected here."),
        ("The JSON object contains a trailing comma", "A comma stands before the closing brace."),
        ("The JSON array contains a trailing comma", "A comma stands before the closing bracket."),
        ("is an invalid start of a value", "A value is expected here: a string in double quotes, a number, true, false, null, an object or a list."),
        ("is an invalid JSON literal", "Neither true nor false nor null; a text has to stand in double quotes."),
        ("is invalid after a single JSON value", "Something follows the end of the JSON value."),
        ("is invalid after a property name", "A colon is expected after a name."),
        ("is invalid after a value", "A comma, or the end of the object or list, is expected after a value."),
    ];

    private static string Sentence(System.Text.Json.JsonException e)
    {
        var text = e.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        text = end > 0 ? text[..end] : text;

        // What stands there may be anybody's, so it is not quoted; some of the reader's sentences speak of the reader and not of the text.
        var known = Array.Find(s_sentences, s => text.Contains(s.Reader, StringComparison.Ordinal));
        text = known.Ours ?? text.Replace(" Change the reader options.", "", StringComparison.Ordinal).Replace(" in this mode", "", StringComparison.Ordinal);
        return $"{Cut(text)} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
    }

    private static string Cut(string text) => text.Length <= 200 ? text : Shown.Head(text, 200) + "…";
}
