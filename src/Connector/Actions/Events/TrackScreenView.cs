using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Records that a person viewed a screen of an app: <c>POST /api/v1/customers/{id}/events</c> with type <c>screen</c>.</summary>
internal sealed class TrackScreenView() : PersonEventAction<TrackScreenView.Input>("screen", "screenName")
{
    internal sealed record Input(string Id, string IdType, string ScreenName, JObject? EventData, string? EventId, JToken? Timestamp);

    protected override (Person Person, EventParts Parts) Read(Input input, IRunContext run) =>
        (Person.Of(input.Id, input.IdType, run), new EventParts(input.ScreenName, "screenName", input.EventData, input.EventId, input.Timestamp));
}
