using CustomerIo.Connector.Api;
using CustomerIo.Connector.Bulk;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Deletes a person: <c>DELETE /api/v1/customers/{id}</c>.</summary>
internal sealed class Destroy : OperationAction<Destroy.Input>
{
    internal sealed record Input(string Id, string IdType);

    protected override Operation Operation(Input input, IApi api) => Person.Of(input.Id, input.IdType, api).Operation("delete");

    protected override ApiRequest Request(Input input, IApi api) =>
        Person.Of(input.Id, input.IdType, api).Segment is { } segment
            ? ApiRequest.Delete(ApiName.Track, $"/api/v1/customers/{segment:id}")
            : base.Request(input, api);
}
