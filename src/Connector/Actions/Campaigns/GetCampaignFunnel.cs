using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Counts how far people came in a campaign: <c>GET /v1/campaigns/{id}/journey_metrics</c>.</summary>
internal sealed class GetCampaignFunnel : RequestAction<GetCampaignFunnel.Input>
{
    internal sealed record Input(string Campaign, JToken? StartTime, JToken? EndTime, string? Resolution);

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var (start, end) = Metrics.Window(input.StartTime, input.EndTime, "days", null, run);
        return ApiRequest.Get(ApiName.App, $"/v1/campaigns/{input.Campaign:campaign}/journey_metrics") with
        {
            Query = QueryText.Of(("start", start), ("end", end), ("resolution", input.Resolution ?? "daily")),
        };
    }
}
