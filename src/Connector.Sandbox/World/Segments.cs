using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One segment; only manual ones have members here.</summary>
internal sealed record Segment(int Id, string Name, string Description, bool IsManual, long Created)
{
    /// <summary>The cio_ids of its members.</summary>
    public HashSet<string> Members { get; } = [];

    public JObject ToJson() =>
        new()
        {
            ["id"] = Id,
            ["deduplicate_id"] = $"{Id}:{Created}",
            ["name"] = Name,
            ["description"] = Description,
            ["state"] = "finished",
            ["progress"] = JValue.CreateNull(),
            ["type"] = IsManual ? "manual" : "dynamic",
            ["tags"] = JValue.CreateNull(),
            ["created_at"] = Created,
            ["updated_at"] = Created,
        };
}

/// <summary>The workspace's segments.</summary>
internal sealed class Segments(Workspace workspace)
{
    private readonly SortedDictionary<int, Segment> _all = [];
    private int _made;

    public IReadOnlyCollection<Segment> All => _all.Values;

    public Segment? Find(int id) => _all.GetValueOrDefault(id);

    public Segment Create(string name, string description, bool manual)
    {
        var segment = new Segment(++_made, name, description, manual, workspace.Now);
        _all[segment.Id] = segment;
        workspace.Touch();
        return segment;
    }

    public void Delete(Segment segment)
    {
        _all.Remove(segment.Id);
        workspace.Touch();
    }

    public IEnumerable<Segment> Of(Person person) => _all.Values.Where(s => s.Members.Contains(person.CioId));

    public void Add(Segment segment, IEnumerable<Identifier> people) => Each(segment, people, segment.Members.Add, "entered_segment");

    public void Remove(Segment segment, IEnumerable<Identifier> people) => Each(segment, people, segment.Members.Remove, "left_segment");

    public void Forget(Person person)
    {
        foreach (var segment in _all.Values)
        {
            segment.Members.Remove(person.CioId);
        }
    }

    public void Save(JsonWriter writer)
    {
        writer.WritePropertyName("segmentsMade");
        writer.WriteValue(_made);
        writer.WritePropertyName("segments");
        new JArray(_all.Values.Select(s => new JObject(s.ToJson()) { ["members"] = new JArray(s.Members) })).WriteTo(writer);
    }

    public void Load(JObject state)
    {
        _made = (int)state["segmentsMade"]!;
        foreach (var s in state["segments"]!)
        {
            var segment = new Segment((int)s["id"]!, (string)s["name"]!, (string)s["description"]!, (string?)s["type"] == "manual", (long)s["created_at"]!);
            segment.Members.UnionWith(s["members"]!.Values<string>()!);
            _all[segment.Id] = segment;
        }
    }

    public void Clear()
    {
        _all.Clear();
        _made = 0;
    }

    private void Each(Segment segment, IEnumerable<Identifier> people, Func<string, bool> change, string what)
    {
        foreach (var who in people)
        {
            if (workspace.People.Find(who) is not { } person)
            {
                workspace.Activities.Drop("failed_segment_change", who, "nobody has this identifier", name: segment.Name);
            }
            else if (change(person.CioId))
            {
                workspace.Activities.Add(what, person, segment.Name);
                workspace.Touch();
            }
        }
    }
}
