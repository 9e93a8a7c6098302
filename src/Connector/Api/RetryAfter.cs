using System.Globalization;
using System.Net.Http.Headers;

namespace CustomerIo.Connector.Api;

/// <summary>How long an answer asks to wait.</summary>
/// <param name="Wait">How long is waited: never more than five minutes, after which another attempt tells more than patience.</param>
/// <param name="Asked">What was asked for.</param>
internal sealed record RetryAfter(TimeSpan Wait, TimeSpan Asked)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(300),
        s_told = TimeSpan.FromDays(365);

    /// <summary>The three forms of a date that HTTP knows.</summary>
    private static readonly string[] s_dates = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>Reads the header's seconds, whole or not, or its date; null when it is neither.</summary>
    public static RetryAfter? Read(HeaderStringValues values, DateTimeOffset now)
    {
        foreach (var value in values)
        {
            // A number too long to be one is infinite, and cut like the others; the words for that are no number here.
            if (
                value.All(c => char.IsAsciiDigit(c) || c is '.' or ' ')
                && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            )
            {
                return Of(seconds);
            }

            if (
                DateTimeOffset.TryParseExact(
                    value,
                    s_dates,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces,
                    out var date
                )
            )
            {
                return Of((date - now).TotalSeconds);
            }
        }

        return null;
    }

    /// <summary>In words: how long is waited, and what was asked for where that was more.</summary>
    public override string ToString() =>
        $"wait {Math.Ceiling(Wait.TotalSeconds)} s"
        + (
            Asked > Wait
                ? $" (it asked for {(Asked < s_told ? $"{Math.Ceiling(Asked.TotalSeconds)} s" : "a year or more")}; another attempt is made after "
                    + $"{s_longest.TotalSeconds} s at the latest)"
                : ""
        );

    private static RetryAfter Of(double seconds)
    {
        var asked = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, s_told.TotalSeconds));
        return new RetryAfter(asked < s_longest ? asked : s_longest, asked);
    }
}
