using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Values;

/// <summary>What every message and log line leaves through: it writes nothing to a terminal but itself, and tells no password of an address.</summary>
internal static partial class Shown
{
    /// <summary>The beginning of a text, with no character cut in half.</summary>
    public static string Head(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>How many there are of something: <c>1 line</c>, <c>2 lines</c>.</summary>
    public static string Counted(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    /// <summary>Several as a sentence lists them: <c>a, b and c</c>.</summary>
    public static string All(params IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";

    private const string HomeVariable = "CUSTOMERIO_CONNECTOR_HOME";

    private const string GuardVariable = "CUSTOMERIO_RECIPIENT_GUARD";

    /// <summary>What is shorter stands in sentences by chance.</summary>
    private const int ShortestValue = 5;

    /// <summary>Letters alone are a word, such as sandbox or postgres, unless they are as many as a key has.</summary>
    private const int MaxWordLength = 15;

    /// <summary>Variables that hold keys, people's names or this machine's paths: messages name the variable, as a shell writes it.</summary>
    private static readonly string[] s_variables =
    [
        HomeVariable,
        "XDG_DATA_HOME",
        "CUSTOMERIO_SITE_ID",
        "CUSTOMERIO_API_KEY",
        "CUSTOMERIO_APP_API_KEY",
        "CUSTOMERIO_PIPELINES_API_KEY",
        "CUSTOMERIO_WEBHOOK_SIGNING_KEY",
        "CUSTOMERIO_WRITE_KEY",
        "CUSTOMERIO_BASE_URL",
        "CUSTOMERIO_WEBHOOK_URL",
        "CUSTOMERIO_NAME",
        GuardVariable,
        "CUSTOMERIO_MCP_FILES",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "ALL_PROXY",
        "PGUSER",
        "PGPASSWORD",
    ];

    /// <summary>A message: control characters and line breaks escaped, no password of an address and no value of an environment variable.</summary>
    public static string Line(string text) => Escape(WithoutUser(WithoutVariables(text)), breaks: false);

    /// <summary>As <see cref="Line"/>, but line feeds and tabs stay.</summary>
    public static string Lines(string text) => Escape(WithoutUser(WithoutVariables(text)), breaks: true);

    /// <summary>Data for a person's screen, whole: control characters and marks that turn the direction of writing become <c>\u001b</c>, half
    /// surrogates <c>\ufffd</c>.</summary>
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
                shown.Append(
                    c switch
                    {
                        '\n' => "\\n",
                        '\r' => "\\r",
                        '\t' => "\\t",
                        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    }
                );
            }
            else
            {
                shown.Append(text[at]);
            }
        }

        return shown.ToString();
    }

    private static bool IsUnfit(string text, int at, bool breaks) =>
        text[at] switch
        {
            '\n' or '\t' => !breaks,
            < ' ' or (>= '\u007F' and <= '\u009F') => true,
            < '\u061C' => false,
            '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => true,
            >= '\uD800' and <= '\uDBFF' => at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]),
            >= '\uDC00' and <= '\uDFFF' => at == 0 || !char.IsHighSurrogate(text[at - 1]),
            _ => false,
        };

    /// <summary>An address that may be somebody's secret: neither user and password nor what stands in its query.</summary>
    public static string Address(string address) =>
        WithoutUser(address) is var shown && shown.IndexOfAny(['?', '#']) is >= 0 and var at ? shown[..(at + 1)] + "…" : shown;

    // Read each time: a variable may be set while this runs, and reading it costs less than what stands around it.
    private static string WithoutVariables(string text)
    {
        // What is a part of another value is looked for after it.
        List<Form>? forms = null;
        foreach (var name in s_variables)
        {
            if (Environment.GetEnvironmentVariable(name)?.Trim() is { Length: >= ShortestValue } value && !IsWord(value))
            {
                foreach (var form in Forms(name, value))
                {
                    var shown = new Form(form.TrimEnd('/', '\\'), name);
                    forms ??= [];
                    forms.Insert(forms.FindIndex(f => f.Value.Length < shown.Value.Length) is >= 0 and var at ? at : forms.Count, shown);
                }
            }
        }

        foreach (var (value, name) in forms ?? [])
        {
            text = WithoutValue(text, value, name);
        }

        return text;
    }

    /// <summary>How a variable's value may stand in a message.</summary>
    private sealed record Form(string Value, string Name);

    private static IEnumerable<string> Forms(string name, string value)
    {
        // Of the guard allow: and rewrite: are our own words, of an address the scheme is everybody's.
        if (name == GuardVariable)
        {
            if (value[(value.IndexOf(':') + 1)..].Length >= ShortestValue)
            {
                yield return value;
            }

            yield break;
        }

        yield return value;
        if (value.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at)
        {
            // Whoever fails to connect names host and port alone.
            var address = WithoutUser(value).Split('?', '#')[0];
            if (address.Length > at + 3)
            {
                yield return address;
                yield return address[(at + 3)..].Split('/')[0];
            }
        }
        else if (name == HomeVariable)
        {
            yield return Path.GetFullPath(value);
        }
    }

    /// <summary>Puts a variable's name where its value stands by itself, as a text or as the beginning of a path or an address.</summary>
    private static string WithoutValue(string text, string value, string name)
    {
        var at = value.Length < ShortestValue ? -1 : text.IndexOf(value, StringComparison.Ordinal);
        while (at >= 0)
        {
            var end = at + value.Length;
            var isAlone = (at == 0 || !IsOfWord(text[at - 1])) && (end == text.Length || !IsOfWord(text[end]));
            text = isAlone ? $"{text[..at]}${name}{text[end..]}" : text;
            at = text.IndexOf(value, isAlone ? at + name.Length + 1 : end, StringComparison.Ordinal);
        }

        return text;
    }

    private static bool IsWord(string value) => value.Length <= MaxWordLength && value.All(c => char.IsLetter(c) || c is '-' or '_');

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static string WithoutUser(string text)
    {
        text = text.Contains(":/", StringComparison.Ordinal) && text.Contains('@') ? User().Replace(text, "") : text;
        text = QuerySecrets.Hide(text);
        return text.Contains("pwd", StringComparison.OrdinalIgnoreCase) || text.Contains("password", StringComparison.OrdinalIgnoreCase)
            ? Password().Replace(text, "$1***")
            : text;
    }

    // A password may hold what should have been escaped in it, such as a slash; a port is no password. An address taken for a file has one slash left.
    [GeneratedRegex("""(?<=://|[A-Za-z0-9+.-]{2}:/)(?:[^\s/?#"'<>]*|[^\s/?#"'<>:]*:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]*)@""", RegexOptions.CultureInvariant)]
    private static partial Regex User();

    [GeneratedRegex("""\b((?:password|pwd)\s*=\s*)(?:"[^"]*"|'[^']*'|[^\s;"']+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
