using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>What the pages that are made from schemas have in common.</summary>
internal static class Markdown
{
    public static void Table(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        text.Append("| ").AppendJoin(" | ", heads).Append(" |\n|").Insert(text.Length, " --- |", heads.Length).Append('\n');
        foreach (var row in rows)
        {
            text.Append("| ").AppendJoin(" | ", row.Select(c => c.Replace("|", "\\|").Replace("*)", "\\*)"))).Append(" |\n");
        }
    }

    /// <summary>A sentence that names the choices of a property; empty where there are none.</summary>
    public static string Choices(JObject property) => property["enum"] is JArray all ? " One of " + string.Join(", ", all.Select(Code)) + "." : "";

    /// <summary>A text up to its first full stop.</summary>
    public static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? text[..(end + 1)] : text;

    public static string Code(JToken value) => $"`{value.ToString(Newtonsoft.Json.Formatting.None).Trim('"')}`";
}
