using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CustomerIo.Connector.Values;

/// <summary>ULIDs, by which Customer.io counts an event once however often it is sent.</summary>
internal static class EventIds
{
    /// <summary>A fresh ULID: 48 bits of Unix milliseconds, 80 random bits.</summary>
    /// <param name="now">The time to put in.</param>
    /// <returns>26 characters of Crockford base32.</returns>
    public static string Fresh(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        return Ulid.New(now, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>The ULID of one item of one workflow step: the same for every replay of that step.</summary>
    /// <param name="invocationId">What the host calls this invocation.</param>
    /// <param name="actionId">The action's id.</param>
    /// <param name="itemIndex">The item's place in the invocation, 0 for the first.</param>
    /// <returns>The first 128 bits of SHA-256 over the three, joined by line feeds, in Crockford base32.</returns>
    public static string Derive(string invocationId, string actionId, int itemIndex)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{invocationId}\n{actionId}\n{itemIndex}");
        return Ulid.ToText(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    /// <summary>Whether a text is a ULID, in either letter case.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>True for 26 characters of Crockford base32 that fit 128 bits.</returns>
    public static bool IsUlid(string text) => Ulid.TryParse(text, out _);
}
