using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Tells how far a trigger is: <c>GET /v1/campaigns/{broadcast}/triggers/{trigger}</c> and its <c>/errors</c>.</summary>
internal sealed class GetBroadcastStatus : ConnectorAction<GetBroadcastStatus.Input>
{
    internal sealed record Input(string Broadcast, string Trigger);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct) =>
        await TriggerStatus.ReadAsync(input.Broadcast, input.Trigger, api, ct).ConfigureAwait(false);
}
