using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The real runner as a child process, with a client that knows just enough MCP.</summary>
public sealed class RunnerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JObject>> _waiting = new();
    private readonly StringBuilder _stdout = new(),
        _stderr = new();
    private readonly Task _reading,
        _readingErrors;
    private readonly Lock _writing = new();
    private int _lastId;

    private RunnerProcess(Process process, bool read)
    {
        _process = process;
        _reading = read ? Task.Run(ReadAsync) : Task.CompletedTask;
        _readingErrors = Task.Run(ReadErrorsAsync);
    }

    public static string Path { get; } = typeof(RunnerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Runner").Value!;

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public int Id => _process.Id;

    public Stream Output => _process.StandardOutput.BaseStream;

    public ConcurrentQueue<JObject> Notifications { get; } = new();

    /// <summary>Every message that came, in order.</summary>
    public ConcurrentQueue<JObject> Messages { get; } = new();

    /// <summary>All of stdout so far.</summary>
    public string Stdout
    {
        get
        {
            lock (_stdout)
            {
                return _stdout.ToString();
            }
        }
    }

    /// <summary>All of stderr so far.</summary>
    public string Stderr
    {
        get
        {
            lock (_stderr)
            {
                return _stderr.ToString();
            }
        }
    }

    /// <summary>What hosts that build forms start the runner with.</summary>
    public static readonly string[] ForHosts = ["--schema", "full"];

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

    public async Task<JObject> InitializeAsync(string version = "2025-11-25")
    {
        var answer = await RequestAsync(
            "initialize",
            $$$"""{"protocolVersion":"{{{version}}}","capabilities":{},"clientInfo":{"name":"tests","version":"1"}}"""
        );
        WriteLine("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return answer;
    }

    public void WriteLine(string line)
    {
        lock (_writing)
        {
            _process.StandardInput.Write(line + "\n");
            _process.StandardInput.Flush();
        }
    }

    /// <summary>Sends a request; the task is its whole answer.</summary>
    public Task<JObject> RequestAsync(string method, string? parameters = null) => RequestAsync(method, parameters, out _);

    public Task<JObject> RequestAsync(string method, string? parameters, out int id)
    {
        id = Interlocked.Increment(ref _lastId);
        var waiting = Expect(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var rest = parameters is null ? "}" : $",\"params\":{parameters}}}";
        WriteLine($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\"{rest}");
        return waiting;
    }

    /// <summary>Waits for the answer to an id that the test wrote itself.</summary>
    public Task<JObject> Expect(string id) => _waiting.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(s_patience);

    public Task<JObject> CallAsync(string tool, string arguments = "{}", string? meta = null) => CallAsync(tool, arguments, meta, out _);

    public Task<JObject> CallAsync(string tool, string arguments, string? meta, out int id) =>
        RequestAsync("tools/call", $"{{\"name\":\"{tool}\",\"arguments\":{arguments}{(meta is null ? "" : ",\"_meta\":" + meta)}}}", out id);

    /// <summary>The error object of a failed call.</summary>
    public async Task<JObject> FailAsync(string tool, string arguments = "{}", string? meta = null)
    {
        var result = (JObject)(await CallAsync(tool, arguments, meta))["result"]!;
        Assert.Multiple(() =>
        {
            Assert.That((bool?)result["isError"], Is.True, result.ToString());
            Assert.That(result.ContainsKey("structuredContent"), Is.False);
            Assert.That(((JArray)result["content"]!), Has.Count.EqualTo(1));
        });
        return ConnectorJson.ParseObject((string)result["content"]![0]!["text"]!);
    }

    public void EndInput() => _process.StandardInput.Close();

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

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_stdout)
            {
                _stdout.Append(line).Append('\n');
            }

            var message = ConnectorJson.ParseObject(line);
            Messages.Enqueue(message);
            if (message["id"] is { } id)
            {
                _waiting.GetOrAdd(id.ToString(), _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(message);
            }
            else
            {
                Notifications.Enqueue(message);
            }
        }
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
