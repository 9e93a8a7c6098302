using System.Diagnostics;
using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What follows a lost chunk, a refused key, a line that Customer.io fails at for ever and a stop, over both streams of lines.</summary>
[Category("Slow")]
public class PoisonTests
{
    private const int Many = 5000;
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false });
    private static readonly string[][] s_roads =
    [
        ["run", "identify", "--each", "-", "--batch"],
        ["events", "send", "--in", "-", "--profile", "connector"],
        ["events", "send", "--in", "-", "--profile", "segment"],
    ];

    [Test]
    public async Task TenPoisonedLines_FailAloneAndTheOthersArrive([Range(0, 2)] int road)
    {
        var poisoned = Enumerable.Range(0, 10).Select(i => (i * 487) + 3).ToArray();
        await using var plain = await SandboxServer.StartAsync(new SandboxOptions());
        var without = await RunAsync(road, plain, Many);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        foreach (var i in poisoned)
        {
            await FaultAsync(sandbox, $$"""{"match":{"body":"\"u{{i}}\""},"status":500,"times":0}""");
            await FaultAsync(sandbox, $$"""{"match":{"path":"/api/v1/customers/u{{i}}/"},"status":500,"times":0}""");
        }

        var ran = await RunAsync(road, sandbox, Many);
        TestContext.Out.WriteLine(
            $"{sandbox.RequestCount} requests in place of {plain.RequestCount}; the others arrived within "
                + $"{Span(sandbox).TotalMilliseconds:0} ms in place of {Span(plain).TotalMilliseconds:0} ms"
        );
        Assert.That((without.Exit, ran.Exit), Is.EqualTo((0, 4)), ran.Error);
        Assert.That(ran.Lines.Select(l => (int)l["line"]!), Is.EqualTo(Enumerable.Range(1, Many)));
        var failed = ran.Lines.Where(l => l["error"] is not null).ToArray();
        Assert.That(failed.Select(l => (int)l["line"]! - 1), Is.EqualTo(poisoned));
        Assert.That(failed.Select(l => (string)l["error"]!["kind"]!), Is.All.EqualTo("unavailable"));
        Assert.That(sandbox.RequestCount - plain.RequestCount, Is.LessThanOrEqualTo(280));
        var people = Newtonsoft.Json.Linq.JObject.Parse(await s_client.GetStringAsync(new Uri(sandbox.Url, "_sandbox/people?limit=1")));
        Assert.That((int)people["total"]!, Is.EqualTo(Many - poisoned.Length));
    }

    [Test]
    public async Task RefusedWholeThenAPartIsAnswered401_EndsAsConnection([Range(0, 1)] int road)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await FaultAsync(sandbox, """{"status":400,"times":1}""");
        await FaultAsync(sandbox, """{"match":{"body":"\"u5\""},"status":401,"times":0}""");
        string[] one = ["--concurrency", "1"];
        var ran = await RunAsync(road, sandbox, 8, one);
        Assert.That(ran.Exit, Is.EqualTo(3), ran.ToString());
        Assert.That(ran.Lines.Select(l => (string?)l["error"]?["kind"]), Is.All.AnyOf(null, "connection").And.Some.EqualTo("connection"));
        Assert.That(ran.Lines, Has.Count.EqualTo(8));
        Assert.That(ran.Error, Does.Contain("Stopped after 8 lines").And.Contain("connection: "));
    }

    [Test]
    public async Task AChunkLostForGood_HoldsItsPeopleBackAndOthersPass([Range(0, 1)] int road)
    {
        // Two chunks of one road's batches, or two groups of the other's: whoever is in the first is not sent again in the second.
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await FaultAsync(sandbox, """{"match":{"body":"\"first\""},"status":500,"times":0}""");
        var pad = new string('x', 900);
        var count = road == 0 ? 900 : 4200;
        var half = road == 0 ? 540 : 4096;
        var input = string.Concat(
            Enumerable
                .Range(0, count)
                .Select(i =>
                    Line(
                        road,
                        i < half ? "first"
                            : i % 2 == 0 ? "first"
                            : "other",
                        road == 0 ? pad : "n" + i
                    )
                )
        );
        var ran = await InProcess.OnceAsync([.. s_roads[road], "--concurrency", "1"], sandbox, Encoding.UTF8.GetBytes(input));
        Assert.That(ran.Exit, Is.EqualTo(4), ran.Error);
        Assert.That(
            ran.Lines.Where(l => l["error"] is null).Select(l => (int)l["line"]! - 1),
            Is.EqualTo(Enumerable.Range(half, count - half).Where(i => i % 2 == 1))
        );
        Assert.That(ran.Lines.Where(l => l["error"] is not null).Select(l => (string)l["error"]!["kind"]!), Is.All.EqualTo("unavailable"));
        Assert.That((string?)ran.Lines[half]["error"]!["message"], Does.Contain("An earlier line of the same person was not delivered"));
        Assert.That(sandbox.Person("first"), Is.Null);
    }

    [Test]
    public async Task SigtermWhileAllBatchesAreOnTheirWay_Exits130AndTellsEachLine([Range(0, 1)] int road)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await FaultAsync(sandbox, """{"delayMs":600000,"times":0}""");
        using var process = Tool.Start(s_roads[road], sandbox);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(i => Line(road, "u" + i, "n")))));
        process.StandardInput.Close();
        var clock = Stopwatch.StartNew();
        while (sandbox.RequestCount == 0 && clock.Elapsed < TimeSpan.FromSeconds(40))
        {
            await Task.Delay(20);
        }

        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        var ran = await Tool.EndAsync(process, output, error);
        Assert.That(ran.Exit, Is.EqualTo(130), ran.ToString());
        Assert.That(ran.Lines.Select(l => ((int)l["line"]!, (string)l["error"]!["kind"]!)), Is.EqualTo(Enumerable.Range(1, 20).Select(i => (i, "cancelled"))));
        Assert.That(ran.Error, Does.Contain("Cancelled after 20 lines: 0 succeeded, 20 failed."));
    }

    private static TimeSpan Span(SandboxServer sandbox)
    {
        var good = sandbox.Requests.Where(r => r.Status is 200).Select(r => r.Time).Order().ToArray();
        return good[^1] - sandbox.Requests.Min(r => r.Time);
    }

    private static string Line(int road, string person, string value) =>
        road == 0
            ? $$$"""{"id":"{{{person}}}","customerData":{"n":"{{{value}}}"}}""" + "\n"
            : $$"""{"type":"track","userId":"{{person}}","event":"{{value}}","messageId":"m-{{person}}-{{value}}"}""" + "\n";

    private static Task<Ran> RunAsync(int road, SandboxServer sandbox, int count, params string[] more) =>
        InProcess.OnceAsync(
            [.. s_roads[road], .. more],
            sandbox,
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => Line(road, "u" + i, "n"))))
        );

    private static async Task FaultAsync(SandboxServer sandbox, string json)
    {
        using var answer = await s_client.PostAsync(new Uri(sandbox.Url, "_sandbox/faults"), new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), await answer.Content.ReadAsStringAsync());
    }
}
