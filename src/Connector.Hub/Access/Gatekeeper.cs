using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>Lets callers in by their key, or by a token of an issuer; while there is neither, everybody on this machine.</summary>
/// <param name="keys">The keys; null for a hub that has none.</param>
/// <param name="isLocal">Whether only this machine reaches the hub.</param>
/// <param name="tokens">Reads tokens; null for a hub that takes none.</param>
internal sealed class Gatekeeper(HubKeys? keys, bool isLocal, BearerTokens? tokens = null)
{
    /// <summary>Where a caller reads what the hub wants of it (RFC 9728).</summary>
    public const string MetadataPath = "/.well-known/oauth-protected-resource";

    private const string Scheme = "Bearer ";

    /// <summary>What a caller may do; null when it was answered 401, or 403 for a token that allows nothing.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: keys cannot be read, or the issuer's not be had.</exception>
    public async Task<Rights?> LetInAsync(HttpContext context)
    {
        var headers = context.Request.Headers.Authorization;
        var header = headers.ToString();
        var given =
            headers.Count <= 1 && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim()
            : header.Length > 0 ? ""
            : null;
        if (given is { Length: > 0 } && tokens is not null && !HubKeys.IsLike(given))
        {
            return await TakeTokenAsync(context, tokens, given).ConfigureAwait(false);
        }

        if (Find(given) is { } rights)
        {
            return rights;
        }

        var what = tokens is null ? "a key" : "a key, or a token of its issuer";
        var reason = given is null
            ? $"This hub wants {what}: send it as Authorization: Bearer KEY. connector hub keys add NAME makes one."
            : "There is no such key, or it was removed. connector hub keys list shows those that there are.";
        Challenge(context, given is null ? [] : [("error", "invalid_token")]);
        await Answers.FailAsync(context, new ConnectorException(FailureKind.Connection, reason), 401).ConfigureAwait(false);
        return null;
    }

    /// <summary>Answers 403 to a caller that may not run an action, and says which scopes its token lacks.</summary>
    public static Task ForbidAsync(HttpContext context, Rights rights, ActionManifest action)
    {
        var isToken = rights.Scopes is not null && !rights.AllowByScopes(action);
        if (isToken)
        {
            Challenge(context, ("error", "insufficient_scope"), ("scope", string.Join(' ', TokenScopes.Needed(action))));
        }

        var reason = isToken
            ? $"The token may not run {action.Id}, which needs {string.Join(", ", TokenScopes.Needed(action))}. GET /actions lists what it may run."
            : $"{(rights.Scopes is null ? $"The key {rights.Name}" : "The token")} may not run {action.Id}. GET /actions lists what it may run.";
        return Answers.FailAsync(context, new ConnectorException(FailureKind.Input, reason), 403);
    }

    /// <summary>Answers what the hub wants of callers.</summary>
    public Task DescribeAsync(HttpContext context)
    {
        var document = new JObject { ["resource"] = ReachedBy.Origin(context.Request), ["bearer_methods_supported"] = new JArray("header") };
        if (tokens is not null)
        {
            document["authorization_servers"] = new JArray(tokens.Issuer);
            document["scopes_supported"] = new JArray(TokenScopes.All);
        }

        return Answers.WriteAsync(context, 200, document);
    }

    private static async Task<Rights?> TakeTokenAsync(HttpContext context, BearerTokens tokens, string given)
    {
        var (rights, lack) = await tokens.ReadAsync(given, context.RequestAborted).ConfigureAwait(false);
        if (rights is null)
        {
            Challenge(context, ("error", "invalid_token"), ("error_description", lack!));
            await Answers.FailAsync(context, new ConnectorException(FailureKind.Connection, lack!), 401).ConfigureAwait(false);
            return null;
        }

        if (!TokenScopes.All.Any(rights.Scopes!.Contains))
        {
            Challenge(context, ("error", "insufficient_scope"), ("scope", string.Join(' ', TokenScopes.All)));
            var reason = $"The token allows nothing here: it needs some of the scopes {string.Join(", ", TokenScopes.All)}.";
            await Answers.FailAsync(context, new ConnectorException(FailureKind.Input, reason), 403).ConfigureAwait(false);
            return null;
        }

        return rights;
    }

    // The values are our own words, without quotation marks.
    private static void Challenge(HttpContext context, params IEnumerable<(string Name, string Value)> parts) =>
        context.Response.Headers.WWWAuthenticate =
            Scheme
            + string.Join(", ", parts.Append(("resource_metadata", ReachedBy.Origin(context.Request) + MetadataPath)).Select(p => $"{p.Item1}=\"{p.Item2}\""));

    private Rights? Find(string? given)
    {
        try
        {
            return given is not null ? keys?.Find(given)
                : isLocal && tokens is null && keys?.Any() != true ? Rights.All
                : null;
        }
        catch (SqliteException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The hub's keys cannot be read: {e.Message}", inner: e);
        }
    }
}
