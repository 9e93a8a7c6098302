using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Values;

/// <summary>Points in time as people and systems write them, turned into the whole Unix seconds that Customer.io takes.</summary>
internal static partial class Timestamp
{
    /// <summary>Numbers from here up are Unix milliseconds: 100 000 000 000, as seconds the year 5138.</summary>
    public const long FirstMillisecond = 100_000_000_000;

    /// <summary>What to say of a value that is no time.</summary>
    internal const string Expected = "must be Unix seconds, Unix milliseconds or ISO 8601 with Z or an offset, such as 2026-01-31T09:30:00Z.";

    /// <summary>What to say of a time that could be any zone's, without the full stop.</summary>
    internal const string WithoutOffset = "has no offset, so it could be any zone's time: end it with Z or an offset";

    /// <summary>What to say of a number that is more likely something else than Unix seconds.</summary>
    private const string Doubtful =
        "looks like a date, a year or the number of a day in a spreadsheet: Unix seconds have nine digits or more since 1973. Write it as ISO 8601, such as "
        + "2026-01-31T09:30:00Z.";

    private const long FirstLikely = 100_000_000;

    private const long FirstSecond = -62_135_596_800,
        LastSecond = 253_402_300_799;

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

    /// <summary>The same for what people's tables hold: also dates, a blank in place of the T, no seconds, fractions of seconds, and times before
    /// 1970.</summary>
    /// <param name="value">A number or a text.</param>
    /// <param name="zone">Where a time without an offset was written; null refuses it, and takes a date alone for UTC.</param>
    /// <param name="seconds">Whole Unix seconds, rounded down.</param>
    internal static bool TryReadAny(JToken value, TimeZoneInfo? zone, out long seconds)
    {
        if (IsDoubtful(value))
        {
            seconds = 0;
            return false;
        }

        if (TryRead(value, out seconds, out _))
        {
            return true;
        }

        return (value as JValue)?.Value switch
        {
            long l => FromDouble(l, out seconds),
            int i => FromDouble(i, out seconds),
            double d => FromDouble(d, out seconds),
            string s when Number().IsMatch(s) => FromDouble(double.Parse(s, CultureInfo.InvariantCulture), out seconds),
            string s => FromTable(s, zone, out seconds),
            _ => false,
        };
    }

    /// <summary>Whether a number is a small one above 0 or the digits of a date (20240501, 20240501093000), which as seconds are some day of 1970.</summary>
    internal static bool IsDoubtful(JToken value) =>
        (value as JValue)?.Value switch
        {
            long l => IsDoubtful(l),
            int i => IsDoubtful(i),
            double d => IsDoubtful(d),
            string s when Number().IsMatch(s) => IsDoubtful(double.Parse(s, CultureInfo.InvariantCulture)),
            _ => false,
        };

    /// <summary>Whether a number is some second of the years 1 to 9999.</summary>
    internal static bool IsSeconds(long number) => number is >= FirstSecond and <= LastSecond;

    /// <summary>Whether a value is a time in words, and no number.</summary>
    internal static bool IsWritten(JToken value) => value is JValue { Value: string text } && !Number().IsMatch(text);

    /// <summary>What to say of a value that <see cref="TryReadAny"/> does not read without a zone.</summary>
    /// <param name="value">The value.</param>
    /// <param name="zoneAdvice">What follows where the time lacks an offset alone.</param>
    internal static string Refusal(JToken value, string zoneAdvice = ".") =>
        IsDoubtful(value) ? Doubtful
        : TryReadAny(value, TimeZoneInfo.Utc, out _) ? WithoutOffset + zoneAdvice
        : Expected;

    private static bool IsDoubtful(double number) =>
        number is > 0 and < FirstLikely
        || (
            number is >= 1e11 and < 1e14
            && number == Math.Floor(number)
            && number.ToString("F0", CultureInfo.InvariantCulture) is { Length: 12 or 14 } digits
            && DateTime.TryParseExact(
                digits,
                digits.Length == 12 ? "yyyyMMddHHmm" : "yyyyMMddHHmmss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
            && time.Year is >= 1900 and <= 2100
        );

    private static bool FromDouble(double number, out long seconds)
    {
        var whole = Math.Floor(Math.Abs(number) >= FirstMillisecond ? number / 1000 : number);
        var fits = whole is >= FirstSecond and <= LastSecond;
        seconds = fits ? (long)whole : 0;
        return fits;
    }

    private static bool FromTable(string text, TimeZoneInfo? zone, out long seconds)
    {
        seconds = 0;
        var match = Table().Match(text);
        if (
            !match.Success
            || !DateTime.TryParseExact(
                match.Groups["date"].Value
                    + (
                        match.Groups["time"] is { Success: true, Value: var time }
                            ? time.Length == 5
                                ? time + ":00"
                                : time
                            : "00:00:00"
                    ),
                "yyyy-MM-ddHH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var local
            )
        )
        {
            return false;
        }

        var offset = match.Groups["offset"].Value;
        if (offset.Length == 0 && match.Groups["time"].Success && zone is null)
        {
            return false;
        }

        var digits = offset.Replace(":", "", StringComparison.Ordinal);
        var shift =
            offset.Length == 0 ? (zone ?? TimeZoneInfo.Utc).GetUtcOffset(local)
            : digits is "Z" or "z" ? TimeSpan.Zero
            : new TimeSpan(
                int.Parse(digits.AsSpan(1, 2), CultureInfo.InvariantCulture),
                digits.Length > 3 ? int.Parse(digits.AsSpan(3, 2), CultureInfo.InvariantCulture) : 0,
                0
            ) * (digits[0] == '-' ? -1 : 1);
        seconds = (long)Math.Floor((local - DateTime.UnixEpoch - shift).TotalSeconds);
        return shift.Duration() <= TimeSpan.FromHours(14) && seconds is >= FirstSecond and <= LastSecond;
    }

    private static bool FromText(string text, out long seconds, out bool wasMilliseconds)
    {
        wasMilliseconds = false;
        seconds = 0;
        if (text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit))
        {
            return FromNumber(long.Parse(text, CultureInfo.InvariantCulture), out seconds, out wasMilliseconds);
        }

        if (TryReadPlain(text, out seconds))
        {
            return true;
        }

        var match = Iso().Match(text);
        if (!match.Success)
        {
            return false;
        }

        // The fraction is dropped before parsing: .NET reads seven digits at the most, and only whole seconds are sent.
        var offset = match.Groups["offset"].Value;
        var clean =
            match.Groups["time"].Value
            + (
                offset == "Z" ? "+00:00"
                : offset.Contains(':') ? offset
                : offset.Insert(3, ":")
            );
        return DateTimeOffset.TryParseExact(clean, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && FromTime(time, out seconds);
    }

    /// <summary>Reads the form that nearly all systems write, <c>2026-01-31T09:30:00Z</c> or the same with a fraction, without the work of a pattern.</summary>
    private static bool TryReadPlain(string text, out long seconds)
    {
        seconds = 0;
        if (
            text.Length is < 20 or > 30
            || text[^1] != 'Z'
            || text[4] != '-'
            || text[7] != '-'
            || text[10] != 'T'
            || text[13] != ':'
            || text[16] != ':'
            || (text.Length > 20 && (text.Length == 21 || text[19] != '.' || text.AsSpan(20..^1).ContainsAnyExceptInRange('0', '9')))
        )
        {
            return false;
        }

        var year = Digits(text, 0, 4);
        var (month, day) = (Digits(text, 5, 2), Digits(text, 8, 2));
        var (hour, minute, second) = (Digits(text, 11, 2), Digits(text, 14, 2), Digits(text, 17, 2));
        if (
            year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour is < 0 or > 23
            || minute is < 0 or > 59
            || second is < 0 or > 59
        )
        {
            return false;
        }

        return FromTime(new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero), out seconds);
    }

    /// <summary>The number that some digits are; -1 when one of them is none.</summary>
    private static int Digits(string text, int at, int length)
    {
        var number = 0;
        foreach (var digit in text.AsSpan(at, length))
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = (number * 10) + digit - '0';
        }

        return number;
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

    [GeneratedRegex(
        @"\A(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(?<offset>Z|[+-][0-9]{2}:?[0-9]{2})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Iso();

    [GeneratedRegex(@"\A-?[0-9]{1,18}(\.[0-9]{1,9})?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})([Tt ](?<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)(\.[0-9]{1,9})? ?(?<offset>[Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Table();
}
