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
        ApiRequest Get(string what) => AppObject.Get(type, id, input.ObjectIdType, what);

        var output = Answers.Object(await api.SendAsync(Get("attributes"), ct).ConfigureAwait(false));
        if (input.Relationships)
        {
            output["cio_relationships"] = await Pages.AllAsync(Get("relationships"), "cio_relationships", 1000, api, ct).ConfigureAwait(false);
        }

        return output;
    }
}
