using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Customer.io's hosts, by API and region.</summary>
internal static class Hosts
{
    public static string Origin(ApiName api, Region region) =>
        (api, region) switch
        {
            (ApiName.Track, Region.Eu) => "https://track-eu.customer.io",
            (ApiName.Track, _) => "https://track.customer.io",
            (ApiName.App, Region.Eu) => "https://api-eu.customer.io",
            (ApiName.App, _) => "https://api.customer.io",
            (_, Region.Eu) => "https://cdp-eu.customer.io",
            _ => "https://cdp.customer.io",
        };

    /// <summary>The region whose host this is, or null.</summary>
    public static Region? RegionOf(string host) =>
        !host.EndsWith(".customer.io", StringComparison.OrdinalIgnoreCase) ? null
        : host.EndsWith("-eu.customer.io", StringComparison.OrdinalIgnoreCase) ? Region.Eu
        : Region.Us;

    /// <summary>The region that an answer names; <see cref="Region.Auto"/> when it names none.</summary>
    public static Region RegionIn(ApiResponse response) =>
        ((response.TryJson() as JObject)?["region"] as JValue)?.Value switch
        {
            "us" => Region.Us,
            "eu" => Region.Eu,
            _ => Region.Auto,
        };

    /// <summary>Checks a base URL: absolute, https unless loopback, no user, query or fragment.</summary>
    /// <returns>The URL without a final slash.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>.</exception>
    public static string CheckBaseUrl(string text)
    {
        ConnectorException Bad(string why) =>
            new(FailureKind.Connection, $"The base URL {why} Leave it empty for Customer.io itself, or give one like http://127.0.0.1:8080.");

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            throw Bad("is not an http or https URL.");
        }

        if (uri.UserInfo.Length > 0)
        {
            throw Bad("holds a user name or password; the keys have their own fields.");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw Bad("has a query or a fragment; only scheme, host, port and path can be used.");
        }

        if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            throw Bad("uses plain http, which would show the keys to the network; use https (http is for this machine only).");
        }

        return uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }
}
