using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using Npgsql;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>A queue in PostgreSQL that several machines take events into; one of them at a time delivers, the others stand by.</summary>
/// <param name="Database">A PostgreSQL database.</param>
/// <param name="Queue">Its name among others of the database: letters, digits and underscores.</param>
internal sealed record SharedQueue(Database Database, string Queue)
{
    /// <summary>The name of the only queue of a database.</summary>
    public const string DefaultQueue = "events";

    private string Lease => $"delivery {Queue}";

    /// <summary>The database as delivery uses it: the lease and the rate lie in the queue's schema, which its user may make.</summary>
    public Database Own => Database.In(Schema);

    private string Schema => $"customerio_{Queue}";

    /// <summary>Opens the queue, to look into it.</summary>
    /// <exception cref="ConnectorException">The database cannot be used, or has no such queue.</exception>
    public EventStore Open() => EventStore.Open(Database, Schema, mustExist: true);

    /// <summary>Opens the queue for a workspace.</summary>
    /// <exception cref="ConnectorException">The database cannot be used, or the queue is another workspace's.</exception>
    public async Task<EventStore> OpenAsync(Connection connection)
    {
        var store = EventStore.Open(Database, Schema, mustExist: false);
        try
        {
            await store.ClaimAsync(Workspace(connection), Lease).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Delivers whenever no other machine does, until it is told to stop.</summary>
    /// <param name="options">How.</param>
    /// <param name="store">The queue.</param>
    /// <param name="connector">Sends, at the rate that the machines share.</param>
    /// <param name="counters">What is counted.</param>
    /// <param name="stop">Ends it after what is on its way.</param>
    /// <param name="abort">Ends it at once.</param>
    public async Task DeliverAsync(
        IngestOptions options,
        EventStore store,
        CustomerIoConnector connector,
        Counters counters,
        CancellationToken stop,
        CancellationToken abort
    )
    {
        await using var source = NpgsqlDataSource.Create(Own.ConnectionString);
        var turn = new SharedTurn(Own, Lease, "The delivery of events", "nothing is delivered here", options.Say, options.Time)
        {
            Away = e => counters.Waiting = e?.KindName,
        };
        await turn.RunAsync((held, ended) => HoldAsync(held, source, options, store, connector, counters, stop, ended, abort), stop).ConfigureAwait(false);
    }

    private async Task HoldAsync(
        SyncLock held,
        NpgsqlDataSource source,
        IngestOptions options,
        EventStore store,
        CustomerIoConnector connector,
        Counters counters,
        CancellationToken stop,
        CancellationToken ended,
        CancellationToken abort
    )
    {
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(abort, held.Lost);
        var rates = SharedRate.Of(Own, source, options.Connection, options.Time);
        using var leased = connector.With(api => new LeasedRate(rates(api), held));
        store.Fence = held.Fence;
        counters.Delivers = true;
        options.Say("This machine delivers now.");
        try
        {
            using var delivery = Delivery.Of(options, store, leased, counters);
            await delivery.RunAsync(ended, aborted.Token).ConfigureAwait(false);
        }
        finally
        {
            counters.Delivers = false;
            counters.Waiting = null;
            if (!stop.IsCancellationRequested)
            {
                options.Say("This machine stands by: another one delivers, or is about to.");
            }
        }
    }

    // Neither keys nor what they could be found from.
    private static string Workspace(Connection connection) =>
        Convert.ToHexString(
            SHA256
                .HashData(
                    Encoding.UTF8.GetBytes(
                        string.Join('\n', connection.BaseUrl, connection.SiteId, connection.SiteId is null ? connection.PipelinesApiKey : "")
                    )
                )
                .AsSpan(0, 16)
        );

    /// <summary>Lets nothing leave once another machine may deliver.</summary>
    /// <param name="shared">The rate of all machines; null for none.</param>
    /// <param name="held">The lease.</param>
    private sealed class LeasedRate(IRateLimiter? shared, SyncLock held) : IRateLimiter
    {
        public TimeSpan Asked => shared?.Asked ?? TimeSpan.Zero;

        public async ValueTask<TimeSpan?> WaitAsync(TimeSpan most, CancellationToken ct)
        {
            var waited = shared is null ? TimeSpan.Zero : await shared.WaitAsync(most, ct).ConfigureAwait(false);
            held.Check();
            return waited;
        }

        public void OnThrottled(TimeSpan? asked = null) => shared?.OnThrottled(asked);
    }
}
