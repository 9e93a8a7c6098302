using System.IO.Compression;
using System.Text;
using CustomerIo.Connector.Tests.Kit;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Whatever answers, every command that calls Customer.io ends with a kind, its exit code and a sentence, never with a defect.</summary>
public class AnswersTests
{
    private const string Head = "HTTP/1.1 ", Json = "Content-Type: application/json\r\n", Html = "Content-Type: text/html\r\n";

    /// <summary>What comes back, and what that is for what may be repeated and for what must not.</summary>
    private static readonly TestCaseData<byte[], string, string, string>[] s_answers =
    [
        Case("cut", Closing("200 OK", Json, "{\"a\":"), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case("cut in its length", Text("200 OK", Json + "Content-Length: 10\r\n", "{}"), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case("cut in a chunk", Text("200 OK", Json + "Transfer-Encoding: chunked\r\n", "5\r\n{}"), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case("shorter than it says", Text("200 OK", Json + "Content-Length: 1\r\n", "{}"), "unavailable", "uncertain", "cut short"),
        Case("packed", Packed("400 Bad Request", "{\"meta\":{\"errors\":[\"packed words\"]}}"), "rejected", "rejected", "packed words"),
        Case("packed and damaged", Closing("200 OK", Json + "Content-Encoding: gzip\r\n", "{}"), "unavailable", "uncertain", "garbled"),
        Case("a proxy's 404", Whole("404 Not Found", Html, "<html>nginx</html>"), "unavailable", "unavailable", "proxy"),
        Case("a proxy's 407", Whole("407 Proxy Authentication Required", Html, "<html>who</html>"), "unavailable", "unavailable", "HTTPS_PROXY"),
        Case("a proxy's 431", Whole("431 Too Large", Html, "<html>nginx</html>"), "unavailable", "unavailable", "proxy"),
        Case("a proxy's 502", Whole("502 Bad Gateway", Html, "<html>nginx</html>"), "unavailable", "uncertain", "(502)"),
        Case("empty", Whole("422 Unprocessable", "", ""), "rejected", "rejected", "(422)"),
        Case("an endless wait", Whole("429 Too Many", Json + "Retry-After: 5000000\r\n", ""), "rateLimited", "rateLimited", "wait 300 s (it asked for 5000000 s"),
        Case("redirect", Whole("302 Found", "Location: https://login.example.com/?key=x\r\n", ""), "connection", "connection", "redirect"),
        Case("a page", Whole("200 OK", Html, "<html>Welcome</html>"), "connection", "uncertain", "not JSON"),
        Case("no HTTP", "SSH-2.0-OpenSSH_9.9\r\n"u8.ToArray(), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case("escapes", Whole("422 Unprocessable", Json, "{\"meta\":{\"error\":\"\\u001b]0;x\\u0007 \\u009b2J \\u202e https://u:pa55@h/\"}}"), "rejected", "rejected", @"\u001b]0;x\u0007 \u009b2J \u202e https://***/"),
    ];

    private string _folder = null!;

    [SetUp]
    public async Task MakeFiles()
    {
        _folder = Directory.CreateTempSubdirectory("answers-").FullName;
        await File.WriteAllTextAsync(In("people.csv"), "id,plan\nu1,pro\n");
        await File.WriteAllTextAsync(In("people.jsonl"), """{"id":"u1"}""" + "\n");
        await File.WriteAllTextAsync(In("events.jsonl"), """{"type":"track","event":"x","userId":"u1","messageId":"m1","timestamp":"2026-01-31T09:30:00Z"}""" + "\n");
        await using var database = new SqliteConnection("Data Source=" + In("crm.db"));
        await database.OpenAsync();
        await using var create = database.CreateCommand();
        create.CommandText = "CREATE TABLE customers (id TEXT PRIMARY KEY, plan TEXT, updated_at INTEGER NOT NULL); INSERT INTO customers VALUES ('u1', 'pro', 1700000000)";
        await create.ExecuteNonQueryAsync();
        SqliteConnection.ClearPool(database);
        await File.WriteAllTextAsync(In("sync.json"), """{"name":"crm","database":"sqlite:DB","table":"customers","key":"id","updated":"updated_at","conflict":"newest","attributes":{"plan":"plan"}}""".Replace("DB", In("crm.db"), StringComparison.Ordinal));
    }

    [TearDown]
    public void RemoveFiles() => Directory.Delete(_folder, true);

    [TestCaseSource(nameof(s_answers))]
    public async Task Command_AnyAnswer_EndsWithItsKindAndExitCode(byte[] answer, string repeatable, string once, string words)
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.Stream.WriteAsync(answer, p.End);
        });

        // Two at a time: the tests run beside others.
        var commands = Commands(repeatable is "connection" or "rejected").Chunk(2);
        foreach (var some in commands)
        {
            await Task.WhenAll(some.Select(c => CheckAsync(peer, c, c.Once ? once : repeatable, words)));
        }
    }

    [Test]
    public async Task Run_EndlessBody_IsRefusedAtTheBound()
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync(Head + "200 OK\r\n" + Json + "\r\n[");
            var block = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
            while (true)
            {
                await p.Stream.WriteAsync(block, p.End);
            }
        });
        await CheckAsync(peer, new(["run", "list-segments", "--set", "maxRetryCount=0", "--json"]), "unavailable", "larger than this connector reads");
        await CheckAsync(peer, new(["run", "send-email", "--set", "transactionalMessageId=1", "--set", "to=a@example.com", "--set", "id=u1", "--json"], Once: true), "uncertain", "before you repeat it");
    }

    private List<CalledWith> Commands(bool ends)
    {
        List<CalledWith> commands =
        [
            new(["run", "identify", "--set", "id=u1", "--json"]),
            new(["run", "list-segments", "--json"]),
            new(["run", "send-email", "--set", "transactionalMessageId=1", "--set", "to=a@example.com", "--set", "id=u1", "--json"], Once: true),
            new(["run", "identify", "--each", In("people.jsonl")], Line: true),
            new(["run", "identify", "--each", In("people.jsonl"), "--batch"], Line: true, Ends: true),
            new(["events", "send", "--in", In("events.jsonl")], Line: true, Ends: true),
            new(["export", "segments", "--to", In($"{Guid.NewGuid():N}.csv"), "--data", In("export"), "--json"]),
            new(["webhooks", "register", "--url", "https://example.com/x", "--data", In("webhooks"), "--json"]),
            new(["check", "--json"], Report: true),
        ];

        // Jobs have patience: what may pass they wait for, which is another test's matter.
        return ends ? [.. commands, new(["import", "people", "--from", In("people.csv"), "--data", In("import"), "--json"], Rows: true), new(["sync", "run", In("sync.json"), "--data", In("sync"), "--json"])] : commands;
    }

    private static async Task CheckAsync(TcpPeer peer, CalledWith command, string kind, string words)
    {
        var ran = await Tool.RunAsync(command.Args, null, [], ("CUSTOMERIO_BASE_URL", peer.Origin), ("CUSTOMERIO_SITE_ID", "site-1"), ("CUSTOMERIO_API_KEY", "key-0001"), ("CUSTOMERIO_APP_API_KEY", "app-key-0001"));
        var what = string.Join(' ', command.Args.Take(3)) + "\n" + ran;
        Assert.That(ran.Error, Does.Not.Contain("defect").And.Not.Contains("   at "), what);
        Assert.That((ran.Out + ran.Error).Any(c => (char.IsControl(c) && c != '\n') || c == '\u202e'), Is.False, what);
        Assert.That(ran.Out + ran.Error, Does.Not.Contain("pa55"), what);
        var exit = ExitCodeOf(kind);
        if (command.Line)
        {
            var error = ran.Lines.Single()["error"]!;
            Assert.That((ran.Exit, (string)error["kind"]!), Is.EqualTo((kind == "connection" && command.Ends ? exit : 4, kind)), what);
            Assert.That((string)error["message"]!, Does.Match(Any(words)), what);
        }
        else if (command.Report)
        {
            Assert.That(ran.Exit, Is.EqualTo(6), what);
        }
        else if (command.Rows && kind == "rejected")
        {
            Assert.That(ran.Exit, Is.EqualTo(4), what);
            Assert.That(ran.Out, Does.Match(Any(words).Replace(@"\\", @"\\\\", StringComparison.Ordinal)), what);
        }
        else
        {
            var error = ran.Json["error"]!;
            Assert.That((ran.Exit, (string)error["kind"]!), Is.EqualTo((exit, kind)), what);
            Assert.That((string)error["message"]!, Does.Match(Any(words)), what);
        }
    }

    private static string Any(string words) => string.Join('|', words.Split('|').Select(System.Text.RegularExpressions.Regex.Escape));

    private static int ExitCodeOf(string kind) => kind switch { "connection" => 3, "rejected" => 4, "rateLimited" => 5, "unavailable" => 6, _ => 7 };

    private string In(string name) => Path.Combine(_folder, name);

    private static TestCaseData<byte[], string, string, string> Case(string name, byte[] answer, string repeatable, string once, string words) => new(answer, repeatable, once, words) { TestName = name };

    private static byte[] Text(string status, string headers, string body) => Encoding.UTF8.GetBytes($"{Head}{status}\r\n{headers}\r\n{body}");

    private static byte[] Closing(string status, string headers, string body) => Text(status, headers + "Connection: close\r\n", body);

    private static byte[] Whole(string status, string headers, string body) => Text(status, $"{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", body);

    private static byte[] Packed(string status, string body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(body));
        }

        var bytes = packed.ToArray();
        return [.. Text(status, $"{Json}Content-Encoding: gzip\r\nContent-Length: {bytes.Length}\r\n", ""), .. bytes];
    }

    /// <summary>A command, and how it tells what went wrong: by its error, by that of a line, by rows, or in a report.</summary>
    // Ends: refused keys end the whole, in place of failing line by line.
    private sealed record CalledWith(string[] Args, bool Once = false, bool Line = false, bool Rows = false, bool Report = false, bool Ends = false);
}
