using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Exports of people and deliveries, to be fetched as comma-separated text.</summary>
internal static class ExportRoutes
{
    private static readonly Dictionary<string, SenderKind[]> s_sources = new()
    {
        ["newsletter_id"] = [SenderKind.Newsletter],
        ["campaign_id"] = [SenderKind.Campaign, SenderKind.Broadcast],
        ["transactional_message_id"] = [SenderKind.Transactional],
        ["action_id"] = [SenderKind.Campaign, SenderKind.Broadcast],
    };

    /// <summary>The exports; none are null, and not an empty list.</summary>
    public static SandboxResponse List(SandboxRequest call)
    {
        var exports = call.Workspace.Exports.All;
        return SandboxResponse.Ok(
            new JObject { ["exports"] = exports.Count == 0 ? JValue.CreateNull() : new JArray(exports.Reverse().Select(e => Show(call, e))) }
        );
    }

    public static SandboxResponse Get(SandboxRequest call) => SandboxResponse.Ok(Wrapped(call, Export(call)));

    public static SandboxResponse Customers(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        var chosen = call.Workspace.People.All.Where(Filter.People(call.Workspace, body["filters"], "/filters"));
        var people = chosen.Select(p => (JObject)CustomerView.Whole(p)["attributes"]!).ToList();
        var columns = Attributes(body) ?? [.. people.SelectMany(p => p.Properties()).Select(p => p.Name).Distinct()];
        return SandboxResponse.Ok(
            Wrapped(call, call.Workspace.Exports.Create("customers", "People", columns, people.Select(p => columns.Select(c => (string?)p[c]))))
        );
    }

    public static SandboxResponse Deliveries(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        var sources = s_sources.Keys.Where(name => body[name] is not (null or JValue { Value: null })).ToList();
        if (sources.Count > 1 || sources.Any(name => Json.Whole(body[name]) is null))
        {
            throw new Refusal(400, $"at most one of {string.Join(", ", s_sources.Keys)} can be given, and as a number", $"/{sources[^1]}");
        }
        var (start, end, metric) = (Json.Whole(body["start"]) ?? 0, Json.Whole(body["end"]) ?? long.MaxValue, Json.Scalar(body["metric"]));
        var (extra, drafts) = (Attributes(body) ?? [], body["drafts"] is JValue { Value: true });
        var chosen = call.Workspace.Deliveries.All.Where(d =>
            d.Message is { } m
            && m.IsDraft == drafts
            && m.Created >= start
            && m.Created <= end
            && sources.TrueForAll(name => s_sources[name].Contains(m.Sender) && m.SenderId == Json.Whole(body[name]))
            && (metric is null || MessageView.Reached(call.Workspace, d).ContainsKey(metric))
        );
        string[] columns =
        [
            "delivery_id",
            "customer_id",
            "type",
            "recipient",
            "subject",
            "created",
            "sent",
            "delivered",
            "opened",
            "clicked",
            "converted",
            "failure_message",
        ];
        var rows = chosen.Select(d => Row(call, d, columns, extra));
        return SandboxResponse.Ok(Wrapped(call, call.Workspace.Exports.Create("deliveries", "Deliveries", columns.Concat(extra), rows)));
    }

    /// <summary>Where to fetch it: at this sandbox, without credentials, for a quarter of an hour.</summary>
    public static SandboxResponse Download(SandboxRequest call)
    {
        var export = Export(call);
        return call.Workspace.Exports.IsReady(export)
            ? SandboxResponse.Ok(new JObject { ["url"] = $"http://{call.Context.Request.Host}/_sandbox/exports/{call.Workspace.Exports.Link(export)}" })
            : throw new Refusal(400, "the export is not ready");
    }

    public static SandboxResponse File(SandboxRequest call) =>
        call.Workspace.Exports.Follow(call.Arguments[0]) is { } export
            ? SandboxResponse.Text(200, "text/csv; charset=utf-8", export.Csv)
            : SandboxResponse.Errors(403, "this link has lapsed");

    private static Export Export(SandboxRequest call) => AppApi.Found(call, 0, call.Workspace.Exports.Find);

    private static List<string>? Attributes(JObject body) =>
        body["attributes"] switch
        {
            null or JValue { Value: null } or JArray { Count: 0 } => null,
            JArray names when names.All(n => n is JValue { Value: string }) => [.. names.Select(n => (string)n!)],
            _ => throw new Refusal(400, "attributes must be a list of names", "/attributes"),
        };

    private static IEnumerable<string?> Row(SandboxRequest call, Delivery delivery, string[] columns, List<string> extra)
    {
        var shown = MessageView.Show(call.Workspace, delivery);
        shown["delivery_id"] = delivery.Id;
        var person = delivery.CioId is { } cioId ? call.Workspace.People.Find(new(IdKind.CioId, cioId)) : null;
        var attributes = person is null ? [] : (JObject)CustomerView.Whole(person)["attributes"]!;
        return columns.Select(c => Filter.Text(shown[c] ?? shown["metrics"]![c])).Concat(extra.Select(e => (string?)attributes[e]));
    }

    private static JObject Wrapped(SandboxRequest call, Export export) => new() { ["export"] = Show(call, export) };

    private static JObject Show(SandboxRequest call, Export export)
    {
        var isReady = call.Workspace.Exports.IsReady(export);
        return new()
        {
            ["id"] = export.Id,
            ["deduplicate_id"] = $"{export.Id}:{export.Created}",
            ["type"] = export.Type,
            ["status"] = isReady ? "done" : "pending",
            ["failed"] = false,
            ["total"] = isReady ? export.Rows : 0,
            ["description"] = export.Description,
            ["downloads"] = export.Downloads,
            ["user_id"] = 1,
            ["user_email"] = "sandbox@example.com",
            ["created_at"] = export.Created,
            ["updated_at"] = isReady ? export.Ready : export.Created,
        };
    }
}
