using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Newsletters made, sent and scheduled through the App API, with the refusals that these endpoints have of their own.</summary>
internal static class NewsletterRoutes
{
    private const int MaxNameLength = 190;
    private const int MaxBytes = 1_000_000;

    // The end of the year 9999.
    private const long MaxTime = 253_402_300_799;
    private static readonly string[] s_content = ["subject", "body", "body_plain", "preheader_text", "body_json", "url", "request_method", "layout_id"];

    public static SandboxResponse Create(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        var type = Json.Scalar(body["type"]);
        if (Json.Scalar(body["name"]) is not { } name || string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength)
        {
            throw Refused(422, $"name must be a text of 1 to {MaxNameLength} characters");
        }
        if (call.Body.Length > MaxBytes)
        {
            throw Refused(422, $"the newsletter cannot be larger than {MaxBytes} bytes");
        }
        Require(type, body);
        if (body["from"] is not null && body["from_id"] is not null)
        {
            throw Refused(422, "from and from_id cannot both be set");
        }
        var from = Senders(body["from_id"]);
        var (now, at) = (body["send_now"] is JValue { Value: true }, Time(body));
        if (now && at is not null)
        {
            throw Refused(422, "send_now and scheduled_at cannot both be set");
        }
        if (at is not null && at <= call.Workspace.Now)
        {
            throw Refused(422, "scheduled_at must be in the future");
        }
        var limits = Limits(body);
        var audience = Recipients(call, body["recipients"], out var segments);
        if (Json.Whole(body["subscription_topic_id"]) is { } topic && !Topics.Has((int)Math.Clamp(topic, 0, int.MaxValue)))
        {
            throw Refused(422, "subscription_topic_id is no topic of this workspace");
        }
        var newsletter = call.Workspace.Senders.Create(
            SenderKind.Newsletter,
            name,
            new JObject
            {
                ["type"] = type,
                ["audience"] = audience,
                ["recipient_segment_ids"] = segments.Count > 0 ? new JArray(segments) : null,
                ["subscription_topic_id"] = body["subscription_topic_id"],
            }
        );
        var content = newsletter.Contents[0].Shown;
        foreach (var field in s_content.Where(f => body[f] is not null))
        {
            content[field] = body[field]!.DeepClone();
        }
        content["from"] = Json.Scalar(body["from"]) ?? from ?? "";
        content["from_id"] = body["from_id"]?.DeepClone();
        if (now)
        {
            call.Workspace.Newsletters.Send(newsletter, limits);
        }
        else if (at is { } time)
        {
            call.Workspace.Newsletters.Schedule(newsletter, time, limits);
        }
        return Shown(newsletter);
    }

    public static SandboxResponse Send(SandboxRequest call)
    {
        var newsletter = Unsent(call);
        call.Workspace.Newsletters.Send(newsletter, Limits(AppApi.Body(call)));
        return Shown(newsletter);
    }

    /// <summary>Sets the time, or takes it away with 0.</summary>
    public static SandboxResponse Schedule(SandboxRequest call)
    {
        var (newsletter, body) = (Unsent(call), AppApi.Body(call));
        if (Time(body) is not { } at)
        {
            throw Refused(422, "scheduled_at is required");
        }
        if (at == 0)
        {
            if (newsletter.Schedule is null)
            {
                throw Refused(400, "the newsletter is not scheduled");
            }
            call.Workspace.Newsletters.Deschedule(newsletter);
            return Shown(newsletter);
        }
        if (at <= call.Workspace.Now)
        {
            throw Refused(422, "scheduled_at must be in the future");
        }
        if (Json.Scalar(body["timezone"]) is not { Length: > 0 } zone)
        {
            throw Refused(422, "timezone is required");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            throw Refused(422, $"unknown timezone {zone}");
        }
        var limits = Limits(body);
        if (body["tz_match_enabled"] is JValue { Value: true } && Json.Whole(limits["rate_limit_time_period"]) > 3600)
        {
            throw Refused(422, "cannot set rate limit periods longer than one hour when sending in the recipient's timezone");
        }
        call.Workspace.Newsletters.Schedule(newsletter, at, limits);
        return Shown(newsletter);
    }

    /// <summary>The envelope of newsletters' refusals: a detail alone.</summary>
    public static Refusal Refused(int status, string text) =>
        new(SandboxResponse.Ok(new JObject { ["errors"] = new JArray(new JObject { ["detail"] = text }) }, status));

    /// <summary>A newsletter that may still change.</summary>
    public static Sender Unsent(SandboxRequest call)
    {
        var newsletter = SenderRoutes.Find(call, SenderKind.Newsletter);
        return newsletter.Shown["sent_at"] is JValue { Value: not null } ? throw Refused(400, "the newsletter has already been sent") : newsletter;
    }

    public static SandboxResponse Shown(Sender newsletter) => SandboxResponse.Ok(new JObject { ["newsletter"] = newsletter.Shown.DeepClone() });

    /// <summary>What each channel cannot be without.</summary>
    public static void Require(string? type, JObject body)
    {
        string[] required = type switch
        {
            "email" => ["subject", "body"],
            "twilio" => ["body"],
            "push" => [],
            "in_app" or "inbox" => ["body_json"],
            "webhook" => ["body", "request_method", "url"],
            _ => throw Refused(422, "type must be email, twilio, push, in_app, inbox or webhook"),
        };
        if (Array.Find(required, f => string.IsNullOrEmpty(Json.Scalar(body[f]))) is { } missing)
        {
            throw Refused(422, $"{missing} is required");
        }
        if (type == "push" && string.IsNullOrEmpty(Json.Scalar(body["subject"])) && string.IsNullOrEmpty(Json.Scalar(body["body"])))
        {
            throw Refused(422, "subject or body is required");
        }
    }

    /// <summary>The sender's address; null where none is named.</summary>
    private static string? Senders(JToken? id) =>
        id is null or JValue { Value: null } ? null
        : Json.Whole(id) is { } number && InfoRoutes.Sender((int)Math.Clamp(number, 0, int.MaxValue)) is { } sender ? (string)sender["address"]!
        : throw Refused(422, "from_id is no sender of this workspace");

    private static long? Time(JObject body) =>
        body["scheduled_at"] switch
        {
            null or JValue { Value: null } => null,
            JValue { Value: long and >= 0 and <= MaxTime } time => (long)time,
            _ => throw Refused(422, "scheduled_at must be Unix seconds"),
        };

    private static JObject Limits(JObject body)
    {
        var (rate, period) = (body["rate_limit_email_rate"], body["rate_limit_time_period"]);
        if (rate is null != period is null)
        {
            throw Refused(422, "rate_limit_email_rate and rate_limit_time_period are both required when setting a rate limit");
        }
        if (rate is not null && (Json.Whole(rate) is not > 0 || Json.Whole(period) is not (60 or 3600 or 86400)))
        {
            throw Refused(422, "rate_limit_email_rate must be at least 1, and rate_limit_time_period 60, 3600 or 86400");
        }
        return new JObject(body.Properties().Where(p => p.Name.StartsWith("rate_limit_", StringComparison.Ordinal)));
    }

    /// <summary>The one shape that is taken: <c>and</c> of attributes, of <c>or</c>s of segments, and of <c>not</c>s of these.</summary>
    private static JObject Recipients(SandboxRequest call, JToken? recipients, out List<long> segments)
    {
        if (recipients is not JObject { Count: 1 } top || top["and"] is not JArray { Count: > 0 } all)
        {
            throw Refused(422, recipients is null ? "recipients is required" : "Invalid filter spec");
        }
        var found = new List<long>();
        var plain = new JArray(all.Select(Condition));
        segments = found;
        var filter = new JObject { ["and"] = plain };
        try
        {
            Filter.People(call.Workspace, filter, "/recipients");
        }
        catch (Refusal)
        {
            throw Refused(422, "Invalid filter spec");
        }
        return filter;

        JToken Condition(JToken item)
        {
            if (item is not JObject { Count: 1 } one)
            {
                throw Refused(422, "Invalid filter spec");
            }
            if (one["attribute"] is JObject attribute)
            {
                var bare = new JObject(attribute.Properties().Where(p => p.Name != "inverse"));
                var leaf = new JObject { ["attribute"] = bare };
                return attribute["inverse"] is JValue { Value: true } ? new JObject { ["not"] = leaf } : leaf;
            }
            return one["not"] is JObject { Count: 1 } not ? new JObject { ["not"] = Segments(not) } : Segments(one);
        }

        JObject Segments(JObject group)
        {
            if (group["or"] is not JArray { Count: > 0 } or || or.Any(s => s is not JObject { Count: 1 } leaf || leaf["segment"] is not JObject))
            {
                throw Refused(422, "Invalid filter spec");
            }
            found.AddRange(or.Select(s => Json.Whole(s["segment"]!["id"])).OfType<long>());
            return (JObject)group.DeepClone();
        }
    }
}
