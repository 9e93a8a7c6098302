using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Deletes a person for good and blocks their identifiers: <c>POST /api/v1/customers/{id}/suppress</c>.</summary>
internal sealed class Suppress : OperationAction<Suppress.Input>
{
    internal sealed record Input(string Id, string IdType);

    protected override Operation Operation(Input input, IRunContext run) => Person.Of(input.Id, input.IdType, run).Operation("suppress");

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Post(ApiName.Track, $"/api/v1/customers/{segment:id}/suppress")
            : base.Request(input, run);
}
