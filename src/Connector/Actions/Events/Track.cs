using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Records an event of a person: <c>POST /api/v1/customers/{id}/events</c>.</summary>
internal sealed class Track : RequestAction<Track.Input>
{
    internal sealed record Input(string Id, string EventName, JObject? EventData, string? EventId, JToken? Timestamp);

    protected override ApiRequest Request(Input input, IApi api) =>
        ApiRequest.Post(ApiName.Track, $"/api/v1/customers/{input.Id:id}/events", EventBody.Of(null, input.EventName, input.EventData, input.EventId, input.Timestamp, api));
}
