namespace CustomerIo.Connector.Api;

/// <summary>Gives requests their turns.</summary>
internal interface IRateLimiter
{
    /// <summary>Waits for a turn, unless that would take longer than <paramref name="most"/>.</summary>
    /// <returns>How long it waited; null when the wait was not begun.</returns>
    ValueTask<TimeSpan?> WaitAsync(TimeSpan most, CancellationToken ct);

    /// <summary>Customer.io answered 429.</summary>
    /// <param name="asked">How long it asks everybody to wait; null when it did not say.</param>
    void OnThrottled(TimeSpan? asked = null);

    /// <summary>How much is left of a wait that Customer.io asked for.</summary>
    TimeSpan Asked { get; }
}

/// <summary>A token bucket: first come, first served, with one second's worth of burst. Slows down when Customer.io asks for it.</summary>
/// <remarks>
/// A 429 halves the rate, at most once a second; each second brings back a tenth of the full rate, so that it never falls below a tenth. Nobody gets a
/// turn before the end of a wait that it asks for, at an infinite rate either.
/// </remarks>
internal sealed class RateLimiter(double perSecond, TimeProvider time, int? burst = null) : IRateLimiter
{
    private const double Recovery = 0.1;
    private readonly Lock _lock = new();
    private readonly double _second = time.TimestampFrequency;
    private readonly double _fullBurst = burst ?? (double.IsFinite(perSecond) ? Math.Max(0, Math.Floor(perSecond) - 1) : 0);
    private double _next = double.MinValue,
        _reopens = double.MinValue;
    private double _share = 1,
        _changed,
        _slowed = double.MinValue;

    public double PerSecond => perSecond;

    /// <summary>The part of the rate that is used now: 1 unless Customer.io asked to slow down.</summary>
    public double Share
    {
        get
        {
            lock (_lock)
            {
                return Recover(time.GetTimestamp());
            }
        }
    }

    public TimeSpan Asked
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromSeconds(Math.Max(0, _reopens - time.GetTimestamp()) / _second);
            }
        }
    }

    public ValueTask<TimeSpan?> WaitAsync(TimeSpan most, CancellationToken ct)
    {
        TimeSpan wait;
        double interval;
        lock (_lock)
        {
            var now = (double)time.GetTimestamp();
            interval = _second / (perSecond * Recover(now));

            // While slowed down there is no burst: a burst is what was too much.
            var ahead = _share < 1 ? 0 : interval * _fullBurst;
            var turn = Math.Max(_next, now);
            wait = TimeSpan.FromSeconds(Math.Max(0, Math.Max(turn - ahead, _reopens) - now) / _second);
            if (wait > most)
            {
                return new((TimeSpan?)null);
            }

            _next = turn + interval;
        }

        return wait > TimeSpan.Zero ? TurnAsync(wait, interval, ct) : new(TimeSpan.Zero);
    }

    private async ValueTask<TimeSpan?> TurnAsync(TimeSpan wait, double interval, CancellationToken ct)
    {
        try
        {
            await Task.Delay(wait, time, ct).ConfigureAwait(false);
            return wait;
        }
        catch (OperationCanceledException)
        {
            // Those behind this one in the queue keep their turns; the next newcomer gets this one.
            lock (_lock)
            {
                _next -= interval;
            }

            throw;
        }
    }

    /// <summary>As <see cref="IRateLimiter.OnThrottled"/>; the many that were on their way together count once.</summary>
    public void OnThrottled(TimeSpan? asked = null)
    {
        lock (_lock)
        {
            var now = (double)time.GetTimestamp();
            var share = Recover(now);
            if (now - _slowed >= _second)
            {
                // The burst that was left is gone; those who wait already keep their turns.
                _next = Math.Max(now, share < 1 ? _next : _next - (_second / perSecond * _fullBurst));
                (_share, _changed, _slowed) = (share / 2, now, now);
            }

            if (asked is { } wait)
            {
                _reopens = Math.Max(_reopens, now + (wait.TotalSeconds * _second));
                _next = Math.Max(_next, _reopens);
            }
        }
    }

    private double Recover(double now)
    {
        var seconds = Math.Floor((now - _changed) / _second);
        if (_share < 1 && seconds >= 1)
        {
            _share = Math.Min(1, _share + (seconds * Recovery));
            _changed += seconds * _second;
        }

        return _share;
    }
}
