using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Translation;

/// <summary>What a user sets beside the profile.</summary>
/// <param name="Profile">The rules.</param>
/// <param name="DeviceEvent">Name of a further event that registers the device it carries.</param>
/// <param name="CreatedAtNow">Whether an identify without a creation time gets the current one.</param>
/// <param name="ConvertTimestamps">Whether ISO 8601 texts among traits and properties become Unix seconds.</param>
/// <param name="Reserved">Names of events such as User Deleted that do what they say instead of being recorded.</param>
/// <param name="EmailOnEveryCall">Whether an e-mail address may name the person on every call, not on identify alone.</param>
internal sealed record EventSettings(
    Profile Profile,
    string? DeviceEvent,
    bool CreatedAtNow,
    bool ConvertTimestamps,
    IReadOnlySet<string> Reserved,
    bool EmailOnEveryCall
)
{
    private static readonly HashSet<string> s_allReserved = [.. ReservedEvents.Names],
        s_noneReserved = [];

    /// <summary>Consents without which an event is not sent.</summary>
    public IReadOnlyList<string> Consents { get; init; } = [];

    /// <summary>What records are: <c>person</c>, <c>event</c>, <c>object</c> or <c>segment</c>; null refuses them.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the profile takes no records.</exception>
    public string? Records
    {
        get;
        init =>
            field =
                value is null || Profile.Calls.Contains("record")
                    ? value
                    : throw ConnectorException.Input("/records", $"is not for the profile {Profile.Name}, which takes no records.");
    }

    /// <summary>The number of the manual segment whose members records are.</summary>
    public long? RecordSegment { get; init; }

    /// <summary>The API that takes the events: Track, by the rules of the profile, or Pipelines, as they are.</summary>
    public ApiName Api { get; private init; } = ApiName.Track;

    /// <summary>Whether words that programs write for nothing may name somebody; the connection's to say.</summary>
    public bool AllowPlaceholderIds { get; init; }

    /// <summary>The settings for one of the APIs.</summary>
    /// <param name="api"><c>track</c> or <c>pipelines</c>; null is Track.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such API, or one of the settings is a rule of translation, and
    /// the Pipelines API translates by itself.</exception>
    public EventSettings To(string? api)
    {
        if (api is null or "track")
        {
            return this;
        }

        var rules = Of("connector");
        var rule =
            Profile.Name != rules.Profile.Name ? "profile"
            : DeviceEvent is not null ? "deviceEvent"
            : CreatedAtNow ? "createdAtNow"
            : ConvertTimestamps != rules.ConvertTimestamps ? "convertTimestamps"
            : !Reserved.SetEquals(rules.Reserved) ? "reservedEvents"
            : EmailOnEveryCall ? "emailOnEveryCall"
            : Records is not null ? "records"
            : RecordSegment is not null ? "recordSegment"
            : null;
        return api != "pipelines" ? throw ConnectorException.Input("/api", "must be track or pipelines.")
            : rule is null ? this with { Api = ApiName.Pipelines }
            : throw ConnectorException.Input(
                "/" + rule,
                "is a rule of the translation for the Track API; the Pipelines API translates by itself. Leave it out."
            );
    }

    /// <summary>The settings, with the profile's own where none was given.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: there is no such profile.</exception>
    public static EventSettings Of(
        string profile,
        string? deviceEvent = null,
        bool? createdAtNow = null,
        bool? convertTimestamps = null,
        bool? reservedEvents = null,
        bool? emailOnEveryCall = null
    )
    {
        var rules = Profile.Find(profile);
        var device = string.IsNullOrWhiteSpace(deviceEvent) ? null : deviceEvent;
        return new(
            rules,
            device,
            createdAtNow ?? false,
            convertTimestamps ?? rules.ConvertTimestamps,
            reservedEvents switch
            {
                true => s_allReserved,
                false => s_noneReserved,
                null => rules.Reserved,
            },
            emailOnEveryCall ?? rules.EmailOnEveryCall
        );
    }
}
