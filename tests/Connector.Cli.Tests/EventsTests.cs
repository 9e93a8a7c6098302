using System.Text;
using CustomerIo.Connector.Sandbox;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
public class EventsTests
{
    private static readonly byte[] s_events = Encoding.UTF8.GetBytes(
        """
        {"type":"identify","userId":"7","messageId":"m1","traits":{"plan":"pro"}}
        {"type":"track","userId":"7","messageId":"m2","event":"Bought"}

        {"type":"nothing"}
        no json
        {"type":"track","anonymousId":"a","event":"Looked"}
        """
    );

    [Test]
    public async Task Translate_Lines_ShowsRequestsAndReasonsAndSendsNothing()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"translated-{Guid.NewGuid():N}.jsonl");
        var ran = await InProcess.OnceAsync(
            ["events", "translate", "--profile", "rudderstack", "--created-at-now", "false", "--eu", "--in", "-", "--out", file],
            sandbox,
            s_events
        );
        var lines = (ran with { Out = await File.ReadAllTextAsync(file) }).Lines;
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(4), ran.ToString());
            Assert.That(ran.Out, Is.Empty);
            Assert.That(sandbox.RequestCount, Is.Zero);
            Assert.That(lines.Select(l => (int)l["line"]!), Is.EqualTo(new[] { 1, 2, 4, 5, 6 }));
            Assert.That(
                lines[0]["requests"]!.Single().ToString(Newtonsoft.Json.Formatting.None),
                Is.EqualTo("""{"method":"PUT","url":"https://track-eu.customer.io/api/v1/customers/7","body":{"plan":"pro"}}""")
            );
            Assert.That((string?)lines[2]["refused"], Does.StartWith("/type: "));
            Assert.That((string?)lines[3]["refused"], Does.StartWith("The event cannot be read: "));
        });
    }

    [TestCase("connector", 3)]
    [TestCase("rudderstack", 3)]
    [TestCase("segment", 1)]
    public async Task Send_Lines_ArriveAndTheOthersAreTold(string profile, int accepted)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync(["events", "send", "--profile", profile, "--in", "-", "--concurrency", "1"], sandbox, s_events);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(4), ran.ToString());
            Assert.That(ran.Lines.Select(l => (int)l["line"]!), Is.EqualTo(new[] { 1, 2, 4, 5, 6 }));
            Assert.That(ran.Lines.Where(l => (string?)l["status"] == "succeeded").Count(), Is.GreaterThanOrEqualTo(accepted), ran.ToString());
            Assert.That((string?)sandbox.Person("7")?["attributes"]?["plan"], Is.EqualTo("pro"));
            Assert.That(sandbox.Person("7")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "Bought" }));
        });
    }

    [Test]
    public async Task Send_ToPipelines_ArrivesAsItIs()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync(["events", "send", "--api", "pipelines", "--in", "-"], sandbox, s_events, ("CUSTOMERIO_PIPELINES_API_KEY", "p"));
        Assert.Multiple(() =>
        {
            Assert.That(ran.Lines.Select(l => $"{l["line"]} {l["status"]}"), Is.EqualTo(new[] { "1 succeeded", "2 succeeded", "4 ", "5 ", "6 succeeded" }));
            Assert.That(sandbox.Requests.Select(r => r.Path).Distinct(), Is.EqualTo(new[] { "/v1/batch" }));
            Assert.That(sandbox.Person("7")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "Bought" }));
        });
    }

    [Test]
    public async Task Send_ManyPeople_KeepsTheOrderOfEach()
    {
        const int people = 40,
            each = 25;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var input = string.Concat(
            Enumerable
                .Range(0, people * each)
                .Select(i => $$"""{"type":"track","userId":"u{{i % people}}","messageId":"m{{i}}","event":"e{{i / people}}"}""" + "\n")
        );
        var ran = await InProcess.OnceAsync(["events", "send", "--profile", "rudderstack", "--in", "-"], sandbox, Encoding.UTF8.GetBytes(input));
        Assert.That(ran.Exit, Is.Zero, ran.Error);
        Assert.That(ran.Lines.Select(l => (int)l["line"]!), Is.EqualTo(Enumerable.Range(1, people * each)));
        foreach (var person in Enumerable.Range(0, people))
        {
            Assert.That(
                sandbox.Person("u" + person)!["events"]!.Select(e => (string?)e["name"]),
                Is.EqualTo(Enumerable.Range(0, each).Select(n => "e" + n)),
                "u" + person
            );
        }
    }

    [Test]
    public async Task Translate_UnknownProfileOrFile_IsAUsageError()
    {
        Assert.That((await InProcess.OnceAsync("events", "translate", "--profile", "other", "--in", "-")).Exit, Is.EqualTo(2));
        Assert.That((await InProcess.OnceAsync("events", "translate", "--in", "/no/such/file")).Exit, Is.EqualTo(2));
    }
}
