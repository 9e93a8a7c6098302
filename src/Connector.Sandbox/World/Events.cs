using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One event, page view or screen view.</summary>
internal sealed record Event(string Id, string Type, string Name, long Timestamp, Packed? Packed)
{
    /// <summary>A copy of what was sent with it; null when nothing was.</summary>
    public JObject? Data => Packed?.Object;

    public JObject ToJson() =>
        new()
        {
            ["id"] = Id,
            ["type"] = Type,
            ["name"] = Name,
            ["timestamp"] = Timestamp,
            ["data"] = Data ?? (JToken)JValue.CreateNull(),
        };

    public static Event FromJson(JObject json)
    {
        Packed? data = json["data"] is JObject sent ? new(sent) : null;
        return new((string)json["id"]!, (string)json["type"]!, (string)json["name"]!, (long)json["timestamp"]!, data);
    }
}

/// <summary>Events of people and of those not known yet.</summary>
internal sealed class Events(Workspace workspace)
{
    private const int MaxSeen = 1_000_000;
    private const int MaxAnonymous = 100_000;
    private const int MaxNewest = 10_000;
    public const long MergeWindow = 30 * 24 * 3600;
    private readonly HashSet<UInt128> _seen = [];
    private readonly Queue<UInt128> _order = new();
    private readonly Dictionary<string, List<Event>> _anonymous = [];
    private readonly Queue<string> _anonymousOrder = new();
    private readonly Queue<(Identifier Who, string Name, Event Event)> _newest = new();
    private ulong _made;

    /// <summary>The newest events of everybody, oldest first, with whose they are and what they are called.</summary>
    public IReadOnlyCollection<(Identifier Who, string Name, Event Event)> Newest => _newest;

    /// <summary>How many events were accepted.</summary>
    public long Count { get; private set; }

    /// <summary>Events that no person has taken over yet, by anonymous id; invite events under an empty one.</summary>
    public IReadOnlyDictionary<string, List<Event>> Anonymous => _anonymous;

    /// <summary>Files an event under a person, who is created when there is none.</summary>
    public void Track(Identifier who, Event happened)
    {
        if (workspace.People.FindOrCreate(who) is not { } person)
        {
            workspace.Activities.Drop("failed_event", who, workspace.People.WhyNobody(who), name: happened.Name);
        }
        else if (IsNew(happened, who, person))
        {
            Add(person, happened);
        }
    }

    /// <summary>Keeps an event for whoever gets the anonymous id, or files it under who has it.</summary>
    public void TrackAnonymous(string anonymousId, Event happened)
    {
        var who = new Identifier(IdKind.AnonymousId, anonymousId);
        if (anonymousId.Length == 0 && Json.Scalar(happened.Data?["recipient"]) is null or "")
        {
            workspace.Activities.Drop("failed_event", who, "an invite event (no anonymous_id) needs data.recipient", name: happened.Name);
        }
        else if (workspace.Settings.EventMerging && workspace.People.Find(who) is { } person)
        {
            Track(new(IdKind.CioId, person.CioId), happened);
        }
        else if (IsNew(happened, who, null))
        {
            Keep(anonymousId, happened);
            workspace.Touch();
            Note(who, Name(anonymousId), happened);
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
        workspace.Objects.Adopt(person, anonymousId);
        if (workspace.Settings.EventMerging && _anonymous.Remove(anonymousId, out var events))
        {
            var recent = events.Where(e => e.Timestamp >= workspace.Now - MergeWindow).ToList();
            person.Add(recent);
            workspace.Activities.Add("anon_merge", person, anonymousId, new JObject { ["events"] = recent.Count });
        }
    }

    /// <summary>Makes an event from what was sent; what is missing is filled in.</summary>
    public Event Make(string? id, string? type, string name, long? timestamp, JToken? data) =>
        new(
            id ?? Ulid.New(workspace.Time.GetUtcNow(), ++_made),
            type is "page" or "screen" ? type : "event",
            name.Trim(),
            timestamp ?? workspace.Now,
            data is JObject o ? new Packed(o) : null
        );

    /// <summary>Takes over an event that happened before, without a word in the log.</summary>
    public void Put(Person person, Event happened)
    {
        person.Add(happened);
        Note(person, happened);
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("seenEvents");
        new JArray(_order.Select(u => u.ToString("x", null))).WriteTo(writer);
        writer.WritePropertyName("anonymousEvents");
        new JObject(_anonymous.Select(a => new JProperty(a.Key, new JArray(a.Value.Select(e => e.ToJson()))))).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        foreach (var ulid in state["seenEvents"]!.Select(t => UInt128.Parse((string)t!, System.Globalization.NumberStyles.HexNumber, null)))
        {
            _seen.Add(ulid);
            _order.Enqueue(ulid);
        }
        foreach (var (id, events) in (JObject)state["anonymousEvents"]!)
        {
            foreach (var json in events!)
            {
                Keep(id, Event.FromJson((JObject)json));
            }
        }
        var people = workspace.People.All.SelectMany(p => p.Events.Select(e => (new Identifier(IdKind.CioId, p.CioId), p.Name, Event: e)));
        var others = _anonymous.SelectMany(a => a.Value.Select(e => (new Identifier(IdKind.AnonymousId, a.Key), Name(a.Key), Event: e)));
        foreach (var (who, name, happened) in people.Concat(others).OrderBy(e => e.Event.Timestamp).TakeLast(MaxNewest))
        {
            Note(who, name, happened);
        }
        Count = workspace.People.All.Sum(p => p.EventCount) + _anonymous.Values.Sum(e => e.Count);
    }

    public void Clear()
    {
        Count = 0;
        _newest.Clear();
        _seen.Clear();
        _order.Clear();
        _anonymous.Clear();
        _anonymousOrder.Clear();
    }

    private void Add(Person person, Event happened)
    {
        person.Add(happened);
        workspace.Activities.Add(happened.Type, person, happened.Name);
        workspace.Touch();
        Note(person, happened);
    }

    private static string Name(string anonymousId) => anonymousId.Length == 0 ? "invited" : $"anonymous {anonymousId}";

    private void Note(Person person, Event happened) => Note(new(IdKind.CioId, person.CioId), person.Name, happened);

    private void Note(Identifier who, string name, Event happened)
    {
        Count++;
        _newest.Enqueue((who, name, happened));
        if (_newest.Count > MaxNewest)
        {
            _newest.Dequeue();
        }
    }

    private void Keep(string anonymousId, Event happened)
    {
        if (!_anonymous.TryGetValue(anonymousId, out var events))
        {
            _anonymous[anonymousId] = events = [];
        }
        events.Add(happened);
        _anonymousOrder.Enqueue(anonymousId);
        if (_anonymousOrder.Count > MaxAnonymous && _anonymous.TryGetValue(_anonymousOrder.Dequeue(), out var oldest) && oldest.Count > 0)
        {
            oldest.RemoveAt(0);
        }
    }

    /// <summary>False for a ULID that was seen before; other ids never count as duplicates.</summary>
    private bool IsNew(Event happened, Identifier who, Person? person)
    {
        if (!Ulid.TryParse(happened.Id, out var ulid))
        {
            return true;
        }
        if (!_seen.Add(ulid))
        {
            workspace.Activities.Drop("failed_event", who, "an event with this id was received before", person, happened.Name, new() { ["id"] = happened.Id });
            return false;
        }
        _order.Enqueue(ulid);
        if (_order.Count > MaxSeen)
        {
            _seen.Remove(_order.Dequeue());
        }
        return true;
    }
}
