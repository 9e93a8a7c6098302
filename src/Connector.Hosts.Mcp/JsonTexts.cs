using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Takes objects, lists, numbers and booleans that a client sent as JSON text, where the input can be no text.</summary>
internal static class JsonTexts
{
    /// <param name="arguments">What the client sent; changed in place.</param>
    /// <param name="schema">The schema of the tool's input.</param>
    public static void Take(JObject arguments, JObject schema)
    {
        foreach (var property in arguments.Properties())
        {
            if (
                property.Value is JValue { Value: string text }
                && schema["properties"]?[property.Name] is JObject input
                && Types(input) is { Count: > 0 } types
                && !types.Contains("string")
                && Parsed(text) is { } value
                && (types.Contains(TypeOf(value)) || (value.Type == JTokenType.Integer && types.Contains("number")))
            )
            {
                property.Value = value;
            }
        }
    }

    private static readonly string[] s_alternatives = ["anyOf", "oneOf", "allOf"];

    // Empty where the schema says nothing about it.
    private static HashSet<string> Types(JObject schema) =>
        [
            .. schema["type"] switch
            {
                JArray many => many.Select(t => (string)t!),
                JValue { Value: string one } => [one],
                _ => [],
            },
            .. s_alternatives.SelectMany(k => schema[k] as JArray ?? []).OfType<JObject>().SelectMany(Types),
        ];

    private static JToken? Parsed(string text)
    {
        try
        {
            return ConnectorJson.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string TypeOf(JToken value) =>
        value.Type switch
        {
            JTokenType.Object => "object",
            JTokenType.Array => "array",
            JTokenType.Boolean => "boolean",
            JTokenType.Integer => "integer",
            JTokenType.Float => "number",
            _ => "",
        };
}
