using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The one place that reads and writes JSON: strict on the way in, values kept as they are.</summary>
internal static class Json
{
    private static readonly UTF8Encoding s_utf8 = new(false);

    /// <summary>Reads RFC 8259 JSON; strings that look like dates stay strings.</summary>
    /// <exception cref="FormatException">The bytes are not JSON, or hold a number that no double can.</exception>
    public static JToken Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, StrictJson.Options);
            reader.Read();
            var token = StrictJson.Read(ref reader, null);
            return reader.Read() ? throw new FormatException("trailing text after the JSON value") : token;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new FormatException("the body is not valid JSON", e);
        }
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JToken? token)
    {
        try
        {
            token = Parse(utf8);
            return true;
        }
        catch (FormatException)
        {
            token = null;
            return false;
        }
    }

    /// <summary>Writes a token as UTF-8 with a final line feed, pretty (two spaces) or on one line.</summary>
    public static byte[] Line(JToken token, bool pretty = false)
    {
        using var stream = new MemoryStream();
        using (var writer = new JsonTextWriter(new StreamWriter(stream, s_utf8, leaveOpen: true) { NewLine = "\n" }))
        {
            writer.Formatting = pretty ? Formatting.Indented : Formatting.None;
            token.WriteTo(writer);
            writer.Flush();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>The UTF-8 bytes that a token takes on one line, without the line feed.</summary>
    public static int Bytes(JToken token) => s_utf8.GetByteCount(token.ToString(Formatting.None));

    /// <summary>A text, or a real JSON null where there is none.</summary>
    public static JValue Text(string? text) => text is null ? JValue.CreateNull() : new JValue(text);

    /// <summary>A scalar as text in the invariant culture; null for anything else.</summary>
    public static string? Scalar(JToken? token) =>
        token is JValue { Value: { } value } && value is not bool ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    /// <summary>A whole number, also one written as text; null for anything else.</summary>
    public static long? Whole(JToken? token) =>
        token switch
        {
            JValue { Value: long number } => number,
            JValue { Value: double number } when Math.Abs(number) < 1e15 => (long)number,
            JValue { Value: string text } when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };

    /// <summary>Where each item of a list in an object stands, so that a long one need not be held as tokens; null when there is no such list.</summary>
    /// <exception cref="FormatException">The bytes are not JSON.</exception>
    public static List<Range>? Items(ReadOnlySpan<byte> utf8, string list)
    {
        try
        {
            List<Range>? items = null;
            var reader = new Utf8JsonReader(utf8, StrictJson.Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isList = reader.ValueTextEquals(list);
                reader.Read();
                items = isList ? null : items;
                if (!isList || reader.TokenType != JsonTokenType.StartArray)
                {
                    reader.Skip();
                    continue;
                }
                items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    items.Add(start..(int)reader.BytesConsumed);
                }
            }
            while (reader.Read())
            {
                // Only to see that what follows is no second value.
            }
            return items;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new FormatException("the body is not valid JSON", e);
        }
    }
}
