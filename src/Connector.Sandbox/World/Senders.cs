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

    public string Name => (string)Shown["name"]!;

    public JObject ToJson() =>
        new()
        {
            ["kind"] = Kind.ToString(),
            ["shown"] = Shown.DeepClone(),
            ["audience"] = Audience,
            ["triggerName"] = TriggerName,
        };
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
        _all[(kind, id)] = sender;
        _workspace.Touch();
        return sender;
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
            _all[(kind, id)] = new(kind, id, shown) { Audience = json["audience"] as JObject, TriggerName = (string?)json["triggerName"] };
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
                    ("content_ids", new JArray(id)),
                    ("sent_at", null),
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
                    ("actions", new JArray(new JObject { ["id"] = id, ["type"] = "email" })),
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
        Create(SenderKind.Campaign, "Welcome");
        Create(SenderKind.Broadcast, "Announcement");
        Create(SenderKind.Newsletter, "Monthly news");
        // What is sent without a template counts under the first.
        Create(SenderKind.Transactional, "Without a template");
        Create(SenderKind.Transactional, "Receipt", new() { ["trigger_name"] = "receipt" });
    }
}
