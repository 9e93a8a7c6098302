using System.Diagnostics.Metrics;
using CustomerIo.Connector.Api;
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

    public override void Measure(Meter meter)
    {
        meter.CreateObservableUpDownCounter("customerio.sync.scheduled", () => service.Counts.Syncs, "{sync}", "Syncs on a schedule.");
        meter.CreateObservableUpDownCounter("customerio.sync.running", () => service.Counts.Running, "{sync}", "Syncs that run now.");
        meter.CreateObservableCounter<long>(
            "customerio.sync.runs",
            () => [Runs(service.Counts.Succeeded, "succeeded"), Runs(service.Counts.Failed, "failed")],
            "{run}",
            "Runs of syncs since the start."
        );
    }

    private static Measurement<long> Runs(long runs, string outcome) => new(runs, new KeyValuePair<string, object?>(Telemetry.Outcome, outcome));

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await (_running ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
