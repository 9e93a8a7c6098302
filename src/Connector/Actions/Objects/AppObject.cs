using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>An object as the App API names it: type and id in the path, the kind of id in the query.</summary>
internal static class AppObject
{
    /// <summary>A request to <c>/v1/objects/{type}/{id}</c> and what follows.</summary>
    public static ApiRequest Get(string typeId, string id, string idType, string what) =>
        ApiRequest.Get(ApiName.App, $"/v1/objects/{typeId:objectTypeId}/{id:objectId}/{what:what}") with
        {
            Query = QueryText.Of(("id_type", idType)),
        };
}
