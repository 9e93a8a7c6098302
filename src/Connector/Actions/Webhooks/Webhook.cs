using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Webhooks;

/// <summary>A reporting webhook as the App API takes it.</summary>
internal static class Webhook
{
    /// <summary>The fields that are to be set.</summary>
    public static JObject Body(string? name, string? endpoint, IReadOnlyList<string>? events, bool? disabled, bool? fullResolution, bool? withContent)
    {
        if (!string.IsNullOrEmpty(endpoint))
        {
            Address(endpoint, "/endpoint");
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

    /// <summary>The address of a reporting webhook: https, since people's data goes there, or one of this machine for trying things out.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is no such address.</exception>
    public static Uri Address(string text, string input) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0
            ? throw ConnectorException.Input(input, "is not an address, such as https://example.com/customerio.")
        : url.Scheme == "http" && !url.IsLoopback
            ? throw ConnectorException.Input(input, "is plain http, and everybody on the way could read what people did. Give an https address.")
        : url;
}
