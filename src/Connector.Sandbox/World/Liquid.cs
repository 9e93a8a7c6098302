using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The little of Liquid that fills a message: plain outputs, no tags and no filters.</summary>
internal static partial class Liquid
{
    private static readonly string[] s_texts = ["subject", "body", "body_plain", "body_amp", "preheader", "title", "message"];

    /// <summary>The text with its outputs filled in; what nothing is known of becomes empty.</summary>
    /// <param name="text">What the template says.</param>
    /// <param name="workspace">Whose snippets and collections are meant.</param>
    /// <param name="person">Whom <c>customer</c> means.</param>
    /// <param name="data">What <c>trigger</c> and <c>event</c> mean.</param>
    public static string Fill(string text, Workspace workspace, Person? person, JObject? data) =>
        Output().Replace(text, match => Value(match.Groups["path"].Value, workspace, person, data));

    /// <summary>What a message says, with its texts as the person reads them.</summary>
    public static JObject Fill(JObject content, Workspace workspace, Person? person, JObject? data)
    {
        var filled = new JObject(content);
        foreach (var name in s_texts.Where(n => Json.Scalar(content[n])?.Contains("{{", StringComparison.Ordinal) == true))
        {
            filled[name] = Fill(Json.Scalar(content[name])!, workspace, person, data);
        }
        return filled;
    }

    /// <summary>Whether a text refers to a snippet; of one name, where that is given.</summary>
    public static bool UsesSnippet(string text, string? name = null) =>
        Output().Matches(text).Select(m => Parts(m.Groups["path"].Value)).Any(parts => parts is ["snippets", var used, ..] && (name is null || used == name));

    private static string Value(string path, Workspace workspace, Person? person, JObject? data)
    {
        var parts = Parts(path);
        if (parts is ["snippets", var name])
        {
            return Fill(workspace.Snippets.Value(name) ?? "", workspace, person, data);
        }
        JToken? found = parts[0] switch
        {
            "customer" => person is null ? null : CustomerView.Whole(person)["attributes"],
            "trigger" or "event" => data,
            // Named as in the address bar: small, with low lines for blanks.
            var other => workspace.Collections.All.FirstOrDefault(c => c.Name.ToLowerInvariant().Replace(' ', '_') == other)?.Rows,
        };
        foreach (var part in parts.Skip(1))
        {
            found = found switch
            {
                JObject one => one[part],
                JArray rows when int.TryParse(part, out var i) => i < rows.Count ? rows[i] : null,
                // A collection's property without a number is that of its first row.
                JArray rows => (rows.FirstOrDefault() as JObject)?[part],
                _ => null,
            };
        }
        return found is null ? "" : Filter.Text(found) ?? "";
    }

    private static string[] Parts(string path) => [.. Part().Matches(path).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex("""\{\{-?\s*(?<path>[A-Za-z_][\w-]*(\.[\w-]+|\[\s*("[^"\]]*"|'[^'\]]*'|\d+)\s*\])*)\s*-?\}\}""")]
    private static partial Regex Output();

    [GeneratedRegex("""\[\s*["']?(?<name>[^"'\]]*?)["']?\s*\]|\.?(?<name>[\w-]+)""")]
    private static partial Regex Part();
}
