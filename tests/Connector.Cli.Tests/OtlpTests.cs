using System.Diagnostics;
using System.Net;
using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Spans and metrics leave by OTLP where the environment says so, and nothing waits for them or fails with them.</summary>
public class OtlpTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT",
        Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private static readonly string[] s_run = ["run", "identify", "--set", "id=mrkx", "--set", "customerData.email=mrkx@example.com"];

    private SandboxServer _sandbox = null!;

    [SetUp]
    public async Task StartAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions());

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task Run_WithAnEndpoint_SendsItsSpansAndMetricsBeforeItEnds()
    {
        await using var collector = new Collector();
        var ran = await RunAsync(
            collector.Url,
            ("OTEL_SERVICE_NAME", "the-shop"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=trial"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=of-the-collector")
        );
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((0, "")), ran.ToString());
        var (traces, metrics) = (collector.Sent("/v1/traces"), collector.Sent("/v1/metrics"));
        Assert.That(traces, Does.Contain("run identify").And.Contain("PUT /api/v1/customers/{id}").And.Contain("CustomerIo.Connector"));
        Assert.That(metrics, Does.Contain("customerio.run.duration").And.Contain("customerio.request.duration"));
        foreach (var sent in (string[])[traces, metrics])
        {
            Assert.That(sent, Does.Contain("the-shop").And.Contain("deployment.environment.name").And.Contain("trial").And.Not.Contain("mrkx"));
        }

        Assert.That(collector.Keys, Is.All.EqualTo("of-the-collector"));
    }

    [Test]
    public async Task Run_WithAnEndpointForTracesAlone_SendsThese()
    {
        await using var collector = new Collector();
        using var tool = new InProcess([
            .. Tool.KeysOf(_sandbox),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.Url + "/here"),
            (Protocol, "http/protobuf"),
        ]);
        var ran = await tool.RunAsync(s_run);
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((0, "")), ran.ToString());
        Assert.That(collector.Paths, Is.EqualTo(new[] { "/here" }));
        Assert.That(collector.Sent("/here"), Does.Contain("run identify").And.Contain("customerio-connector"));
    }

    [Test]
    public async Task Run_WithNobodyAtTheEndpoint_IsAsWithoutOne([Values("grpc", "http/protobuf")] string protocol)
    {
        var clock = Stopwatch.StartNew();
        var ran = await RunAsync($"http://127.0.0.1:{TcpPeer.DeadPort()}", (Protocol, protocol));
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((0, "")), ran.ToString());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That(_sandbox.Person("mrkx"), Is.Not.Null);
    }

    // The exporter itself would wait ten seconds, for each of the two.
    [Test]
    public async Task Run_WithAnEndpointThatNeverAnswers_EndsSoon()
    {
        await using var mute = new TcpPeer(peer => Task.Delay(Timeout.InfiniteTimeSpan, peer.End));
        var clock = Stopwatch.StartNew();
        var ran = await RunAsync(mute.Origin, ("OTEL_EXPORTER_OTLP_TIMEOUT", "600000"));
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((0, "")), ran.ToString());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
        Assert.That(_sandbox.Person("mrkx"), Is.Not.Null);
    }

    [TestCase("collector:4318", null, "OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address")]
    [TestCase("nonsense", null, "OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address")]
    [TestCase("http://", null, "OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address")]
    [TestCase("ftp://mrkx:mrkx@127.0.0.1", null, "OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address")]
    [TestCase("http://127.0.0.1:9", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL must be grpc or http/protobuf")]
    public async Task Run_WithAnEndpointThatIsNone_SaysSoAndGoesOn(string endpoint, string? protocol, string words)
    {
        var ran = await RunAsync(endpoint, protocol is null ? [] : [(Protocol, protocol)]);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(ran.Error, Is.EqualTo($"{words}, so nothing is exported.\n"));
    }

    [TestCase("OTEL_EXPORTER_OTLP_HEADERS", "mrkx")]
    [TestCase("OTEL_EXPORTER_OTLP_TIMEOUT", "mrkx")]
    [TestCase("OTEL_TRACES_SAMPLER", "mrkx")]
    [TestCase("OTEL_RESOURCE_ATTRIBUTES", "mrkx,=,%ZZ")]
    [TestCase("OTEL_METRIC_EXPORT_INTERVAL", "mrkx")]
    [TestCase("OTEL_BSP_SCHEDULE_DELAY", "-1")]
    [TestCase("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/mrkx.pem")]
    public async Task Run_WithAVariableThatIsNonsense_GoesOnWithALineAtTheMost(string name, string value)
    {
        await using var collector = new Collector();
        var ran = await RunAsync(collector.Url, (name, value));
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.LessThan(2));
        Assert.That(ran.Error, Does.Not.Contain("mrkx"));
    }

    [Test]
    public async Task Run_ThatIsToExportNothing_DoesNot()
    {
        await using var collector = new Collector();
        await RunAsync(collector.Url, ("OTEL_SDK_DISABLED", "true"));
        await RunAsync(collector.Url, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none"));
        Assert.That(collector.Paths, Is.Empty);
    }

    private async Task<Ran> RunAsync(string endpoint, params (string Name, string Value)[] environment)
    {
        using var tool = new InProcess([.. Tool.KeysOf(_sandbox), (Endpoint, endpoint), (Protocol, "http/protobuf"), .. environment]);
        return await tool.RunAsync(s_run);
    }

    /// <summary>Takes what is exported over HTTP, and answers as a collector does.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly List<(string Path, string Key, string Text)> _sent = [];
        private readonly Task _serving;

        public Collector()
        {
            Url = $"http://127.0.0.1:{TcpPeer.DeadPort()}";
            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url { get; }

        public string[] Paths => [.. All.Select(s => s.Path)];

        public IEnumerable<string> Keys => All.Select(s => s.Key);

        private (string Path, string Key, string Text)[] All
        {
            get
            {
                lock (_sent)
                {
                    return [.. _sent];
                }
            }
        }

        /// <summary>What came at a path; the texts in it stand there as they are.</summary>
        public string Sent(string path) => string.Concat(All.Where(s => s.Path == path).Select(s => s.Text));

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
        }

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    lock (_sent)
                    {
                        _sent.Add((context.Request.RawUrl!, context.Request.Headers["x-collector-key"] ?? "", Encoding.Latin1.GetString(body.ToArray())));
                    }

                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
                {
                    // It is closed, or the other side went.
                }
            }
        }
    }
}
