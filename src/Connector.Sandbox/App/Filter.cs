using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Reads the filters that choose people and objects: and, or, not, and what they join.</summary>
internal static class Filter
{
    private const int MaxDepth = 20;

    /// <summary>Which people a filter means.</summary>
    /// <exception cref="Refusal">It is not a filter; the status is the one given.</exception>
    public static Func<Person, bool> People(Workspace workspace, JToken? filter, string pointer, int status = 400) =>
        Read<Person>(
            filter,
            pointer,
            status,
            ["segment", "attribute"],
            (name, leaf, at) => name == "segment" ? Segment(workspace, leaf, at, status) : Attribute<Person>(leaf, at, status, AttributeText)
        );

    /// <summary>Which objects of one type a filter means.</summary>
    /// <exception cref="Refusal">It is not a filter.</exception>
    public static Func<WorkspaceObject, bool> Objects(JToken? filter, string pointer) =>
        Read<WorkspaceObject>(
            filter,
            pointer,
            400,
            ["object_attribute"],
            (_, leaf, at) =>
                Attribute<WorkspaceObject>(
                    leaf,
                    at,
                    400,
                    (o, field) =>
                        field switch
                        {
                            "object_id" => o.ObjectId,
                            "cio_object_id" => o.CioObjectId,
                            _ => Text(o.Attributes[field]),
                        }
                )
        );

    /// <summary>A value as the App API shows it, which is always a string.</summary>
    public static string? Text(JToken? value) =>
        value switch
        {
            null => null,
            JValue { Value: null } => "",
            JValue { Value: bool flag } => flag ? "true" : "false",
            JValue => Json.Scalar(value),
            _ => value.ToString(Formatting.None),
        };

    private static string? AttributeText(Person person, string field) =>
        field switch
        {
            "id" => person.Id,
            "email" => person.Email,
            "phone" => person.Phone ?? Text(person.Attributes["phone"]),
            "cio_id" => person.CioId,
            _ => Text(person.Attributes[field]),
        };

    private static Func<T, bool> Read<T>(
        JToken? filter,
        string pointer,
        int status,
        string[] leaves,
        Func<string, JObject, string, Func<T, bool>> leaf,
        int depth = 0
    )
    {
        if (depth > MaxDepth)
        {
            throw new Refusal(status, "the filter is nested too deeply", pointer);
        }
        if (filter is not JObject { Count: 1 } group)
        {
            throw new Refusal(status, $"a filter has exactly one of {string.Join(", ", (string[])["and", "or", "not", .. leaves])}", pointer);
        }
        var (name, value, at) = (group.Properties().First().Name, group.Properties().First().Value, $"{pointer}/{group.Properties().First().Name}");
        switch (name)
        {
            case "and" or "or":
                if (value is not JArray { Count: > 0 } list)
                {
                    throw new Refusal(status, $"{name} must be a list of filters", at);
                }
                var parts = list.Select((part, i) => Read(part, $"{at}/{i}", status, leaves, leaf, depth + 1)).ToList();
                return name == "and" ? one => parts.TrueForAll(p => p(one)) : one => parts.Exists(p => p(one));
            case "not":
                var inner = Read(value, at, status, leaves, leaf, depth + 1);
                return one => !inner(one);
            default:
                return leaves.Contains(name) && value is JObject o
                    ? leaf(name, o, at)
                    : throw new Refusal(status, leaves.Contains(name) ? $"{name} must be an object" : $"'{name}' is not a filter", at);
        }
    }

    private static Func<Person, bool> Segment(Workspace workspace, JObject leaf, string pointer, int status)
    {
        if (leaf["id"] is not JValue { Value: long id } || id > int.MaxValue || workspace.Segments.Find((int)id) is not { } segment)
        {
            throw new Refusal(status, "there is no segment with this id", $"{pointer}/id");
        }
        return person => segment.Members.Contains(person.CioId);
    }

    private static Func<T, bool> Attribute<T>(JObject leaf, string pointer, int status, Func<T, string, string?> text)
    {
        if (leaf["field"] is not JValue { Value: string { Length: > 0 } field })
        {
            throw new Refusal(status, "field cannot be blank", $"{pointer}/field");
        }
        switch (Json.Scalar(leaf["operator"]))
        {
            case "exists":
                return one => text(one, field) is { Length: > 0 };
            case "eq" when leaf["value"] is JValue { Value: not null } value:
                var wanted = Text(value);
                var comparison = field == "email" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
                return one => string.Equals(text(one, field), wanted, comparison);
            case "eq":
                throw new Refusal(status, "value is needed to compare with", $"{pointer}/value");
            default:
                throw new Refusal(status, "operator must be eq or exists", $"{pointer}/operator");
        }
    }
}
