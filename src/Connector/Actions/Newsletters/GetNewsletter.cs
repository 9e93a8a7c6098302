using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Looks one newsletter up: <c>GET /v1/newsletters/{id}</c>, and what it says on request.</summary>
internal sealed class GetNewsletter : ConnectorAction<GetNewsletter.Input>
{
    internal sealed record Input(string Newsletter, IReadOnlyList<string> Include, string? Content, string? Language, string? TestGroup);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var one = Contents.Path(input.Newsletter, input.Content, input.Language, input.TestGroup);
        if (one is not null && input.Include.Contains("contents"))
        {
            throw ConnectorException.Input("/include", "cannot hold contents beside Content or Language, which name one of them.");
        }

        var output = await GetAsync(ApiPath.Of($"/v1/newsletters/{input.Newsletter:newsletter}")).ConfigureAwait(false);
        if (input.Include.Contains("contents"))
        {
            output["contents"] = Answers.List(
                await GetAsync(ApiPath.Of($"/v1/newsletters/{input.Newsletter:newsletter}/contents")).ConfigureAwait(false),
                "contents"
            );
        }

        if (one is { } path)
        {
            output["contents"] = Answers.One(await GetAsync(path).ConfigureAwait(false), "content");
        }

        if (input.Include.Contains("testGroups"))
        {
            var groups = await GetAsync(ApiPath.Of($"/v1/newsletters/{input.Newsletter:newsletter}/test_groups")).ConfigureAwait(false);
            output["test_groups"] = Answers.List(groups, "test_groups");
        }

        return output;

        async Task<JObject> GetAsync(string path) => Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, path), ct).ConfigureAwait(false));
    }
}
