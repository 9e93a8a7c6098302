using System.Net;
using System.Security.Cryptography;
using CustomerIo.Connector.Values;
using Microsoft.IdentityModel.Tokens;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>The public keys of an issuer, read anew once they are old, and when a token names one that is not there.</summary>
internal sealed class IssuerKeys(TokenOptions options) : IDisposable
{
    /// <summary>How long keys are used before they are read anew.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>How long they are used when they cannot be read anew.</summary>
    internal static readonly TimeSpan Stale = TimeSpan.FromHours(24);

    /// <summary>How seldom strangers can have them read anew.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private const int LongestDocument = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LongestDocument,
    };
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Known? _known;
    private DateTimeOffset _tried = DateTimeOffset.MinValue;
    private ConnectorException? _failure;
    private string? _told;

    private bool IsFile => options.Keys is { } keys && !IsAddress(keys);

    /// <summary>Whether a text is the address of something on the web.</summary>
    public static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>Whether what an address answers can be believed: by https, or from this machine.</summary>
    public static bool IsSafe(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address is { Scheme: "http", IsLoopback: true });

    /// <summary>Reads the keys, where they are in a file.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file has none.</exception>
    public void Check()
    {
        if (IsFile)
        {
            try
            {
                _known = ReadFile();
            }
            catch (ConnectorException e)
            {
                throw new ConnectorException(FailureKind.Input, e.Message, inner: e);
            }
        }
    }

    /// <summary>The keys, with the one that is named if there is such a one.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: they cannot be had.</exception>
    public async Task<SecurityKey[]> ReadAsync(string? named, CancellationToken ct)
    {
        var known = _known;
        if (known is null || (IsFile ? IsChanged(known) : Age(known) >= Stale || !Has(known, named)))
        {
            return (await RefreshAsync(known, ct).ConfigureAwait(false)).Keys;
        }

        if (!IsFile && Age(known) >= Fresh && _reading.CurrentCount > 0)
        {
            // Nobody waits for an issuer that does not answer, while its keys serve; what went wrong is told when they do not any more.
            _ = RefreshAsync(known, CancellationToken.None);
        }

        return known.Keys;
    }

    /// <summary>Keys that are newer than these; null when there are none, or it is too early to ask.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: they cannot be had.</exception>
    public async Task<SecurityKey[]?> ReadNewerAsync(SecurityKey[] than, CancellationToken ct)
    {
        var known = _known;
        var newer = known?.Keys == than ? (await RefreshAsync(known, ct).ConfigureAwait(false)).Keys : known?.Keys;
        return newer == than ? null : newer;
    }

    public void Dispose()
    {
        _http.Dispose();
        _reading.Dispose();
    }

    private async Task<Known> RefreshAsync(Known? old, CancellationToken ct)
    {
        await _reading.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_known is { } newer && newer != old)
            {
                return newer;
            }

            if (IsFile)
            {
                return _known is { } same && !IsChanged(same) ? same : Take(ReadFile());
            }

            // Strangers name keys that are not there, and must not have the issuer asked each time.
            var now = options.Time.GetUtcNow();
            if (now - _tried >= Pause)
            {
                _tried = now;
                try
                {
                    // Not the caller's to cancel: others wait for the same answer.
                    return Take(await FetchAsync().ConfigureAwait(false));
                }
                catch (ConnectorException e)
                {
                    _failure = e;
                }
            }

            return _known is { } kept && Age(kept) < Stale ? kept : throw _failure!;
        }
        catch (ConnectorException e)
        {
            // Paths and addresses of the hub are its operator's to read, once, and no caller's.
            if (_told != e.Message)
            {
                options.Say(_told = e.Message);
            }

            throw new ConnectorException(FailureKind.Unavailable, "Tokens cannot be checked now.", inner: e);
        }
        finally
        {
            _reading.Release();
        }
    }

    private Known Take(Known known)
    {
        _told = null;
        return _known = known;
    }

    private static bool Has(Known known, string? named) => string.IsNullOrEmpty(named) || Array.Exists(known.Keys, k => k.KeyId == named);

    private TimeSpan Age(Known known) => options.Time.GetUtcNow() - known.Read;

    private async Task<Known> FetchAsync()
    {
        var address = options.Keys;
        if (address is null)
        {
            var metadata = await FetchAsync(options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration").ConfigureAwait(false);
            if ((string?)(metadata["issuer"] as JValue) is not { } issuer || issuer != options.Issuer)
            {
                throw Unavailable(
                    $"The metadata of {options.Issuer} are those of {(string?)(metadata["issuer"] as JValue) ?? "nobody"}: --jwt-issuer must be just that."
                );
            }

            address = (string?)(metadata["jwks_uri"] as JValue);
            if (address is null || !IsSafe(address))
            {
                throw Unavailable($"The metadata of {options.Issuer} names no https address of its keys (jwks_uri).");
            }
        }

        return new Known(Parse(address, await FetchAsync(address).ConfigureAwait(false)), options.Time.GetUtcNow(), default);
    }

    private async Task<JObject> FetchAsync(string address)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(address)).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.OK
                ? ConnectorJson.ParseObject(await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false))
                : throw Unavailable($"{Shown.Address(address)} answers {(int)answer.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or FormatException or TaskCanceledException)
        {
            throw Unavailable($"{Shown.Address(address)} cannot be read: {e.GetBaseException().Message}", e);
        }
    }

    private Known ReadFile()
    {
        var path = options.Keys!;
        try
        {
            var stamp = Stamp(path);
            return new Known(Parse(path, ConnectorJson.ParseObject(File.ReadAllBytes(path))), options.Time.GetUtcNow(), stamp);
        }
        catch (Exception e) when (e is FormatException || FileFailure.Is(e))
        {
            throw Unavailable($"The file {path} cannot be read: {e.Message}", e);
        }
    }

    private bool IsChanged(Known known) => IsFile && Stamp(options.Keys!) != known.Stamp;

    private static (DateTime, long) Stamp(string path) => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private static SecurityKey[] Parse(string from, JObject document)
    {
        try
        {
            // Of key pairs alone: a shared secret in such a list would be everybody's.
            var set = new JsonWebKeySet(ConnectorJson.ToText(document)) { SkipUnresolvedJsonWebKeys = true };
            SecurityKey[] keys =
            [
                .. set.GetSigningKeys().Where(k => k is RsaSecurityKey or ECDsaSecurityKey or X509SecurityKey or JsonWebKey { Kty: "RSA" or "EC" }),
            ];
            return keys.Length > 0 ? keys : throw Unavailable($"{Shown.Address(from)} has no public key (RSA or EC) that signs: it must be a JWKS.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or CryptographicException)
        {
            throw Unavailable($"{Shown.Address(from)} is no JWKS, or has a key that cannot be read.", e);
        }
    }

    private static ConnectorException Unavailable(string message, Exception? inner = null) =>
        new(FailureKind.Unavailable, "Tokens cannot be checked. " + message, inner: inner);

    private sealed record Known(SecurityKey[] Keys, DateTimeOffset Read, (DateTime, long) Stamp);
}
