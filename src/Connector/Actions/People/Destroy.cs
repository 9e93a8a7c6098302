using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Deletes a person: <c>DELETE /api/v1/customers/{id}</c>.</summary>
internal sealed class Destroy : OperationAction<Destroy.Input>
{
    internal sealed record Input(string Id, string IdType);

    protected override Operation Operation(Input input, IRunContext run) => Person.Of(input.Id, input.IdType, run).Operation("delete");

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Delete(ApiName.Track, $"/api/v1/customers/{segment:id}")
            : base.Request(input, run);
}
