using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Benchmarks;

/// <summary>All roads of many operations as processes: how long until everybody has arrived, without and with ten at whom Customer.io fails for ever.</summary>
/// <remarks>
/// The server counts the time until the last arrival of the others: since the start of the process, as its user sees it; and since its first request, without
/// start-up and reading. Where everybody fits into one request, the second is the time of that one answer, and any failure at all costs further ones.
/// </remarks>
internal static partial class PoisonBenchmark
{
    private const int Count = 5000;
    private static readonly HashSet<string> s_poisoned = [.. Enumerable.Range(0, 10).Select(i => Name((i * 487) + 3))];
    private static readonly (string Name, Func<Bench, Task> Run)[] s_roads =
    [
        ("run --each --batch", bench => bench.ToolAsync(["run", "identify", "--each", "people.jsonl", "--batch"])),
        ("events send", bench => bench.ToolAsync(["events", "send", "--in", "events.jsonl", "--profile", "connector"])),
        ("events send, segment", bench => bench.ToolAsync(["events", "send", "--in", "events.jsonl", "--profile", "segment"])),
        ("import people", bench => bench.ToolAsync(["import", "people", "--from", "people.csv", "--data", "data", "--errors", "errors.csv"])),
        ("sync, push", bench => bench.ToolAsync(["sync", "run", "push.json", "--data", "data"])),
        ("serve", bench => bench.ServeAsync()),
    ];

    /// <param name="tool">The built connector.dll.</param>
    /// <param name="latencies">How long the server takes for each answer, in milliseconds.</param>
    /// <param name="only">A part of a road's name; empty for all.</param>
    public static async Task RunAsync(string tool, int[] latencies, string only)
    {
        Console.WriteLine($"{Count} items, ten of them answered 500 for ever; the others' arrival");
        Console.WriteLine(
            $"{"road", -24}{"latency", 8}{"since the start: without", 26}{"with", 10}{"ratio", 8}"
                + $"{"first request: without", 24}{"with", 10}{"ratio", 8}{"requests", 14}"
        );
        foreach (var (name, run) in s_roads.Where(r => r.Name.Contains(only, StringComparison.Ordinal)))
        {
            foreach (var latency in latencies)
            {
                var samples = new List<(Seen Without, Seen With)>();
                for (var i = 0; i < 3; i++)
                {
                    samples.Add(
                        (await OnceAsync(tool, run, latency, []).ConfigureAwait(false), await OnceAsync(tool, run, latency, s_poisoned).ConfigureAwait(false))
                    );
                }

                var (a, b) = samples.OrderBy(s => s.With.Whole / s.Without.Whole).ElementAt(1);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name, -24}{latency, 5} ms{a.Whole.TotalMilliseconds, 23:0} ms{b.Whole.TotalMilliseconds, 7:0} "
                            + $"ms{b.Whole / a.Whole, 8:0.00}{a.Span.TotalMilliseconds, 21:0} ms{b.Span.TotalMilliseconds, 7:0} "
                            + $"ms{b.Span / a.Span, 8:0.00}{a.Requests, 7}{b.Requests, 7}"
                    )
                );
            }
        }
    }

    private static async Task<Seen> OnceAsync(string tool, Func<Bench, Task> run, int latency, HashSet<string> poisoned)
    {
        var folder = Directory.CreateTempSubdirectory("poison-");
        try
        {
            await using var server = new Server(latency, poisoned);
            await server.StartAsync().ConfigureAwait(false);
            await run(new Bench(tool, folder.FullName, server)).ConfigureAwait(false);
            return server.Seen();
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"u{i}.");

    [GeneratedRegex(@"\bu\d+\.")]
    private static partial Regex Names();

    private sealed record Seen(TimeSpan Whole, TimeSpan Span, int Requests);

    /// <summary>A Customer.io that takes everything but the poisoned, each answer after a while.</summary>
    private sealed class Server(int latency, HashSet<string> poisoned) : IAsyncDisposable
    {
        private readonly Lock _lock = new();
        private readonly HashSet<string> _arrived = [];
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private WebApplication? _app;
        private long _first,
            _last;
        private int _requests;

        public bool IsClosed { get; set; }

        /// <summary>When the process was started that is measured.</summary>
        public long Started { get; set; }

        public string Url => _app!.Urls.Single();

        /// <summary>Ends when all others have arrived.</summary>
        public Task All => _all.Task;

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
            _app = builder.Build();
            _app.Run(AnswerAsync);
            await _app.StartAsync().ConfigureAwait(false);
        }

        public Seen Seen() =>
            _arrived.Count == Count - poisoned.Count
                ? new(Stopwatch.GetElapsedTime(Started, _last), Stopwatch.GetElapsedTime(_first, _last), _requests)
                : throw new InvalidOperationException($"Only {_arrived.Count} have arrived.");

        public async ValueTask DisposeAsync() => await _app!.DisposeAsync().ConfigureAwait(false);

        private async Task AnswerAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            string[] names =
            [
                .. Names().Matches(context.Request.Path + "\n" + await reader.ReadToEndAsync().ConfigureAwait(false)).Select(m => m.Value).Distinct(),
            ];
            if (IsClosed)
            {
                context.Response.StatusCode = 503;
                return;
            }

            lock (_lock)
            {
                _first = _first == 0 ? Stopwatch.GetTimestamp() : _first;
                _requests++;
            }

            if (latency > 0)
            {
                await Task.Delay(latency).ConfigureAwait(false);
            }

            context.Response.ContentType = "application/json";
            if (names.Any(poisoned.Contains))
            {
                context.Response.StatusCode = 500;
                return;
            }

            lock (_lock)
            {
                var before = _arrived.Count;
                _arrived.UnionWith(names);
                _last = _arrived.Count > before ? Stopwatch.GetTimestamp() : _last;
                if (_arrived.Count == Count - poisoned.Count)
                {
                    _all.TrySetResult();
                }
            }

            await context
                .Response.WriteAsync(context.Request.Path.Value!.EndsWith("/region", StringComparison.Ordinal) ? """{"region":"us"}""" : "{}")
                .ConfigureAwait(false);
        }
    }

    /// <summary>The tool in a folder that holds the items in every form.</summary>
    private sealed class Bench
    {
        private readonly string _tool,
            _folder;
        private readonly Server _server;

        public Bench(string tool, string folder, Server server)
        {
            (_tool, _folder, _server) = (Path.GetFullPath(tool), folder, server);
            Write("people.jsonl", i => $$$"""{"id":"{{{Name(i)}}}","customerData":{"plan":"pro"}}""");
            Write("people.csv", i => i < 0 ? "id,plan" : $"{Name(i)},pro", -1);
            Write("events.jsonl", Event);
            Write("push.json", _ => """{"database":"sqlite:crm.db","table":"people","key":"id","direction":"push","attributes":{"plan":"plan"}}""", 0, 1);
            using var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "crm.db")};Pooling=false");
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText =
                "CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT); WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 "
                + $"FROM n WHERE i < {Count - 1}) INSERT INTO people SELECT 'u' || i || '.', 'pro' FROM n";
            command.ExecuteNonQuery();
        }

        public async Task ToolAsync(string[] args)
        {
            using var process = Start(args);
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode is not (0 or 4))
            {
                throw new InvalidOperationException($"exit {process.ExitCode}: {await error.ConfigureAwait(false)}{await output.ConfigureAwait(false)}");
            }
        }

        /// <summary>Fills the queue while nothing can be delivered, and starts anew.</summary>
        public async Task ServeAsync()
        {
            string[] args = ["serve", "--port", "0", "--data", "data", "--profile", "connector", "--write-key", "key"];
            _server.IsClosed = true;
            using (var filling = Start(args))
            {
                var (url, error) = (await filling.StandardOutput.ReadLineAsync().ConfigureAwait(false), filling.StandardError.ReadToEndAsync());
                using var http = new HttpClient();
                http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("key:"u8));
                foreach (var some in Enumerable.Range(0, Count).Chunk(500))
                {
                    using var content = new StringContent($"{{\"batch\":[{string.Join(',', some.Select(Event))}]}}", Encoding.UTF8, "application/json");
                    using var answer = await http.PostAsync(new Uri(url + "/v1/batch"), content).ConfigureAwait(false);
                    answer.EnsureSuccessStatusCode();
                }

                filling.Kill();
                await filling.WaitForExitAsync().ConfigureAwait(false);
                await error.ConfigureAwait(false);
            }

            _server.IsClosed = false;
            using var process = Start(args);
            var (output, told) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            try
            {
                await _server.All.WaitAsync(TimeSpan.FromMinutes(2)).ConfigureAwait(false);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync().ConfigureAwait(false);
                await Task.WhenAll(output, told).ConfigureAwait(false);
            }
        }

        private static string Event(int i) => $$"""{"type":"track","userId":"{{Name(i)}}","event":"Bought","messageId":"m{{i}}"}""";

        private void Write(string name, Func<int, string> line, int from = 0, int to = Count) =>
            File.WriteAllLines(Path.Combine(_folder, name), Enumerable.Range(from, to - from).Select(line));

        private Process Start(string[] args)
        {
            var start = new ProcessStartInfo("dotnet", [_tool, .. args])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder,
            };
            (start.Environment["CUSTOMERIO_BASE_URL"], start.Environment["CUSTOMERIO_SITE_ID"], start.Environment["CUSTOMERIO_API_KEY"]) = (
                _server.Url,
                "s",
                "k"
            );
            _server.Started = Stopwatch.GetTimestamp();
            return Process.Start(start)!;
        }
    }
}
