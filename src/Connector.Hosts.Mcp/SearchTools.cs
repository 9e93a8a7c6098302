using System.Globalization;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Three tools in place of one for each action: the list stays short, however many actions there are.</summary>
internal static class SearchTools
{
    public const string Find = "find-actions";
    public const string Describe = "describe-action";
    public const string Run = "run-action";

    /// <summary>Names of these tools, in the order they are listed.</summary>
    public static readonly string[] Names = [Find, Describe, Run];

    private static readonly char[] s_gaps = [.. " \t\n,.:;'\"-_()/?!"];

    /// <summary>The tools that fit a task, best first: the rarer a word among all of them, the more it counts.</summary>
    public static JObject Fitting(IReadOnlyList<AnyTool> offered, InputValues values)
    {
        var group = (string?)values["group"] is { Length: > 0 } wanted ? wanted : null;
        AnyTool[] found =
        [
            .. Ranked(offered, (string?)values["query"] ?? "").Where(t => group is null || string.Equals(t.Group, group, StringComparison.OrdinalIgnoreCase)),
        ];
        var limit = (int)Convert.ToInt64(((JValue)values["limit"]!).Value, CultureInfo.InvariantCulture);
        return new JObject
        {
            ["actions"] = new JArray(
                found
                    .Take(limit)
                    .Select(t => new JObject
                    {
                        ["action"] = t.Id,
                        ["group"] = t.Group ?? "",
                        ["effect"] = Values.Names.Camel(t.Effect.ToString()),
                        ["description"] = t.Description,
                    })
            ),
            ["total"] = found.Length,
            ["groups"] = new JArray(offered.Select(t => t.Group).OfType<string>().Distinct().Order(StringComparer.Ordinal)),
        };
    }

    /// <summary>The tools that a few words fit, best first; all of them where there is no word.</summary>
    public static IEnumerable<AnyTool> Ranked(IReadOnlyList<AnyTool> offered, string words)
    {
        var texts = offered.Select(t => (Tool: t, About: Words($"{t.Id} {t.Title} {t.Group} {t.Description}"), Inputs: Words(Inputs(t)))).ToArray();
        var query = Words(words);
        var weights = query.ToDictionary(
            w => w,
            w => texts.Count(t => t.About.Contains(w) || t.Inputs.Contains(w)) is > 0 and var n ? Math.Log(1 + ((double)texts.Length / n)) : 0
        );
        return texts
            .Select(t => (t.Tool, Score: query.Sum(w => weights[w] * Times(w, t.About, t.Inputs))))
            .Where(t => query.Count == 0 || t.Score > 0)
            .OrderByDescending(t => t.Score)
            .Select(t => t.Tool);

        // What an action does says more than what it takes.
        static int Times(string word, HashSet<string> about, HashSet<string> inputs) =>
            about.Contains(word) ? 2
            : inputs.Contains(word) ? 1
            : 0;
    }

    /// <summary>What an agent has to know to run a tool.</summary>
    public static JObject About(AnyTool tool) =>
        new()
        {
            ["action"] = tool.Id,
            ["title"] = tool.Title,
            ["group"] = tool.Group ?? "",
            ["effect"] = Values.Names.Camel(tool.Effect.ToString()),
            ["description"] = tool.Description,
            ["input"] = tool.ForAgents,
            ["examples"] = new JArray(tool.Examples),
        };

    private static string Inputs(AnyTool tool) =>
        string.Join(' ', ((JObject)tool.ForAgents["properties"]!).Properties().Select(p => $"{p.Name} {p.Value["description"]}"));

    private static HashSet<string> Words(string text) =>
        [
            .. text.ToLowerInvariant()
                .Replace("e-mail", "email", StringComparison.Ordinal)
                .Split(s_gaps, StringSplitOptions.RemoveEmptyEntries)
                .Select(w => w.Length > 3 ? w.TrimEnd('s') : w),
        ];
}
