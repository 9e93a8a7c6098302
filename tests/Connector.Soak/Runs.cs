using System.Diagnostics;

namespace CustomerIo.Connector.Soak;

/// <summary>Starts the tool in a role.</summary>
internal static class Runs
{
    /// <summary>Runs a command to its end, however that comes.</summary>
    /// <param name="expected">The exit codes that are right for one that nobody ended.</param>
    public static async Task<(int Exit, IReadOnlyList<string> Lines, string Error)> OnceAsync(
        Role role,
        string[] args,
        (string, string)[] environment,
        params int[] expected
    )
    {
        using var process = Tool.Start(args, null, environment);
        process.StandardInput.Close();
        role.Runs(process.Id);
        role.Hear("$ " + string.Join(' ', args));
        var (lines, errors) = (new List<string>(), new List<string>());
        await Task.WhenAll(
            EachLineAsync(process.StandardOutput, lines.Add),
            EachLineAsync(
                process.StandardError,
                line =>
                {
                    role.Hear(line);
                    errors.Add(line);
                }
            )
        );
        await process.WaitForExitAsync();
        var again = role.Ended(process.ExitCode, expected);
        await Task.Delay(again);
        return (process.ExitCode, lines, string.Join('\n', errors));
    }

    public static async Task EachLineAsync(StreamReader reader, Action<string> hear)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            hear(line);
        }
    }
}

/// <summary>A command that listens: started again whenever it has ended.</summary>
/// <param name="role">Its accounts.</param>
/// <param name="args">The command.</param>
/// <param name="environment">Its connection.</param>
/// <param name="hear">Gets each line that it prints after its address, and which life of it does.</param>
internal sealed class Server(Role role, string[] args, (string, string)[] environment, Action<int, string>? hear = null) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _end = new();
    private volatile Uri? _url;
    private Task _running = Task.CompletedTask;

    /// <summary>Where it listens; null while it does not.</summary>
    public Uri? Url => _url;

    public void Start() => _running = RunAsync();

    /// <summary>Asks it to end, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        role.End("TERM", TimeSpan.Zero);
        var clock = Stopwatch.StartNew();
        while (!_running.IsCompleted)
        {
            await Task.WhenAny(_running, Task.Delay(1000));
            if (clock.Elapsed > s_patience)
            {
                role.Break($"{role.Name} did not end within {s_patience.TotalSeconds} s of SIGTERM");
                role.End("KILL", TimeSpan.Zero);
                break;
            }
        }

        await _running;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            using var process = Tool.Start(args, null, environment);
            role.Runs(process.Id);
            var life = role.Starts;
            process.StandardInput.Close();
            var errors = Runs.EachLineAsync(process.StandardError, role.Hear);
            await Runs.EachLineAsync(
                process.StandardOutput,
                line =>
                {
                    if (_url is null && line.StartsWith("http://", StringComparison.Ordinal))
                    {
                        _url = new Uri(line.Split(' ')[0]);
                    }
                    else
                    {
                        hear?.Invoke(life, line);
                    }
                }
            );
            await errors;
            await process.WaitForExitAsync();
            _url = null;
            var again = role.Ended(process.ExitCode);
            await Task.Delay(again, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
