using System.Globalization;
using System.Text;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
public class BatchTests
{
    [TestCase("1")]
    [TestCase("8")]
    [Category("Slow")]
    public async Task Batch_ManyLines_OneResultALineAndEachPersonOnce(string concurrency)
    {
        const int count = 20_000;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var input = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(1, count).Select(i => $$$"""{"id":"u{{{i}}}","customerData":{"n":{{{i}}},"é":"ü\n"}}""" + "\n"))
        );
        var ran = await InProcess.OnceAsync(["run", "identify", "--each", "-", "--batch", "--concurrency", concurrency], sandbox, input);
        Assert.That(ran.Exit, Is.Zero, ran.Error);
        Assert.That(ran.Lines.Select(l => (int)l["line"]!), Is.EqualTo(Enumerable.Range(1, count)));
        Assert.That(ran.Out.Split('\n')[0], Is.EqualTo("""{"line":1,"status":"succeeded","data":{},"warnings":[]}"""));
        var sent = Operations(sandbox);
        Assert.That(sent.Select(o => (string)o["identifiers"]!["id"]!), Is.EquivalentTo(Enumerable.Range(1, count).Select(i => "u" + i)));
        Assert.That(
            sent[0].ToString(Newtonsoft.Json.Formatting.None),
            Does.StartWith("""{"type":"person","identifiers":{"id":"u""").And.EndsWith(""","é":"ü\n"}}""")
        );
        Assert.That(sandbox.RequestCount, Is.LessThan(10));
    }

    [TestCase("""{"a":{""" + "BLANKS" + """ "b":1}}""", """{"a":{"b":1}}""")]
    [TestCase("""{"a":["BLANKS"]}""", null)]
    public async Task Batch_TooLongAsItWasWritten_FitsWithoutBlanks(string data, string? attributes)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var input = Encoding.UTF8.GetBytes($$"""{"id":"u1","customerData":{{data.Replace("BLANKS", new string(' ', 32_000), StringComparison.Ordinal)}}}""");
        var ran = await InProcess.OnceAsync(["run", "identify", "--each", "-", "--batch"], sandbox, input);
        Assert.That(ran.Exit, Is.EqualTo(attributes is null ? 4 : 0), ran.ToString());
        Assert.That(Operations(sandbox).Select(o => o["attributes"]!.ToString(Newtonsoft.Json.Formatting.None)).SingleOrDefault(), Is.EqualTo(attributes));
    }

    [Test]
    public async Task Batch_OnePersonAgainAndAgain_KeepsTheOrder()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var pad = new string('x', 900);
        var input = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(1, 3000).Select(i => $$$"""{"id":"u{{{i % 3}}}","customerData":{"n":{{{i}}},"pad":"{{{pad}}}"}}""" + "\n"))
        );
        var ran = await InProcess.OnceAsync(["run", "identify", "--each", "-", "--batch"], sandbox, input);
        Assert.That(ran.Exit, Is.Zero, ran.Error);
        Assert.That(Operations(sandbox).Select(o => (int)o["attributes"]!["n"]!), Is.EqualTo(Enumerable.Range(1, 3000)));
    }

    [Test]
    public async Task Batch_BadLines_FailAloneAndInOrder()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var big = new string('x', 1001);
        var lines = new[]
        {
            """{"id":"a"}""",
            "not json",
            """{"id":"b","oops":1}""",
            "",
            """{"id":".."}""",
            "[1]",
            """{"id":"c","customerData":{"a":1,"a":2}}""",
            $$$"""{"id":"d","customerData":{"a":"{{{big}}}"}}""",
            """{"id":"e","customerData":{"n":1e999}}""",
            """{"id":"f","customerData":{"s":"\ud800"}}""",
            """{"id":"g","customerData":{"big":123456789012345678901234567890,"f":1.50}}""",
            """{"id":"h","createdAt":1769851800000}""",
            """{"id":"i"}x""",
            """{"id":"ada@example.com"}""",
        };
        var ran = await InProcess.OnceAsync(["run", "identify", "--each", "-", "--batch"], sandbox, Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        Assert.That(ran.Exit, Is.EqualTo(4), ran.ToString());
        Assert.That(ran.Lines.Select(l => (int)l["line"]!), Is.EqualTo(new[] { 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 }));
        Assert.That(ran.Lines.Where(l => l["error"] is null).Select(l => (int)l["line"]!), Is.EqualTo(new[] { 1, 11, 12, 14 }));
        Assert.That(ran.Lines.Where(l => l["error"] is not null).Select(l => l["error"]!["kind"]!.ToString()), Is.All.EqualTo("input"));
        Assert.That(ran.Lines.Single(l => (int)l["line"]! == 12)["warnings"]!.Single().ToString(), Does.Contain("milliseconds"));
        Assert.That(
            Operations(sandbox).Select(o => o["identifiers"]!.ToString(Newtonsoft.Json.Formatting.None)),
            Is.EqualTo(new[] { """{"id":"a"}""", """{"id":"g"}""", """{"id":"h"}""", """{"email":"ada@example.com"}""" })
        );
    }

    [Test]
    public async Task Batch_RefusedByCustomerIo_IsToldOnItsLine()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var lines = """
            {"type":"person","action":"identify","identifiers":{"id":"a"}}
            {"type":"person","action":"identify","identifiers":{"phone":"1"}}
            {"action":"track","input":{"id":"a","eventName":"x"}}
            """;
        var ran = await InProcess.OnceAsync(["run", "batch", "--each", "-"], sandbox, Encoding.UTF8.GetBytes(lines));
        Assert.That(ran.Exit, Is.EqualTo(4), ran.ToString());
        Assert.That(ran.Lines[1]["error"]!["kind"]!.ToString(), Is.EqualTo("rejected"));
        Assert.That(ran.Lines[1]["error"]!["problems"]!.Single()["path"]!.ToString(), Is.EqualTo("identifiers.phone"));
        Assert.That(ran.Lines[2]["request"]!["eventId"]!.ToString(), Is.EqualTo(Operations(sandbox)[2]["id"]!.ToString()));
    }

    [Test]
    public async Task Batch_SameInvocationId_GivesTheEventIdsOfLineByLine()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var input = "{\"id\":\"a\",\"eventName\":\"x\"}\n{\"id\":\"a\",\"eventName\":\"x\"}\n"u8.ToArray();
        static string[] Ids(Ran ran) => [.. ran.Lines.Select(l => l["request"]!["eventId"]!.ToString())];
        var single = await InProcess.OnceAsync(["run", "track", "--each", "-", "--invocation-id", "night-1"], sandbox, input);
        var batch = await InProcess.OnceAsync(["run", "track", "--each", "-", "--invocation-id", "night-1", "--batch"], sandbox, input);
        Assert.That(Ids(batch), Is.EqualTo(Ids(single)));
    }

    [Test]
    public async Task Batch_SlowInput_ShowsResultsAsTheyCome()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var process = Tool.Start(["run", "identify", "--each", "-", "--batch"], sandbox);
        await process.StandardInput.BaseStream.WriteAsync("{\"id\":\"a\"}\n"u8.ToArray());
        await process.StandardInput.BaseStream.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        process.StandardInput.Close();
        var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.That(line, Does.StartWith("""{"line":1,"status":"succeeded","""), "the first result must not wait for the second line");
        Assert.That(ran.Exit, Is.Zero);
    }

    [TestCase("raw-request", 2, "cannot go in a batch")]
    [TestCase("identify", 0, "0 lines")]
    public async Task Batch_EmptyInput_EndsAtOnce(string action, int exit, string says)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync(["run", action, "--each", "-", "--batch"], sandbox, []);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((exit, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain(says));
    }

    [Test]
    public async Task Batch_NobodyAnswers_EveryLineSaysSo()
    {
        var input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 50).Select(i => $$"""{"id":"u{{i}}"}""" + "\n")));
        var ran = await InProcess.OnceAsync(
            ["run", "identify", "--each", "-", "--batch"],
            null,
            input,
            ("CUSTOMERIO_BASE_URL", "http://127.0.0.1:9"),
            ("CUSTOMERIO_SITE_ID", "s"),
            ("CUSTOMERIO_API_KEY", "k"),
            ("CUSTOMERIO_TOTAL_TIMEOUT", "1000")
        );
        Assert.That(ran.Exit, Is.EqualTo(4), ran.Error);
        Assert.That(ran.Lines.Select(l => l["error"]!["kind"]!.ToString()), Is.All.EqualTo("unavailable"));
        Assert.That(ran.Lines, Has.Count.EqualTo(50));
    }

    [Test]
    [Category("Slow")]
    public async Task Batch_ReaderThatStopsReading_EndsQuietly()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"pipe-{Guid.NewGuid():N}.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, 50_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"u{i}\"}}")));
        using var process = Tool.Start(["run", "identify", "--each", file, "--batch"], sandbox);
        process.StandardOutput.Close();
        var ran = await Tool.EndAsync(process, Task.FromResult(""), process.StandardError.ReadToEndAsync());
        Assert.That(ran.Error, Does.Not.Contain("   at ").And.Not.Contain("defect"), ran.ToString());
    }

    private static IReadOnlyList<JObject> Operations(SandboxServer sandbox) =>
        [.. sandbox.Requests.Where(r => r.Path == "/api/v2/batch").SelectMany(r => ((JToken)r.Body!)["batch"]!).Cast<JObject>()];
}
