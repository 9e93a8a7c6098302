using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Content;

/// <summary>Looks a collection up: <c>GET /v1/collections/{id}</c>, and its rows on request.</summary>
internal sealed class GetCollection : ConnectorAction<GetCollection.Input>
{
    internal sealed record Input(string Collection, bool Content);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var id = await CollectionName.ResolveAsync(input.Collection, api, ct).ConfigureAwait(false);
        var output = Answers.Object(await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/collections/{id:collection}"), ct).ConfigureAwait(false));
        if (input.Content)
        {
            output["content"] = (await api.SendAsync(ApiRequest.Get(ApiName.App, $"/v1/collections/{id:collection}/content"), ct).ConfigureAwait(false)).Json;
        }

        return output;
    }
}
