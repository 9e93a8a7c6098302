using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Thousands of messages of past weeks, made up the same way each time, so that a report has something to count and to draw.</summary>
internal static class History
{
    private const int Day = 24 * 3600,
        People = 240;

    /// <summary>What a sender did: how many messages a day, and how many in a thousand reach each metric.</summary>
    private sealed record Past(SenderKind Kind, string Name, int Daily, int Delivered, int Opened, int Clicked, int Converted, int Unsubscribed)
    {
        /// <summary>How many days apart it sends; 1 for every day.</summary>
        public int Every { get; init; } = 1;

        /// <summary>How many in a thousand come no further than the beginning of a journey.</summary>
        public int Lost { get; init; }
    }

    private static readonly Past[] s_all =
    [
        new(SenderKind.Campaign, "Welcome", 34, 985, 560, 210, 90, 3) { Lost = 40 },
        new(SenderKind.Campaign, "Abandoned cart", 21, 978, 480, 260, 140, 5) { Lost = 120 },
        new(SenderKind.Campaign, "Trial ends soon", 12, 990, 610, 300, 190, 4) { Lost = 60 },
        new(SenderKind.Campaign, "Win back", 16, 905, 210, 40, 12, 26) { Lost = 180 },
        new(SenderKind.Broadcast, "Announcement", 160, 980, 410, 70, 10, 6) { Every = 9 },
        new(SenderKind.Broadcast, "Release notes", 120, 988, 520, 160, 8, 4) { Every = 14 },
        new(SenderKind.Newsletter, "Monthly news", 900, 972, 380, 90, 14, 9) { Every = 30 },
        new(SenderKind.Newsletter, "Autumn offer", 700, 965, 340, 130, 61, 14) { Every = 41 },
        new(SenderKind.Newsletter, "Product update", 800, 976, 420, 150, 22, 5) { Every = 17 },
        new(SenderKind.Transactional, "Receipt", 26, 996, 720, 120, 0, 0),
        new(SenderKind.Transactional, "Password reset", 9, 994, 830, 640, 0, 0),
    ];

    /// <summary>Adds the messages of the last days.</summary>
    /// <param name="workspace">Where they were sent.</param>
    /// <param name="days">How many days back.</param>
    public static void Make(Workspace workspace, int days)
    {
        var dice = new Dice();
        var today = workspace.Now / Day * Day;
        var people = Enumerable.Range(1, People).Select(i => Person(workspace, i)).ToArray();
        foreach (var past in s_all)
        {
            var sender = workspace.Senders.Of(past.Kind).FirstOrDefault(s => s.Name == past.Name) ?? workspace.Senders.Create(past.Kind, past.Name);
            for (var day = days - 1; day >= 0; day--)
            {
                // A newsletter goes to all of them on one day; the others have fewer messages on Saturdays and Sundays.
                if (day % past.Every != past.Every / 2 % Math.Max(past.Every, 1))
                {
                    continue;
                }
                var begin = today - (day * (long)Day);
                var isWeekend = DateTimeOffset.FromUnixTimeSeconds(begin).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
                var count = past.Daily * (isWeekend && past.Every == 1 ? 55 : 85 + dice.Roll(40)) / 100;
                for (var i = 0; i < count; i++)
                {
                    Send(workspace, sender, past, people[dice.Roll(People)], begin + (7 * 3600) + dice.Roll(9 * 3600), dice);
                }
                if (past.Kind == SenderKind.Newsletter)
                {
                    (sender.Shown["sent_at"], sender.Shown["send_state"]) = (begin + (9 * 3600), "sent");
                }
            }
        }
    }

    private static void Send(Workspace workspace, Sender sender, Past past, Person person, long at, Dice dice)
    {
        // What would be still to come today was sent before now.
        at = Math.Min(at, workspace.Now);
        var metrics = new JObject { ["created"] = at };
        var message = new Message("email", person.Email, at)
        {
            Sender = sender.Kind,
            SenderId = sender.Id,
            ContentId = (int)sender.Contents[0].Shown["id"]!,
            Subject = sender.Name,
        };
        if (dice.Hits(past.Lost))
        {
            workspace.Deliveries.Put(person, message with { IsDraft = true }, metrics);
            return;
        }
        (metrics["attempted"], metrics["sent"]) = (at, at);
        if (!dice.Hits(past.Delivered))
        {
            metrics["bounced"] = Later(60);
            workspace.Deliveries.Put(person, message with { Failure = "550 no such mailbox", Bounces = true }, metrics);
            return;
        }
        metrics["delivered"] = Later(20);
        if (dice.Hits(past.Opened))
        {
            metrics["opened"] = Later(20 * 3600);
            if (dice.Hits(past.Clicked * 1000 / past.Opened))
            {
                metrics["clicked"] = Later(22 * 3600);
                if (dice.Hits(past.Converted * 1000 / past.Clicked))
                {
                    metrics["converted"] = Later(40 * 3600);
                }
            }
        }
        if (dice.Hits(past.Unsubscribed))
        {
            metrics["unsubscribed"] = Later(20 * 3600);
        }
        workspace.Deliveries.Put(person, message, metrics);

        // What is later than now shows when its time comes.
        long Later(int most) => at + 1 + dice.Roll(most);
    }

    private static Person Person(Workspace workspace, int number) =>
        workspace.People.Put($"past-{number}", $"person{number}@example.com", workspace.Now - (90L * Day), []);

    /// <summary>Numbers that look like chance and are the same each time.</summary>
    private sealed class Dice
    {
        private ulong _state = 20260101;

        public int Roll(int sides)
        {
            _state = (_state * 6364136223846793005) + 1442695040888963407;
            return (int)((_state >> 33) % (ulong)sides);
        }

        public bool Hits(int inThousand) => Roll(1000) < inThousand;
    }
}
