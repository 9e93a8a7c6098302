namespace CustomerIo.Connector.Values;

/// <summary>ULIDs: 48 bits of Unix milliseconds and 80 more, in 26 characters of Crockford's base 32.</summary>
internal static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The ULID of a time, told from others of the same by its last 80 bits.</summary>
    public static string New(DateTimeOffset time, UInt128 rest) => ToText(((UInt128)(ulong)time.ToUnixTimeMilliseconds() << 80) | rest);

    /// <summary>128 bits as the text of a ULID.</summary>
    public static string ToText(UInt128 bits) =>
        string.Create(
            26,
            bits,
            static (text, value) =>
            {
                for (var i = text.Length - 1; i >= 0; i--, value >>= 5)
                {
                    text[i] = Alphabet[(int)(value & 31)];
                }
            }
        );

    /// <summary>Reads a ULID in either letter case; false for any other text.</summary>
    public static bool TryParse(string text, out UInt128 bits)
    {
        bits = 0;
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

            bits = (bits << 5) | (uint)digit;
        }

        return true;
    }
}
