using System.Globalization;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Reports;

/// <summary>Counts what became of messages, through the actions.</summary>
/// <param name="connector">Runs the actions.</param>
/// <param name="connection">The workspace.</param>
/// <param name="time">The clock.</param>
internal sealed class ReportReader(CustomerIoConnector connector, Connection connection, TimeProvider time)
{
    /// <summary>So far back Customer.io counts by days, by weeks, and at all.</summary>
    private const int MostDays = 45,
        MostWeeks = 12,
        MostMonths = 121,
        AtOnce = 4;

    private static readonly string[] s_funnel = ["started", "activated", "messaged", "finished", "converted", "never_activated", "exited_early"];

    /// <summary>How many senders are counted, of how many.</summary>
    public (int Done, int All) Position { get; private set; }

    /// <param name="kind">Whose messages.</param>
    /// <param name="since">From when on, in Unix seconds.</param>
    /// <param name="ct">Ends the counting.</param>
    public async Task<Report> ReadAsync(ReportKind kind, long since, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (unit, steps) = Steps(DateTimeOffset.FromUnixTimeSeconds(since), now);
        var senders = await SendersAsync(kind, ct).ConfigureAwait(false);
        Position = (0, senders.Count);
        var counted = new List<ReportSender>();
        foreach (var some in senders.Chunk(AtOnce))
        {
            counted.AddRange(await Task.WhenAll(some.Select(s => CountAsync(kind, s, unit, steps, now, ct))).ConfigureAwait(false));
            Position = (counted.Count, senders.Count);
        }

        ReportSender[] busy =
        [
            .. counted.Where(s => s.Counts.Values.Any(c => c.Any(n => n > 0)) || s.Funnel.Any(f => f.Count > 0)).OrderByDescending(s => s.Total("sent")),
        ];
        return new Report(kind, unit, steps, now, busy, senders.Count - busy.Length);
    }

    /// <summary>The steps from a point in time to now: days if Customer.io counts so many, else weeks, else months.</summary>
    private static (string Unit, DateTimeOffset[] Steps) Steps(DateTimeOffset from, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var days = Math.Max((int)Math.Ceiling((now - from).TotalDays), 1);
        if (days <= MostDays)
        {
            return ("day", [.. Enumerable.Range(0, days).Select(i => today.AddDays(i + 1 - days))]);
        }

        var weeks = (days + 6) / 7;
        if (weeks <= MostWeeks)
        {
            return ("week", [.. Enumerable.Range(0, weeks).Select(i => today.AddDays(-6 + (7 * (i + 1 - weeks))))]);
        }

        var first = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var months = Math.Min(((now.Year - from.Year) * 12) + now.Month - from.Month + 1, MostMonths);
        return ("month", [.. Enumerable.Range(0, months).Select(i => first.AddMonths(i + 1 - months))]);
    }

    private async Task<IReadOnlyList<JObject>> SendersAsync(ReportKind kind, CancellationToken ct)
    {
        var (action, list) = kind switch
        {
            ReportKind.Campaigns => ("list-campaigns", "campaigns"),
            ReportKind.Broadcasts => ("list-broadcasts", "broadcasts"),
            ReportKind.Newsletters => ("list-newsletters", "newsletters"),
            _ => ("list-transactional-messages", "messages"),
        };
        var data = await RunAsync(action, kind == ReportKind.Newsletters ? new JObject { ["all"] = true } : [], ct).ConfigureAwait(false);

        // A newsletter that was never sent has no messages, and every one costs a request.
        return [.. (data[list] as JArray ?? []).OfType<JObject>().Where(s => kind != ReportKind.Newsletters || s["sent_at"] is { Type: not JTokenType.Null })];
    }

    private async Task<ReportSender> CountAsync(ReportKind kind, JObject sender, string unit, DateTimeOffset[] steps, DateTimeOffset now, CancellationToken ct)
    {
        var (action, name) = kind switch
        {
            ReportKind.Campaigns => ("get-campaign-metrics", "campaign"),
            ReportKind.Broadcasts => ("get-broadcast-metrics", "broadcast"),
            ReportKind.Newsletters => ("get-newsletter-metrics", "newsletter"),
            _ => ("get-transactional-metrics", "message"),
        };
        var input = new JObject { [name] = sender["id"] };
        if (kind == ReportKind.Campaigns)
        {
            input.Merge(Window(unit, steps, now));
            input["timeZone"] = "UTC";
        }
        else
        {
            (input["period"], input["steps"]) = (unit + "s", Math.Max(steps.Length, 2));
        }

        var series = (await RunAsync(action, input, ct).ConfigureAwait(false))["metric"]?["series"] as JObject ?? [];
        return new ReportSender(
            ConnectorJson.ScalarText(sender["id"]!),
            (string?)sender["name"] is { Length: > 0 } given ? given : ConnectorJson.ScalarText(sender["id"]!),
            Report.Metrics.ToDictionary(m => m, m => Last(series[m] as JArray ?? [], steps.Length))
        )
        {
            Funnel = kind == ReportKind.Campaigns ? await FunnelAsync(sender, unit, steps, now, ct).ConfigureAwait(false) : [],
        };
    }

    private async Task<IReadOnlyList<FunnelStep>> FunnelAsync(JObject campaign, string unit, DateTimeOffset[] steps, DateTimeOffset now, CancellationToken ct)
    {
        var input = Window(unit, steps, now);
        input["campaign"] = campaign["id"];
        var series = (await RunAsync("get-campaign-funnel", input, ct).ConfigureAwait(false))["journey_metric"]?["series"] as JObject ?? [];
        return [.. s_funnel.Where(n => series[n] is JArray).Select(n => new FunnelStep(n, Last((JArray)series[n]!, int.MaxValue).Sum()))];
    }

    private static JObject Window(string unit, DateTimeOffset[] steps, DateTimeOffset now) =>
        new()
        {
            ["startTime"] = steps[0].ToUnixTimeSeconds(),
            ["endTime"] = now.ToUnixTimeSeconds(),
            ["resolution"] = unit == "day" ? "daily" : unit + "ly",
        };

    // The last step is the present one, however many come.
    private static long[] Last(JArray values, int count)
    {
        long[] all = [.. values.Select(v => v is JValue { Value: long or double } number ? Convert.ToInt64(number.Value, CultureInfo.InvariantCulture) : 0)];
        return count == int.MaxValue ? all
            : all.Length >= count ? all[^count..]
            : [.. new long[count - all.Length], .. all];
    }

    private async Task<JObject> RunAsync(string action, JObject input, CancellationToken ct) =>
        (JObject)(await connector.RunAsync(action, input, connection, null, ct).ConfigureAwait(false)).Data;
}
