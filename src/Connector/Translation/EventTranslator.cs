using System.Reflection;
using System.Text.Json;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>How events become requests; all of it may stay as it is.</summary>
public sealed class EventTranslatorOptions
{
    /// <summary>Whose rules are followed, one of <see cref="EventTranslator.Profiles"/>. Default <c>connector</c>.</summary>
    public string Profile { get; init; } = "connector";

    /// <summary>Name of a further event that registers the device it carries. Default null: none.</summary>
    public string? DeviceEvent { get; init; }

    /// <summary>Whether an identify without a creation time gets the current one. Default null: it does not.</summary>
    public bool? CreatedAtNow { get; init; }

    /// <summary>Whether ISO 8601 texts among traits and properties become Unix seconds. Default null: as the profile does.</summary>
    public bool? ConvertTimestamps { get; init; }

    /// <summary>Whether events such as User Deleted do what they say instead of being recorded. Default null: as the profile does.</summary>
    public bool? ReservedEvents { get; init; }

    /// <summary>Whether an e-mail address in traits or properties may name the person on every call, not on identify alone. Default null: as the
    /// profile does.</summary>
    public bool? EmailOnEveryCall { get; init; }

    /// <summary>Consents without which an event is not sent, by the names that its <c>context.consent</c> or <c>context.consentManagement</c> uses.
    /// Default none.</summary>
    public IReadOnlyList<string> Consents { get; init; } = [];

    /// <summary>What a warehouse's records are: <c>person</c>, <c>event</c>, <c>object</c> or <c>segment</c>. Default null: they are refused.</summary>
    public string? Records { get; init; }

    /// <summary>The number of the manual segment whose members such records are. Default null.</summary>
    public long? RecordSegment { get; init; }

    /// <summary>Which API the requests are for: <c>track</c>, or <c>pipelines</c>, which takes events as they are. Default <c>track</c>.</summary>
    public string Api { get; init; } = "track";

    /// <summary>Whether words that programs write for nothing may name somebody. Default false.</summary>
    public bool AllowPlaceholderIds { get; init; }

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>One request that an event becomes, of the Track API unless the options say Pipelines.</summary>
/// <param name="Method">The HTTP method, such as <c>POST</c>.</param>
/// <param name="Path">The path, such as <c>/api/v2/entity</c>; the host is the region's.</param>
/// <param name="Body">The body; null when there is none.</param>
/// <param name="EventId">The id by which Customer.io counts the event once; null for what is no event.</param>
public sealed record EventTranslationRequest(string Method, string Path, JObject? Body, string? EventId);

/// <summary>What an event becomes.</summary>
/// <param name="Requests">The requests, in their order; none when the event is refused, or its <c>integrations</c> or
/// consents keep it from Customer.io.</param>
/// <param name="Refusal">Why there are none, with the path inside the event; null when there are.</param>
/// <param name="Warnings">What was changed or may surprise. Empty mostly.</param>
public sealed record EventTranslation(IReadOnlyList<EventTranslationRequest> Requests, Problem? Refusal, IReadOnlyList<string> Warnings);

/// <summary>Whose rules an event is translated by, to be shown or compared.</summary>
public sealed class EventProfile
{
    private readonly Profile _rules;

    internal EventProfile(Profile rules)
    {
        _rules = rules;
    }

    /// <summary>Its name, such as <c>connector</c>.</summary>
    public string Name => _rules.Name;

    /// <summary>Every rule by its name: true or false, a word, or a list; a place inside an event is a JSON Pointer. A new object.</summary>
    public JObject Rules =>
        new(
            typeof(Profile)
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.Name != nameof(Profile.Name))
                .Select(p => new JProperty(JsonNamingPolicy.CamelCase.ConvertName(p.Name), Shown(p.GetValue(_rules))))
        );

    private static JToken Shown(object? value) =>
        value switch
        {
            null => JValue.CreateNull(),
            bool truth => truth,
            string text => text,
            Enum word => JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
            IReadOnlyDictionary<string, string[]> named => new JObject(named.Select(n => new JProperty(n.Key, Pointer(n.Value)))),
            string[][] paths => new JArray(paths.Select(p => Pointer(p))),
            IEnumerable<string> names => new JArray(names),
            _ => throw new InvalidOperationException($"{value.GetType()} cannot be shown."),
        };

    private static string Pointer(IEnumerable<string> path) => string.Concat(path.Select(name => "/" + name));
}

/// <summary>Turns events of Segment's and RudderStack's format into Customer.io's requests; sends nothing. Safe for many threads.</summary>
public sealed class EventTranslator
{
    /// <summary>All profiles, in the order in which documentation shows them.</summary>
    public static IReadOnlyList<EventProfile> Profiles { get; } = [.. Profile.All.Select(p => new EventProfile(p))];

    private readonly EventSettings _settings;
    private readonly TimeProvider _time;

    /// <summary>Makes a translator.</summary>
    /// <param name="options">Its settings. Default: all defaults.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such profile or API, or a rule was set that the Pipelines API
    /// has no use for.</exception>
    public EventTranslator(EventTranslatorOptions? options = null)
    {
        options ??= new EventTranslatorOptions();
        _time = options.Time;
        var settings = EventSettings.Of(
            options.Profile,
            options.DeviceEvent,
            options.CreatedAtNow,
            options.ConvertTimestamps,
            options.ReservedEvents,
            options.EmailOnEveryCall
        ) with
        {
            AllowPlaceholderIds = options.AllowPlaceholderIds,
            Consents = options.Consents,
            Records = options.Records,
            RecordSegment = options.RecordSegment,
        };
        _settings = settings.To(options.Api);
    }

    /// <summary>Translates one event.</summary>
    /// <param name="message">The event: <c>{type, userId, …}</c>; never changed.</param>
    /// <returns>Its requests, or why there are none; it throws for no event.</returns>
    public EventTranslation Translate(JObject message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var translated = Translator.Translate(message, _settings, _time.GetUtcNow(), () => EventIds.Fresh(_time.GetUtcNow()));
        return new([.. translated.Requests.Select(r => r.ToPublic())], translated.Refusal, translated.Warnings);
    }
}
