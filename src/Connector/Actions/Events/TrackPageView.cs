using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Records that a person viewed a page: <c>POST /api/v1/customers/{id}/events</c> with type <c>page</c>.</summary>
internal sealed class TrackPageView() : PersonEventAction<TrackPageView.Input>("page", "url")
{
    internal sealed record Input(string Id, string IdType, string Url, JObject? EventData, string? EventId, JToken? Timestamp);

    protected override (Person Person, EventParts Parts) Read(Input input, IRunContext run) =>
        (Person.Of(input.Id, input.IdType, run), new EventParts(input.Url, "url", input.EventData, input.EventId, input.Timestamp));
}
