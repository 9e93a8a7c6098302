using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Creates a newsletter, as a draft or sent or scheduled at once: <c>POST /v1/newsletters</c>.</summary>
internal sealed class CreateNewsletter : RequestAction<CreateNewsletter.Input>
{
    private const int MaxBytes = 1_000_000;

    // What a channel cannot be without, and what it takes beside that.
    private static readonly Dictionary<string, (string[] Required, string[] Optional)> s_parts = new(StringComparer.Ordinal)
    {
        ["email"] = (["subject", "body"], ["bodyPlain", "preheader", "from", "layout"]),
        ["twilio"] = (["body"], []),
        ["push"] = ([], ["subject", "body"]),
        ["in_app"] = (["content"], []),
        ["inbox"] = (["content"], []),
        ["webhook"] = (["url", "body"], ["method"]),
    };

    internal sealed record Input(
        string Name,
        string Channel,
        JArray? Segments,
        JArray? ExceptSegments,
        JObject? Recipients,
        string? Subject,
        string? Body,
        string? BodyPlain,
        string? Preheader,
        JObject? Content,
        string? Url,
        string? Method,
        string? From,
        string? Layout,
        string? Topic,
        bool SendNow,
        JToken? ScheduledAt,
        int? Rate,
        string? RatePeriod,
        bool? RateSpread
    ) : IRateInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        (string Input, string Name, JToken? Value)[] parts =
        [
            ("subject", "subject", input.Subject),
            ("body", "body", input.Body),
            ("bodyPlain", "body_plain", input.BodyPlain),
            ("preheader", "preheader_text", input.Preheader),
            // Customer.io takes it as text.
            ("content", "body_json", input.Content?.ToString(Formatting.None)),
            ("url", "url", input.Url),
            ("method", "request_method", input.Method ?? (input.Channel == "webhook" ? "POST" : null)),
            ("from", "from_id", MessageContent.Number(input.From, "from")),
            ("layout", "layout_id", MessageContent.Number(input.Layout, "layout")),
        ];
        var (required, optional) = s_parts[input.Channel];
        Problem[] problems =
        [
            .. required
                .Where(name => parts.Any(p => p.Input == name && IsEmpty(p.Value)))
                .Select(name => new Problem("/" + name, $"must be given for the channel {input.Channel}.")),
            .. parts
                .Where(p => !IsEmpty(p.Value) && !required.Contains(p.Input) && !optional.Contains(p.Input))
                .Select(p => new Problem("/" + p.Input, $"is nothing that the channel {input.Channel} takes.")),
        ];
        if (problems.Length > 0)
        {
            throw ConnectorException.Input(problems);
        }

        if (input.Channel == "push" && string.IsNullOrEmpty(input.Subject) && string.IsNullOrEmpty(input.Body))
        {
            throw ConnectorException.Input("/subject", "or Body must be given for a push notification.");
        }

        if (input.SendNow && input.ScheduledAt is not null)
        {
            throw ConnectorException.Input("/scheduledAt", "cannot be used together with Send Now.");
        }

        var body = new JObject
        {
            ["type"] = input.Channel,
            ["name"] = input.Name,
            ["recipients"] = Recipients(input),
        };
        foreach (var part in parts.Where(p => !IsEmpty(p.Value)))
        {
            body[part.Name] = part.Value;
        }

        if (MessageContent.Number(input.Topic, "topic") is { } topic)
        {
            body["subscription_topic_id"] = topic;
        }

        if (input.SendNow)
        {
            body["send_now"] = true;
        }

        if (Times.ToCome(input.ScheduledAt, "scheduledAt", run) is { } at)
        {
            body["scheduled_at"] = at;
        }

        body.With(input);
        return ConnectorJson.CountBytes(body) is > MaxBytes and var bytes
            ? throw ConnectorException.Input("", $"makes a newsletter of {bytes} bytes; Customer.io takes at most {MaxBytes}.")
            : ApiRequest.Post(ApiName.App, $"/v1/newsletters", body) with
            {
                LookFor = "a newsletter of this name",
            };
    }

    private static bool IsEmpty(JToken? value) => value is null or JValue { Value: null or "" };

    /// <summary>The shape that this endpoint alone takes: segments stand in an <c>or</c>, exceptions in a <c>not</c> of such.</summary>
    private static JObject Recipients(Input input)
    {
        if (input.Recipients is { } given)
        {
            return input.Segments is null && input.ExceptSegments is null
                ? given
                : throw ConnectorException.Input("/recipients", "cannot be used together with Segments or Except Segments.");
        }

        if (input.Segments is not { Count: > 0 } segments)
        {
            throw ConnectorException.Input("/segments", "must be given, or Recipients in its place: a newsletter goes to somebody.");
        }

        var all = new JArray(Or(segments, "segments"));
        if (input.ExceptSegments is { Count: > 0 } excepted)
        {
            all.Add(new JObject { ["not"] = Or(excepted, "exceptSegments") });
        }

        return new JObject { ["and"] = all };
    }

    private static JObject Or(JArray segments, string input) =>
        new()
        {
            ["or"] = new JArray(
                segments.Select(
                    (s, i) => new JObject { ["segment"] = new JObject { ["id"] = MessageContent.Number(ConnectorJson.ScalarText((JValue)s), $"{input}/{i}") } }
                )
            ),
        };
}
