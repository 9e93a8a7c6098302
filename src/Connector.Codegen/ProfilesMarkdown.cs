using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Translation;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>The table of profiles in <c>docs/events.md</c>: their rules side by side, in the words of the manifest.</summary>
public static partial class ProfilesMarkdown
{
    /// <summary>Makes the table of a page anew.</summary>
    /// <param name="page">The page, with a comment before the table and one behind it.</param>
    /// <param name="catalogue">Where the words are.</param>
    /// <returns>The page with its table.</returns>
    public static string Of(string page, Catalogue catalogue) =>
        Part().Replace(page, m => $"{m.Groups["begin"].Value}\n{Table(catalogue.Profiles)}<!-- end -->");

    private static string Table(JObject words)
    {
        var profiles = EventTranslator.Profiles;
        var text = new StringBuilder();
        foreach (var profile in profiles)
        {
            text.Append($"- `{profile.Name}`: {words["profiles"]![profile.Name]}\n");
        }

        text.Append('\n');
        Markdown.Table(
            text,
            ["", .. profiles.Select(p => $"`{p.Name}`")],
            profiles[0]
                .Rules.Properties()
                .Select(rule =>
                    (string[])[(string)words["rules"]![rule.Name]!["title"]!, .. profiles.Select(p => Cell(p.Rules[rule.Name]!, words["rules"]![rule.Name]!))]
                )
        );
        return text.ToString();
    }

    private static string Cell(JToken value, JToken rule) =>
        value switch
        {
            JValue { Value: null } => "–",
            JValue { Value: bool truth } => truth ? "yes" : "–",
            JValue { Value: string { Length: 0 } } => "an empty one",
            JValue { Value: string text } => (string?)rule["values"]?[text] ?? $"`{text}`",
            JArray { Count: 0 } or JObject { Count: 0 } => "–",
            JArray list => string.Join(", ", list.Select(item => $"`{Place((string)item!)}`")),
            JObject named => string.Join(", ", named.Properties().Select(p => $"`{p.Name}` of `{Place((string)p.Value!)}`")),
            _ => throw new InvalidOperationException($"{value} cannot be shown."),
        };

    // /context/externalId/0/id → context.externalId.0.id
    private static string Place(string pointer) => pointer.TrimStart('/').Replace('/', '.');

    [GeneratedRegex("(?<begin><!-- rules of the profiles, made by connector docs; do not edit -->)\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Part();
}
