using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Lists relationships from either side: <c>GET /v1/customers/{id}/relationships</c> or <c>/v1/objects/{type}/{id}/relationships</c>.</summary>
internal sealed class ListRelationships() : PagedAction<ListRelationships.Input>("cio_relationships", 1000)
{
    internal sealed record Input(string? Id, string IdType, string? ObjectTypeId, string? ObjectId, string ObjectIdType, long? Limit, bool All, string? Start)
        : IPagedInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        if (input.Id is { } id)
        {
            return input.ObjectTypeId is null && input.ObjectId is null
                ? AppPerson.Get(Person.Of(id, input.IdType, run), "relationships")
                : throw ConnectorException.Input("/id", "cannot be used together with an object: the list is of a person or of an object.");
        }

        return (input.ObjectTypeId, input.ObjectId) switch
        {
            ({ } type, { } thing) => AppObject.Get(run.Name(type, "objectTypeId"), run.Name(thing, "objectId"), input.ObjectIdType, "relationships"),
            (null, null) => throw ConnectorException.Input("/id", "is required, or Object Type ID and Object ID."),
            var (type, _) => throw ConnectorException.Input(type is null ? "/objectTypeId" : "/objectId", "is required to name an object."),
        };
    }
}
