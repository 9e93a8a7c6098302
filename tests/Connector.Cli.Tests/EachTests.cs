using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
public class EachTests
{
    [TestCase(1)]
    [TestCase(64)]
    [Category("Slow")]
    public async Task Each_ManyLines_KeepsTheOrderAndSendsEachOnce(int concurrency)
    {
        const int count = 3000;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var input = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(1, count).Select(i => $$$"""{"id":"u{{{i}}}","customerData":{"n":{{{i}}}}}""" + "\n"))
        );
        var ran = await Tool.RunAsync(["run", "identify", "--each", "-", "--concurrency", concurrency.ToString(CultureInfo.InvariantCulture)], sandbox, input);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.Error);
            Assert.That(ran.Lines.Select(l => (int)l["line"]!), Is.EqualTo(Enumerable.Range(1, count)));
            Assert.That(ran.Lines.Select(l => l["request"]!["url"]!.ToString().Split('/')[^1]), Is.EqualTo(Enumerable.Range(1, count).Select(i => "u" + i)));
            Assert.That(sandbox.Requests.Select(r => r.Path).Distinct().Count(), Is.EqualTo(count));
            Assert.That(sandbox.RequestCount, Is.EqualTo(count));
            Assert.That(ran.Error, Does.Contain("3000 lines: 3000 succeeded, 0 failed"));
        });
    }

    [Test]
    public async Task Each_BadLines_StopNoOther()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"bad-{Guid.NewGuid():N}.jsonl");
        await File.WriteAllBytesAsync(
            file,
            [
                .. Encoding.UTF8.GetBytes(
                    """
                    {"id":"a"}
                    not json
                    {"id":"b","oops":1}

                    {"id":".."}
                    [1]
                    {"id":"c","customerData":{"é":"ü"}}
                    """
                ),
                .. "\n{\"id\":\"\xff\"}\n"u8.ToArray().Select(b => b),
                .. new byte[] { (byte)'{', 0xFF, (byte)'}' },
            ]
        );
        var ran = await InProcess.OnceAsync(["run", "identify", "--each", file, "--json"], sandbox);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(4), ran.ToString());
            Assert.That(
                ran.Lines.Select(l => (int)l["line"]!),
                Is.EqualTo(new[] { 1, 2, 3, 5, 6, 7, 8, 9 }),
                "a blank line has no result, but keeps its number"
            );
            Assert.That(ran.Lines.Where(l => l["error"] is null).Select(l => (int)l["line"]!), Is.EqualTo(new[] { 1, 7, 8 }));
            Assert.That(ran.Lines.Where(l => l["error"] is not null).Select(l => l["error"]!["kind"]!.ToString()), Is.All.EqualTo("input"));
            Assert.That(ran.Error, Does.Contain("8 lines: 3 succeeded, 5 failed"));
        });
    }

    [Test]
    [Category("Slow")]
    public async Task Each_LineBeyondTheBound_IsReportedAndPassedOver()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var line = new byte[20 << 20];
        Array.Fill(line, (byte)'x');
        byte[] input = [.. """{"id":"a"}"""u8, (byte)'\n', .. line, (byte)'\n', .. """{"id":"b"}"""u8];
        var ran = await InProcess.OnceAsync(["run", "identify", "--each", "-"], sandbox, input);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(4), ran.Error);
            Assert.That(ran.Lines, Has.Count.EqualTo(3));
            Assert.That(ran.Lines[1]["error"]!["message"]!.ToString(), Does.Contain("16 MiB"));
            Assert.That(sandbox.Requests.Select(r => r.Path), Is.EquivalentTo(new[] { "/api/v1/customers/a", "/api/v1/customers/b" }));
        });
    }

    [Test]
    public async Task Each_SlowInput_ShowsResultsAsTheyCome()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var process = Tool.Start(["run", "identify", "--each", "-"], sandbox);
        await process.StandardInput.BaseStream.WriteAsync("{\"id\":\"a\"}\n"u8.ToArray());
        await process.StandardInput.BaseStream.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        process.StandardInput.Close();
        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(line, Does.StartWith("""{"line":1,"status":"succeeded","""), "the first result must not wait for the second line");
        Assert.That(ran.Exit, Is.Zero);
    }

    [Test]
    public async Task Each_SameInvocationId_GivesTheSameEventIdsByLine()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var input = "{\"id\":\"a\",\"eventName\":\"x\"}\n{\"id\":\"a\",\"eventName\":\"x\"}\n"u8.ToArray();
        var first = await InProcess.OnceAsync(["run", "track", "--each", "-", "--invocation-id", "night-1"], sandbox, input);
        var second = await InProcess.OnceAsync(["run", "track", "--each", "-", "--invocation-id", "night-1"], sandbox, input);
        static string[] Ids(Ran ran) => [.. ran.Lines.Select(l => l["request"]!["eventId"]!.ToString())];
        Assert.That(Ids(second), Is.EqualTo(Ids(first)));
        Assert.That(Ids(first).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Each_ReaderThatStopsReading_EndsQuietly()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"pipe-{Guid.NewGuid():N}.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, 5000).Select(i => $$"""{"id":"u{{i}}"}"""));
        using var process = Tool.Start(["run", "identify", "--each", file], sandbox);
        process.StandardOutput.Close();
        var ran = await Tool.EndAsync(process, Task.FromResult(""), process.StandardError.ReadToEndAsync());
        Assert.That(ran.Error, Does.Not.Contain("   at ").And.Not.Contain("defect"), ran.ToString());
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals")]
    public async Task Each_SigtermWhileLinesAreOnTheirWay_TellsAndCountsEachOfThem()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var http = new HttpClient();
        using var fault = new StringContent("""{"delayMs":600000,"times":0}""", Encoding.UTF8, "application/json");
        using var told = await http.PostAsync(new Uri(sandbox.Url, "/_sandbox/faults"), fault);
        using var process = Tool.Start(["run", "send-email", "--each", "-", "--concurrency", "3"], sandbox);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var line = """{"id":"u1","to":"ada@example.com","transactionalMessageId":"1"}""" + "\n";
        await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 20))));
        process.StandardInput.Close();
        Assert.That(() => sandbox.RequestCount, Is.EqualTo(3).After(40_000, 20), "the first lines should be under way");
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        var ran = await Tool.EndAsync(process, output, error);
        Assert.That(ran.Exit, Is.EqualTo(130), ran.ToString());
        Assert.That(ran.Lines.Select(l => ((int)l["line"]!, (string)l["error"]!["kind"]!)), Is.EqualTo(Enumerable.Range(1, 3).Select(i => (i, "cancelled"))));
        Assert.That(
            ran.Lines.Select(l => (string)l["error"]!["message"]!),
            Is.All.Contain("may or may not have arrived").And.All.Contain("a delivery to this")
        );
        Assert.That(ran.Error, Does.Contain("Cancelled after 3 lines: 0 succeeded, 3 failed."));
    }
}
