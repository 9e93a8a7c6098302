using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>How a time is sent.</summary>
internal enum TimeRule
{
    /// <summary>In Unix seconds; what is no time, or looks like a date, is refused.</summary>
    Strict,

    /// <summary>As the attribute <c>created_at</c> passes the gate.</summary>
    Gated,

    /// <summary>In Unix seconds; digits stay what they are, milliseconds included, and what is no time is sent as it is.</summary>
    AsGiven,

    /// <summary>In Unix seconds; what is no time is left out, and told.</summary>
    OrNone,
}

/// <summary>Applies the rule of a profile to a time.</summary>
internal static class TimeRules
{
    /// <param name="rule">The rule.</param>
    /// <param name="message">The event.</param>
    /// <param name="value">The time as it came.</param>
    /// <param name="path">Its JSON Pointer.</param>
    /// <returns>A number or a token; null sends none.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is no time, and the rule refuses those.</exception>
    public static object? Read(this TimeRule rule, SourceEvent message, JToken value, string path) =>
        rule switch
        {
            TimeRule.Gated => Gated(message, value, path),
            TimeRule.AsGiven => AsGiven(value),
            TimeRule.OrNone => OrNone(message, value, path),
            _ => Strict(value, path),
        };

    private static bool IsBlank(JToken value) => value is JValue { Value: string text } && string.IsNullOrWhiteSpace(text);

    private static JToken? Gated(SourceEvent message, JToken value, string path) =>
        message.Attribute("created_at", value, path[1..], out var sent) is { } problem ? throw ConnectorException.Input([problem]) : sent;

    private static long Strict(JToken value, string path) =>
        Timestamp.IsDoubtful(value) ? throw ConnectorException.Input(path, Timestamp.Refusal(value))
        : EventTimes.TryRead(value, out var seconds) && seconds >= 0 ? seconds
        : throw ConnectorException.Input(path, Timestamp.Expected);

    private static object? AsGiven(JToken value)
    {
        if (IsBlank(value))
        {
            return null;
        }

        if (value is JValue { Value: long } || (value is JValue { Value: string { Length: <= 18 } text } && text.All(char.IsAsciiDigit)))
        {
            return long.TryParse(ConnectorJson.ScalarText(value), out var number) ? (object)number : value;
        }

        return EventTimes.TryReadLoosely(value, out var seconds) ? (object)seconds : value;
    }

    private static object? OrNone(SourceEvent message, JToken value, string path)
    {
        object? sent = EventTimes.TryReadLoosely(value, out var seconds) && seconds >= 0 ? seconds : null;
        if (sent is null && !IsBlank(value))
        {
            message.Warn($"{path} is no time and was not sent.");
        }

        return sent;
    }
}
