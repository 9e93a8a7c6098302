using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Compare;

/// <summary>How often each of many things was there, with its first example; beyond a number of things only their sum.</summary>
/// <param name="most">How many things are kept.</param>
internal sealed class Tally<TKey, TExample>(int most)
    where TKey : notnull
{
    /// <summary>How many of the others are told apart.</summary>
    private const int MaxMore = 100_000;
    private readonly Dictionary<TKey, (long Count, TExample Example)> _kept = [];
    private readonly HashSet<int> _more = [];
    private long _moreCount;

    public void Add(TKey key, Func<TExample> example)
    {
        if (_kept.TryGetValue(key, out var known))
        {
            _kept[key] = (known.Count + 1, known.Example);
        }
        else if (_kept.Count < most)
        {
            _kept[key] = (1, example());
        }
        else
        {
            _moreCount++;
            _ = _more.Count < MaxMore && _more.Add(key.GetHashCode());
        }
    }

    /// <summary>What is kept, the most frequent first.</summary>
    public IEnumerable<(TKey Key, long Count, TExample Example)> Largest(Func<TKey, string> name) =>
        _kept.OrderByDescending(k => k.Value.Count).ThenBy(k => name(k.Key), StringComparer.Ordinal).Select(k => (k.Key, k.Value.Count, k.Value.Example));

    /// <summary>How many things are not kept, and how often they were there.</summary>
    public JObject MoreToJson(string things) => new() { [things] = _more.Count, ["count"] = _moreCount };
}
