using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Broadcasts: started for an audience, and watched to their end.</summary>
internal static class TriggerRoutes
{
    private const int MaxErrors = 100;

    /// <summary>Starts a broadcast; not under the gate from the start, since its audience may be a file elsewhere.</summary>
    public static SandboxResponse Start(SandboxRequest call)
    {
        var body = AppApi.Body(call);
        Audience.Check(body);
        Sender broadcast;
        lock (call.Workspace.Gate)
        {
            broadcast = SenderRoutes.Find(call, SenderKind.Broadcast);
            if (call.Workspace.Settings.RateLimits && call.Core.TriggerLimit.Refuses(broadcast.Id, call.Workspace.Time.GetUtcNow()) is { } wait)
            {
                return SandboxResponse.Detail(429, "rate limited to 1 request per 10s") with { RetryAfter = wait };
            }
        }
        var lines = Audience.File(body);
        lock (call.Workspace.Gate)
        {
            call.Workspace.CatchUp();
            var (people, errors) = Audience.Of(call.Workspace, broadcast, body, lines);
            var trigger = call.Workspace.Triggers.Add(broadcast.Id, errors);
            if (errors.Count > 0)
            {
                var text = $"Errors were found while processing the audience. There is more from the errors endpoint for trigger {trigger.Id}";
                throw new Refusal(422, text, $"/data/attributes/{Audience.Form(body) ?? "recipients"}");
            }
            foreach (var (person, data) in people)
            {
                call.Workspace.Deliveries.Send(person, Message(call.Workspace, broadcast, trigger, person, data));
            }
            return SandboxResponse.Ok(new JObject { ["id"] = trigger.Id });
        }
    }

    public static SandboxResponse List(SandboxRequest call)
    {
        var broadcast = SenderRoutes.Find(call, SenderKind.Broadcast);
        return SandboxResponse.Ok(new JObject { ["triggers"] = new JArray(call.Workspace.Triggers.Of(broadcast.Id).Reverse().Select(t => Show(call, t))) });
    }

    public static SandboxResponse Status(SandboxRequest call) => SandboxResponse.Ok(Show(call, Trigger(call)));

    /// <summary>The errors in pages; here alone the cursor is a number.</summary>
    public static SandboxResponse Errors(SandboxRequest call)
    {
        var (errors, start, limit) = (Trigger(call).Errors, (int)Math.Min(AppApi.Number(call, "start") ?? 0, int.MaxValue), AppApi.Number(call, "limit") ?? 10);
        if (limit is < 1 or > MaxErrors)
        {
            throw new Refusal(400, $"limit must be from 1 to {MaxErrors}", "/limit");
        }
        var page = new JObject { ["errors"] = new JArray(errors.Skip(start).Take((int)limit)) };
        if (start + limit < errors.Count)
        {
            page["next"] = start + limit;
        }
        return SandboxResponse.Ok(page);
    }

    private static Trigger Trigger(SandboxRequest call)
    {
        var broadcast = SenderRoutes.Find(call, SenderKind.Broadcast);
        return AppApi.Found(call, 1, id => call.Workspace.Triggers.Find(broadcast.Id, id));
    }

    private static JObject Show(SandboxRequest call, Trigger trigger)
    {
        var json = new JObject
        {
            ["id"] = trigger.Id,
            ["broadcast_id"] = trigger.BroadcastId,
            ["created_at"] = trigger.Created,
        };
        if (trigger.Processed <= call.Workspace.Now)
        {
            json["processed_at"] = trigger.Processed;
        }
        return json;
    }

    private static Message Message(Workspace workspace, Sender broadcast, Trigger trigger, Person person, JObject data) =>
        new("email", person.Email, workspace.Now)
        {
            Sender = SenderKind.Broadcast,
            SenderId = broadcast.Id,
            TriggerId = trigger.Id,
            Subject = broadcast.Name,
            Failure =
                person.Email is null ? "the person has no e-mail address"
                : person.Unsubscribed ? "the person is unsubscribed"
                : null,
            Content = new(data),
        };
}

/// <summary>One start in ten seconds for each broadcast.</summary>
internal sealed class TriggerLimit
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);
    private readonly Dictionary<int, DateTimeOffset> _last = [];

    /// <summary>The whole seconds to wait; null when it may start, which then counts.</summary>
    public string? Refuses(int broadcastId, DateTimeOffset now)
    {
        if (_last.TryGetValue(broadcastId, out var before) && now - before < s_pause)
        {
            return Math.Ceiling((s_pause - (now - before)).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        _last[broadcastId] = now;
        return null;
    }

    public void Clear() => _last.Clear();
}
