using System.Text.Json.Nodes;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.OpenApi;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.OpenApi;

/// <summary>Schemas of the manifest as those of an OpenAPI document: one type each, and nothing that importers stumble over.</summary>
/// <param name="forms">Whether Power Platform's own keywords are written, by which it makes its forms.</param>
internal sealed class ApiSchemas(bool forms)
{
    /// <summary>Operation that reads the choices of drop-down lists.</summary>
    public const string ListOptions = "ListOptions";

    /// <summary>The schema of an input.</summary>
    public OpenApiSchema Input(JObject schema) => Of(AgentSchema.ForForms(schema), isInput: true);

    /// <summary>The schema of what is answered.</summary>
    public OpenApiSchema Answer(JObject schema) => Of(AgentSchema.ForAnswers(schema), isInput: false);

    /// <summary>A text, with its words.</summary>
    public static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    public static JsonNode Node(JToken value) => JsonNode.Parse(ConnectorJson.ToBytes(value))!;

    /// <summary>Power Platform's label and place in the form; nothing in other documents.</summary>
    public Dictionary<string, IOpenApiExtension>? Words(JToken? title, string? visibility = null)
    {
        var words = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
        if (forms && title is not null)
        {
            words["x-ms-summary"] = new JsonNodeExtension(Node(title));
        }

        if (forms && visibility is not null)
        {
            words["x-ms-visibility"] = new JsonNodeExtension(visibility);
        }

        return words.Count > 0 ? words : null;
    }

    private OpenApiSchema Of(JObject schema, bool isInput, bool isRequired = false)
    {
        var ui = schema["x-ui"];
        var made = new OpenApiSchema
        {
            Type = Type(schema),
            Title = forms ? null : (string?)schema["title"],
            Description = (string?)schema["description"],
            Minimum = (schema["minimum"] as JValue)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Maximum = (schema["maximum"] as JValue)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Pattern = (string?)schema["pattern"],
            Default = schema["default"] is JValue value ? Node(value) : null,
            Enum = (schema["enum"] as JArray)?.Where(c => c.Type != JTokenType.Null).Select(Node).ToList(),
            Items =
                schema["items"] is JObject items ? Of(items, isInput)
                : (string?)schema["type"] == "array" ? new OpenApiSchema()
                : null,
            AdditionalProperties = schema["additionalProperties"] is JObject others ? Of(others, isInput) : null,
            Extensions = Words(
                schema["title"],
                isRequired ? "important"
                    : (string?)ui?["group"] == "advanced" ? "advanced"
                    : null
            ),
        };
        if (forms && ui?["options"] is { } kind)
        {
            made.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal);
            made.Extensions["x-ms-dynamic-values"] = new JsonNodeExtension(
                new JsonObject
                {
                    ["operationId"] = ListOptions,
                    ["parameters"] = new JsonObject { ["kind"] = (string)kind! },
                    ["value-collection"] = "options",
                    ["value-path"] = "value",
                    ["value-title"] = "label",
                }
            );
        }

        var required = (schema["required"] as JArray ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        if (schema["properties"] is JObject { Count: > 0 } properties)
        {
            made.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            foreach (var (name, property) in properties)
            {
                made.Properties[name] = Of((JObject)property!, isInput, isInput && required.Contains(name));
            }
        }

        made.Required = required.Count > 0 ? required : null;
        return made;
    }

    private static JsonSchemaType? Type(JObject schema) =>
        schema["type"] is JValue { Value: string name }
            ? Enum.Parse<JsonSchemaType>(name, ignoreCase: true) | (schema[AgentSchema.Nullable] is not null ? JsonSchemaType.Null : 0)
            : null;
}
