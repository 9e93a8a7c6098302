using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Looks one campaign up: <c>GET /v1/campaigns/{id}</c>.</summary>
internal sealed class GetCampaign : RequestAction<GetCampaign.Input>
{
    internal sealed record Input(string Campaign);

    protected override ApiRequest Request(Input input, IRunContext run) => ApiRequest.Get(ApiName.App, $"/v1/campaigns/{input.Campaign:campaign}");
}
