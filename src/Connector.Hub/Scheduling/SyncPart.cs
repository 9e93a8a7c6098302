using CustomerIo.Connector.Hub.Listening;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Scheduling;

/// <summary>Runs syncs on their schedules beside what a hub answers.</summary>
internal sealed class SyncPart(SyncService service) : HubPart
{
    private readonly CancellationTokenSource _stop = new();
    private Task? _running;

    /// <summary>Ends when the schedule cannot be kept.</summary>
    public override Task Ended => _running ?? base.Ended;

    public override void Start() => _running = Task.Run(() => service.RunAsync(_stop.Token));

    public override Task StopAsync() => _stop.CancelAsync();

    public override void Tell(JObject health)
    {
        var (syncs, running, succeeded, failed) = service.Counts;
        health["syncs"] = new JObject
        {
            ["scheduled"] = syncs,
            ["running"] = running,
            ["succeeded"] = succeeded,
            ["failed"] = failed,
        };
    }

    public override void Count(PrometheusText metrics)
    {
        var (syncs, running, succeeded, failed) = service.Counts;
        metrics.Gauge("sync_scheduled", "Syncs on a schedule.", syncs);
        metrics.Gauge("sync_running", "Syncs that run now.", running);
        metrics.Counters("sync_runs_total", "Runs of syncs since the start.", ("outcome=\"succeeded\"", succeeded), ("outcome=\"failed\"", failed));
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await (_running ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
