using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Records an event of somebody not known yet: <c>POST /api/v1/events</c>.</summary>
/// <remarks>Without an anonymous id it is an invite event, which only makes sense with a recipient.</remarks>
internal sealed class TrackAnonymous : RequestAction<TrackAnonymous.Input>
{
    internal sealed record Input(string? AnonymousId, string EventName, JObject? EventData, string? EventId, JToken? Timestamp);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var body = new JObject();
        if (!string.IsNullOrWhiteSpace(input.AnonymousId))
        {
            body["anonymous_id"] = run.Name(input.AnonymousId, "anonymousId");
        }
        else if (input.EventData?["recipient"] is not JValue { Value: string { Length: > 0 } })
        {
            throw ConnectorException.Input(
                "/eventData/recipient",
                "is required without an Anonymous ID: the event then invites this address. Without either, Customer.io would drop it."
            );
        }

        new EventParts(input.EventName, "eventName", input.EventData, input.EventId, input.Timestamp).AddTo(body.Add, "data", run);
        if (
            body["anonymous_id"] is not null
            && (long?)body["timestamp"] is { } time
            && run.Now - DateTimeOffset.FromUnixTimeSeconds(time) > TimeSpan.FromDays(30)
        )
        {
            run.Warn("The event is more than 30 days old, so it joins no person, even when one is identified with this anonymous id.");
        }

        return ApiRequest.Post(ApiName.Track, "/api/v1/events", body);
    }
}
