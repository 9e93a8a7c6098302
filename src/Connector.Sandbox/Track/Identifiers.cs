using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Reads <c>identifiers</c> objects, in which exactly one key names the person or object.</summary>
internal static class Identifiers
{
    private static readonly Dictionary<string, IdKind> s_kinds = new()
    {
        ["id"] = IdKind.Id,
        ["email"] = IdKind.Email,
        ["phone"] = IdKind.Phone,
        ["cio_id"] = IdKind.CioId,
        ["anonymous_id"] = IdKind.AnonymousId,
    };

    /// <summary>A person in v2: one of id, email, phone and cio_id, and where it makes sense anonymous_id.</summary>
    public static Identifier Person(JToken? sent, string field, List<Problem> problems, bool anonymous = false) =>
        Read(sent, field, anonymous ? ["id", "email", "phone", "cio_id", "anonymous_id"] : ["id", "email", "phone", "cio_id"], problems);

    /// <summary>Either side of a merge: one of id, email and cio_id.</summary>
    public static Identifier Merged(JToken? sent, string field, List<Problem> problems) => Read(sent, field, ["id", "email", "cio_id"], problems);

    /// <summary>An object: type and id, or cio_object_id.</summary>
    public static ObjectKey Object(JToken? sent, string field, List<Problem> problems)
    {
        if (sent is not JObject identifiers)
        {
            problems.Add(new(Problem.Required, field, "must be an object"));
            return default;
        }
        if (identifiers["cio_object_id"] is { } cio)
        {
            return new(null, null, Text(cio, $"{field}.cio_object_id", problems));
        }
        var type = Text(identifiers["object_type_id"], $"{field}.object_type_id", problems);
        if (type.Length > 0 && !type.All(char.IsAsciiDigit))
        {
            problems.Add(new(Problem.Invalid, $"{field}.object_type_id", "must be the number of an object type, as a string"));
        }
        return new(type, Text(identifiers["object_id"], $"{field}.object_id", problems), null);
    }

    private static Identifier Read(JToken? sent, string field, string[] names, List<Problem> problems)
    {
        if (sent is not JObject identifiers)
        {
            problems.Add(new(Problem.Required, field, "must be an object"));
            return default;
        }
        if (identifiers.Count != 1 || !names.Contains(identifiers.Properties().First().Name))
        {
            var reason = identifiers.Count == 0 ? Problem.Required : Problem.Invalid;
            problems.Add(new(reason, field, $"must have exactly one of {string.Join(", ", names)}"));
            return default;
        }
        var (name, value) = (identifiers.Properties().First().Name, identifiers.Properties().First().Value);
        var text = Text(value, $"{field}.{name}", problems);
        if (name == "phone" && text.Length > 0 && !(text.Length is >= 3 and <= 16 && text[0] == '+' && text[1] != '0' && text[1..].All(char.IsAsciiDigit)))
        {
            problems.Add(new(Problem.Invalid, $"{field}.phone", "must be an E.164 number such as +43123456789"));
        }
        return new(s_kinds[name], text);
    }

    private static string Text(JToken? sent, string field, List<Problem> problems)
    {
        var text = Json.Scalar(sent) ?? "";
        problems.AddRange(Limits.Id(text, field));
        return text;
    }
}
