using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Values;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>Whose tokens let callers in.</summary>
internal sealed record TokenOptions
{
    /// <summary>Who makes them, as their <c>iss</c> says.</summary>
    public required string Issuer { get; init; }

    /// <summary>For whom they are made: their <c>aud</c> has one of these.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>A file, or the address of one, with the issuer's public keys (JWKS). Default null: where the issuer's metadata says.</summary>
    public string? Keys { get; init; }

    /// <summary>Tells whoever runs the hub why tokens cannot be checked. Default nobody.</summary>
    public Action<string> Say { get; init; } = _ => { };

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Reads JSON Web Tokens of one issuer: signed by a key pair of its, for this hub, and of now.</summary>
internal sealed class BearerTokens(TokenOptions options) : IDisposable
{
    /// <summary>By how much clocks may differ.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(30);

    // Key pairs only: with a shared secret, whoever can check a token can make one, and the public key must never count as one.
    private static readonly string[] s_algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    // Tokens for access; others of the same issuer, such as one that ends a session, let nobody in.
    private static readonly string[] s_types = ["JWT", "at+jwt", "application/at+jwt"];

    // As OAuth has it, as Microsoft Entra has it for users, and for programs.
    private static readonly string[] s_scopes = ["scope", "scp", "roles"];

    private static readonly string[] s_clients = ["client_id", "azp", "appid"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly IssuerKeys _keys = new(options);

    /// <summary>Who makes the tokens.</summary>
    public string Issuer => options.Issuer;

    /// <summary>Reads the keys, where they are in a file.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file has none.</exception>
    public void Check() => _keys.Check();

    /// <summary>What the bearer of a token may do, or what is wrong with it: one sentence without a part of it.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: the issuer's keys cannot be had.</exception>
    public async Task<(Rights? Rights, string? Lack)> ReadAsync(string text, CancellationToken ct)
    {
        JsonWebToken token;
        try
        {
            token = _handler.ReadJsonWebToken(text);
            if (Lack(token) is { } lack)
            {
                return (null, lack);
            }

            var keys = await _keys.ReadAsync(token.Kid, ct).ConfigureAwait(false);
            var result = await ValidateAsync(text, keys).ConfigureAwait(false);
            if (result.Exception is SecurityTokenInvalidSignatureException && await _keys.ReadNewerAsync(keys, ct).ConfigureAwait(false) is { } newer)
            {
                // An issuer that changed its key without naming it.
                result = await ValidateAsync(text, newer).ConfigureAwait(false);
            }

            return result.IsValid ? (RightsOf((JsonWebToken)result.SecurityToken), null) : (null, Reason(result.Exception));
        }
        catch (Exception e) when (e is not (ConnectorException or OperationCanceledException))
        {
            // Whatever a stranger writes into a token is no defect of ours.
            return (null, Reason(e));
        }
    }

    public void Dispose() => _keys.Dispose();

    private Task<TokenValidationResult> ValidateAsync(string text, SecurityKey[] keys) =>
        _handler.ValidateTokenAsync(
            text,
            new TokenValidationParameters
            {
                ValidIssuer = options.Issuer,
                ValidAudiences = options.Audiences,
                ValidAlgorithms = s_algorithms,
                IssuerSigningKeys = keys,
                RequireSignedTokens = true,
                LifetimeValidator = (from, until, _, _) => IsNow(from, until),
            }
        );

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = options.Time.GetUtcNow().UtcDateTime;
        return until is null ? throw new SecurityTokenNoExpirationException()
            : until <= now - s_skew ? throw new SecurityTokenExpiredException()
            : from > now + s_skew ? throw new SecurityTokenNotYetValidException()
            : true;
    }

    private static string? Lack(JsonWebToken token) =>
        token.IsEncrypted ? "The token is encrypted; this hub takes signed ones."
        : Part(token.EncodedHeader).ContainsKey("crit") ? "The token has critical headers, and this hub knows none."
        : !s_algorithms.Contains(token.Alg, StringComparer.Ordinal) ? $"The token must be signed with a key pair: {string.Join(", ", s_algorithms)}."
        : token.Typ is { Length: > 0 } type && !s_types.Contains(type, StringComparer.OrdinalIgnoreCase)
            ? "The token is none for access: its typ must be JWT or at+jwt."
        : !IsTextOrTexts(Part(token.EncodedPayload)["aud"]) ? "The token must name its audience (aud): a text, or a list of texts."
        : null;

    // Read strictly: of two equal keys, or of an audience in another form, nobody chooses.
    private static JObject Part(string encoded) => ConnectorJson.ParseObject(Base64Url.DecodeFromChars(encoded));

    private static bool IsTextOrTexts(JToken? value) => value is JArray list ? list.All(v => v.Type == JTokenType.String) : value?.Type == JTokenType.String;

    private static string Reason(Exception? e) =>
        e switch
        {
            SecurityTokenExpiredException => "The token has expired.",
            SecurityTokenNotYetValidException => "The token is not valid yet.",
            SecurityTokenNoExpirationException => "The token must say when it expires.",
            SecurityTokenInvalidAudienceException => "The token is for another audience.",
            SecurityTokenInvalidIssuerException => "The token is of another issuer.",
            SecurityTokenInvalidSignatureException => "The token is not signed by a key of the issuer.",
            _ => "There is no such key, and it is no token that can be read.",
        };

    private static Rights RightsOf(JsonWebToken token)
    {
        var scopes = s_scopes
            .SelectMany(name => token.Claims.Where(c => c.Type == name))
            .SelectMany(c => c.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToHashSet(StringComparer.Ordinal);
        string[] groups = [.. scopes.Where(s => s.StartsWith(TokenScopes.Group, StringComparison.Ordinal)).Select(s => s[TokenScopes.Group.Length..])];
        return new Rights(Name(token), groups.Length > 0 ? groups : null, false) { Scopes = scopes };
    }

    /// <summary>Program and person, as the log tells them apart: the person by a hash, which is no address.</summary>
    private static string Name(JsonWebToken token)
    {
        var client = s_clients.Select(name => token.TryGetClaim(name, out var claim) ? claim.Value : null).FirstOrDefault(v => v is { Length: > 0 }) ?? "";
        var person = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{client}\n{token.Subject}")))[..12];
        return client is { Length: > 0 and <= 64 } && client.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? $"token:{client}:{person}"
            : $"token:{person}";
    }
}
