using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Text;
using CustomerIo.Connector.Hosts.Mcp;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>Prints what the runner costs; run by hand: <c>dotnet test -c Release --filter FullyQualifiedName~McpBenchmarks --logger
/// "console;verbosity=detailed"</c>.</summary>
[Explicit("Measures; asserts nothing about time.")]
public class McpBenchmarks
{
    /// <summary>The real process: spawn, initialize, one Identify over HTTP to a sink in this process; median of 20.</summary>
    [Test]
    public async Task ColdStart_SpawnToFirstAnswer()
    {
        await using var sink = await Sink.StartAsync();
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var runner = await RunnerProcess.ConnectAsync(sink);
            var answer = await runner.CallAsync("identify", """{"id":"123","customerData":{"email":"ada@example.com","plan":"pro"}}""");
            times.Add(clock.Elapsed.TotalMilliseconds);
            Assert.That(answer["result"]!["structuredContent"], Is.Not.Null);
            runner.EndInput();
            await runner.ExitAsync();
        }

        times.Sort();
        await TestContext.Out.WriteLineAsync(
            $"Cold start, spawn to first tools/call answer: median {times[10]:F0} ms, least {times[0]:F0} ms of {times.Count}"
        );
    }

    /// <summary>Everything but sockets: two operating system pipes, the protocol, Identify with its checks, and a handler that answers at once.</summary>
    [Test]
    public async Task Throughput_SixtyFourInFlight()
    {
        const int Calls = 20_000,
            InFlight = 64;
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Handler = new AnswersAtOnce() });
        using var toRunner = new AnonymousPipeServerStream(PipeDirection.Out);
        using var runnerInput = new AnonymousPipeClientStream(PipeDirection.In, toRunner.ClientSafePipeHandle);
        using var fromRunner = new AnonymousPipeServerStream(PipeDirection.In);
        using var runnerOutput = new AnonymousPipeClientStream(PipeDirection.Out, fromRunner.ClientSafePipeHandle);
        var connection = new Connection
        {
            SiteId = "site",
            ApiKey = "benchmark-key",
            Region = Region.Eu,
            RateLimit = 0,
        };
        var serving = McpRunner.RunAsync(runnerInput, runnerOutput, connector, () => connection, TextWriter.Null);
        using var answers = new StreamReader(fromRunner, Encoding.UTF8, false, 1 << 16);

        foreach (var round in new[] { "cold", "warm", "warm" })
        {
            var clock = Stopwatch.StartNew();
            var spent = Environment.CpuUsage.TotalTime;
            var sent = 0;
            for (; sent < InFlight; sent++)
            {
                Send(toRunner, sent);
            }

            for (var got = 0; got < Calls; got++)
            {
                Assert.That((await answers.ReadLineAsync())!.Contains("\"isError\"", StringComparison.Ordinal), Is.False);
                if (sent < Calls)
                {
                    Send(toRunner, sent++);
                }
            }

            await TestContext.Out.WriteLineAsync(
                $"Pipelined, {InFlight} in flight, {Calls} calls, {round}: {Calls / clock.Elapsed.TotalSeconds:F0} "
                    + $"calls/s, {(Environment.CpuUsage.TotalTime - spent).TotalMicroseconds / Calls:F0} µs of processor a call, the client's share included"
            );
        }

        toRunner.Dispose();
        Assert.That(await serving, Is.True);
    }

    private static void Send(Stream stream, int id) =>
        stream.Write(
            Encoding.UTF8.GetBytes(
                $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"identify","arguments":{"id":"p{{{id}}}","customerData":{"emai"""
                    + $$$"""l":"ada@example.com","plan":"pro"} } }}"""
                    + "\n"
            )
        );

    private sealed class AnswersAtOnce : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });
    }
}
