namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Where events are delivered, and how many at once.</summary>
internal record DeliveryOptions
{
    public const int DefaultConcurrency = 16;

    /// <summary>Where events are delivered.</summary>
    public required Connection Connection { get; init; }

    /// <summary>Region of the workspace; null for the connection's.</summary>
    public Region? Region { get; init; }

    /// <summary>How many people's events are on their way at once. Default 16.</summary>
    public int Concurrency { get; init; } = DefaultConcurrency;

    /// <summary>The longest time between two attempts at an event that was set aside. Default an hour.</summary>
    public TimeSpan MaxAside { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Receives sentences for people, one line each.</summary>
    public Action<string> Say { get; init; } = _ => { };

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
