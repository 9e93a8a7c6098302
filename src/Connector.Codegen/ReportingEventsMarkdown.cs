using System.Text;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary><c>docs/reporting-events.md</c>: every event that the trigger may bring, and what each holds.</summary>
public static class ReportingEventsMarkdown
{
    /// <summary>Writes the page.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <returns>Markdown.</returns>
    public static string Of(TriggerManifest trigger)
    {
        var text = new StringBuilder(
            "# Reporting events\n\nMade from the manifest by `connector docs`; do not edit. What to do with them: [triggers.md](triggers.md).\n\n"
        );
        text.Append(
            "Customer.io delivers `{\"event_id\":…,\"object_type\":…,\"metric\":…,\"timestamp\":…,\"data\":{…}}`. The tables list what `data` "
                + "holds beside the fields that all events may have.\n"
        );
        foreach (var group in trigger.Groups)
        {
            text.Append($"\n## {group.Title}\n\n| Event | Name | Means | Data |\n| --- | --- | --- | --- |\n");
            foreach (var one in group.Events)
            {
                var metric = one.Name == $"{one.ObjectType}_{one.Metric}" ? "" : $" (metric `{one.Metric}`)";
                var name = one.Offered ? $"`{one.Name}`{metric}" : $"`{one.Name}` (delivered, but not to be chosen)";
                text.Append($"| {one.Title} | {name} | {one.Description} | {string.Join(", ", one.Data.Select(d => $"`{d}`"))} |\n");
            }
        }

        text.Append("\n## Data\n\nAny of these may be absent or null.\n\n| Field | Type | Is |\n| --- | --- | --- |\n");
        var common = trigger.CommonData.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, field) in ((JObject)trigger.Output()["properties"]!["data"]!["properties"]!).Properties().Select(p => (p.Name, (JObject)p.Value)))
        {
            var types = string.Join(" or ", (field["type"] as JArray ?? [field["type"]!]).Select(t => (string)t!).Where(t => t != "null"));
            text.Append($"| `{name}`{(common.Contains(name) ? " (all events)" : "")} | {types} | {field["description"]} |\n");
        }

        return text.ToString();
    }
}
