using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>An attribute that is kept the same on both sides.</summary>
internal sealed record SyncAttribute(string Name, string Column, CellType Type, Winner Winner)
{
    /// <summary>Whether it says who the person is: Customer.io answers 200 also when it does not take a new one.</summary>
    public bool IsIdentity => Name is "id" or "email" or "phone";

    /// <summary>A value as this attribute is compared.</summary>
    public Canonical Compared(Canonical value) => Name == "email" ? value with { Text = Canonical.Address(value.Text) } : value;
}

/// <summary>What a sync joins, as its file says.</summary>
internal sealed record SyncFile(string Name, Database Database)
{
    /// <summary>The manual segment; null for a sync of people.</summary>
    public string? Segment { get; init; }

    /// <summary>The query whose ids are the segment's members.</summary>
    public string? Query { get; init; }

    public string Table { get; init; } = "";

    /// <summary>The column that names the person.</summary>
    public string Key { get; init; } = "id";

    public string IdType { get; init; } = "id";

    /// <summary>A column that grows with every change; null: the whole table is compared each time.</summary>
    public string? Updated { get; init; }

    /// <summary>How far behind what was read last a run begins, for rows that were committed late. Default 15 minutes.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the whole table is compared although <see cref="Updated"/> is there. Default daily.</summary>
    public TimeSpan FullEvery { get; init; } = TimeSpan.FromDays(1);

    public Direction Direction { get; init; }

    public IReadOnlyList<SyncAttribute> Attributes { get; init; } = [];

    /// <summary>Whether people who are in no row get one.</summary>
    public bool InsertRows { get; init; }

    /// <summary>Whether people are deleted whose rows are gone.</summary>
    public bool DeletePeople { get; init; }

    /// <summary>Whether rows are deleted whose people are gone.</summary>
    public bool DeleteRows { get; init; }

    /// <summary>The largest share of rows, people or members that one run may take away.</summary>
    public double MostDeleted { get; init; } = 0.1;

    /// <summary>When it runs under <c>sync serve</c>: a span such as 5m, or a cron expression; null for never.</summary>
    public string? Schedule { get; init; }

    /// <summary>A key as keys are compared: addresses as Customer.io does, whatever their case.</summary>
    public string KeyOf(string text) => IdType == "email" ? Canonical.Address(text) : text;

    /// <summary>Reads a span such as 30s, 5m, 2h or 1d; null for anything else.</summary>
    public static TimeSpan? Span(string text) =>
        text.Length is > 1 and < 9 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => null,
            }
            : null;

    /// <summary>Reads a sync file.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem of the file.</exception>
    public static SyncFile Read(string path)
    {
        try
        {
            PlainFile.Check(path);
            return new SyncFileReader(ConnectorJson.ParseObject(File.ReadAllBytes(path)), System.IO.Path.GetFileNameWithoutExtension(path)).Read();
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Input, $"{path}: {e.Message}", [new Problem("", e.Message)]);
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Input && e.Problems.Count > 0)
        {
            throw new ConnectorException(FailureKind.Input, $"{path}: {e.Message}", e.Problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{path} cannot be read: {e.Message}");
        }
    }
}

/// <summary>Reads a sync file strictly and names every problem at once.</summary>
internal sealed class SyncFileReader(JObject json, string fileName)
{
    private static readonly string[] s_common = ["name", "database", "idType", "mostDeleted", "schedule"];
    private static readonly string[] s_people =
    [
        "table",
        "key",
        "updated",
        "overlap",
        "fullEvery",
        "direction",
        "attributes",
        "conflict",
        "insertRows",
        "deletePeople",
        "deleteRows",
    ];
    private static readonly string[] s_segment = ["segment", "query"];
    private readonly List<Problem> _problems = [];

    public SyncFile Read()
    {
        var segment = json.ContainsKey("segment");
        string[] keys = [.. s_common, .. segment ? s_segment : s_people];
        foreach (var name in json.Properties().Select(p => p.Name).Where(n => !keys.Contains(n)))
        {
            Bad("/" + Names.Escape(name), $"is not a key of {(segment ? "a segment sync" : "a sync of people")}; it has {string.Join(", ", keys)}.");
        }

        var database = ReadDatabase();
        var winner = Choice("/conflict", json["conflict"], Winner.Newest);
        var file = new SyncFile(Text("name", false) ?? fileName, database!)
        {
            Segment = segment ? Text("segment", true) : null,
            Query = segment ? Text("query", true) : null,
            Table = segment ? "" : Text("table", true) ?? "",
            Key = Text("key", false) ?? "id",
            IdType = IdType(),
            Updated = Text("updated", false),
            Overlap = Span("overlap") ?? TimeSpan.FromMinutes(15),
            FullEvery = Span("fullEvery") ?? TimeSpan.FromDays(1),
            Direction = Choice("/direction", json["direction"], Direction.Both),
            Attributes = segment ? [] : Attributes(winner),
            InsertRows = Flag("insertRows"),
            DeletePeople = Flag("deletePeople"),
            DeleteRows = Flag("deleteRows"),
            MostDeleted = Share(),
            Schedule = Text("schedule", false),
        };
        if (file.Name.Length > 100 || file.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
        {
            Bad("/name", "must have letters, digits, points, hyphens and underscores only, at most 100.");
        }

        return _problems.Count == 0 ? file : throw ConnectorException.Input(_problems);
    }

    private Database? ReadDatabase()
    {
        if (Text("database", true) is not { } text)
        {
            return null;
        }

        try
        {
            // The password need not stand in a file: env:NAME takes the whole connection from the environment.
            if (Database.Parse(text) is { } database)
            {
                return database;
            }

            Bad("/database", "must be sqlite:FILE, postgres:CONNECTION, or env: and the name of a variable that holds one of these.");
        }
        catch (ConnectorException e)
        {
            Bad("/database", e.Message);
        }

        return null;
    }

    private List<SyncAttribute> Attributes(Winner usual)
    {
        var all = new List<SyncAttribute>();
        if (json["attributes"] is not JObject { Count: > 0 } attributes)
        {
            Bad("/attributes", "must be an object of attribute names, each with its column.");
            return all;
        }

        foreach (var (name, value) in attributes)
        {
            var path = "/attributes/" + Names.Escape(name);
            switch (value)
            {
                case JValue { Value: string { Length: > 0 } column }:
                    all.Add(new(name, column, CellValue.TypeOf(name, CellType.AsIs), usual));
                    break;
                case JObject o:
                    foreach (var key in o.Properties().Select(p => p.Name).Where(n => n is not ("column" or "type" or "conflict")))
                    {
                        Bad($"{path}/{Names.Escape(key)}", "is not known here; there are column, type, conflict.");
                    }

                    all.Add(
                        new(
                            name,
                            (string?)(o["column"] as JValue) ?? name,
                            CellValue.TypeOf(name, Choice(path + "/type", o["type"], CellType.AsIs)),
                            Choice(path + "/conflict", o["conflict"], usual)
                        )
                    );
                    break;
                default:
                    Bad(path, "must be the name of a column, or an object with column, type and conflict.");
                    break;
            }
        }

        return all;
    }

    private string IdType()
    {
        var type = Text("idType", false) ?? "id";
        if (type is not ("id" or "email"))
        {
            Bad("/idType", "must be id or email.");
        }

        return type;
    }

    private double Share()
    {
        var share = json["mostDeleted"] switch
        {
            null => 0.1,
            JValue { Value: double d } => d,
            JValue { Value: long l } => l,
            _ => -1,
        };
        if (share is < 0 or > 1)
        {
            Bad("/mostDeleted", "must be a share from 0 to 1, such as 0.05.");
        }

        return share;
    }

    private string? Text(string key, bool required)
    {
        if (json[key] is JValue { Value: string text } && !string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        if (required || json[key] is not null)
        {
            Bad("/" + key, json[key] is null ? "is required." : "must be a text.");
        }

        return null;
    }

    private TimeSpan? Span(string key)
    {
        var text = Text(key, false);
        var span = text is null ? null : SyncFile.Span(text);
        if (text is not null && span is null)
        {
            Bad("/" + key, "must be a span such as 30s, 5m, 2h or 1d.");
        }

        return span;
    }

    private bool Flag(string key)
    {
        if (json[key] is null or JValue { Value: bool })
        {
            return (bool?)json[key] ?? false;
        }

        Bad("/" + key, "must be true or false.");
        return false;
    }

    private T Choice<T>(string path, JToken? value, T usual)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>()
            .Where(n => n != nameof(CellType.AsIs))
            .Select(n => n == nameof(Winner.CustomerIo) ? "customerio" : Names.Camel(n))
            .ToArray();
        if (value is null)
        {
            return usual;
        }

        if (value is JValue { Value: string text } && names.Contains(text))
        {
            return Enum.Parse<T>(text, true);
        }

        Bad(path, $"must be one of {string.Join(", ", names)}.");
        return usual;
    }

    private void Bad(string path, string message) => _problems.Add(new Problem(path, message));
}
