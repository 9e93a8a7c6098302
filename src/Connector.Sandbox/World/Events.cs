using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One event, page view or screen view.</summary>
internal sealed record Event(string Id, string Type, string Name, long Timestamp, JToken? Data)
{
    public JObject ToJson() => new() { ["id"] = Id, ["type"] = Type, ["name"] = Name, ["timestamp"] = Timestamp, ["data"] = Data?.DeepClone() };

    public static Event FromJson(JObject json) =>
        new((string)json["id"]!, (string)json["type"]!, (string)json["name"]!, (long)json["timestamp"]!, json["data"] is JObject data ? data : null);
}

/// <summary>Events of people and of those not known yet.</summary>
internal sealed class Events(Workspace workspace)
{
    private const int MostSeen = 1_000_000;
    private const long MergeWindow = 30 * 24 * 3600;
    private readonly HashSet<UInt128> seen = [];
    private readonly Queue<UInt128> order = new();
    private readonly Queue<(string AnonymousId, Event Event)> anonymous = new();
    private ulong made;

    /// <summary>Raised, under the gate, with whose it is, for every event that was accepted.</summary>
    public event Action<string, Event>? Happened;

    /// <summary>How many events were accepted.</summary>
    public long Count { get; private set; }

    /// <summary>Events that no person has taken over yet, oldest first.</summary>
    public IEnumerable<(string AnonymousId, Event Event)> Anonymous => anonymous;

    /// <summary>Files an event under a person, who is created when there is none.</summary>
    public void Track(Identifier who, Event happened)
    {
        if (workspace.People.FindOrCreate(who) is not { } person)
        {
            var reason = workspace.People.IsSuppressed(who) ? "suppressed" : "cio_id is unknown or deleted";
            workspace.Activities.Drop("failed_event", who, reason, name: happened.Name);
        }
        else if (IsNew(happened, who, person))
        {
            Add(person, happened);
        }
    }

    /// <summary>Sets an anonymous id on a person and moves the last 30 days of its events there.</summary>
    public void Adopt(Person person, string anonymousId)
    {
        var who = new Identifier(IdKind.AnonymousId, anonymousId);
        if (workspace.People.Find(who) is { } owner && owner != person)
        {
            workspace.Activities.Drop("failed_attribute_change", new(IdKind.CioId, person.CioId), "anonymous_id belongs to another person", person);
            return;
        }
        workspace.People.Attach(person, who);
    }

    /// <summary>Makes an event from what was sent; what is missing is filled in.</summary>
    public Event Make(string? id, string? type, string name, long? timestamp, JToken? data) => new(
        id ?? Ulid.New(workspace.Time.GetUtcNow(), ++made),
        type is "page" or "screen" ? type : "event",
        name.Trim(),
        timestamp ?? workspace.Now,
        data is JObject o ? o : null);

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("seenEvents");
        new JArray(order.Select(u => u.ToString("x", null))).WriteTo(writer);
        writer.WritePropertyName("anonymousEvents");
        new JArray(anonymous.Select(a => new JObject { ["anonymousId"] = a.AnonymousId, ["event"] = a.Event.ToJson() })).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        foreach (var ulid in state["seenEvents"]!.Select(t => UInt128.Parse((string)t!, System.Globalization.NumberStyles.HexNumber, null)))
        {
            seen.Add(ulid);
            order.Enqueue(ulid);
        }
        foreach (var item in state["anonymousEvents"]!)
        {
            anonymous.Enqueue(((string)item["anonymousId"]!, Event.FromJson((JObject)item["event"]!)));
        }
    }

    public void Clear()
    {
        Count = 0;
        seen.Clear();
        order.Clear();
        anonymous.Clear();
    }

    private void Add(Person person, Event happened)
    {
        person.Add(happened);
        workspace.Activities.Add(happened.Type, person, happened.Name, happened.Data);
        workspace.Changed(person);
        Count++;
        Happened?.Invoke(person.Name, happened);
    }

    /// <summary>False for a ULID that was seen before; other ids never count as duplicates.</summary>
    private bool IsNew(Event happened, Identifier who, Person? person)
    {
        if (!Ulid.TryParse(happened.Id, out var ulid))
        {
            return true;
        }
        if (!seen.Add(ulid))
        {
            workspace.Activities.Drop("failed_event", who, "an event with this id was received before", person, happened.Name, new() { ["id"] = happened.Id });
            return false;
        }
        order.Enqueue(ulid);
        if (order.Count > MostSeen)
        {
            seen.Remove(order.Dequeue());
        }
        return true;
    }
}
