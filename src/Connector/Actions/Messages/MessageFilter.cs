using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>The inputs of every list of messages.</summary>
internal interface IMessageFilter : IPagedInput
{
    string? Metric { get; }

    string? Channel { get; }

    bool? Drafts { get; }

    JToken? StartTime { get; }

    JToken? EndTime { get; }

    bool TrackedResponses { get; }
}

/// <summary>Builds the query of a list of messages.</summary>
internal static class MessageFilter
{
    public static ApiRequest With(this ApiRequest request, IMessageFilter input, IRunContext run, params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var query = QueryText.Of([
            ("type", input.Channel),
            ("metric", input.Metric),
            ("drafts", input.Drafts),
            ("start_ts", Times.Seconds(input.StartTime, "startTime", run)),
            ("end_ts", Times.Seconds(input.EndTime, "endTime", run)),
            ("get_tracked_responses", input.TrackedResponses ? true : null),
            .. more,
        ]);
        return request with { Query = query };
    }
}
