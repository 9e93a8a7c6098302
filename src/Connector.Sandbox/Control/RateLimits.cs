using System.Diagnostics.CodeAnalysis;

namespace CustomerIo.Connector.Sandbox;

/// <summary>A token bucket that holds one second's worth of requests.</summary>
internal sealed class RateLimit(TimeProvider time)
{
    private readonly Lock gate = new();
    private double tokens = double.MaxValue;
    private long last = time.GetTimestamp();

    /// <summary>Takes a token, or says after how many whole seconds one will be there.</summary>
    public bool Refuses(int perSecond, [NotNullWhen(true)] out string? retryAfter)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            tokens = Math.Min(perSecond, tokens + (time.GetElapsedTime(last, now).TotalSeconds * perSecond));
            last = now;
            if (tokens >= 1)
            {
                tokens--;
                retryAfter = null;
                return false;
            }
            retryAfter = Math.Max(1, (int)Math.Ceiling((1 - tokens) / perSecond)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return true;
        }
    }
}
