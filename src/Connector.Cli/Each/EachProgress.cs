using System.Globalization;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Values;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Shows what is ready whenever input is slow, and on a terminal how far the work is.</summary>
internal static class EachProgress
{
    /// <param name="name">What is being run.</param>
    /// <param name="done">Which part of the whole is done, from 0 to 1; null when nobody knows how much there is.</param>
    /// <param name="flush">Writes results that are ready.</param>
    /// <param name="counts">Lines that succeeded and that failed.</param>
    /// <param name="ct">Ends the watch.</param>
    public static async Task WatchAsync(string name, Func<double?> done, Action flush, Func<(long Succeeded, long Failed)> counts, CancellationToken ct)
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

        await (Console.IsErrorRedirected ? Tick(null) : BarAsync(name, done, counts, Tick)).ConfigureAwait(false);
    }

    // A method of its own, so that a run into a file does not load the library that draws.
    private static Task BarAsync(string name, Func<double?> done, Func<(long Succeeded, long Failed)> counts, Func<Action?, Task> tick) =>
        Terminal
            .Error.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 })
            .StartAsync(async context =>
            {
                var task = context.AddTask(name, maxValue: 1);
                var started = TimeProvider.System.GetTimestamp();
                var first = (Counts: counts(), Done: done() ?? 0);
                await tick(() =>
                    {
                        var part = done();
                        task.IsIndeterminate = part is null;
                        task.Value = part ?? 0;
                        task.Description = Line(name, counts(), part, TimeProvider.System.GetElapsedTime(started), first.Counts, first.Done);
                    })
                    .ConfigureAwait(false);
            });

    /// <summary>How far it is, in one line: what was done, how fast, and how long the rest takes if it goes on so.</summary>
    /// <param name="name">What is being run.</param>
    /// <param name="now">Lines that succeeded and that failed.</param>
    /// <param name="done">The part that is done; null when that is not known.</param>
    /// <param name="elapsed">How long this run has taken.</param>
    /// <param name="before">What an earlier run had done.</param>
    /// <param name="doneBefore">The part that it had done.</param>
    internal static string Line(
        string name,
        (long Succeeded, long Failed) now,
        double? done,
        TimeSpan elapsed,
        (long Succeeded, long Failed) before = default,
        double doneBefore = 0
    )
    {
        var seconds = Math.Max(0.2, elapsed.TotalSeconds);
        var rate = (now.Succeeded + now.Failed - before.Succeeded - before.Failed) / seconds;
        var share = done is { } part ? string.Create(CultureInfo.InvariantCulture, $" {Math.Floor(part * 100)} %") : "";
        var left =
            done is > 0 and < 1 && done > doneBefore && seconds * (1 - done.Value) / (done.Value - doneBefore) is < 360_000 and var rest
                ? ", " + Clock(TimeSpan.FromSeconds(rest)) + " left"
                : "";
        return string.Create(CultureInfo.InvariantCulture, $"{name}{share}: {now.Succeeded + now.Failed:N0}, {now.Failed:N0} failed, {rate:N0}/s{left}");
    }

    private static string Clock(TimeSpan time) =>
        time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    /// <summary>Tells which part of a file its lines are whose end is known; of stdin nothing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bytes">The bytes of those lines.</param>
    public static Func<double?> PartOf(string file, Func<long> bytes)
    {
        long? size = null;
        return () => file == "-" ? null : Part(bytes(), size ??= new FileInfo(file).Length);
    }

    /// <summary>One number as a part of another; null when that is 0.</summary>
    public static double? Part(long done, long all) => all == 0 ? null : Math.Min(1, (double)done / all);

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
    public static int End(long succeeded, long failed, bool cancelled, FirstFailure? first = null) =>
        End(succeeded, failed, cancelled ? new ConnectorException(FailureKind.Cancelled, "The run was cancelled.") : null, first: first);

    /// <summary>Says how it ended.</summary>
    /// <param name="succeeded">Lines that succeeded.</param>
    /// <param name="failed">Lines that failed.</param>
    /// <param name="end">Why it ended before the end of its input; null when it did not.</param>
    /// <param name="skipped">Lines that were not to be sent.</param>
    /// <param name="first">The first line that failed; null when it is not known.</param>
    /// <returns>The exit code: 4 when not every line succeeded; that of the failure when it ended early.</returns>
    public static int End(long succeeded, long failed, ConnectorException? end, long skipped = 0, FirstFailure? first = null)
    {
        var begin =
            end is null ? ""
            : end.Kind == FailureKind.Cancelled ? "Cancelled after "
            : "Stopped after ";
        var lines = Shown.Counted(succeeded + skipped + failed, "line");
        Terminal.Say(
            string.Create(CultureInfo.InvariantCulture, $"{begin}{lines}: {succeeded} succeeded, {(skipped > 0 ? $"{skipped} skipped, " : "")}{failed} failed.")
        );
        if (first?.Told is { } told)
        {
            Terminal.Say(told);
        }

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
