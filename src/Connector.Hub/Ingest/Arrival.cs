using System.Globalization;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>When and whence events came.</summary>
/// <param name="Now">When they arrived.</param>
/// <param name="Ip">The sender's address; null where it is not wanted.</param>
internal sealed record Arrival(DateTimeOffset Now, string? Ip = null)
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    // So long requests may be on their way: what is less tells nothing of the sender's clock.
    private static readonly TimeSpan s_onTheWay = TimeSpan.FromSeconds(5);

    // A time that no event of a shop or an app has shows that the two clocks are not one.
    private static readonly DateTimeOffset s_earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_ahead = TimeSpan.FromDays(1);

    /// <summary>The id of an event that has none itself; null for a new one.</summary>
    public string? MessageId { get; init; }

    /// <summary>When the batch was sent, by the sender's clock; null where it does not say.</summary>
    public string? SentAt { get; init; }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time by the sender's clock, as ours would have shown it; unchanged where the two agree or nothing tells.</summary>
    /// <param name="time">The time.</param>
    /// <param name="sentAt">When the event was sent, by the same clock; null for the batch's.</param>
    public JToken Corrected(JToken time, JToken? sentAt)
    {
        if (!TryRead((string?)(sentAt as JValue) ?? SentAt, out var sent) || !TryRead((time as JValue)?.Value as string, out var given))
        {
            return time;
        }

        var off = Now - sent;
        var ticks = given.UtcTicks + off.Ticks;
        return off.Duration() > s_onTheWay && ticks >= s_earliest.UtcTicks && ticks <= (Now + s_ahead).UtcTicks
            ? Text(new DateTimeOffset(ticks, TimeSpan.Zero))
            : time;
    }

    /// <summary>Says in an event's context whence it came, unless it does itself.</summary>
    public void AddTo(JsonMembers json)
    {
        if (Ip is null)
        {
            return;
        }

        var context = json["context"] switch
        {
            JsonView view => view.Token as JObject,
            JObject filled => filled,
            null => [],
            _ => null,
        };
        if (context is not null && context["ip"] is null or { Type: JTokenType.Null })
        {
            context["ip"] = Ip;
            json["context"] = context;
        }
    }

    private static bool TryRead(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
