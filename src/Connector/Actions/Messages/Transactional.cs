using CustomerIo.Connector.Api;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Messages;

/// <summary>The inputs of every transactional message.</summary>
internal interface ITransactional
{
    string Id { get; }

    string IdType { get; }

    string? TransactionalMessageId { get; }

    JObject? MessageData { get; }

    JToken? SendAt { get; }

    bool? DisableMessageRetention { get; }

    bool? QueueDraft { get; }

    bool? AutoCreate { get; }

    string? Language { get; }

    string? WaitFor { get; }

    long WaitSeconds { get; }
}

/// <summary>An action that sends one transactional message: <c>POST /v1/send/…</c>, checked as far as it can be before it leaves.</summary>
/// <param name="channel">The endpoint's last segment.</param>
/// <typeparam name="TInput">A positional record: names and types of the action's own inputs.</typeparam>
internal abstract class Transactional<TInput>(string channel) : RequestAction<TInput>
    where TInput : class, ITransactional
{
    private const int MaxBodyBytes = 1_000_000;

    protected sealed override ApiRequest Request(TInput input, IRunContext run)
    {
        var problems = new List<Problem>();
        var person = Person.Of(input.Id, input.IdType, run);
        var body = new JObject();
        void Set(string name, JToken? value)
        {
            if (value is JContainer or JValue { Value: not null and not "" })
            {
                body[name] = value;
            }
        }

        // All digits are the template's number; a trigger name is looked up by Customer.io.
        Set("transactional_message_id", long.TryParse(input.TransactionalMessageId, out var number) ? number : input.TransactionalMessageId);
        body["identifiers"] = person.Identifiers;
        Set("message_data", input.MessageData);
        Set("send_at", Times.Scheduled(input.SendAt, "sendAt", run));
        Set("disable_message_retention", input.DisableMessageRetention);
        Set("queue_draft", input.QueueDraft);
        Set("auto_create", input.AutoCreate);
        Set("language", input.Language);
        Fill(input, Set, problems);
        if (problems.Count == 0 && ConnectorJson.CountBytes(body) is > MaxBodyBytes and var bytes)
        {
            problems.Add(new Problem("", $"makes a message of {bytes} bytes; Customer.io takes at most {MaxBodyBytes}, attachments aside."));
        }

        Attach(input, Set, problems);
        return problems.Count > 0
            ? throw ConnectorException.Input(problems)
            : ApiRequest.Post(ApiName.App, $"/v1/send/{Channel(input):channel}", body) with
            {
                LookFor = "a delivery to this person at this time",
            };
    }

    protected sealed override bool Verifies(TInput input) => input.WaitFor is { Length: > 0 };

    protected sealed override Task<JToken> VerifyAsync(TInput input, JToken output, IApi api, CancellationToken ct) =>
        DeliveryWatch.WaitAsync(output as JObject ?? [], input.WaitFor!, TimeSpan.FromSeconds(input.WaitSeconds), api, ct);

    /// <summary>The endpoint's last segment.</summary>
    protected virtual string Channel(TInput input) => channel;

    /// <summary>Sets what this channel has of its own.</summary>
    protected virtual void Fill(TInput input, Action<string, JToken?> set, List<Problem> problems) { }

    /// <summary>Sets what does not count towards the message's size.</summary>
    protected virtual void Attach(TInput input, Action<string, JToken?> set, List<Problem> problems) { }
}

/// <summary>Checks of an e-mail that Customer.io would only make after it arrived.</summary>
internal static class EmailChecks
{
    private const int MaxRecipients = 15,
        MaxAttachmentBytes = 2_000_000;

    /// <summary>Lists of addresses, and at most 15 recipients in all of them together.</summary>
    public static void Recipients(List<Problem> problems, params ReadOnlySpan<(string Path, string? List)> lists)
    {
        var count = 0;
        foreach (var (path, list) in lists)
        {
            count += MailParts.Addresses(list).Count;
            Mailboxes(problems, path, list);
        }

        if (count > MaxRecipients)
        {
            problems.Add(new Problem(lists[0].Path, $"has {count} recipients together with cc and bcc; Customer.io sends to at most {MaxRecipients}."));
        }
    }

    /// <summary>One sender's address, with or without a name; empty and Liquid always pass.</summary>
    public static void Mailbox(List<Problem> problems, string path, string? text)
    {
        if (!IsLiquid(text) && MailParts.Addresses(text).Count > 1)
        {
            problems.Add(new Problem(path, $"must be one address. {Example}"));
        }
        else
        {
            Mailboxes(problems, path, text);
        }
    }

    /// <summary>A phone number in E.164 form; empty and Liquid always pass.</summary>
    public static void Phone(List<Problem> problems, string path, string? text)
    {
        if (!string.IsNullOrEmpty(text) && !IsLiquid(text) && !Person.IsPhone(text))
        {
            problems.Add(
                new Problem(
                    path,
                    "must be a phone number in E.164 form: plus, country code and digits alone, such as +43123456789; or Liquid "
                        + "such as {{customer.phone}}."
                )
            );
        }
    }

    private const string Example = "Write it like ada@example.com, Ada <ada@example.com> or \"Lovelace, Ada\" <ada@example.com>; Liquid may stand in for it.";

    /// <summary>Whether Customer.io fills the text in when it sends, so that nobody can check it here.</summary>
    private static bool IsLiquid(string? text) =>
        text is not null && (text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal));

    private static void Mailboxes(List<Problem> problems, string path, string? list)
    {
        if (string.IsNullOrEmpty(list) || IsLiquid(list))
        {
            return;
        }

        var parts = MailParts.Addresses(list);
        if (parts.Count == 0 || list.Any(char.IsControl) || !parts.TrueForAll(IsMailbox))
        {
            problems.Add(new Problem(path, $"holds something that is no e-mail address, and several are parted by commas. {Example}"));
        }
    }

    private static bool IsMailbox(string text)
    {
        var (name, address) =
            text.EndsWith('>') && text.LastIndexOf('<') is >= 0 and var open ? (text[..open].Trim(' '), text[(open + 1)..^1].Trim(' ')) : ("", text);
        var quoted = name.Length >= 2 && name[0] == '"' && name[^1] == '"';
        return Gate.Email(address, placeholders: true) is { Problem: null, Trimmed: false }
            && (quoted ? name.AsSpan(1, name.Length - 2).IndexOfAny('"', '\\') < 0 || IsEscaped(name[1..^1]) : name.AsSpan().IndexOfAny("\";,<>") < 0);
    }

    // Inside quotes a quote or backslash needs a backslash before it.
    private static bool IsEscaped(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' || (text[i] == '\\' && ++i == text.Length))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Base64 texts, together below 2 MB.</summary>
    public static void Attachments(JObject attachments, List<Problem> problems)
    {
        var total = 0L;
        foreach (var (name, value) in attachments)
        {
            var text = value is JValue { Value: string given } ? given : "";
            var buffer = new byte[(text.Length * 3 / 4) + 3];
            if (text.Length == 0 || !Convert.TryFromBase64String(text, buffer, out var bytes))
            {
                problems.Add(new Problem("/attachments/" + Names.Escape(name), "is not base64."));
                continue;
            }

            total += bytes;
        }

        if (total > MaxAttachmentBytes)
        {
            problems.Add(new Problem("/attachments", $"holds {total} bytes; Customer.io takes at most {MaxAttachmentBytes} in all."));
        }
    }
}
