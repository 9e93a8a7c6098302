using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>A schema as agents and importers of OpenAPI documents get it: short, and in the few keywords that every client reads.</summary>
/// <remarks>
/// Clients cut a schema off at a list of types, drop a tool for a <c>$ref</c>, refuse lookahead and <c>anyOf</c>, and read a choice as any text.
/// What is left out here is still accepted: the whole schema is what inputs are checked by.
/// </remarks>
internal static partial class AgentSchema
{
    /// <summary>Keywords that say the same to all clients; limits of length and the like are told by the refusal.</summary>
    private static readonly string[] s_kept = ["enum", "minimum", "maximum", "default"];

    /// <summary>Says in a schema of answers that a value may be null.</summary>
    public const string Nullable = "x-nullable";

    /// <summary>A longer list of choices stands once, in the description.</summary>
    private const int MaxChoices = 7;

    /// <summary>Keywords that forms are made from, beside those.</summary>
    private static readonly string[] s_ofForms = ["title", "x-ui"];

    /// <summary>The schema of an input without what only steers the transport.</summary>
    public static JObject Of(JObject input) => Of(input, Use.Agents);

    /// <summary>The schema of an input with all that it has, and its labels.</summary>
    public static JObject ForForms(JObject input) => Of(input, Use.Forms);

    /// <summary>The schema of what is answered: no type where it may be one of several, and <see cref="Nullable"/> where null is one of them.</summary>
    public static JObject ForAnswers(JObject output) => Of(output, Use.Answers);

    private static JObject Of(JObject full, Use use)
    {
        var schema = new JObject { ["type"] = "object" };
        Add(schema, full, use);
        return schema;
    }

    private static JObject Property(JObject full, Use use)
    {
        var schema = new JObject();
        var type = use == Use.Answers && IsMixed(full) ? null : Type(full);
        if (type is not null)
        {
            schema["type"] = type;
        }

        if (Description(full) is { Length: > 0 } description)
        {
            schema["description"] = description;
        }

        foreach (var keyword in s_kept)
        {
            // A switch that is off, and a list of nothing, go without saying.
            if (
                full[keyword] is { } value
                && value is not (JValue { Value: false or null or "" } or JContainer { Count: 0 })
                && (use != Use.Agents || value is not JContainer { Count: > MaxChoices })
            )
            {
                schema[keyword] = value.DeepClone();
            }
        }

        if (use != Use.Agents)
        {
            foreach (var keyword in s_ofForms.Where(full.ContainsKey))
            {
                schema[keyword] = full[keyword]!.DeepClone();
            }

            if (use == Use.Answers && type is not null && full["type"] is JArray types && types.Any(t => (string?)t == "null"))
            {
                schema[Nullable] = true;
            }
        }

        if (full["pattern"] is JValue { Value: string pattern } && !LookAround().IsMatch(pattern = pattern.Replace("$(?!\\n)", "$", StringComparison.Ordinal)))
        {
            schema["pattern"] = pattern;
        }

        switch (type)
        {
            case "object":
                Add(schema, full, use);
                break;
            case "array" when full["items"] is JObject items:
                schema["items"] = Property(items, use);
                break;
        }

        return schema;
    }

    private static void Add(JObject schema, JObject full, Use use)
    {
        if (full["properties"] is JObject properties)
        {
            var shown = properties.Properties().Where(p => use != Use.Agents || p.Value[InputSchema.ForAgents] is not JValue { Value: false }).ToArray();
            schema["properties"] = new JObject(shown.Select(p => new JProperty(p.Name, Property((JObject)p.Value, use))));
            if (full["required"] is JArray { Count: > 0 } required)
            {
                schema["required"] = required.DeepClone();
            }
        }

        // Whether further members are refused is not said: what was left out is accepted.
        if (full["additionalProperties"] is JObject others && Type(others) is not null && (use == Use.Agents || !IsMixed(others)))
        {
            schema["additionalProperties"] = Property(others, use);
        }
    }

    /// <summary>The one type that stands for those that are taken: text can say any number and switch, an object what no text can.</summary>
    private static string? Type(JObject schema) =>
        schema["type"] switch
        {
            JValue { Value: string one } => one,
            JArray many when many.Select(t => (string)t!).ToArray() is var types => types.Contains("object") ? "object"
            : types.Contains("string") ? "string"
            : types.Contains("number") ? "number"
            : Array.Find(types, t => t != "null"),
            _ => null,
        };

    private static bool IsMixed(JObject schema) => schema["type"] is JArray types && types.Count(t => (string?)t != "null") > 1;

    private static string Description(JObject schema)
    {
        var words = new List<string>();
        if ((string?)schema["description"] is { } description)
        {
            words.Add(description);
        }

        if (schema[InputSchema.ForAgents] is JValue { Value: string more })
        {
            words.Add(more);
        }

        if ((schema["enum"] ?? schema["items"]?["enum"]) is JArray choices && choices.Select(Text).ToArray() is var names && !names.All(Says))
        {
            words.Add($"{(schema["enum"] is null ? "Of" : "One of")}: {string.Join(", ", names)}.");
        }

        return string.Join(' ', words);

        bool Says(string name) => words.Exists(w => Regex.IsMatch(w, $@"(?<![\w-]){Regex.Escape(name)}(?![\w-])", RegexOptions.CultureInvariant));
    }

    private static string Text(JToken choice) => choice is JValue scalar ? ConnectorJson.ScalarText(scalar) : ConnectorJson.ToText(choice);

    /// <summary>Who reads a schema.</summary>
    private enum Use
    {
        Agents,
        Forms,
        Answers,
    }

    [GeneratedRegex(@"\(\?[=!<]")]
    private static partial Regex LookAround();
}
