namespace CustomerIo.Connector.Batching;

/// <summary>The people of whom something was not delivered: what comes later of them must not overtake it.</summary>
/// <param name="noun">What the run calls an item, such as <c>line</c>.</param>
internal sealed class HeldPeople(string noun)
{
    /// <summary>So many names are kept; beyond them everybody is held, which ends the sending.</summary>
    private const int MaxNames = 1 << 20;

    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _names = [];
    private volatile bool _any;

    public bool IsEmpty => !_any;

    public void Add(ReadOnlySpan<ulong> names)
    {
        lock (_lock)
        {
            foreach (var name in names)
            {
                if (_names.Count < MaxNames)
                {
                    _names.Add(name);
                }
            }

            _any |= names.Length > 0;
        }
    }

    /// <summary>Whether an item with these names is to be held back; then its own people are held as well.</summary>
    public bool Holds(ReadOnlySpan<ulong> names)
    {
        if (!_any)
        {
            return false;
        }

        lock (_lock)
        {
            var held = _names.Count >= MaxNames;
            foreach (var name in names)
            {
                held |= _names.Contains(name);
            }

            if (held)
            {
                Add(names);
            }

            return held;
        }
    }

    /// <summary>The failure of an item that was held back.</summary>
    public ConnectorException Failure() =>
        new(FailureKind.Unavailable, $"An earlier {noun} of the same person was not delivered, so this one was held back. Send both again, in their order.");
}
