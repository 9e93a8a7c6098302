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

    /// <summary>The one message that each campaign or broadcast of the sandbox sends.</summary>
    public static Func<SandboxRequest, SandboxResponse> Actions(SenderKind kind) =>
        call => SandboxResponse.Ok(AppApi.Page(call, "actions", [Content(Find(call, kind))], 10, 10, action => action));

    public static Func<SandboxRequest, SandboxResponse> Action(SenderKind kind) =>
        call =>
        {
            var sender = Find(call, kind);
            return SandboxResponse.Ok(new JObject { ["action"] = AppApi.Found(call, 1, id => id == sender.Id ? Content(sender) : null) });
        };

    /// <summary>What a newsletter or a transactional message says.</summary>
    public static Func<SandboxRequest, SandboxResponse> Contents(SenderKind kind) =>
        call => SandboxResponse.Ok(new JObject { ["contents"] = new JArray(Content(Find(call, kind))) });

    public static Func<SandboxRequest, SandboxResponse> Messages(SenderKind kind) =>
        call =>
        {
            var sender = Find(call, kind);
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

    private static JObject Content(Sender sender)
    {
        var content = new JObject
        {
            ["id"] = sender.Id,
            ["deduplicate_id"] = $"{sender.Id}:0",
            ["name"] = sender.Name,
            ["layout"] = "",
            ["body"] = "",
            ["type"] = "email",
            ["language"] = "",
            ["from"] = "",
            ["reply_to"] = "",
            ["subject"] = sender.Name,
            ["preheader_text"] = "",
        };
        if (sender.Kind is SenderKind.Campaign or SenderKind.Broadcast)
        {
            content[sender.Kind == SenderKind.Campaign ? "campaign_id" : "broadcast_id"] = sender.Id;
            content["sending_state"] = "automatic";
        }
        return content;
    }
}
