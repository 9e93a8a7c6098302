namespace CustomerIo.Connector.Testing;

/// <summary>A clock that only moves when told to, or, when instant, by each delay that is begun.</summary>
/// <remarks>Timers of a <see cref="CancellationTokenSource"/> are limits, not waits: they fire through <see cref="Advance"/> only.</remarks>
public sealed class FakeTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<TimeSpan> _delays = [];
    private readonly Signal _begun = new();
    private readonly bool _instant;
    private DateTimeOffset _now = Start;

    private FakeTime(bool instant)
    {
        _instant = instant;
    }

    /// <summary>Every delay ends at once and moves the clock by its length.</summary>
    public static FakeTime Instant() => new(true);

    /// <summary>Nothing happens until <see cref="Advance"/>.</summary>
    public static FakeTime Manual() => new(false);

    /// <summary>The delays that were begun, in order; limits not counted.</summary>
    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            lock (_lock)
            {
                return [.. _delays];
            }
        }
    }

    /// <summary>Ends when so many delays have been begun.</summary>
    public Task WhenDelayed(int count) => _begun.When(count);

    public double[] DelaysMs => [.. Delays.Select(d => d.TotalMilliseconds)];

    public TimeSpan Elapsed => GetUtcNow() - Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <summary>Moves the clock and fires what falls due on the way, in order of time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (Next(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _now = end;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private Timer? Next(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            if (next is not null)
            {
                _timers.Remove(next);
                _now = next.Due > _now ? next.Due : _now;
            }

            return next;
        }
    }

    private void Begin(Timer timer, TimeSpan due, bool isLimit)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (due == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            if (!isLimit)
            {
                _delays.Add(due);
                _begun.Raise(_delays.Count);
            }

            timer.Due = _now + due;
            if (!_instant || isLimit)
            {
                _timers.Add(timer);
                return;
            }

            _now = timer.Due;
        }

        ThreadPool.QueueUserWorkItem(static t => t.Fire(), timer, preferLocal: false);
    }

    private void Forget(Timer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Begin(this, dueTime, state is CancellationTokenSource);
            return true;
        }

        public void Dispose() => time.Forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
