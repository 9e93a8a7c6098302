namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Where events wait for their delivery, and what hears how each of them ended.</summary>
/// <remarks>What was not ended stays there: it comes again, in its order, after a stop or a kill.</remarks>
internal interface IEventSource
{
    /// <summary>The oldest events whose turn it is, apart from those that are on their way.</summary>
    IReadOnlyList<QueuedEvent> Next(int most, DateTimeOffset now, IEnumerable<long> onTheirWay);

    /// <summary>The events that an earlier delivery set aside, each with its turn.</summary>
    IEnumerable<(QueuedEvent Event, DateTimeOffset Due)> Aside();

    /// <summary>Notes that deliveries begin which must not be repeated.</summary>
    Task BeginAsync(IEnumerable<long> numbers);

    /// <summary>Forgets what is done, and makes dead letters of the refused ones; what is to be sent again stays, at once or when it is its turn.</summary>
    /// <returns>Whether it did; false when the source is lost: what was not done comes again from the next one.</returns>
    Task<bool> EndAsync(
        IReadOnlyList<long> delivered,
        IReadOnlyList<(QueuedEvent Event, ConnectorException Why)> refused,
        IReadOnlyList<long> again,
        IReadOnlyList<SetAsideEvent> aside,
        DateTimeOffset now
    );

    /// <summary>Waits until there may be events, a second at the most.</summary>
    Task WaitAsync(CancellationToken ct);

    /// <summary>Waits until an event arrives, or one has since the last wait; ends without a failure when it is cancelled.</summary>
    Task ArrivedAsync(CancellationToken ct);

    /// <summary>What reading or writing here met, as the failure after which delivery waits; null for what is a defect.</summary>
    ConnectorException? Failure(Exception met);
}
