using System.Text;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary><c>docs/actions.md</c>: for the connection and each action a table of Input, Comments and Default.</summary>
public static class ActionsMarkdown
{
    /// <summary>Writes the page.</summary>
    /// <param name="catalogue">The actions and the connection.</param>
    /// <returns>Markdown.</returns>
    public static string Of(Catalogue catalogue)
    {
        var text = new StringBuilder("# Actions\n\nMade from the manifest by `connector docs`; do not edit. An asterisk marks a required input.\n\n");
        var groups = catalogue.All.GroupBy(a => a.Category).Select(g => g.OrderBy(a => a.Title, StringComparer.Ordinal).ToArray()).ToArray();
        foreach (var actions in groups)
        {
            text.Append($"**{actions[0].Category}**\n\n");
            foreach (var action in actions)
            {
                text.Append($"- [{action.Title}](#{Anchor(action.Title)}): {Markdown.FirstSentence(action.Description)}\n");
            }

            text.Append('\n');
        }

        text.Remove(text.Length - 1, 1);
        Connection(text, catalogue);
        foreach (var action in groups.SelectMany(g => g))
        {
            Action(text, action);
        }

        return text.ToString();
    }

    private static void Connection(StringBuilder text, Catalogue catalogue)
    {
        text.Append($"\n## Connection\n\n{(string)catalogue.Connection["description"]!}\n\n");
        Markdown.Table(
            text,
            ["Input", "Comments", "Environment", "Default"],
            catalogue.Connection["fields"]!.Select(f =>
                new[]
                {
                    (string)f["title"]! + ((bool)f["secret"]! ? " (secret)" : ""),
                    (string)f["description"]!,
                    $"`{(string)f["environment"]!}`",
                    f["default"] is { } value ? Markdown.Code(value) : "",
                }
            )
        );
    }

    private static void Action(StringBuilder text, ActionManifest action)
    {
        var traits = new List<string> { $"Id `{action.Id}`", $"needs the {string.Join(Joint(action), action.Credentials.Select(KeyName))}" };
        traits.Add(
            action.Effect switch
            {
                ActionEffect.Read => "changes nothing",
                ActionEffect.Destroy => "deletes data",
                ActionEffect.Send => "sends messages",
                _ => "writes data",
            }
        );
        traits.Add(action.Idempotent ? "safe to repeat" : "not safe to repeat: retried only when it provably did not arrive");
        text.Append($"\n## {action.Title}\n\n{action.Description}\n\n{string.Join("; ", traits)}.\n\n");
        var required = action.Required.ToHashSet(StringComparer.Ordinal);
        Markdown.Table(
            text,
            ["Input", "Comments", "Default"],
            action.Properties.Select(p =>
                new[]
                {
                    $"{(string)p.Value["title"]!}{(required.Contains(p.Key) ? " *" : "")}<br>`{p.Key}`",
                    (string)p.Value["description"]! + Markdown.Choices(p.Value) + Limits(p.Value),
                    p.Value["default"] is { } value ? Markdown.Code(value) : "",
                }
            )
        );
        foreach (var example in action.Examples)
        {
            text.Append($"\n{(string)example["title"]!}:\n\n```json\n{example["input"]!.ToString(Newtonsoft.Json.Formatting.None)}\n```\n");
        }

        if (action.Output["properties"] is JObject { Count: > 0 } fields)
        {
            text.Append('\n');
            Markdown.Table(text, ["What comes back", "Comments"], fields.Properties().Select(p => new[] { $"`{p.Name}`", Field((JObject)p.Value) }));
        }
    }

    /// <summary>What a field holds: its words, else its type, and the names of what is in it.</summary>
    private static string Field(JObject field)
    {
        var isList = field["items"] is JObject;
        var words = (string?)field["description"] ?? TypeName(field);
        var inner = (field["items"] as JObject ?? field)["properties"] as JObject;
        return inner is { Count: > 0 }
            ? $"{words} {(isList ? "Each has" : "It has")} {string.Join(", ", inner.Properties().Select(p => $"`{p.Name}`"))}."
            : words;
    }

    private static string TypeName(JObject field) =>
        (field["type"] is JArray types ? types.Select(t => (string)t!).FirstOrDefault(t => t != "null") : (string?)field["type"]) switch
        {
            "array" => "A list.",
            "object" => "An object.",
            "boolean" => "True or false.",
            "integer" or "number" => "A number.",
            _ => "A text.",
        };

    private static string Limits(JObject property)
    {
        var limits = new List<string>();
        void Add(string keyword, string text)
        {
            if (property[keyword] is { } value)
            {
                limits.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, (long)value));
            }
        }

        Add("x-maxBytes", "{0} bytes");
        Add("x-maxCount", "{0} attributes");
        Add("x-maxNameBytes", "{0} bytes a name");
        Add("x-maxValueBytes", "{0} bytes a text value");
        return limits.Count > 0 ? $" At most {string.Join(", ", limits)}." : "";
    }

    // What may go to the Pipelines API goes there in place of another.
    private static string Joint(ActionManifest action) => action.Credentials.Contains("pipelines") ? " or the " : " and ";

    private static string KeyName(string credential) =>
        credential switch
        {
            "track" => "Site ID and API key",
            "app" => "App API key",
            _ => "Pipelines API key",
        };

    private static string Anchor(string title) =>
        string.Concat(title.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-');
}
