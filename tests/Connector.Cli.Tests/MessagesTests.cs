using CustomerIo.Connector.Cli.Shell;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What commands tell when they fail repeats no value of the environment.</summary>
[NonParallelizable]
public class MessagesTests
{
    private const string Marker = "m4rk";

    private static readonly string[] s_refused =
    [
        "CUSTOMERIO_REGION",
        "CUSTOMERIO_RATE_LIMIT",
        "CUSTOMERIO_TOTAL_TIMEOUT",
        "CUSTOMERIO_BLOCK_DESTRUCTIVE",
        "CUSTOMERIO_ALLOW_PLACEHOLDER_IDS",
        "CUSTOMERIO_RECIPIENT_GUARD",
        "CUSTOMERIO_BASE_URL",
    ];

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("messages-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [TestCase("damaged")]
    [TestCase("folders")]
    [TestCase("a file")]
    [TestCase("whole")]
    public async Task FailingCommands_RepeatNoValueOfTheEnvironment(string home)
    {
        var data = Path.Combine(_folder, Marker + "-home");
        Directory.CreateDirectory(home == "a file" ? _folder : data);
        foreach (var name in (string[])["jobs.db", "sync.db", "received-events.db", "ingest.db"])
        {
            switch (home)
            {
                case "damaged":
                    await File.WriteAllTextAsync(Path.Combine(data, name), new string('x', 5000));
                    break;
                case "folders":
                    Directory.CreateDirectory(Path.Combine(data, name));
                    break;
            }
        }

        if (home == "a file")
        {
            await File.WriteAllTextAsync(data, "");
        }

        var port = TcpPeer.DeadPort();
        var dead = $"127.0.0.1:{port}";
        var (people, sync) = (Path.Combine(_folder, "p.csv"), Path.Combine(_folder, "s.json"));
        await File.WriteAllTextAsync(people, "id\nu1\n");
        await File.WriteAllTextAsync(sync, """{"name":"s","database":"env:PEOPLE_DATABASE","table":"people","attributes":{"plan":"plan"}}""");
        using var tool = new InProcess([
            ("CUSTOMERIO_CONNECTOR_HOME", data),
            ("CUSTOMERIO_BASE_URL", $"http://{dead}"),
            ("CUSTOMERIO_NAME", Marker + "-name"),
            ("CUSTOMERIO_SITE_ID", Marker + "-site"),
            ("CUSTOMERIO_API_KEY", Marker + "-key"),
            ("CUSTOMERIO_APP_API_KEY", Marker + "-app"),
            ("CUSTOMERIO_PIPELINES_API_KEY", Marker + "-pipelines"),
            ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", Marker + "-signing"),
            ("CUSTOMERIO_WRITE_KEY", Marker + "-write"),
            ("CUSTOMERIO_RECIPIENT_GUARD", $"allow:*@{Marker}.example"),
            ("CUSTOMERIO_WEBHOOK_URL", $"http://{Marker}-user:{Marker}-pw@{dead}/{Marker}?token={Marker}"),
            ("CUSTOMERIO_MCP_FILES", Marker + "-files"),
            ("PEOPLE_DATABASE", $"postgres://{Marker}-user:{Marker}-pw@{dead}/{Marker}"),
            ("PGUSER", Marker + "-user"),
            ("PGPASSWORD", Marker + "-password"),
        ]);
        string[][] commands =
        [
            ["run", "identify", "--set", "id=u1", "--json"],
            ["run", "send-email", "--set", "transactionalMessageId=1", "--set", "to=a@example.com", "--set", "id=u1"],
            ["run", "list-segments", "--set", "debugRequest=true"],
            ["run", "identify", "--each", people],
            ["events", "send", "--in", people],
            ["import", "people", "--from", people],
            ["import", "people", "--from", "env:PEOPLE_DATABASE", "--query", "SELECT 1 AS id"],
            ["import", "people", "--from", $"postgres://{dead}/x", "--query", "SELECT 1 AS id"],
            ["import", "people", "--from", "env:CUSTOMERIO_APP_API_KEY", "--query", "SELECT 1 AS id"],
            ["export", "segments", "--to", Path.Combine(_folder, "x.csv"), "--job", "j"],
            ["export", "segments", "--to", "env:PEOPLE_DATABASE"],
            ["sync", "run", sync],
            ["webhooks", "register", "--url", "https://example.com/x"],
            ["webhooks", "list"],
            ["webhooks", "send-sample", "email_bounced"],
            ["check"],
            ["check", "--json"],
        ];
        foreach (var args in home is "whole" ? commands : [.. commands, ["serve", "--port", "0"], ["serve", "dead-letters", "list"], ["webhooks", "received"]])
        {
            var ran = await tool.RunAsync(args);
            Assert.That(ran.Exit, Is.Not.Zero.And.Not.EqualTo(ExitCodes.Defect), $"{string.Join(' ', args)}\n{ran}");
            Assert.That(ran.Out + ran.Error, Does.Not.Contain(Marker), string.Join(' ', args));
            Assert.That(
                args.Contains($"postgres://{dead}/x") || !(ran.Out + ran.Error).Contains(dead, StringComparison.Ordinal),
                $"{string.Join(' ', args)}\n{ran}"
            );
        }
    }

    [TestCase("run identify --each f --concurrency x", "--concurrency must be a whole number, not \"x\".", "connector run --help")]
    [TestCase("serve --cors http://example.com/shop", "--cors http://example.com/shop is no origin.", "connector serve --help")]
    [TestCase("checks", "Did you mean check?", "connector --help")]
    [TestCase("sync rum", "Did you mean run?", "connector sync --help")]
    [TestCase("check --jsom", "Did you mean --json?", "connector check --help")]
    [TestCase("run identify --regoin us", "Did you mean --region?", "connector run --help")]
    [TestCase("check us", "Unrecognized command or argument 'us'.", "connector check --help")]
    [TestCase("export segmnts --to x.csv", "\"segmnts\" is not known here. Did you mean segments?", "connector export --help")]
    [TestCase("sandbox --region mars", "\"mars\" is not known here. It must be one of eu, us.", "connector sandbox --help")]
    [TestCase("report nothing --to x.html", "It must be one of broadcasts, campaigns, newsletters, transactional.", "connector report --help")]
    [TestCase("check --hepl", "Did you mean --help?", "connector check --help")]
    public async Task ACommandLineThatIsWrong_SaysWhatWasMeant(string line, string reason, string help)
    {
        using var tool = new InProcess();
        var ran = await tool.RunAsync(line.Split(' '));
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain(reason).And.EndWith($"Try: {help}\n").And.Not.Contains("System."));
        ran = await tool.RunAsync([.. line.Split(' '), "--json"]);
        Assert.That((string?)JObject.Parse(ran.Out)["error"]!["kind"], Is.EqualTo("input"), ran.ToString());
    }

    [TestCaseSource(nameof(s_refused))]
    public async Task AVariableThatCannotBeRead_IsNamedWithoutItsValue(string name)
    {
        using var tool = new InProcess(("CUSTOMERIO_SITE_ID", "site"), ("CUSTOMERIO_API_KEY", "key"), (name, Marker));
        var ran = await tool.RunAsync("run", "identify", "--set", "id=u1");
        Assert.That(ran.Exit, Is.EqualTo(3), ran.ToString());
        Assert.That(
            ran.Out + ran.Error,
            Does.Contain(
                    name switch
                    {
                        "CUSTOMERIO_BASE_URL" => "base URL",
                        "CUSTOMERIO_RECIPIENT_GUARD" => "recipient guard",
                        _ => name,
                    }
                )
                .And.Not.Contains(Marker)
        );
    }

    [TestCase("0.0.0.0", "Ctrl-C stops", "serve", "--write-key", "k", "--sandbox")]
    [TestCase("127.0.0.1", "Ctrl-C stops", "serve", "--write-key", "k", "--sandbox")]
    [TestCase("0.0.0.0", "NOT verified", "webhooks", "serve")]
    [TestCase("127.0.0.1", "NOT verified", "webhooks", "serve")]
    [TestCase("0.0.0.0", "Ctrl-C stops", "hub", "--write-key", "k", "--sandbox", "--parts", "events")]
    [TestCase("127.0.0.1", "Ctrl-C stops", "hub", "--sandbox")]
    public async Task Serve_WhereOthersCanReachIt_SaysThatItIsPlainHttp(string host, string last, params string[] args)
    {
        using var process = Tool.Start([.. args, "--host", host, "--port", "0", "--data", _folder], null);
        try
        {
            var said = new List<string>();
            while (!said.Any(l => l.Contains(last, StringComparison.Ordinal)) && await process.StandardError.ReadLineAsync() is { } line)
            {
                said.Add(line);
            }

            Assert.That(said, host == "0.0.0.0" ? Has.One.Contains("it speaks plain http") : Has.None.Contains("plain http"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
