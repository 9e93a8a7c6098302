using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Campaigns;

/// <summary>Lists the actions of a workflow: <c>GET /v1/campaigns/{id}/actions</c> page by page, or one of them.</summary>
internal sealed class ListCampaignActions : ConnectorAction<ListCampaignActions.Input>
{
    internal sealed record Input(string? Campaign, string? Broadcast, string? Action, string? Language) : IWorkflowInput;

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if (input.Language is not null && input.Action is null)
        {
            throw ConnectorException.Input("/language", "is of one action: give Action, too.");
        }

        if (input.Action is { } one)
        {
            var request = ApiRequest.Get(ApiName.App, input.Action(one, input.Language));
            return new JObject { ["actions"] = Answers.One(Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false)), "action") };
        }

        // Pages of ten, whatever a limit would say.
        var list = ApiRequest.Get(ApiName.App, input.Actions());
        var actions = new JArray();
        await foreach (var page in Pages.FollowAsync(PageAsync).ConfigureAwait(false))
        {
            foreach (var action in Answers.List(page.Answer, "actions"))
            {
                actions.Add(action);
            }
        }

        return new JObject { ["actions"] = actions };

        async Task<JObject> PageAsync(string cursor) =>
            Answers.Object(await api.SendAsync(list with { Query = QueryText.Of(("start", cursor)) }, ct).ConfigureAwait(false));
    }
}
