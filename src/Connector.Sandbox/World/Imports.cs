using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One import of a file: what was asked for, and what became of its rows.</summary>
internal sealed record Import(int Id, JObject Asked, long Created, long Done, int Rows, int Imported, string? Error);

/// <summary>The imports; kept in memory only.</summary>
internal sealed class Imports(Workspace workspace)
{
    private readonly Dictionary<int, Import> _all = [];

    public Import? Find(int id) => _all.GetValueOrDefault(id);

    /// <summary>Imports the rows of a file at once; that it takes time shows in the state alone.</summary>
    /// <param name="asked">Type, identifier and so on.</param>
    /// <param name="rows">The rows; null where the file could not be read.</param>
    /// <param name="error">Why not.</param>
    public Import Add(JObject asked, IReadOnlyList<Dictionary<string, string>>? rows, string? error)
    {
        var delay = (workspace.Settings.ProcessingDelayMs + 999) / 1000;
        var imported = rows?.Count(row => Apply(asked, row)) ?? 0;
        var import = new Import(_all.Count + 1, asked, workspace.Now, workspace.Now + delay, rows?.Count ?? 0, imported, error);
        _all[import.Id] = import;
        return import;
    }

    public JObject Show(Import import)
    {
        var isDone = import.Done <= workspace.Now;
        return new()
        {
            ["id"] = import.Id,
            ["name"] = import.Asked["name"],
            ["description"] = import.Asked["description"] ?? "",
            ["type"] = import.Asked["type"],
            ["identifier"] = import.Asked["identifier"],
            ["object_type_id"] = import.Asked["object_type_id"],
            ["data_to_process"] = import.Asked["data_to_process"] ?? "all",
            ["people_to_process"] = import.Asked["data_to_process"] ?? "all",
            ["state"] =
                import.Error is not null ? "failed"
                : isDone ? "imported"
                : "importing",
            ["rows_to_import"] = import.Rows,
            ["rows_imported"] = isDone ? import.Imported : 0,
            ["error"] = import.Error ?? "",
            ["created_at"] = import.Created,
            ["updated_at"] = isDone ? import.Done : import.Created,
        };
    }

    public void Clear() => _all.Clear();

    private bool Apply(JObject asked, Dictionary<string, string> row)
    {
        var (type, identifier, which) = ((string)asked["type"]!, (string?)asked["identifier"], (string?)asked["data_to_process"] ?? "all");
        if (type == "object")
        {
            var key = new ObjectKey((string)asked["object_type_id"]!, row.GetValueOrDefault("object_id", ""), null);
            return key.ObjectId!.Length > 0
                && Wanted(workspace.Objects.Find(key) is not null, which)
                && workspace.Objects.Identify(key, Rest(row, "object_id")) is not null;
        }
        var kind = identifier switch
        {
            "email" => IdKind.Email,
            "cio_id" => IdKind.CioId,
            _ => IdKind.Id,
        };
        if (identifier is null || row.GetValueOrDefault(identifier, "") is not { Length: > 0 } value)
        {
            return false;
        }
        var who = new Identifier(kind, value);
        if (!Wanted(workspace.People.Find(who) is not null, which))
        {
            return false;
        }
        switch (type)
        {
            case "people":
                return workspace.People.Identify(who, Rest(row, identifier)) is not null;
            case "event":
                var name = row.GetValueOrDefault("event", row.GetValueOrDefault("name", ""));
                if (name.Length == 0)
                {
                    return false;
                }
                long? time = long.TryParse(row.GetValueOrDefault("timestamp"), out var seconds) ? seconds : null;
                workspace.Events.Track(who, workspace.Events.Make(null, "event", name, time, Rest(row, identifier, "event", "name", "timestamp")));
                return true;
            default:
                var about = new ObjectKey(row.GetValueOrDefault("object_type_id", "1"), row.GetValueOrDefault("object_id", ""), null);
                if (about.ObjectId!.Length == 0)
                {
                    return false;
                }
                workspace.Objects.Relate(who, about, Rest(row, identifier, "object_type_id", "object_id"));
                return true;
        }
    }

    private static bool Wanted(bool isThere, string which) => which == "all" || isThere == (which == "only_existing");

    private static JObject Rest(Dictionary<string, string> row, params string[] without) =>
        new(row.Where(c => !without.Contains(c.Key)).Select(c => new JProperty(c.Key, c.Value)));
}
