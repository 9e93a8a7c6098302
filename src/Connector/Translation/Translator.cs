using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>Turns events of the common customer-data format into requests; pure, and the event is never changed.</summary>
internal static class Translator
{
    // No shorter event becomes a request that is too long.
    private const int FirstLong = 15_000;

    private static readonly Dictionary<string, Func<SourceEvent, IReadOnlyList<EventRequest>>> s_calls = new(StringComparer.OrdinalIgnoreCase)
    {
        ["identify"] = m => [IdentifyCall.Translate(m)],
        ["track"] = TrackCall.Translate,
        ["page"] = PageCall.Translate,
        ["screen"] = ScreenCall.Translate,
        ["group"] = m => [GroupCall.Translate(m)],
        ["alias"] = m => [AliasCall.Translate(m)],
        ["record"] = m => [RecordCall.Translate(m)],
    };

    /// <param name="json">The event; requests hold values of it.</param>
    /// <param name="settings">Profile and settings.</param>
    /// <param name="now">The current time.</param>
    /// <param name="freshId">Makes the ULID of an event without a <c>messageId</c>; null sends none.</param>
    /// <param name="length">How many bytes the event's text has at most: one too short to pass a limit is not measured. Default not known.</param>
    public static TranslatedEvent Translate(
        JObject json,
        EventSettings settings,
        DateTimeOffset now,
        Func<string?>? freshId = null,
        int length = int.MaxValue
    ) => Translate(new JsonView(json), settings, now, freshId, length);

    /// <inheritdoc cref="Translate(JObject, EventSettings, DateTimeOffset, Func{string?}?, int)"/>
    public static TranslatedEvent Translate(JsonView json, EventSettings settings, DateTimeOffset now, Func<string?>? freshId = null, int length = int.MaxValue)
    {
        var message = new SourceEvent(json, settings, now, freshId ?? (() => null));
        try
        {
            var isPassedOn = settings.Api == Api.ApiName.Pipelines;
            var calls = isPassedOn ? PipelinesCall.Types : settings.Profile.Calls;
            var type = message.Text("type") ?? throw ConnectorException.Input("/type", $"is missing; it must be one of {string.Join(", ", calls)}.");
            var call =
                calls.Contains(type) && s_calls.TryGetValue(type, out var known)
                    ? known
                    : throw ConnectorException.Input("/type", $"\"{Shown(type)}\" is no known call; it must be one of {string.Join(", ", calls)}.");
            if (message.KeptAwayBy is { } reason)
            {
                return new([], null, message.Warnings) { Skipped = reason };
            }

            var requests = isPassedOn ? [PipelinesCall.Translate(message, type.ToLowerInvariant())] : call(message);
            foreach (var request in length >= FirstLong ? requests : [])
            {
                if (request.Excess() is { } excess)
                {
                    return new([], new Problem(request.IsOperation ? "" : "/properties", excess), message.Warnings);
                }
            }

            return new(requests, null, message.Warnings);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Input)
        {
            return new([], e.Problems[0], message.Warnings);
        }
        catch (FormatException e)
        {
            return new([], new Problem("", "cannot be sent: " + e.Message), message.Warnings);
        }
    }

    private static string Shown(string type) => type.Length > 40 ? type[..40] + "…" : type;
}
