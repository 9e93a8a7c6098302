using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>Takes objects, lists, numbers and booleans that a client sent as JSON text, where the schema allows no text.</summary>
internal static class JsonTexts
{
    /// <summary>Reads the input of a tool as agents write it.</summary>
    /// <param name="json">The text of an object.</param>
    /// <param name="schemas">The schemas that it may follow.</param>
    /// <exception cref="FormatException">It is no JSON object, or has a key twice.</exception>
    public static JObject Read(ReadOnlySpan<byte> json, params ReadOnlySpan<JObject> schemas)
    {
        var input = ConnectorJson.ParseObject(json);
        foreach (var schema in schemas)
        {
            Take(input, schema);
        }

        return input;
    }

    /// <param name="arguments">What the client sent; changed in place.</param>
    /// <param name="schema">The schema of the tool's input.</param>
    public static void Take(JObject arguments, JObject schema)
    {
        foreach (var property in arguments.Properties())
        {
            if ((schema["properties"]?[property.Name] ?? schema["additionalProperties"]) is JObject input && Taken(property.Value, input) is { } value)
            {
                property.Value = value;
            }
        }
    }

    // Null where the value stays as it is.
    private static JToken? Taken(JToken value, JObject schema)
    {
        var parsed =
            value is JValue { Value: string text }
            && Types(schema) is { Count: > 0 } types
            && !types.Contains("string")
            && Parsed(text) is { } read
            && (types.Contains(TypeOf(read)) || (read.Type == JTokenType.Integer && types.Contains("number")))
                ? read
                : null;
        switch (parsed ?? value)
        {
            case JObject map:
                Take(map, schema);
                break;
            case JArray list when schema["items"] is JObject items:
                for (var i = 0; i < list.Count; i++)
                {
                    if (Taken(list[i], items) is { } item)
                    {
                        list[i] = item;
                    }
                }

                break;
        }

        return parsed;
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
