using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>Sends a transactional e-mail: <c>POST /v1/send/email</c>.</summary>
internal sealed class SendEmail() : Transactional<SendEmail.Input>("email")
{
    internal sealed record Input(
        string Id,
        string IdType,
        string To,
        string? TransactionalMessageId,
        JObject? MessageData,
        string? From,
        string? Subject,
        string? Body,
        string? BodyPlain,
        string? BodyAmp,
        string? Preheader,
        string? ReplyTo,
        string? Cc,
        string? Bcc,
        bool? FakeBcc,
        bool? DisableCssPreprocessing,
        JObject? Headers,
        JObject? Attachments,
        bool? Tracked,
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
        EmailChecks.Recipients(problems, ("/to", input.To), ("/cc", input.Cc), ("/bcc", input.Bcc));
        EmailChecks.Mailbox(problems, "/from", input.From);
        EmailChecks.Mailbox(problems, "/replyTo", input.ReplyTo);
        if (string.IsNullOrEmpty(input.TransactionalMessageId))
        {
            (string Path, string? Value)[] needed = [("/from", input.From), ("/subject", input.Subject), ("/body", input.Body)];
            problems.AddRange(
                needed.Where(n => string.IsNullOrEmpty(n.Value)).Select(n => new Problem(n.Path, "must be given where there is no Transactional Message ID."))
            );
        }

        foreach (var (name, value) in input.Headers ?? [])
        {
            if (!MailParts.IsHeaderName(name))
            {
                problems.Add(
                    new Problem(
                        "/headers/" + Names.Escape(name),
                        "is no header of an e-mail: a name has letters, digits and hyphens only, no blank and no colon."
                    )
                );
                continue;
            }

            if (ConnectorJson.ScalarText(value!).Any(c => c is < ' ' or > '~'))
            {
                problems.Add(
                    new Problem("/headers/" + Names.Escape(name), "holds a line break or a character outside ASCII, which no e-mail header can carry.")
                );
            }
        }

        set("to", input.To);
        set("from", input.From);
        set("subject", input.Subject);
        set("body", input.Body);
        set("body_plain", input.BodyPlain);
        set("body_amp", input.BodyAmp);
        set("preheader", input.Preheader);
        set("reply_to", input.ReplyTo);
        set("cc", input.Cc);
        set("bcc", input.Bcc);
        set("fake_bcc", input.FakeBcc);
        set("disable_css_preprocessing", input.DisableCssPreprocessing);
        set("headers", input.Headers);
        set("tracked", input.Tracked);
        set("send_to_unsubscribed", input.SendToUnsubscribed);
    }

    protected override void Attach(Input input, Action<string, JToken?> set, List<Problem> problems)
    {
        EmailChecks.Attachments(input.Attachments ?? [], problems);
        set("attachments", input.Attachments);
    }
}
