using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Deliveries as the App API shows them, and the lists of them.</summary>
internal static class MessageView
{
    /// <summary>A page of deliveries of one sender, person or all, narrowed by type, metric, drafts and time.</summary>
    public static SandboxResponse List(SandboxRequest call, Func<Delivery, Message, bool> fits, int usual = 50)
    {
        var (from, to) = AppApi.Window(call);
        var withResponses = AppApi.Flag(call, "get_tracked_responses");
        var (type, metric, drafts) = (call.Query("type"), call.Query("metric"), AppApi.Flag(call, "drafts"));
        var chosen = call.Workspace.Deliveries.Newest.Where(d =>
            d.Message is { } m
            && fits(d, m)
            && m.Created >= from
            && m.Created <= to
            && m.IsDraft == drafts
            && (string.IsNullOrEmpty(type) || m.Channel == type)
            && (string.IsNullOrEmpty(metric) || Reached(call.Workspace, d).ContainsKey(metric))
        );
        return SandboxResponse.Ok(AppApi.Page(call, "messages", chosen, usual, 1000, d => Show(call.Workspace, d, withResponses)));
    }

    /// <summary>A delivery as answers hold it.</summary>
    /// <param name="workspace">Where it was sent.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="withResponses">Whether to tell which answers of an in-app survey were chosen.</param>
    public static JObject Show(Workspace workspace, Delivery delivery, bool withResponses = false)
    {
        var shown = Show(workspace, delivery);
        if (withResponses)
        {
            shown["tracked_responses"] = delivery.Responses.DeepClone();
        }
        return shown;
    }

    private static JObject Show(Workspace workspace, Delivery delivery)
    {
        var message = delivery.Message;
        var person = delivery.CioId is { } cioId ? workspace.People.Find(new(IdKind.CioId, cioId)) : null;
        return new()
        {
            ["id"] = delivery.Id,
            ["deduplicate_id"] = $"{delivery.Id}:{message?.Created ?? 0}",
            ["type"] = message?.Channel ?? "email",
            ["message_template_id"] = Content(message),
            ["customer_id"] = Json.Text(person?.Id),
            ["customer_identifiers"] = person is not null
                ? CustomerView.Identifiers(person)
                : new JObject
                {
                    ["cio_id"] = delivery.CioId,
                    ["id"] = null,
                    ["email"] = null,
                },
            ["recipient"] = message?.Recipient,
            ["subject"] = message?.Subject,
            ["metrics"] = Reached(workspace, delivery),
            ["created"] = message?.Created,
            ["failure_message"] = message?.Failure,
            ["campaign_id"] = Source(SenderKind.Campaign),
            ["broadcast_id"] = Source(SenderKind.Broadcast),
            ["newsletter_id"] = Source(SenderKind.Newsletter),
            ["transactional_message_id"] = Source(SenderKind.Transactional),
            ["action_id"] = message?.Sender is SenderKind.Campaign or SenderKind.Broadcast ? Content(message) : null,
            ["parent_action_id"] = null,
            ["content_id"] = Content(message),
            ["trigger_id"] = message?.TriggerId,
            ["trigger_event_id"] = null,
            ["forgotten"] = message?.IsForgotten ?? false,
        };

        int? Source(SenderKind kind) => message?.Sender == kind ? message.SenderId : null;
    }

    /// <summary>Which of its sender's texts a message was.</summary>
    public static int? Content(Message? message) => message is { ContentId: > 0 } ? message.ContentId : message?.SenderId;

    /// <summary>The metrics reached by now, with their times.</summary>
    public static JObject Reached(Workspace workspace, Delivery delivery) =>
        new(delivery.Metrics.Properties().Where(p => Json.Whole(p.Value) <= workspace.Now).Select(p => new JProperty(p.Name, p.Value)));
}
