using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What is shown before it is done: the plan of a sync, and the map of an import.</summary>
[NonParallelizable]
public class PlanTests
{
    private string _folder = null!;
    private SandboxServer _sandbox = null!;
    private InProcess _tool = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("plan-").FullName;
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        _tool = new InProcess([.. Tool.KeysOf(_sandbox), ("CUSTOMERIO_CONNECTOR_HOME", In("home"))]);
    }

    [TearDown]
    public async Task Stop()
    {
        _tool.Dispose();
        await _sandbox.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    [Test]
    public async Task ASync_ThatIsDry_TellsThePlanAndChangesNothing()
    {
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT)");
        Execute("INSERT INTO people VALUES ('1', 'pro'), ('2', 'free'), ('3', 'free'), ('4', 'free')");
        await File.WriteAllTextAsync(
            In("s.json"),
            $$"""{"name":"s","database":"sqlite:{{In("crm.db")}}","table":"people","attributes":{"plan":"plan"},"deletePeople":true}"""
        );

        var first = await _tool.RunAsync("sync", "run", In("s.json"), "--dry-run");
        Assert.That(first.Exit, Is.Zero, first.ToString());
        Assert.That(first.Out, Is.EqualTo("Customer.io: create 4\n  1 {\"plan\":\"pro\"}\n  2 {\"plan\":\"free\"}\n  3 {\"plan\":\"free\"}\n  and 1 more\n"));
        Assert.That(first.Error, Is.EqualTo("s: 4 read, 0 with problems, 0 conflicts. Nothing was changed.\n"));
        Assert.That(_sandbox.Person("1"), Is.Null);
        Assert.That(File.Exists(Path.Combine(In("home"), "sync.db")), Is.False, "nothing is remembered");

        var done = await _tool.RunAsync("sync", "run", In("s.json"));
        Assert.That(done.Exit, Is.Zero, done.ToString());
        Execute("UPDATE people SET plan = 'team' WHERE id = '1'");
        Execute("DELETE FROM people WHERE id IN ('3', '4')");
        var (sent, state) = (Batches(), Remembered());
        var json = await _tool.RunAsync("sync", "run", In("s.json"), "--dry-run", "--json");
        Assert.That(json.Exit, Is.EqualTo(4), json.ToString());
        var plan = (JObject)json.Json["plan"]!;
        Assert.Multiple(() =>
        {
            Assert.That(ConnectorJsonText(plan["customerIo"]!["update"]!), Is.EqualTo("""{"count":1,"first":[{"key":"1","values":{"plan":"team"}}]}"""));
            Assert.That((long)plan["customerIo"]!["delete"]!["count"]!, Is.EqualTo(2));
            Assert.That((string?)plan["refused"], Does.Contain("delete 2 of 4 people").And.Contain("maxDeleted").And.Contain("--max-deleted"));
            Assert.That((string?)_sandbox.Person("1")?["attributes"]?["plan"], Is.EqualTo("pro"));
            Assert.That(_sandbox.Person("3"), Is.Not.Null);
            Assert.That(Remembered(), Is.EqualTo(state), "nothing is forgotten");
            Assert.That(Batches(), Is.EqualTo(sent), "nobody is written");
        });

        var refused = await _tool.RunAsync("sync", "run", In("s.json"));
        Assert.That((refused.Exit, _sandbox.Person("3")), Is.EqualTo((4, _sandbox.Person("3"))), refused.ToString());
        Assert.That(refused.Error, Does.Contain("delete 2 of 4 people"));
        var allowed = await _tool.RunAsync("sync", "run", In("s.json"), "--max-deleted", "0.5");
        Assert.That(allowed.Exit, Is.Zero, allowed.ToString());
        Assert.That((_sandbox.Person("3"), (string?)_sandbox.Person("1")?["attributes"]?["plan"]), Is.EqualTo(((JObject?)null, "team")));
    }

    [Test]
    public async Task ASuggestedMap_BringsColumnsToTheirTypes()
    {
        await File.WriteAllTextAsync(
            In("p.csv"),
            "user_id,age,score,joined,seen,vip,zip,phone,note\n7,20,1.5,2024-01-02,2024-01-02 03:04:05,yes,01234,+431234,x\n8,,-2,,,no,1010,,\n"
        );
        var map = await _tool.RunAsync("import", "people", "--from", In("p.csv"), "--suggest-map");
        Assert.That(map.Exit, Is.Zero, map.ToString());
        Assert.That(
            ConnectorJsonText(map.Json),
            Is.EqualTo(
                """{"identifier":"user_id","attributes":{"age":{"type":"integer"},"score":{"type":"number"},"joined":{"type":"time"}"""
                    + ""","seen":{"type":"time"},"vip":{"type":"boolean"},"zip":"zip","phone":"phone","note":"note"},"timeZone":"UTC"}"""
            )
        );
        Assert.That(map.Error, Does.Contain("\"user_id\"").And.Contain("Times in seen have no offset"));
        await File.WriteAllTextAsync(In("map.json"), map.Out);
        var ran = await _tool.RunAsync("import", "people", "--from", In("p.csv"), "--map", In("map.json"));
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((0, "2 rows: 2 imported, 0 failed.\n")), ran.ToString());
        Assert.That(
            ConnectorJsonText(_sandbox.Person("7")!["attributes"]!),
            Does.Contain("\"age\":20,\"score\":1.5,\"joined\":1704153600,\"seen\":1704164645,\"vip\":true,\"zip\":\"01234\"")
        );
    }

    [Test]
    public async Task ColumnsThatWentAsText_AreToldOnce()
    {
        await File.WriteAllTextAsync(In("p.csv"), "id,age,name,code,empty\n7,20,Ada,007,\n8,21,Bob,008,\n");
        var ran = await _tool.RunAsync("import", "people", "--from", In("p.csv"), "--json");
        Assert.That(
            ran.Json["notes"]!.Select(n => (string)n!),
            Is.EqualTo(new[] { "Sent as text, by the first rows of another type: age (integer). A map gives types; --suggest-map prints one." }),
            ran.ToString()
        );
    }

    [TestCase("--map", "m.json")]
    [TestCase("--dry-run")]
    [TestCase("--resume")]
    public async Task ASuggestion_TakesNothingOfAnImport(params string[] other)
    {
        var ran = await _tool.RunAsync(["import", "people", "--from", In("p.csv"), "--suggest-map", .. other]);
        Assert.That((ran.Exit, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain("--suggest-map only reads"));
    }

    [TestCase("site", 0)]
    [TestCase("wrong", 3)]
    public async Task ASandboxWithKeys_RefusesOthers(string site, int exit)
    {
        await using var own = await SandboxServer.StartAsync(new SandboxOptions { SiteId = "site", ApiKey = "key" });
        var ran = await InProcess.OnceAsync(
            ["run", "identify", "--set", "id=7"],
            null,
            null,
            ("CUSTOMERIO_BASE_URL", own.Url.ToString()),
            ("CUSTOMERIO_SITE_ID", site),
            ("CUSTOMERIO_API_KEY", "key")
        );
        Assert.That(ran.Exit, Is.EqualTo(exit), ran.ToString());
    }

    [TestCase("site")]
    [TestCase("site:")]
    [TestCase("a:b:c:d:e")]
    public async Task ASandboxWithHalfAKey_DoesNotStart(string keys)
    {
        var ran = await _tool.RunAsync("sandbox", "--port", "0", "--keys", keys);
        Assert.That((ran.Exit, ran.Out), Is.EqualTo((2, "")), ran.ToString());
        Assert.That(ran.Error, Does.Contain("--keys must be"));
    }

    private int Batches() => _sandbox.Requests.Count(r => r.Path.Contains("batch", StringComparison.Ordinal));

    private static string ConnectorJsonText(JToken value) => Values.ConnectorJson.ToText(value);

    private string In(string name) => Path.Combine(_folder, name);

    private List<string> Remembered()
    {
        using var connection = Database.Parse("sqlite:" + Path.Combine(In("home"), "sync.db"))!.Open(readOnly: true);
        return
        [
            .. connection.Query(r => r.GetString(0), "SELECT key || ' ' || agreed FROM customerio_sync_row ORDER BY key"),
            .. connection.Query(r => r.GetString(0), "SELECT name || ' ' || value FROM customerio_sync_cursor ORDER BY name"),
        ];
    }

    private void Execute(string sql)
    {
        using var connection = Database.Parse("sqlite:" + In("crm.db"))!.Open(create: true);
        connection.Execute(sql);
    }
}
