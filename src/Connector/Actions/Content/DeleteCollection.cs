using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Content;

/// <summary>Deletes a collection: <c>DELETE /v1/collections/{id}</c>.</summary>
internal sealed class DeleteCollection : ConnectorAction<DeleteCollection.Input>
{
    internal sealed record Input(string Collection);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var id = await CollectionName.ResolveAsync(input.Collection, api, ct).ConfigureAwait(false);
        return (await api.SendAsync(ApiRequest.Delete(ApiName.App, $"/v1/collections/{id:collection}"), ct).ConfigureAwait(false)).Json;
    }
}
