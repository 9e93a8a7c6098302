namespace CustomerIo.Connector.Track;

/// <summary>The vendor's limits in v2, with kB read as 1000 bytes: the smaller reading is never refused.</summary>
internal static class BatchLimits
{
    /// <summary>One operation.</summary>
    public const int Operation = 32_000;

    /// <summary>A whole batch, its envelope included.</summary>
    public const int Body = 500_000;

    /// <summary>What is wrong with an operation of so many bytes; null when it fits.</summary>
    public static string? Excess(int bytes) => bytes > Operation ? $"is {bytes} bytes long as an operation; at most {Operation} are allowed." : null;
}
