using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>People: found, searched and looked at.</summary>
internal static class CustomerRoutes
{
    private const int MaxIds = 100;

    public static SandboxResponse FindByEmail(SandboxRequest call)
    {
        if (call.Query("email") is not { Length: > 0 } email)
        {
            throw new Refusal(400, "email cannot be blank", "/email");
        }
        var person = call.Workspace.People.Find(new(IdKind.Email, email));
        return SandboxResponse.Ok(new JObject { ["results"] = person is null ? new JArray() : new JArray(CustomerView.Identifiers(person)) });
    }

    public static SandboxResponse Search(SandboxRequest call)
    {
        var fits = Filter.People(call.Workspace, AppApi.Body(call)["filter"], "/filter");
        return SandboxResponse.Ok(CustomerView.List(call, call.Workspace.People.All.Where(fits), 50, 1000));
    }

    public static SandboxResponse Several(SandboxRequest call)
    {
        var kind = AppApi.Kind(call);
        if (AppApi.Body(call)["ids"] is not JArray { Count: >= 1 and <= MaxIds } ids || ids.Any(id => Json.Scalar(id) is null))
        {
            throw new Refusal(400, $"ids must be a list of 1 to {MaxIds} texts", "/ids");
        }
        var people = ids.Select(id => call.Workspace.People.Find(AppApi.Identifier(Json.Scalar(id)!, kind))).OfType<Person>();
        return SandboxResponse.Ok(new JObject { ["customers"] = new JArray(people.Select(p => new JObject { ["customer"] = CustomerView.Whole(p) })) });
    }

    public static SandboxResponse Attributes(SandboxRequest call) => SandboxResponse.Ok(new JObject { ["customer"] = CustomerView.Whole(AppApi.Person(call)) });

    public static SandboxResponse Segments(SandboxRequest call)
    {
        var segments = call.Workspace.Segments.Of(AppApi.Person(call));
        return SandboxResponse.Ok(
            new JObject
            {
                ["segments"] = new JArray(
                    segments.Select(s => new JObject
                    {
                        ["id"] = s.Id,
                        ["name"] = s.Name,
                        ["description"] = s.Description,
                    })
                ),
            }
        );
    }

    public static SandboxResponse Relationships(SandboxRequest call) =>
        SandboxResponse.Ok(
            AppApi.Page(
                call,
                "cio_relationships",
                call.Workspace.Objects.Of(AppApi.Person(call)),
                100,
                1000,
                r => new JObject(r)
                {
                    // A text wherever else it stands, yet a number here.
                    ["object_type_id"] = Json.Whole(r["object_type_id"]),
                    ["timestamps"] = new JObject(),
                }
            )
        );
}
