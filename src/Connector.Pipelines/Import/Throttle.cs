using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Keeps an import at so many rows a second: small requests, evenly spaced; slower while Customer.io asks for it.</summary>
internal sealed class Throttle(double rowsPerSecond, TimeProvider time)
{
    private const double MaxRequests = 1000;

    /// <summary>Ten requests a second are even enough; a hundred rows always fit into one.</summary>
    public int RowsPerRequest { get; } = (int)Math.Clamp(rowsPerSecond / 10, 1, 100);

    public IRateLimiter Limiter => field ??= new RateLimiter(Math.Min(MaxRequests, rowsPerSecond / RowsPerRequest), time, burst: 0);
}
