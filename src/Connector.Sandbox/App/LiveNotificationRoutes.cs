using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Live notifications: started, updated, ended and looked at.</summary>
internal static class LiveNotificationRoutes
{
    private const long Longest = 6 * 3600;
    private static readonly string[] s_kinds = ["id", "email", "phone", "internal"];

    public static SandboxResponse Start(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        if (body["identifiers"] is not JObject { Count: 1 } who || !s_kinds.Contains(who.Properties().Single().Name))
        {
            throw new Refusal(400, "identifiers must hold exactly one of id, email, phone and internal", "/identifiers");
        }
        var type = Json.Scalar(body["notification_type"]) is { Length: > 0 } given
            ? given
            : throw new Refusal(400, "notification_type is required", "/notification_type");
        Filled(body, "attributes");
        var state = Filled(body, "content_state");
        var platform = Json.Scalar(body["platform"]) ?? "ios";
        if (platform is not ("ios" or "android"))
        {
            throw new Refusal(400, "platform must be ios or android", "/platform");
        }
        Alert(body, isRequired: Json.Scalar(body["platform"]) == "ios");
        var now = call.Workspace.Now;
        var expires = Json.Whole(body["expiration"]) is > 0 and var time ? time : now + Longest;
        if (expires < now || expires > now + Longest)
        {
            throw new Refusal(400, "expiration must be within the next 6 hours", "/expiration");
        }
        var (kind, value) = (who.Properties().Single().Name, Json.Scalar(who.Properties().Single().Value) ?? "");
        var person = call.Workspace.People.Find(
            kind switch
            {
                "id" => new(IdKind.Id, value),
                "email" => new(IdKind.Email, value),
                "phone" => new(IdKind.Phone, value),
                _ => AppApi.Identifier(value, IdKind.CioId),
            }
        );
        var token = Json.Scalar(body["device_id"]);
        var reaches = person?.Devices.Values.Any(d => token is null || d.Token == token) == true;
        return Answer(call.Workspace.LiveNotifications.Start(type, platform, reaches, expires, state));
    }

    public static SandboxResponse Update(SandboxRequest call) => Change(call, "update");

    public static SandboxResponse End(SandboxRequest call) => Change(call, "end");

    public static SandboxResponse Get(SandboxRequest call)
    {
        var found = Find(call, call.Arguments[0]) ?? throw new Refusal(404, "live notification not found");
        var now = call.Workspace.Now;
        return SandboxResponse.Ok(
            new JObject
            {
                ["instance_id"] = found.InstanceId,
                ["notification_type"] = found.Type,
                ["platform"] = found.Platform,
                ["state"] =
                    !found.Reaches ? "failed"
                    : found.Ended is not null ? "ended"
                    : found.Expires <= now ? "expired"
                    : "active",
                ["failure_reason"] = Json.Text(found.Reaches ? null : "the person has no such device"),
                ["started_at"] = found.Started,
                ["expires_at"] = found.Expires,
                ["ended_at"] = found.Ended,
                ["last_delivery"] = new JObject
                {
                    ["id"] = found.DeliveryId,
                    ["operation"] = found.Operation,
                    ["source"] = "api",
                    ["status"] = found.Reaches ? "sent" : "undeliverable",
                    ["created_at"] = found.Touched,
                },
            }
        );
    }

    private static SandboxResponse Change(SandboxRequest call, string operation)
    {
        var body = AppApi.Body(call);
        var id = Json.Scalar(body["instance_id"]) ?? "";
        var found = Find(call, id);
        var state = operation == "update" ? Filled(body, "content_state") : body["content_state"] as JObject;
        Alert(body, isRequired: false);
        if (found is not null)
        {
            call.Workspace.LiveNotifications.Touch(found, operation, state);
        }
        // Queued, whether it is known or not: one that was just started may not be.
        return SandboxResponse.Ok(new JObject { ["instance_id"] = id });
    }

    private static LiveNotification? Find(SandboxRequest call, string id) =>
        Ulid.TryParse(id, out _) ? call.Workspace.LiveNotifications.Find(id) : throw new Refusal(400, "instance_id is not a valid ULID", "/instance_id");

    private static SandboxResponse Answer(LiveNotification notification) => SandboxResponse.Ok(new JObject { ["instance_id"] = notification.InstanceId });

    private static JObject Filled(JObject body, string name) =>
        body[name] as JObject is { Count: > 0 } fields ? fields : throw new Refusal(400, $"{name} is required", $"/{name}");

    private static void Alert(JObject body, bool isRequired)
    {
        var alert = (body["push_payload"] as JObject)?["alert"] as JObject;
        if (alert is null ? isRequired : string.IsNullOrEmpty(Json.Scalar(alert["title"])) || string.IsNullOrEmpty(Json.Scalar(alert["body"])))
        {
            throw new Refusal(400, "push_payload.alert needs a title and a body", "/push_payload/alert");
        }
    }
}
