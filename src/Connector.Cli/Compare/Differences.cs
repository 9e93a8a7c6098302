using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>Where our requests and recorded ones differ, grouped by field; holds one example of each group.</summary>
internal sealed class Differences
{
    private const string Differs = "differs",
        OnlyOurs = "onlyOurs",
        OnlyTheirs = "onlyTheirs",
        Others = "(other fields)";
    private const int MaxFields = 1000;

    /// <summary>How many requests whose person differs are kept, to find their twins.</summary>
    private const int MaxLeft = 20_000;

    private readonly Dictionary<(string Action, string Field, string Kind), (long Count, JObject Example)> _groups = [];
    private readonly List<ComparedOperation> _ours = [],
        _theirs = [];

    public long Alike { get; private set; }

    public long Differing { get; private set; }

    public long OursAlone { get; private set; }

    public long TheirsAlone { get; private set; }

    public bool IsEmpty => Differing + OursAlone + TheirsAlone == 0;

    /// <summary>Compares operations: all of the people that are among them, and how many were alike.</summary>
    public void Add((long Alike, List<ComparedOperation> Ours, List<ComparedOperation> Theirs) part)
    {
        Alike += part.Alike;
        var (ours, theirs) = (part.Ours, part.Theirs);
        Func<ComparedOperation, string?>[] twins =
        [
            o => $"{o.Who} {o.Action} {o.Name} {o.Time}",
            o => $"{o.Who} {o.Action} {o.Name}",
            o => o.Time is { } time ? $"{o.Who} {o.Action} {time}" : null,
            o => $"{o.Who} {o.Action}",
            o => o.Time is { } time ? $"{o.Who} {time}" : null,
        ];
        foreach (var twin in twins)
        {
            (ours, theirs) = Pair(ours, theirs, twin);
        }

        Keep(ours, _ours, Alone);
        Keep(theirs, _theirs, Alone);
    }

    /// <summary>Pairs what is left by all but whom it is about.</summary>
    public void End()
    {
        var (ours, theirs) = Pair(_ours, _theirs, o => o.Content);
        (ours, theirs) = Pair(ours, theirs, o => o.Name is { } name && o.Time is { } time ? $"{o.Action} {name} {time}" : null);
        ours.ForEach(o => Alone(o, null));
        theirs.ForEach(t => Alone(null, t));
    }

    /// <summary>The groups, the largest first.</summary>
    public JArray ToJson() =>
        new(
            _groups
                .OrderByDescending(g => g.Value.Count)
                .ThenBy(g => g.Key.Action + " " + g.Key.Field, StringComparer.Ordinal)
                .Select(g => new JObject
                {
                    ["action"] = g.Key.Action,
                    ["field"] = g.Key.Field,
                    ["kind"] = g.Key.Kind,
                    ["count"] = g.Value.Count,
                    ["example"] = g.Value.Example,
                })
        );

    private void Keep(List<ComparedOperation> some, List<ComparedOperation> kept, Action<ComparedOperation?, ComparedOperation?> alone)
    {
        foreach (var operation in some)
        {
            if (kept.Count < MaxLeft)
            {
                kept.Add(operation);
            }
            else if (kept == _ours)
            {
                alone(operation, null);
            }
            else
            {
                alone(null, operation);
            }
        }
    }

    private (List<ComparedOperation> Ours, List<ComparedOperation> Theirs) Pair(
        List<ComparedOperation> ours,
        List<ComparedOperation> theirs,
        Func<ComparedOperation, string?> key
    )
    {
        var waiting = new Dictionary<string, Queue<ComparedOperation>>(StringComparer.Ordinal);
        var leftTheirs = new List<ComparedOperation>();
        foreach (var one in theirs)
        {
            if (key(one) is not { } name)
            {
                leftTheirs.Add(one);
                continue;
            }

            if (!waiting.TryGetValue(name, out var queue))
            {
                waiting[name] = queue = new();
            }

            queue.Enqueue(one);
        }

        var leftOurs = new List<ComparedOperation>();
        foreach (var one in ours)
        {
            if (key(one) is { } name && waiting.TryGetValue(name, out var queue) && queue.TryDequeue(out var other))
            {
                Compare(one, other);
            }
            else
            {
                leftOurs.Add(one);
            }
        }

        leftTheirs.AddRange(waiting.Values.SelectMany(queue => queue));
        return (leftOurs, leftTheirs);
    }

    private void Compare(ComparedOperation ours, ComparedOperation theirs)
    {
        var differs = false;
        if (ours.Action != theirs.Action)
        {
            Note("action", ours.Action, theirs.Action);
        }

        foreach (var field in ours.Fields.Properties().Concat(theirs.Fields.Properties()).Select(p => p.Name).Distinct())
        {
            var (a, b) = (ours.Fields[field], theirs.Fields[field]);
            if (!JToken.DeepEquals(a, b))
            {
                Note(field, a, b);
            }
        }

        _ = differs ? Differing++ : Alike++;

        void Note(string field, JToken? a, JToken? b)
        {
            differs = true;
            Count(
                ours.Action,
                field,
                a is null ? OnlyTheirs
                    : b is null ? OnlyOurs
                    : Differs,
                () => Example(ours, theirs, a, b)
            );
        }
    }

    private void Alone(ComparedOperation? ours, ComparedOperation? theirs)
    {
        _ = ours is null ? TheirsAlone++ : OursAlone++;
        Count((ours ?? theirs)!.Action, "", ours is null ? OnlyTheirs : OnlyOurs, () => Example(ours, theirs, ours?.Fields, theirs?.Fields));
    }

    private void Count(string action, string field, string kind, Func<JObject> example)
    {
        var key = (action, field, kind);
        if (!_groups.ContainsKey(key) && _groups.Count >= MaxFields)
        {
            key = (action, Others, kind);
        }

        _groups[key] = _groups.TryGetValue(key, out var known) ? (known.Count + 1, known.Example) : (1, example());
    }

    private static JObject Example(ComparedOperation? ours, ComparedOperation? theirs, JToken? a, JToken? b)
    {
        var example = new JObject();
        foreach (var (name, value) in ((string, JToken?)[])[("oursLine", ours?.Line), ("theirsLine", theirs?.Line), ("ours", a), ("theirs", b)])
        {
            if (value is not null)
            {
                example[name] = value.DeepClone();
            }
        }

        return example;
    }
}
