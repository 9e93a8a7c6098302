using System.Globalization;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>Where a table was read to: a value of its <c>updated</c> column, kept with its type, never beyond now, and gone back behind.</summary>
internal static partial class TableCursor
{
    /// <summary>How far a number that is no time is gone back: a sequence's value may be taken long before it is committed.</summary>
    public const int Counts = 10_000;

    // From 1973 to 5138, whichever unit it is in.
    private const decimal FirstTime = 100_000_000;

    /// <summary>The value as it is remembered: a number stays one.</summary>
    public static string Write(object value) =>
        ConnectorJson.ToText(
            value switch
            {
                string text => new JValue(text),
                double d => double.IsFinite(d) ? new JValue(d) : new JValue(d.ToString(CultureInfo.InvariantCulture)),
                _ => new JValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            }
        );

    /// <summary>The value as it was remembered; what older versions wrote is read, too.</summary>
    public static object Read(string kept)
    {
        try
        {
            return ConnectorJson.Parse(kept) is JValue { Value: string or long or double } value ? value.Value! : kept;
        }
        catch (FormatException)
        {
            return kept;
        }
    }

    /// <summary>The value, or now where it lies beyond: a row of the future must not hide what changes until then.</summary>
    public static object NotBeyond(object value, DateTimeOffset now) =>
        Moved(value, (time, offset) => time - offset > now.UtcDateTime ? now.UtcDateTime + offset : time, n => n);

    /// <summary>The value a span before, or some counts where it is no time.</summary>
    public static object Before(object value, TimeSpan span) => Moved(value, (time, _) => time - span, n => n - Counts);

    private static object Moved(object value, Func<DateTime, TimeSpan, DateTime> moveTime, Func<decimal, decimal> moveCount)
    {
        try
        {
            return value switch
            {
                long l => decimal.ToInt64(MovedNumber(l, moveTime, moveCount)),
                double d when Math.Abs(d) < 1e19 => MovedNumber((decimal)d, moveTime, moveCount) is var moved && moved == (decimal)d
                    ? d
                    : decimal.ToDouble(moved),
                string s when decimal.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) => MovedNumber(n, moveTime, moveCount)
                    .ToString(CultureInfo.InvariantCulture),
                string s => MovedText(s, moveTime),
                _ => value,
            };
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException)
        {
            return value;
        }
    }

    private static decimal MovedNumber(decimal number, Func<DateTime, TimeSpan, DateTime> moveTime, Func<decimal, decimal> moveCount)
    {
        var unit = 1m;
        while (number / unit >= FirstTime * 1000 && unit < 1_000_000_000)
        {
            unit *= 1000;
        }

        if (number / unit is < FirstTime or >= FirstTime * 1000)
        {
            return Math.Floor(moveCount(number));
        }

        var ticks = decimal.ToInt64(Math.Floor(number / unit * TimeSpan.TicksPerSecond));
        var time = DateTime.UnixEpoch.AddTicks(ticks);
        var moved = moveTime(time, TimeSpan.Zero);

        // What stays is kept to the last digit: a number that grew by rounding would pass over rows.
        return moved == time ? number : Math.Floor((decimal)(moved - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond * unit);
    }

    // Texts are compared as texts: the new one is written as the old one was, and what is left out at its end makes it smaller.
    private static string MovedText(string text, Func<DateTime, TimeSpan, DateTime> moveTime)
    {
        var match = Time().Match(text);
        if (
            !match.Success
            || !DateTime.TryParse(
                $"{match.Groups["date"].Value}T{(match.Groups["time"].Success ? match.Groups["time"].Value : "00:00:00")}",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
        )
        {
            return text;
        }

        var moved = moveTime(time, Offset(match.Groups["offset"].Value));
        if (moved == time)
        {
            return text;
        }

        var day = moved.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return match.Groups["time"].Success ? day + match.Groups["between"].Value + moved.ToString("HH:mm:ss", CultureInfo.InvariantCulture) : day;
    }

    private static TimeSpan Offset(string text) =>
        text.Length == 6 && TimeSpan.TryParse(text[1..], CultureInfo.InvariantCulture, out var span) ? (text[0] == '-' ? -span : span) : TimeSpan.Zero;

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})((?<between>[ T])(?<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)([.,][0-9]+)?(?<offset>Z|[+-][0-9]{2}:[0-9]{2})?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Time();
}
