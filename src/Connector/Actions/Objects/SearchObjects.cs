using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Finds objects of a type by their attributes: <c>POST /v1/objects</c>.</summary>
internal sealed class SearchObjects() : PagedAction<SearchObjects.Input>("identifiers", 1000)
{
    internal sealed record Input(string ObjectTypeId, JObject Filter, long? Limit, bool All, string? Start) : IPagedInput;

    protected override ApiRequest Request(Input input, IRunContext run) =>
        ApiRequest.Post(
            ApiName.App,
            "/v1/objects",
            new JObject { ["object_type_id"] = run.Name(input.ObjectTypeId, "objectTypeId"), ["filter"] = input.Filter }
        );
}
