using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Relationships between people and objects, as inputs list them and as Customer.io takes them.</summary>
internal static class Relationship
{
    /// <summary>The <c>identifiers</c> of an object: its type and ID, or the one that Customer.io gave it.</summary>
    public static JObject Object(string typeId, string objectId, string? kind) =>
        kind == "cio_object_id" ? new JObject { ["cio_object_id"] = objectId } : new JObject { ["object_type_id"] = typeId, ["object_id"] = objectId };

    /// <summary>The beginning of a v2 operation on an object.</summary>
    public static Operation Operation(string typeId, string objectId, string kind, string action, IGateKeeper keeper) =>
        new("object", action) { ["identifiers"] = Object(keeper.Name(typeId, "objectTypeId"), keeper.Name(objectId, "objectId"), kind) };

    /// <summary>The objects of a person: a list of <c>{objectTypeId, objectId, objectIdType?, attributes?}</c>.</summary>
    public static JArray OfPerson(JArray objects, string input, IGateKeeper keeper) =>
        new(
            objects.Select(
                (item, i) =>
                    Entry(
                        Object(
                            keeper.Name(ConnectorJson.ScalarText(item["objectTypeId"]!), $"{input}/{i}/objectTypeId"),
                            keeper.Name(ConnectorJson.ScalarText(item["objectId"]!), $"{input}/{i}/objectId"),
                            (string?)item["objectIdType"]
                        ),
                        item
                    )
            )
        );

    /// <summary>The people of an object: a list of <c>{id, idType?, attributes?}</c>.</summary>
    public static JArray OfObject(JArray people, string input, IGateKeeper keeper) =>
        new(
            people.Select(
                (item, i) =>
                {
                    var (id, kind) = (ConnectorJson.ScalarText(item["id"]!), (string?)item["idType"]);
                    var path = $"{input}/{i}/id";
                    return Entry(
                        kind == "anonymous_id" ? new JObject { ["anonymous_id"] = keeper.Name(id, path) } : Person.Of(id, kind, keeper, path).Identifiers,
                        item
                    );
                }
            )
        );

    private static JObject Entry(JObject identifiers, JToken item)
    {
        var entry = new JObject { ["identifiers"] = identifiers };
        if (item["attributes"] is JObject attributes)
        {
            entry["relationship_attributes"] = attributes;
        }

        return entry;
    }
}
