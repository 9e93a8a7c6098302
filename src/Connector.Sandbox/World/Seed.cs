using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A small workspace with a past of eight weeks, so that there is something to look at, to choose from and to send to.</summary>
internal sealed class Seed
{
    private const long Hour = 3600;
    private const long Day = 24 * Hour;
    private const string From = "Acme <hello@acme.example>";

    /// <summary>Whom there is; the last number is how many days ago they signed up.</summary>
    private static readonly (string Id, string First, string Last, string Plan, string Country, string Language, int Days)[] s_people =
    [
        ("1001", "Lena", "Novak", "pro", "AT", "de", 56),
        ("1002", "Marco", "Rossi", "free", "IT", "it", 54),
        ("1003", "Aisha", "Khan", "team", "GB", "en", 49),
        ("1004", "Tom", "Becker", "pro", "DE", "de", 45),
        ("1005", "Sofia", "García", "free", "ES", "es", 41),
        ("1006", "Noah", "Smith", "team", "US", "en", 36),
        ("1007", "Yuki", "Tanaka", "pro", "JP", "en", 30),
        ("1008", "Chloé", "Martin", "free", "FR", "fr", 27),
        ("1009", "Elias", "Berg", "free", "SE", "en", 20),
        ("1010", "Priya", "Nair", "pro", "IN", "en", 12),
        ("1011", "Olga", "Petrova", "free", "BG", "en", 5),
        ("1012", "Ben", "Okafor", "team", "NG", "en", 2),
    ];

    private readonly Workspace _workspace;
    private readonly long _now;
    private readonly List<(long At, Person Person, Sender Sender, JObject Data)> _sent = [];
    private readonly List<(Person Person, Event Event)> _happened = [];

    private Seed(Workspace workspace) => (this._workspace, _now) = (workspace, workspace.Now);

    /// <summary>Fills a workspace in which nobody is yet.</summary>
    public static void Plant(Workspace workspace) => new Seed(workspace).Plant();

    private void Plant()
    {
        var senders = _workspace.Senders;
        var welcome = Worded(senders.Find(SenderKind.Campaign, 1)!, "Welcome, {{customer.first_name}}", "Good to have you here. Your first week starts now.");
        var news = senders.Find(SenderKind.Newsletter, 1)!;
        var announcement = Worded(senders.Find(SenderKind.Broadcast, 2)!, "We are moving to Vienna", "From next month you find us at {{snippets.address}}.");
        var receipt = Worded(
            senders.FindTransactional("receipt")!,
            "Your receipt, {{customer.first_name}}",
            "Thank you for order {{trigger.order}} over {{trigger.total}} euro."
        );
        var reset = senders.Create(SenderKind.Transactional, "Password reset", new() { ["trigger_name"] = "password_reset" });
        Worded(reset, "Set a new password", "<a href=\"https://acme.example/reset\">Choose a new password</a>. The link works for an hour.");
        Worded(news, "News of the month", "Three things are new this month, and one is gone.");
        news.Shown["subscription_topic_id"] = 1;
        var sale = senders.Create(SenderKind.Newsletter, "Autumn sale");
        Worded(sale, "Twenty percent off until Sunday", "<a href=\"https://acme.example/sale\">See what is on sale</a>, {{customer.first_name}}.");
        var people = s_people.Select(Make).ToList();
        foreach (var (person, i) in people.Select((p, i) => (p, i)))
        {
            Send(person.Created + (5 * 60), person, welcome);
            Live(person, i, receipt);
        }
        foreach (var (sender, days) in ((Sender, int)[])[(sale, 40), (news, 14), (announcement, 9)])
        {
            people.Where(p => p.Created < Ago(days)).ToList().ForEach(p => Send(Ago(days), p, sender));
            if (sender.Kind == SenderKind.Newsletter)
            {
                (sender.Shown["sent_at"], sender.Shown["send_state"]) = (Ago(days), "sent");
            }
        }
        _workspace.Triggers.Add(announcement.Id, []);
        Send(_now - (2 * Hour), people[9], reset);
        foreach (var (person, happened) in _happened.OrderBy(h => h.Event.Timestamp))
        {
            _workspace.Events.Put(person, happened);
        }
        Deliver();
        Group(people);
        _workspace.Touch();
    }

    private long Ago(int days) => _now - (days * Day);

    /// <summary>Gives a sender's first text something to say.</summary>
    private static Sender Worded(Sender sender, string subject, string text)
    {
        var shown = sender.Contents[0].Shown;
        (shown["subject"], shown["from"]) = (subject, From);
        shown["body"] =
            "<div style=\"font-family: sans-serif; max-width: 34em; margin: 0 auto; padding: 24px\">"
            + $"<h1 style=\"font-size: 22px; color: #0b7a5b\">{subject}</h1><p>Hello {{{{customer.first_name}}}},</p><p>{text}</p>"
            + "<p style=\"color: #777; font-size: 13px\">{{snippets.address}}</p></div>";
        return sender;
    }

    private Person Make((string Id, string First, string Last, string Plan, string Country, string Language, int Days) row)
    {
        var at = Ago(row.Days);
        var attributes = new JObject
        {
            ["first_name"] = row.First,
            ["last_name"] = row.Last,
            ["plan"] = row.Plan,
            ["country"] = row.Country,
            ["language"] = row.Language,
            ["created_at"] = at,
        };
        if (row.Id == "1005")
        {
            attributes["unsubscribed"] = true;
        }
        if (row.Id is "1001" or "1004")
        {
            var (topic, wants) = row.Id == "1001" ? ("topic_2", true) : ("topic_1", false);
            attributes["cio_subscription_preferences"] = new JObject { ["topics"] = new JObject { [topic] = wants } };
        }
        return _workspace.People.Put(row.Id, $"{row.First}.{row.Last}@example.com".ToLowerInvariant().Replace('é', 'e').Replace('í', 'i'), at, attributes);
    }

    /// <summary>What somebody did since they signed up.</summary>
    private void Live(Person person, int number, Sender receipt)
    {
        var device = new Device($"device-{person.Id}", number % 4 == 0 ? "ios" : "android", Ago(number % 7), []);
        var (bought, days) = (0, (int)((_now - person.Created) / Day));
        Happen(person, "event", "signed_up", person.Created, new() { ["plan"] = person.Attributes["plan"] });
        for (var day = 2 + (number % 5); day < days; day += 4 + (number % 6))
        {
            var at = person.Created + (day * Day) + (number * 17 * 60);
            Happen(person, "page", "https://acme.example/pricing", at - Hour, null);
            if (day % 3 != 0)
            {
                var data = new JObject { ["order"] = $"A{person.Id}-{++bought}", ["total"] = 19 + (10 * ((number + day) % 5)) };
                Happen(person, "event", "completed_purchase", at, data);
                Send(at + 60, person, receipt, data);
            }
        }
        if (number % 2 == 0)
        {
            person.Devices[device.Token] = device;
            _workspace.Devices.Own(person);
        }
    }

    private void Happen(Person person, string type, string name, long at, JObject? data) =>
        _happened.Add((person, _workspace.Events.Make(null, type, name, at, data)));

    private void Send(long at, Person person, Sender sender, JObject? data = null) => _sent.Add((at, person, sender, data ?? []));

    /// <summary>Lets everything that was sent arrive, and be opened, clicked and so on by some.</summary>
    private void Deliver()
    {
        foreach (var ((at, person, sender, data), i) in _sent.OrderBy(s => s.At).Select((s, i) => (s, i)))
        {
            var filled = Liquid.Fill(sender.Contents[0].Shown, _workspace, person, data);
            var topic = Json.Whole(sender.Shown["subscription_topic_id"]);
            var failure =
                person.Unsubscribed && sender.Kind != SenderKind.Transactional && at > Ago(30) ? "the person is unsubscribed"
                : topic is { } id && !Topics.Wants(person, (int)id) ? $"the person is not subscribed to topic {id}"
                : null;
            var message = new Message("email", person.Email, at)
            {
                Sender = sender.Kind,
                SenderId = sender.Id,
                ContentId = (int)sender.Contents[0].Shown["id"]!,
                TriggerId = sender.Kind == SenderKind.Broadcast ? 1 : null,
                Subject = (string?)filled["subject"],
                Failure = failure,
                Content = new(new JObject { ["body"] = filled["body"], ["from"] = From }),
            };
            var metrics = failure is null ? Fate(at, i) : new() { ["created"] = at, ["undeliverable"] = at };
            if (person.Unsubscribed && sender.Kind == SenderKind.Campaign)
            {
                metrics["unsubscribed"] = at + (3 * Hour);
            }
            _workspace.Deliveries.Put(person, message, metrics);
        }
    }

    /// <summary>The metrics of the n-th message: the same in every sandbox, and of rates that occur.</summary>
    private static JObject Fate(long at, int number)
    {
        var chance = number * 37 % 100;
        var metrics = new JObject
        {
            ["created"] = at,
            ["attempted"] = at,
            ["sent"] = at + 2,
        };
        metrics[chance < 97 ? "delivered" : "bounced"] = at + 9;
        var later = ((string Name, int Most, long Wait)[])[("opened", 58, Hour), ("clicked", 24, Hour + 40), ("converted", 9, 2 * Hour)];
        foreach (var (name, _, wait) in later.Where(m => chance < m.Most))
        {
            metrics[name] = at + wait;
        }
        return metrics;
    }

    private void Group(List<Person> people)
    {
        Segment("Pro customers", "Everybody on the plan pro.", manual: false, p => (string?)p.Attributes["plan"] == "pro");
        Segment("Beta testers", "Those who try what is new.", manual: true, p => p.Id is "1003" or "1007" or "1010");
        Segment("Newcomers", "Signed up in the last 30 days.", manual: false, p => p.Created > Ago(30));
        foreach (var (id, name, country) in ((string, string, string)[])[("acme", "Acme", "AT"), ("globex", "Globex", "US")])
        {
            var company = _workspace.Objects.Identify(new("1", id, null), new() { ["name"] = name, ["country"] = country })!;
            foreach (var person in people.Where(p => (string?)p.Attributes["plan"] == (id == "acme" ? "team" : "pro")))
            {
                person.Relationships[company.CioObjectId] = new() { ["role"] = person.Id is "1003" or "1001" ? "admin" : "member" };
            }
        }

        void Segment(string name, string description, bool manual, Func<Person, bool> fits) =>
            _workspace.Segments.Create(name, description, manual).Members.UnionWith(people.Where(fits).Select(p => p.CioId));
    }
}
