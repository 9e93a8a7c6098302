using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Transactional messages: which there are, and what was sent with them.</summary>
internal static class TransactionalRoutes
{
    public static Answer List(Call call) =>
        Answer.Ok(new JObject { ["messages"] = new JArray(call.Workspace.Senders.Of(SenderKind.Transactional).Select(s => s.Shown.DeepClone())) });

    public static Answer Get(Call call) => Answer.Ok(new JObject { ["message"] = SenderRoutes.Find(call, SenderKind.Transactional).Shown.DeepClone() });

    public static Answer Contents(Call call)
    {
        var sender = SenderRoutes.Find(call, SenderKind.Transactional);
        return Answer.Ok(new JObject { ["contents"] = new JArray(new JObject { ["id"] = sender.Id, ["name"] = "", ["type"] = "email", ["body"] = "", ["language"] = "" }) });
    }
}
