using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CustomerIo.Connector.Benchmarks;

/// <summary>How many events a second are acknowledged, with the queue in SQLite and in PostgreSQL: kept for good, nothing delivered meanwhile.</summary>
internal static class IntakeBenchmark
{
    public const int Clients = 64;
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(2),
        s_measured = TimeSpan.FromSeconds(8);

    /// <summary>Measures both in turn and prints a table.</summary>
    /// <param name="tool">The built connector.dll.</param>
    /// <param name="postgres">A connection to an empty database.</param>
    public static async Task RunAsync(string tool, string postgres)
    {
        Console.WriteLine($"{Clients} senders, {Environment.ProcessorCount} processors, which the senders use as well; events acknowledged a second");
        Console.WriteLine("events a request     SQLite  PostgreSQL   ratio   processor time of a request with PostgreSQL: hub, server, sender (us)");
        foreach (var batch in (int[])[1, 20, 100])
        {
            var folder = Directory.CreateTempSubdirectory("intake-").FullName;
            try
            {
                var (sqlite, _) = await OneAsync(tool, ["--data", folder], batch).ConfigureAwait(false);
                string[] options = ["--postgres", postgres, "--queue-name", $"intake_{batch}", "--data", folder];
                var (shared, used) = await OneAsync(tool, options, batch).ConfigureAwait(false);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{batch, 16}{sqlite, 11:0}{shared, 12:0}{shared / sqlite, 8:0.00}"
                            + $"{used.Hub * 1e6, 10:0}{used.Server * 1e6, 8:0}{used.Sender * 1e6, 8:0}"
                    )
                );
            }
            finally
            {
                Directory.Delete(folder, true);
            }
        }
    }

    /// <summary>Measures one: what it acknowledges while nothing is delivered.</summary>
    public static async Task<(double Rate, (double Hub, double Server, double Sender) Used)> OneAsync(string tool, string[] options, int batch)
    {
        var start = new ProcessStartInfo("dotnet", [tool, "serve", "--port", "0", "--queue", "100000000", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Where nothing listens: what is measured is taking alone.
        foreach (
            var (name, value) in (ReadOnlySpan<(string, string)>)[("WRITE_KEY", "k"), ("SITE_ID", "s"), ("API_KEY", "k"), ("BASE_URL", "http://127.0.0.1:9")]
        )
        {
            start.Environment["CUSTOMERIO_" + name] = value;
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            var url = new Uri(new Uri((await process.StandardOutput.ReadLineAsync().ConfigureAwait(false))!), "/v1/batch");
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients });
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("k:"u8));
            var clock = Stopwatch.StartNew();
            var (number, counted) = (0L, 0L);
            var used = UsedAsync();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(SendAsync))).ConfigureAwait(false);
            var (hub, server, sender) = await used.ConfigureAwait(false);
            var requests = counted / (double)batch;
            return (counted / s_measured.TotalSeconds, (hub / requests, server / requests, sender / requests));

            // In the measured time only: what the processes compile is done by then.
            async Task<(double Hub, double Server, double Sender)> UsedAsync()
            {
                using var self = Process.GetCurrentProcess();
                await Task.Delay(s_warm).ConfigureAwait(false);
                var before = Now();
                await Task.Delay(s_measured).ConfigureAwait(false);
                var after = Now();
                return (after.Hub - before.Hub, after.Server - before.Server, after.Sender - before.Sender);

                (double Hub, double Server, double Sender) Now()
                {
                    process.Refresh();
                    self.Refresh();
                    return (process.TotalProcessorTime.TotalSeconds, ProcessorTime.OfPostgres(), self.TotalProcessorTime.TotalSeconds);
                }
            }

            async Task SendAsync()
            {
                while (clock.Elapsed < s_warm + s_measured)
                {
                    using var content = new ByteArrayContent(Body(batch, Interlocked.Add(ref number, batch)));
                    content.Headers.ContentType = new("application/json");
                    using var answer = await http.PostAsync(url, content).ConfigureAwait(false);
                    if (answer.StatusCode != HttpStatusCode.OK)
                    {
                        throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
                    }

                    if (clock.Elapsed > s_warm && clock.Elapsed < s_warm + s_measured)
                    {
                        Interlocked.Add(ref counted, batch);
                    }
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A request with some events of 0.6 KB, of 5,000 people in turn.</summary>
    public static byte[] Body(int batch, long first)
    {
        var text = new StringBuilder("{\"batch\":[");
        for (var i = 0; i < batch; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$$$"""
                {{{{(i > 0 ? "," : "")}}}}{"type":"track","userId":"u{{{{(first + i) % 5000}}}}","event":"Order Completed","messageId":"m-{{{{first + i}}}}",
                 "timestamp":"2026-11-27T10:00:00.000Z","properties":{"order_id":"{{{{first + i}}}}","total":49.9,"currency":"EUR","coupon":"autumn",
                 "products":[{"sku":"a-1","quantity":2},{"sku":"b-7","quantity":1}]},"context":{"library":{"name":"analytics.js","version":"4.1.0"},
                 "locale":"en-GB","page":{"path":"/checkout","url":"https://shop.example.com/checkout"}}}
                """
            );
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }
}

/// <summary>Processor time of other processes (Linux).</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Of all PostgreSQL servers of this machine and of their sessions, also of those that have ended, in seconds.</summary>
    public static double OfPostgres()
    {
        var sum = 0.0;
        foreach (var folder in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                if (stat.Contains("(postgres)", StringComparison.Ordinal))
                {
                    // Behind the name: state at 0, then user and system time at 11 and 12, those of ended children at 13 and 14.
                    sum += stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(n => long.Parse(n, CultureInfo.InvariantCulture)) / TicksPerSecond;
                }
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return sum;
    }
}
