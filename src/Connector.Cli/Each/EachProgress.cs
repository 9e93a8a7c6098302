using System.Globalization;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Values;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Shows what is ready whenever input is slow, and on a terminal how far the work is.</summary>
internal static class EachProgress
{
    /// <param name="name">What is being run.</param>
    /// <param name="size">Bytes there are to read; 0 when that is not known.</param>
    /// <param name="position">Bytes read so far.</param>
    /// <param name="flush">Writes results that are ready.</param>
    /// <param name="counts">Lines that succeeded and that failed.</param>
    /// <param name="ct">Ends the watch.</param>
    public static async Task WatchAsync(
        string name,
        Func<long> size,
        Func<long> position,
        Action flush,
        Func<(long Succeeded, long Failed)> counts,
        CancellationToken ct
    )
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));

        // Ended and not cancelled: for each cancelled wait this timer builds a stack trace with lines of source, 20 ms of a short run.
        await using var end = ct.UnsafeRegister(static t => ((PeriodicTimer)t!).Dispose(), timer);
        async Task Tick(Action? show)
        {
            while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
            {
                flush();
                show?.Invoke();
            }

            show?.Invoke();
        }

        await (Console.IsErrorRedirected ? Tick(null) : BarAsync(name, size, position, counts, Tick)).ConfigureAwait(false);
    }

    // A method of its own, so that a run into a file does not load the library that draws.
    private static Task BarAsync(string name, Func<long> size, Func<long> position, Func<(long Succeeded, long Failed)> counts, Func<Action?, Task> tick) =>
        Terminal
            .Error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(name, maxValue: Math.Max(1, size()));
                var started = TimeProvider.System.GetTimestamp();
                var (first, _) = counts();
                await tick(() =>
                    {
                        var (succeeded, failed) = counts();
                        var rate = (succeeded - first) / Math.Max(0.2, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
                        task.MaxValue = Math.Max(1, size());
                        task.Value = position();
                        task.Description = string.Create(CultureInfo.InvariantCulture, $"{name} {succeeded + failed:N0}, {failed:N0} failed, {rate:N0}/s");
                    })
                    .ConfigureAwait(false);
            });

    /// <summary>The bytes of a file, or 0 for stdin.</summary>
    public static long SizeOf(string file) => file == "-" ? 0 : new FileInfo(file).Length;

    /// <summary>Says what was done when standard output cannot be written any more; one whose reader has gone is its caller's to tell.</summary>
    public static async Task<int> ToldAsync(Task<int> run, Func<(long Succeeded, long Failed)> counts)
    {
        try
        {
            return await run.ConfigureAwait(false);
        }
        catch (OutputException e) when (!e.IsGone)
        {
            var (succeeded, failed) = counts();
            return End(succeeded, failed, e.Failure);
        }
    }

    /// <summary>Says how it ended.</summary>
    /// <returns>The exit code: 4 when not every line succeeded.</returns>
    public static int End(long succeeded, long failed, bool cancelled) =>
        End(succeeded, failed, cancelled ? new ConnectorException(FailureKind.Cancelled, "The run was cancelled.") : null);

    /// <summary>Says how it ended.</summary>
    /// <param name="succeeded">Lines that succeeded.</param>
    /// <param name="failed">Lines that failed.</param>
    /// <param name="end">Why it ended before the end of its input; null when it did not.</param>
    /// <param name="skipped">Lines that were not to be sent.</param>
    /// <returns>The exit code: 4 when not every line succeeded; that of the failure when it ended early.</returns>
    public static int End(long succeeded, long failed, ConnectorException? end, long skipped = 0)
    {
        var begin =
            end is null ? ""
            : end.Kind == FailureKind.Cancelled ? "Cancelled after "
            : "Stopped after ";
        var lines = Shown.Counted(succeeded + skipped + failed, "line");
        Terminal.Say(
            string.Create(CultureInfo.InvariantCulture, $"{begin}{lines}: {succeeded} succeeded, {(skipped > 0 ? $"{skipped} skipped, " : "")}{failed} failed.")
        );
        if (end is null)
        {
            return failed > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
        }

        if (end.Kind != FailureKind.Cancelled)
        {
            Terminal.Say($"{end.KindName}: {end.Message}");
        }

        return ExitCodes.Of(end.Kind);
    }
}
