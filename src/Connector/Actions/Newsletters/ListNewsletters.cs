using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Lists newsletters: <c>GET /v1/newsletters</c>.</summary>
internal sealed class ListNewsletters() : PagedAction<ListNewsletters.Input>("newsletters", 100)
{
    internal sealed record Input(string? Sort, long? Limit, bool All, string? Start) : IPagedInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Get(ApiName.App, "/v1/newsletters") with
        {
            Query = QueryText.Of(("sort", input.Sort)),
        };
}
