using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Webhooks;

/// <summary>A reporting webhook as the App API takes it.</summary>
internal static class Webhook
{
    /// <summary>The fields that are to be set.</summary>
    public static JObject Body(string? name, string? endpoint, IReadOnlyList<string>? events, bool? disabled, bool? fullResolution, bool? withContent)
    {
        if (!string.IsNullOrEmpty(endpoint) && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            throw ConnectorException.Input("/endpoint", "is not an address, such as https://example.com/customerio.");
        }

        var body = new JObject();
        void Set(string name, JToken? value)
        {
            if (value is JContainer or JValue { Value: not null and not "" })
            {
                body[name] = value;
            }
        }

        Set("name", name);
        Set("endpoint", endpoint);
        Set("events", events is null ? null : new JArray(events));
        Set("disabled", disabled);
        Set("full_resolution", fullResolution);
        Set("with_content", withContent);
        return body;
    }
}
