using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Reporting webhooks: listed, made, changed and deleted.</summary>
internal static class WebhookRoutes
{
    private static readonly string[] s_flags = ["disabled", "full_resolution", "with_content"];

    public static SandboxResponse List(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["reporting_webhooks"] = new JArray(call.Workspace.Webhooks.All.Select(w => w.Shown.DeepClone())) });

    public static SandboxResponse Get(SandboxRequest call) => SandboxResponse.Ok(Webhook(call).Shown);

    public static SandboxResponse Create(SandboxRequest call)
    {
        var webhook = new JObject
        {
            ["type"] = "webhook",
            ["disabled"] = false,
            ["full_resolution"] = false,
            ["with_content"] = false,
        };
        return SandboxResponse.Ok(call.Workspace.Webhooks.Keep(Merged(call, webhook)));
    }

    public static SandboxResponse Update(SandboxRequest call) =>
        SandboxResponse.Ok(call.Workspace.Webhooks.Keep(Merged(call, (JObject)Webhook(call).Shown.DeepClone())));

    public static SandboxResponse Delete(SandboxRequest call)
    {
        call.Workspace.Webhooks.Delete(Webhook(call));
        return SandboxResponse.Empty;
    }

    private static ReportingWebhook Webhook(SandboxRequest call) => AppApi.Found(call, 0, call.Workspace.Webhooks.Find);

    /// <summary>A webhook with what the body changes of it.</summary>
    private static JObject Merged(SandboxRequest call, JObject webhook)
    {
        foreach (var (name, value) in AppApi.Body(call))
        {
            if (name is "name" or "endpoint" or "events" || s_flags.Contains(name))
            {
                webhook[name] = value!.DeepClone();
            }
        }
        if (webhook["name"] is not JValue { Value: string title } || string.IsNullOrWhiteSpace(title))
        {
            throw new Refusal(400, "name cannot be blank", "/name");
        }
        if (!Uri.TryCreate(Json.Scalar(webhook["endpoint"]), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new Refusal(400, "endpoint must be a URL", "/endpoint");
        }
        if (!Reporter.MayPost(url))
        {
            throw new Refusal(400, "endpoint must be https, or http on this machine: the sandbox posts nowhere else", "/endpoint");
        }
        if (webhook["events"] is not JArray { Count: > 0 } events)
        {
            throw new Refusal(400, "events must name at least one event", "/events");
        }
        if (events.FirstOrDefault(e => !ReportNames.Has(Json.Scalar(e))) is { } unknown)
        {
            throw new Refusal(400, $"'{Filter.Text(unknown)}' is not an event", "/events");
        }
        foreach (var flag in s_flags.Where(f => webhook[f] is not JValue { Value: bool }))
        {
            throw new Refusal(400, $"{flag} must be true or false", $"/{flag}");
        }
        return webhook;
    }
}
