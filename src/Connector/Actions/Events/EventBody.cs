using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>The body of every kind of event.</summary>
internal static class EventBody
{
    /// <summary><c>{type?, name, data?, id, timestamp?}</c>; the id makes Customer.io count the event once.</summary>
    public static JObject Of(string? type, string name, JObject? data, string? eventId, JToken? timestamp, IApi api)
    {
        if (eventId is { Length: > 0 })
        {
            api.UseEventId(eventId);
            if (!EventId.IsUlid(eventId))
            {
                api.Warn("The event id is not a ULID, so Customer.io may count a repeated event twice.");
            }
        }

        var body = new JObject();
        if (type is not null)
        {
            body["type"] = type;
        }

        body["name"] = name;
        if (data is not null)
        {
            body["data"] = data;
        }

        body["id"] = api.EventId;
        if (timestamp is not null && timestamp is not JValue { Value: "" })
        {
            body["timestamp"] = Seconds(timestamp, "timestamp");
        }

        return body;
    }

    /// <summary>A point in time as whole Unix seconds.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is not a time.</exception>
    public static long Seconds(JToken value, string input) => Timestamp.TryRead(value, out var seconds, out _)
        ? seconds
        : throw ConnectorException.Input("/" + input, Timestamp.Expected);
}
