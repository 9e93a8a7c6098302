using System.Text;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Whatever answers, every command that calls Customer.io ends with a kind, its exit code and a sentence, never with a defect.</summary>
[NonParallelizable]
public class AnswersTests
{
    private static readonly Dictionary<string, int> s_exits = new()
    {
        ["connection"] = 3,
        ["rejected"] = 4,
        ["rateLimited"] = 5,
        ["unavailable"] = 6,
        ["uncertain"] = 7,
    };

    private string _folder = null!;

    [SetUp]
    public async Task MakeFiles()
    {
        _folder = Directory.CreateTempSubdirectory("answers-").FullName;
        await File.WriteAllTextAsync(In("people.csv"), "id,plan\nu1,pro\n");
        await File.WriteAllTextAsync(In("people.jsonl"), """{"id":"u1"}""" + "\n");
        await File.WriteAllTextAsync(
            In("events.jsonl"),
            """{"type":"track","event":"x","userId":"u1","messageId":"m1","timestamp":"2026-01-31T09:30:00Z"}""" + "\n"
        );
        await File.WriteAllTextAsync(In("members.csv"), "segment,id\n7,u1\n");
        await using var database = new SqliteConnection("Data Source=" + In("crm.db"));
        await database.OpenAsync();
        await using var create = database.CreateCommand();
        create.CommandText =
            "CREATE TABLE customers (id TEXT PRIMARY KEY, plan TEXT, updated_at INTEGER NOT NULL); INSERT INTO customers VALUES ('u1', 'pro', 1700000000)";
        await create.ExecuteNonQueryAsync();
        SqliteConnection.ClearPool(database);
        await File.WriteAllTextAsync(
            In("sync.json"),
            """
            {"name":"crm","database":"sqlite:DB","table":"customers","key":"id","updated":"updated_at","conflict":"newest","attributes":{"plan":"plan"}}
            """.Replace("DB", In("crm.db"), StringComparison.Ordinal)
        );
        await File.WriteAllTextAsync(
            In("segment.json"),
            """
            {"name":"payers","database":"sqlite:DB","query":"SELECT id FROM customers","segment":"7"}
            """.Replace("DB", In("crm.db"), StringComparison.Ordinal)
        );
    }

    [TearDown]
    public void RemoveFiles() => Directory.Delete(_folder, true);

    [TestCaseSource(typeof(Answers), nameof(Answers.All))]
    public async Task Command_AnyAnswer_EndsWithItsKindAndExitCode(byte[] answer, string repeatable, string once, string words)
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.Stream.WriteAsync(answer, p.End);
        });
        using var tool = ToolTo(peer);

        // An import has the patience to wait for ever as long as it is asked to: what follows then is another test's.
        await Task.WhenAll(Commands(repeatable != "rateLimited").Select(c => CheckAsync(tool, c, c.Once ? once : repeatable, words)));
    }

    [TestCase("people.csv", "people")]
    [TestCase("members.csv", "segment-members")]
    public async Task Import_IsAskedToWait_SaysSo_AndGoesOn(string file, string kind)
    {
        var asked = 0;
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.Stream.WriteAsync(Interlocked.Increment(ref asked) <= 2 ? Answers.EndlessWait : Answers.Accepted, p.End);
        });
        using var tool = ToolTo(peer);
        var ran = await tool.RunAsync("import", kind, "--from", In(file), "--data", In("patient"), "--json");
        Assert.That((ran.Exit, asked), Is.EqualTo((0, 3)), ran.ToString());
        Assert.That(ran.Error.Split('\n').Count(l => l == "Customer.io asks to wait: the next attempt is in 300 s."), Is.EqualTo(2), ran.ToString());
    }

    [Test]
    public async Task Run_EndlessBody_IsRefusedAtTheBound()
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync(Answers.Head + "200 OK\r\n" + Answers.Json + "\r\n[");
            var block = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
            while (true)
            {
                await p.Stream.WriteAsync(block, p.End);
            }
        });
        using var tool = ToolTo(peer);
        await CheckAsync(tool, new(["run", "list-segments", "--set", "maxRetryCount=0", "--json"]), "unavailable", "larger than this connector reads");
        await CheckAsync(
            tool,
            new(["run", "send-email", "--set", "transactionalMessageId=1", "--set", "to=a@example.com", "--set", "id=u1", "--json"], Once: true),
            "uncertain",
            "before you repeat it"
        );
    }

    private List<CalledWith> Commands(bool imports)
    {
        List<CalledWith> commands =
        [
            new(["run", "identify", "--set", "id=u1", "--json"]),
            new(["run", "list-segments", "--json"]),
            new(["run", "send-email", "--set", "transactionalMessageId=1", "--set", "to=a@example.com", "--set", "id=u1", "--json"], Once: true),
            new(["run", "identify", "--each", In("people.jsonl")], Line: true),
            new(["run", "identify", "--each", In("people.jsonl"), "--batch"], Line: true, Ends: true),
            new(["events", "send", "--in", In("events.jsonl")], Line: true, Ends: true),
            new(["export", "segments", "--to", In("x.csv"), "--data", In("export"), "--json"]),
            new(["sync", "run", In("sync.json"), "--data", In("sync"), "--json"]),
            new(["sync", "run", In("segment.json"), "--data", In("segment"), "--json"]),
            new(["webhooks", "register", "--url", "https://example.com/x", "--data", In("webhooks"), "--json"]),
            new(["check", "--json"], Report: true),
        ];
        return imports
            ?
            [
                .. commands,
                new(["import", "people", "--from", In("people.csv"), "--data", In("import"), "--json"], Rows: true),
                new(["import", "segment-members", "--from", In("members.csv"), "--data", In("members"), "--json"]),
            ]
            : commands;
    }

    private static InProcess ToolTo(TcpPeer peer) =>
        new(
            ("CUSTOMERIO_BASE_URL", peer.Origin),
            ("CUSTOMERIO_SITE_ID", "site-1"),
            ("CUSTOMERIO_API_KEY", "key-0001"),
            ("CUSTOMERIO_APP_API_KEY", "app-key-0001")
        );

    private static async Task CheckAsync(InProcess tool, CalledWith command, string kind, string words)
    {
        var ran = await tool.RunAsync(command.Args);
        var what = string.Join(' ', command.Args.Take(3)) + "\n" + ran;
        Assert.That(ran.Error, Does.Not.Contain("defect").And.Not.Contains("   at "), what);
        Assert.That((ran.Out + ran.Error).Any(c => (char.IsControl(c) && c != '\n') || c == '\u202e'), Is.False, what);
        Assert.That(ran.Out + ran.Error, Does.Not.Contain("pa55"), what);
        var exit = s_exits[kind];
        if (command.Line)
        {
            var error = ran.Lines.Single()["error"]!;
            Assert.That((ran.Exit, (string)error["kind"]!), Is.EqualTo((kind == "connection" && command.Ends ? exit : 4, kind)), what);
            Assert.That((string)error["message"]!, Does.Match(Answers.Any(words)), what);
        }
        else if (command.Report)
        {
            Assert.That(ran.Exit, Is.EqualTo(6), what);
        }
        else if (command.Rows && kind == "rejected")
        {
            Assert.That(ran.Exit, Is.EqualTo(4), what);
            Assert.That(ran.Out, Does.Match(Answers.Any(words).Replace(@"\\", @"\\\\", StringComparison.Ordinal)), what);
        }
        else
        {
            var error = ran.Json["error"]!;
            Assert.That((ran.Exit, (string)error["kind"]!), Is.EqualTo((exit, kind)), what);
            Assert.That((string)error["message"]!, Does.Match(Answers.Any(words)), what);
        }
    }

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>A command, and how it tells what went wrong: by its error, by that of a line, by rows, or in a report.</summary>
    // Ends: refused keys end the whole, in place of failing line by line.
    private sealed record CalledWith(string[] Args, bool Once = false, bool Line = false, bool Rows = false, bool Report = false, bool Ends = false);
}
