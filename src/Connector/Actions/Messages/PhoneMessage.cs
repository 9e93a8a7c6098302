using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>The inputs of a message to a phone number.</summary>
internal sealed record PhoneMessage(
    string Id,
    string IdType,
    string TransactionalMessageId,
    string? To,
    string? From,
    JObject? MessageData,
    bool? Tracked,
    bool? SendToUnsubscribed,
    JToken? SendAt,
    bool? DisableMessageRetention,
    bool? QueueDraft,
    bool? AutoCreate,
    string? Language,
    string? WaitFor,
    long WaitSeconds
) : ITransactional
{
    public void Fill(Action<string, JToken?> set, List<Problem> problems)
    {
        EmailChecks.Phone(problems, "/to", To);
        set("to", To);
        set("from", From);
        set("tracked", Tracked);
        set("send_to_unsubscribed", SendToUnsubscribed);
    }
}

/// <summary>The inputs of a message that is shown inside an app.</summary>
internal sealed record AppMessage(
    string Id,
    string IdType,
    string TransactionalMessageId,
    JObject? MessageData,
    JToken? SendAt,
    bool? DisableMessageRetention,
    bool? QueueDraft,
    bool? AutoCreate,
    string? Language,
    string? WaitFor,
    long WaitSeconds
) : ITransactional;
