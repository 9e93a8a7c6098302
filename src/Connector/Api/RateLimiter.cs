namespace CustomerIo.Connector.Api;

/// <summary>A token bucket: first come, first served, with one second's worth of burst.</summary>
internal sealed class RateLimiter(double perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly double _interval = time.TimestampFrequency / perSecond;
    private readonly double _burst = time.TimestampFrequency / perSecond * Math.Max(0, Math.Floor(perSecond) - 1);
    private double _next = double.MinValue;

    public double PerSecond => perSecond;

    /// <summary>Waits for a turn, unless that would take longer than <paramref name="most"/>.</summary>
    /// <returns>How long it waited; null when the wait was not begun.</returns>
    public async ValueTask<TimeSpan?> WaitAsync(TimeSpan most, CancellationToken ct)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = (double)time.GetTimestamp();
            var turn = Math.Max(_next, now);
            wait = TimeSpan.FromSeconds(Math.Max(0, turn - _burst - now) / time.TimestampFrequency);
            if (wait > most)
            {
                return null;
            }

            _next = turn + _interval;
        }

        if (wait > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(wait, time, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Those behind this one in the queue keep their turns; the next newcomer gets this one.
                lock (_lock)
                {
                    _next -= _interval;
                }

                throw;
            }
        }

        return wait;
    }
}
