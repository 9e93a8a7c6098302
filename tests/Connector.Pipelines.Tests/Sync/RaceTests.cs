using System.Globalization;
using Newtonsoft.Json.Linq;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

/// <summary>What happens beside a sync: late commits, rows that come back, keys and addresses that change.</summary>
[Category("Slow")]
public class RaceTests : SyncBench
{
    private bool _hasEmail;

    [SetUp]
    public void WithoutEmail() => _hasEmail = false;

    [Test]
    public async Task ATransactionThatCommitsLate_IsSynced()
    {
        await StartAsync("postgres");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, updated TIMESTAMPTZ DEFAULT now())");
        await using var late = new NpgsqlConnection(DatabaseName["postgres:".Length..]);
        await late.OpenAsync();
        await using var transaction = await late.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("INSERT INTO people (id, plan) VALUES ('late', 'pro')", late, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        Execute("INSERT INTO people (id, plan) VALUES ('early', 'pro')");
        Assert.That((await SyncAsync(Sync())).Pushed, Is.EqualTo(1));
        await transaction.CommitAsync();
        Assert.That(((await SyncAsync(Sync())).Pushed, (string?)Attributes("late")?["plan"]), Is.EqualTo((1L, "pro")));
        Assert.That((await SyncAsync(Sync())).Pushed, Is.Zero);
    }

    [TestCase("sqlite", "INTEGER")]
    [TestCase("sqlite", "")]
    [TestCase("sqlite", "TEXT")]
    [TestCase("postgres", "BIGINT")]
    [TestCase("postgres", "TIMESTAMPTZ")]
    [TestCase("postgres", "TIMESTAMP")]
    [TestCase("postgres", "TEXT")]
    public async Task ATimeInTheFuture_OrSlightlyBehind_HidesNothing(string kind, string type)
    {
        await StartAsync(kind);

        // A key without a type, too, where the change has none.
        Execute($"CREATE TABLE people (id {(type.Length == 0 ? "" : "TEXT")}, plan TEXT, updated {type})");
        var now = type is "TIMESTAMPTZ" or "TIMESTAMP" ? DateTimeOffset.UtcNow : Time.GetUtcNow();
        void Insert(string id, DateTimeOffset time) =>
            Execute(
                "INSERT INTO people VALUES (@0, 'pro', "
                    + $"{(type.StartsWith("TIME", StringComparison.Ordinal) ? "CAST(CAST(@1 AS TEXT) AS TIMESTAMPTZ)" : "@1")})",
                type.Length == 0 ? long.Parse(id, CultureInfo.InvariantCulture) : id,
                type is "INTEGER" or "BIGINT" or "" ? time.ToUnixTimeSeconds() : time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            );
        Insert("1", now);
        Insert("2", now.AddYears(60));
        Assert.That((await SyncAsync(Sync())).Pushed, Is.EqualTo(2));
        Time.Advance(5);
        Insert("3", now.AddSeconds(5));
        Insert("4", now.AddMinutes(-5));
        Assert.That(((await SyncAsync(Sync())).Pushed, Sandbox.Person("3") is not null, Sandbox.Person("4") is not null), Is.EqualTo((2L, true, true)));
        Execute("UPDATE people SET plan = 'free' WHERE id = " + (type.Length == 0 ? "2" : "'2'"));
        Assert.That(((await SyncAsync(Sync())).Pushed, (string?)Attributes("2")!["plan"]), Is.EqualTo((1L, "free")));
    }

    [Test]
    public async Task ARowOfLongAgo_ComesWithTheNextWholeComparison()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, updated INTEGER)");
        Execute("INSERT INTO people VALUES ('a', 'pro', @0)", Time.Seconds);
        await SyncAsync(Sync());
        Execute("INSERT INTO people VALUES ('old', 'pro', @0)", Time.Seconds - 90_000);
        Time.Advance(3600);
        Assert.That((await SyncAsync(Sync())).Pushed, Is.Zero, "an hour later");
        Time.Advance(23 * 3600);
        Assert.That((await SyncAsync(Sync())).Pushed, Is.EqualTo(1), "a day later");
        Execute("INSERT INTO people VALUES ('older', 'pro', @0)", Time.Seconds - 200_000);
        Assert.That((await SyncAsync(Sync())).Pushed, Is.Zero, "and not at once again");
        Time.Advance(3600);
        Assert.That((await SyncAsync(Sync("\"fullEvery\":\"1h\""))).Pushed, Is.EqualTo(1), "as often as the file says");
    }

    [Test]
    public async Task ManyRowsOfAColumnWithoutAType_AreReadPageByPage()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE people (id, plan TEXT, updated)");
        Execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO people SELECT i, 'pro', @0 + i FROM n",
            Time.Seconds
        );
        Assert.That((await SyncAsync(Sync())).Pushed, Is.EqualTo(1200));
        Assert.That(
            (
                await SyncAsync(
                    """{"database":"DB","name":"two","table":"people","attributes":{"plan":"plan"}}""".Replace("DB", DatabaseName, StringComparison.Ordinal)
                )
            ).Read,
            Is.EqualTo(1200)
        );
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "7",
                ["customerData"] = new JObject { ["plan"] = "theirs" },
            }
        );
        Assert.That(((await SyncAsync(Sync())).Pulled, Read("SELECT plan FROM people WHERE id = 7").Single()), Is.EqualTo((1L, "theirs")));
    }

    [TestCase("sqlite", false)]
    [TestCase("sqlite", true)]
    [TestCase("postgres", false)]
    [TestCase("postgres", true)]
    public async Task ARowThatIsDeletedAndInsertedAgainDuringARun_KeepsItsPerson(string kind, bool inThatMoment)
    {
        await StartAsync(kind);
        CreateTable(20);
        await SyncAsync(Sync("\"deletePeople\":true"));
        var cioId = (string?)Sandbox.Person("u1")!["identifiers"]!["cio_id"];
        Execute("DELETE FROM people WHERE id = 'u1'");
        Execute("UPDATE people SET plan = 'free' WHERE id = 'u2'");
        var done = false;
        Before = (path, body) =>
        {
            if (path == "/api/v2/batch" && !done && body.Contains(inThatMoment ? "\"delete\"" : "\"u2\"", StringComparison.Ordinal))
            {
                done = true;
                Execute("INSERT INTO people VALUES ('u1', 'again', 'u1@example.com', 1)");
            }
        };
        var report = await SyncAsync(Sync("\"deletePeople\":true"));
        Assert.That((done, report.Failed, (string?)Attributes("u1")?["plan"]), Is.EqualTo((true, 0L, "again")), string.Join('\n', report.Problems));
        Assert.That(report.Deleted, Is.EqualTo(inThatMoment ? 1 : 0));
        Assert.That(
            (string?)Sandbox.Person("u1")!["identifiers"]!["cio_id"] == cioId,
            Is.EqualTo(!inThatMoment),
            "only in the very moment of the deletion it is a new person"
        );
        report = await SyncAsync(Sync("\"deletePeople\":true"));
        Assert.That((report.Pushed, report.Deleted, report.Failed), Is.EqualTo((0L, 0L, 0L)));
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task AnEditDuringARun_KeepsTheRowOfADeletedPerson(string kind)
    {
        await StartAsync(kind);
        CreateTable(20);
        await SyncAsync(Sync("\"deleteRows\":true"));
        Time.Advance(5);
        await RunAsync("destroy", new JObject { ["id"] = "u1" });
        await RunAsync("destroy", new JObject { ["id"] = "u3" });
        Execute("UPDATE people SET plan = 'free' WHERE id = 'u2'");
        Before = (path, body) =>
        {
            if (path == "/api/v2/batch" && body.Contains("\"u2\"", StringComparison.Ordinal))
            {
                Execute("UPDATE people SET plan = 'edited' WHERE id = 'u1'");
            }
        };
        var report = await SyncAsync(Sync("\"deleteRows\":true"));
        Assert.That(
            (report.Deleted, report.Failed, string.Join(',', Read("SELECT plan FROM people WHERE id IN ('u1', 'u3')"))),
            Is.EqualTo((1L, 0L, "edited")),
            string.Join('\n', report.Problems)
        );
        Assert.That(
            ((string?)Attributes("u1")?["plan"], (string?)Sandbox.Person("u1")?["identifiers"]!["email"]),
            Is.EqualTo(("edited", "u1@example.com")),
            "and the person comes back whole"
        );
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task AKeyThatChanges_TakesThePersonAlong(string kind)
    {
        await StartAsync(kind);
        CreateTable(20);
        await SyncAsync(Sync("\"deletePeople\":true"));
        var cioId = (string?)Sandbox.Person("u1")!["identifiers"]!["cio_id"];
        Execute("UPDATE people SET id = 'new', plan = 'free' WHERE id = 'u1'");
        for (var i = 0; i < 2; i++)
        {
            var report = await SyncAsync(Sync("\"deletePeople\":true"));
            Assert.That((report.Deleted, report.Failed), Is.EqualTo((0L, 0L)), string.Join('\n', report.Problems));
            var person = Sandbox.Person("new");
            Assert.That(
                ((string?)person?["identifiers"]!["cio_id"], (string?)person?["identifiers"]!["email"], (string?)Attributes("new")?["plan"]),
                Is.EqualTo((cioId, "u1@example.com", "free"))
            );
            Assert.That(Sandbox.Person("u1"), Is.Null);
        }
    }

    [TestCase("both")]
    [TestCase("push")]
    public async Task AnAddressThatIsNotTaken_IsToldAndNeverOverwritten(string direction)
    {
        await StartAsync("sqlite");
        CreateTable(3);
        var sync = Sync($"\"direction\":\"{direction}\"");
        Assert.That((await SyncAsync(sync)).Failed, Is.Zero);
        Execute("UPDATE people SET email = 'new@example.com' WHERE id = 'u1'");
        for (var i = 0; i < 2; i++)
        {
            var report = await SyncAsync(sync);
            Assert.That((report.Failed, (string?)Sandbox.Person("u1")!["identifiers"]!["email"]), Is.EqualTo((1L, "u1@example.com")));
            Assert.That(report.Problems.Single(), Does.Contain("has not taken the new email"));

            // A change there must not bring the old address back.
            Time.Advance(60);
            await RunAsync(
                "identify",
                new JObject
                {
                    ["id"] = "u1",
                    ["customerData"] = new JObject { ["plan"] = "theirs" + i },
                }
            );
            Assert.That(Read("SELECT email FROM people WHERE id = 'u1'"), Is.EqualTo(new[] { "new@example.com" }));
        }

        Setting("""{"updateEmailWithId":true}""");
        Assert.That(((await SyncAsync(sync)).Failed, (string?)Sandbox.Person("u1")!["identifiers"]!["email"]), Is.EqualTo((0L, "new@example.com")));
        Assert.That((await SyncAsync(sync)).Pushed, Is.Zero);
    }

    [Test]
    public async Task AddressesThatAreSwapped_AreTold_AndStayInTheTable()
    {
        await StartAsync("sqlite");
        CreateTable(3);
        await SyncAsync(Sync());
        Execute("UPDATE people SET email = CASE id WHEN 'u1' THEN 'u2@example.com' ELSE 'u1@example.com' END WHERE id IN ('u1', 'u2')");
        for (var i = 0; i < 2; i++)
        {
            Time.Advance(60);
            await RunAsync(
                "identify",
                new JObject
                {
                    ["id"] = "u1",
                    ["customerData"] = new JObject { ["plan"] = "theirs" + i },
                }
            );
            var report = await SyncAsync(Sync());
            Assert.That(
                (report.Failed, string.Join(',', Read("SELECT email FROM people WHERE id IN ('u1', 'u2') ORDER BY id"))),
                Is.EqualTo((2L, "u2@example.com,u1@example.com")),
                string.Join('\n', report.Problems)
            );
        }
    }

    [Test]
    public async Task SomebodyDeletedBeforeTheSecondRun_IsNoticed()
    {
        await StartAsync("sqlite");
        CreateTable(10);
        await SyncAsync(Sync("\"deleteRows\":true,\"maxDeleted\":1"));
        await RunAsync("destroy", new JObject { ["id"] = "u1" });
        await RunAsync("destroy", new JObject { ["id"] = "u2" });
        Time.Advance(5);
        Execute("UPDATE people SET plan = 'edited' WHERE id = 'u2'");
        var report = await SyncAsync(Sync("\"deleteRows\":true,\"maxDeleted\":1"));
        Assert.That((report.Deleted, Read("SELECT COUNT(*) FROM people WHERE id = 'u1'").Single()), Is.EqualTo((1L, "0")));
        Assert.That(
            ((string?)Attributes("u2")?["plan"], (string?)Sandbox.Person("u2")?["identifiers"]!["email"]),
            Is.EqualTo(("edited", "u2@example.com")),
            "an edit makes a whole person"
        );
    }

    [Test]
    public async Task Newest_TakesATimeWithoutZone_InTheDatabasesZone()
    {
        await StartAsync("postgres");
        Execute($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(DatabaseName["postgres:".Length..]).Database} SET TimeZone = 'America/New_York'");
        NpgsqlConnection.ClearAllPools();
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, updated TIMESTAMP)");
        Execute("INSERT INTO people VALUES ('a', 'old', '2025-12-31 19:00:00')");
        await SyncAsync(Sync());
        Time.Advance(600);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "a",
                ["customerData"] = new JObject { ["plan"] = "theirs" },
            }
        );
        Time.Advance(1200);
        Execute("UPDATE people SET plan = 'ours', updated = '2025-12-31 19:30:00'");
        await SyncAsync(Sync());
        Assert.That(
            ((string?)Attributes("a")!["plan"], Read("SELECT plan FROM people").Single()),
            Is.EqualTo(("ours", "ours")),
            "19:30 in New York is later than 00:10 UTC"
        );
    }

    [Test]
    public async Task SomebodyWhoIsAnswered500ForEver_StopsNobodyElse()
    {
        await StartAsync("sqlite");
        CreateTable(20);
        Tell(HttpMethod.Post, "faults", """{"match":{"path":"/api/v2/batch","body":"u7@"},"status":500,"times":0}""");
        var report = await SyncAsync(Sync());
        Assert.That(
            (report.Pushed, report.Failed, Sandbox.Person("u7"), Sandbox.Person("u20") is not null),
            Is.EqualTo((19L, 1L, (JObject?)null, true)),
            string.Join('\n', report.Problems)
        );

        // Alone in its page, too: what comes after it goes on.
        Time.Advance(5);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["plan"] = "theirs" },
            }
        );
        report = await SyncAsync(Sync());
        Assert.That((report.Failed, Read("SELECT plan FROM people WHERE id = 'u1'").Single()), Is.EqualTo((1L, "theirs")), string.Join('\n', report.Problems));
        Tell(HttpMethod.Delete, "faults", "{}");
        Assert.That(((await SyncAsync(Sync())).Failed, Sandbox.Person("u7") is not null), Is.EqualTo((0L, true)));
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task Addresses_AreOneWhateverTheirCase(string kind)
    {
        await StartAsync(kind);
        Execute("CREATE TABLE people (email TEXT PRIMARY KEY, plan TEXT)");
        Execute("INSERT INTO people VALUES ('Ada@Example.com', 'free')");
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "ada@example.com",
                ["idType"] = "email",
                ["customerData"] = new JObject { ["plan"] = "free" },
            }
        );
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "Bob@Example.com",
                ["idType"] = "email",
                ["customerData"] = new JObject { ["plan"] = "pro" },
            }
        );
        var sync =
            $$"""{"name":"crm","database":"{{DatabaseName}}","table":"people","key":"email","idType":"email","attributes":{"plan":"plan"},"inse"""
            + $$"""rtRows":true}""";
        await SyncAsync(sync);
        Assert.That(Read("SELECT email, plan FROM people ORDER BY email"), Is.EqualTo(new[] { "Ada@Example.com|free", "Bob@Example.com|pro" }));
        Time.Advance(5);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "ADA@example.com",
                ["idType"] = "email",
                ["customerData"] = new JObject { ["plan"] = "theirs" },
            }
        );
        Execute("UPDATE people SET plan = 'ours' WHERE email = 'Bob@Example.com'");
        var report = await SyncAsync(sync);
        Assert.That((report.Pulled, report.Pushed, report.Failed), Is.EqualTo((1L, 1L, 0L)), string.Join('\n', report.Problems));
        Assert.That(Read("SELECT email, plan FROM people ORDER BY email"), Is.EqualTo(new[] { "Ada@Example.com|theirs", "Bob@Example.com|ours" }));
        Assert.That((string?)Attributes("bob@example.com")!["plan"], Is.EqualTo("ours"));
        Execute("INSERT INTO people VALUES ('ada@example.com', 'twice')");
        report = await SyncAsync(sync);
        Assert.That((report.Failed, (string?)Attributes("ada@example.com")!["plan"]), Is.EqualTo((1L, "theirs")), string.Join('\n', report.Problems));
        Assert.That(report.Problems.Single(), Does.Contain("several rows"));
    }

    [Test]
    public async Task AnAddressAttribute_IsTheSameInAnotherCase()
    {
        await StartAsync("sqlite");
        _hasEmail = true;
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, email TEXT, updated INTEGER)");
        Execute("INSERT INTO people VALUES ('u1', 'pro', 'Ada@Example.com', @0)", Time.Seconds);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["email"] = "ada@example.com", ["plan"] = "pro" },
            }
        );
        var report = await SyncAsync(Sync());
        Assert.That((report.Pushed, report.Pulled, Read("SELECT email FROM people").Single()), Is.EqualTo((0L, 0L, "Ada@Example.com")));
    }

    private void CreateTable(int rows)
    {
        _hasEmail = true;
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, email TEXT, updated BIGINT)");
        for (var i = 1; i <= rows; i++)
        {
            Execute("INSERT INTO people VALUES (@0, 'pro', @1, 1)", "u" + i, $"u{i}@example.com");
        }
    }

    private string Sync(string? more = null)
    {
        var email = _hasEmail ? ",\"email\":\"email\"" : "";
        return $$$"""{"name":"crm","database":"{{{DatabaseName}}}","table":"people","updated":"updated","attributes":{"plan":"pla"""
            + $$$"""n"{{{email}}}}{{{(more is null ? "" : "," + more)}}}}""";
    }
}
