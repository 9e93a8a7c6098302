using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Model;

/// <summary>An exception that nobody expected, as hosts report it. Only types and places: a message may quote what it failed on.</summary>
internal static class Defect
{
    /// <summary>The line of the log.</summary>
    /// <param name="what">What was run.</param>
    /// <param name="e">What it threw.</param>
    public static string Line(string what, Exception e) =>
        $"Defect in {what}: {e.GetType()}{(e.InnerException is { } inner ? $" > {inner.GetType()}" : "")}\n{e.StackTrace}";

    /// <summary>What the caller gets, in the form of a failure.</summary>
    public static JObject ToJson(Exception e) =>
        new()
        {
            ["error"] = new JObject
            {
                ["kind"] = "defect",
                ["message"] =
                    $"The connector itself failed ({e.GetType().Name}), which is a defect; its log on stderr says where. Whether the action "
                    + "took effect is not known.",
                ["status"] = null,
                ["problems"] = new JArray(),
                ["retryAfter"] = null,
                ["attempts"] = 0,
            },
        };
}
