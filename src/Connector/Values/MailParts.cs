using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Values;

/// <summary>The parts of a mail by the rules of its format (RFC 5322).</summary>
internal static partial class MailParts
{
    private static readonly SearchValues<char> s_neverInAddress = SearchValues.Create(" \t\r\n,;<>()[]{}\"\\");

    /// <summary>Whether a text can name a header: printable ASCII without blanks and colons, at least one character. Braces are Liquid, which names
    /// it later.</summary>
    public static bool IsHeaderName(string name) => name.Length > 0 && name.All(c => c is > ' ' and <= '~' and not (':' or '{' or '}'));

    /// <summary>The address in <c>Ada &lt;ada@example.com&gt;</c>, or the text itself; null where it could be read as another one.</summary>
    public static string? Bare(string text)
    {
        // Two addresses in one, or a template that decides later, must not pass by their last letters.
        var bare = text.Trim();
        if (bare.EndsWith('>') && bare.IndexOf('<') is >= 0 and var open)
        {
            if (!DisplayName().IsMatch(bare[..open]))
            {
                return null;
            }

            bare = bare[(open + 1)..^1];
        }

        return
            bare.Length > 0
            && bare.Count(c => c == '@') <= 1
            && bare.AsSpan().IndexOfAny(s_neverInAddress) < 0
            && bare.All(c => c is > ' ' and <= '~' || char.IsLetterOrDigit(c))
            && bare.IsNormalized(NormalizationForm.FormKC)
            ? bare
            : null;
    }

    /// <summary>The parts of a list with commas; a comma inside quotes or angle brackets parts nothing.</summary>
    public static List<string> Addresses(string? list)
    {
        var all = new List<string>();
        var (one, quoted, bracketed) = (new StringBuilder(), false, false);
        var escaped = false;
        foreach (var c in list ?? "")
        {
            quoted ^= c == '"' && !escaped;
            escaped = quoted && c == '\\' && !escaped;
            bracketed = !quoted && c is '<' or '>' ? c == '<' : bracketed;
            if (c == ',' && !quoted && !bracketed)
            {
                all.Add(one.ToString().Trim(' '));
                one.Clear();
                continue;
            }

            one.Append(c);
        }

        all.Add(one.ToString().Trim(' '));
        return [.. all.Where(a => a.Length > 0)];
    }

    // In quotes or not, without anything that begins or ends an address, a group or a comment.
    [GeneratedRegex("""^\s*(?:"[^"\\@<>\p{C}]*"|[^"\\@<>,;:()\[\]\p{C}]*)\s*$(?!\n)""", RegexOptions.CultureInvariant)]
    private static partial Regex DisplayName();
}
