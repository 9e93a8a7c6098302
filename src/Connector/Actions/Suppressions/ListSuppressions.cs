using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Suppressions;

/// <summary>Lists suppressed addresses: <c>GET /v1/esp/suppression/{type}</c>, or those of one domain by an endpoint of its own.</summary>
internal sealed class ListSuppressions : ConnectorAction<ListSuppressions.Input>
{
    private const int MaxPerPage = 1000,
        UsualPerPage = 100;

    internal sealed record Input(string Type, string? Domain, long? Limit, bool All, string? Start) : IPagedInput;

    public override Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if (input.Domain is { } domain)
        {
            var ofDomain = ApiRequest.Get(ApiName.App, $"/v1/esp/domains/{domain:domain}/suppression/{input.Type:type}");
            return Pages.ReadAsync(ofDomain, new("suppressions", MaxPerPage), input, api, ct);
        }

        return input.Start is { Length: > 0 } start && !start.All(char.IsAsciiDigit)
            ? throw ConnectorException.Input("/start", "must be next of an earlier result without Domain: how many addresses to pass over.")
            : Pages.ReadAsync(
                ApiRequest.Get(ApiName.App, $"/v1/esp/suppression/{input.Type:type}"),
                new("suppressions", MaxPerPage, UsualPerPage: UsualPerPage),
                input,
                api,
                ct
            );
    }
}
