using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>What a run of a sync would do: how many of each, the first of them, and whether the guard of deletions would stop it.</summary>
internal sealed class SyncPlan
{
    private const int MaxExamples = 3;
    private readonly Dictionary<(string Side, string Change), (long Count, List<(string Key, JObject? Values)> First)> _changes = [];

    /// <summary>Why the run would stop before it wrote anything; null when it would not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Notes one change.</summary>
    /// <param name="side">Where it is written: <c>customerIo</c> or <c>table</c>.</param>
    /// <param name="change">What it is: <c>create</c>, <c>update</c>, <c>write</c> where nobody looks which of these it is, <c>rename</c>,
    /// <c>delete</c>, <c>add</c> or <c>remove</c>.</param>
    /// <param name="key">Who or what is changed.</param>
    /// <param name="values">What is written; null for nothing.</param>
    public void Note(string side, string change, string key, JObject? values = null)
    {
        var (count, first) = _changes.TryGetValue((side, change), out var known) ? known : (0, []);
        if (first.Count < MaxExamples)
        {
            first.Add((key, values));
        }

        _changes[(side, change)] = (count + 1, first);
    }

    /// <summary>Checks the share of deletions as a run does, and notes what would stop it.</summary>
    public void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (ConnectorException e) when (e.Kind == FailureKind.Rejected)
        {
            Refusal ??= e.Message;
        }
    }

    public JObject ToJson() =>
        new()
        {
            ["customerIo"] = Side("customerIo"),
            ["table"] = Side("table"),
            ["refused"] = Refusal,
        };

    /// <summary>The plan in lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var ((side, change), (count, first)) in _changes.OrderBy(c => c.Key.Side, StringComparer.Ordinal))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{(side == "table" ? "Table" : "Customer.io")}: {change} {count}");
            foreach (var (key, values) in first)
            {
                yield return $"  {key}{(values is { Count: > 0 } ? " " + Values.ConnectorJson.ToText(values) : "")}";
            }

            if (count > first.Count)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  and {count - first.Count} more");
            }
        }

        if (_changes.Count == 0)
        {
            yield return "Both sides are the same.";
        }
    }

    private JObject Side(string side) =>
        new(
            _changes
                .Where(c => c.Key.Side == side)
                .Select(c => new JProperty(
                    c.Key.Change,
                    new JObject
                    {
                        ["count"] = c.Value.Count,
                        ["first"] = new JArray(c.Value.First.Select(f => new JObject { ["key"] = f.Key, ["values"] = f.Values })),
                    }
                ))
        );
}
