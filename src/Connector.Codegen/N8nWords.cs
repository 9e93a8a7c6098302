using System.Globalization;
using System.Text.RegularExpressions;

namespace CustomerIo.Connector.Codegen;

/// <summary>The manifest's words as n8n's lint wants them.</summary>
internal static partial class N8nWords
{
    /// <summary>A category as one thing of it.</summary>
    public static string Resource(string category) =>
        category switch
        {
            "People" => "Person",
            _ when category.EndsWith('s') => category[..^1],
            _ => category,
        };

    /// <summary>The value that stands for a category in workflows.</summary>
    public static string Value(string category) => Resource(category).ToLowerInvariant();

    /// <summary>A label: each word with a capital but the small ones in the middle, as n8n's lint has it.</summary>
    public static string Title(string text)
    {
        var plain = Word()
            .Replace(
                text.Replace("cio_id", "CIO ID", StringComparison.Ordinal)
                    .Replace("(ms)", "(Milliseconds)", StringComparison.Ordinal)
                    .Replace("(s)", "(Seconds)", StringComparison.Ordinal),
                word =>
                    Small().IsMatch(word.Value) && word.Index > 0 && word.Index + word.Length < text.Length ? word.Value.ToLowerInvariant()
                    : Mixed().IsMatch(word.Value) ? word.Value
                    : FirstLetter().Replace(word.Value, l => l.Value.ToUpperInvariant(), 1)
            );
        return Id().Replace(plain, "ID$1");
    }

    /// <summary>A title as a sentence of its words, without what else the thing is called; a single word says what it is done to.</summary>
    /// <param name="title">The action's title.</param>
    /// <param name="category">Its category.</param>
    public static string Sentence(string title, string category)
    {
        var words = Letters().Matches(Alias().Replace(title, "")).Select(m => m.Value).ToList();
        if (words.Count == 1 && Resource(category) is var thing && thing != category)
        {
            words.AddRange(["aeiou".Contains(char.ToLowerInvariant(thing[0]), StringComparison.Ordinal) ? "an" : "a", thing]);
        }

        var sentence = string.Join(' ', words.Select((w, i) => i == 0 || w.Any(char.IsAsciiLetterLower) ? w.ToLowerInvariant() : w));
        return Capital(sentence);
    }

    /// <summary>A description: one sentence without its full stop, several with it.</summary>
    public static string Help(string text)
    {
        var words = Json().Replace(text, "").TrimEnd(':', ' ');
        words = Id().Replace(words, "ID$1");
        words = Url().Replace(words, "URL$1");
        words = JsonWord().Replace(words, "JSON");
        words = words.Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        words = Capital(words.TrimEnd('.'));
        return words.Contains(". ", StringComparison.Ordinal) ? words + "." : words;
    }

    /// <summary>The description of a switch, which n8n lets begin with Whether.</summary>
    public static string Whether(string text)
    {
        // A switch that was added is on or off.
        var plain = EmptySentence().Replace(text, "");
        return Verb().Match(plain) is { Success: true }
            ? Help("Whether it " + char.ToLowerInvariant(plain[0]) + plain[1..])
            : Help("Whether this is on. " + plain);
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];

    [GeneratedRegex(@"[^\s:–—-]+")]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(a|an|and|as|at|because|but|by|en|for|if|in|neither|nor|of|on|only|or|over|per|so|some|than|that|the|to|up|upon|via|when|with|without|yet)$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Small();

    [GeneratedRegex(".(?=[A-Z]|\\..)")]
    private static partial Regex Mixed();

    [GeneratedRegex("[A-Za-z0-9]")]
    private static partial Regex FirstLetter();

    [GeneratedRegex(@"[A-Za-z0-9]+")]
    private static partial Regex Letters();

    [GeneratedRegex(@" \(.*\)$")]
    private static partial Regex Alias();

    // An example of JSON, which would be spelled wrongly by the rules for words.
    [GeneratedRegex("""[:,]? ?\{".*$""")]
    private static partial Regex Json();

    [GeneratedRegex(@"\b[iI]d(s?)\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b[uU]rl(s?)\b")]
    private static partial Regex Url();

    [GeneratedRegex(@"\b[jJ]son\b")]
    private static partial Regex JsonWord();

    // What an input means that a switch cannot be.
    [GeneratedRegex(@"(?<=\.) Empty [^.]*\.|; on if empty")]
    private static partial Regex EmptySentence();

    [GeneratedRegex("^[A-Z][a-z]+s [A-Za-z]")]
    private static partial Regex Verb();
}
