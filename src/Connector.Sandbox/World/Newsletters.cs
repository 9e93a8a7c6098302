using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Sends newsletters to their audience: at once, or when their time has come, whether anybody asks or not.</summary>
internal sealed class Newsletters(Workspace workspace)
{
    // Timers take no longer waits than seven weeks.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);
    private ITimer? _timer;

    /// <summary>Sends to everybody whom it is for, no faster than its rate.</summary>
    public void Send(Sender newsletter, JObject limits)
    {
        var (shown, now) = (newsletter.Shown, workspace.Now);
        newsletter.Schedule = null;
        (shown["sent_at"], shown["send_state"], shown["updated"]) = (now, "sent", now);
        workspace.Touch();
        var number = 0;
        foreach (var person in Audience(newsletter))
        {
            var content = Content(newsletter, person, number);
            workspace.Deliveries.Send(person, Message(newsletter, content.Shown, person), now + Wait(limits, number));
            number++;
        }
    }

    /// <summary>Sends it at a time to come.</summary>
    public void Schedule(Sender newsletter, long at, JObject limits)
    {
        newsletter.Schedule = new JObject(limits) { ["at"] = at };
        (newsletter.Shown["send_state"], newsletter.Shown["updated"]) = ("scheduled", workspace.Now);
        workspace.Touch();
        Arm();
    }

    /// <summary>Takes its time away again.</summary>
    public void Deschedule(Sender newsletter)
    {
        newsletter.Schedule = null;
        (newsletter.Shown["send_state"], newsletter.Shown["updated"]) = ("drafted", workspace.Now);
        workspace.Touch();
        Arm();
    }

    /// <summary>Sends those whose time has come.</summary>
    public void CatchUp()
    {
        foreach (var newsletter in Scheduled().Where(n => At(n) <= workspace.Now).OrderBy(At).ToList())
        {
            Send(newsletter, newsletter.Schedule!);
        }
        Arm();
    }

    /// <summary>Whom it is for: those who fit its filter and want its topic.</summary>
    public IEnumerable<Person> Audience(Sender newsletter)
    {
        Func<Person, bool> fits;
        try
        {
            fits = newsletter.Audience is { } filter ? Filter.People(workspace, filter, "/recipients") : _ => true;
        }
        catch (Refusal)
        {
            // A segment that is gone has nobody in it.
            return [];
        }
        var topic = Json.Whole(newsletter.Shown["subscription_topic_id"]);
        return workspace.People.All.Where(fits).Where(p => topic is null || Topics.Wants(p, (int)topic)).ToList();
    }

    private static long At(Sender newsletter) => (long)newsletter.Schedule!["at"]!;

    private IEnumerable<Sender> Scheduled() => workspace.Senders.Of(SenderKind.Newsletter).Where(n => n.Schedule is not null);

    private void Arm()
    {
        _timer?.Dispose();
        _timer = null;
        if (Scheduled().Select(At).DefaultIfEmpty(0).Min() is > 0 and var next)
        {
            var wait = DateTimeOffset.FromUnixTimeSeconds(next) - workspace.Time.GetUtcNow();
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
            _timer = workspace.Time.CreateTimer(_ => OnTime(), null, wait < s_longestWait ? wait : s_longestWait, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTime()
    {
        lock (workspace.Gate)
        {
            workspace.CatchUp();
        }
    }

    /// <summary>Seconds until the n-th message, as many a period as there may be, evenly if wished.</summary>
    private static long Wait(JObject limits, int number)
    {
        if (Json.Whole(limits["rate_limit_email_rate"]) is not { } rate || Json.Whole(limits["rate_limit_time_period"]) is not { } period)
        {
            return 0;
        }
        var isEven = limits["rate_limit_spread"] is JValue { Value: true };
        return (number / rate * period) + (isEven ? number % rate * period / rate : 0);
    }

    /// <summary>The variant in the person's language, of their test group.</summary>
    private static SenderContent Content(Sender newsletter, Person person, int number)
    {
        var groups = newsletter.Contents.Select(c => c.TestGroup).Distinct().ToList();
        var group = newsletter.Contents.FindAll(c => c.TestGroup == groups[number % groups.Count]);
        var language = Json.Scalar(person.Attributes["language"]) ?? "";
        return group.Find(c => c.Language == language) ?? group.Find(c => c.Language.Length == 0) ?? group[0];
    }

    private Message Message(Sender newsletter, JObject content, Person person)
    {
        var channel = (string)newsletter.Shown["type"]!;
        var recipient = channel switch
        {
            "email" => person.Email,
            "webhook" => Json.Scalar(content["url"]),
            _ => SendRoutes.Recipient([], channel, person),
        };
        var filled = Liquid.Fill(content, workspace, person, null);
        return new(channel, recipient, workspace.Now)
        {
            Sender = SenderKind.Newsletter,
            SenderId = newsletter.Id,
            ContentId = (int)content["id"]!,
            Subject = Json.Scalar(filled["subject"]),
            Failure =
                recipient is null ? $"the person has nothing to send {channel} to"
                : person.Unsubscribed && channel is not ("in_app" or "inbox") ? "the person is unsubscribed"
                : null,
            Content = new(new JObject { ["body"] = filled["body"], ["from"] = filled["from"] }),
        };
    }
}
