using System.Data.Common;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>The queue as a source of events; its dead letters are told and kept within their bounds.</summary>
internal sealed class StoredEvents(EventStore store, IngestOptions options, Counters counters) : IEventSource
{
    public IReadOnlyList<QueuedEvent> Next(int most, DateTimeOffset now, IEnumerable<long> onTheirWay) => store.Next(most, now, onTheirWay);

    public IEnumerable<(QueuedEvent Event, DateTimeOffset Due)> Aside() => store.Aside();

    public Task BeginAsync(IEnumerable<long> numbers) => store.BeginAsync(numbers);

    public async Task<bool> EndAsync(
        IReadOnlyList<long> delivered,
        IReadOnlyList<(QueuedEvent Event, ConnectorException Why)> refused,
        IReadOnlyList<long> again,
        IReadOnlyList<SetAsideEvent> aside,
        DateTimeOffset now
    )
    {
        var letters = await store.EndAsync(delivered, refused, again, aside, now).ConfigureAwait(false);
        if (letters.Count > 0)
        {
            DeadLetterLines.Say(options.Say, letters.Zip(refused, (l, r) => (l, $"{r.Why.KindName}: {r.Why.Message}")));
            await DeadLetterLines.TrimAsync(store, options, counters).ConfigureAwait(false);
        }

        return true;
    }

    public Task WaitAsync(CancellationToken ct) => store.WaitAsync(ct);

    public Task ArrivedAsync(CancellationToken ct) => store.ArrivedAsync(ct);

    public ConnectorException? Failure(Exception met)
    {
        if (met is not DbException e)
        {
            return null;
        }

        store.Note(e);
        return new(FailureKind.Unavailable, $"{store.Name} cannot be used: {store.Told(e)}");
    }
}
