namespace CustomerIo.Connector.Api;

/// <summary>What a pure mapping may ask of its run: it sends nothing.</summary>
internal interface IRunContext : IGateKeeper
{
    /// <summary>The ULID of this run's event, the same for all attempts.</summary>
    string EventId { get; }

    /// <summary>Makes the result report another event id, one that the caller chose.</summary>
    void UseEventId(string eventId);

    /// <summary>The time of the run.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Tells the host how far long work is.</summary>
    void Progress(int done, int total);
}
