using CustomerIo.Connector.Hub.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>Lets callers in by their key; while there is none, everybody on this machine.</summary>
/// <param name="keys">The keys; null for a hub that has none.</param>
/// <param name="isLocal">Whether the hub listens on this machine only.</param>
internal sealed class Gatekeeper(HubKeys? keys, bool isLocal)
{
    /// <summary>Where a caller reads what the hub wants of it (RFC 9728).</summary>
    public const string MetadataPath = "/.well-known/oauth-protected-resource";

    private const string Scheme = "Bearer ";

    /// <summary>What a caller may do; null when it was answered 401.</summary>
    public async Task<Rights?> LetInAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var given =
            header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim()
            : header.Length > 0 ? ""
            : null;
        if (Find(given) is { } rights)
        {
            return rights;
        }

        var error = given is null ? "" : "error=\"invalid_token\", ";
        context.Response.Headers.WWWAuthenticate = $"Bearer {error}resource_metadata=\"{ReachedBy.Origin(context.Request)}{MetadataPath}\"";
        var reason = given is null
            ? "This hub wants a key: send it as Authorization: Bearer KEY. connector hub keys add NAME makes one."
            : "There is no such key, or it was removed. connector hub keys list shows those that there are.";
        await Answers.FailAsync(context, new ConnectorException(FailureKind.Connection, reason), 401).ConfigureAwait(false);
        return null;
    }

    /// <summary>Answers what the hub wants of callers.</summary>
    public static Task DescribeAsync(HttpContext context) =>
        Answers.WriteAsync(context, 200, new JObject { ["resource"] = ReachedBy.Origin(context.Request), ["bearer_methods_supported"] = new JArray("header") });

    private Rights? Find(string? given)
    {
        try
        {
            return given is not null ? keys?.Find(given)
                : isLocal && keys?.Any() != true ? Rights.All
                : null;
        }
        catch (SqliteException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The hub's keys cannot be read: {e.Message}", inner: e);
        }
    }
}
