using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Lifts the block on a person's identifiers: <c>POST /api/v1/customers/{id}/unsuppress</c>.</summary>
internal sealed class Unsuppress : OperationAction<Unsuppress.Input>
{
    internal sealed record Input(string Id, string IdType);

    protected override Operation Operation(Input input, IRunContext run) => Person.Of(input.Id, input.IdType, run).Operation("unsuppress");

    protected override ApiRequest Request(Input input, IRunContext run) =>
        Person.Of(input.Id, input.IdType, run).Segment is { } segment
            ? ApiRequest.Post(ApiName.Track, $"/api/v1/customers/{segment:id}/unsuppress")
            : base.Request(input, run);
}
