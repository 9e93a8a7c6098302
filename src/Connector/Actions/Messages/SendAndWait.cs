using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Sends a transactional message over any channel and completes with its outcome: <c>POST /v1/send/{channel}</c>, then <c>GET
/// /v1/messages/{id}</c>.</summary>
internal sealed class SendAndWait() : Transactional<SendAndWait.Input>("email")
{
    internal sealed record Input(
        string Channel,
        string Id,
        string IdType,
        string TransactionalMessageId,
        string? To,
        JObject? MessageData,
        JToken? SendAt,
        bool? DisableMessageRetention,
        bool? QueueDraft,
        bool? AutoCreate,
        string? Language,
        string WaitFor,
        long WaitSeconds
    ) : ITransactional;

    protected override string Channel(Input input) => input.Channel;

    protected override void Fill(Input input, Action<string, JToken?> set, List<Problem> problems)
    {
        if (input.Channel == "email")
        {
            EmailChecks.Recipients(problems, ("/to", input.To));
        }
        else if (input.Channel is "sms" or "whatsapp")
        {
            EmailChecks.Phone(problems, "/to", input.To);
        }

        if ((input.Channel, input.To) is ("email", null or "") or ("in_app" or "inbox_message", { Length: > 0 }))
        {
            problems.Add(
                new Problem(
                    "/to",
                    input.Channel == "email" ? "must be given for an e-mail." : "cannot be given for this channel; the message goes to the person."
                )
            );
        }

        set("to", input.To);
    }
}
