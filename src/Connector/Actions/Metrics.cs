using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions;

/// <summary>The inputs of every action that reads metrics.</summary>
internal interface IMetricsInput
{
    string? Period { get; }

    long? Steps { get; }

    string? Channel { get; }

    JToken? StartTime { get; }

    JToken? EndTime { get; }

    string? Resolution { get; }

    string? TimeZone { get; }

    bool Links { get; }
}

/// <summary>Builds the query of metrics: the last so many periods, or a time window in the newer form.</summary>
internal static class Metrics
{
    public static ApiRequest With(this ApiRequest request, IMetricsInput input, IRunContext run)
    {
        var (start, end) = (Times.Seconds(input.StartTime, "startTime", run), Times.Seconds(input.EndTime, "endTime", run));
        var window = start is not null || end is not null;
        if (window && (input.Period is not null || input.Steps is not null))
        {
            run.Warn("/period and /steps were not sent: a time window replaces them.");
        }

        return request with
        {
            Path = request.Path + (input.Links ? "/links" : ""),
            Query = window
                ? QueryText.Of(("version", 2), ("start", start), ("end", end), ("res", input.Resolution), ("tz", input.TimeZone), ("type", input.Channel))
                : QueryText.Of(("period", input.Period), ("steps", input.Steps), ("type", input.Channel)),
        };
    }
}
