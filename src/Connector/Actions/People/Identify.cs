using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Actions.Objects;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Creates or updates a person: <c>PUT /api/v1/customers/{id}</c>.</summary>
internal sealed class Identify : OperationAction<Identify.Input>
{
    internal sealed record Input(
        string Id,
        string IdType,
        JObject? CustomerData,
        JToken? CreatedAt,
        string? AnonymousId,
        bool? Unsubscribed,
        JObject? SubscriptionPreferences,
        IReadOnlyList<string>? RemoveAttributes,
        JArray? Relationships,
        bool? UpdateOnly,
        JToken? OccurredAt,
        bool Verify
    );

    protected override Operation Operation(Input input, IRunContext run)
    {
        var person = Person.Of(input.Id, input.IdType, run);
        var operation = person.Operation("identify");
        operation["attributes"] = PersonChange.Attributes(input, person, run);
        PersonChange.Lift(operation);
        if (input.Relationships is { Count: > 0 } objects)
        {
            operation["cio_relationships"] = Relationship.OfPerson(objects, "relationships", run);
        }

        if (Times.Seconds(input.OccurredAt, "occurredAt", run) is { } time)
        {
            operation["timestamp"] = time;
        }

        return operation;
    }

    public override bool TryCarry(in RawInput input, ItemContext item, ByteBuffer output, List<ulong> keys)
    {
        var left = input.Given;
        var map = input.Take("customerData"u8, ref left);
        if (input.TypeOf(map) is not (JsonTokenType.None or JsonTokenType.StartObject) || !PlainOperation.TryBegin(input, "identify"u8, left, output, keys))
        {
            return false;
        }

        output.Append(",\"attributes\":"u8);
        output.Append(input.Text.IsEmpty ? "{}"u8 : input.Text);
        output.Append("}"u8);
        return true;
    }

    public override ApiRequest? Carry(in RawInput input)
    {
        var left = input.Given;
        var map = input.Take("customerData"u8, ref left);
        if (
            input.TypeOf(map) is not (JsonTokenType.None or JsonTokenType.StartObject)
            || !PlainOperation.TryPerson(input, left, out var id, out var key)
            || (id.Contains((byte)'@') && key.SequenceEqual("id"u8))
        )
        {
            return null;
        }

        var segment = Encoding.ASCII.GetString(id);
        return ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{segment:id}", input.Text.IsEmpty ? "{}"u8 : input.Text);
    }

    protected override bool Verifies(Input input) => input.Verify;

    protected override async Task<JToken> VerifyAsync(Input input, JToken output, IApi api, CancellationToken ct)
    {
        var person = Person.Of(input.Id, input.IdType, api);
        var sent = api.Attributes(input.CustomerData ?? [], "customerData", person.Key, person.Value);
        return await ReadBack
            .RunAsync(
                new JObject((JObject)output),
                async () => SentAttributes.Compare(await ReadBack.AttributesAsync(person, api, ct).ConfigureAwait(false), sent),
                api,
                ct
            )
            .ConfigureAwait(false);
    }

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var person = Person.Of(input.Id, input.IdType, run);
        if (person.Segment is not { } segment)
        {
            return base.Request(input, run);
        }

        var body = PersonChange.Attributes(input, person, run);
        var time = Times.Seconds(input.OccurredAt, "occurredAt", run);
        if (time is not null || input.Relationships is { Count: > 0 })
        {
            body = new JObject(body);
        }

        if (time is not null)
        {
            body["_timestamp"] = time;
        }

        if (input.Relationships is { Count: > 0 } objects)
        {
            body["cio_relationships"] = new JObject
            {
                ["action"] = "add_relationships",
                ["relationships"] = Relationship.OfPerson(objects, "relationships", run),
            };
        }

        return ApiRequest.Put(ApiName.Track, $"/api/v1/customers/{segment:id}", body);
    }
}
