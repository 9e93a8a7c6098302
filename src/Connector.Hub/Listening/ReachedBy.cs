using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>The address by which a caller reached the server; a proxy says whether it took the request by https.</summary>
internal static class ReachedBy
{
    /// <summary>Scheme, host and port, without a path.</summary>
    public static string Origin(HttpRequest request) => $"{Scheme(request)}://{request.Host}";

    /// <summary><c>https</c> or <c>http</c>.</summary>
    public static string Scheme(HttpRequest request) =>
        request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim().Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase)
            ? Uri.UriSchemeHttps
            : request.Scheme;
}
