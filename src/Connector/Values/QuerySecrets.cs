using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Values;

/// <summary>Hides the values of an address's parameters that call themselves a secret.</summary>
internal static partial class QuerySecrets
{
    /// <summary>A text with three stars in place of each such value.</summary>
    public static string Hide(string text) => text.Contains('?', StringComparison.Ordinal) ? Parameter().Replace(text, "$1***") : text;

    // Of a query only what calls itself a secret: the rest tells which request it was.
    [GeneratedRegex(
        """([?&][\w.%\[\]-]*(?:token|secret|key|passw|pwd|sig|auth|code|credential)[\w.%\[\]-]*=)[^\s&#"'<>]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Parameter();
}
