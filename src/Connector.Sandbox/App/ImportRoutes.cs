using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Imports of comma-separated files that lie on this machine.</summary>
internal static class ImportRoutes
{
    private static readonly string[] s_types = ["people", "event", "object", "relationship"];
    private static readonly string[] s_choices = ["all", "only_new", "only_existing"];

    /// <summary>Begins an import; not under the gate from the start, since it reads a file elsewhere.</summary>
    public static SandboxResponse Start(SandboxRequest call)
    {
        if (AppApi.Body(call)["import"] is not JObject asked)
        {
            throw new Refusal(400, "import is required", "/import");
        }
        var type = Required(asked, "type");
        Require(s_types.Contains(type), "type", $"must be one of {string.Join(", ", s_types)}");
        Required(asked, "name");
        Required(asked, "data_file_url");
        if (type == "object")
        {
            Required(asked, "object_type_id");
        }
        else
        {
            var identifier = Required(asked, "identifier");
            Require(identifier is "id" or "email" || (identifier == "cio_id" && type == "relationship"), "identifier", "is not one of this type of import");
        }
        var which = Json.Scalar(asked["data_to_process"]) ?? "all";
        Require(s_choices.Contains(which) && !(type == "event" && which == "only_new"), "data_to_process", "is not one of this type of import");
        var (rows, error) = Read(asked["data_file_url"]);
        lock (call.Workspace.Gate)
        {
            call.Workspace.CatchUp();
            return Shown(call, call.Workspace.Imports.Add(asked, rows, error));
        }
    }

    public static SandboxResponse Get(SandboxRequest call) => Shown(call, AppApi.Found(call, 0, call.Workspace.Imports.Find));

    // That the file cannot be read shows in the import's state, not in the answer.
    private static (List<Dictionary<string, string>>? Rows, string? Error) Read(JToken? url)
    {
        try
        {
            return ([.. Csv.Rows(RemoteFile.Lines(url, "data_file_url", "/import/data_file_url", 400))], null);
        }
        catch (Refusal e)
        {
            return (null, (string?)Json.Parse(e.Answer.Body)["errors"]![0]!["detail"]);
        }
    }

    private static SandboxResponse Shown(SandboxRequest call, Import import) =>
        SandboxResponse.Ok(new JObject { ["import"] = call.Workspace.Imports.Show(import) });

    private static string Required(JObject asked, string name)
    {
        var value = Json.Scalar(asked[name]) ?? "";
        Require(value.Length > 0, name, "cannot be blank");
        return value;
    }

    private static void Require(bool holds, string name, string text)
    {
        if (!holds)
        {
            throw new Refusal(400, $"{name} {text}", $"/import/{name}");
        }
    }
}
