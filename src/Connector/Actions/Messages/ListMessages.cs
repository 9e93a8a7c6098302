using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Lists messages of the whole workspace: <c>GET /v1/messages</c>.</summary>
internal sealed class ListMessages() : PagedAction<ListMessages.Input>("messages", 1000)
{
    internal sealed record Input(
        string? Campaign,
        string? Newsletter,
        string? Action,
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

    // A newsletter's own list reaches a year back, in place of half of one, but has no drafts.
    protected override ApiRequest Request(Input input, IRunContext run) =>
        input is { Newsletter: { } newsletter, Campaign: null, Action: null, Drafts: null or false }
            ? ApiRequest.Get(ApiName.App, $"/v1/newsletters/{newsletter:newsletter}/messages").With(input with { Drafts = null }, run)
            : Everywhere(input, run);

    private static ApiRequest Everywhere(Input input, IRunContext run) =>
        ApiRequest
            .Get(ApiName.App, "/v1/messages")
            .With(input, run, ("campaign_id", input.Campaign), ("newsletter_id", input.Newsletter), ("action_id", input.Action));
}
