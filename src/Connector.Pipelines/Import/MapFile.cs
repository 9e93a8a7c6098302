using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>A map file as <c>manifest/schema/import-map.schema.json</c> describes it; what its kind does not have is null.</summary>
internal sealed record MapFile(
    JToken? Identifier,
    JObject? Attributes,
    bool? Others,
    string? Spread,
    EmptyValue? Empty,
    IReadOnlyList<string>? Remove,
    IReadOnlyList<string>? Ignore,
    string? Delete,
    JToken? Event,
    string? EventId,
    string? Time,
    JToken? ObjectType,
    string? Object,
    JToken? Segment,
    string? Delimiter,
    string? TimeZone
)
{
    private sealed record Described(string? Column, CellType? Type, EmptyValue? Empty);

    /// <summary>Reads a map file strictly.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem.</exception>
    public static ImportMap Read(JObject file, ImportKind kind) =>
        InputRecord<MapFile>.Of(FileSchema.ImportMap.Bind(file, ImportJob.KindName(kind), Unknown)).ToMap();

    // Which time zones there are, the machine knows and not the schema.
    private static IEnumerable<Problem> Unknown(JObject file) =>
        file["timeZone"] is JValue { Value: string { Length: > 0 } name } && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)
            ? [new Problem("/timeZone", "is no time zone that this machine knows; write it like Europe/Vienna or UTC.")]
            : [];

    private ImportMap ToMap()
    {
        var empty = Empty ?? EmptyValue.Skip;
        var person = Identifier is JObject o ? (Column: (string?)o["column"], Type: (string?)o["type"]) : ((string?)Identifier, null);
        return new ImportMap
        {
            Identifier = person.Column,
            IdentifierType = person.Type ?? TypeOf(person.Column),
            Empty = empty,
            Attributes = [.. (Attributes ?? []).Properties().Select(p => ToAttribute(p.Name, p.Value, empty))],
            Others = Others ?? (Attributes is null && Spread is null),
            Ignore = (Ignore ?? []).ToHashSet(StringComparer.Ordinal),
            Remove = Remove ?? [],
            Spread = Spread,
            Delete = Delete,
            Event = Value(Event),
            EventId = EventId,
            Time = Time,
            ObjectType = Value(ObjectType),
            Object = Object,
            Segment = Value(Segment),
            Delimiter = Delimiter?[0],
            TimeZone = TimeZone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(TimeZone),
        };
    }

    private static string TypeOf(string? column) => column?.ToLowerInvariant() is "email" or "cio_id" or "phone" ? column.ToLowerInvariant() : "id";

    private static MapAttribute ToAttribute(string name, JToken value, EmptyValue empty)
    {
        var given = value is JObject o ? InputRecord<Described>.Of(o) : new Described((string?)value, null, null);
        return new MapAttribute(name, given.Column ?? name, given.Type ?? CellType.AsIs, given.Empty ?? empty);
    }

    private static MapValue? Value(JToken? value) =>
        value switch
        {
            null => null,
            JObject o => new MapValue(null, (string?)o["value"]),
            _ => new MapValue((string?)value, null),
        };
}
