using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Values;

/// <summary>Points in time as people and systems write them, turned into the whole Unix seconds that Customer.io takes.</summary>
public static partial class Timestamp
{
    /// <summary>Numbers from here up are Unix milliseconds: 100 000 000 000, as seconds the year 5138.</summary>
    public const long FirstMillisecond = 100_000_000_000;

    /// <summary>What to say of a value that is no time.</summary>
    internal const string Expected = "must be Unix seconds, Unix milliseconds or ISO 8601 with Z or an offset, such as 2026-01-31T09:30:00Z.";

    private const long LastSecond = 253_402_300_799;

    /// <summary>Reads Unix seconds, Unix milliseconds or ISO 8601 with <c>Z</c> or an offset.</summary>
    /// <param name="value">A number, a string of digits or an ISO 8601 string with 0 to 9 fraction digits.</param>
    /// <param name="seconds">Whole Unix seconds, rounded down.</param>
    /// <param name="wasMilliseconds">True when the value was taken as milliseconds.</param>
    /// <returns>False when the value is none of these.</returns>
    public static bool TryRead(JToken value, out long seconds, out bool wasMilliseconds)
    {
        wasMilliseconds = false;
        seconds = 0;
        return (value as JValue)?.Value switch
        {
            long l => FromNumber(l, out seconds, out wasMilliseconds),
            int i => FromNumber(i, out seconds, out wasMilliseconds),
            BigInteger => false,
            double d => d == Math.Floor(d) && Math.Abs(d) < 1e17 && FromNumber((long)d, out seconds, out wasMilliseconds),
            DateTimeOffset o => FromTime(o, out seconds),
            DateTime { Kind: not DateTimeKind.Unspecified } t => FromTime(t, out seconds),
            string s => FromText(s, out seconds, out wasMilliseconds),
            _ => false,
        };
    }

    private static bool FromText(string text, out long seconds, out bool wasMilliseconds)
    {
        wasMilliseconds = false;
        seconds = 0;
        if (text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit))
        {
            return FromNumber(long.Parse(text, CultureInfo.InvariantCulture), out seconds, out wasMilliseconds);
        }

        var match = Iso().Match(text);
        if (!match.Success)
        {
            return false;
        }

        // The fraction is dropped before parsing: .NET reads seven digits at the most, and only whole seconds are sent.
        var offset = match.Groups["offset"].Value;
        var clean = match.Groups["time"].Value + (offset == "Z" ? "+00:00" : offset.Contains(':') ? offset : offset.Insert(3, ":"));
        return DateTimeOffset.TryParseExact(clean, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && FromTime(time, out seconds);
    }

    private static bool FromNumber(long number, out long seconds, out bool wasMilliseconds)
    {
        wasMilliseconds = number >= FirstMillisecond;
        seconds = wasMilliseconds ? number / 1000 : number;
        return seconds is >= 0 and <= LastSecond;
    }

    private static bool FromTime(DateTimeOffset time, out long seconds)
    {
        seconds = time.ToUnixTimeSeconds();
        return true;
    }

    [GeneratedRegex(@"\A(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(?<offset>Z|[+-][0-9]{2}:?[0-9]{2})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
