using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Webhooks;

/// <summary>What a trigger was set to: which deliveries it wants, and in which form.</summary>
public sealed class TriggerSettings
{
    private readonly HashSet<string> _events,
        _actions,
        _domains;
    private readonly (string Key, HashSet<string> Ids)[] _origins;

    private TriggerSettings(TriggerManifest trigger, InputValues values)
    {
        Trigger = trigger;
        HashSet<string> Set(string name) => new((values[name] as JArray ?? []).Select(ConnectorJson.ScalarText), StringComparer.OrdinalIgnoreCase);
        _events = Set("events");
        _actions = Set("actions");
        _domains = new(Set("recipientDomains").Select(d => d.TrimStart('@')), StringComparer.OrdinalIgnoreCase);
        _origins =
        [
            .. new[]
            {
                ("campaign_id", "campaigns"),
                ("broadcast_id", "broadcasts"),
                ("newsletter_id", "newsletters"),
                ("transactional_message_id", "transactionalMessages"),
            }
                .Select(o => (o.Item1, Set(o.Item2)))
                .Where(o => o.Item2.Count > 0),
        ];
        Path = (string)values["path"]!;
        AsTrack = (string?)values["format"] == "events";
        Naming = (string)values["naming"]!;
        ReplayWindow = TimeSpan.FromSeconds((long)values["replayWindow"]!);
    }

    /// <summary>The trigger.</summary>
    public TriggerManifest Trigger { get; }

    /// <summary>Where deliveries come in, such as <c>/customerio</c>.</summary>
    public string Path { get; }

    /// <summary>Whether an event becomes a track call, or stays as Customer.io sent it.</summary>
    public bool AsTrack { get; }

    /// <summary>Whose names track calls have: <c>customerio</c> or <c>rudderstack</c>.</summary>
    public string Naming { get; }

    /// <summary>How far a delivery's timestamp may be from now, 0 for any.</summary>
    public TimeSpan ReplayWindow { get; }

    /// <summary>Reads settings.</summary>
    /// <param name="trigger">The trigger they are for.</param>
    /// <param name="input">The settings by name; what is absent has its default.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: with every problem.</exception>
    public static TriggerSettings Read(TriggerManifest trigger, JObject input)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        ArgumentNullException.ThrowIfNull(input);
        return new TriggerSettings(trigger, trigger.Validate(input));
    }

    /// <summary>Whether a delivery is wanted.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <returns>False when an event, origin, action or domain was chosen and it has another or none. Of several origins one is enough.</returns>
    public bool Wants(Delivery delivery) =>
        (_events.Count == 0 || _events.Contains(delivery.Name))
        && (_origins.Length == 0 || _origins.Any(o => delivery.Detail(o.Key) is { } id && o.Ids.Contains(id)))
        && (_actions.Count == 0 || (delivery.Detail("action_id") is { } action && _actions.Contains(action)))
        && (_domains.Count == 0 || (Domain(delivery) is { } domain && _domains.Contains(domain)));

    /// <summary>What the flow gets of a delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <returns>The delivery as it came, or the track call.</returns>
    public JObject Form(Delivery delivery) => AsTrack ? TrackCalls.Of(delivery, Naming) : delivery.Json;

    private static string? Domain(Delivery delivery) => delivery.RecipientEmail is { } address ? address[(address.LastIndexOf('@') + 1)..] : null;
}
