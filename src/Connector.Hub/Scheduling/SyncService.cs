using System.Data.Common;
using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using CustomerIo.Connector.Values;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;

namespace CustomerIo.Connector.Hub.Scheduling;

/// <summary>What <c>sync serve</c> is to do.</summary>
/// <param name="Folder">Holds the sync files.</param>
/// <param name="Data">The data folder.</param>
/// <param name="Postgres">Shares the schedule, the state and the rate with other machines; null: this one alone.</param>
internal sealed record ServeSettings(string Folder, string Data, Database? Postgres);

/// <summary>Runs the syncs of a folder as they are scheduled: alone with a SQLite file, or with others through PostgreSQL.</summary>
/// <param name="settings">What it is to do.</param>
/// <param name="connection">The workspace.</param>
/// <param name="say">Takes sentences for people.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes requests that are debugged.</param>
/// <param name="shared">Runs the syncs; null: a connector of its own, whose rate the machines of a database share.</param>
internal sealed class SyncService(
    ServeSettings settings,
    Connection connection,
    Action<string> say,
    TimeProvider time,
    ILogger? logger = null,
    CustomerIoConnector? shared = null
)
{
    private const string Group = "customerio-sync",
        ScheduleKey = "schedule";
    private static readonly TimeSpan s_checkIn = TimeSpan.FromSeconds(3),
        s_patience = TimeSpan.FromSeconds(5),
        s_look = TimeSpan.FromSeconds(5);

    // Within the 15 s that the tool has on SIGTERM: runs may end by themselves, then they are broken off.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10),
        s_idle = TimeSpan.FromSeconds(3),
        s_step = TimeSpan.FromMilliseconds(100);
    private readonly Database _state = settings.Postgres ?? Database.Parse("sqlite:" + Path.Combine(settings.Data, "sync.db"))!;
    private Dictionary<string, string> _paths = [];
    private int _running;
    private long _succeeded,
        _failed;
    private readonly string _instance = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.MachineName}-{Environment.ProcessId}-{EventIds.Fresh(time.GetUtcNow())[^6..]}"
    );

    /// <summary>How many syncs there are, how many run now, and how many runs ended well and not since the start.</summary>
    public (int Syncs, int Running, long Succeeded, long Failed) Counts =>
        (_paths.Count, Volatile.Read(ref _running), Interlocked.Read(ref _succeeded), Interlocked.Read(ref _failed));

    /// <summary>Reads the sync files, as a run does first.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: one is wrong.</exception>
    public void Check() => ReadAll();

    /// <summary>Runs until it is cancelled; runs on their way are finished, or broken off after a grace of 10 s.</summary>
    /// <exception cref="ConnectorException">A sync file is wrong, or the database cannot be used.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var files = ReadAll();
        var log = new RunLog(_state, time);
        log.Create();
        await using var source = settings.Postgres is { } database ? NpgsqlDataSource.Create(database.ConnectionString) : null;
        using var own = shared is not null
            ? null
            : new CustomerIoConnector(
                new CustomerIoConnectorOptions
                {
                    Time = time,
                    Logger = logger,
                    LimiterOf = source is null ? null : SharedRate.Of(settings.Postgres!, source, connection, time),
                }
            );
        var connector = shared ?? own!;
        var scheduler = await BuildAsync(ct).ConfigureAwait(false);
        using var broken = new CancellationTokenSource();
        scheduler.Context[SyncJob.Runner] = (SyncJob.Run)((name, scheduled, _) => RunOnceAsync(connector, log, name, scheduled, broken.Token));
        try
        {
            foreach (var file in files)
            {
                await ScheduleAsync(scheduler, file, log, ct).ConfigureAwait(false);
            }

            await ForgetAsync(scheduler, files, ct).ConfigureAwait(false);
            await scheduler.Start(ct).ConfigureAwait(false);
        }
        catch (SchedulerException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The schedule cannot be kept in {_state.Name}: {_state.Told(e)}", inner: e);
        }

        say(
            $"{files.Count} {(files.Count == 1 ? "sync" : "syncs")} "
                + $"scheduled{(settings.Postgres is null ? "" : $", shared through {settings.Postgres.Name}")}. Ctrl-C stops."
        );
        try
        {
            await WatchAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            say("Stopping.");
        }

        await StopAsync(scheduler, broken).ConfigureAwait(false);
    }

    /// <summary>Tells when the database that is shared goes away and when it is back: nothing runs in between.</summary>
    private async Task WatchAsync(CancellationToken ct)
    {
        if (settings.Postgres is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, ct).ConfigureAwait(false);
        }

        for (var isAway = false; ; )
        {
            await Task.Delay(s_look, time, ct).ConfigureAwait(false);
            var problem = await Task.Run(Reach, ct).WaitAsync(ct).ConfigureAwait(false);
            if (isAway != problem is not null)
            {
                say(problem is null ? $"{_state.Name} is back." : $"{_state.Name} cannot be reached, so nothing runs until it is back: {problem}");
                isAway = !isAway;
            }
        }
    }

    private string? Reach()
    {
        try
        {
            using var connection = _state.Open();
            connection.Query(r => r.GetInt32(0), "SELECT 1");
            return null;
        }
        catch (Exception e) when (e is DbException or ConnectorException)
        {
            return e.Message.ReplaceLineEndings(" ");
        }
    }

    private async Task StopAsync(IScheduler scheduler, CancellationTokenSource broken)
    {
        var ended = Task.Run(async () => await scheduler.Shutdown(true, CancellationToken.None).ConfigureAwait(false));
        var (grace, idle) = (s_grace, s_idle);
        while (!ended.IsCompleted && grace > TimeSpan.Zero && idle > TimeSpan.Zero)
        {
            await Task.Delay(s_step, time).ConfigureAwait(false);
            grace -= s_step;

            // The scheduler itself waits for its database, which may be away.
            idle = Volatile.Read(ref _running) > 0 ? s_idle : idle - s_step;
        }

        if (Volatile.Read(ref _running) > 0)
        {
            say("What has not ended by now is cancelled; the next run continues from there.");
            await broken.CancelAsync().ConfigureAwait(false);
            for (idle = s_idle; Volatile.Read(ref _running) > 0 && idle > TimeSpan.Zero; idle -= s_step)
            {
                await Task.Delay(s_step, time).ConfigureAwait(false);
            }
        }

        if (ended.IsFaulted)
        {
            say($"The scheduler did not end well: {ended.Exception!.InnerException!.Message.ReplaceLineEndings(" ")}");
        }
    }

    private List<SyncFile> ReadAll()
    {
        if (!Directory.Exists(settings.Folder))
        {
            throw new ConnectorException(FailureKind.Input, $"There is no folder {settings.Folder}.");
        }

        var files = Directory.GetFiles(settings.Folder, "*.json").Order(StringComparer.Ordinal).Select(p => (Path: p, File: SyncFile.Read(p))).ToList();
        foreach (var (path, file) in files)
        {
            if (file.Schedule is null || !IsSchedule(file.Schedule))
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"{path}: /schedule: must be a span such as 30s, 5m or 2h, or a cron expression with seconds such as \"0 */5 * * * ?\"."
                );
            }
        }

        if (files.GroupBy(f => f.File.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ConnectorException(FailureKind.Input, $"Two files have the sync {twice.Key}: {string.Join(", ", twice.Select(f => f.Path))}.");
        }

        _paths = files.ToDictionary(f => f.File.Name, f => f.Path, StringComparer.Ordinal);
        return files.Count > 0
            ? [.. files.Select(f => f.File)]
            : throw new ConnectorException(FailureKind.Input, $"The folder {settings.Folder} holds no sync file (*.json).");
    }

    private ValueTask<IScheduler> BuildAsync(CancellationToken ct) =>
        QuartzSchedulerBuilder
            .Create(quartz =>
            {
                quartz.ConfigureScheduler(o =>
                {
                    o.InstanceName = Group;
                    o.InstanceId = _instance;
                    o.IdleWaitTime = TimeSpan.FromSeconds(1);
                });
                if (settings.Postgres is { } database)
                {
                    quartz.UsePersistentStore(store =>
                    {
                        store.UsePostgres(database.ConnectionString);
                        store.UseSystemTextJsonSerializer();
                        store.ProvisionSchema();

                        // What waits for a database that is away must not keep the process alive.
                        store.ConfigureStore(o => o.UseBackgroundThreads = true);
                        store.UseClustering(c => (c.CheckinInterval, c.CheckinMisfireThreshold) = (s_checkIn, s_patience));
                    });
                }
                else
                {
                    quartz.UseInMemoryStore();
                }
            })
            .BuildScheduler(ct);

    private async Task ScheduleAsync(IScheduler scheduler, SyncFile file, RunLog log, CancellationToken ct)
    {
        var key = new JobKey(file.Name, Group);
        if (await scheduler.GetJobDetail(key, ct).ConfigureAwait(false) is { } known && known.JobDataMap.GetString(ScheduleKey) == file.Schedule)
        {
            // Another machine has scheduled it; to do so again would put its next run off.
            return;
        }

        var job = JobBuilder
            .Create<SyncJob>()
            .WithIdentity(key)
            .DisallowConcurrentExecution()
            .RequestRecovery()
            .StoreDurably()
            .UsingJobData(ScheduleKey, file.Schedule!)
            .Build();
        var trigger = TriggerBuilder.Create(time).WithIdentity(new TriggerKey(file.Name, Group));
        if (SyncFile.Span(file.Schedule!) is { } span)
        {
            // A restart does not begin anew: a run that is due is made up for, one that is not waits for its time.
            var next = log.Last(file.Name) + span;
            trigger = trigger
                .StartAt(next is { } due && due > time.GetUtcNow() ? due : time.GetUtcNow())
                .WithSchedule(
                    SimpleScheduleBuilder
                        .Create()
                        .WithInterval(span)
                        .RepeatForever()
                        .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithExistingCount)
                );
        }
        else
        {
            trigger = trigger.WithSchedule(
                CronScheduleBuilder.Create(file.Schedule!).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)
            );
        }

        await scheduler.ScheduleJob(job, [trigger.Build()], new ScheduleJobOptions { Replace = true }, ct).ConfigureAwait(false);
    }

    // The folder is the list: a sync whose file is gone does not run any more.
    private static async Task ForgetAsync(IScheduler scheduler, List<SyncFile> files, CancellationToken ct)
    {
        foreach (var key in await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(Group), ct).ConfigureAwait(false))
        {
            if (!files.Exists(f => f.Name == key.Name))
            {
                await scheduler.DeleteJob(key, ct).ConfigureAwait(false);
            }
        }
    }

    private static bool IsSchedule(string text)
    {
        try
        {
            return SyncFile.Span(text) is not null || new CronExpression(text).GetNextValidTimeAfter(DateTimeOffset.UnixEpoch) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Runs a sync now, unless another process is at it; whatever happens is told.</summary>
    private async Task RunOnceAsync(CustomerIoConnector connector, RunLog log, string name, DateTimeOffset scheduled, CancellationToken ct)
    {
        Interlocked.Increment(ref _running);
        long? run = null;
        try
        {
            await using var held = await SyncLock.TryTakeAsync(_state, settings.Data, name, time, ct).ConfigureAwait(false);
            if (held is null)
            {
                say($"{name}: another process is running it; skipped.");
                return;
            }

            run = log.Begin(name, _instance, scheduled);

            // Read anew, so that a change of the file holds from the next run on.
            var file = SyncFile.Read(_paths[name]);
            var report = await new SyncRun(connector, connection, _state, settings.Data, time, held).RunAsync(file, ct).ConfigureAwait(false);
            log.End(run.Value, ConnectorJson.ToText(report.ToJson()));
            Interlocked.Increment(ref report.Failed > 0 ? ref _failed : ref _succeeded);
            say(report.ToString());
            foreach (var problem in report.Problems)
            {
                say($"{name}: {problem}");
            }
        }
        catch (Exception e)
        {
            var failure = e switch
            {
                ConnectorException known => known,
                DbException database => _state.Failure(database, "The database refused"),
                OperationCanceledException => new ConnectorException(FailureKind.Cancelled, "The run was broken off.", inner: e),
                _ => new ConnectorException(
                    FailureKind.Unavailable,
                    $"The run ended unexpectedly ({e.GetType().Name}): {e.Message.ReplaceLineEndings(" ")}",
                    inner: e
                ),
            };
            Interlocked.Increment(ref _failed);
            say($"{name}: {failure.KindName}: {failure.Message}");
            TryEnd(log, run, failure);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    // Where the database is away, the line that was said is all that there is.
    private static void TryEnd(RunLog log, long? run, ConnectorException failure)
    {
        try
        {
            if (run is { } begun)
            {
                log.End(begun, ConnectorJson.ToText(failure.ToJson()));
            }
        }
        catch (Exception e) when (e is DbException or ConnectorException) { }
    }
}

/// <summary>Quartz's handle on a sync; what it runs stands in the scheduler's context.</summary>
internal sealed class SyncJob : IJob
{
    /// <summary>Where the scheduler's context holds what runs a sync.</summary>
    public const string Runner = "customerio-sync-runner";

    public delegate Task Run(string name, DateTimeOffset scheduled, CancellationToken ct);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var run = (Run)context.Scheduler.Context[Runner]!;
        await run(context.JobDetail.Key.Name, context.ScheduledFireTimeUtc ?? context.FireTimeUtc, cancellationToken).ConfigureAwait(false);
    }
}
