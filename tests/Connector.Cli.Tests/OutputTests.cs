using System.Diagnostics;
using CustomerIo.Connector.Sandbox;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Standard output and error that cannot be written: told, with what was done, and never a crash.</summary>
[NonParallelizable]
[Category("Slow")]
public class OutputTests
{
    private static readonly IOException s_full = new("No space left on device", 28);
    private static readonly string[] s_mail = ["run", "send-email", "--set", "transactionalMessageId=1", "--set", "to=a@example.com", "--set", "id=u1"];
    private SandboxServer _sandbox = null!;
    private string _folder = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("output-").FullName;
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using (var tool = ToolTo())
        {
            Assert.That((await tool.RunAsync("run", "identify", "--set", "id=u0")).Exit, Is.Zero);
        }

        await File.WriteAllTextAsync(In("people.csv"), "id,plan\nu1,pro\n");
        await File.WriteAllTextAsync(In("people.jsonl"), """{"id":"u1"}""" + "\n");
        await File.WriteAllTextAsync(In("events.jsonl"), """{"type":"identify","userId":"u1"}""" + "\n");
        await using (var database = new SqliteConnection("Data Source=" + In("crm.db")))
        {
            await database.OpenAsync();
            await using var create = database.CreateCommand();
            create.CommandText = "CREATE TABLE customers (id TEXT PRIMARY KEY, plan TEXT, at INTEGER); INSERT INTO customers VALUES ('u1', 'pro', 1)";
            await create.ExecuteNonQueryAsync();
        }

        await File.WriteAllTextAsync(
            In("sync.json"),
            """
            {"name":"crm","database":"sqlite:DB","table":"customers","key":"id","updated":"at","conflict":"newest","attributes":{"plan":"plan"}}
            """.Replace("DB", In("crm.db"), StringComparison.Ordinal)
        );
    }

    [TearDown]
    public async Task Stop()
    {
        await _sandbox.DisposeAsync();
        Directory.Delete(_folder, true);
    }

    [Test]
    public async Task Commands_FullStdout_AreUnavailable_AndSayWhatWasDone()
    {
        using var tool = ToolTo();
        foreach (var (deed, args) in Commands())
        {
            var ran = await tool.RunAsync(s_full, null, args);
            var what = string.Join(' ', args) + "\n" + ran;
            Assert.That(ran.Exit, Is.EqualTo(6), what);
            Assert.That(ran.Error, Does.Contain("unavailable: Standard output cannot be written: the disk is full.").And.Not.Contain("defect"), what);
            Assert.That(ran.Error, Does.Match(deed), what);
        }

        Assert.That(_sandbox.Requests.Count(r => r.Path == "/v1/send/email"), Is.EqualTo(2));
    }

    [Test]
    public async Task Commands_OutputsThatCannotBeWritten_EndWithTheirExitCode()
    {
        using var tool = ToolTo();
        foreach (var failure in (Exception[])[s_full, new UnauthorizedAccessException(), new IOException("Input/output error", 5)])
        {
            foreach (var (_, args) in Commands())
            {
                Assert.That((await tool.RunAsync(failure, failure, args)).Exit, Is.EqualTo(6), string.Join(' ', args));
            }

            Assert.That((await tool.RunAsync(null, failure, "run", "nosuch")).Exit, Is.EqualTo(2));
            Assert.That((await tool.RunAsync(failure, failure, "run", "nosuch", "--json")).Exit, Is.EqualTo(2), "the failure itself counts for more");
            Assert.That((await tool.RunAsync(null, failure, "nosuch")).Exit, Is.EqualTo(2));
            Assert.That((await tool.RunAsync(null, failure, s_mail)).Exit, Is.Zero);
        }
    }

    [Test]
    public async Task Run_NobodyReads_SaysThatItWasDone()
    {
        using var tool = ToolTo();
        foreach (
            var json in (string[][])
                [
                    [],
                    ["--json"],
                ]
        )
        {
            var ran = await tool.RunAsync(new IOException("Broken pipe", 32), null, [.. s_mail, .. json]);
            Assert.That(ran.Exit, Is.EqualTo(130), ran.ToString());
            Assert.That(ran.Error, Does.Match("^The action was done, .*succeeded: POST .*/v1/send/email answered 200"), ran.ToString());
        }
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Tool_StandardStreamsFullOrClosed_EndsWithTheExitCode()
    {
        foreach (
            var (shell, exit) in (List<(string, int)>)
                [
                    (Of(["--help"]) + " >&-", 6),
                    (Of(["check", "--jsom", "--json"]) + " >&-", 6),
                    (Of(["actions", "nosuch"]) + " 2>&-", 2),
                    (Of(["run", "identify", "--input", "-"]) + " <&-", 2),
                    (Of(["mcp"]) + " <&-", 2),
                    .. File.Exists("/dev/full")
                        ? [(Of(["actions"]) + " >/dev/full", 6), (Of(["nosuch"]) + " 2>/dev/full", 2), (Of(["check"]) + " >/dev/full 2>/dev/full", 6)]
                        : (List<(string, int)>)[],
                ]
        )
        {
            using var process = Shell(shell);
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var ran = await Tool.EndAsync(process, output, error);
            Assert.That(ran.Exit, Is.EqualTo(exit), shell + "\n" + ran);
            Assert.That(ran.Error, Does.Not.Contain("defect").And.Not.Contains("   at "), shell);
        }

        if (!File.Exists("/dev/full"))
        {
            Assert.Warn("There is no /dev/full here: a full disk under the tool's own streams was not tried.");
        }
    }

    private List<(string Deed, string[] Args)> Commands() =>
        [
            ("^The action was done, .*succeeded: POST .*/v1/send/email answered 200", s_mail),
            ("^The action was done, .*succeeded: POST .*/v1/send/email answered 200", [.. s_mail, "--json"]),
            ("", ["run", "identify", "--set", "id=u1", "--dry-run"]),
            ("", ["run", "search-people", "--set", "filter:={\"attribute\":{\"field\":\"id\",\"operator\":\"exists\"}}", "--set", "all=true", "--items"]),
            ("^Stopped after 1 line: 1 succeeded, 0 failed.", ["run", "identify", "--each", In("people.jsonl")]),
            ("^Stopped after 1 line: 1 succeeded, 0 failed.", ["run", "identify", "--each", In("people.jsonl"), "--batch"]),
            ("^Stopped after 1 line: 1 succeeded, 0 failed.", ["events", "send", "--in", In("events.jsonl")]),
            ("", ["events", "translate", "--in", In("events.jsonl")]),
            ("", ["actions"]),
            ("", ["actions", "identify"]),
            ("", ["--help"]),
            ("", ["run", "--help"]),
            ("", ["check"]),
            ("", ["check", "--json"]),
            ("1 row: 1 imported, 0 failed.", ["import", "people", "--from", In("people.csv"), "--data", In("data"), "--json"]),
            ("segments exported.", ["export", "segments", "--to", In("x.csv"), "--data", In("data"), "--json"]),
            ("^crm: 1 read", ["sync", "run", In("sync.json"), "--data", In("data"), "--json"]),
            ("0 events are back in the queue.", ["serve", "dead-letters", "replay", "--data", In("data"), "--json"]),
            ("", ["serve", "dead-letters", "list", "--data", In("data"), "--json"]),
            ("^Reporting webhook ", ["webhooks", "register", "--url", "https://example.com/x", "--data", In("data")]),
            ("", ["webhooks", "serve", "--port", "0", "--data", In("data")]),
            ("", ["webhooks", "events"]),
            ("", ["serve", "--port", "0", "--write-key", "k", "--data", In("data")]),
            ("", ["sandbox", "--port", "0"]),
        ];

    private InProcess ToolTo() =>
        new(
            ("CUSTOMERIO_BASE_URL", _sandbox.Url.ToString()),
            ("CUSTOMERIO_SITE_ID", "site-1"),
            ("CUSTOMERIO_API_KEY", "key-0001"),
            ("CUSTOMERIO_APP_API_KEY", "app-key-0001")
        );

    private static string Of(string[] args) => $"dotnet '{Tool.Dll}' {string.Join(' ', args)}";

    private static Process Shell(string line)
    {
        var start = new ProcessStartInfo("sh", ["-c", line])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CUSTOMERIO_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }

    private string In(string name) => Path.Combine(_folder, name);
}
