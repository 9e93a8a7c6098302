using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>Values in PostgreSQL's own text form as cells: numbers, truths, JSON, lists and usual times in their JSON forms, all else as it stands.</summary>
internal static partial class PostgresText
{
    private const uint Bool = 16,
        Bytes = 17,
        Int8 = 20,
        Int2 = 21,
        Int4 = 23,
        Oid = 26,
        Json = 114,
        Float4 = 700,
        Float8 = 701,
        Timestamp = 1114,
        TimestampTz = 1184,
        Numeric = 1700,
        Jsonb = 3802;

    /// <param name="text">The value.</param>
    /// <param name="type">The type's number, which is the same in every database for built-in types.</param>
    /// <param name="element">The element type's number, for arrays.</param>
    /// <exception cref="FormatException">A list holds a number or JSON that cannot be sent.</exception>
    public static (CellKind Kind, byte[] Bytes) Read(string text, uint type, uint? element)
    {
        if (element is { } of)
        {
            return (CellKind.Json, ConnectorJson.ToBytes(new ArrayReader(text, of).Read()));
        }

        return type switch
        {
            Bool => (text == "t" ? CellKind.True : CellKind.False, []),
            Int8 or Int2 or Int4 or Oid or Float4 or Float8 or Numeric when IsFinite(text) => (CellKind.Number, Encoding.ASCII.GetBytes(text)),
            Json or Jsonb => (CellKind.Json, Encoding.UTF8.GetBytes(text)),
            Timestamp or TimestampTz => (CellKind.Text, Encoding.ASCII.GetBytes(Time(text))),
            Bytes when text.StartsWith("\\x", StringComparison.Ordinal) => (
                CellKind.Text,
                Encoding.ASCII.GetBytes(Convert.ToBase64String(Convert.FromHexString(text.AsSpan(2))))
            ),
            _ => (CellKind.Text, Encoding.UTF8.GetBytes(text)),
        };
    }

    // NaN, Infinity and -Infinity are no numbers of JSON.
    private static bool IsFinite(string text) => char.IsAsciiDigit(text[^1]);

    /// <summary>ISO 8601, in UTC where the type knows a zone; a time before Christ, beyond the year 9999 or infinite as it stands.</summary>
    private static string Time(string text)
    {
        if (Usual().Match(text) is not { Success: true } match)
        {
            return text;
        }

        var fraction = match.Groups["fraction"].Value.TrimEnd('0');
        if (match.Groups["sign"].Value is not { Length: > 0 } sign)
        {
            return match.Groups["day"].Value + "T" + match.Groups["time"].Value + fraction;
        }

        var time = DateTime.ParseExact(match.Groups["day"].Value + match.Groups["time"].Value, "yyyy-MM-ddHH:mm:ss", CultureInfo.InvariantCulture);
        var offset = match.Groups["offset"].Value.Split(':').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Append(0).Append(0).ToArray();
        var ticks = new TimeSpan(offset[0], offset[1], offset[2]).Ticks * (sign == "-" ? -1 : 1);
        return ticks > time.Ticks || time.Ticks - ticks > DateTime.MaxValue.Ticks
            ? text
            : time.AddTicks(-ticks).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + "Z";
    }

    [GeneratedRegex(
        @"\A(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2}) (?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?<fraction>\.[0-9]+)?((?<sign>[+-])(?<offset>[0-9]{2}(:[0-9]{2}){0,2}))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Usual();

    /// <summary>Reads <c>{1,NULL,"a \"b\""}</c> and <c>{{1},{2}}</c>, also with bounds before it.</summary>
    private sealed class ArrayReader(string text, uint element)
    {
        private const uint Box = 603;
        private readonly char _separator = element == Box ? ';' : ',';
        private int _at = text.StartsWith('[') ? text.IndexOf('=', StringComparison.Ordinal) + 1 : 0;

        public JArray Read()
        {
            var list = new JArray();
            for (_at++; text[_at] != '}'; )
            {
                list.Add(text[_at] == '{' ? Read() : Item());
                _at += text[_at] == _separator ? 1 : 0;
            }

            _at++;
            return list;
        }

        private JToken Item()
        {
            if (text[_at] == '"')
            {
                var quoted = new StringBuilder();
                for (_at++; text[_at] != '"'; _at++)
                {
                    _at += text[_at] == '\\' ? 1 : 0;
                    quoted.Append(text[_at]);
                }

                _at++;
                return Token(quoted.ToString());
            }

            var start = _at;
            while (text[_at] != _separator && text[_at] != '}')
            {
                _at++;
            }

            var plain = text[start.._at];
            return plain == "NULL" ? JValue.CreateNull() : Token(plain);
        }

        private JToken Token(string item) =>
            PostgresText.Read(item, element, null) switch
            {
                (CellKind.True or CellKind.False, _) and var (kind, _) => new JValue(kind == CellKind.True),
                (CellKind.Number or CellKind.Json, var bytes) => ConnectorJson.Parse(bytes),
                (_, var bytes) => new JValue(Encoding.UTF8.GetString(bytes)),
            };
    }
}
