using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>What every kind of event is made of.</summary>
internal readonly record struct EventParts(string Name, string NameInput, JObject? Data, string? EventId, JToken? Timestamp)
{
    /// <summary><c>{name, data?, id, timestamp?}</c>, with the data under the key that v1 or v2 uses; the id makes Customer.io count the event once.</summary>
    public void AddTo(Action<string, JToken> add, string dataKey, IApi api)
    {
        if (EventId is { Length: > 0 })
        {
            api.UseEventId(EventId);
            if (!Values.EventId.IsUlid(EventId))
            {
                api.Warn("The event id is not a ULID, so Customer.io may count a repeated event twice.");
            }
        }

        add("name", api.Name(Name, NameInput));
        if (Data is not null)
        {
            add(dataKey, Data);
        }

        add("id", api.EventId);
        if (Times.OfEvent(Timestamp, "timestamp", api) is { } time)
        {
            add("timestamp", time);
        }
    }
}

/// <summary>An event of a person: <c>POST /api/v1/customers/{id}/events</c>, or its v2 operation.</summary>
/// <typeparam name="TInput">The action's own inputs.</typeparam>
/// <param name="kind">The vendor's word: <c>event</c>, <c>page</c> or <c>screen</c>.</param>
internal abstract class PersonEventAction<TInput>(string kind) : OperationAction<TInput>
    where TInput : class
{
    protected abstract (Person Person, EventParts Parts) Read(TInput input, IApi api);

    protected sealed override Operation Operation(TInput input, IApi api)
    {
        var (person, parts) = Read(input, api);
        var operation = person.Operation(kind);
        parts.AddTo((name, value) => operation[name] = value, "attributes", api);
        return operation;
    }

    protected sealed override ApiRequest Request(TInput input, IApi api)
    {
        var (person, parts) = Read(input, api);
        if (person.Segment is not { } segment)
        {
            return base.Request(input, api);
        }

        var body = new JObject();
        if (kind != "event")
        {
            body["type"] = kind;
        }

        parts.AddTo(body.Add, "data", api);
        return ApiRequest.Post(ApiName.Track, $"/api/v1/customers/{segment:id}/events", body);
    }
}
