using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The real runner as a child process.</summary>
public sealed class RunnerProcess : RunnerClient
{
    private readonly Process _process;
    private readonly StringBuilder _stderr = new();
    private readonly Task _reading,
        _readingErrors;

    private RunnerProcess(Process process, bool read)
        : base(process.StandardInput)
    {
        _process = process;
        _reading = read ? Task.Run(() => ReadAsync(process.StandardOutput)) : Task.CompletedTask;
        _readingErrors = Task.Run(ReadErrorsAsync);
    }

    public static string Path { get; } = typeof(RunnerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Runner").Value!;

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public int Id => _process.Id;

    public Stream Output => _process.StandardOutput.BaseStream;

    public override string Stderr
    {
        get
        {
            lock (_stderr)
            {
                return _stderr.ToString();
            }
        }
    }

    /// <summary>Starts the runner; its environment has these connection variables and no others. Without arguments it serves hosts.</summary>
    public static RunnerProcess Start(IReadOnlyDictionary<string, string>? environment = null, bool read = true, string[]? arguments = null)
    {
        var start = new ProcessStartInfo(Dotnet, [Path, .. arguments ?? ForHosts])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CUSTOMERIO_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new RunnerProcess(Process.Start(start)!, read);
    }

    public static RunnerProcess Start(Sink sink, bool read = true) =>
        Start(
            new Dictionary<string, string>
            {
                ["CUSTOMERIO_SITE_ID"] = "environment-site",
                ["CUSTOMERIO_API_KEY"] = "environment-key",
                ["CUSTOMERIO_BASE_URL"] = sink.Url,
            },
            read
        );

    /// <summary>Starts the runner and shakes hands.</summary>
    public static async Task<RunnerProcess> ConnectAsync(Sink sink)
    {
        var runner = Start(sink);
        await runner.InitializeAsync();
        return runner;
    }

    /// <summary>The exit code, after everything it wrote has been read.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        await Task.WhenAll(_reading, _readingErrors).WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.That(kill.ExitCode, Is.Zero);
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadErrorsAsync()
    {
        var buffer = new char[4096];
        for (int count; (count = await _process.StandardError.ReadAsync(buffer)) > 0; )
        {
            lock (_stderr)
            {
                _stderr.Append(buffer, 0, count);
            }
        }
    }
}
