using System.Data.Common;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Webhooks;

/// <summary>What a webhook request is answered, and what the workflow gets of it.</summary>
/// <param name="Status">The HTTP status to answer: 2xx also for a duplicate and for what the settings do not want.</param>
/// <param name="Number">The number under which the event is kept; null when it was not.</param>
/// <param name="Name">The event's name, such as <c>email_sent</c>; null when the request was refused.</param>
/// <param name="EventId">The event's id; null when the request was refused.</param>
/// <param name="Event">What the workflow gets; null when it gets nothing.</param>
/// <param name="Duplicate">Whether the event was received before.</param>
/// <param name="Filtered">Whether the settings do not want it.</param>
/// <param name="Verified">Whether the signature was checked, and is right.</param>
/// <param name="Reason">Why the request was refused, without personal data; null when it was not.</param>
public sealed record WebhookReceipt(
    int Status,
    long? Number,
    string? Name,
    string? EventId,
    JObject? Event,
    bool Duplicate,
    bool Filtered,
    bool Verified,
    string? Reason
)
{
    /// <summary>What is to be known about an event that was taken; null when there is nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>The receipt of a request that is no delivery, or nobody knows whose.</summary>
    internal static WebhookReceipt Refused(int status, string? reason) =>
        new(status, Number: null, Name: null, EventId: null, Event: null, Duplicate: false, Filtered: false, Verified: false, reason);

    /// <summary>The receipt of a delivery, before it is known what becomes of it.</summary>
    internal static WebhookReceipt Of(Delivery delivery, WebhookVerdict verdict) =>
        new(
            Status: 200,
            Number: null,
            delivery.Name,
            delivery.EventId,
            Event: null,
            Duplicate: false,
            Filtered: false,
            Verified: verdict.Verified,
            Reason: null
        );

    /// <summary>The receipt as hosts get it.</summary>
    /// <returns>A new object, without the number; <c>warning</c> only where there is one.</returns>
    public JObject ToJson()
    {
        var json = new JObject
        {
            ["status"] = Status,
            ["name"] = Name,
            ["eventId"] = EventId,
            ["event"] = Event,
            ["duplicate"] = Duplicate,
            ["filtered"] = Filtered,
            ["verified"] = Verified,
            ["reason"] = Reason,
        };
        if (Warning is not null)
        {
            json["warning"] = Warning;
        }

        return json;
    }
}

/// <summary>Receives reporting webhooks: checks them, keeps each event once, and says what to answer.</summary>
/// <param name="events">Where events are kept.</param>
/// <param name="time">The clock.</param>
public sealed class Receiver(ReceivedEvents events, TimeProvider time)
{
    /// <summary>Receives one request; an event is kept when it answers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">What the trigger wants.</param>
    /// <param name="signingKey">The webhook's signing key; null to verify nothing.</param>
    /// <param name="receipt">Names this call, for a host that sends a lost call again. Default null.</param>
    /// <param name="acknowledged">Whether the answer itself hands the event on. Default true.</param>
    /// <param name="source">Where the event is known again: the same one of another source is no duplicate. Default null, for the settings' path.</param>
    /// <returns>What to answer, and what the workflow gets.</returns>
    public async Task<WebhookReceipt> ReceiveAsync(
        WebhookRequest request,
        TriggerSettings settings,
        string? signingKey,
        string? receipt = null,
        bool acknowledged = true,
        string? source = null
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var verdict = WebhookCheck.Check(request, settings, signingKey, time.GetUtcNow());
        if (verdict.Delivery is not { } delivery)
        {
            return WebhookReceipt.Refused(verdict.Status, verdict.Reason);
        }

        if (verdict.Filtered)
        {
            return WebhookReceipt.Of(delivery, verdict) with { Filtered = true };
        }

        try
        {
            var number = await events.AddAsync(source ?? settings.Path, delivery, request.Body, receipt, acknowledged).ConfigureAwait(false);
            var form = number is null ? null : settings.Form(delivery);
            return WebhookReceipt.Of(delivery, verdict) with { Number = number, Event = form, Duplicate = number is null, Warning = Warning(delivery, number) };
        }
        catch (WaitingEventsException e)
        {
            return WebhookReceipt.Of(delivery, verdict) with { Status = 503, Reason = e.Message };
        }
        catch (DbException e)
        {
            // Not one of the statuses after which Customer.io waits an hour.
            return WebhookReceipt.Of(delivery, verdict) with { Status = 503, Reason = $"The event cannot be kept: {events.Store.Told(e)}" };
        }
    }

    // Refused, it would be sent again for seven days, and be refused each time.
    private static string? Warning(Delivery delivery, long? number) =>
        number is null || delivery.IsWhole
            ? null
            : $"Event {number} nests deeper than {ConnectorJson.MaxDepth} levels, or holds a number or a character that there is none of: such a part was "
                + "taken as text, and the event's bytes are kept as they came.";
}
