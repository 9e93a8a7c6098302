using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One thing to report: the name it is asked for by, when it is due, and the body to post.</summary>
internal sealed record Report(string Name, DateTimeOffset Due, JObject Body)
{
    public string EventId => (string)Body["event_id"]!;

    public JObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["due"] = Due.ToUnixTimeMilliseconds(),
            ["body"] = Body,
        };

    public static Report FromJson(JToken json) =>
        new((string)json["name"]!, DateTimeOffset.FromUnixTimeMilliseconds((long)json["due"]!), (JObject)json["body"]!);
}

/// <summary>One post to a webhook and how it ended.</summary>
internal sealed record Attempt(long Number, DateTimeOffset Time, int Webhook, Report Report, int Tries, string Outcome, bool IsDelivered)
{
    /// <summary>The wait before the next try; null when it was delivered, or given up.</summary>
    public TimeSpan? Wait { get; init; }

    public JObject ToJson() =>
        new()
        {
            ["n"] = Number,
            ["time"] = Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["webhook"] = Webhook,
            ["event"] = Report.Name,
            ["event_id"] = Report.EventId,
            ["try"] = Tries,
            ["outcome"] = Outcome,
            ["delivered"] = IsDelivered,
            ["nextTryInMs"] = Wait is { } wait ? (long)wait.TotalMilliseconds : null,
            ["body"] = Report.Body,
        };
}
