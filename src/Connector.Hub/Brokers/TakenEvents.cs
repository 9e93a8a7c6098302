using System.Globalization;
using CustomerIo.Connector.Hub.Ingest;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>The messages that one connection to a broker has given out, as a source of events: the broker keeps them until they are acknowledged.</summary>
internal sealed class TakenEvents(string deadLetters, ConsumeOptions options, Counters counters) : IEventSource, IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, (TakenEvent Event, DateTimeOffset Due)> _events = [];
    private readonly ArrivalSignal _arrived = new();
    private readonly CancellationTokenSource _lost = new();
    private IBrokerSession? _session;
    private ConnectorException? _why;
    private volatile bool _isGone;
    private long _last,
        _ended;

    /// <summary>Ends when the connection is lost: what was taken comes again on another one.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why the connection was lost; null while it is not.</summary>
    public ConnectorException? Why => Volatile.Read(ref _why);

    /// <summary>How many are taken and not acknowledged.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _events.Count;
            }
        }
    }

    /// <summary>How many were acknowledged.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>When the last one came.</summary>
    public DateTimeOffset LastArrival { get; private set; } = options.Time.GetUtcNow();

    /// <summary>Where what was taken is acknowledged.</summary>
    public void Begin(IBrokerSession session) => Volatile.Write(ref _session, session);

    /// <summary>Adds a message behind all that came before it.</summary>
    public void Add(BrokerMessage message)
    {
        lock (_lock)
        {
            var number = ++_last;
            _events[number] = (new TakenEvent(number, message), default);
            Touch();
        }

        counters.Received(1);
        _arrived.Set();
    }

    /// <summary>Tells that something is about to come.</summary>
    public void Touch() => LastArrival = options.Time.GetUtcNow();

    /// <summary>Notes that the connection is lost.</summary>
    /// <param name="why">Why.</param>
    /// <param name="isGone">Whether nothing can be acknowledged on it any more.</param>
    public void Lose(ConnectorException why, bool isGone = true)
    {
        _isGone |= isGone;
        if (Interlocked.CompareExchange(ref _why, why, null) is null)
        {
            _lost.Cancel();
        }
    }

    /// <summary>What is taken and not acknowledged, in its order.</summary>
    public IReadOnlyList<BrokerMessage> Rest()
    {
        lock (_lock)
        {
            return [.. _events.Values.Select(e => e.Event.Message)];
        }
    }

    public IReadOnlyList<QueuedEvent> Next(int most, DateTimeOffset now, IEnumerable<long> onTheirWay)
    {
        var busy = onTheirWay.ToHashSet();
        lock (_lock)
        {
            return [.. _events.Values.Where(e => e.Due <= now && !busy.Contains(e.Event.Number)).Take(most).Select(e => e.Event)];
        }
    }

    // What an earlier connection set aside comes anew.
    public IEnumerable<(QueuedEvent Event, DateTimeOffset Due)> Aside() => [];

    // The broker says itself what was given out before.
    public Task BeginAsync(IEnumerable<long> numbers) => Task.CompletedTask;

    public async Task<bool> EndAsync(
        IReadOnlyList<long> delivered,
        IReadOnlyList<(QueuedEvent Event, ConnectorException Why)> refused,
        IReadOnlyList<long> again,
        IReadOnlyList<SetAsideEvent> aside,
        DateTimeOffset now
    )
    {
        lock (_lock)
        {
            foreach (var e in aside)
            {
                _events[e.Number] = (_events[e.Number].Event with { Attempts = e.Attempts }, e.Due);
            }
        }

        var session = _session!;
        try
        {
            // Refused ones first: until they are among the dead letters the broker has them.
            foreach (var (e, why) in _isGone ? [] : refused)
            {
                await session.DeadLetterAsync(((TakenEvent)e).Message, why).ConfigureAwait(false);
                Forget([e.Number]);
            }

            if (_isGone)
            {
                return false;
            }

            await session.AcknowledgeAsync(Messages(delivered)).ConfigureAwait(false);
            Forget(delivered);
        }
        catch (Exception e) when (session.Failure(e) is { } failure)
        {
            // It comes again, and events carry an id by which Customer.io counts them once.
            Lose(failure);
            return false;
        }

        foreach (var same in refused.GroupBy(r => $"{r.Why.KindName}: {Words(r.Why)}"))
        {
            var count = same.Count();
            options.Say(string.Create(CultureInfo.InvariantCulture, $"{(count == 1 ? "Event" : $"{count} events")} refused, now in {deadLetters}. {same.Key}"));
        }

        return true;
    }

    public Task WaitAsync(CancellationToken ct) => _arrived.WaitAsync(TimeSpan.FromSeconds(1), ct);

    public Task ArrivedAsync(CancellationToken ct) => _arrived.ArrivedAsync(ct);

    public ConnectorException? Failure(Exception met) => null;

    public void Dispose()
    {
        _arrived.Dispose();
        _lost.Dispose();
    }

    private static string Words(ConnectorException why) =>
        why.Problems is not [var only] ? why.Message
        : only.Path.Length == 0 ? "It " + only.Message
        : $"{only.Path}: {only.Message}";

    private BrokerMessage[] Messages(IReadOnlyList<long> numbers)
    {
        lock (_lock)
        {
            return [.. numbers.Select(n => _events[n].Event.Message)];
        }
    }

    private void Forget(IReadOnlyList<long> numbers)
    {
        lock (_lock)
        {
            foreach (var number in numbers)
            {
                _events.Remove(number);
            }
        }

        Interlocked.Add(ref _ended, numbers.Count);
    }
}
