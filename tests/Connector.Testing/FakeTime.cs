namespace CustomerIo.Connector.Testing;

/// <summary>A clock that only moves when told to, or, when instant, by each delay that is begun while nothing is under way.</summary>
/// <remarks>
/// Timers of a <see cref="CancellationTokenSource"/> are limits, not waits: they fire through <see cref="Advance"/> only. Whatever has a limit
/// on this clock, as each request of the product has, is under way until the limit is disposed of. An instant clock stands still meanwhile, so
/// that it never runs ahead of a real answer, however long the machine takes for it.
/// </remarks>
public sealed class FakeTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<TimeSpan> _delays = [];
    private readonly Signal _begun = new();
    private readonly bool _instant;
    private DateTimeOffset _now = Start;
    private int _limits;
    private bool _isMoving;

    private FakeTime(bool instant)
    {
        _instant = instant;
    }

    /// <summary>Every delay ends as soon as nothing is under way, and moves the clock by its length.</summary>
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
            return Take(_timers.Where(t => t.Due <= end).MinBy(t => t.Due));
        }
    }

    private Timer? Take(Timer? timer)
    {
        if (timer is not null)
        {
            Remove(timer);
            _now = timer.Due > _now ? timer.Due : _now;
        }

        return timer;
    }

    private void Remove(Timer timer)
    {
        if (_timers.Remove(timer) && timer.IsLimit)
        {
            _limits--;
        }
    }

    private void Begin(Timer timer, TimeSpan due)
    {
        lock (_lock)
        {
            Remove(timer);
            if (due != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _now + due;
                _timers.Add(timer);
                if (timer.IsLimit)
                {
                    _limits++;
                }
                else
                {
                    _delays.Add(due);
                    _begun.Raise(_delays.Count);
                }
            }

            MoveIfIdle();
        }
    }

    private void Forget(Timer timer)
    {
        lock (_lock)
        {
            Remove(timer);
            MoveIfIdle();
        }
    }

    private void MoveIfIdle()
    {
        if (_instant && !_isMoving && _limits == 0 && _timers.Count > 0)
        {
            _isMoving = true;
            ThreadPool.QueueUserWorkItem(static time => time.Move(), this, preferLocal: false);
        }
    }

    // One delay after the other: what goes on after the first may begin something that the second has to wait for.
    private void Move()
    {
        while (NextIfIdle() is { } timer)
        {
            timer.Fire();
        }
    }

    private Timer? NextIfIdle()
    {
        lock (_lock)
        {
            var next = _limits == 0 ? Take(_timers.MinBy(t => t.Due)) : null;
            _isMoving = next is not null;
            return next;
        }
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public bool IsLimit => state is CancellationTokenSource;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Begin(this, dueTime);
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
