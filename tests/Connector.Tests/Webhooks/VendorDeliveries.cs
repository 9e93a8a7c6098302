using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Webhooks;

/// <summary>Deliveries made from the vendor's description of reporting webhooks: each kind of event, from each kind of message.</summary>
internal static class VendorDeliveries
{
    private static readonly Lazy<JObject?> s_document = new(() =>
        Repository.VendorFile("customer-io-reporting-webhooks-openapi.json") is { } file ? ConnectorJson.ParseObject(File.ReadAllText(file)) : null
    );

    public static bool AreAtHand => s_document.Value is not null;

    /// <summary>Names of the schemas of all events, such as <c>email_sent</c>.</summary>
    public static IReadOnlyList<string> Schemas =>
        [
            .. (s_document.Value?.SelectTokens("webhooks.reportingWebhook.post.requestBody.content['application/json'].schema.oneOf[*]") ?? [])
                .SelectMany(group => Resolved((JObject)group)["oneOf"]!)
                .Select(one => ((string)one["$ref"]!).Split('/')[^1]),
        ];

    /// <summary>Deliveries of one schema: every origin, once with all properties, once with the required ones, once with null where that may be.</summary>
    public static IEnumerable<JObject> Of(string schema)
    {
        var seen = new HashSet<string>();
        foreach (var required in new[] { false, true })
        {
            foreach (var nulls in new[] { false, true })
            {
                for (var origin = 0; origin < 4; origin++)
                {
                    var delivery = (JObject)Value((JObject)s_document.Value!["components"]!["schemas"]![schema]!, new Choice(origin, required, nulls));
                    if (seen.Add(ConnectorJson.ToText(delivery)))
                    {
                        yield return delivery;
                    }
                }
            }
        }
    }

    private sealed record Choice(int Origin, bool RequiredOnly, bool Nulls);

    private static JObject Resolved(JObject schema) =>
        (string?)schema["$ref"] is { } reference ? Resolved((JObject)s_document.Value!.SelectToken(reference[2..].Replace('/', '.'))!) : schema;

    private static JToken Value(JObject schema, Choice choice)
    {
        schema = Resolved(schema);
        if (schema["allOf"] is JArray or null && (schema["properties"] is JObject || schema["allOf"] is JArray))
        {
            return Object(schema, choice);
        }

        if (schema["oneOf"] is JArray { Count: > 0 } alternatives)
        {
            var nullable = alternatives.FirstOrDefault(a => (string?)a["type"] == "null");
            return choice.Nulls && nullable is not null
                ? JValue.CreateNull()
                : Value((JObject)(nullable is null ? alternatives[choice.Origin % alternatives.Count] : alternatives.First(a => a != nullable)), choice);
        }

        var types = schema["type"] switch
        {
            JArray many => many.Select(t => (string)t!).ToArray(),
            JValue one => [(string)one!],
            _ => ["string"],
        };
        return types.Contains("null") && choice.Nulls ? JValue.CreateNull()
            : schema["enum"] is JArray choices ? choices[choice.Origin % choices.Count].DeepClone()
            : types[0] switch
            {
                "string" => schema["example"] is JValue { Value: string } text ? text.DeepClone() : "text",
                "integer" => schema["example"] is JValue { Value: long } number ? number.DeepClone() : 7,
                "boolean" => true,
                "array" => new JArray(Value((JObject)schema["items"]!, choice)),
                "object" => schema["example"]?.DeepClone() ?? new JObject(),
                var other => throw new NotSupportedException(other),
            };
    }

    private static JObject Object(JObject schema, Choice choice)
    {
        var value = new JObject();
        var required = (schema["required"] as JArray ?? []).Select(r => (string)r!).ToHashSet();
        foreach (var (name, property) in schema["properties"] as JObject ?? [])
        {
            if (!choice.RequiredOnly || required.Contains(name))
            {
                value[name] = Value((JObject)property!, choice);
            }
        }

        foreach (var part in schema["allOf"] as JArray ?? [])
        {
            value.Merge(Value((JObject)part, choice), new JsonMergeSettings { MergeNullValueHandling = MergeNullValueHandling.Merge });
        }

        return value;
    }
}
