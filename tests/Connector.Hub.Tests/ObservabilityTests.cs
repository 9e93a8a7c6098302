using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Hub.Scheduling;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>What a hub shows operators: traces that go on, metrics that Prometheus can read, and a page and a dashboard that know them.</summary>
public partial class ObservabilityTests : WholeHubFixture
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736",
        Caller = "00f067aa0ba902b7";

    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "observability.md"));

    [Test]
    public async Task Request_WithATraceparent_GoesOnDownToTheAttempt()
    {
        using var spans = new Spans();
        var answer = await Hub.RunAsync(
            "identify",
            """{"id":"7","customerData":{"email":"ada@example.com"}}""",
            [("traceparent", $"00-{Trace}-{Caller}-01"), ("tracestate", "vendor=ada"), ("baggage", "email=ada")]
        );
        Assert.That(answer.Status, Is.EqualTo(200));
        await spans.EndedAsync(3);
        var (attempt, run, request) = (spans.Named("PUT /api/v1/customers/{id}"), spans.Named("run identify"), spans.Named("POST /actions/{id}"));
        Assert.That(new[] { attempt, run, request }.Select(s => $"{s.TraceId}"), Is.All.EqualTo(Trace));
        Assert.That(new[] { attempt, run, request }.Select(s => s.TraceStateString), Is.All.Null, "it is the caller's free text");
        Assert.That(new[] { attempt, run, request }.SelectMany(s => s.Baggage), Is.Empty);
        Assert.That(
            (attempt.ParentSpanId, run.ParentSpanId, request.ParentSpanId.ToString(), request.Kind),
            Is.EqualTo((run.SpanId, request.SpanId, Caller, ActivityKind.Server))
        );
        Assert.That(
            request.TagObjects.Select(t => $"{t.Key}={t.Value}"),
            Is.EquivalentTo(["http.request.method=POST", "url.scheme=http", "http.route=/actions/{id}", "http.response.status_code=200"])
        );
    }

    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")]
    [TestCase("00-00000000000000000000000000000000-0000000000000000-01")]
    [TestCase("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [TestCase("nonsense")]
    [TestCase("")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-" + Long)]
    public async Task Request_WithATraceparentThatIsNone_BeginsATrace(string given)
    {
        using var spans = new Spans();
        var answer = await Hub.RunAsync("identify", """{"id":"7"}""", ("traceparent", given), ("tracestate", "a=b,,=," + Long));
        Assert.That(answer.Status, Is.EqualTo(200));
        await spans.EndedAsync(3);
        Assert.That(spans.Named("run identify").ParentSpanId, Is.EqualTo(spans.Named("POST /actions/{id}").SpanId));
    }

    private const string Long = "0123456789012345678901234567890123456789012345678901234567890123456789";

    [Test]
    public async Task Request_OfAnyKind_TellsNoKeyPathOrQuery()
    {
        using var spans = new Spans();
        foreach (
            var (method, path) in new[]
            {
                ("GET", "/v1/projects/mrkx/settings"),
                ("GET", "/pixel/v1/track?writeKey=mrkx&data=mrkx"),
                ("POST", "/actions/mrkx"),
                ("POST", "/mrkx?mrkx=mrkx"),
                ("MRKX", "/actions/identify"),
                ("GET", "/options/mrkx"),
                ("DELETE", "/subscriptions/mrkx"),
                ("GET", "/health"),
                ("GET", "/metrics"),
            }
        )
        {
            using var body = method == "POST" ? new StringContent("""{"name":"mrkx","email":"mrkx@example.com"}""") : null;
            await Hub.SendAsync(new HttpMethod(method), path, body, ("X-Mrkx", "mrkx"), ("User-Agent", "mrkx"));
        }

        using var call = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", Encoding.UTF8, "application/json");
        await Hub.SendAsync(HttpMethod.Post, "/mcp", call, ("Accept", "application/json, text/event-stream"));
        await spans.UntilAsync(s => s.DisplayName == "POST /mcp");
        await Hub.RunAsync("identify", """{"id":"7"}""");
        await spans.UntilAsync(s => s.DisplayName == "POST /actions/{id}" && 200.Equals(s.GetTagItem("http.response.status_code")));
        Assert.That(spans.Texts, Has.None.Contains("mrkx").IgnoreCase.And.None.Contains("/health").And.None.Contains("/metrics"));
        Assert.That(spans.Texts, Has.Some.Contains("GET /v1/projects/{key}/settings").And.Some.Contains("_OTHER"));
    }

    [Test]
    public async Task Metrics_OfAnythingACallerMakesUp_HaveNoSeriesOfItsOwn()
    {
        await Hub.RunAsync("identify", """{"id":"7"}""");
        var before = Series((await Hub.GetAsync("/metrics")).Text);
        for (var i = 0; i < 30; i++)
        {
            await Hub.RunAsync($"made-up-{i}", "{}");
            await Hub.GetAsync($"/made-up-{i}");
            await Hub.SendAsync(new HttpMethod($"MADEUP{i}"), $"/actions/identify?made-up={i}");
            using var call = new StringContent(
                $$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"made-up-{{i}}","arguments":{} } }""",
                Encoding.UTF8,
                "application/json"
            );
            await Hub.SendAsync(HttpMethod.Post, "/mcp", call, ("Accept", "application/json, text/event-stream"));
        }

        var after = Series((await Hub.GetAsync("/metrics")).Text);
        Assert.That(after.Except(before), Is.Empty);
        Assert.That(after, Has.None.Contains("made").IgnoreCase);
    }

    [Test]
    public async Task Metrics_ReadWhileBusy_AreAlwaysWhole()
    {
        using var stop = new CancellationTokenSource();
        var runs = Parallel.ForAsync(0, 400, async (i, _) => await Hub.RunAsync("identify", $$"""{"id":"{{i % 5}}"}"""));
        var reads = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(async () =>
                {
                    var (last, read) = (0L, 0);
                    while (!runs.IsCompleted || read == 0)
                    {
                        var text = (await Hub.GetAsync("/metrics")).Text;
                        Assert.That(text, Does.EndWith("\n").And.Contain("# TYPE customerio_webhooks_refused_total counter\n"));
                        var now = long.Parse(Succeeded().Match(text) is { Success: true } m ? m.Groups[1].Value : "0");
                        Assert.That(now, Is.GreaterThanOrEqualTo(last));
                        (last, read) = (now, read + 1);
                    }
                })
            )
            .ToArray();
        await Task.WhenAll([runs, .. reads]);
        Assert.That(
            (await Hub.GetAsync("/metrics")).Text,
            Does.Contain("""customerio_actions_total{customerio_action="identify",customerio_outcome="succeeded"} 400""")
        );
        Assert.That((await Hub.SendAsync(HttpMethod.Head, "/metrics")).Status, Is.EqualTo(200));
        var posted = await Hub.SendAsync(HttpMethod.Post, "/metrics");
        Assert.That((posted.Status, posted.Header("Allow")), Is.EqualTo((405, "GET, HEAD")));
    }

    [GeneratedRegex("customerio_actions_total\\{customerio_action=\"identify\",customerio_outcome=\"succeeded\"\\} (\\d+)")]
    private static partial Regex Succeeded();

    [Test]
    public void Metrics_WhereTheEnvironmentTurnsExportOff_AreShownAllTheSame()
    {
        Environment.SetEnvironmentVariable("OTEL_SDK_DISABLED", "true");
        try
        {
            using var metrics = new HubMetrics();
            Syncs().Measure(metrics.Meter);
            Assert.That(metrics.Read(), Does.Contain("customerio_sync_scheduled 0\n"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_SDK_DISABLED", null);
        }
    }

    [Test]
    public async Task Labels_WithEveryCharacter_AreEscaped()
    {
        using var metrics = new HubMetrics();
        metrics.Meter.CreateCounter<long>("odd.name", "s", "A \\ and\na line").Add(1, new KeyValuePair<string, object?>("a.b", "x\"y\\z\nw"));
        metrics.Meter.CreateHistogram<double>("odd.lengths", "s", "Lengths.").Record(0.25);
        var families = (JArray)(await NodeAsync(metrics.Read(), []))["families"]!;
        var odd = families.Single(f => (string?)f["name"] == "odd_name_seconds_total");
        Assert.That(odd["metrics"]![0]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"value":"1","labels":{"a_b":"x\"y\\z\nw"}}"""));
        var buckets = (JObject)families.Single(f => (string?)f["name"] == "odd_lengths_seconds")["metrics"]![0]!["buckets"]!;
        Assert.That(((string?)buckets["0"], (string?)buckets["+Inf"]), Is.EqualTo(("0", "1")));
    }

    [Test]
    public async Task Dashboard_AsksForWhatMetricsShow_InQueriesThatPrometheusReads()
    {
        var dashboard = JObject.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "grafana.json")));
        var queries = dashboard.SelectTokens("$..expr").Select(e => ((string)e!).Replace("$__rate_interval", "5m", StringComparison.Ordinal)).ToArray();
        var read = await NodeAsync(await ShownAsync(), queries);
        var families = (JArray)read["families"]!;
        Assert.That(families.Select(f => (string?)f["help"]), Is.All.Not.Empty);
        var shown = families
            .SelectMany(f => (string?)f["type"] == "HISTOGRAM" ? ["_bucket", "_sum", "_count"] : new[] { "" }, (f, end) => f["name"] + end)
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(read["queries"]!.Where(q => q["wrong"]!.Type != JTokenType.Null), Is.Empty);
        var asked = read["queries"]!.SelectMany(q => q["names"]!).Select(n => (string)n!).ToHashSet(StringComparer.Ordinal);
        Assert.That(asked.Except(shown), Is.Empty);

        Assert.That(
            families.Select(f => (string)f["name"]!).Where(name => !asked.Any(a => a.StartsWith(name, StringComparison.Ordinal))),
            Is.Empty,
            "no panel looks at these"
        );
    }

    [Test]
    public async Task Page_HasEachMetric_AsItIs()
    {
        var instruments = new List<Instrument>();
        using (var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument) })
        {
            using var metrics = new HubMetrics();
            Syncs().Measure(metrics.Meter);
            listener.Start();
        }

        var rows = instruments
            .Where(i => i.Meter.Name == Telemetry.Name)
            .Select(i =>
            {
                var kind = i.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal);
                var shown = PrometheusText.NameOf(i.Name, i.Unit, isCounter: kind == "Counter");
                return $"| `{i.Name}` | `{shown}` | {kind.ToLowerInvariant()} | `{i.Unit}` | {i.Description!.TrimEnd('.')} |";
            })
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.That(
            s_page.Split('\n').Where(l => l.StartsWith("| `customerio.", StringComparison.Ordinal) && l.Contains("`customerio_", StringComparison.Ordinal)),
            Is.EqualTo(rows),
            string.Join('\n', rows)
        );

        // And each name and attribute that is seen stands there.
        using var spans = new Spans();
        var text = await ShownAsync();
        await spans.UntilAsync(s => s.DisplayName == "POST /actions/{id}");
        var documented = Attribute().Matches(s_page).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.That(spans.All.SelectMany(s => s.TagObjects).Select(t => t.Key).Except(documented), Is.Empty);
        Assert.That(Label().Matches(text).Select(m => m.Groups[1].Value).Except([.. documented.Select(d => d.Replace('.', '_')), "le"]), Is.Empty);
    }

    [GeneratedRegex("^\\| `([a-z_.]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Attribute();

    [GeneratedRegex("[{,]([a-z_]+)=\"")]
    private static partial Regex Label();

    /// <summary>Everything that <c>/metrics</c> can show, after each has happened at least once.</summary>
    private async Task<string> ShownAsync()
    {
        await Hub.FaultAsync("""{"status":503,"times":1}""");
        Assert.That((await Hub.RunAsync("identify", """{"id":"7","retryDelayMs":0,"useExponentialBackoff":false}""")).Status, Is.EqualTo(200));
        Telemetry.Throttled(ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region"), TimeSpan.FromMilliseconds(1));
        using var syncs = new HubMetrics();
        Syncs().Measure(syncs.Meter);
        var others = string.Concat(Families().Matches(syncs.Read()).Select(m => m.Value).Where(f => f.Contains(" customerio_sync_", StringComparison.Ordinal)));
        return (await Hub.GetAsync("/metrics")).Text + others;
    }

    [GeneratedRegex("# HELP .*\n(?:(?!# HELP).*\n)*")]
    private static partial Regex Families();

    private static SyncPart Syncs() =>
        new(new SyncService(new ServeSettings("nowhere", "nowhere", null), new Connection { SiteId = "s", ApiKey = "k" }, _ => { }, TimeProvider.System));

    private static string[] Series(string text) =>
        [.. text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l[..l.LastIndexOf(' ')]).Order(StringComparer.Ordinal)];

    private static async Task<JObject> NodeAsync(string exposition, string[] queries)
    {
        var input = new JObject { ["exposition"] = exposition, ["queries"] = new JArray(queries) };
        var (exit, output, error) = await NodeTools.RunAsync("node", ["metrics.mjs"], input: input.ToString());
        Assert.That(exit, Is.Zero, error);
        return JObject.Parse(output);
    }

    /// <summary>The spans that end while it lives and were not left out.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly List<Activity> _ended = [];
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is Telemetry.Name or RequestSpans.Source,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span =>
                {
                    lock (_ended)
                    {
                        if (span.Recorded)
                        {
                            _ended.Add(span);
                        }
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity[] All
        {
            get
            {
                lock (_ended)
                {
                    return [.. _ended];
                }
            }
        }

        public IEnumerable<string> Texts =>
            All.Select(s =>
                $"{s.DisplayName} {s.OperationName} {string.Join(' ', s.TagObjects)} {s.StatusDescription} {s.TraceStateString} {string.Join(' ', s.Baggage)} "
                + string.Join(' ', s.Events.SelectMany(e => e.Tags))
            );

        public Activity Named(string name) => All.Single(s => s.DisplayName == name);

        public Task EndedAsync(int count) => Eventually.TrueAsync(() => All.Length >= count, () => string.Join('\n', Texts));

        public Task UntilAsync(Func<Activity, bool> condition) => Eventually.TrueAsync(() => All.Any(condition), () => string.Join('\n', Texts));

        public void Dispose() => _listener.Dispose();
    }
}
