using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Messages that were sent: listed, looked at, and their content out of the archive.</summary>
internal static class AppMessageRoutes
{
    public static SandboxResponse List(SandboxRequest call)
    {
        var wanted = ((string Name, Func<Message, int?> Value)[])
            [
                ("campaign_id", m => m.Sender is SenderKind.Campaign or SenderKind.Broadcast ? m.SenderId : null),
                ("newsletter_id", m => m.Sender == SenderKind.Newsletter ? m.SenderId : null),
                ("transactional_id", m => m.Sender == SenderKind.Transactional ? m.SenderId : null),
                ("action_id", m => m.Sender is SenderKind.Campaign or SenderKind.Broadcast ? MessageView.Content(m) : null),
                ("content_id", m => MessageView.Content(m)),
                ("template_id", m => MessageView.Content(m)),
                ("trigger_id", m => m.TriggerId),
            ];
        var chosen = wanted.Select(w => (w.Value, Number: AppApi.Number(call, w.Name))).Where(w => w.Number is not null).ToList();
        return MessageView.List(call, (_, m) => chosen.TrueForAll(w => w.Value(m) == w.Number));
    }

    public static SandboxResponse OfPerson(SandboxRequest call)
    {
        var person = AppApi.Person(call);
        return MessageView.List(call, (d, _) => d.CioId == person.CioId);
    }

    public static SandboxResponse Get(SandboxRequest call) =>
        SandboxResponse.Ok(new JObject { ["message"] = MessageView.Show(call.Workspace, Delivery(call), AppApi.Flag(call, "get_tracked_responses")) });

    public static SandboxResponse Archived(SandboxRequest call)
    {
        if (call.Workspace.Settings.RateLimits && call.Core.ArchiveLimit.Refuses(call.Workspace.Time.GetUtcNow()))
        {
            // A daily quota, so there is no Retry-After.
            throw new Refusal(429, string.Create(CultureInfo.InvariantCulture, $"rate limited to {ArchiveLimit.PerDay} requests per day"));
        }
        var delivery = Delivery(call);
        var content = delivery.Message is { IsForgotten: false } message ? message.Content.Object : [];
        return SandboxResponse.Ok(
            new JObject
            {
                ["archived_message"] = new JObject
                {
                    ["id"] = delivery.Id,
                    ["body"] = content["body"] ?? content["message"] ?? "",
                    ["from"] = content["from"] ?? "",
                    ["recipient"] = delivery.Message?.Recipient ?? "",
                    ["subject"] = delivery.Message?.Subject ?? "",
                    ["headers"] = content["headers"] ?? new JObject(),
                    ["url"] = "",
                    ["request_method"] = "",
                    ["forgotten"] = delivery.Message?.IsForgotten ?? false,
                },
            }
        );
    }

    private static Delivery Delivery(SandboxRequest call) => call.Workspace.Deliveries.Find(call.Arguments[0]) ?? throw new Refusal(404, "message not found");
}

/// <summary>How many archived messages were read on one day.</summary>
internal sealed class ArchiveLimit
{
    public const int PerDay = 100;
    private DateTime _day;
    private int _count;

    /// <summary>Counts one more, or says that the day's are used up.</summary>
    public bool Refuses(DateTimeOffset now)
    {
        (_day, _count) = _day == now.UtcDateTime.Date ? (_day, _count + 1) : (now.UtcDateTime.Date, 1);
        return _count > PerDay;
    }
}
