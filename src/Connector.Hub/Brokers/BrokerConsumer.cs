using System.Diagnostics.Metrics;
using System.Globalization;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Hub.Listening;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>Takes messages from a broker, which is its own, and delivers them; it connects again whenever the connection is lost.</summary>
/// <remarks>A message is acknowledged when Customer.io has accepted it, or when it is among the dead letters. While Customer.io cannot be reached no
/// more is taken than what may be unacknowledged.</remarks>
internal sealed class BrokerConsumer(IBroker broker, IEventReader reader, ConsumeOptions options, CustomerIoConnector connector)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1),
        s_longest = TimeSpan.FromSeconds(60),
        s_look = TimeSpan.FromMilliseconds(250);

    private readonly Counters _counters = new();
    private TakenEvents? _taken;
    private long _givenBack;

    /// <summary>How many were delivered, left out and refused.</summary>
    public (long Delivered, long Skipped, long DeadLettered) Ended => _counters.Ended;

    /// <summary>How many are taken and not acknowledged.</summary>
    public int Held => Volatile.Read(ref _taken)?.Count ?? 0;

    /// <summary>How many were given back at the end.</summary>
    public long GivenBack => _givenBack;

    /// <summary>Works until it is told to stop, or nothing has come for as long as the options say.</summary>
    /// <param name="stop">Ends it: what is on its way is delivered and acknowledged, the rest given back.</param>
    /// <exception cref="ConnectorException">The broker cannot be used at the start; later that is waited for.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        await using (broker.ConfigureAwait(false))
        {
            await AllAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task AllAsync(CancellationToken stop)
    {
        using var meter = new Meter(new MeterOptions(Telemetry.Name) { Version = Telemetry.Version });
        _counters.AddTo(meter, () => Held);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var wait = s_shortest;
        for (var isFirst = true; !ending.IsCancellationRequested; isFirst = false)
        {
            ConnectorException why;
            try
            {
                var (moved, lost) = await SessionAsync(ending).ConfigureAwait(false);
                if (lost is null)
                {
                    return;
                }

                (why, wait) = (lost, moved ? s_shortest : wait);
            }
            catch (ConnectorException e) when (!isFirst && !ending.IsCancellationRequested)
            {
                why = e;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }

            options.Say(string.Create(CultureInfo.InvariantCulture, $"{why.Message} It connects again in {wait.TotalSeconds:0} s."));
            await Task.Delay(wait, options.Time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < s_longest ? wait * 2 : s_longest;
        }
    }

    private async Task<(bool Moved, ConnectorException? Lost)> SessionAsync(CancellationTokenSource ending)
    {
        using var taken = new TakenEvents(broker.DeadLetters, options, _counters);
        await using var session = await broker.OpenAsync(taken, ending.Token).ConfigureAwait(false);
        taken.Begin(session);
        Volatile.Write(ref _taken, taken);
        options.Say($"Takes from {broker.Name}. Dead letters go to {broker.DeadLetters}.");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, taken.Lost);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
        await using var patience = over.Token.UnsafeRegister(_ => abort.CancelAfter(HubServer.Patience), null);
        var watching = WatchAsync(taken, ending, over.Token);
        using (var delivery = new Delivery(taken, reader, options, connector, _counters))
        {
            await delivery.RunAsync(over.Token, abort.Token).ConfigureAwait(false);
        }

        // A defect ends the delivery without anybody having asked for it.
        await over.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        if (taken.Why is null)
        {
            try
            {
                var rest = taken.Rest();
                await session.GiveBackAsync(rest).ConfigureAwait(false);
                _givenBack = rest.Count;
            }
            catch (Exception e) when (session.Failure(e) is not null)
            {
                // The broker takes back by itself what a connection leaves.
            }
        }

        Volatile.Write(ref _taken, null);
        return (taken.Ended > 0, taken.Why);
    }

    // Done is who waits for nothing, and to whom nothing has come for so long.
    private async Task WatchAsync(TakenEvents taken, CancellationTokenSource ending, CancellationToken over)
    {
        while (options.Idle is { } idle && !over.IsCancellationRequested)
        {
            await Task.Delay(s_look, options.Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (taken.Count == 0 && options.Time.GetUtcNow() - taken.LastArrival >= idle)
            {
                await ending.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
