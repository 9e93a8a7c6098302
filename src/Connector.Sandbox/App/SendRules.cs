using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What the vendor refuses to send.</summary>
internal static class SendRules
{
    private const int MaxRecipients = 15;
    private const int MaxAttachedBytes = 2_000_000;
    private static readonly string[] s_flags =
    [
        "disable_message_retention",
        "send_to_unsubscribed",
        "queue_draft",
        "auto_create",
        "tracked",
        "fake_bcc",
        "disable_css_preprocessing",
    ];

    /// <summary>Throws the refusal of the first thing that is wrong.</summary>
    public static void Check(JObject body, string channel)
    {
        foreach (var flag in s_flags.Where(f => body[f] is not (null or JValue { Value: null or bool })))
        {
            throw Refused($"{flag} must be true or false");
        }
        if (body["message_data"] is not (null or JObject or JValue { Value: null }))
        {
            throw Refused("message_data must be an object");
        }
        if (body["to"] is not (null or JValue { Value: null or string }))
        {
            throw Refused("to must be a text");
        }
        switch (channel)
        {
            case "email":
                Email(body);
                break;
            case "twilio" or "whatsapp":
                Phone(Json.Scalar(body["to"]));
                break;
        }
    }

    private static void Email(JObject body)
    {
        if (string.IsNullOrWhiteSpace(Json.Scalar(body["to"])))
        {
            throw Refused("to is required");
        }
        var recipients = ((string[])["to", "cc", "bcc"]).SelectMany(name => (Json.Scalar(body[name]) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries));
        if (recipients.Count() > MaxRecipients)
        {
            throw Refused($"cannot send to more than {MaxRecipients} recipients");
        }
        Headers(body["headers"]);
        Attachments(body["attachments"]);
    }

    /// <summary>An object, as every client sends it, or text that holds a list of names and values, as is documented.</summary>
    private static void Headers(JToken? headers)
    {
        if (headers is JValue { Value: string text } && text.Length > 0)
        {
            if (!Json.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out headers))
            {
                throw Refused("headers must be an object, or the JSON of a list of names and values");
            }
        }
        if (headers is not (null or JObject or JArray or JValue { Value: null or "" }))
        {
            throw Refused("headers must be an object");
        }
        if (headers is JContainer list && !System.Text.Ascii.IsValid(list.ToString()))
        {
            throw Refused("headers cannot hold other characters than ASCII");
        }
    }

    private static void Attachments(JToken? attachments)
    {
        if (attachments is null or JValue { Value: null })
        {
            return;
        }
        if (attachments is not JObject files)
        {
            throw Refused("attachments must be an object of names and contents");
        }
        long bytes = 0;
        foreach (var (name, content) in files)
        {
            var text = (content as JValue)?.Value as string ?? throw Refused($"Attachment must be base64 encoded: {name}");
            var decoded = new byte[(text.Length / 4 * 3) + 3];
            if (!Convert.TryFromBase64String(text, decoded, out var count))
            {
                throw Refused($"Attachment must be base64 encoded: {name}");
            }
            bytes += count;
        }
        if (bytes >= MaxAttachedBytes)
        {
            throw new Refusal(SandboxResponse.Error(413, $"attachments must be smaller than {MaxAttachedBytes} bytes together"));
        }
    }

    private static void Phone(string? to)
    {
        var isNumber = to is ['+', >= '1' and <= '9', .. var rest] && rest.Length is >= 1 and <= 14 && rest.All(char.IsAsciiDigit);
        if (!string.IsNullOrEmpty(to) && !isNumber && !to.Contains("{{", StringComparison.Ordinal))
        {
            throw Refused("Invalid phone number format: to must be in E.164 format");
        }
    }

    private static Refusal Refused(string text) => new(SandboxResponse.Error(400, text));
}
