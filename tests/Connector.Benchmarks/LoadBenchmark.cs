using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CustomerIo.Connector.Benchmarks;

/// <summary>A hub and a sandbox as processes (Linux): their memory and handles under a steady load, and with many connections that say nothing.</summary>
internal static class LoadBenchmark
{
    private const int People = 1000;
    private static readonly TimeSpan s_sample = TimeSpan.FromSeconds(30);

    /// <summary>Sends requests at a steady rate, answers awaited beside it, and prints a line each half minute.</summary>
    /// <param name="tool">The built connector.dll.</param>
    /// <param name="rate">Requests a second: seven of ten run an action, two bring an event, one is refused.</param>
    /// <param name="minutes">How long.</param>
    public static async Task SteadyAsync(string tool, int rate, double minutes)
    {
        await using var bench = await HubBench.StartAsync(tool).ConfigureAwait(false);
        Console.WriteLine($"{rate} requests a second for {minutes} min, {Environment.ProcessorCount} processors");
        Console.WriteLine("   s   sent  failed  p50 ms  p99 ms   hub MB  handles  threads   sandbox MB  handles");
        var (clock, latencies) = (Stopwatch.StartNew(), new ConcurrentBag<double>());
        var failures = new ConcurrentDictionary<string, int>();
        var (sent, nextSample) = (0L, TimeSpan.Zero);
        while (clock.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            for (; sent < clock.Elapsed.TotalSeconds * rate; sent++)
            {
                _ = OneAsync(sent);
            }

            if (clock.Elapsed >= nextSample)
            {
                Print();
                nextSample += s_sample;
            }

            await Task.Delay(5).ConfigureAwait(false);
        }

        Print();
        foreach (var (why, count) in failures)
        {
            Console.WriteLine($"{count} failed: {why}");
        }

        void Print()
        {
            var sorted = latencies.Order().ToArray();
            latencies.Clear();
            var (hub, sandbox) = (Process(bench.Hub), Process(bench.Sandbox));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{clock.Elapsed.TotalSeconds, 4:0}{sent, 7}{failures.Values.Sum(), 8}{At(sorted, 0.5), 8:0.0}{At(sorted, 0.99), 8:0.0}"
                        + $"{hub.Megabytes, 9:0.0}{hub.Handles, 9}{hub.Threads, 9}{sandbox.Megabytes, 13:0.0}{sandbox.Handles, 9}"
                )
            );
        }

        async Task OneAsync(long n)
        {
            var (path, body, status) = (n % 10) switch
            {
                0 => ("/actions/identify", "{}", 400),
                1 or 2 => ("/v1/track", $$"""{"userId":"p{{n % People}}","event":"Tried"}""", 200),
                _ => ("/actions/identify", $$$"""{"id":"p{{{n % People}}}","customerData":{"plan":"pro","seats":{{{n}}}}}""", 200),
            };
            var started = clock.Elapsed;
            try
            {
                if (await bench.PostAsync(path, body).ConfigureAwait(false) is var answered && answered != status)
                {
                    failures.AddOrUpdate($"{path} answered {answered}", 1, (_, n) => n + 1);
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                failures.AddOrUpdate($"{path} {e.GetBaseException().Message}", 1, (_, n) => n + 1);
            }

            latencies.Add((clock.Elapsed - started).TotalMilliseconds);
        }
    }

    /// <summary>Opens connections that send nothing, and some that send a byte a second, and runs actions meanwhile.</summary>
    public static async Task IdleAsync(string tool, int connections)
    {
        await using var bench = await HubBench.StartAsync(tool).ConfigureAwait(false);
        await bench.PostAsync("/actions/identify", """{"id":"p1"}""").ConfigureAwait(false);
        Tell("before");
        var sockets = new List<Socket>();
        for (var i = 0; i < connections; i++)
        {
            sockets.Add(await bench.ConnectAsync().ConfigureAwait(false));
        }

        Tell($"{connections} connections");
        for (var i = 0; i < 5; i++)
        {
            var clock = Stopwatch.StartNew();
            var status = await bench.PostAsync("/actions/identify", """{"id":"p1"}""").ConfigureAwait(false);
            Tell(string.Create(CultureInfo.InvariantCulture, $"a request beside them: {status} in {clock.Elapsed.TotalMilliseconds:0} ms"));
        }

        // The headers never end; and a body never does.
        var slow = new List<(Stopwatch Since, Socket Socket, string What)>();
        foreach (
            var (what, start) in new[] { ("headers", "POST /actions/identify HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "), ("a body", Head("POST", 100_000)) }
        )
        {
            var socket = await bench.ConnectAsync().ConfigureAwait(false);
            await socket.SendAsync(Encoding.ASCII.GetBytes(start)).ConfigureAwait(false);
            slow.Add((Stopwatch.StartNew(), socket, what));
        }

        while (slow.Count > 0)
        {
            await Task.Delay(1000).ConfigureAwait(false);
            foreach (var one in slow.ToArray())
            {
                if (!await IsOpenAsync(one.Socket).ConfigureAwait(false))
                {
                    Console.WriteLine(
                        string.Create(CultureInfo.InvariantCulture, $"{one.What} at a byte a second: cut after {one.Since.Elapsed.TotalSeconds:0} s")
                    );
                    slow.Remove(one);
                    one.Socket.Dispose();
                }
            }
        }

        await Task.Delay(TimeSpan.FromSeconds(25)).ConfigureAwait(false);
        Tell("25 s later");
        sockets.ForEach(s => s.Dispose());
        await Task.Delay(2000).ConfigureAwait(false);
        Tell("all closed");

        void Tell(string when)
        {
            var (megabytes, handles, threads) = Process(bench.Hub);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when, -45}{megabytes, 8:0.0} MB{handles, 7} handles{threads, 5} threads"));
        }
    }

    private static string Head(string method, int length) =>
        $"{method} /actions/identify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";

    private static async Task<bool> IsOpenAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(new byte[] { (byte)'x' }).ConfigureAwait(false);
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[(int)(part * (sorted.Length - 1))];

    private static (double Megabytes, int Handles, int Threads) Process(Process process)
    {
        var status = File.ReadAllLines($"/proc/{process.Id}/status");
        long Number(string name) =>
            long.Parse(
                status.Single(l => l.StartsWith(name, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture
            );
        return (Number("VmRSS:") / 1024.0, Directory.GetFiles($"/proc/{process.Id}/fd").Length, (int)Number("Threads:"));
    }
}

/// <summary>A hub that talks to a sandbox, both as processes.</summary>
internal sealed class HubBench : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 });
    private readonly string _folder = Directory.CreateTempSubdirectory("connector-load-").FullName;

    public required Process Sandbox { get; init; }

    public Process Hub { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    public static async Task<HubBench> StartAsync(string tool)
    {
        var (sandbox, address) = await ProcessAsync(tool, ["sandbox", "--port", "0"], []).ConfigureAwait(false);
        var bench = new HubBench { Sandbox = sandbox };
        var environment = new Dictionary<string, string>
        {
            ["CUSTOMERIO_BASE_URL"] = address,
            ["CUSTOMERIO_SITE_ID"] = "s",
            ["CUSTOMERIO_API_KEY"] = "k",
            ["CUSTOMERIO_APP_API_KEY"] = "a",
            ["CUSTOMERIO_WRITE_KEY"] = "write",
        };
        (bench.Hub, var url) = await ProcessAsync(tool, ["hub", "--port", "0", "--data", bench._folder], environment).ConfigureAwait(false);
        bench.Url = new Uri(url);
        return bench;
    }

    public async Task<int> PostAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (path.StartsWith("/v1/", StringComparison.Ordinal))
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String("write:"u8));
        }

        using var response = await _http.SendAsync(request).ConfigureAwait(false);
        return (int)response.StatusCode;
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Url.Host, Url.Port).ConfigureAwait(false);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var process in (Process[])[Hub, Sandbox])
        {
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts a part of the tool that listens.</summary>
    public static async Task<(Process Process, string Url)> ProcessAsync(string tool, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = System.Diagnostics.Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var url = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) ?? throw new InvalidOperationException("It did not start.");
        _ = process.StandardOutput.ReadToEndAsync();
        return (process, url);
    }
}
