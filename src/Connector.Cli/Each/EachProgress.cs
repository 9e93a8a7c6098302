using System.Globalization;
using Spectre.Console;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Shows what is ready whenever input is slow, and on a terminal how far the work is.</summary>
internal static class EachProgress
{
    /// <param name="name">What is being run.</param>
    /// <param name="file">The file that is read, or a hyphen.</param>
    /// <param name="position">Bytes read so far.</param>
    /// <param name="flush">Writes results that are ready.</param>
    /// <param name="counts">Lines that succeeded and that failed.</param>
    /// <param name="ct">Ends the watch.</param>
    public static async Task WatchAsync(string name, string file, Func<long> position, Action flush, Func<(long Succeeded, long Failed)> counts, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        async Task Tick(Action? show)
        {
            try
            {
                while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
                {
                    flush();
                    show?.Invoke();
                }
            }
            catch (OperationCanceledException)
            {
                show?.Invoke();
            }
        }

        await (Console.IsErrorRedirected ? Tick(null) : BarAsync(name, file == "-" ? 0 : new FileInfo(file).Length, position, counts, Tick)).ConfigureAwait(false);
    }

    // A method of its own, so that a run into a file does not load the library that draws.
    private static Task BarAsync(string name, long size, Func<long> position, Func<(long Succeeded, long Failed)> counts, Func<Action?, Task> tick) =>
        Terminal.Error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(name, maxValue: Math.Max(1, size));
                await tick(() =>
                {
                    var (succeeded, failed) = counts();
                    task.Value = position();
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"{name} {succeeded + failed:N0} done, {failed:N0} failed");
                }).ConfigureAwait(false);
            });

    /// <summary>Says how it ended.</summary>
    /// <returns>The exit code: 4 when not every line succeeded.</returns>
    public static int End(long succeeded, long failed, bool cancelled)
    {
        Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{(cancelled ? "Cancelled after " : "")}{succeeded + failed} lines: {succeeded} succeeded, {failed} failed."));
        return cancelled ? ExitCodes.Cancelled : failed > 0 ? ExitCodes.NotWholly : ExitCodes.Success;
    }
}
