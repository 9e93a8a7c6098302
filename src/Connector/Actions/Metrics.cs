using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>The inputs of every action that counts what became of messages: so many steps back from now.</summary>
internal interface IMetricsInput
{
    string? Period { get; }

    long? Steps { get; }

    bool Links { get; }

    bool Unique { get; }
}

/// <summary>The same where Customer.io counts in any time window.</summary>
internal interface IWindowInput : IMetricsInput
{
    JToken? StartTime { get; }

    JToken? EndTime { get; }

    string? Resolution { get; }

    string? TimeZone { get; }
}

/// <summary>Builds the query of metrics; each endpoint takes its own, and nothing else is sent.</summary>
internal static class Metrics
{
    /// <summary>The last so many periods, which is all that broadcasts, newsletters, transactional messages and links can be counted by.</summary>
    public static ApiRequest InSteps(this ApiRequest request, IMetricsInput input, string? channel = null)
    {
        Check(input, [("channel", channel)]);
        return request with
        {
            Path = request.Path + (input.Links ? "/links" : ""),
            Query = QueryText.Of(("period", input.Period), ("steps", input.Steps), ("unique", input.Unique ? true : null), ("type", channel)),
        };
    }

    /// <summary>A time window in the second version, which campaigns and their actions alone have; their links are counted in steps.</summary>
    public static ApiRequest InWindow(this ApiRequest request, IWindowInput input, IRunContext run, string? channel = null)
    {
        if (input.Links)
        {
            Check(input, ("startTime", input.StartTime), ("endTime", input.EndTime), ("resolution", input.Resolution), ("timeZone", input.TimeZone));
            return request.InSteps(input, channel);
        }

        Check(input, []);
        if (input.StartTime is not null && (input.Period is not null || input.Steps is not null))
        {
            run.Warn("/period and /steps were not sent: a time window replaces them.");
        }

        var (start, end) = Window(input.StartTime, input.EndTime, input.Period ?? "days", input.Steps, run);
        return request with
        {
            Query = QueryText.Of(
                ("version", 2),
                ("start", start),
                ("end", end),
                ("res", input.Resolution ?? Resolution(input.StartTime is null ? input.Period : null)),
                ("tz", input.TimeZone),
                ("type", channel)
            ),
        };
    }

    /// <summary>Begin and end in Unix seconds; without a begin so many periods back from the end, the first of them from its start in UTC.</summary>
    public static (long Start, long End) Window(JToken? startTime, JToken? endTime, string period, long? steps, IRunContext run)
    {
        var end = Times.Seconds(endTime, "endTime", run) ?? run.Now.ToUnixTimeSeconds();
        var start = Times.Seconds(startTime, "startTime", run) ?? Back(DateTimeOffset.FromUnixTimeSeconds(end).UtcDateTime, period, steps);
        return start < end ? (start, end) : throw ConnectorException.Input("/startTime", "must be before endTime, which is now where it is empty.");
    }

    private static long Back(DateTime end, string period, long? steps)
    {
        // As many as Customer.io counts at most where nobody says how many.
        var (begin, most) = period switch
        {
            "hours" => (end.Date.AddHours(end.Hour), 24),
            "weeks" => (end.Date.AddDays(-6), 12),
            "months" => (new DateTime(end.Year, end.Month, 1), 121),
            _ => (end.Date, 45),
        };
        var more = (int)Math.Min(steps ?? most, most) - 1;
        var start = period switch
        {
            "hours" => begin.AddHours(-more),
            "weeks" => begin.AddDays(-7 * more),
            "months" => begin.AddMonths(-more),
            _ => begin.AddDays(-more),
        };
        return new DateTimeOffset(start, TimeSpan.Zero).ToUnixTimeSeconds();
    }

    private static string Resolution(string? period) =>
        period switch
        {
            "hours" => "hourly",
            "weeks" => "weekly",
            "months" => "monthly",
            _ => "daily",
        };

    private static void Check(IMetricsInput input, params ReadOnlySpan<(string Name, object? Value)> notOfLinks)
    {
        if (input is { Unique: true, Links: false })
        {
            throw ConnectorException.Input("/unique", "counts people of links; switch Links on, too.");
        }

        foreach (var (name, value) in notOfLinks)
        {
            if (input.Links && value is not null)
            {
                throw ConnectorException.Input("/" + name, "cannot be used with Links: Customer.io counts clicks of links by Period and Steps alone.");
            }
        }
    }
}
