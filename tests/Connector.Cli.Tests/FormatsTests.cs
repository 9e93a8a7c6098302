using System.Globalization;
using System.Text;
using CustomerIo.Connector.Sandbox;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Data folders of released versions, written by their programs and kept as SQL: this program goes on with them, and lets newer ones be.</summary>
[NonParallelizable]
public sealed class FormatsTests
{
    private static readonly string s_formats = Path.Combine(Repository.Root, "tests", "Connector.Cli.Tests", "formats");

    private string _work = null!;
    private string _data = null!;
    private SandboxServer _sandbox = null!;

    private static IEnumerable<string> Versions => Directory.GetDirectories(s_formats).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    [SetUp]
    public async Task MakeAsync()
    {
        _work = Directory.CreateTempSubdirectory("formats-").FullName;
        _data = Path.Combine(_work, "data");
        _sandbox = await SandboxServer.StartAsync(new() { Seed = true });

        // What the folders' jobs and syncs were begun with.
        await File.WriteAllLinesAsync(Path.Combine(_work, "people.csv"), Enumerable.Range(0, 20_000).Select(i => $"u{i},pro").Prepend("id,plan"));
        await File.WriteAllTextAsync(
            Path.Combine(_work, "sync.json"),
            $$$"""{"name":"s","database":"sqlite:{{{Path.Combine(_work, "people.db")}}}","table":"people","attributes":{"plan":"plan"}}"""
        );
        Execute(Path.Combine(_work, "people.db"), "CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT); INSERT INTO people VALUES ('s1', 'pro')");
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        await _sandbox.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_work, true);
    }

    [TestCaseSource(nameof(Versions))]
    public async Task Folder_OfAReleasedVersion_IsGoneOnWith(string version)
    {
        Restore(version);
        using var tool = Begin();
        async Task<string> Ok(params string[] args)
        {
            var ran = await tool.RunAsync(args);
            Assert.That(ran.Exit, Is.Zero, $"{string.Join(' ', args)}\n{ran}");
            return ran.Out + ran.Error;
        }

        Assert.That(await Ok("import", "people", "--from", Path.Combine(_work, "people.csv"), "--job", "half", "--resume"), Does.Contain("20000 imported"));
        var sent = _sandbox.Requests.Sum(r => ((JArray?)(r.Body as JObject)?["batch"])?.Count ?? 0);
        Assert.That(sent, Is.InRange(1, 8_000), "12,000 rows had been acknowledged");

        Assert.That(await Ok("webhooks", "received"), Does.Contain("email_bounced").And.Contain("email_delivered"));
        Assert.That(await Ok("serve", "dead-letters", "list"), Does.Contain("injected fault 3"));
        Assert.That(await Ok("hub", "keys", "list"), Does.Contain("crm").And.Contain("n8n"));
        Assert.That(await Ok("hub", "connections", "list"), Does.Contain("shop track"));
        await Ok("sync", "poll", "1");
        Assert.That(Count("segments.db", "SELECT COUNT(*) FROM member WHERE poll = '7434cbb3615bf9e5/1/'"), Is.EqualTo(4));
        Assert.That(await Ok("sync", "run", Path.Combine(_work, "sync.json")), Does.Contain("0 failed"));
        Assert.That(Count("sync.db", "SELECT fence FROM customerio_sync_lock"), Is.EqualTo(4), "it was taken three times before");
        Assert.That(Count("sync.db", "SELECT format FROM customerio_format"), Is.EqualTo(1));

        // What waited is delivered by the next start.
        using var serve = Tool.Start(["serve", "--port", "0", "--data", _data], _sandbox, ("CUSTOMERIO_WRITE_KEY", "k"));
        try
        {
            await Eventually.TrueAsync(() => _sandbox.Person("e1") is not null && _sandbox.Requests.Any(r => r.Text.Contains("bought")), () => "delivered", 30);
        }
        finally
        {
            serve.Kill();
            await serve.WaitForExitAsync();
        }
    }

    [TestCaseSource(nameof(Versions))]
    public async Task Folder_OfANewerVersion_IsLeftAsItIsAndNamed(string version)
    {
        Restore(version);
        foreach (var file in Directory.GetFiles(_data, "*.db"))
        {
            Execute(
                file,
                Path.GetFileName(file) == "sync.db"
                    ? "CREATE TABLE customerio_format (part TEXT PRIMARY KEY, format BIGINT NOT NULL); INSERT INTO customerio_format VALUES ('sync', 999)"
                    : "PRAGMA user_version = 999"
            );
        }

        SqliteConnection.ClearAllPools();
        var before = Contents();
        using var tool = Begin();
        foreach (
            var args in (string[][])
                [
                    ["import", "people", "--from", Path.Combine(_work, "people.csv"), "--job", "half", "--resume"],
                    ["webhooks", "received"],
                    ["serve", "dead-letters", "list"],
                    ["serve", "--port", "0", "--write-key", "k"],
                    ["webhooks", "serve", "--port", "0"],
                    ["hub", "keys", "list"],
                    ["hub", "--port", "0", "--write-key", "k"],
                    ["sync", "poll", "1"],
                    ["sync", "run", Path.Combine(_work, "sync.json")],
                    ["sync", "run", Path.Combine(_work, "sync.json"), "--dry-run"],
                ]
        )
        {
            var ran = await tool.RunAsync(args);
            Assert.That(ran.Exit, Is.EqualTo(2), $"{string.Join(' ', args)}\n{ran}");
            Assert.That(ran.Error, Does.Contain("written by a newer version of the connector. Update the connector, or name another"), string.Join(' ', args));
        }

        SqliteConnection.ClearAllPools();
        Assert.That(Contents(), Is.EqualTo(before));
        Assert.That(_sandbox.Requests.Where(r => r.Method != "GET"), Is.Empty);
    }

    private InProcess Begin() => new([.. Tool.KeysOf(_sandbox), ("CUSTOMERIO_CONNECTOR_HOME", _data), ("CUSTOMERIO_REGION", "us")]);

    private void Restore(string version)
    {
        Directory.CreateDirectory(Path.Combine(_data, "key-ring"));
        foreach (var file in Directory.GetFiles(Path.Combine(s_formats, version), "*.sql"))
        {
            Execute(Path.Combine(_data, Path.GetFileNameWithoutExtension(file) + ".db"), File.ReadAllText(file));
        }

        foreach (var file in Directory.GetFiles(Path.Combine(s_formats, version, "key-ring")))
        {
            File.Copy(file, Path.Combine(_data, "key-ring", Path.GetFileName(file)));
        }
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Count(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    // Of the tables: what SQLite makes beside them and writes into the file's head is its own matter.
    private string Contents()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(_data, "*.db").Order(StringComparer.Ordinal))
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            foreach (var (name, sql) in Rows(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)} {name} {sql}");
                foreach (var (row, _) in Rows(connection, $"SELECT json_array(COUNT(*), {Sum(connection, name)}), NULL FROM \"{name}\""))
                {
                    text.AppendLine(row);
                }
            }
        }

        return text.ToString();
    }

    private static string Sum(SqliteConnection connection, string table) =>
        string.Join(", ", Rows(connection, $"SELECT name, NULL FROM pragma_table_info('{table}')").Select(c => $"group_concat(quote(\"{c.Item1}\"))"));

    private static List<(string, string?)> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<(string, string?)>();
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        }

        return rows;
    }
}
