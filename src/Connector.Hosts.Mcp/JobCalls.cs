using System.Globalization;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>Answers the calls of <see cref="JobTools"/> and tells how far they are.</summary>
internal sealed class JobCalls(CustomerIoConnector connector, ILogger logger)
{
    private static readonly TimeSpan s_betweenNotes = TimeSpan.FromMilliseconds(250);

    /// <param name="tool">The tool.</param>
    /// <param name="arguments">Its inputs.</param>
    /// <param name="connection">The workspace.</param>
    /// <param name="progress">Takes what is done, of how much if that is known, in numbers and in words; null when nobody listens.</param>
    /// <param name="ct">Stops the job; what is done by then is remembered.</param>
    /// <exception cref="ConnectorException">The arguments are wrong, or the job had to stop.</exception>
    public async Task<JObject> CallAsync(
        ActionManifest tool,
        JObject arguments,
        Connection connection,
        Action<long, long?, string>? progress,
        CancellationToken ct
    )
    {
        var values = tool.Validate(arguments);
        return tool.Id switch
        {
            JobTools.Import => await ImportAsync(values, connection, progress, ct).ConfigureAwait(false),
            JobTools.SegmentPoll => await PollAsync(values, connection, progress, ct).ConfigureAwait(false),
            _ => await SyncAsync(values, connection, progress, ct).ConfigureAwait(false),
        };
    }

    private Task<JObject> PollAsync(InputValues values, Connection connection, Action<long, long?, string>? progress, CancellationToken ct)
    {
        var poll = new SegmentPoll(connector, connection, DataFolder.Open(null), TimeProvider.System);
        return WatchedAsync(
            poll.RunAsync(SegmentPollRequest.Of(values), ct),
            progress,
            () => (poll.Read, null, string.Create(CultureInfo.InvariantCulture, $"{poll.Read} members read"))
        );
    }

    private async Task<JObject> ImportAsync(InputValues values, Connection connection, Action<long, long?, string>? progress, CancellationToken ct)
    {
        var sample = new ImportSample();
        var request = ImportRequest.Of(values, sample.Take);
        var job = new ImportJob(request, connection, DataFolder.Open(null), TimeProvider.System, logger);
        var result = await WatchedAsync(
                job.RunAsync(ct),
                progress,
                () =>
                {
                    var ((read, size), (succeeded, failed)) = (job.Position, job.Counts);
                    var rows = succeeded + failed;

                    // How many rows there will be is what the part that was read makes likely; of a file that was read to its end, the rest is on its way.
                    return (
                        rows,
                        read > 0 && read < size ? Math.Max(rows, (long)((double)rows * size / read)) : null,
                        string.Create(CultureInfo.InvariantCulture, $"{rows} rows, {failed} failed")
                    );
                }
            )
            .ConfigureAwait(false);
        var answer = result.ToJson();
        if (request.DryRun is not null)
        {
            answer["operations"] = new JArray(sample.Operations);
        }

        return answer;
    }

    private async Task<JObject> SyncAsync(InputValues values, Connection connection, Action<long, long?, string>? progress, CancellationToken ct)
    {
        var file = SyncFile.Read((string)values["file"]!);
        var data = DataFolder.Open(null);
        var plan = (bool)values["dryRun"]! ? new SyncPlan() : null;
        var report = new SyncReport(file.Name) { Plan = plan };
        var state = Database.Parse("sqlite:" + Path.Combine(data, "sync.db"))!;
        await using var held = plan is null ? SyncLock.Take(state, data, file.Name) : null;
        var run = new SyncRun(connector, connection, state, data, TimeProvider.System, held);
        var done = await WatchedAsync(
                run.RunAsync(file, ct, report),
                progress,
                () =>
                    (
                        report.Read,
                        null,
                        string.Create(CultureInfo.InvariantCulture, $"{report.Read} read, {report.Pushed + report.Pulled} written, {report.Failed} failed")
                    )
            )
            .ConfigureAwait(false);
        var answer = done.ToJson();
        if (plan is not null)
        {
            answer["plan"] = plan.ToJson();
        }

        return answer;
    }

    private static async Task<T> WatchedAsync<T>(Task<T> job, Action<long, long?, string>? progress, Func<(long Done, long? Total, string Message)> now)
    {
        while (progress is not null && await Task.WhenAny(job, Task.Delay(s_betweenNotes, TimeProvider.System)).ConfigureAwait(false) != job)
        {
            var (done, total, message) = now();
            progress(done, total, message);
        }

        var result = await job.ConfigureAwait(false);
        if (progress is not null)
        {
            var (done, _, message) = now();
            progress(done, done, message);
        }

        return result;
    }
}
