using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Forms, delivery metrics and unsubscribes.</summary>
internal static class MessageRoutes
{
    private static readonly HashSet<string> s_metrics = ["bounced", "clicked", "converted", "deferred", "delivered", "dropped", "opened", "spammed"];
    private static readonly HashSet<string> s_pushMetrics = ["opened", "converted", "delivered"];
    private static readonly HashSet<string> s_reserved = ["form_id", "form_name", "form_type", "form_url", "form_url_param"];

    public static SandboxResponse SubmitForm(SandboxRequest call)
    {
        var form = call.Arguments[0];
        var data = V1.Body(call)["data"] as JObject;
        var attributes = new JObject(data?.Properties().Where(p => !s_reserved.Contains(p.Name)) ?? []);
        var problems = Form(data, attributes).Select(p => p.Sentence).ToList();
        // A form that is not known yet is made even when its first submission is refused.
        call.Workspace.Deliveries.Submitted(form, problems.Count == 0);
        if (problems.Count > 0)
        {
            return SandboxResponse.Errors(400, problems);
        }
        var kind = attributes.ContainsKey("id") ? IdKind.Id : IdKind.Email;
        var who = new Identifier(kind, (string)attributes[kind == IdKind.Id ? "id" : "email"]!);
        call.Workspace.Write(() => call.Workspace.People.Identify(who, attributes));
        return SandboxResponse.NoContent;
    }

    public static SandboxResponse Metric(SandboxRequest call)
    {
        var body = V1.Body(call);
        return Report(call, body, "metric", s_metrics);
    }

    public static SandboxResponse PushEvent(SandboxRequest call)
    {
        var body = V1.Body(call);
        return Report(call, body, "event", s_pushMetrics);
    }

    public static SandboxResponse Unsubscribe(SandboxRequest call)
    {
        if (call.Context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            return SandboxResponse.Errors(400, "Content-Type must be application/json");
        }
        var wanted = V1.Body(call)["unsubscribe"];
        if (wanted is not JValue { Value: bool unsubscribe })
        {
            return SandboxResponse.Errors(400, "unsubscribe must be true or false");
        }
        return V1.Apply(call, [], () => call.Workspace.Deliveries.Unsubscribe(call.Arguments[0], unsubscribe));
    }

    private static SandboxResponse Report(SandboxRequest call, JObject body, string key, HashSet<string> metrics)
    {
        var problems = new List<Problem>();
        var delivery = Json.Scalar(body["delivery_id"]);
        var metric = Json.Scalar(body[key]);
        if (string.IsNullOrWhiteSpace(delivery))
        {
            problems.Add(new(Problem.Required, "delivery_id", "cannot be blank"));
        }
        if (metric is null || !metrics.Contains(metric))
        {
            problems.Add(new(metric is null ? Problem.Required : Problem.Invalid, key, $"must be one of {string.Join(", ", metrics)}"));
        }
        return V1.Apply(call, problems, () => call.Workspace.Deliveries.Report(delivery!, metric!, Json.Whole(body["timestamp"]), Told(body)));
    }

    /// <summary>What reports take over of a reported metric.</summary>
    private static JObject Told(JObject body)
    {
        var told = new JObject();
        foreach (var (key, name) in ((string, string)[])[("href", "href"), ("reason", "failure_message")])
        {
            if (Json.Scalar(body[key]) is { } text)
            {
                told[name] = text;
            }
        }
        return told;
    }

    private static IEnumerable<Problem> Form(JObject? data, JObject attributes)
    {
        if (data is null)
        {
            yield return new(Problem.Required, "data", "must be an object");
            yield break;
        }
        foreach (var property in attributes.Properties().Where(p => p.Value.Type != JTokenType.String))
        {
            yield return new(Problem.Invalid, $"data.{property.Name}", "must be a string");
        }
        if (IsGiven("id") == IsGiven("email"))
        {
            yield return new(Problem.Required, "data", "must have one of email and id, and only one");
        }
        foreach (var problem in Limits.Map(attributes, "data"))
        {
            yield return problem;
        }

        bool IsGiven(string name) => attributes[name] is JValue { Value: string { Length: > 0 } };
    }
}
