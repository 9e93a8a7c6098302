using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What sent a message.</summary>
internal enum SenderKind
{
    Campaign,
    Broadcast,
    Newsletter,
    Transactional,
}

/// <summary>A message that was sent, or would have been.</summary>
internal sealed record Message(string Channel, string? Recipient, long Created)
{
    public SenderKind Sender { get; init; }

    public int SenderId { get; init; }

    /// <summary>Which of the sender's texts it was; 0 for the first.</summary>
    public int ContentId { get; init; }

    /// <summary>The broadcast's trigger behind it; null for other messages.</summary>
    public int? TriggerId { get; init; }

    public string? Subject { get; init; }

    /// <summary>Why it did not go out; null when it did, or will.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it went out and came back, for the reason that <see cref="Failure"/> says.</summary>
    public bool Bounces { get; init; }

    /// <summary>Whom an SMS or WhatsApp message says that it comes from.</summary>
    public string? From { get; init; }

    public bool IsDraft { get; init; }

    /// <summary>Whether its content was forgotten at once, as the sender wished.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>What was sent, for the archive.</summary>
    public Packed Content { get; init; }

    public JObject ToJson() =>
        new()
        {
            ["channel"] = Channel,
            ["recipient"] = Recipient,
            ["created"] = Created,
            ["sender"] = Sender.ToString(),
            ["senderId"] = SenderId,
            ["contentId"] = ContentId,
            ["triggerId"] = TriggerId,
            ["subject"] = Subject,
            ["failure"] = Failure,
            ["isDraft"] = IsDraft,
            ["isForgotten"] = IsForgotten,
            ["content"] = Content.Object,
        };

    public static Message FromJson(JObject json) =>
        new((string)json["channel"]!, (string?)json["recipient"], (long)json["created"]!)
        {
            Sender = Enum.Parse<SenderKind>((string)json["sender"]!),
            SenderId = (int)json["senderId"]!,
            ContentId = (int?)json["contentId"] ?? 0,
            TriggerId = (int?)json["triggerId"],
            Subject = (string?)json["subject"],
            Failure = (string?)json["failure"],
            IsDraft = (bool)json["isDraft"]!,
            IsForgotten = (bool)json["isForgotten"]!,
            Content = new((JObject)json["content"]!),
        };
}
