using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Deletes an object: <c>POST /api/v2/entity</c>, action <c>delete</c>.</summary>
internal sealed class DestroyObject : OperationAction<DestroyObject.Input>
{
    internal sealed record Input(string ObjectTypeId, string ObjectId, string ObjectIdType);

    protected override Operation Operation(Input input, IRunContext run) =>
        Relationship.Operation(input.ObjectTypeId, input.ObjectId, input.ObjectIdType, "delete", run);
}
