using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A campaign, broadcast, newsletter or transactional message, as the App API shows it.</summary>
internal sealed record Sender(SenderKind Kind, int Id, JObject Shown)
{
    /// <summary>The filter of a broadcast's usual audience; null means everybody.</summary>
    public JObject? Audience { get; init; }

    /// <summary>The name that a transactional message can be sent by, besides its id.</summary>
    public string? TriggerName { get; init; }

    /// <summary>What its messages say: one for each action, variant, group of an A/B test and language.</summary>
    public List<SenderContent> Contents { get; } = [];

    /// <summary>When a newsletter goes out, and how fast; null for not by itself.</summary>
    public JObject? Schedule { get; set; }

    public string Name => (string)Shown["name"]!;

    public JObject ToJson() =>
        new()
        {
            ["kind"] = Kind.ToString(),
            ["shown"] = Shown.DeepClone(),
            ["audience"] = Audience,
            ["triggerName"] = TriggerName,
            ["contents"] = new JArray(Contents.Select(c => new JObject { ["shown"] = c.Shown.DeepClone(), ["testGroup"] = c.TestGroup })),
            ["schedule"] = Schedule?.DeepClone(),
        };
}

/// <summary>One text of a sender, as the App API shows it, and the group of an A/B test that it is for.</summary>
internal sealed record SenderContent(JObject Shown, string? TestGroup = null)
{
    /// <summary>Empty for the usual one.</summary>
    public string Language => (string?)Shown["language"] ?? "";
}

/// <summary>Everything that sends messages; a few of each are there from the start.</summary>
internal sealed class Senders
{
    private readonly Workspace _workspace;
    private readonly SortedDictionary<(SenderKind Kind, int Id), Sender> _all = [];

    public Senders(Workspace workspace)
    {
        this._workspace = workspace;
        Seed();
    }

    public IEnumerable<Sender> Of(SenderKind kind) => _all.Values.Where(s => s.Kind == kind);

    public Sender? Find(SenderKind kind, int id) => _all.GetValueOrDefault((kind, id));

    /// <summary>The transactional message of a name, whatever its case.</summary>
    public Sender? FindTransactional(string name) =>
        Of(SenderKind.Transactional)
            .FirstOrDefault(s => name.Equals(s.TriggerName, StringComparison.OrdinalIgnoreCase) || name.Equals(s.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes one; what is given replaces what is usual.</summary>
    public Sender Create(SenderKind kind, string name, JObject? given = null)
    {
        // Campaigns and broadcasts share their numbers: a broadcast is triggered under /campaigns.
        var id = _all.Keys.Where(k => Series(k.Kind) == Series(kind)).Select(k => k.Id).DefaultIfEmpty().Max() + 1;
        var shown = Usual(kind, id, name, _workspace.Now);
        foreach (var (key, value) in given ?? [])
        {
            if (key is not ("id" or "name" or "audience" or "trigger_name"))
            {
                shown[key] = value!.DeepClone();
            }
        }
        var sender = new Sender(kind, id, shown) { Audience = given?["audience"] as JObject, TriggerName = (string?)given?["trigger_name"] };
        Fill(sender);
        _all[(kind, id)] = sender;
        _workspace.Touch();
        return sender;
    }

    /// <summary>Adds what a sender says in another language.</summary>
    public SenderContent AddContent(Sender sender, SenderContent like, string language, string? group = null)
    {
        var shown = (JObject)like.Shown.DeepClone();
        shown["language"] = language;
        // An action keeps its number in every language; a newsletter's variants have one each.
        shown["id"] = sender.Kind is SenderKind.Campaign or SenderKind.Broadcast ? shown["id"] : NextContentId(sender.Kind);
        var made = new SenderContent(shown, group);
        sender.Contents.Add(made);
        Changed(sender);
        return made;
    }

    public void RemoveContent(Sender sender, SenderContent content)
    {
        sender.Contents.Remove(content);
        Changed(sender);
    }

    /// <summary>Makes another group of an A/B test; the first makes one of what there was, too.</summary>
    public void AddTestGroup(Sender newsletter)
    {
        for (var i = 0; i < newsletter.Contents.Count; i++)
        {
            newsletter.Contents[i] = newsletter.Contents[i] with { TestGroup = newsletter.Contents[i].TestGroup ?? "1" };
        }
        AddContent(newsletter, newsletter.Contents[0], "", $"{newsletter.Contents.Select(c => c.TestGroup).Distinct().Count() + 1}");
    }

    private void Changed(Sender sender)
    {
        if (sender.Kind == SenderKind.Newsletter)
        {
            sender.Shown["content_ids"] = new JArray(sender.Contents.Select(c => c.Shown["id"]!.DeepClone()));
        }
        _workspace.Touch();
    }

    private int NextContentId(SenderKind kind) =>
        _all.Values.Where(s => Series(s.Kind) == Series(kind)).SelectMany(s => s.Contents).Select(c => (int)c.Shown["id"]!).DefaultIfEmpty().Max() + 1;

    /// <summary>One text for each of the actions or variants that a sender is said to have; its own where nobody said.</summary>
    private void Fill(Sender sender)
    {
        var (shown, next) = (sender.Shown, NextContentId(sender.Kind));
        if (sender.Kind is SenderKind.Campaign or SenderKind.Broadcast)
        {
            shown["actions"] ??= new JArray(new JObject { ["id"] = next, ["type"] = "email" });
            foreach (var action in (shown["actions"] as JArray ?? []).OfType<JObject>())
            {
                sender.Contents.Add(new(Text(sender, (int)(Json.Whole(action["id"]) ?? next), Json.Scalar(action["type"]) ?? "email")));
            }
            return;
        }
        sender.Contents.Add(new(Text(sender, next, (string?)shown["type"] ?? "email")));
        if (sender.Kind == SenderKind.Newsletter)
        {
            Changed(sender);
        }
    }

    private JObject Text(Sender sender, int id, string type)
    {
        var now = _workspace.Now;
        var text = new JObject
        {
            ["id"] = id,
            ["deduplicate_id"] = $"{id}:{now}",
            ["name"] = sender.Name,
            ["layout"] = "",
            ["created"] = now,
            ["updated"] = now,
            ["body"] = "",
            ["body_amp"] = "",
            ["type"] = type,
            ["language"] = "",
            ["from"] = "",
            ["from_id"] = null,
            ["reply_to"] = "",
            ["reply_to_id"] = null,
            ["recipient"] = type == "email" ? "{{customer.email}}" : "",
            ["subject"] = sender.Name,
            ["preheader_text"] = "",
            ["headers"] = "[]",
        };
        switch (sender.Kind)
        {
            case SenderKind.Campaign or SenderKind.Broadcast:
                text[sender.Kind == SenderKind.Campaign ? "campaign_id" : "broadcast_id"] = sender.Id;
                text["sending_state"] = "automatic";
                break;
            case SenderKind.Newsletter:
                text["newsletter_id"] = sender.Id;
                break;
        }
        return text;
    }

    public void Delete(Sender sender)
    {
        _all.Remove((sender.Kind, sender.Id));
        _workspace.Touch();
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("senders");
        new JArray(_all.Values.Select(s => s.ToJson())).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        if (state["senders"] is not JArray senders)
        {
            return;
        }
        _all.Clear();
        foreach (var json in senders)
        {
            var (kind, shown) = (Enum.Parse<SenderKind>((string)json["kind"]!), (JObject)json["shown"]!);
            var id = (int)shown["id"]!;
            var sender = new Sender(kind, id, shown)
            {
                Audience = json["audience"] as JObject,
                TriggerName = (string?)json["triggerName"],
                Schedule = json["schedule"] as JObject,
            };
            sender.Contents.AddRange((json["contents"] as JArray ?? []).Select(c => new SenderContent((JObject)c["shown"]!, (string?)c["testGroup"])));
            if (sender.Contents.Count == 0)
            {
                // As a file of an earlier version has it.
                Fill(sender);
            }
            _all[(kind, id)] = sender;
        }
    }

    public void Clear()
    {
        _all.Clear();
        Seed();
    }

    private static int Series(SenderKind kind) => kind == SenderKind.Broadcast ? (int)SenderKind.Campaign : (int)kind;

    private static JObject Usual(SenderKind kind, int id, string name, long now)
    {
        var shown = new JObject
        {
            ["id"] = id,
            ["deduplicate_id"] = $"{id}:{now}",
            ["name"] = name,
        };
        switch (kind)
        {
            case SenderKind.Transactional:
                shown.Remove("deduplicate_id");
                Add(
                    ("description", ""),
                    ("send_to_unsubscribed", true),
                    ("link_tracking", true),
                    ("open_tracking", true),
                    ("hide_message_body", false),
                    ("queue_drafts", false),
                    ("created_at", now),
                    ("updated_at", now)
                );
                break;
            case SenderKind.Newsletter:
                Add(
                    ("content_ids", new JArray()),
                    ("sent_at", null),
                    ("send_state", "drafted"),
                    ("created", now),
                    ("updated", now),
                    ("type", "email"),
                    ("tags", null),
                    ("recipient_segment_ids", null),
                    ("subscription_topic_id", null)
                );
                break;
            default:
                var isBroadcast = kind == SenderKind.Broadcast;
                Add(
                    ("description", ""),
                    ("type", isBroadcast ? "triggered_broadcast" : "event"),
                    ("created", now),
                    ("updated", now),
                    ("active", true),
                    ("state", "running"),
                    ("first_started", now),
                    ("tags", null)
                );
                if (!isBroadcast)
                {
                    Add(("event_name", "signed up"), ("trigger_segment_ids", null), ("filter_segment_ids", null));
                }
                break;
        }
        return shown;

        void Add(params (string Name, JToken? Value)[] properties)
        {
            foreach (var (property, value) in properties)
            {
                shown[property] = value ?? JValue.CreateNull();
            }
        }
    }

    private void Seed()
    {
        Translated(Create(SenderKind.Campaign, "Welcome"));
        Translated(Create(SenderKind.Broadcast, "Announcement"));
        Create(SenderKind.Newsletter, "Monthly news");
        // What is sent without a template counts under the first.
        Create(SenderKind.Transactional, "Without a template");
        Translated(Create(SenderKind.Transactional, "Receipt", new() { ["trigger_name"] = "receipt" }));

        void Translated(Sender sender) => AddContent(sender, sender.Contents[0], "de");
    }
}
