using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CustomerIo.Connector.Benchmarks;

/// <summary>How many events a second are acknowledged, with the queue in SQLite and in PostgreSQL: kept for good, nothing delivered meanwhile.</summary>
internal static class IntakeBenchmark
{
    private const int Clients = 64;
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(2),
        s_measured = TimeSpan.FromSeconds(8);

    /// <summary>Measures both in turn and prints a table.</summary>
    /// <param name="tool">The built connector.dll.</param>
    /// <param name="postgres">A connection to an empty database.</param>
    public static async Task RunAsync(string tool, string postgres)
    {
        Console.WriteLine($"{Clients} senders, {Environment.ProcessorCount} processors, which the senders use as well; events acknowledged a second");
        Console.WriteLine("events a request     SQLite  PostgreSQL   ratio");
        foreach (var batch in (int[])[1, 20, 100])
        {
            var folder = Directory.CreateTempSubdirectory("intake-").FullName;
            try
            {
                var sqlite = await OneAsync(tool, ["--data", folder], batch).ConfigureAwait(false);
                var shared = await OneAsync(tool, ["--postgres", postgres, "--queue-name", $"intake_{batch}", "--data", folder], batch).ConfigureAwait(false);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{batch, 16}{sqlite, 11:0}{shared, 12:0}{shared / sqlite, 8:0.00}"));
            }
            finally
            {
                Directory.Delete(folder, true);
            }
        }
    }

    private static async Task<double> OneAsync(string tool, string[] options, int batch)
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
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(SendAsync))).ConfigureAwait(false);
            return counted / s_measured.TotalSeconds;

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

    private static byte[] Body(int batch, long first)
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
