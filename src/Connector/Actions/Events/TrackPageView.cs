using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Records that a person viewed a page: <c>POST /api/v1/customers/{id}/events</c> with type <c>page</c>.</summary>
internal sealed class TrackPageView : RequestAction<TrackPageView.Input>
{
    internal sealed record Input(string Id, string Url, JObject? EventData, string? EventId, JToken? Timestamp);

    protected override ApiRequest Request(Input input, IApi api) =>
        ApiRequest.Post(ApiName.Track, $"/api/v1/customers/{input.Id:id}/events", EventBody.Of("page", input.Url, input.EventData, input.EventId, input.Timestamp, api));
}
