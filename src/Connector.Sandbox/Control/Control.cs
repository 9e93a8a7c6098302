using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The sandbox's own side under /_sandbox: look at what arrived, start over, switch things.</summary>
internal static class Control
{
    private const int Page = 1000;

    /// <summary>Recorded requests, oldest first: the newest <c>limit</c> of them, or those <c>after</c> a number.</summary>
    public static SandboxResponse Requests(SandboxRequest call)
    {
        var after = Number(call, "after", 0);
        var requests = call.Core.Recorder.Snapshot().Where(r => r.Number > after).TakeLast(Number(call, "limit", int.MaxValue));
        return SandboxResponse.Ok(new JObject { ["total"] = call.Core.Recorder.Total, ["requests"] = new JArray(requests.Select(r => r.ToJson())) });
    }

    /// <summary>One recorded request; 404 when it is no longer kept.</summary>
    public static SandboxResponse Request(SandboxRequest call) =>
        call.Core.Recorder.Snapshot().FirstOrDefault(r => call.Arguments[0] == r.Number.ToString(CultureInfo.InvariantCulture)) is { } request
            ? SandboxResponse.Ok(request.ToJson())
            : SandboxResponse.Errors(404, $"there is no request {call.Arguments[0]}, or it is no longer kept");

    public static SandboxResponse ClearRequests(SandboxRequest call)
    {
        call.Core.Recorder.Clear();
        return SandboxResponse.Empty;
    }

    public static SandboxResponse Reset(SandboxRequest call)
    {
        call.Core.Reset();
        return SandboxResponse.Empty;
    }

    /// <summary>People in the order they were created: <c>limit</c> of them from <c>start</c>.</summary>
    public static SandboxResponse People(SandboxRequest call)
    {
        var all = call.Workspace.People.All;
        var people = all.Skip(Number(call, "start", 0)).Take(Number(call, "limit", Page)).Select(p => p.Summary());
        return SandboxResponse.Ok(new JObject { ["total"] = all.Count, ["people"] = new JArray(people) });
    }

    /// <summary>One person whole; for somebody unknown 404 and what was dropped about them.</summary>
    public static SandboxResponse Person(SandboxRequest call)
    {
        var identifier = call.Arguments[0];
        if (PersonView.Find(call.Workspace, identifier) is { } person)
        {
            return SandboxResponse.Ok(PersonView.Whole(call.Workspace, person));
        }
        var activities = call.Workspace.Activities.Of(Identifier.FromPath(identifier), null).Select(a => a.ToJson());
        return SandboxResponse.Ok(new JObject { ["error"] = $"nobody has the identifier '{identifier}'", ["activities"] = new JArray(activities) }, 404);
    }

    public static SandboxResponse Activities(SandboxRequest call) =>
        SandboxResponse.Ok(
            new JObject { ["activities"] = new JArray(call.Workspace.Activities.All.TakeLast(Number(call, "limit", Page)).Select(a => a.ToJson())) }
        );

    public static SandboxResponse Segments(SandboxRequest call) =>
        SandboxResponse.Ok(
            new JObject { ["segments"] = new JArray(call.Workspace.Segments.All.Select(s => new JObject(s.ToJson()) { ["members"] = s.Members.Count })) }
        );

    /// <summary>Makes a segment: <c>name</c>, and optionally <c>description</c> and <c>type</c> (manual or dynamic).</summary>
    public static SandboxResponse CreateSegment(SandboxRequest call)
    {
        var body = V1.Body(call);
        var (name, type) = (Json.Scalar(body["name"]), Json.Scalar(body["type"]) ?? "manual");
        if (string.IsNullOrWhiteSpace(name) || type is not ("manual" or "dynamic"))
        {
            return SandboxResponse.Errors(400, "a segment needs a name, and its type is manual or dynamic");
        }
        var segment = call.Workspace.Segments.Create(name, Json.Scalar(body["description"]) ?? "", type == "manual");
        return SandboxResponse.Ok(new JObject { ["segment"] = segment.ToJson() }, 201);
    }

    public static SandboxResponse Objects(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["objects"] = new JArray(call.Workspace.Objects.All.Select(o => o.ToJson())) });

    /// <summary>Submissions by form id.</summary>
    public static SandboxResponse Forms(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["forms"] = new JObject(call.Workspace.Deliveries.Forms.Select(f => new JProperty(f.Key, f.Value))) });

    public static SandboxResponse Deliveries(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["deliveries"] = new JArray(call.Workspace.Deliveries.All.Select(d => d.ToJson())) });

    /// <summary>Makes a delivery known: its <c>id</c> and the <c>person</c> it went to, and for reports what it was: <c>type</c> and <c>sender</c>.</summary>
    public static SandboxResponse CreateDelivery(SandboxRequest call)
    {
        var body = V1.Body(call);
        var (id, person) = (Json.Scalar(body["id"]), PersonView.Find(call.Workspace, Json.Scalar(body["person"]) ?? ""));
        if (string.IsNullOrWhiteSpace(id) || person is null)
        {
            return SandboxResponse.Errors(400, "a delivery needs an id, and a person that exists");
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
                return SandboxResponse.Errors(
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
        return SandboxResponse.Ok(call.Workspace.Deliveries.Create(id, person, message).ToJson(), 201);
    }

    /// <summary>Lets a <c>metric</c> happen to a delivery, with keys of the report's <c>data</c>; answers what webhooks are told.</summary>
    public static SandboxResponse Happen(SandboxRequest call)
    {
        var body = V1.Body(call);
        if (call.Workspace.Deliveries.Find(call.Arguments[0]) is not { } delivery)
        {
            return SandboxResponse.Errors(404, $"there is no delivery '{call.Arguments[0]}'");
        }
        List<string> metrics = [.. ReportNames.Metrics(ReportNames.ObjectType(delivery.Message?.Channel ?? "email") ?? "")];
        if (Json.Scalar(body["metric"]) is not { } metric || !metrics.Contains(metric))
        {
            return SandboxResponse.Errors(400, $"metric must be one of {string.Join(", ", metrics)}");
        }
        var report = call.Workspace.Deliveries.Report(delivery.Id, metric, Json.Whole(body["timestamp"]), body["data"] as JObject);
        return SandboxResponse.Ok(new JObject { ["report"] = report?.DeepClone() });
    }

    /// <summary>What waits for each webhook, and how the newest <c>limit</c> posts ended, oldest first.</summary>
    public static SandboxResponse Webhooks(SandboxRequest call)
    {
        var webhooks = call.Workspace.Webhooks;
        return SandboxResponse.Ok(
            new JObject
            {
                ["webhooks"] = new JArray(webhooks.All.Select(w => new JObject(w.Shown) { ["waiting"] = w.Waiting.Count(), ["lost"] = w.Lost })),
                ["total"] = webhooks.AttemptCount,
                ["attempts"] = new JArray(webhooks.Attempts.TakeLast(Number(call, "limit", Page)).Select(a => a.ToJson())),
            }
        );
    }

    /// <summary>Events that wait for a person, by anonymous id.</summary>
    public static SandboxResponse Anonymous(SandboxRequest call) =>
        SandboxResponse.Ok(
            new JObject
            {
                ["anonymous"] = new JObject(call.Workspace.Events.Anonymous.Select(a => new JProperty(a.Key, new JArray(a.Value.Select(e => e.ToJson()))))),
            }
        );

    public static SandboxResponse Settings(SandboxRequest call) => SandboxResponse.Ok(call.Workspace.Settings.ToJson());

    public static SandboxResponse ChangeSettings(SandboxRequest call)
    {
        var problems = call.Workspace.Settings.Change(V1.Body(call));
        call.Workspace.Webhooks.Wake();
        return problems.Count > 0 ? SandboxResponse.Errors(400, problems) : Settings(call);
    }

    private static int Number(SandboxRequest call, string name, int otherwise) =>
        int.TryParse(call.Query(name), out var number) && number >= 0 ? number : otherwise;
}
