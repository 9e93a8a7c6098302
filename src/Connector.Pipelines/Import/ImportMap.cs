using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>What is imported.</summary>
internal enum ImportKind
{
    People,
    Events,
    Objects,
    Relationships,
    SegmentMembers,
    Preferences,
    Suppressions,
}

/// <summary>What becomes of an empty value.</summary>
internal enum EmptyValue
{
    /// <summary>Nothing is sent; the attribute stays as it is.</summary>
    Skip,

    /// <summary>The attribute is removed.</summary>
    Remove,
}

/// <summary>Where a value comes from: a column, or the same for every row.</summary>
internal sealed record MapValue(string? Column, string? Constant);

/// <summary>An attribute and where it comes from.</summary>
internal sealed record MapAttribute(string Name, string Column, CellType Type, EmptyValue Empty);

/// <summary>Says what the columns of a table mean; read from a map file, or the defaults.</summary>
internal sealed record ImportMap
{
    /// <summary>The column with the person's identifier; null: the first of id, email and cio_id that is not empty.</summary>
    public string? Identifier { get; init; }

    /// <summary>What kind of identifier that column holds.</summary>
    public string IdentifierType { get; init; } = "id";

    public IReadOnlyList<MapAttribute> Attributes { get; init; } = [];

    /// <summary>Whether columns that are not named become attributes of their own name.</summary>
    public bool Others { get; init; } = true;

    public IReadOnlySet<string> Ignore { get; init; } = new HashSet<string>();

    /// <summary>Attributes that are removed from everyone.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>A column with an object whose members become attributes.</summary>
    public string? Spread { get; init; }

    public EmptyValue Empty { get; init; }

    /// <summary>A column that says whether to delete in place of writing.</summary>
    public string? Delete { get; init; }

    public MapValue? Event { get; init; }

    public string? EventId { get; init; }

    public string? Time { get; init; }

    public MapValue? ObjectType { get; init; }

    public string? Object { get; init; }

    public MapValue? Segment { get; init; }

    public char? Delimiter { get; init; }

    /// <summary>Where times without an offset were written; null refuses them.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    /// <summary>Reads a map file; without one every default holds.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem of the file.</exception>
    public static ImportMap Read(string? path, ImportKind kind) => path is null ? new ImportMap() : JsonFile.Read(path, file => MapFile.Read(file, kind));

    /// <summary>Names the columns that the map needs and the table has not.</summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> columns) =>
        Attributes
            .Select(a => a.Column)
            .Concat([Identifier, Spread, Delete, Event?.Column, EventId, Time, ObjectType?.Column, Object, Segment?.Column])
            .OfType<string>()
            .Distinct()
            .Where(c => !columns.Contains(c));
}
