using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.People;

/// <summary>Finds people by segment and attributes: <c>POST /v1/customers</c>.</summary>
internal sealed class SearchPeople() : PagedAction<SearchPeople.Input>("identifiers", 1000)
{
    internal sealed record Input(JObject Filter, long? Limit, bool All, string? Start) : IPagedInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Post(ApiName.App, "/v1/customers", new JObject { ["filter"] = input.Filter });
}
