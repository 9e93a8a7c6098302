using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>Inputs that are points in time: whole Unix seconds, with a warning where the value is not what people mean.</summary>
internal static class Times
{
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The seconds; null for an input that was left empty.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is not a time.</exception>
    public static long? Seconds(JToken? value, string input, IRunContext run)
    {
        if (value is null or JValue { Value: "" })
        {
            return null;
        }

        if (!Timestamp.TryRead(value, out var seconds, out var wasMilliseconds))
        {
            throw ConnectorException.Input("/" + input, Timestamp.Expected);
        }

        if (wasMilliseconds)
        {
            run.Warn($"/{input} was read as milliseconds: {Shown(seconds)}.");
        }

        if (DateTimeOffset.FromUnixTimeSeconds(seconds) > run.Now + s_clockSkew)
        {
            run.Warn($"/{input} is in the future: {Shown(seconds)}.");
        }

        return seconds;
    }

    /// <summary>The same for the time of an event, which is too late for campaigns after 72 hours.</summary>
    public static long? OfEvent(JToken? value, string input, IRunContext run)
    {
        var seconds = Seconds(value, input, run);
        if (seconds is { } time && run.Now - DateTimeOffset.FromUnixTimeSeconds(time) > TimeSpan.FromHours(72))
        {
            run.Warn($"/{input} is more than 72 hours ago ({Shown(time)}): the event is recorded, but starts no campaign.");
        }

        return seconds;
    }

    /// <summary>The same for a time that has to be to come.</summary>
    public static long? ToCome(JToken? value, string input, IRunContext run)
    {
        if (value is null or JValue { Value: "" })
        {
            return null;
        }

        if (!Timestamp.TryRead(value, out var seconds, out var wasMilliseconds))
        {
            throw ConnectorException.Input("/" + input, Timestamp.Expected);
        }

        if (wasMilliseconds)
        {
            run.Warn($"/{input} was read as milliseconds: {Shown(seconds)}.");
        }

        return DateTimeOffset.FromUnixTimeSeconds(seconds) > run.Now
            ? seconds
            : throw ConnectorException.Input("/" + input, $"must be to come, and is not ({Shown(seconds)}).");
    }

    /// <summary>The same for the time at which a message is to be sent: at most 90 days ahead.</summary>
    public static long? Scheduled(JToken? value, string input, IRunContext run)
    {
        if (value is null or JValue { Value: "" })
        {
            return null;
        }

        if (!Timestamp.TryRead(value, out var seconds, out var wasMilliseconds))
        {
            throw ConnectorException.Input("/" + input, Timestamp.Expected);
        }

        var ahead = DateTimeOffset.FromUnixTimeSeconds(seconds) - run.Now;
        if (ahead > TimeSpan.FromDays(90))
        {
            throw ConnectorException.Input("/" + input, $"is more than 90 days ahead ({Shown(seconds)}); Customer.io keeps no message for so long.");
        }

        if (wasMilliseconds || ahead < -s_clockSkew)
        {
            run.Warn($"/{input} {(wasMilliseconds ? "was read as milliseconds" : "is in the past, so the message is sent at once")}: {Shown(seconds)}.");
        }

        return seconds;
    }

    private static string Shown(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
