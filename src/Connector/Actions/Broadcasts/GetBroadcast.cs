using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Broadcasts;

/// <summary>Looks one broadcast up: <c>GET /v1/broadcasts/{id}</c>.</summary>
internal sealed class GetBroadcast : RequestAction<GetBroadcast.Input>
{
    internal sealed record Input(string Broadcast);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, $"/v1/broadcasts/{input.Broadcast:broadcast}");
}
