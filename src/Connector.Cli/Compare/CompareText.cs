using System.Globalization;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>The result of a comparison for people.</summary>
internal static class CompareText
{
    private const int MaxShown = 200,
        MaxValue = 80;

    /// <summary>Whether nothing differs.</summary>
    public static bool IsAlike(JObject result) => ((JArray)result["differences"]!).Count == 0;

    public static string Of(JObject result)
    {
        var text = new StringBuilder();
        Line($"{result["events"]} events in the profile {result["profile"]}: {result["ours"]} operations of ours, {result["theirs"]} of theirs.");
        Line($"{result["alike"]} are alike, {result["differing"]} differ, {result["onlyOurs"]} are only ours, {result["onlyTheirs"]} only theirs.");
        if ((long)result["skipped"]! > 0)
        {
            Line($"{result["skipped"]} events are kept from Customer.io by their integrations or consents.");
        }

        foreach (var refusal in (JArray)result["refusals"]!)
        {
            Line($"{refusal["count"], 9}  refused, as line {refusal["line"]}: {refusal["reason"]}");
        }

        var differences = (JArray)result["differences"]!;
        foreach (var group in differences.Take(MaxShown).Cast<JObject>())
        {
            Line($"{group["count"], 9}  {group["action"]}  {Field(group)}");
            var example = (JObject)group["example"]!;
            Side("ours", example);
            Side("theirs", example);
        }

        if (differences.Count > MaxShown)
        {
            Line($"and {differences.Count - MaxShown} more fields; --json shows all.");
        }

        return text.ToString().TrimEnd('\n');

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void Side(string side, JObject example)
        {
            if (example[side + "Line"] is { } line)
            {
                Line($"           {side}, line {line}: {Value(example[side])}");
            }
        }
    }

    private static string Field(JObject group) =>
        ((string)group["field"]!, (string)group["kind"]!) switch
        {
            ("", "onlyOurs") => "only we send this",
            ("", _) => "only they send this",
            (var field, "onlyOurs") => $"{field}: only ours",
            (var field, "onlyTheirs") => $"{field}: only theirs",
            (var field, _) => $"{field}: differs",
        };

    private static string Value(JToken? value) => value is null ? "nothing" : Shown.Head(value.ToString(Formatting.None), MaxValue);
}
