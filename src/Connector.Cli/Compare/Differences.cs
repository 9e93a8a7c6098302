using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>Where our requests and recorded ones differ, grouped by field; holds one example of each group.</summary>
internal sealed class Differences
{
    private const string Differs = "differs",
        OnlyOurs = "onlyOurs",
        OnlyTheirs = "onlyTheirs";
    private const int MaxFields = 1000;

    /// <summary>How many requests whose person differs are kept, to find their twins.</summary>
    private const int MaxLeft = 20_000;

    private readonly Tally<(string Action, string Field, string Kind), JObject> _groups = new(MaxFields);
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
        (ours, theirs) = PairOfNow(ours, theirs, who: true);
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
        (ours, theirs) = PairOfNow(ours, theirs, who: false);
        (ours, theirs) = Pair(ours, theirs, o => o.Name is { } name && o.Time is { } time ? $"{o.Action} {name} {time}" : null);
        ours.ForEach(o => Alone(o, null));
        theirs.ForEach(t => Alone(null, t));
    }

    /// <summary>The groups, the largest first.</summary>
    public JArray ToJson() =>
        new(
            _groups
                .Largest(key => key.Action + " " + key.Field)
                .Select(g => new JObject
                {
                    ["action"] = g.Key.Action,
                    ["field"] = g.Key.Field,
                    ["kind"] = g.Key.Kind,
                    ["count"] = g.Count,
                    ["example"] = g.Example,
                })
        );

    /// <summary>What differs beyond these groups.</summary>
    public JObject MoreToJson() => _groups.MoreToJson("fields");

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

    // What holds the present moment is like one of theirs that is the same but for it.
    private (List<ComparedOperation> Ours, List<ComparedOperation> Theirs) PairOfNow(List<ComparedOperation> ours, List<ComparedOperation> theirs, bool who)
    {
        var fields = ours.SelectMany(o => o.OfNow).ToHashSet();
        return fields.Count == 0 ? (ours, theirs) : Pair(ours, theirs, o => o.OfNow.Any() ? o.Without(fields, who) : null, t => t.Without(fields, who));
    }

    private (List<ComparedOperation> Ours, List<ComparedOperation> Theirs) Pair(
        List<ComparedOperation> ours,
        List<ComparedOperation> theirs,
        Func<ComparedOperation, string?> key,
        Func<ComparedOperation, string?>? keyOfTheirs = null
    )
    {
        var waiting = new Dictionary<string, Queue<ComparedOperation>>(StringComparer.Ordinal);
        var leftTheirs = new List<ComparedOperation>();
        foreach (var one in theirs)
        {
            if ((keyOfTheirs ?? key)(one) is not { } name)
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
            if (!JToken.DeepEquals(a, b) && !(ComparedOperation.IsNow(a) && b is JValue { Value: long or double }))
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

    private void Count(string action, string field, string kind, Func<JObject> example) => _groups.Add((action, field, kind), example);

    private static JObject Example(ComparedOperation? ours, ComparedOperation? theirs, JToken? a, JToken? b)
    {
        var example = new JObject();
        foreach (var (name, line) in ((string, long?)[])[("oursLine", ours?.Line), ("theirsLine", theirs?.Line)])
        {
            if (line is { } number)
            {
                example[name] = number;
            }
        }

        foreach (var (name, value) in ((string, JToken?)[])[("ours", a), ("theirs", b)])
        {
            if (value is not null)
            {
                example[name] = Told(value);
            }
        }

        return example;
    }

    private static JToken Told(JToken value) =>
        value is JObject fields ? new JObject(fields.Properties().Select(p => new JProperty(p.Name, Told(p.Value))))
        : ComparedOperation.IsNow(value) ? "now"
        : value.DeepClone();
}
