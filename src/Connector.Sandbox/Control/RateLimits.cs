using System.Diagnostics.CodeAnalysis;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A token bucket that holds one second's worth of requests.</summary>
internal sealed class RateLimit(TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = double.MaxValue;
    private long _last = time.GetTimestamp();

    /// <summary>Takes a token, or says after how many whole seconds one will be there.</summary>
    public bool Refuses(int perSecond, [NotNullWhen(true)] out string? retryAfter)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(perSecond, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * perSecond));
            _last = now;
            if (_tokens >= 1)
            {
                _tokens--;
                retryAfter = null;
                return false;
            }
            retryAfter = Math.Max(1, (int)Math.Ceiling((1 - _tokens) / perSecond)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return true;
        }
    }
}
