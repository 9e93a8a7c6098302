using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>A Node-RED of one's own on a free port, with the package installed from its file.</summary>
internal sealed class NodeRed : IAsyncDisposable
{
    private static readonly Lazy<Task<NodeRed>> s_shared = new(() => StartAsync(new() { ["TEST_KEY"] = "test-key", ["OTHER_SECRET"] = "not for the runner" }));

    // Never changes, so that the runner does not end between two tests; on a flow of its own, where no other node takes it for the only one.
    private static readonly JObject[] s_kept =
    [
        new JObject
        {
            ["id"] = "kept",
            ["type"] = "tab",
            ["label"] = "Kept",
        },
        new JObject
        {
            ["id"] = "kept-connection",
            ["type"] = "customerio-connection",
            ["z"] = "kept",
            ["siteId"] = "never-asked",
        },
    ];

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Node, string Text)> _statuses = new();
    private readonly ConcurrentQueue<JObject> _debug = new();

    private NodeRed(Process process, string folder, Uri url)
    {
        (_process, Folder, Url) = (process, folder, url);
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
    }

    public Uri Url { get; }

    public string Folder { get; }

    public HttpClient Http { get; }

    public int Pid => _process.Id;

    /// <summary>Texts of the badges that were shown, oldest first.</summary>
    public IReadOnlyList<(string Node, string Text)> Statuses => [.. _statuses];

    public IReadOnlyList<JObject> DebugMessages => [.. _debug];

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Child processes: the runner, when it runs.</summary>
    public int[] Children => OperatingSystem.IsLinux() ? [.. Processes().Where(p => p.Parent == Pid).Select(p => p.Id)] : [];

    private int Starts => Log.Split("Started ").Length;

    /// <summary>The one for all tests that neither end it nor start it otherwise; they do not run at the same time.</summary>
    public static Task<NodeRed> SharedAsync() => s_shared.Value;

    public static async Task StopSharedAsync()
    {
        if (s_shared.IsValueCreated && s_shared.Value.IsCompletedSuccessfully)
        {
            await (await s_shared.Value).DisposeAsync();
        }
    }

    public static async Task<NodeRed> StartAsync(
        Dictionary<string, string>? environment = null,
        string? folder = null,
        (string Node, string Script)? other = null
    )
    {
        folder ??= await Installation.NewUserFolderAsync();
        var port = TcpPeer.DeadPort();
        var (node, script) = other ?? await Installation.NodeRedAsync();
        var start = new ProcessStartInfo(node, [script, "--userDir", folder, "--settings", Path.Combine(folder, "settings.js")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("CUSTOMERIO_RUNNER");
        start.Environment["TEST_PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["TEST_CREDENTIAL_SECRET"] = "a secret for this test only";
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var red = new NodeRed(new Process { StartInfo = start }, folder, new Uri($"http://127.0.0.1:{port}/"));
        await red.StartAsync(environment?.ContainsKey("TEST_ADMIN_PASSWORD") == true);
        return red;
    }

    /// <summary>Replaces all flows and waits until they run; what did not change runs on, unless all is to start anew.</summary>
    public async Task DeployAsync(JArray flows, bool anew = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "flows")
        {
            Content = new StringContent(new JObject { ["flows"] = new JArray(flows.Concat(s_kept)) }.ToString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Node-RED-API-Version", "v2");
        request.Headers.Add("Node-RED-Deployment-Type", anew ? "full" : "nodes");
        var before = Starts;
        using var response = await Http.SendAsync(request);
        Assert.That(response.IsSuccessStatusCode, Is.True, $"Deploy: {await response.Content.ReadAsStringAsync()}\n{Log}");

        // The answer comes before the old flows have stopped.
        await UntilAsync(() => Starts > before, "the new flows run", 30);
    }

    public async Task InjectAsync(string node)
    {
        using var response = await Http.PostAsync($"inject/{node}", null);
        response.EnsureSuccessStatusCode();
    }

    public async Task<(HttpStatusCode Status, JToken Body)> PostAsync(string path, JToken body)
    {
        using var content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        try
        {
            return (response.StatusCode, JToken.Parse(text));
        }
        catch (Newtonsoft.Json.JsonReaderException)
        {
            return (response.StatusCode, text);
        }
    }

    public Task UntilAsync(Func<bool> condition, string what, int seconds = 15) =>
        Eventually.TrueAsync(condition, () => $"{what}\nBadges: {string.Join(" | ", Statuses)}\n{Log}", seconds);

    /// <summary>Forgets what earlier tests had shown.</summary>
    public void Forget()
    {
        _statuses.Clear();
        _debug.Clear();
    }

    /// <summary>Asks Node-RED to end, as a service manager does, and waits for it.</summary>
    public async Task<int> StopAsync()
    {
        await Command.RunAsync(Folder, "kill", ["-TERM", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (!_process.HasExited)
        {
            _process.Kill(true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _socket.Dispose();
        Http.Dispose();
        _stop.Dispose();
        Directory.Delete(Folder, true);
    }

    public static bool IsAlive(int pid) => Processes().Any(p => p.Id == pid && p.State != 'Z');

    private async Task StartAsync(bool guarded)
    {
        DataReceivedEventHandler add = (_, e) =>
        {
            lock (_log)
            {
                _log.AppendLine(e.Data);
            }
        };
        _process.OutputDataReceived += add;
        _process.ErrorDataReceived += add;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await UntilAsync(() => _process.HasExited || Log.Contains("Started flows", StringComparison.Ordinal), "Node-RED starts", 60);
        Assert.That(_process.HasExited, Is.False, Log);
        if (!guarded)
        {
            await _socket.ConnectAsync(new UriBuilder(Url) { Scheme = "ws", Path = "/comms" }.Uri, default);
            foreach (var topic in new[] { "status/#", "debug" })
            {
                await _socket.SendAsync(Encoding.UTF8.GetBytes($"{{\"subscribe\":\"{topic}\"}}"), WebSocketMessageType.Text, true, default);
            }

            _ = ListenAsync();
        }
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[1 << 16];
        using var text = new MemoryStream();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var part = await _socket.ReceiveAsync(buffer, _stop.Token);
                text.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                {
                    continue;
                }

                var message = JToken.Parse(Encoding.UTF8.GetString(text.ToArray()));
                text.SetLength(0);
                foreach (var item in (message as JArray ?? [message]).OfType<JObject>())
                {
                    var topic = (string?)item["topic"] ?? "";
                    if (topic.StartsWith("status/", StringComparison.Ordinal))
                    {
                        _statuses.Enqueue((topic[7..], (string?)item["data"]?["text"] ?? ""));
                    }
                    else if (topic == "debug")
                    {
                        _debug.Enqueue((JObject)item["data"]!);
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The test is over, or Node-RED is.
        }
    }

    private static IEnumerable<(int Id, int Parent, char State)> Processes()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id))
            {
                string stat;
                try
                {
                    stat = File.ReadAllText(Path.Combine(folder, "stat"));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    continue;
                }

                // The program's name stands in brackets and may hold anything.
                var rest = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                yield return (id, int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture), rest[0][0]);
            }
        }
    }
}
