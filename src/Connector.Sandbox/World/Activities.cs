using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One line of the activity log.</summary>
internal sealed record Activity(long Number, DateTimeOffset Time, string Type, Identifier Who, string? CioId, string? Name, JToken? Data)
{
    /// <summary>The attributes before and after; what changed is worked out only when somebody looks.</summary>
    public (Packed Before, Packed After)? Change { get; init; }

    public JObject ToJson() =>
        new()
        {
            ["id"] = Ulid.New(Time, (ulong)Number),
            ["type"] = Type,
            ["timestamp"] = Time.ToUnixTimeSeconds(),
            ["identifier"] = Who.ToString(),
            ["cio_id"] = CioId,
            ["name"] = Name,
            ["data"] = Change is var (before, after) ? Difference(before.Object, after.Object) : Data?.DeepClone(),
        };

    private static JObject Difference(JObject before, JObject after) =>
        new(
            before
                .Properties()
                .Concat(after.Properties())
                .Select(p => p.Name)
                .Distinct()
                .Where(name => !JToken.DeepEquals(before[name], after[name]))
                .Select(name => new JProperty(name, new JObject { ["from"] = before[name], ["to"] = after[name] }))
        );
}

/// <summary>The activity log: what was done and, kept apart so that load cannot push it out, what was silently dropped.</summary>
internal sealed class Activities(TimeProvider time)
{
    private const int Most = 10_000;
    private readonly Queue<Activity> _done = new();
    private readonly Queue<Activity> _dropped = new();
    private long _count;

    public void Add(string type, Person person, string? name = null, JToken? data = null) =>
        Add(_done, type, new(IdKind.CioId, person.CioId), person.CioId, name, data);

    public void AddChange(Person person, Packed before, Packed after) =>
        Add(_done, "attribute_change", new(IdKind.CioId, person.CioId), person.CioId, null, null, (before, after));

    /// <summary>Notes something that was answered 200 and yet did nothing, or not all.</summary>
    public void Drop(string type, Identifier who, string reason, Person? person = null, string? name = null, JObject? details = null)
    {
        var data = new JObject { ["reason"] = reason };
        data.Merge(details ?? []);
        DroppedCount++;
        Add(_dropped, type, who, person?.CioId, name, data);
    }

    /// <summary>How much was dropped in silence.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>What was dropped, as far as it is kept, oldest first.</summary>
    public IEnumerable<Activity> Dropped => _dropped;

    /// <summary>All that is kept, oldest first.</summary>
    public IEnumerable<Activity> All => _done.Concat(_dropped).OrderBy(a => a.Number);

    public IEnumerable<Activity> Of(Identifier who, Person? person) =>
        All.Where(a => a.Who == who || (person is not null && (a.CioId == person.CioId || person.Identifiers.Contains(a.Who))));

    public void Clear()
    {
        DroppedCount = 0;
        _done.Clear();
        _dropped.Clear();
    }

    private void Add(Queue<Activity> queue, string type, Identifier who, string? cioId, string? name, JToken? data, (Packed, Packed)? change = null)
    {
        queue.Enqueue(new(++_count, time.GetUtcNow(), type, who, cioId, name, data) { Change = change });
        if (queue.Count > Most)
        {
            queue.Dequeue();
        }
    }
}
