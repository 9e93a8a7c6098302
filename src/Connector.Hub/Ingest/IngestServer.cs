using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Takes events from SDKs over HTTP, keeps them in a file and delivers them to Customer.io.</summary>
internal sealed class IngestServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly LocalServer _server;
    private readonly EventStore _store;
    private readonly ProcessLock _hold;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new(),
        _abort = new();

    private IngestServer(LocalServer server, EventStore store, ProcessLock hold, Delivery delivery, TimeProvider time)
    {
        (_server, _store, _hold, _time, Url) = (server, store, hold, time, new Uri(server.Url));
        Delivering = Task.Run(async () =>
        {
            using (delivery)
            {
                await delivery.RunAsync(_stop.Token, _abort.Token).ConfigureAwait(false);
            }
        });
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Ends when delivery ended: after a stop, or with a defect.</summary>
    public Task Delivering { get; }

    /// <summary>Events that wait, and dead letters.</summary>
    public (long Queued, long Dead) Counts => _store.Counts();

    /// <summary>Starts it and returns once it listens.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: port or file cannot be had.</exception>
    public static async Task<IngestServer> StartAsync(IngestOptions options, CustomerIoConnector connector, CancellationToken ct = default)
    {
        var hold = Hold(options.File + ".lock");
        EventStore? store = null;
        LocalServer? server = null;
        try
        {
            store = EventStore.Open(options.File);
            var counters = new Counters();
            server = new IngestApp(options, store, counters).Server;
            await server.StartAsync(ct).ConfigureAwait(false);
            return new(server, store, hold, new Delivery(options, store, connector, counters), options.Time);
        }
        catch
        {
            foreach (var opened in new IAsyncDisposable?[] { server, store, hold })
            {
                if (opened is not null)
                {
                    await opened.DisposeAsync().ConfigureAwait(false);
                }
            }

            throw;
        }
    }

    /// <summary>Takes no more requests, lets those under way and the present deliveries finish, and closes the file. What waits is delivered after
    /// the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        using (var patience = new CancellationTokenSource(s_patience, _time))
        {
            await _server.StopAsync(patience.Token).ConfigureAwait(false);
        }

        await _server.DisposeAsync().ConfigureAwait(false);
        _abort.CancelAfter(s_patience);
        await Delivering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _store.DisposeAsync().ConfigureAwait(false);
        await _hold.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _abort.Dispose();
    }

    // Two that deliver from one queue would send everything twice.
    private static ProcessLock Hold(string file) =>
        ProcessLock.Take(file, $"{file} is in use. Stop the other connector serve, or name another folder with --data.");
}
