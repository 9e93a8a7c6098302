using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Reports;

/// <summary>Whose messages a report counts.</summary>
internal enum ReportKind
{
    Campaigns,
    Broadcasts,
    Newsletters,
    Transactional,
}

/// <summary>A number of people or messages in a step of a funnel.</summary>
internal sealed record FunnelStep(string Name, long Count);

/// <summary>One campaign, broadcast, newsletter or transactional message, with what became of its messages.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Counts">For each of <see cref="Report.Metrics"/>, a number for each step of time.</param>
internal sealed record ReportSender(string Id, string Name, IReadOnlyDictionary<string, long[]> Counts)
{
    /// <summary>How far people came; empty where Customer.io does not count it.</summary>
    public IReadOnlyList<FunnelStep> Funnel { get; init; } = [];

    /// <summary>All of a metric.</summary>
    public long Total(string metric) => Counts[metric].Sum();

    /// <summary>The share of a metric; null where there is nothing that it could be a share of.</summary>
    public double? Rate(string metric) => Report.Rate(Total, metric);
}

/// <summary>What became of the messages of one kind in a span of time.</summary>
/// <param name="Kind">Whose messages.</param>
/// <param name="Unit">How long a step is: <c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="Steps">When each step begins, in UTC.</param>
/// <param name="Until">When it was counted.</param>
/// <param name="Senders">Those that sent something, the busiest first.</param>
/// <param name="Silent">How many others there are.</param>
internal sealed record Report(
    ReportKind Kind,
    string Unit,
    IReadOnlyList<DateTimeOffset> Steps,
    DateTimeOffset Until,
    IReadOnlyList<ReportSender> Senders,
    int Silent
)
{
    /// <summary>What is counted, in the order in which it happens.</summary>
    public static readonly string[] Metrics = ["sent", "delivered", "opened", "clicked", "converted", "bounced", "unsubscribed"];

    /// <summary>The metrics that are told as shares.</summary>
    public static readonly string[] Rates = ["delivered", "opened", "clicked", "converted", "bounced", "unsubscribed"];

    /// <summary>Whose messages, as the vendor calls them today and did before.</summary>
    public string Title =>
        Kind switch
        {
            ReportKind.Campaigns => "Campaigns (automations)",
            ReportKind.Broadcasts => "Broadcasts",
            ReportKind.Newsletters => "Newsletters (one-time sends)",
            _ => "Transactional messages",
        };

    /// <summary>All of a metric.</summary>
    public long Total(string metric) => Senders.Sum(s => s.Total(metric));

    /// <summary>The share of a metric among all messages.</summary>
    public double? Rate(string metric) => Rate(Total, metric);

    /// <summary>All senders together, step by step.</summary>
    public long[] ByStep(string metric) => [.. Steps.Select((_, i) => Senders.Sum(s => s.Counts[metric][i]))];

    /// <summary>A share: what arrived or bounced of what was sent, the rest of what arrived.</summary>
    public static double? Rate(Func<string, long> total, string metric) => total(Base(metric)) is > 0 and var all ? (double)total(metric) / all : null;

    /// <summary>What a metric is a share of.</summary>
    public static string Base(string metric) => metric is "delivered" or "bounced" ? "sent" : "delivered";

    public JObject ToJson() =>
        new()
        {
            ["what"] = Values.Names.Camel(Kind.ToString()),
            ["unit"] = Unit,
            ["steps"] = new JArray(Steps.Select(s => s.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))),
            ["senders"] = new JArray(
                Senders.Select(s => new JObject
                {
                    ["id"] = s.Id,
                    ["name"] = s.Name,
                    ["totals"] = new JObject(Metrics.Select(m => new JProperty(m, s.Total(m)))),
                    ["rates"] = new JObject(Rates.Select(m => new JProperty(m, s.Rate(m) is { } rate ? Math.Round(rate, 4) : null))),
                    ["series"] = new JObject(Metrics.Select(m => new JProperty(m, new JArray(s.Counts[m])))),
                    ["funnel"] = new JObject(s.Funnel.Select(f => new JProperty(f.Name, f.Count))),
                })
            ),
        };
}
