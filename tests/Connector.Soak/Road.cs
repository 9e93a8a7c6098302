using System.Diagnostics;

namespace CustomerIo.Connector.Soak;

/// <summary>What the sender of an item was told of it.</summary>
internal enum Told
{
    /// <summary>Nothing yet.</summary>
    Nothing,

    /// <summary>It is taken over, or done.</summary>
    Taken,

    /// <summary>It may or may not have arrived.</summary>
    Uncertain,

    /// <summary>It did not arrive.</summary>
    Refused,
}

/// <summary>The accounts of one road: what was sent on it, what its sender was told, and what arrived.</summary>
/// <param name="name">Its name in the tables.</param>
/// <param name="isOrdered">Whether it promises the order of each person's items.</param>
internal sealed class Road(string name, bool isOrdered)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Item>> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _newest = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];

    public string Name => name;

    /// <summary>What went wrong, for the first few.</summary>
    public IReadOnlyList<string> Examples
    {
        get
        {
            lock (_lock)
            {
                return [.. _examples];
            }
        }
    }

    /// <summary>Opens the account of a person's next item.</summary>
    /// <returns>Its number, from 0.</returns>
    public int Next(string person)
    {
        lock (_lock)
        {
            if (!_people.TryGetValue(person, out var items))
            {
                _people[person] = items = [];
            }

            items.Add(default);
            return items.Count - 1;
        }
    }

    /// <summary>Notes what the sender was told.</summary>
    public void Tell(string person, int number, Told told)
    {
        lock (_lock)
        {
            var items = _people[person];
            items[number] = items[number] with { Told = told, At = Stopwatch.GetTimestamp() };
        }
    }

    /// <summary>Notes that an item arrived.</summary>
    /// <param name="isRepeat">Whether its receiver knows that it had it, and does not count it again.</param>
    public void Arrive(string person, int number, bool isRepeat)
    {
        lock (_lock)
        {
            if (!_people.TryGetValue(person, out var items) || number < 0 || number >= items.Count)
            {
                Strangers++;
                Example($"{person} {number} arrived, which nobody sent");
                return;
            }

            var item = items[number];
            if (isRepeat)
            {
                Repeats++;
                return;
            }

            items[number] = item with { Arrivals = item.Arrivals + 1 };
            if (item.Arrivals > 0)
            {
                Example($"{person} {number} arrived {item.Arrivals + 1} times");
                return;
            }

            var newest = _newest.GetValueOrDefault(person, -1);
            if (isOrdered && number < newest)
            {
                Reordered++;
                Example($"{person} {number} arrived after {newest}");
            }

            _newest[person] = Math.Max(newest, number);
        }
    }

    /// <summary>Notes an invariant of its own that did not hold.</summary>
    public void Break(string what)
    {
        lock (_lock)
        {
            Broken++;
            Example(what);
        }
    }

    public long Repeats { get; private set; }

    public long Reordered { get; private set; }

    public long Strangers { get; private set; }

    public long Broken { get; private set; }

    /// <summary>How many items of each person arrived, each counted once.</summary>
    public IReadOnlyDictionary<string, long> Arrived()
    {
        lock (_lock)
        {
            return _people.ToDictionary(p => p.Key, p => p.Value.Sum(i => (long)i.Arrivals));
        }
    }

    /// <summary>The accounts as they are now.</summary>
    /// <param name="isOver">Whether nothing can be on its way any more, so that what has not arrived is lost.</param>
    public Count Now(bool isOver)
    {
        lock (_lock)
        {
            var count = new Count
            {
                Name = name,
                Repeats = Repeats,
                Reordered = Reordered,
                Other = Strangers + Broken,
            };
            foreach (var (person, items) in _people)
            {
                for (var i = 0; i < items.Count; i++)
                {
                    var item = items[i];
                    count.Sent++;
                    count.Taken += item.Told == Told.Taken ? 1 : 0;
                    count.Uncertain += item.Told == Told.Uncertain ? 1 : 0;
                    count.Arrived += item.Arrivals > 0 ? 1 : 0;
                    count.Doubled += item.Arrivals > 1 ? 1 : 0;
                    if (item is { Told: Told.Taken, Arrivals: 0 })
                    {
                        count.Waiting++;
                        count.Oldest = Math.Max(count.Oldest, Stopwatch.GetElapsedTime(item.At).TotalSeconds);
                        if (isOver)
                        {
                            count.Lost++;
                            Example($"{person} {i} was taken and never arrived");
                        }
                    }

                    if (item is { Told: Told.Refused, Arrivals: > 0 })
                    {
                        count.Denied++;
                        Example($"{person} {i} arrived, and its sender was told that it did not");
                    }
                }
            }

            return count;
        }
    }

    private void Example(string what)
    {
        if (_examples.Count < 8 && !_examples.Contains(what))
        {
            _examples.Add(what);
        }
    }

    private readonly record struct Item(Told Told, int Arrivals, long At);
}

/// <summary>One line of the table of roads.</summary>
internal sealed class Count
{
    public required string Name { get; init; }

    public long Sent { get; set; }

    public long Taken { get; set; }

    public long Arrived { get; set; }

    public long Waiting { get; set; }

    /// <summary>Seconds since the one that waits longest was taken.</summary>
    public double Oldest { get; set; }

    public long Repeats { get; init; }

    public long Uncertain { get; set; }

    public long Lost { get; set; }

    public long Doubled { get; set; }

    public long Reordered { get; init; }

    /// <summary>Those that arrived although their sender was told that they did not.</summary>
    public long Denied { get; set; }

    public long Other { get; init; }

    public bool Holds => Lost + Doubled + Reordered + Denied + Other == 0;
}
