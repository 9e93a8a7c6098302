using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Counts what became of a transactional message: <c>GET /v1/transactional/{id}/metrics</c>, or of its links.</summary>
internal sealed class GetTransactionalMetrics : RequestAction<GetTransactionalMetrics.Input>
{
    internal sealed record Input(string Message, string? Period, long? Steps, bool Links, bool Unique) : IMetricsInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/transactional/{input.Message:message}/metrics").InSteps(input);
}
