using System.Globalization;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Spectre.Console.Rendering;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>The result of a comparison for people.</summary>
internal static class CompareText
{
    private const int MaxShown = 200,
        MaxColumns = 80,
        MaxReasonColumns = 240;

    /// <summary>Whether all was compared, and nothing differs.</summary>
    public static bool IsAlike(JObject result) =>
        ((JArray)result["differences"]!).Count + Of(result, "refused") + Of(result, "unreadable") == 0 && IsAny(result);

    public static string Of(JObject result)
    {
        var text = new StringBuilder();
        var (alike, differing, onlyOurs) = (Of(result, "alike"), Of(result, "differing"), Of(result, "onlyOurs"));
        Line($"{Count("events", "event")} in the profile {result["profile"]}, {result["refused"]} refused and {result["skipped"]} skipped:");
        Line($"{Count("ours", "operation")} of ours, {result["theirs"]} of theirs.");
        var differ = differing == 1 ? "differs" : "differ";
        Line($"{alike} {Are(alike)} alike, {differing} {differ}, {onlyOurs} {Are(onlyOurs)} only ours, {result["onlyTheirs"]} only theirs.");
        Some(!IsAny(result), $"Nothing was compared.");
        Some(Of(result, "skipped") > 0, $"Skipped is what its integrations or consents keep from Customer.io.");
        Some(Of(result, "failed") > 0, $"{Count("failed", "request")} of theirs did not count: answered with another status than 2xx.");
        Some(Of(result, "empty") > 0, $"{Count("empty", "line")} of theirs without a request: refused or skipped there.");
        if (result["firstUnreadable"] is JObject first)
        {
            Line($"{Count("unreadable", "line")} of theirs cannot be compared; line {first["line"]} {Cut((string)first["reason"]!, MaxReasonColumns)}");
        }

        foreach (var refusal in (JArray)result["refusals"]!)
        {
            Line($"{refusal["count"], 9}  refused, as line {refusal["line"]}: {Cut((string)refusal["reason"]!, MaxReasonColumns)}");
        }

        var moreRefusals = (JObject)result["moreRefusals"]!;
        Some(
            Of(moreRefusals, "count") > 0,
            $"and {Shown.Counted(Of(moreRefusals, "reasons"), "more reason")}, {Shown.Counted(Of(moreRefusals, "count"), "event")}."
        );
        var differences = (JArray)result["differences"]!;
        foreach (var group in differences.Take(MaxShown).Cast<JObject>())
        {
            Line($"{group["count"], 9}  {Cut((string)group["action"]!)}  {Field(group)}");
            var example = (JObject)group["example"]!;
            Side("ours", example);
            Side("theirs", example);
        }

        var moreDifferences = (JObject)result["moreDifferences"]!;
        var (kept, others) = (Math.Max(differences.Count - MaxShown, 0), Of(moreDifferences, "fields"));
        if (kept + others > 0)
        {
            var sum = differences.Skip(MaxShown).Sum(d => (long)d["count"]!) + Of(moreDifferences, "count");
            var shown = others == 0 ? "--json shows all." : $"--json shows {kept} of them.";
            Line($"and {Shown.Counted(kept + others, "more field")}, {Shown.Counted(sum, "difference")}; {shown}");
        }

        return text.ToString().TrimEnd('\n');

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void Some(bool holds, FormattableString line)
        {
            if (holds)
            {
                Line(line);
            }
        }

        string Count(string name, string one) => Shown.Counted(Of(result, name), one);

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
            (var field, "onlyOurs") => $"{Cut(field)}: only ours",
            (var field, "onlyTheirs") => $"{Cut(field)}: only theirs",
            (var field, _) => $"{Cut(field)}: differs",
        };

    private static string Value(JToken? value) => value is null ? "nothing" : Cut(value.ToString(Formatting.None));

    private static bool IsAny(JObject result) => Of(result, "ours") + Of(result, "theirs") > 0;

    private static long Of(JObject counts, string name) => (long)counts[name]!;

    private static string Are(long count) => count == 1 ? "is" : "are";

    /// <summary>As much of a text as stands in so many columns, of which some characters take two or none.</summary>
    private static string Cut(string text, int columns = MaxColumns)
    {
        text = Shown.Escape(text, breaks: false);
        var (width, length, fits) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            width += new Segment(rune.ToString()).CellCount();
            length += rune.Utf16SequenceLength;
            if (width > columns || length > columns * 4)
            {
                return text[..fits] + "…";
            }

            fits = width < columns ? length : fits;
        }

        return text;
    }
}
