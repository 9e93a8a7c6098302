using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Values;

/// <summary>Newtonsoft tokens of strict RFC 8259 text: integers of any size, other numbers as doubles, every string as it is.</summary>
/// <remarks>
/// Newtonsoft's own reader accepts comments, single quotes, octal numbers and trailing text, so the tokens are built from
/// <see cref="Utf8JsonReader"/>, which accepts none of them.
/// </remarks>
internal static class StrictJson
{
    /// <summary>How deep objects and arrays may nest.</summary>
    public const int MaxDepth = 64;

    /// <summary>How long a number may be: as long as Customer.io lets an attribute be. Longer ones take time that grows with the square.</summary>
    public const int MaxNumberLength = 1000;

    /// <summary>How a text is read.</summary>
    public static JsonReaderOptions Options { get; } =
        new()
        {
            MaxDepth = MaxDepth,
            CommentHandling = JsonCommentHandling.Disallow,
            AllowTrailingCommas = false,
        };

    /// <summary>Reads the value that the reader stands at, to its end.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="duplicate">Makes the failure of a key that stands twice in one object; null lets the last of them win.</param>
    /// <exception cref="FormatException">A key stands twice, or a number is too long, or no double can hold it.</exception>
    /// <exception cref="JsonException">The text is not strict JSON.</exception>
    /// <exception cref="InvalidOperationException">A string holds bytes that are not UTF-8, or half of a surrogate pair.</exception>
    public static JToken Read(ref Utf8JsonReader reader, Func<string, FormatException>? duplicate)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var o = new JObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    if (duplicate is null)
                    {
                        o[name] = Read(ref reader, null);
                        continue;
                    }

                    var value = Read(ref reader, duplicate);
                    try
                    {
                        // Looks for the name itself: asking before would cost as much again.
                        o.Add(name, value);
                    }
                    catch (ArgumentException)
                    {
                        throw duplicate(name);
                    }
                }

                return o;
            case JsonTokenType.StartArray:
                var a = new JArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    a.Add(Read(ref reader, duplicate));
                }

                return a;
            case JsonTokenType.String:
                return new JValue(reader.GetString());
            case JsonTokenType.Number:
                return Number(ref reader);
            case JsonTokenType.True:
                return new JValue(true);
            case JsonTokenType.False:
                return new JValue(false);
            default:
                return JValue.CreateNull();
        }
    }

    /// <summary>Whether <see cref="Read"/> takes the number that the reader stands at.</summary>
    public static bool IsNumber(ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length <= MaxNumberLength
        && (reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 || (reader.TryGetDouble(out var number) && double.IsFinite(number)));

    private static JValue Number(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var integer))
        {
            return new JValue(integer);
        }

        var text = reader.ValueSpan;
        if (text.Length > MaxNumberLength)
        {
            throw new FormatException($"A number is {text.Length} characters long; at most {MaxNumberLength} are taken. Write it as text.");
        }

        if (text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
        {
            return new JValue(BigInteger.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture));
        }

        var number = reader.GetDouble();
        return double.IsFinite(number) ? new JValue(number) : throw new FormatException("A number is too large for a double (about 1.8e308).");
    }
}
