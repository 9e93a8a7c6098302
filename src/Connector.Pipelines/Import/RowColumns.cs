using CustomerIo.Connector.Pipelines.Tables;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>What the columns of a table mean under a map, by their places.</summary>
internal sealed class RowColumns
{
    private static readonly string[] s_identifiers = ["id", "email", "cio_id"],
        s_address = ["email"];

    public RowColumns(ImportKind kind, ImportMap map, string[] columns)
    {
        Names = columns;
        (EventName, ObjectTypeId) = (Constant(map.Event), Constant(map.ObjectType));
        Identifiers =
            kind == ImportKind.Objects ? []
            : map.Identifier is { } own ? [(Place(own), new RowName(map.IdentifierType))]
            : [.. (kind == ImportKind.Suppressions ? s_address : s_identifiers).Select(n => (Place(n), new RowName(n))).Where(p => p.Item1 >= 0)];
        // What an export calls attributes holds them all, so that it can be imported as it is.
        Spread = map.Spread is null && map.Others ? Place("attributes") : Place(map.Spread);
        Delete = Place(map.Delete);
        if (kind == ImportKind.Events)
        {
            Event = map.Event is null
                ? Place("event") is >= 0 and var at
                    ? at
                    : Place("name")
                : Place(map.Event.Column);
            EventId = map.EventId is null ? Place("event_id") : Place(map.EventId);
            Time = map.Time is null ? Place("timestamp") : Place(map.Time);
        }
        else if (kind == ImportKind.People)
        {
            Time = Place(map.Time);
        }

        if (kind is ImportKind.Objects or ImportKind.Relationships)
        {
            ObjectType = map.ObjectType is null ? Place("object_type_id") : Place(map.ObjectType.Column);
            Object = Place(map.Object ?? "object_id");
        }

        Segment =
            kind != ImportKind.SegmentMembers ? -1
            : map.Segment is null ? Place("segment")
            : Place(map.Segment.Column);
        if (kind == ImportKind.Preferences)
        {
            (Topic, Subscribed) = (Place("topic_id") is >= 0 and var number ? number : Place("topic"), Place("subscribed"));
        }

        Type = kind == ImportKind.Suppressions ? Place("type") : -1;
        (int Column, MapAttribute Attribute)[] given = kind is ImportKind.SegmentMembers or ImportKind.Preferences or ImportKind.Suppressions
            ? []
            :
            [
                .. map.Attributes.Select(a => (Place(a.Column), a)).Where(a => a.Item1 >= 0),
                .. OtherColumns(kind, map).Select(i => (i, new MapAttribute(columns[i], columns[i], CellType.AsIs, map.Empty))),
            ];
        Attributes = [.. given.Select(a => (a.Column, Typed(kind, a.Attribute), new RowName(a.Attribute.Name, IsReadAgain(kind, a.Attribute.Name))))];
        Remove = [.. map.Remove.Select(n => new RowName(n))];
        string[] attributes = [.. Attributes.Select(a => a.Attribute.Name), .. map.Remove];
        AreDistinct = attributes.Distinct(StringComparer.Ordinal).Count() == attributes.Length;
    }

    public string[] Names { get; }

    /// <summary>What a column becomes, by its place; several attributes may come from one.</summary>
    public ILookup<int, (MapAttribute Attribute, RowName Name)> ByColumn => field ??= Attributes.ToLookup(a => a.Column, a => (a.Attribute, a.Name));

    /// <summary>Columns that may name the person, in the order of preference, with the kind of their identifier.</summary>
    public IReadOnlyList<(int Column, RowName Type)> Identifiers { get; }

    public (int Column, MapAttribute Attribute, RowName Name)[] Attributes { get; }

    /// <summary>Attributes that are removed from everyone.</summary>
    public RowName[] Remove { get; }

    /// <summary>Whether no attribute is written twice.</summary>
    public bool AreDistinct { get; }

    public int Spread { get; } = -1;

    public int Delete { get; } = -1;

    public int Event { get; } = -1;

    /// <summary>The name of every event, where the map gives one.</summary>
    public byte[]? EventName { get; }

    public int EventId { get; } = -1;

    public int Time { get; } = -1;

    public int ObjectType { get; } = -1;

    /// <summary>The type of every object, where the map gives one.</summary>
    public byte[]? ObjectTypeId { get; }

    public int Object { get; } = -1;

    public int Segment { get; } = -1;

    /// <summary>The topic that somebody chose, by its number.</summary>
    public int Topic { get; } = -1;

    /// <summary>Whether they want it.</summary>
    public int Subscribed { get; } = -1;

    /// <summary>Why the mail provider suppresses an address.</summary>
    public int Type { get; } = -1;

    /// <summary>Says what a table lacks for its kind; null when nothing.</summary>
    public string? Lacks(ImportKind kind, ImportMap map) =>
        kind == ImportKind.Suppressions && Identifiers.Count == 0 ? "a column email, or a map that names the identifier"
        : kind == ImportKind.Preferences && (Topic < 0 || Subscribed < 0) ? "the columns topic_id and subscribed"
        : kind != ImportKind.Objects && Identifiers.Count == 0 ? "a column id, email or cio_id, or a map that names the identifier"
        : kind == ImportKind.Events && Event < 0 && map.Event is null ? "a column event or name, or a map that names the event"
        : kind is ImportKind.Objects or ImportKind.Relationships && Object < 0 ? "a column object_id, or a map that names the object"
        : kind is ImportKind.Objects or ImportKind.Relationships && ObjectType < 0 && map.ObjectType is null
            ? "a column object_type_id, or a map that names the objectType"
        : kind == ImportKind.SegmentMembers && Segment < 0 && map.Segment is null ? "a column segment, or a map that names the segment"
        : null;

    /// <summary>Columns that become attributes but are named, in other letters, like an identifier or an attribute with a meaning; with that name.</summary>
    public IEnumerable<(string Column, string Meant)> Misnamed(ImportKind kind) =>
        kind is ImportKind.Objects || Attributes.Length == 0
            ? []
            : Attributes
                .Select(a => (Column: a.Attribute.Name, Meant: a.Attribute.Name.Trim().ToLowerInvariant().Replace(' ', '_')))
                .Where(n => n.Column != n.Meant && (s_identifiers.Contains(n.Meant) || (kind == ImportKind.People && Gate.IsReserved(n.Meant))));

    // What the gate would bring to its type is read as that type at once, which is faster and tells the column.
    private static MapAttribute Typed(ImportKind kind, MapAttribute attribute) =>
        IsReadAgain(kind, attribute.Name) ? attribute with { Type = CellValue.TypeOf(attribute.Name, attribute.Type) } : attribute;

    // Event data and a relationship's attributes are sent as they are, whatever their names.
    private static bool IsReadAgain(ImportKind kind, string name) =>
        kind == ImportKind.People ? Gate.IsReserved(name) : kind == ImportKind.Objects && name == "created_at";

    private static byte[]? Constant(MapValue? value) => value?.Constant is { } text ? System.Text.Encoding.UTF8.GetBytes(text) : null;

    private int Place(string? name) => name is null ? -1 : Array.IndexOf(Names, name);

    // A cio_id names a person in one workspace only: it is never an attribute unless a map says so.
    private IEnumerable<int> OtherColumns(ImportKind kind, ImportMap map)
    {
        if (!map.Others)
        {
            return [];
        }

        var used = map.Attributes.Select(a => a.Column).ToHashSet(StringComparer.Ordinal);
        int[] person =
            map.Identifier is not null ? [Place(map.Identifier)]
            : kind == ImportKind.People ? [Place("id")]
            : [.. Identifiers.Select(i => i.Column)];
        int[] special = [Spread, Delete, Event, EventId, Time, ObjectType, Object, Segment, .. person];
        return Enumerable
            .Range(0, Names.Length)
            .Where(i => !special.Contains(i) && !used.Contains(Names[i]) && !map.Ignore.Contains(Names[i]) && Names[i] != "cio_id");
    }
}
