using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>The tables of a page that list the keys of a file that users write: what stands between two comments is made from its schema.</summary>
public static partial class FileKeysMarkdown
{
    /// <summary>Makes the tables of a page anew.</summary>
    /// <param name="page">The page, with a comment that names the schema, and for one kind of the file that kind, before each table.</param>
    /// <param name="catalogue">Where the schemas are.</param>
    /// <returns>The page with its tables.</returns>
    public static string Of(string page, Catalogue catalogue) =>
        Part().Replace(page, m => $"{m.Groups["begin"].Value}\n{Table(catalogue.FileSchema(m.Groups["schema"].Value), m.Groups["kind"].Value)}<!-- end -->");

    private static string Table(JObject schema, string kind)
    {
        var required = (schema["oneOf"] as JArray ?? []).FirstOrDefault(f => Kinds(f).Contains(kind))?["required"]?.Select(r => (string?)r).ToArray() ?? [];
        var keys = ((JObject)schema["properties"]!).Properties().Select(p => (p.Name, Schema: (JObject)p.Value)).Where(k => k.Name != "$schema");
        var text = new StringBuilder();
        if (kind.Length > 0)
        {
            Markdown.Table(
                text,
                ["Key", "Says", "Default"],
                keys.Where(k => k.Schema["x-kinds"] is null || Kinds(k.Schema).Contains(kind))
                    .Select(k => (string[])[$"`{k.Name}`", Says(k.Schema), required.Contains(k.Name) ? "required" : Default(k.Schema)])
            );
        }
        else
        {
            Markdown.Table(
                text,
                ["Key", "Says", "Default", "With"],
                keys.Select(k => (string[])[$"`{k.Name}`", Says(k.Schema), Default(k.Schema), string.Join(", ", Kinds(k.Schema).DefaultIfEmpty("all"))])
            );
        }

        return text.ToString();
    }

    private static IEnumerable<string> Kinds(JToken schema) => (schema["x-kinds"] as JArray ?? []).Select(k => (string)k!);

    private static string Says(JObject schema) =>
        Words(schema)[0]
        + Markdown.Choices(schema)
        + string.Concat(Members(schema).Select(m => $" Its `{m.Name}`: {Words(m.Schema)[0]}{Markdown.Choices(m.Schema)}"));

    private static string Default(JObject schema) =>
        schema["default"] is { } value ? Markdown.Code(value)
        : Words(schema) is [_, var words] ? words.TrimEnd('.')
        : "";

    // "What it is. Default: what is taken without it."
    private static string[] Words(JObject schema) => ((string)schema["description"]!).Replace(" Default: ", "\n").Split('\n');

    // Only what says more than its name.
    private static IEnumerable<(string Name, JObject Schema)> Members(JObject schema) =>
        (schema["anyOf"] ?? schema["additionalProperties"]?["anyOf"] ?? new JArray())
            .SelectMany(form => (form["properties"] as JObject ?? []).Properties())
            .Where(p => p.Value["enum"] is not null)
            .Select(p => (p.Name, (JObject)p.Value));

    [GeneratedRegex(
        "(?<begin><!-- keys of (?<schema>[a-z-]+)(?: (?<kind>[a-z]+))?, made by connector docs; do not edit -->)\n.*?<!-- end -->",
        RegexOptions.Singleline
    )]
    private static partial Regex Part();
}
