namespace CustomerIo.Connector.Sandbox;

/// <summary>ULIDs: 48 bits of milliseconds and 80 of chance, in 26 characters of Crockford's base 32.</summary>
internal static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New(DateTimeOffset time, ulong salt)
    {
        var bits = ((UInt128)(ulong)time.ToUnixTimeMilliseconds() << 80) | salt;
        return string.Create(
            26,
            bits,
            static (span, value) =>
            {
                for (var i = span.Length - 1; i >= 0; i--, value >>= 5)
                {
                    span[i] = Alphabet[(int)(value & 31)];
                }
            }
        );
    }

    /// <summary>Reads a ULID in either case; false for any other text.</summary>
    public static bool TryParse(string text, out UInt128 value)
    {
        value = 0;
        if (text.Length != 26 || text[0] is < '0' or > '7')
        {
            return false;
        }
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }
            value = (value << 5) | (uint)digit;
        }
        return true;
    }
}
