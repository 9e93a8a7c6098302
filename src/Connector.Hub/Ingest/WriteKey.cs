using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>What SDKs must send: in the user name of Basic credentials, in the query or in the body.</summary>
internal sealed class WriteKey(string key)
{
    private readonly byte[] _hash = Hash(key);

    /// <exception cref="IngestRefusal">It is another one, or none.</exception>
    public void Check(string? given)
    {
        // Of equal length whatever was given, so that the time taken tells nothing.
        if (given is null || !CryptographicOperations.FixedTimeEquals(Hash(given), _hash))
        {
            throw new IngestRefusal(401, "The write key is missing or wrong.");
        }
    }

    /// <summary>The user name of the Basic credentials, else what the query says; null without any.</summary>
    public static string? Given(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return request.Query["writeKey"] is [{ Length: > 0 } key] ? key : null;
        }

        try
        {
            return header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
                ? Encoding.UTF8.GetString(Convert.FromBase64String(header[6..].Trim())).Split(':', 2)[0]
                : "";
        }
        catch (FormatException)
        {
            return "";
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
