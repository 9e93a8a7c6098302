using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Takes events from SDKs over HTTP, keeps them in a file and delivers them to Customer.io.</summary>
internal sealed class IngestServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5),
        s_headers = TimeSpan.FromSeconds(10);
    private static readonly MinDataRate s_slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    private readonly Listener _listener;
    private readonly EventStore _store;
    private readonly ProcessLock _hold;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new(),
        _abort = new();

    private IngestServer(Listener listener, EventStore store, ProcessLock hold, Delivery delivery, TimeProvider time, Uri url)
    {
        (_listener, _store, _hold, _time, Url) = (listener, store, hold, time, url);
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
        Listener? listener = null;
        try
        {
            store = EventStore.Open(options.File);
            var counters = new Counters();
            listener = new Listener(new IPEndPoint(options.Host, options.Port), s_headers, s_slowest, 2_000, NullLoggerFactory.Instance);
            await listener.StartAsync(new IngestApp(options, store, counters, listener.Work), ct).ConfigureAwait(false);
            return new(listener, store, hold, new Delivery(options, store, connector, counters), options.Time, new Uri(listener.Url));
        }
        catch (Exception e)
        {
            listener?.Dispose();
            if (store is not null)
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }

            await hold.DisposeAsync().ConfigureAwait(false);
            if (e is IOException or SocketException)
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"{options.Host}:{options.Port}");
                throw new ConnectorException(
                    FailureKind.Input,
                    $"{where} cannot be listened on: {e.GetBaseException().Message}. Stop what uses it, choose another --port, or 0 for any free one.",
                    inner: e
                );
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
            await _listener.StopAsync(patience.Token).ConfigureAwait(false);
        }

        _listener.Dispose();
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
