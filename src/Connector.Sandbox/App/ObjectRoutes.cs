using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Objects and their types, as Track made them.</summary>
internal static class ObjectRoutes
{
    /// <summary>The types in use; companies are there from the start.</summary>
    public static SandboxResponse Types(SandboxRequest call)
    {
        var types = call.Workspace.Objects.All.Select(o => o.TypeId).Append("1").Distinct().OrderBy(t => t.Length).ThenBy(t => t, StringComparer.Ordinal);
        return SandboxResponse.Ok(new JObject { ["types"] = new JArray(types.Select(Type)) });
    }

    public static SandboxResponse Search(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        if (Json.Scalar(body["object_type_id"]) is not { Length: > 0 } type)
        {
            throw new Refusal(400, "object_type_id cannot be blank", "/object_type_id");
        }
        var fits = Filter.Objects(body["filter"], "/filter");
        var (page, next) = AppApi.Slice(call, call.Workspace.Objects.All.Where(o => o.TypeId == type).Where(fits), 100, 1000);
        return SandboxResponse.Ok(
            new JObject
            {
                ["identifiers"] = new JArray(page.Select(Identifiers)),
                ["ids"] = new JArray(page.Select(o => o.ObjectId)),
                ["next"] = next,
            }
        );
    }

    public static SandboxResponse Attributes(SandboxRequest call)
    {
        var found = Find(call);
        var attributes = new JObject { ["object_id"] = found.ObjectId, ["cio_object_id"] = found.CioObjectId };
        foreach (var (name, value) in found.Attributes)
        {
            attributes[name] = Filter.Text(value);
        }
        return SandboxResponse.Ok(
            new JObject
            {
                ["object"] = new JObject
                {
                    ["attributes"] = attributes,
                    ["timestamps"] = new JObject(attributes.Properties().Select(p => new JProperty(p.Name, found.Created))),
                    ["identifiers"] = Identifiers(found),
                    ["object_type_id"] = found.TypeId,
                },
            }
        );
    }

    /// <summary>The people who are related to an object.</summary>
    public static SandboxResponse Relationships(SandboxRequest call)
    {
        var found = Find(call);
        var people = call.Workspace.People.All.Where(p => p.IsRelated(found.CioObjectId));
        return SandboxResponse.Ok(
            AppApi.Page(
                call,
                "cio_relationships",
                people,
                100,
                1000,
                p => new JObject
                {
                    ["identifiers"] = CustomerView.Identifiers(p),
                    ["attributes"] = p.Relationships[found.CioObjectId].DeepClone(),
                    ["timestamps"] = new JObject(),
                }
            )
        );
    }

    private static WorkspaceObject Find(SandboxRequest call)
    {
        var (type, id) = (call.Arguments[0], call.Arguments[1]);
        var found = (call.Query("id_type") ?? "object_id") switch
        {
            "object_id" => call.Workspace.Objects.Find(new(type, id, null)),
            "cio_object_id" => call.Workspace.Objects.Find(new(null, null, id)),
            _ => throw new Refusal(400, "id_type must be object_id or cio_object_id", "/id_type"),
        };
        return found?.TypeId == type ? found : throw new Refusal(404, "object not found");
    }

    private static JObject Identifiers(WorkspaceObject one) => new() { ["object_id"] = one.ObjectId, ["cio_object_id"] = one.CioObjectId };

    private static JObject Type(string id) =>
        new()
        {
            ["id"] = id,
            ["name"] = id == "1" ? "Companies" : $"Objects {id}",
            ["slug"] = id == "1" ? "companies" : $"objects_{id}",
            ["singular_name"] = id == "1" ? "Company" : $"Object {id}",
            ["singular_slug"] = id == "1" ? "company" : $"object_{id}",
            ["enabled"] = true,
            ["icon"] = "",
        };
}
