using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>An input's schema as agents get it: short, and in the few keywords that every client reads.</summary>
/// <remarks>
/// Clients cut a schema off at a list of types, drop a tool for a <c>$ref</c>, refuse lookahead and <c>anyOf</c>, and read a choice as any text.
/// What is left out here is still accepted: the whole schema is what inputs are checked by.
/// </remarks>
internal static partial class AgentSchema
{
    /// <summary>Keywords that say the same to all clients; limits of length and the like are told by the refusal.</summary>
    private static readonly string[] s_kept = ["enum", "minimum", "maximum", "default"];

    /// <summary>A longer list of choices stands once, in the description.</summary>
    private const int MaxChoices = 20;

    /// <summary>The schema of an input without what only steers the transport.</summary>
    public static JObject Of(JObject input)
    {
        var schema = new JObject { ["type"] = "object" };
        Add(schema, input);
        return schema;
    }

    private static JObject Property(JObject full)
    {
        var schema = new JObject();
        var type = Type(full);
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
            if (full[keyword] is { } value && value is not (JValue { Value: false or null or "" } or JContainer { Count: 0 or > MaxChoices }))
            {
                schema[keyword] = value.DeepClone();
            }
        }

        if (full["pattern"] is JValue { Value: string pattern } && !LookAround().IsMatch(pattern = pattern.Replace("$(?!\\n)", "$", StringComparison.Ordinal)))
        {
            schema["pattern"] = pattern;
        }

        switch (type)
        {
            case "object":
                Add(schema, full);
                break;
            case "array" when full["items"] is JObject items:
                schema["items"] = Property(items);
                break;
        }

        return schema;
    }

    private static void Add(JObject schema, JObject full)
    {
        if (full["properties"] is JObject properties)
        {
            var shown = properties.Properties().Where(p => p.Value[InputSchema.ForAgents] is not JValue { Value: false }).ToArray();
            schema["properties"] = new JObject(shown.Select(p => new JProperty(p.Name, Property((JObject)p.Value))));
            if (full["required"] is JArray { Count: > 0 } required)
            {
                schema["required"] = required.DeepClone();
            }
        }

        // Whether further members are refused is not said: what was left out is accepted.
        if (full["additionalProperties"] is JObject others && Type(others) is not null)
        {
            schema["additionalProperties"] = Property(others);
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

    [GeneratedRegex(@"\(\?[=!<]")]
    private static partial Regex LookAround();
}
