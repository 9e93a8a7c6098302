using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Model;

/// <summary>What a host may say about a run of many items.</summary>
public sealed class BatchOptions
{
    /// <summary>The most requests on their way at once.</summary>
    public const int MaxConcurrency = 64;

    /// <summary>The host's name for this invocation; the same name gives each item the same event id. Default null: fresh event ids.</summary>
    public string? InvocationId { get; init; }

    /// <summary>Region of all items. Default null: the connection's.</summary>
    public Region? Region { get; init; }

    /// <summary>How many requests are on their way at once, 1 to 64. Default 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public int Concurrency
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxConcurrency);
            field = value;
        }
    } = 4;

    /// <summary>Whether the first chunk that is lost for good ends the run. Default false: only the same people are held back.</summary>
    public bool StopAtLoss { get; init; }

    /// <summary>Takes warnings of long waits. Default null: the connector's own logger.</summary>
    public ILogger? Logger { get; init; }
}
