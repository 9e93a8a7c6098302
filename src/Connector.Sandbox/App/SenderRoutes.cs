using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What campaigns, broadcasts, newsletters and transactional messages have in common.</summary>
internal static class SenderRoutes
{
    private const int MaxNameLength = 190;

    /// <summary>The sender of the first placeholder.</summary>
    public static Sender Find(SandboxRequest call, SenderKind kind) => AppApi.Found(call, 0, id => call.Workspace.Senders.Find(kind, id));

    public static Func<SandboxRequest, SandboxResponse> List(SenderKind kind, string name) =>
        call => SandboxResponse.Ok(new JObject { [name] = new JArray(call.Workspace.Senders.Of(kind).Select(s => s.Shown.DeepClone())) });

    public static Func<SandboxRequest, SandboxResponse> Get(SenderKind kind, string name) =>
        call => SandboxResponse.Ok(new JObject { [name] = Find(call, kind).Shown.DeepClone() });

    public static SandboxResponse Newsletters(SandboxRequest call)
    {
        var all = call.Workspace.Senders.Of(SenderKind.Newsletter);
        var sorted = call.Query("sort") switch
        {
            null or "" or "asc" => all,
            "desc" => all.Reverse(),
            _ => throw new Refusal(400, "sort must be asc or desc", "/sort"),
        };
        return SandboxResponse.Ok(AppApi.Page(call, "newsletters", sorted, 50, 1000, s => s.Shown.DeepClone()));
    }

    public static SandboxResponse DeleteNewsletter(SandboxRequest call)
    {
        call.Workspace.Senders.Delete(Find(call, SenderKind.Newsletter));
        return SandboxResponse.NoContent;
    }

    public static Func<SandboxRequest, SandboxResponse> Messages(SenderKind kind) =>
        call =>
        {
            var sender = Find(call, kind);
            // Each list takes what the vendor describes of it.
            string[] own = kind switch
            {
                SenderKind.Campaign => ["type", "drafts"],
                SenderKind.Broadcast => ["type", "state"],
                SenderKind.Transactional => ["state"],
                _ => ["type"],
            };
            AppApi.Only(call, [.. own, "start", "limit", "metric", "start_ts", "end_ts", "get_tracked_responses"]);
            return MessageView.List(call, (_, m) => m.Sender == kind && m.SenderId == sender.Id);
        };

    /// <summary>The control side: makes one with a <c>name</c>, and whatever else is to be shown of it.</summary>
    public static Func<SandboxRequest, SandboxResponse> Create(SenderKind kind) =>
        call =>
        {
            var body = V1.Body(call);
            if (body["name"] is not JValue { Value: string name } || string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength)
            {
                return SandboxResponse.Errors(400, $"name must be a text of 1 to {MaxNameLength} characters");
            }
            if (body["trigger_name"] is not (null or JValue { Value: string }))
            {
                return SandboxResponse.Errors(400, "trigger_name must be a text");
            }
            if (body["audience"] is { } audience)
            {
                Filter.People(call.Workspace, audience, "/audience");
            }
            return SandboxResponse.Ok(call.Workspace.Senders.Create(kind, name, body).Shown.DeepClone(), 201);
        };
}
