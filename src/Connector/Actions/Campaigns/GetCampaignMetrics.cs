using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Counts what became of a campaign's messages: <c>GET /v1/campaigns/{id}/metrics</c>, or of their links.</summary>
internal sealed class GetCampaignMetrics : RequestAction<GetCampaignMetrics.Input>
{
    internal sealed record Input(
        string Campaign,
        string? Period,
        long? Steps,
        string? Channel,
        JToken? StartTime,
        JToken? EndTime,
        string? Resolution,
        string? TimeZone,
        bool Links,
        bool Unique
    ) : IWindowInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/campaigns/{input.Campaign:campaign}/metrics").InWindow(input, run, input.Channel);
}
