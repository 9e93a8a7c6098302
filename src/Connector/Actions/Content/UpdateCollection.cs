using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Content;

/// <summary>Replaces a collection's rows: <c>PUT /v1/collections/{id}/content</c>, by a URL <c>PUT /v1/collections/{id}</c>; a new one is posted.</summary>
internal sealed class UpdateCollection : ConnectorAction<UpdateCollection.Input>
{
    private const int MaxRowBytes = 10 * 1024;

    internal sealed record Input(string Collection, JArray? Rows, string? Url, bool CreateIfMissing);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        if (input.Rows is null == input.Url is null)
        {
            throw ConnectorException.Input("/rows", "or Url is required, and only one of them.");
        }

        foreach (var (i, row) in (input.Rows ?? []).Index())
        {
            if (ConnectorJson.ToBytes(row).Length is > MaxRowBytes and var bytes)
            {
                throw ConnectorException.Input($"/rows/{i}", $"is {bytes} bytes long; Customer.io takes rows of at most 10 kB.");
            }
        }

        var id = input.CreateIfMissing
            ? await CollectionName.FindAsync(input.Collection, api, ct).ConfigureAwait(false)
            : await CollectionName.ResolveAsync(input.Collection, api, ct).ConfigureAwait(false);
        var request =
            id is null ? Create(input)
            : input.Rows is { } rows ? ApiRequest.Put(ApiName.App, $"/v1/collections/{id:collection}/content", rows)
            : ApiRequest.Put(ApiName.App, $"/v1/collections/{id:collection}", new JObject { ["url"] = input.Url });
        var output = Answers.Object(await api.SendAsync(request, ct).ConfigureAwait(false));
        output["created"] = id is null;
        return output;
    }

    private static ApiRequest Create(Input input)
    {
        var collection = new JObject { ["name"] = Gate.Clean(input.Collection), [input.Rows is null ? "url" : "data"] = input.Rows ?? (JToken?)input.Url };
        return ApiRequest.Post(ApiName.App, "/v1/collections", collection) with { Repeat = Repeat.Unsafe, LookFor = "a collection of this name" };
    }
}
