using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Values;

/// <summary>What every message and log line leaves through: it writes nothing to a terminal but itself, and tells no password of an address.</summary>
internal static partial class Shown
{
    /// <summary>A message: control characters and line breaks escaped, and what stands between <c>://</c> and <c>@</c> left out.</summary>
    public static string Line(string text) => Escape(WithoutUser(text), breaks: false);

    /// <summary>As <see cref="Line"/>, but line feeds and tabs stay.</summary>
    public static string Lines(string text) => Escape(WithoutUser(text), breaks: true);

    /// <summary>Data for a person's screen, whole: control characters and marks that turn the direction of writing become <c>\u001b</c>, half surrogates <c>\ufffd</c>.</summary>
    /// <remarks>Within JSON this changes how a string is written, and not the string.</remarks>
    public static string Escape(string text, bool breaks = true)
    {
        var at = 0;
        while (at < text.Length && !IsUnfit(text, at, breaks))
        {
            at++;
        }

        if (at == text.Length)
        {
            return text;
        }

        var shown = new StringBuilder(text, 0, at, text.Length + 32);
        for (; at < text.Length; at++)
        {
            if (IsUnfit(text, at, breaks))
            {
                var c = char.IsSurrogate(text[at]) ? '\uFFFD' : text[at];
                shown.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") });
            }
            else
            {
                shown.Append(text[at]);
            }
        }

        return shown.ToString();
    }

    private static bool IsUnfit(string text, int at, bool breaks) => text[at] switch
    {
        '\n' or '\t' => !breaks,
        < ' ' or (>= '\u007F' and <= '\u009F') => true,
        < '\u061C' => false,
        '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => true,
        >= '\uD800' and <= '\uDBFF' => at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]),
        >= '\uDC00' and <= '\uDFFF' => at == 0 || !char.IsHighSurrogate(text[at - 1]),
        _ => false,
    };

    private static string WithoutUser(string text)
    {
        text = text.Contains(":/", StringComparison.Ordinal) ? User().Replace(text, "") : text;
        return text.Contains("pwd", StringComparison.OrdinalIgnoreCase) || text.Contains("password", StringComparison.OrdinalIgnoreCase) ? Password().Replace(text, "$1***") : text;
    }

    // A password may hold what should have been escaped in it, such as a slash; a port is no password. An address taken for a file has one slash left.
    [GeneratedRegex("""(?<=://|[A-Za-z0-9+.-]{2}:/)(?:[^\s/?#"'<>]*|[^\s/?#"'<>:]*:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]*)@""", RegexOptions.CultureInvariant)]
    private static partial Regex User();

    [GeneratedRegex("""\b((?:password|pwd)\s*=\s*)(?:"[^"]*"|'[^']*'|[^\s;"']+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
