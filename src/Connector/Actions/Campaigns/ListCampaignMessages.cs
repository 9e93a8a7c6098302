using CustomerIo.Connector.Actions.Messages;
using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Lists the messages of one campaign: <c>GET /v1/campaigns/{id}/messages</c>.</summary>
internal sealed class ListCampaignMessages() : PagedAction<ListCampaignMessages.Input>("messages", 1000)
{
    internal sealed record Input(
        string Campaign,
        string? Metric,
        string? Channel,
        bool? Drafts,
        JToken? StartTime,
        JToken? EndTime,
        bool TrackedResponses,
        long? Limit,
        bool All,
        string? Start
    ) : IMessageFilter;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, $"/v1/campaigns/{input.Campaign:campaign}/messages").With(input, run);
}
