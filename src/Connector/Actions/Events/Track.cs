using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>Records an event of a person: <c>POST /api/v1/customers/{id}/events</c>.</summary>
internal sealed class Track() : PersonEventAction<Track.Input>("event", "eventName")
{
    internal sealed record Input(string Id, string IdType, string EventName, JObject? EventData, string? EventId, JToken? Timestamp);

    protected override (Person Person, EventParts Parts) Read(Input input, IRunContext run) =>
        (Person.Of(input.Id, input.IdType, run), new EventParts(input.EventName, "eventName", input.EventData, input.EventId, input.Timestamp));
}
