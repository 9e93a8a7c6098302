using System.Collections.Concurrent;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>A client of the runner that knows just enough MCP.</summary>
/// <param name="input">What the runner reads.</param>
public abstract class RunnerClient(TextWriter input) : IAsyncDisposable
{
    private protected static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly TextWriter _input = input;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JObject>> _waiting = new();
    private readonly StringBuilder _stdout = new();
    private readonly Lock _writing = new();
    private int _lastId;

    /// <summary>What hosts that build forms start the runner with.</summary>
    public static readonly string[] ForHosts = ["--schema", "full"];

    /// <summary>All of stderr so far.</summary>
    public abstract string Stderr { get; }

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
            _input.Write(line + "\n");
            _input.Flush();
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

    public void EndInput() => _input.Close();

    public abstract ValueTask DisposeAsync();

    protected async Task ReadAsync(TextReader output)
    {
        while (await output.ReadLineAsync() is { } line)
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
}
