using System.Globalization;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Times as event streams write them, turned into whole Unix seconds.</summary>
internal static partial class EventTimes
{
    private static readonly string[] s_forms =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK",
        "r",
    ];

    private static readonly string[] s_looseForms = ["ddd MMM d yyyy HH:mm:ss 'GMT'zzz", "ddd MMM d yyyy", "M/d/yyyy", "M/d/yyyy HH:mm", "M/d/yyyy HH:mm:ss"];

    /// <summary>Reads what <see cref="Timestamp"/> reads, and dates, times without an offset (as UTC), fractions of a second and RFC 1123.</summary>
    public static bool TryRead(JToken value, out long seconds)
    {
        if (Timestamp.TryRead(value, out seconds, out _))
        {
            return true;
        }

        return (value as JValue)?.Value switch
        {
            double d when d is >= 0 and < 1e15 => Timestamp.TryRead(new JValue(Math.Floor(d)), out seconds, out _),
            string text => FromText(text, out seconds),
            _ => false,
        };
    }

    /// <summary>The same, and what JavaScript's dates read beside ISO 8601: their own text, and month, day and year.</summary>
    public static bool TryReadLoosely(JToken value, out long seconds)
    {
        if (TryRead(value, out seconds))
        {
            return true;
        }

        var read = DateTimeOffset.TryParseExact(
            value is JValue { Value: string text } ? Zone().Replace(text.Trim(), "") : "",
            s_looseForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        );
        seconds = read ? time.ToUnixTimeSeconds() : 0;
        return read;
    }

    /// <summary>The same value with every ISO 8601 text inside objects as seconds; arrays are not entered. The value itself where nothing changes.</summary>
    public static JsonView Convert(JsonView value) => value.MayHoldText(IsLikeIso) ? new JsonView(Convert(value.Token)) : value;

    private static bool IsLikeIso(ReadOnlySpan<byte> text) => text.Length >= 10 && text[4] == (byte)'-';

    private static JToken Convert(JToken value)
    {
        if (value is JValue { Value: string text })
        {
            return text.Length >= 10 && text[4] == '-' && Iso().IsMatch(text) && TryRead(value, out var seconds) ? new JValue(seconds) : value;
        }

        if (value is not JObject o)
        {
            return value;
        }

        JObject? changed = null;
        foreach (var (name, member) in o)
        {
            if (Convert(member!) is var converted && !ReferenceEquals(converted, member))
            {
                changed ??= new JObject(o);
                changed[name] = converted;
            }
        }

        return changed ?? value;
    }

    private static bool FromText(string text, out long seconds)
    {
        // Fractions are cut before parsing: .NET reads seven digits at the most.
        var clean = Fraction().Replace(text.Trim(), "", 1);
        var read = DateTimeOffset.TryParseExact(clean, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        seconds = read ? time.ToUnixTimeSeconds() : 0;
        return read;
    }

    [GeneratedRegex(@" \([^()]*\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Zone();

    [GeneratedRegex(@"(?<=:[0-9]{2})\.[0-9]{1,9}", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();

    [GeneratedRegex(
        @"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Iso();
}
