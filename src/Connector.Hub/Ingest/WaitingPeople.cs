namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Whose events are set aside, so that later ones of the same people can be kept behind them.</summary>
internal sealed class WaitingPeople
{
    private readonly Dictionary<ulong, SortedDictionary<long, DateTimeOffset>> _byName = [];

    /// <summary>Notes an event that is set aside.</summary>
    public void Add(long number, IReadOnlyList<ulong> names, DateTimeOffset due)
    {
        foreach (var name in names)
        {
            (_byName.TryGetValue(name, out var events) ? events : _byName[name] = [])[number] = due;
        }
    }

    /// <summary>Forgets an event whose turn has come.</summary>
    public void Remove(long number, IReadOnlyList<ulong> names)
    {
        foreach (var name in names)
        {
            if (_byName.TryGetValue(name, out var events) && events.Remove(number) && events.Count == 0)
            {
                _byName.Remove(name);
            }
        }
    }

    /// <summary>When an event may be sent, because of an earlier one with one of its names; null for at once.</summary>
    public DateTimeOffset? Behind(long number, IReadOnlyList<ulong> names)
    {
        DateTimeOffset? due = null;
        foreach (var name in _byName.Count == 0 ? [] : names)
        {
            if (_byName.TryGetValue(name, out var events) && events.First() is var first && first.Key < number && !(due > first.Value))
            {
                due = first.Value;
            }
        }

        return due;
    }
}
