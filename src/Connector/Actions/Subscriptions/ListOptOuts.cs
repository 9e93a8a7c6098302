using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Subscriptions;

/// <summary>Lists everybody's opt-outs: <c>GET /v1/optouts</c>.</summary>
internal sealed class ListOptOuts() : PagedAction<ListOptOuts.Input>("optouts", 1000)
{
    internal sealed record Input(string? From, long? Limit, bool All, string? Start) : IPagedInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, "/v1/optouts") with
        {
            Query = QueryText.Of(("from", input.From)),
        };
}
