using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>How many messages of a sender reached what, by hour, day, week or month.</summary>
internal static class MetricRoutes
{
    private static readonly string[] s_names =
    [
        "created",
        "attempted",
        "sent",
        "delivered",
        "opened",
        "human_opened",
        "clicked",
        "human_clicked",
        "converted",
        "bounced",
        "spammed",
        "unsubscribed",
        "dropped",
        "deferred",
        "failed",
        "undeliverable",
        "drafted",
    ];

    private static readonly Dictionary<string, (long Seconds, int Most)> s_periods = new()
    {
        ["hours"] = (3600, 24),
        ["days"] = (24 * 3600, 45),
        ["weeks"] = (7 * 24 * 3600, 12),
        ["months"] = (30 * 24 * 3600, 121),
    };

    private static readonly Dictionary<string, string> s_resolutions = new()
    {
        ["hourly"] = "hours",
        ["daily"] = "days",
        ["weekly"] = "weeks",
        ["monthly"] = "months",
    };

    /// <summary>Counts of a sender, in the old way (<c>period</c>, <c>steps</c>) or, of campaigns alone, the new (<c>version=2</c>, <c>start</c>,
    /// <c>end</c>, <c>res</c>).</summary>
    /// <param name="kind">What sent them.</param>
    /// <param name="ofOne">Whether one action or variant is counted, which the second placeholder names.</param>
    public static Func<SandboxRequest, SandboxResponse> Of(SenderKind kind, bool ofOne = false) =>
        call =>
        {
            var sender = SenderRoutes.Find(call, kind);
            var content = ofOne ? Content(call, sender) : null;
            AppApi.Only(call, kind == SenderKind.Campaign ? ["version", "period", "steps", "type", "start", "end", "res", "tz"] : ["period", "steps", "type"]);
            var (from, step, count) = call.Query("version") == "2" ? Window(call, "res") : Steps(call);
            return SandboxResponse.Ok(new JObject { ["metric"] = new JObject { ["series"] = Series(call, sender, s_names, from, step, count, content) } });
        };

    public static SandboxResponse Journeys(SandboxRequest call)
    {
        var sender = SenderRoutes.Find(call, SenderKind.Campaign);
        AppApi.Only(call, "start", "end", "resolution");
        var (from, step, count) = Window(call, "resolution");
        // Each message is a journey of its own here: it begins as it is made, and ends as it arrives.
        var reached = Series(call, sender, ["created", "attempted", "sent", "delivered", "converted"], from, step, count);
        var series = new JObject
        {
            ["started"] = reached["created"],
            ["activated"] = reached["attempted"],
            ["never_activated"] = Missing("created", "attempted"),
            ["messaged"] = reached["sent"],
            ["finished"] = reached["delivered"],
            ["converted"] = reached["converted"],
            ["exited_early"] = Missing("attempted", "delivered"),
        };
        return SandboxResponse.Ok(new JObject { ["journey_metric"] = new JObject { ["series"] = series } });

        JArray Missing(string all, string some) => new(reached[all]!.Zip(reached[some]!, (a, s) => Math.Max((int)a - (int)s, 0)));
    }

    /// <summary>No message of the sandbox has links that are followed.</summary>
    public static Func<SandboxRequest, SandboxResponse> Links(SenderKind kind, bool ofOne = false) =>
        call =>
        {
            var sender = SenderRoutes.Find(call, kind);
            _ = ofOne ? Content(call, sender) : null;
            AppApi.Only(call, "period", "steps", "unique");
            Steps(call);
            AppApi.Flag(call, "unique");
            return SandboxResponse.Ok(new JObject { ["links"] = new JArray() });
        };

    private static int? Content(SandboxRequest call, Sender sender) =>
        (int)AppApi.Found(call, 1, id => sender.Contents.Find(c => (int)c.Shown["id"]! == id)).Shown["id"]!;

    private static (long From, long Step, int Count) Steps(SandboxRequest call)
    {
        var period = call.Query("period") is { Length: > 0 } given ? given : "days";
        if (!s_periods.TryGetValue(period, out var known))
        {
            throw new Refusal(400, $"period must be one of {string.Join(", ", s_periods.Keys)}", "/period");
        }
        var steps = AppApi.Number(call, "steps") ?? known.Most;
        if (steps > known.Most)
        {
            throw new Refusal(400, $"steps must be at most {known.Most}", "/steps");
        }
        // None is as many as there can be, and there are never fewer than two.
        steps = steps == 0 ? known.Most : Math.Max(steps, 2);
        return (call.Workspace.Now + 1 - (steps * known.Seconds), known.Seconds, (int)steps);
    }

    private static (long From, long Step, int Count) Window(SandboxRequest call, string resolution)
    {
        var (start, end) = (AppApi.Number(call, "start"), AppApi.Number(call, "end"));
        if (start is null || end is null || end <= start)
        {
            throw new Refusal(400, "start and end are needed, in this order", start is null ? "/start" : "/end");
        }
        var name = call.Query(resolution) ?? "";
        if (!s_periods.TryGetValue(s_resolutions.GetValueOrDefault(name, name), out var known))
        {
            throw new Refusal(400, $"{resolution} must be one of {string.Join(", ", s_resolutions.Keys)}", $"/{resolution}");
        }
        var count = (end.Value - start.Value + known.Seconds - 1) / known.Seconds;
        return count <= 1000
            ? (start.Value, known.Seconds, (int)count)
            : throw new Refusal(400, string.Create(CultureInfo.InvariantCulture, $"{count} steps are too many"), "/end");
    }

    private static JObject Series(SandboxRequest call, Sender sender, string[] names, long from, long step, int count, int? content = null)
    {
        var (type, series) = (call.Query("type"), names.ToDictionary(n => n, _ => new int[count]));
        foreach (
            var delivery in call.Workspace.Deliveries.Newest.Where(d =>
                d.Message is { } m
                && m.Sender == sender.Kind
                && m.SenderId == sender.Id
                && (string.IsNullOrEmpty(type) || m.Channel == type)
                && (content is null || MessageView.Content(m) == content)
            )
        )
        {
            foreach (var (metric, time) in MessageView.Reached(call.Workspace, delivery))
            {
                var at = ((Json.Whole(time) ?? 0) - from) / step;
                if (at >= 0 && at < count && Json.Whole(time) >= from)
                {
                    Count(metric, at);
                    Count($"human_{metric}", at);
                }
            }
        }
        return new(series.Select(s => new JProperty(s.Key, new JArray(s.Value))));

        void Count(string metric, long at)
        {
            if (series.TryGetValue(metric, out var counts))
            {
                counts[at]++;
            }
        }
    }
}
