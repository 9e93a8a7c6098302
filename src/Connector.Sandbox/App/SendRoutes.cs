using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One message to one person, sent at once.</summary>
internal static class SendRoutes
{
    private const long MaxAhead = 90 * 24 * 3600L;
    private const int MaxBytes = 1_000_000;

    public static SandboxResponse Email(SandboxRequest call) => Send(call, "email");

    public static SandboxResponse Push(SandboxRequest call) => Send(call, "push");

    public static SandboxResponse Sms(SandboxRequest call) => Send(call, "twilio");

    public static SandboxResponse WhatsApp(SandboxRequest call) => Send(call, "whatsapp");

    public static SandboxResponse InApp(SandboxRequest call) => Send(call, "in_app");

    public static SandboxResponse InboxMessage(SandboxRequest call) => Send(call, "inbox");

    private static SandboxResponse Send(SandboxRequest call, string channel)
    {
        var body = call.Content as JObject ?? throw Refused("the body must be a JSON object");
        var template = Template(call, body, channel);
        SendRules.Check(body, channel);
        if (call.Body.Length > MaxBytes && Json.Bytes(new JObject(body.Properties().Where(p => p.Name != "attachments"))) > MaxBytes)
        {
            throw Refused($"the request cannot be larger than {MaxBytes} bytes without its attachments", 413);
        }
        var now = call.Workspace.Now;
        long? sendAt = body["send_at"] switch
        {
            null or JValue { Value: null } => null,
            JValue { Value: long at } when at <= now + MaxAhead => at,
            _ => throw Refused("send_at must be Unix seconds, at most 90 days ahead"),
        };
        var person = Person(call, body["identifiers"], channel == "email");
        template ??= Create(call, body);
        var recipient = Recipient(body, channel, person);
        var filled = Filled(call.Workspace, person, body, template);
        var message = new Message(channel, recipient, now)
        {
            Sender = SenderKind.Transactional,
            SenderId = template.Id,
            From = Json.Scalar(body["from"]),
            Subject = Json.Scalar(filled["subject"]) ?? (channel == "email" ? template.Name : Json.Scalar(filled["title"])),
            IsDraft = Is(body, "queue_draft", false),
            IsForgotten = Is(body, "disable_message_retention", false),
            Failure =
                recipient is null ? $"the person has nothing to send {channel} to"
                : person?.Unsubscribed == true && !Is(body, "send_to_unsubscribed", true) ? "the person is unsubscribed"
                : null,
            Content = Is(body, "disable_message_retention", false) ? default : new(filled),
        };
        var delivery = call.Workspace.Deliveries.Send(person, message, sendAt);
        var answer = new JObject { ["delivery_id"] = delivery.Id, ["queued_at"] = now };
        if (sendAt > now)
        {
            answer["send_at"] = sendAt;
        }
        return SandboxResponse.Ok(answer);
    }

    /// <summary>The body with the template's text where it has none of its own, as the person reads it.</summary>
    private static JObject Filled(Workspace workspace, Person? person, JObject body, Sender template)
    {
        var content = body;
        if (body["body"] is null && template.Contents is [var first, ..] && Json.Scalar(first.Shown["body"]) is { Length: > 0 } text)
        {
            content = new JObject(body) { ["body"] = text };
        }
        return Liquid.Fill(content, workspace, person, body["message_data"] as JObject);
    }

    private static Refusal Refused(string text, int status = 400) => new(SandboxResponse.Error(status, text));

    private static bool Is(JObject body, string name, bool usual) => body[name] is JValue { Value: bool flag } ? flag : usual;

    /// <summary>The template that is named; null for one to be made, which <c>auto_create</c> allows.</summary>
    private static Sender? Template(SandboxRequest call, JObject body, string channel)
    {
        var senders = call.Workspace.Senders;
        switch (body["transactional_message_id"])
        {
            case null or JValue { Value: null or "" }:
                var missing = ((string[])["subject", "body", "from"]).FirstOrDefault(name => string.IsNullOrEmpty(Json.Scalar(body[name])));
                return channel != "email" ? throw Refused("transactional_message_id is required")
                    : missing is not null ? throw Refused($"{missing} is required without a transactional_message_id")
                    : senders.Find(SenderKind.Transactional, 1);
            case JValue { Value: long id }:
                return (id is > 0 and <= int.MaxValue ? senders.Find(SenderKind.Transactional, (int)id) : null)
                    ?? throw Refused($"transactional message {id} was not found");
            case JValue { Value: string name }:
                var found = int.TryParse(name, out var number) ? senders.Find(SenderKind.Transactional, number) : senders.FindTransactional(name);
                return found ?? (Is(body, "auto_create", false) ? null : throw Refused($"transactional message '{name}' was not found"));
            default:
                throw Refused("transactional_message_id must be a number or a name");
        }
    }

    private static Sender Create(SandboxRequest call, JObject body)
    {
        var name = Json.Scalar(body["transactional_message_id"]) ?? "Without a template";
        return call.Workspace.Senders.Create(SenderKind.Transactional, name, new() { ["trigger_name"] = name });
    }

    /// <summary>Whom it is for; somebody unknown is created.</summary>
    private static Person? Person(SandboxRequest call, JToken? identifiers, bool optional)
    {
        if (identifiers is null or JValue { Value: null })
        {
            return optional ? null : throw Refused("identifiers is required");
        }
        var problems = new List<Problem>();
        var who = Identifiers.Merged(identifiers, "identifiers", problems);
        return problems.Count > 0
            ? throw Refused(problems[0].Sentence)
            : call.Workspace.People.FindOrCreate(who) ?? throw Refused($"customer not found: {call.Workspace.People.WhyNobody(who)}");
    }

    /// <summary>What a message of a channel goes to; null where the person has nothing of the kind.</summary>
    public static string? Recipient(JObject body, string channel, Person? person)
    {
        var to = Json.Scalar(body["to"]);
        switch (channel)
        {
            case "email":
                return to;
            case "twilio" or "whatsapp":
                return to is { Length: > 0 } && !to.Contains("{{", StringComparison.Ordinal) ? to : person?.Phone ?? Filter.Text(person?.Attributes["phone"]);
            case "push":
                var token = Json.Scalar((body["custom_device"] as JObject)?["token"]);
                var devices = person?.Devices.Values.OrderByDescending(d => d.LastUsed).Select(d => d.Token).ToList() ?? [];
                return token
                    ?? (
                        to is null or "" or "all"
                            ? devices.Count == 0
                                ? null
                                : string.Join(',', devices)
                            : to == "last_used"
                                ? devices.FirstOrDefault()
                                : devices.Find(d => d == to)
                    );
            default:
                return person?.Name;
        }
    }
}
