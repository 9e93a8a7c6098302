using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace CustomerIo.Connector.Sandbox.Tests.Reporting;

/// <summary>The vendor's schema of what is posted to a reporting webhook, with its known slips mended.</summary>
internal static class ReportSchema
{
    private static readonly Lazy<JsonSchema?> s_schema = new(Load);

    /// <summary>What a webhook can ask for and the file describes no payload of.</summary>
    public static readonly string[] Undescribed = ["email deferred", "slack converted", "sms dropped", "webhook converted"];

    public static bool IsAtHand => s_schema.Value is not null;

    /// <summary>What contradicts the schema; nothing where it is absent.</summary>
    public static IReadOnlyList<string> Check(JObject body) => [.. s_schema.Value?.Validate(body).Select(e => e.ToString()) ?? []];

    private static JsonSchema? Load()
    {
        if (OpenApi.Load("customer-io-reporting-webhooks-openapi.json") is not { } spec)
        {
            return null;
        }
        var schemas = (JObject)spec["components"]!["schemas"]!;
        // Every channel can be sent transactionally, but only the data of e-mail and push says so.
        schemas["other_event_common_data"] = schemas["event_common_data"]!.DeepClone();
        // Preferences also change without a delivery, as the text beside it says.
        schemas["person_cio_subscription_preferences_common"] = new JObject();
        ((JObject)schemas["push_drafted"]!).SelectTokens("$..enum").Single()[0] = "drafted";
        foreach (var discriminator in schemas.Descendants().OfType<JProperty>().Where(p => p.Name == "discriminator").ToList())
        {
            discriminator.Remove();
        }
        var schema = spec["webhooks"]!["reportingWebhook"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        return JsonSchema.FromJsonAsync(OpenApi.Inlined(schema, spec).ToString()).GetAwaiter().GetResult();
    }
}
