using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Benchmarks;

/// <summary>Two builds of the tool in turn: how many events a second each takes, and takes and delivers, and the memory for it.</summary>
internal static class BuildsBenchmark
{
    private const int Rounds = 3,
        Batch = 100,
        Senders = 16,
        Events = 200_000;

    /// <summary>Measures both and prints a table.</summary>
    /// <param name="ours">A built connector.dll.</param>
    /// <param name="other">The one it is held against.</param>
    public static async Task RunAsync(string ours, string other)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        await using var sink = builder.Build();
        sink.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null).ConfigureAwait(false);
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync("{}"u8.ToArray()).ConfigureAwait(false);
        });
        await sink.StartAsync().ConfigureAwait(false);
        var (mine, theirs) = (new List<double[]>(), new List<double[]>());
        for (var round = 0; round < Rounds; round++)
        {
            mine.Add(await OneAsync(ours, sink.Urls.Single()).ConfigureAwait(false));
            theirs.Add(await OneAsync(other, sink.Urls.Single()).ConfigureAwait(false));
        }

        string[] names =
        [
            $"acknowledged events/s, one a request, {IntakeBenchmark.Clients} senders",
            $"acknowledged events/s, {Batch} a request, {IntakeBenchmark.Clients} senders",
            $"received and delivered events/s, {Batch} a request, {Senders} senders",
            "peak memory of that, MiB",
        ];
        Console.WriteLine($"{"what (median of " + Rounds + " rounds)", -66}{"ours", 10}{"other", 10}{"ratio", 8}");
        for (var i = 0; i < names.Length; i++)
        {
            var (one, two) = (Median(mine, i), Median(theirs, i));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{names[i], -66}{one, 10:0}{two, 10:0}{one / two, 8:0.00}"));
        }
    }

    private static double Median(List<double[]> samples, int i) => samples.Select(s => s[i]).Order().ElementAt(samples.Count / 2);

    private static async Task<double[]> OneAsync(string tool, string sink)
    {
        var folder = Directory.CreateTempSubdirectory("builds-").FullName;
        try
        {
            var (single, _) = await IntakeBenchmark.OneAsync(tool, ["--data", Path.Combine(folder, "single")], 1).ConfigureAwait(false);
            var (many, _) = await IntakeBenchmark.OneAsync(tool, ["--data", Path.Combine(folder, "many")], Batch).ConfigureAwait(false);
            var (both, peak) = await ThroughAsync(tool, Path.Combine(folder, "both"), sink).ConfigureAwait(false);
            return [single, many, both, peak];
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task<(double Rate, double Peak)> ThroughAsync(string tool, string data, string sink)
    {
        var start = new ProcessStartInfo("dotnet", [tool, "serve", "--port", "0", "--data", data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["CUSTOMERIO_WRITE_KEY"] = "k",
                ["CUSTOMERIO_SITE_ID"] = "s",
                ["CUSTOMERIO_API_KEY"] = "k",
                ["CUSTOMERIO_BASE_URL"] = sink,
                ["CUSTOMERIO_RATE_LIMIT"] = "0",
            },
        };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            var url = new Uri((await process.StandardOutput.ReadLineAsync().ConfigureAwait(false))!);
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("k:"u8));
            var bodies = Enumerable.Range(0, Events / Batch).Select(i => IntakeBenchmark.Body(Batch, i * Batch)).ToArray();
            var next = -1;
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync))).ConfigureAwait(false);
            while ((long)JObject.Parse(await http.GetStringAsync(new Uri(url, "/health")).ConfigureAwait(false))["queued"]! > 0)
            {
                await Task.Delay(20).ConfigureAwait(false);
            }

            var rate = Events / clock.Elapsed.TotalSeconds;
            process.Refresh();
            return (rate, process.PeakWorkingSet64 / 1048576.0);

            async Task SendAsync()
            {
                while (Interlocked.Increment(ref next) is var i && i < bodies.Length)
                {
                    using var content = new ByteArrayContent(bodies[i]);
                    content.Headers.ContentType = new("application/json");
                    using var answer = await http.PostAsync(new Uri(url, "/v1/batch"), content).ConfigureAwait(false);
                    answer.EnsureSuccessStatusCode();
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
        }
    }
}
