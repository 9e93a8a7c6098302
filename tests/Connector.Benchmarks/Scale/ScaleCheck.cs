using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Benchmarks.Scale;

/// <summary>What the model says about delivery beside what a hub, a PostgreSQL and a slow sandbox do on this machine.</summary>
internal static class ScaleCheck
{
    private const int Events = 60_000,
        Batch = 100;

    /// <param name="tool">The built connector.dll.</param>
    /// <param name="postgres">A connection to an empty database.</param>
    public static async Task RunAsync(string tool, string postgres)
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors; events delivered a second, processor time of an event (us)");
        Console.WriteLine("answers after  measured  simulated   hub  server  sandbox");
        foreach (var delay in (int[])[50, 100, 200, 400])
        {
            var (rate, hub, server, sandbox) = await OneAsync(tool, postgres, delay).ConfigureAwait(false);
            var simulated = ScaleReport.Delivering(ScaleReport.Here with { AnswerTime = delay / 1000.0 }).Delivered;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{delay, 10} ms{rate, 10:0}{simulated, 11:0}{hub * 1e6, 6:0}{server * 1e6, 8:0}{sandbox * 1e6, 9:0}"
                )
            );
        }
    }

    private static async Task<(double Rate, double Hub, double Server, double Sandbox)> OneAsync(string tool, string postgres, int delay)
    {
        var folder = Directory.CreateTempSubdirectory("scale-").FullName;
        var (sandbox, address) = await HubBench.ProcessAsync(tool, ["sandbox", "--port", "0"], []).ConfigureAwait(false);
        var environment = new Dictionary<string, string>
        {
            ["CUSTOMERIO_BASE_URL"] = address,
            ["CUSTOMERIO_SITE_ID"] = "s",
            ["CUSTOMERIO_API_KEY"] = "k",
            ["CUSTOMERIO_WRITE_KEY"] = "k",
            ["CUSTOMERIO_RATE_LIMIT"] = "1000",
        };
        string[] serve = ["serve", "--port", "0", "--data", folder, "--postgres", postgres, "--queue-name", $"delay_{delay}"];
        var (hub, url) = await HubBench.ProcessAsync(tool, serve, environment).ConfigureAwait(false);
        try
        {
            using var http = new HttpClient();
            using var fault = new StringContent($$"""{"delayMs":{{delay}},"times":1000000}""", Encoding.UTF8, "application/json");
            using var slowed = await http.PostAsync(new Uri(new Uri(address), "/_sandbox/faults"), fault).ConfigureAwait(false);
            slowed.EnsureSuccessStatusCode();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("k:"u8));
            await Parallel
                .ForEachAsync(
                    Enumerable.Range(0, Events / Batch),
                    new ParallelOptions { MaxDegreeOfParallelism = 16 },
                    async (n, ct) =>
                    {
                        using var content = new ByteArrayContent(IntakeBenchmark.Body(Batch, n * Batch));
                        content.Headers.ContentType = new("application/json");
                        using var answer = await http.PostAsync(new Uri(new Uri(url), "/v1/batch"), content, ct).ConfigureAwait(false);
                        answer.EnsureSuccessStatusCode();
                    }
                )
                .ConfigureAwait(false);

            // What is delivered while nothing else is done, from a queue that is never empty.
            await Task.Delay(1000).ConfigureAwait(false);
            var (first, clock) = (await QueuedAsync(http, url).ConfigureAwait(false), Stopwatch.StartNew());
            var (ofHub, ofSandbox, ofServer) = (hub.TotalProcessorTime, sandbox.TotalProcessorTime, ProcessorTime.OfPostgres());
            var last = first;
            while (last > 3000 && clock.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(250).ConfigureAwait(false);
                last = await QueuedAsync(http, url).ConfigureAwait(false);
            }

            var delivered = (double)(first - last);
            hub.Refresh();
            sandbox.Refresh();
            return (
                delivered / clock.Elapsed.TotalSeconds,
                (hub.TotalProcessorTime - ofHub).TotalSeconds / delivered,
                (ProcessorTime.OfPostgres() - ofServer) / delivered,
                (sandbox.TotalProcessorTime - ofSandbox).TotalSeconds / delivered
            );
        }
        finally
        {
            foreach (var process in (Process[])[hub, sandbox])
            {
                process.Kill();
                await process.WaitForExitAsync().ConfigureAwait(false);
                process.Dispose();
            }

            Directory.Delete(folder, true);
        }
    }

    private static async Task<long> QueuedAsync(HttpClient http, string url)
    {
        var health = await http.GetByteArrayAsync(new Uri(new Uri(url), "/health")).ConfigureAwait(false);
        return (long)ConnectorJson.ParseObject(health)["queued"]!;
    }
}
