using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>What no action does on demand: progress, defects, calls without end, streams that break.</summary>
public class McpRunnerInProcessTests
{
    private static readonly RunResult s_done = new(RunStatus.Succeeded, new JObject(), new RequestSummary(null, null, 0, 0, 0, 0, null, null), []);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly CustomerIoConnector _connector = new();
    private readonly StringWriter _log = new();

    [OneTimeTearDown]
    public void Dispose()
    {
        _connector.Dispose();
        _log.Dispose();
    }

    [SetUp]
    public void ClearLog() => _log.GetStringBuilder().Clear();

    [Test]
    public async Task Progress_WithToken_ComesInOrderBeforeTheAnswer()
    {
        var lines = await ServeAsync(
            [Call(1, """{"progressToken":"t"}""")],
            (_, _, _, options, _) =>
            {
                foreach (var done in new[] { 1, 2, 2, 1, 3 })
                {
                    options!.Progress!(done, 3);
                }

                return Task.FromResult(s_done);
            }
        );

        Assert.That(
            lines[..^1].Select(l => ConnectorJson.ToText(l["params"]!)),
            Is.EqualTo(
                new[]
                {
                    """{"progressToken":"t","progress":1,"total":3}""",
                    """{"progressToken":"t","progress":2,"total":3}""",
                    """{"progressToken":"t","progress":3,"total":3}""",
                }
            )
        );
        Assert.That(lines[..^1].Select(l => (string?)l["method"]), Has.All.EqualTo("notifications/progress"));
        Assert.That((string?)lines[^1]["result"]!["structuredContent"]!["status"], Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task Progress_WithoutToken_IsNotAskedFor()
    {
        RunOptions? seen = null;

        var lines = await ServeAsync(
            [Call(1)],
            (_, _, _, options, _) =>
            {
                seen = options;
                return Task.FromResult(s_done);
            }
        );

        Assert.That(seen!.Progress, Is.Null);
        Assert.That(lines, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Defect_InAnAction_IsNamedWithoutItsInnards()
    {
        var lines = await ServeAsync([Call(1)], (_, _, _, _, _) => throw new InvalidTimeZoneException("hunter2", new InvalidOperationException("hunter2")));

        var result = lines.Single()["result"]!;
        var error = ConnectorJson.ParseObject((string)result["content"]!.Last()["text"]!);
        Assert.Multiple(() =>
        {
            Assert.That((bool?)result["isError"], Is.True);
            Assert.That((string?)error["kind"], Is.EqualTo("defect"));
            Assert.That((string?)result["content"]!.First()["text"], Is.EqualTo((string?)error["message"]), "an agent's user reads a sentence first");
            Assert.That(
                error.Properties().Select(p => p.Name),
                Is.EqualTo(((JObject)new ConnectorException(FailureKind.Input, "").ToJson()["error"]!).Properties().Select(p => p.Name))
            );
            Assert.That(result.ToString(), Does.Not.Contain("hunter2").And.Contain(nameof(InvalidTimeZoneException)));
            Assert.That(
                _log.ToString(),
                Does.Not.Contain("hunter2")
                    .And.Contain("System.InvalidTimeZoneException > System.InvalidOperationException")
                    .And.Contain(nameof(Defect_InAnAction_IsNamedWithoutItsInnards))
            );
        });
    }

    [Test]
    public async Task Stop_CallWithoutEnd_IsGivenUpInTime()
    {
        var started = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var input = new Pipe();
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes(Call(1) + "\n"));

        var serving = RunAsync(
            input.Reader.AsStream(),
            Stream.Null,
            async (_, _, _, _, ct) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
                return s_done;
            },
            TimeSpan.FromMilliseconds(200),
            stop.Token
        );
        await started.Task.WaitAsync(s_patience);
        await stop.CancelAsync();

        Assert.That(await serving.WaitAsync(s_patience), Is.False);
        Assert.That(_log.ToString(), Does.Contain("Gave up 1"));
    }

    [Test]
    public async Task Stop_CallEndsInTime_IsAnswered()
    {
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        using var output = new MemoryStream();
        var input = new Pipe();
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes(Call(1) + "\n"));

        var serving = RunAsync(
            input.Reader.AsStream(),
            output,
            async (_, _, _, _, _) =>
            {
                started.SetResult();
                await go.Task;
                return s_done;
            },
            s_patience,
            stop.Token
        );
        await started.Task.WaitAsync(s_patience);
        await stop.CancelAsync();
        go.SetResult();

        Assert.That(await serving.WaitAsync(s_patience), Is.True);
        Assert.That(Encoding.UTF8.GetString(output.ToArray()), Does.Contain("succeeded"));
    }

    [Test]
    public async Task Output_Breaks_EndsServing()
    {
        var input = new Pipe();
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes(Call(1) + "\n" + Call(2) + "\n"));

        await RunAsync(input.Reader.AsStream(), new BrokenStream(), (_, _, _, _, _) => Task.FromResult(s_done), s_patience, default).WaitAsync(s_patience);

        Assert.That(_log.ToString(), Does.Contain("Nobody reads the output"));
    }

    [Test]
    public async Task Output_NobodyReadsIt_StopsTheReadingUntilSomebodyDoes()
    {
        const int Requests = 20_000;
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(1, Requests).Select(i => Call(i)))));
        using var output = new GatedStream();
        await using var lines = new LogLines(_log);
        await using var transport = new LineTransport(input, output, lines);
        var answering = Task.Run(async () =>
        {
            await foreach (var message in transport.MessageReader.ReadAllAsync())
            {
                await transport.SendMessageAsync(new JsonRpcResponse { Id = ((JsonRpcRequest)message).Id, Result = new System.Text.Json.Nodes.JsonObject() });
            }
        });
        transport.Start();

        Assert.That(SpinWait.SpinUntil(() => transport.IsHeldBack, s_patience), Is.True, "the reading never stopped");
        Assert.That(input.Position, Is.LessThan(input.Length / 2));
        output.Open();

        await answering.WaitAsync(s_patience);
        await transport.DisposeAsync();
        Assert.That(output.Lines, Is.EqualTo(Requests));
    }

    [Test]
    public async Task Log_NobodyReadsIt_DoesNotStopCalls()
    {
        using var stuck = new StuckWriter();
        var calls = Enumerable.Range(1, 3000).Select(i => Call(i)).ToArray();

        var lines = await ServeAsync(
            calls,
            (_, _, _, options, _) =>
            {
                Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(options!.Logger!, "{Text}", new string('x', 100));
                return Task.FromResult(s_done);
            },
            stuck
        );

        Assert.That(lines, Has.Length.EqualTo(3000));
    }

    [Test]
    public async Task Calls_BeyondTheBound_WaitTheirTurn()
    {
        int now = 0,
            most = 0;
        var full = new TaskCompletionSource();

        var lines = await ServeAsync(
            [.. Enumerable.Range(1, 300).Select(i => Call(i))],
            async (_, _, _, _, ct) =>
            {
                var running = Interlocked.Increment(ref now);
                InterlockedMax(ref most, running);
                if (running == 256)
                {
                    _ = Task.Delay(100, ct).ContinueWith(_ => full.SetResult(), TaskScheduler.Default);
                }

                await full.Task.WaitAsync(s_patience, ct);
                Interlocked.Decrement(ref now);
                return s_done;
            }
        );

        Assert.That(lines, Has.Length.EqualTo(300));
        Assert.That(most, Is.EqualTo(256));
    }

    [Test]
    public async Task Connection_SameText_IsTheSameObject()
    {
        var seen = new List<Connection>();
        const string First = """{"customerio/connection":{"siteId":"a","apiKey":"b"}}""";
        const string Second = """{"customerio/connection":{"siteId":"a","apiKey":"c"}}""";

        foreach (var meta in new[] { First, First, Second, "{}", "{}" })
        {
            await ServeAsync(
                [Call(1, meta)],
                (_, _, connection, _, _) =>
                {
                    seen.Add(connection);
                    return Task.FromResult(s_done);
                }
            );
        }

        // One runner each time above would make new objects: serve them together as well.
        var together = new Connection[3];
        await ServeAsync(
            [Call(0, First), Call(1, First), Call(2, Second)],
            (_, input, connection, _, _) =>
            {
                together[(int)input["id"]!] = connection;
                return Task.FromResult(s_done);
            }
        );
        Assert.Multiple(() =>
        {
            Assert.That(seen.Select(c => c.ApiKey), Is.EqualTo(new[] { "b", "b", "c", "environment", "environment" }));
            Assert.That(together[1], Is.SameAs(together[0]));
            Assert.That(together[2].ApiKey, Is.EqualTo("c"));
        });
    }

    [Test]
    public async Task Connection_MoreThanAreKept_AreStillRight()
    {
        var right = 0;

        await ServeAsync(
            [.. Enumerable.Range(0, 2500).Select(i => Call(i, $$$"""{"customerio/connection":{"siteId":"s{{{i}}}","apiKey":"k{{{i}}}"} }"""))],
            (_, input, connection, _, _) =>
            {
                if (connection.SiteId == $"s{input["id"]}" && connection.ApiKey == $"k{input["id"]}")
                {
                    Interlocked.Increment(ref right);
                }

                return Task.FromResult(s_done);
            }
        );

        Assert.That(right, Is.EqualTo(2500));
    }

    [TestCase("""{"id":5,"method":"x","params":{"a":"cut off he""", "", "5")]
    [TestCase("""{"method":"x","params":{"id":1,"a":"cut off he""", """re"},"id":"z"}""", "z")]
    [TestCase("""{"method":"x","params":{"a":"cut off he""", """re","id":6}}""", null)]
    [TestCase("""{"method":"x","params":{"a":"cut off he""", """re,\"id\":6}"}}""", null)]
    [TestCase("garbage", "garbage", null)]
    public void FindId_OfALineThatIsTooLong_IsTheMessagesOwn(string head, string tail, string? id) =>
        Assert.That(IncomingLine.FindId(Encoding.UTF8.GetBytes(head), Encoding.UTF8.GetBytes(tail))?.ToString(), Is.EqualTo(id));

    private static string Call(int id, string meta = "{}") =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"identify\",\"arguments\":{{\"id\":{id}}},\"_meta\":{meta}}}}}"
        );

    /// <summary>Feeds the lines to a runner, ends its input, and returns what it wrote.</summary>
    private async Task<JObject[]> ServeAsync(string[] lines, RunAction run, TextWriter? log = null)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        using var output = new MemoryStream();
        Assert.That(await RunAsync(input, output, run, s_patience, default, log).WaitAsync(s_patience), Is.True);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ConnectorJson.ParseObject)];
    }

    private Task<bool> RunAsync(Stream input, Stream output, RunAction run, TimeSpan patience, CancellationToken stop, TextWriter? log = null) =>
        McpRunner.RunAsync(
            input,
            output,
            _connector,
            () => new Connection { SiteId = "environment", ApiKey = "environment" },
            log ?? _log,
            run,
            patience,
            null,
            stop
        );

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen; (seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen; ) { }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");
    }

    /// <summary>A pipe that nobody reads until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();

        public int Lines { get; private set; }

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Assert.That(_open.Wait(s_patience), Is.True);
            Lines += buffer.Count((byte)'\n');
        }

        protected override void Dispose(bool disposing)
        {
            _open.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class StuckWriter : StringWriter
    {
        public override Task WriteLineAsync(string? value) => Task.Delay(Timeout.Infinite);
    }
}
