using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The sandbox's own side under /_sandbox: look at what arrived, start over, switch things.</summary>
internal static class Control
{
    private const int Page = 1000;

    /// <summary>Recorded requests, oldest first: the newest <c>limit</c> of them, or those <c>after</c> a number.</summary>
    public static Answer Requests(Call call)
    {
        var after = Number(call, "after", 0);
        var requests = call.Core.Recorder.Snapshot().Where(r => r.Number > after).TakeLast(Number(call, "limit", int.MaxValue));
        return Answer.Ok(new JObject { ["total"] = call.Core.Recorder.Total, ["requests"] = new JArray(requests.Select(r => r.ToJson())) });
    }

    /// <summary>One recorded request; 404 when it is no longer kept.</summary>
    public static Answer Request(Call call) =>
        call.Core.Recorder.Snapshot().FirstOrDefault(r => call.Arguments[0] == r.Number.ToString(CultureInfo.InvariantCulture)) is { } request
            ? Answer.Ok(request.ToJson())
            : Answer.Errors(404, $"there is no request {call.Arguments[0]}, or it is no longer kept");

    public static Answer ClearRequests(Call call)
    {
        call.Core.Recorder.Clear();
        return Answer.Empty;
    }

    public static Answer Reset(Call call)
    {
        call.Core.Reset();
        return Answer.Empty;
    }

    /// <summary>People in the order they were created: <c>limit</c> of them from <c>start</c>.</summary>
    public static Answer People(Call call)
    {
        var all = call.Workspace.People.All;
        var people = all.Skip(Number(call, "start", 0)).Take(Number(call, "limit", Page)).Select(p => p.Summary());
        return Answer.Ok(new JObject { ["total"] = all.Count, ["people"] = new JArray(people) });
    }

    /// <summary>One person whole; for somebody unknown 404 and what was dropped about them.</summary>
    public static Answer Person(Call call)
    {
        var identifier = call.Arguments[0];
        if (PersonView.Find(call.Workspace, identifier) is { } person)
        {
            return Answer.Ok(PersonView.Whole(call.Workspace, person));
        }
        var activities = call.Workspace.Activities.Of(Identifier.FromPath(identifier), null).Select(a => a.ToJson());
        return Answer.Ok(new JObject { ["error"] = $"nobody has the identifier '{identifier}'", ["activities"] = new JArray(activities) }, 404);
    }

    public static Answer Activities(Call call) =>
        Answer.Ok(new JObject { ["activities"] = new JArray(call.Workspace.Activities.All.TakeLast(Number(call, "limit", Page)).Select(a => a.ToJson())) });

    public static Answer Segments(Call call) =>
        Answer.Ok(
            new JObject { ["segments"] = new JArray(call.Workspace.Segments.All.Select(s => new JObject(s.ToJson()) { ["members"] = s.Members.Count })) }
        );

    /// <summary>Makes a segment: <c>name</c>, and optionally <c>description</c> and <c>type</c> (manual or dynamic).</summary>
    public static Answer CreateSegment(Call call)
    {
        var body = V1.Body(call);
        var (name, type) = (Json.Scalar(body["name"]), Json.Scalar(body["type"]) ?? "manual");
        if (string.IsNullOrWhiteSpace(name) || type is not ("manual" or "dynamic"))
        {
            return Answer.Errors(400, "a segment needs a name, and its type is manual or dynamic");
        }
        var segment = call.Workspace.Segments.Create(name, Json.Scalar(body["description"]) ?? "", type == "manual");
        return Answer.Ok(new JObject { ["segment"] = segment.ToJson() }, 201);
    }

    public static Answer Objects(Call call) => Answer.Ok(new JObject { ["objects"] = new JArray(call.Workspace.Objects.All.Select(o => o.ToJson())) });

    /// <summary>Submissions by form id.</summary>
    public static Answer Forms(Call call) =>
        Answer.Ok(new JObject { ["forms"] = new JObject(call.Workspace.Deliveries.Forms.Select(f => new JProperty(f.Key, f.Value))) });

    public static Answer Deliveries(Call call) => Answer.Ok(new JObject { ["deliveries"] = new JArray(call.Workspace.Deliveries.All.Select(d => d.ToJson())) });

    /// <summary>Makes a delivery known: its <c>id</c> and the <c>person</c> it went to, and for reports what it was: <c>type</c> and <c>sender</c>.</summary>
    public static Answer CreateDelivery(Call call)
    {
        var body = V1.Body(call);
        var (id, person) = (Json.Scalar(body["id"]), PersonView.Find(call.Workspace, Json.Scalar(body["person"]) ?? ""));
        if (string.IsNullOrWhiteSpace(id) || person is null)
        {
            return Answer.Errors(400, "a delivery needs an id, and a person that exists");
        }
        Message? message = null;
        if (body["type"] is not null)
        {
            var (type, sender) = (Json.Scalar(body["type"]) ?? "", Json.Scalar(body["sender"]) ?? "transactional");
            if (
                !Enum.TryParse<SenderKind>(sender, ignoreCase: true, out var kind)
                || ReportNames.ObjectType(type) is not { } reported
                || !ReportNames.Metrics(reported).Any()
                || reported == "customer"
            )
            {
                return Answer.Errors(
                    400,
                    "type must be email, push, twilio, whatsapp, in_app, slack or webhook; sender campaign, broadcast, newsletter or transactional"
                );
            }
            message = new(type, Json.Scalar(body["recipient"]) ?? (type == "email" ? person.Email : person.Name), call.Workspace.Now)
            {
                Sender = kind,
                SenderId = call.Workspace.Senders.Of(kind).FirstOrDefault()?.Id ?? 1,
                Subject = Json.Scalar(body["subject"]),
            };
        }
        return Answer.Ok(call.Workspace.Deliveries.Create(id, person, message).ToJson(), 201);
    }

    /// <summary>Lets a <c>metric</c> happen to a delivery, with keys of the report's <c>data</c>; answers what webhooks are told.</summary>
    public static Answer Happen(Call call)
    {
        var body = V1.Body(call);
        if (call.Workspace.Deliveries.Find(call.Arguments[0]) is not { } delivery)
        {
            return Answer.Errors(404, $"there is no delivery '{call.Arguments[0]}'");
        }
        List<string> metrics = [.. ReportNames.Metrics(ReportNames.ObjectType(delivery.Message?.Channel ?? "email") ?? "")];
        if (Json.Scalar(body["metric"]) is not { } metric || !metrics.Contains(metric))
        {
            return Answer.Errors(400, $"metric must be one of {string.Join(", ", metrics)}");
        }
        var report = call.Workspace.Deliveries.Report(delivery.Id, metric, Json.Whole(body["timestamp"]), body["data"] as JObject);
        return Answer.Ok(new JObject { ["report"] = report?.DeepClone() });
    }

    /// <summary>What waits for each webhook, and how the newest <c>limit</c> posts ended, oldest first.</summary>
    public static Answer Webhooks(Call call)
    {
        var webhooks = call.Workspace.Webhooks;
        return Answer.Ok(
            new JObject
            {
                ["webhooks"] = new JArray(webhooks.All.Select(w => new JObject(w.Shown) { ["waiting"] = w.Waiting.Count(), ["lost"] = w.Lost })),
                ["total"] = webhooks.AttemptCount,
                ["attempts"] = new JArray(webhooks.Attempts.TakeLast(Number(call, "limit", Page)).Select(a => a.ToJson())),
            }
        );
    }

    /// <summary>Events that wait for a person, by anonymous id.</summary>
    public static Answer Anonymous(Call call) =>
        Answer.Ok(
            new JObject
            {
                ["anonymous"] = new JObject(call.Workspace.Events.Anonymous.Select(a => new JProperty(a.Key, new JArray(a.Value.Select(e => e.ToJson()))))),
            }
        );

    public static Answer Settings(Call call) => Answer.Ok(call.Workspace.Settings.ToJson());

    public static Answer ChangeSettings(Call call)
    {
        var problems = call.Workspace.Settings.Change(V1.Body(call));
        call.Workspace.Webhooks.Wake();
        return problems.Count > 0 ? Answer.Errors(400, problems) : Settings(call);
    }

    private static int Number(Call call, string name, int otherwise) => int.TryParse(call.Query(name), out var number) && number >= 0 ? number : otherwise;
}
