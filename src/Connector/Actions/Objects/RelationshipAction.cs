using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Changes relationships from either side: one person and their objects, or one object and its people.</summary>
/// <param name="action">The vendor's action.</param>
internal abstract class RelationshipAction(string action) : OperationAction<RelationshipAction.Input>
{
    internal sealed record Input(string? Id, string IdType, JArray? Objects, string? ObjectTypeId, string? ObjectId, string ObjectIdType, JArray? People);

    protected sealed override Operation Operation(Input input, IRunContext run)
    {
        var person = new (string Name, object? Value)[] { ("id", input.Id), ("objects", input.Objects) };
        var thing = new (string Name, object? Value)[] { ("objectTypeId", input.ObjectTypeId), ("objectId", input.ObjectId), ("people", input.People) };
        var (wanted, other) = person.Any(i => i.Value is not null) ? (person, thing) : (thing, person);
        var problems = wanted
            .Where(i => i.Value is null)
            .Select(i => new Problem("/" + i.Name, "is required: give ID and Objects, or Object Type ID, Object ID and People."))
            .Concat(
                other
                    .Where(i => i.Value is not null)
                    .Select(i => new Problem("/" + i.Name, "cannot be used together with ID or Objects: a request starts from the person or from the object."))
            )
            .ToArray();
        if (problems.Length > 0)
        {
            throw ConnectorException.Input(problems);
        }

        var operation =
            wanted == person
                ? Person.Of(input.Id!, input.IdType, run).Operation(action)
                : Relationship.Operation(input.ObjectTypeId!, input.ObjectId!, input.ObjectIdType, action, run);
        operation["cio_relationships"] =
            wanted == person ? Relationship.OfPerson(input.Objects!, "objects", run) : Relationship.OfObject(input.People!, "people", run);
        return operation;
    }
}
