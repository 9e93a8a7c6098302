using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Tells where the workspace lives: <c>GET /api/v1/accounts/region</c>.</summary>
internal sealed class GetAccountRegion : RequestAction<GetAccountRegion.Input>
{
    internal sealed record Input;

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region");
}
