using System.Security.Cryptography;
using System.Text;

namespace CustomerIo.Connector.Webhooks;

/// <summary>Customer.io's signature of a reporting webhook: HMAC-SHA256 over <c>v0:timestamp:body</c>, in hexadecimal.</summary>
public static class WebhookSignature
{
    /// <summary>Name of the header that carries the signature.</summary>
    public const string Header = "X-CIO-Signature";

    /// <summary>Name of the header that carries the time of sending, in Unix seconds.</summary>
    public const string TimestampHeader = "X-CIO-Timestamp";

    /// <summary>Signs a delivery.</summary>
    /// <param name="key">The webhook's signing key, as Customer.io shows it.</param>
    /// <param name="timestamp">The text of the timestamp header.</param>
    /// <param name="body">The body's bytes as they are sent.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Sign(string key, string timestamp, ReadOnlySpan<byte> body) => Convert.ToHexStringLower(Hash(key, timestamp, body));

    /// <summary>Checks a signature, in the same time whatever it is.</summary>
    /// <param name="key">The webhook's signing key, as Customer.io shows it.</param>
    /// <param name="timestamp">The text of the timestamp header.</param>
    /// <param name="body">The body's bytes as they came.</param>
    /// <param name="signature">The signature header: hexadecimal in either case, with or without <c>v0=</c>.</param>
    /// <returns>Whether the key's owner signed exactly this.</returns>
    public static bool Matches(string key, string timestamp, ReadOnlySpan<byte> body, string signature)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var digits = signature.AsSpan().Trim();
        digits = digits.StartsWith("v0=", StringComparison.Ordinal) ? digits[3..] : digits;
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        return digits.Length == 2 * SHA256.HashSizeInBytes
            && Convert.FromHexString(digits, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, Hash(key, timestamp, body));
    }

    private static byte[] Hash(string key, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        hash.AppendData("v0:"u8);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hash.AppendData(":"u8);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
