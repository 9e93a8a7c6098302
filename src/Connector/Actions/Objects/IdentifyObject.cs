using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Creates or updates an object: <c>POST /api/v2/entity</c>, action <c>identify</c>, or <c>identify_anonymous</c> for people not known yet.</summary>
internal sealed class IdentifyObject : OperationAction<IdentifyObject.Input>
{
    internal sealed record Input(string ObjectTypeId, string ObjectId, string ObjectIdType, JObject? ObjectData, JToken? CreatedAt, JArray? Relationships);

    protected override Operation Operation(Input input, IRunContext run)
    {
        var anonymous = input.Relationships?.Count(item => (string?)item["idType"] == "anonymous_id") ?? 0;
        if (anonymous > 0 && anonymous < input.Relationships!.Count)
        {
            throw ConnectorException.Input(
                "/relationships",
                "must name either anonymous people only or known people only; Customer.io takes them in two separate operations."
            );
        }

        var operation = Relationship.Operation(input.ObjectTypeId, input.ObjectId, input.ObjectIdType, anonymous > 0 ? "identify_anonymous" : "identify", run);
        operation["attributes"] = Attributes(input, run);
        if (input.Relationships is { Count: > 0 } people)
        {
            operation["cio_relationships"] = Relationship.OfObject(people, "relationships", run);
        }

        return operation;
    }

    private static JObject Attributes(Input input, IRunContext run)
    {
        if (Times.Seconds(input.CreatedAt, "createdAt", run) is not { } time)
        {
            return run.ObjectAttributes(input.ObjectData ?? [], "objectData");
        }

        var all = new JObject(input.ObjectData ?? []);
        if (all.ContainsKey("created_at"))
        {
            run.Warn("/objectData/created_at was not sent: Created At sets the same attribute.");
        }

        all["created_at"] = time;
        return all;
    }
}
