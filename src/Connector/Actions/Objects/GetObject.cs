using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Looks an object up: <c>GET /v1/objects/{type}/{id}/attributes</c>, and whom it belongs to on request.</summary>
internal sealed class GetObject : ConnectorAction<GetObject.Input>
{
    internal sealed record Input(string ObjectTypeId, string ObjectId, string ObjectIdType, bool Relationships);

    public override async Task<JToken> RunAsync(Input input, IApi api, CancellationToken ct)
    {
        var (type, id) = (api.Name(input.ObjectTypeId, "objectTypeId"), api.Name(input.ObjectId, "objectId"));
        async Task<JObject> GetAsync(string what)
        {
            var request = ApiRequest.Get(ApiName.App, $"/v1/objects/{type:objectTypeId}/{id:objectId}/{what:what}");
            return Answers.Object(await api.SendAsync(request with { Query = QueryText.Of(("id_type", input.ObjectIdType)) }, ct).ConfigureAwait(false));
        }

        var output = await GetAsync("attributes").ConfigureAwait(false);
        if (input.Relationships)
        {
            output["cio_relationships"] = Answers.List(await GetAsync("relationships").ConfigureAwait(false), "cio_relationships");
        }

        return output;
    }
}
