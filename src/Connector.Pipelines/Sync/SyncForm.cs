using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>A sync file as <c>manifest/schema/sync.schema.json</c> describes it; what its kind does not have is null.</summary>
internal sealed record SyncForm(
    string Name,
    string Database,
    string? Table,
    JObject? Attributes,
    string? Key,
    string? Segment,
    string? Query,
    string IdType,
    string? Updated,
    string? Overlap,
    string? FullEvery,
    Direction? Direction,
    Winner? Conflict,
    bool? InsertRows,
    bool? DeletePeople,
    bool? DeleteRows,
    double MaxDeleted,
    string? Schedule
)
{
    private sealed record Described(string? Column, CellType? Type, Winner? Conflict);

    /// <summary>Reads a sync file strictly.</summary>
    /// <param name="file">The file; without a name it gets the given one.</param>
    /// <param name="name">The file's own name.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem.</exception>
    public static SyncFile Read(JObject file, string name)
    {
        var named = new JObject(file) { ["name"] = file["name"] ?? name };
        return InputRecord<SyncForm>.Of(FileSchema.Sync.Bind(named, named.ContainsKey("segment") ? "segment" : "people", NoDatabase)).ToFile();
    }

    // What stands in an environment variable, no schema can say; the password need not stand in a file.
    private static IEnumerable<Problem> NoDatabase(JObject file)
    {
        if (file["database"] is not JValue { Value: string text } || string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        try
        {
            return Stores.Database.Parse(text) is null ? [new Problem("/database", $"must be {FileSchema.Sync.Expected("database")}.")] : [];
        }
        catch (ConnectorException e)
        {
            return [new Problem("/database", e.Message)];
        }
    }

    private SyncFile ToFile() =>
        new(Name, Stores.Database.Parse(Database)!)
        {
            Segment = Segment,
            Query = Query,
            Table = Table ?? "",
            Key = Key ?? "id",
            IdType = IdType,
            Updated = Updated,
            Overlap = SyncFile.Span(Overlap ?? "") ?? TimeSpan.FromMinutes(15),
            FullEvery = SyncFile.Span(FullEvery ?? "") ?? TimeSpan.FromDays(1),
            Direction = Direction ?? default,
            Attributes = [.. (Attributes ?? []).Properties().Select(p => ToAttribute(p.Name, p.Value))],
            InsertRows = InsertRows ?? false,
            DeletePeople = DeletePeople ?? false,
            DeleteRows = DeleteRows ?? false,
            MaxDeleted = MaxDeleted,
            Schedule = Schedule,
        };

    private SyncAttribute ToAttribute(string name, JToken value)
    {
        var given = value is JObject o ? InputRecord<Described>.Of(o) : new Described((string?)value, null, null);
        return new SyncAttribute(name, given.Column ?? name, CellValue.TypeOf(name, given.Type ?? CellType.AsIs), given.Conflict ?? Conflict ?? default);
    }
}
