using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Counts what became of a broadcast's messages: <c>GET /v1/broadcasts/{id}/metrics</c>, or of their links.</summary>
internal sealed class GetBroadcastMetrics : RequestAction<GetBroadcastMetrics.Input>
{
    internal sealed record Input(string Broadcast, string? Period, long? Steps, string? Channel, bool Links, bool Unique) : IMetricsInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/broadcasts/{input.Broadcast:broadcast}/metrics").InSteps(input, input.Channel);
}
