using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Track;

/// <summary>What one operation of a batch may ask for: its own event id, the clock, warnings. It sends nothing itself.</summary>
internal sealed class ItemContext(Func<DateTimeOffset> now, Func<long, string> eventIdOf, bool allowsPlaceholderIds) : IRunContext
{
    private List<string>? _warnings;

    /// <summary>The operation's place in the batch; setting it forgets the last one's id and warnings.</summary>
    public long Index
    {
        get;
        set
        {
            (field, UsedEventId, _warnings) = (value, null, null);
            WasTrimmed = false;
        }
    }

    /// <summary>The event id, if the operation has one.</summary>
    public string? UsedEventId { get; private set; }

    public string EventId => UsedEventId ??= eventIdOf(Index);

    public IReadOnlyList<string> Warnings => _warnings ?? (IReadOnlyList<string>)[];

    public DateTimeOffset Now => now();

    public void UseEventId(string eventId) => UsedEventId = eventId;

    /// <summary>Whether something was taken off the ends of a name.</summary>
    public bool WasTrimmed { get; private set; }

    public void Trimmed(string input)
    {
        WasTrimmed = true;
        Warn($"/{input}: {Gate.EndsTaken}");
    }

    public bool AllowsPlaceholderIds => allowsPlaceholderIds;

    public void Warn(string text)
    {
        if (!(_warnings ??= []).Contains(text))
        {
            _warnings.Add(text);
        }
    }

    public void Progress(int done, int total) { }
}
