using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Events;

/// <summary>What every kind of event is made of.</summary>
internal readonly record struct EventParts(string Name, string NameInput, JObject? Data, string? EventId, JToken? Timestamp)
{
    /// <summary><c>{name, data?, id, timestamp?}</c>, with the data under the key that v1 or v2 uses; the id makes Customer.io count the event once.</summary>
    public void AddTo(Action<string, JToken> add, string dataKey, IRunContext run)
    {
        if (EventId is { Length: > 0 })
        {
            run.UseEventId(EventId);
            if (!EventIds.IsUlid(EventId))
            {
                run.Warn("The event id is not a ULID, so Customer.io may count a repeated event twice.");
            }
        }

        add("name", run.Name(Name, NameInput));
        if (Data is not null)
        {
            add(dataKey, Data);
        }

        add("id", run.EventId);
        if (Times.OfEvent(Timestamp, "timestamp", run) is { } time)
        {
            add("timestamp", time);
        }
    }
}

/// <summary>An event of a person: <c>POST /api/v1/customers/{id}/events</c>, or its v2 operation.</summary>
/// <typeparam name="TInput">The action's own inputs.</typeparam>
/// <param name="kind">The vendor's word: <c>event</c>, <c>page</c> or <c>screen</c>.</param>
/// <param name="nameInput">The input that names the event.</param>
internal abstract class PersonEventAction<TInput>(string kind, string nameInput) : OperationAction<TInput>
    where TInput : class
{
    private readonly byte[] _kind = Encoding.ASCII.GetBytes(kind),
        _nameInput = Encoding.ASCII.GetBytes(nameInput);

    public sealed override bool TryCarry(in RawInput input, ItemContext item, ByteBuffer output, List<ulong> keys)
    {
        var left = input.Given;
        var (name, data, id, time) = (
            input.Take(_nameInput, ref left),
            input.Take("eventData"u8, ref left),
            input.Take("eventId"u8, ref left),
            input.Take("timestamp"u8, ref left)
        );
        if (
            input.TypeOf(data) is not (JsonTokenType.None or JsonTokenType.StartObject)
            || input.TypeOf(name) != JsonTokenType.String
            || !input.IsPlain(name)
            || !Gate.IsPlainName(input.Bytes(name))
            || !IsRecent(input, time, item)
            || !TryEventId(input, id, out var eventId)
            || !PlainOperation.TryBegin(input, _kind, left, output, keys)
        )
        {
            return false;
        }

        output.Append(",\"name\":\""u8);
        output.Append(input.Bytes(name));
        output.Append(input.Text.IsEmpty ? "\""u8 : "\",\"attributes\":"u8);
        output.Append(input.Text);
        output.Append(",\"id\":\""u8);
        if (eventId is not null)
        {
            item.UseEventId(eventId);
        }

        output.Append(Encoding.ASCII.GetBytes(item.EventId));
        output.Append("\""u8);
        if (input.TypeOf(time) != JsonTokenType.None)
        {
            output.Append(",\"timestamp\":"u8);
            output.Append(input.Bytes(time));
        }

        output.Append("}"u8);
        return true;
    }

    private static bool TryEventId(in RawInput input, int index, out string? eventId)
    {
        eventId = null;
        if (input.TypeOf(index) == JsonTokenType.None)
        {
            return true;
        }

        eventId = input.TypeOf(index) == JsonTokenType.String && input.IsPlain(index) ? Encoding.ASCII.GetString(input.Bytes(index)) : null;
        return eventId is not null && EventIds.IsUlid(eventId);
    }

    // Whole seconds that need no warning.
    private static bool IsRecent(in RawInput input, int index, ItemContext item)
    {
        if (input.TypeOf(index) == JsonTokenType.None)
        {
            return true;
        }

        var text = input.Bytes(index);
        return input.TypeOf(index) == JsonTokenType.Number
            && text.Length == 10
            && Utf8Parser.TryParse(text, out long seconds, out var used)
            && used == 10
            && item.Now.ToUnixTimeSeconds() - seconds is >= 0 and < 72 * 3600;
    }

    protected abstract (Person Person, EventParts Parts) Read(TInput input, IRunContext run);

    protected sealed override Operation Operation(TInput input, IRunContext run)
    {
        var (person, parts) = Read(input, run);
        var operation = person.Operation(kind);
        parts.AddTo((name, value) => operation[name] = value, "attributes", run);
        return operation;
    }

    protected sealed override ApiRequest Request(TInput input, IRunContext run)
    {
        var (person, parts) = Read(input, run);
        if (person.Segment is not { } segment)
        {
            return base.Request(input, run);
        }

        var body = new JObject();
        if (kind != "event")
        {
            body["type"] = kind;
        }

        parts.AddTo(body.Add, "data", run);
        return ApiRequest.Post(ApiName.Track, $"/api/v1/customers/{segment:id}/events", body);
    }
}
