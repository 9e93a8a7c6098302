using System.Text;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Who may use a route.</summary>
internal enum Access
{
    /// <summary>Anyone: the vendor asks for no credentials there, or it is the sandbox's own control side.</summary>
    Open,

    /// <summary>Basic authentication with Site ID and Track API key.</summary>
    Track,

    /// <summary>Bearer authentication with an App API key.</summary>
    App,

    /// <summary>Basic authentication with a Pipelines API key and no password.</summary>
    Pipelines,
}

/// <summary>Reads the Authorization header as the vendor's clients write it.</summary>
internal static class Credentials
{
    public static bool Allowed(Access access, HttpRequest request, SandboxOptions options)
    {
        var header = request.Headers.Authorization.ToString();
        return access switch
        {
            Access.Track => Basic(header) is var (site, key) && Fits(site, options.SiteId) && Fits(key, options.ApiKey),
            Access.App => header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Fits(header[7..].Trim(), options.AppApiKey),
            Access.Pipelines => Basic(header) is var (source, none) && Fits(source, options.PipelinesApiKey) && none.Length == 0,
            _ => true,
        };
    }

    private static bool Fits(string sent, string? wanted) => sent.Length > 0 && (wanted is null || wanted == sent);

    private static (string Site, string Key)? Basic(string header)
    {
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        // The Go client writes the URL-safe alphabet, the others the standard one; padding may be missing.
        var text = header[6..].Trim().TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count))
        {
            return null;
        }
        var pair = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (pair[..colon], pair[(colon + 1)..]);
    }
}
