using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Sends a transactional push notification: <c>POST /v1/send/push</c>.</summary>
internal sealed class SendPush() : Transactional<SendPush.Input>("push")
{
    internal sealed record Input(
        string Id,
        string IdType,
        string TransactionalMessageId,
        JObject? MessageData,
        string? To,
        string? Title,
        string? Message,
        string? ImageUrl,
        string? Link,
        string? Sound,
        JObject? CustomData,
        JObject? CustomDevice,
        JObject? CustomPayload,
        bool? SendToUnsubscribed,
        JToken? SendAt,
        bool? DisableMessageRetention,
        bool? QueueDraft,
        bool? AutoCreate,
        string? Language,
        string? WaitFor,
        long WaitSeconds
    ) : ITransactional;

    protected override void Fill(Input input, Action<string, JToken?> set, List<Problem> problems)
    {
        set("to", input.To);
        set("title", input.Title);
        set("message", input.Message);
        set("image_url", input.ImageUrl);
        set("link", input.Link);
        set("sound", input.Sound);
        set("custom_data", input.CustomData);
        set("custom_device", input.CustomDevice);
        set("custom_payload", input.CustomPayload);
        set("send_to_unsubscribed", input.SendToUnsubscribed);
    }
}
