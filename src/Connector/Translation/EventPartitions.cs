using System.Runtime.InteropServices;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Translation;

/// <summary>Sends many events at once: those that mean the same people in their order, the others side by side.</summary>
/// <remarks>Several groups that mean different people may be sent at once; they share the lanes.</remarks>
/// <param name="road">The road of the events, for the people that are held back.</param>
/// <param name="concurrency">How many lanes there are at most.</param>
internal sealed class EventPartitions(Func<HeldPeople, (IApi Api, ChunkSender Sender)> road, int concurrency) : IDisposable
{
    private readonly SemaphoreSlim _free = new(concurrency, concurrency);

    /// <summary>Sends a group of events.</summary>
    /// <param name="events">The translated events, each with the names of <see cref="EventPersonKeys"/>.</param>
    /// <param name="held">The people that are held back.</param>
    /// <param name="ct">Ends the sending early.</param>
    /// <returns>For each event, why it was not accepted; null for the accepted ones.</returns>
    /// <exception cref="ConnectorException">The connection itself cannot be used.</exception>
    public async Task<ItemFailure?[]> SendAsync(IReadOnlyList<EventItem> events, HeldPeople held, CancellationToken ct)
    {
        var failures = new ItemFailure?[events.Count];
        var (api, sender) = road(held);
        await Task.WhenAll(
                Partitions([.. events.Select(e => e.Names)], concurrency)
                    .Select(partition =>
                        Task.Run(
                            async () =>
                            {
                                await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                                try
                                {
                                    var results = await new EventSender(api, sender).SendAsync([.. partition.Select(i => events[i])], ct).ConfigureAwait(false);
                                    for (var i = 0; i < partition.Length; i++)
                                    {
                                        failures[partition[i]] = results[i];
                                    }
                                }
                                finally
                                {
                                    _free.Release();
                                }
                            },
                            CancellationToken.None
                        )
                    )
            )
            .ConfigureAwait(false);
        return failures;
    }

    public void Dispose() => _free.Dispose();

    /// <summary>The places of the events, lane by lane: whoever is linked by a name, also through third events, shares a lane.</summary>
    public static IReadOnlyList<int[]> Partitions(IReadOnlyList<List<ulong>> names, int most)
    {
        var groups = People.Groups(names.Count, i => CollectionsMarshal.AsSpan(names[i]));
        return
        [
            .. Enumerable
                .Range(0, names.Count)
                .GroupBy(i => groups[i])
                .Select((people, n) => (Partition: n % most, People: people))
                .GroupBy(l => l.Partition, l => l.People)
                .Select(partition => partition.SelectMany(people => people).Order().ToArray()),
        ];
    }
}
