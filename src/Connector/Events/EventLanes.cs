using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Events;

/// <summary>Sends many events at once: those that mean the same people in their order, the others side by side.</summary>
internal sealed class EventLanes(CustomerIoConnector connector, Connection connection, RunOptions options, int concurrency)
{
    /// <param name="events">The translated events, each with the names of <see cref="EventNames"/>.</param>
    /// <param name="ct">Ends the sending early.</param>
    /// <returns>For each event, why it was not accepted; null for the accepted ones.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Cancelled"/>; or the connection itself cannot be used.</exception>
    public async Task<ConnectorException?[]> SendAsync(IReadOnlyList<(Translation Translation, IReadOnlyList<ulong> Names)> events, CancellationToken ct)
    {
        var failures = new ConnectorException?[events.Count];
        await Task.WhenAll(Lanes([.. events.Select(e => e.Names)], concurrency).Select(lane => Task.Run(
            async () =>
            {
                var results = await connector.SendAsync([.. lane.Select(i => Guarded(events[i].Translation))], connection, options, ct).ConfigureAwait(false);
                for (var i = 0; i < lane.Length; i++)
                {
                    failures[lane[i]] = results[i];
                }
            }, CancellationToken.None))).ConfigureAwait(false);
        return failures;
    }

    // Judged one by one: an event that a guard of the connection refuses is that event's failure, and must hold up nobody else's.
    private Translation Guarded(Translation translation)
    {
        if (!connection.BlockDestructive && connection.Guard is null)
        {
            return translation;
        }

        try
        {
            foreach (var request in translation.Requests)
            {
                Guards.Apply(request.ToApiRequest(), connection, _ => { });
            }

            return translation;
        }
        catch (ConnectorException e)
        {
            return new([], new Problem("", e.Message), translation.Warnings);
        }
    }

    /// <summary>The places of the events, lane by lane: whoever is linked by a name, also through third events, shares a lane.</summary>
    public static IReadOnlyList<int[]> Lanes(IReadOnlyList<IReadOnlyList<ulong>> names, int most)
    {
        var parent = new int[names.Count];
        var first = new Dictionary<ulong, int>();
        int Root(int i)
        {
            while (parent[i] != i)
            {
                i = parent[i] = parent[parent[i]];
            }

            return i;
        }

        for (var i = 0; i < names.Count; i++)
        {
            parent[i] = i;
            foreach (var name in names[i])
            {
                if (!first.TryAdd(name, i))
                {
                    parent[Root(i)] = Root(first[name]);
                }
            }
        }

        return [.. Enumerable.Range(0, names.Count).GroupBy(Root).Select((people, n) => (Lane: n % most, People: people)).GroupBy(l => l.Lane, l => l.People)
            .Select(lane => lane.SelectMany(people => people).Order().ToArray())];
    }
}
