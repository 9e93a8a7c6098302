using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Reads a map file strictly and names every problem at once.</summary>
internal sealed class MapReader(JObject json, ImportKind kind)
{
    private static readonly Dictionary<ImportKind, string[]> s_own = new()
    {
        [ImportKind.People] = ["identifier", "time"],
        [ImportKind.Events] = ["identifier", "event", "eventId", "time"],
        [ImportKind.Objects] = ["objectType", "object"],
        [ImportKind.Relationships] = ["identifier", "objectType", "object"],
        [ImportKind.SegmentMembers] = ["identifier", "segment"],
    };

    private static readonly string[] s_common = ["attributes", "others", "ignore", "remove", "spread", "empty"];
    private readonly List<Problem> _problems = [];

    public ImportMap Read()
    {
        string[] keys =
        [
            .. s_own[kind],
            .. kind == ImportKind.SegmentMembers ? [] : s_common,
            .. kind == ImportKind.Events ? [] : (string[])["delete"],
            "delimiter",
            "timeZone",
        ];
        foreach (var name in json.Properties().Select(p => p.Name).Where(n => !keys.Contains(n)))
        {
            Bad("/" + Names.Escape(name), $"is not a key of this map; it has {string.Join(", ", keys)}.");
        }

        var (identifier, type) = Identifier();
        var empty = Choice("/empty", json["empty"], EmptyValue.Skip);
        var map = new ImportMap
        {
            Identifier = identifier,
            IdentifierType = type,
            Empty = empty,
            Attributes = Attributes(empty),
            Others = json["others"] is null ? json["attributes"] is null && json["spread"] is null : Flag("/others", json["others"]!),
            Ignore = Texts("/ignore", json["ignore"]).ToHashSet(StringComparer.Ordinal),
            Remove = Texts("/remove", json["remove"]),
            Spread = Column("spread"),
            Delete = Column("delete"),
            Event = Value("event"),
            EventId = Column("eventId"),
            Time = Column("time"),
            ObjectType = Value("objectType"),
            Object = Column("object"),
            Segment = Value("segment"),
            Delimiter = Delimiter(),
            TimeZone = TimeZone(),
        };
        return _problems.Count == 0 ? map : throw ConnectorException.Input(_problems);
    }

    private (string? Column, string Type) Identifier()
    {
        var value = json["identifier"];
        if (value is JObject o)
        {
            Known("/identifier", o, "column", "type");
            var column = Text("/identifier/column", o["column"]);
            return (column, o["type"] is null ? TypeOf(column) : IdType(o["type"]!));
        }

        var name = value is null ? null : Text("/identifier", value);
        return (name, TypeOf(name));
    }

    private static string TypeOf(string? column) =>
        column?.ToLowerInvariant() switch
        {
            "email" => "email",
            "cio_id" => "cio_id",
            "phone" => "phone",
            _ => "id",
        };

    private string IdType(JToken value)
    {
        if (value is JValue { Value: "id" or "email" or "cio_id" or "phone" or "auto" })
        {
            return (string)value!;
        }

        Bad("/identifier/type", "must be id, email, cio_id, phone or auto.");
        return "id";
    }

    private List<MapAttribute> Attributes(EmptyValue empty)
    {
        var all = new List<MapAttribute>();
        if (json["attributes"] is not { } value)
        {
            return all;
        }

        if (value is not JObject attributes)
        {
            Bad("/attributes", "must be an object of attribute names, each with its column.");
            return all;
        }

        foreach (var (name, from) in attributes)
        {
            var path = "/attributes/" + Names.Escape(name);
            if (from is JObject o)
            {
                Known(path, o, "column", "type", "empty");
                var column = o["column"] is null ? name : Text(path + "/column", o["column"]);
                all.Add(
                    new(
                        name,
                        column ?? name,
                        o["type"] is null ? CellType.AsIs : Choice(path + "/type", o["type"], CellType.AsIs),
                        Choice(path + "/empty", o["empty"], empty)
                    )
                );
            }
            else
            {
                all.Add(new(name, Text(path, from) ?? name, CellType.AsIs, empty));
            }
        }

        return all;
    }

    private MapValue? Value(string key)
    {
        if (json[key] is not { } value)
        {
            return null;
        }

        if (value is JObject o)
        {
            Known("/" + key, o, "value");
            return new(null, Text($"/{key}/value", o["value"]) ?? "");
        }

        return new(Text("/" + key, value), null);
    }

    private string? Column(string key) => json[key] is { } value ? Text("/" + key, value) : null;

    private char? Delimiter()
    {
        var text = Column("delimiter");
        if (text is null or { Length: 1 } && text?[0] is null or (> '\u0008' and < '\u007f' and not '"' and not '\n' and not '\r'))
        {
            return text?[0];
        }

        Bad("/delimiter", "must be one ASCII character, such as ; or \\t.");
        return null;
    }

    private TimeZoneInfo? TimeZone()
    {
        if (Column("timeZone") is not { } name)
        {
            return null;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        Bad("/timeZone", "is no time zone that this machine knows; write it like Europe/Vienna or UTC.");
        return null;
    }

    private void Known(string path, JObject value, params string[] keys)
    {
        foreach (var property in value.Properties().Where(p => !keys.Contains(p.Name)))
        {
            Bad($"{path}/{Names.Escape(property.Name)}", $"is not known here; there {(keys.Length == 1 ? "is" : "are")} {string.Join(", ", keys)}.");
        }
    }

    private string? Text(string path, JToken? value)
    {
        if (value is JValue { Value: string { Length: > 0 } text })
        {
            return text;
        }

        Bad(path, "must be the name of a column" + (path.EndsWith("/value", StringComparison.Ordinal) ? ", or a text." : "."));
        return null;
    }

    private List<string> Texts(string path, JToken? value)
    {
        if (value is null)
        {
            return [];
        }

        if (value is JArray array && array.All(i => i is JValue { Value: string { Length: > 0 } }))
        {
            return [.. array.Select(i => (string)i!)];
        }

        Bad(path, "must be a list of names.");
        return [];
    }

    private bool Flag(string path, JToken value)
    {
        if (value is JValue { Value: bool flag })
        {
            return flag;
        }

        Bad(path, "must be true or false.");
        return true;
    }

    private T Choice<T>(string path, JToken? value, T otherwise)
        where T : struct, Enum
    {
        if (value is null)
        {
            return otherwise;
        }

        var names = Enum.GetNames<T>().Where(n => n != nameof(CellType.AsIs)).Select(Names.Camel).ToArray();
        if (value is JValue { Value: string text } && names.Contains(text))
        {
            return Enum.Parse<T>(text, true);
        }

        Bad(path, $"must be one of {string.Join(", ", names)}.");
        return otherwise;
    }

    private void Bad(string path, string message) => _problems.Add(new Problem(path, message));
}
