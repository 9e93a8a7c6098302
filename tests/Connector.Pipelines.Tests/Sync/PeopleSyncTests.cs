using CustomerIo.Connector.Pipelines.Stores;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

public class PeopleSyncTests : SyncBench
{
    private const string Columns = "id, plan, seats, pro";

    [Test]
    public async Task AValueThatCannotBeRead_IsItsRowsProblemAlone()
    {
        await StartAsync("postgres");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, born DATE, n NUMERIC)");
        Execute("INSERT INTO people VALUES ('u1', '2000-01-31', 1), ('u2', '0044-03-15 BC', 1), ('u3', '2001-01-31', 1e60), ('u4', '2002-01-31', 4)");
        var report = await SyncAsync(
            new JObject
            {
                ["database"] = DatabaseName,
                ["table"] = "people",
                ["direction"] = "push",
                ["attributes"] = new JObject { ["born"] = "born", ["n"] = "n" },
            }.ToString()
        );
        Assert.That((report.Pushed, report.Failed), Is.EqualTo((2L, 2L)), report + "\n" + string.Join('\n', report.Problems));
        Assert.That(
            ((string?)Attributes("u1")?["born"], (string?)Attributes("u4")?["born"], Attributes("u2")),
            Is.EqualTo(("2000-01-31", "2002-01-31", (JObject?)null))
        );
        Assert.That(report.Problems, Has.Some.Contains("born holds a value that cannot be read"));
    }

    [TestCase("both")]
    [TestCase("push")]
    public async Task ATime_ThatWouldBeDoubtfulAsANumber_IsTheTimeThatWasWrittenAndStaysSo(string direction)
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, born TEXT, at INTEGER NOT NULL DEFAULT 1)");
        Execute("INSERT INTO people (id, born) VALUES ('a', '9999-12-31T23:59:59Z'), ('b', '1972-05-06'), ('c', '1969-12-31T23:59:59Z')");
        var file = new JObject
        {
            ["database"] = DatabaseName,
            ["table"] = "people",
            ["updated"] = "at",
            ["direction"] = direction,
            ["attributes"] = new JObject
            {
                ["created_at"] = new JObject { ["column"] = "born", ["type"] = "time" },
            },
        };
        for (var run = 0; run < 3; run++)
        {
            var report = await SyncAsync(file.ToString());
            Assert.That((report.Failed, report.Pulled, report.Conflicts), Is.EqualTo((0L, 0L, 0L)), string.Join('\n', report.Problems));
            Assert.That(((string[])["a", "b", "c"]).Select(id => (long)Attributes(id)!["created_at"]!), Is.EqualTo(new[] { 253_402_300_799, 73_958_400, -1 }));
        }

        Assert.That(Read("SELECT born FROM people ORDER BY id"), Is.EqualTo(new[] { "9999-12-31T23:59:59Z", "1972-05-06", "1969-12-31T23:59:59Z" }));
    }

    [TestCase("sqlite", "newest")]
    [TestCase("sqlite", "table")]
    [TestCase("sqlite", "customerio")]
    [TestCase("postgres", "newest")]
    [TestCase("postgres", "table")]
    public async Task RandomEditsOnBothSides_ConvergeEveryRound(string kind, string policy)
    {
        await StartAsync(kind);
        CreateTable();
        var random = new Random(policy.Length + kind.Length);
        for (var round = 0; round < 12; round++)
        {
            var before = Read($"SELECT {Columns} FROM people ORDER BY id").ToDictionary(l => l.Split('|')[0], l => l.Split('|'));
            var (table, theirs) = (new Dictionary<(string, int), (string Value, long Time)>(), new Dictionary<(string, int), (string Value, long Time)>());
            for (var edit = random.Next(12); edit > 0; edit--)
            {
                Time.Advance(random.Next(1, 20));
                var (id, column) = ("u" + random.Next(6), random.Next(3));
                var value = column switch
                {
                    0 => ((string[])["", "free", "pro", "ultra"])[random.Next(4)],
                    1 => random.Next(5).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    _ => random.Next(2) == 0 ? "true" : "false",
                };
                if (random.Next(2) == 0)
                {
                    EditTable(id, column, value);
                    table[(id, column)] = (value, Time.Seconds);
                }
                else if (before.ContainsKey(id) || table.Keys.Any(k => k.Item1 == id))
                {
                    await RunAsync(
                        "identify",
                        new JObject
                        {
                            ["id"] = id,
                            ["customerData"] = new JObject { [Name(column)] = Typed(column, value) },
                        }
                    );
                    theirs[(id, column)] = (value, Time.Seconds);
                }
            }

            Time.Advance(5);
            var report = await SyncAsync(Sync(policy));
            Assert.That(report.Failed, Is.Zero, string.Join('\n', report.Problems));
            foreach (var row in Read($"SELECT {Columns} FROM people ORDER BY id").Select(l => l.Split('|')))
            {
                for (var column = 0; column < 3; column++)
                {
                    var (old, mine, other) = (
                        before.TryGetValue(row[0], out var was) ? Text(column, was[column + 1]) : "",
                        Edit(table, row[0], column),
                        Edit(theirs, row[0], column)
                    );
                    var (tableChanged, theirsChanged) = (mine is { } m && m.Value != old, other is { } o && o.Value != old);
                    // A row's time is that of its last edit, whichever column it was in.
                    var rowTime = table.Where(e => e.Key.Item1 == row[0]).Select(e => e.Value.Time).DefaultIfEmpty(0).Max();
                    var wanted = (tableChanged, theirsChanged) switch
                    {
                        (false, false) => old,
                        (true, false) => mine!.Value.Value,
                        (false, true) => other!.Value.Value,
                        _ => policy == "table" || (policy == "newest" && rowTime >= other!.Value.Time) ? mine!.Value.Value : other!.Value.Value,
                    };
                    Assert.That(Text(column, row[column + 1]), Is.EqualTo(wanted), $"round {round}: {row[0]}.{Name(column)} in the table");
                    Assert.That(Shown(row[0], column), Is.EqualTo(wanted), $"round {round}: {row[0]}.{Name(column)} in Customer.io");
                }
            }

            var again = await SyncAsync(Sync(policy));
            Assert.That((again.Pushed, again.Pulled, again.Deleted, again.Conflicts), Is.EqualTo((0L, 0L, 0L, 0L)), "what a sync wrote is no news to it");
        }
    }

    [Test]
    public async Task PoisonedPeople_StopNobodyElsesSyncAndAreTriedAgain()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT)");
        Execute("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1199) INSERT INTO people SELECT 'u' || i, 'pro' FROM n");

        const string Push = """{"name":"push","database":"{0}","table":"people","key":"id","direction":"push","attributes":{"plan":"plan"}}""";
        var sync = Push.Replace("{0}", DatabaseName);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var i in (int[])[3, 4, 777])
        {
            using var answer = await client.PostAsync(
                new Uri(Sandbox.Url, "_sandbox/faults"),
                new StringContent($$"""{"match":{"body":"\"u{{i}}\""},"status":500,"times":0}""")
            );
            Assert.That((int)answer.StatusCode, Is.EqualTo(201));
        }

        var first = await SyncAsync(sync);
        Assert.That((first.Pushed, first.Failed), Is.EqualTo((1197L, 3L)), string.Join('\n', first.Problems));
        Assert.That(first.Problems, Is.All.Contains("(500)"));
        var second = await SyncAsync(sync);
        Assert.That((second.Pushed, second.Failed), Is.EqualTo((0L, 3L)), "the three alone are no outage");
        using var cleared = await client.DeleteAsync(new Uri(Sandbox.Url, "_sandbox/faults"));
        var third = await SyncAsync(sync);
        Assert.That((third.Pushed, third.Failed), Is.EqualTo((3L, 0L)));
        Assert.That(((int[])[3, 4, 777]).Select(i => Sandbox.Person("u" + i)), Has.None.Null);
        await client.PostAsync(new Uri(Sandbox.Url, "_sandbox/faults"), new StringContent("""{"status":503,"times":0}"""));
        Execute("UPDATE people SET plan = 'free'");
        Assert.That(Assert.ThrowsAsync<ConnectorException>(() => SyncAsync(sync))!.Kind, Is.EqualTo(FailureKind.Unavailable), "an outage is everybody's");
    }

    [Test]
    public async Task APageThatIsSearched_HoldsUpNoOther()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT)");
        Execute("WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) INSERT INTO people SELECT 'u' || i, 'pro' FROM n");
        const string Poisoned = "\"u1003\"";
        Tell(HttpMethod.Post, "faults", """{"match":{"body":"\"u1003\""},"status":500,"times":0}""");
        using var others = new CountdownEvent(3);
        var searches = 0;
        Before = (path, body) =>
        {
            if (path != "/api/v2/batch")
            {
                return;
            }

            if (!body.Contains(Poisoned, StringComparison.Ordinal))
            {
                // Each page by one of its people.
                if (((string[])["u1503", "u2003", "u2503"]).Any(n => body.Contains($"\"{n}\"", StringComparison.Ordinal)))
                {
                    others.Signal();
                }
            }
            else if (Interlocked.Increment(ref searches) == 2)
            {
                Assert.That(others.Wait(TimeSpan.FromSeconds(30)), "the other pages waited for the first one's search");
            }
        };
        var report = await SyncAsync(
            """{"name":"push","database":"{0}","table":"people","key":"id","direction":"push","attributes":{"plan":"plan"}}""".Replace("{0}", DatabaseName)
        );
        Assert.That((report.Pushed, report.Failed, searches), Is.EqualTo((1999L, 1L, 6)), string.Join('\n', report.Problems));
    }

    [Test]
    public async Task PeopleWhoAreInNoRow_GetOneWhenAsked()
    {
        await StartAsync("sqlite");
        CreateTable();
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "old",
                ["customerData"] = new JObject { ["plan"] = "pro", ["seats"] = 3 },
            }
        );
        Time.Advance(100);
        var report = await SyncAsync(Sync("newest", "\"insertRows\":true"));
        Assert.That((report.Pulled, string.Join(';', Read("SELECT id, plan, seats FROM people"))), Is.EqualTo((1L, "old|pro|3")));
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "new",
                ["customerData"] = new JObject { ["plan"] = "free" },
            }
        );
        Time.Advance(5);
        await SyncAsync(Sync("newest", "\"insertRows\":true"));
        Assert.That(Read("SELECT id FROM people ORDER BY id"), Is.EqualTo(new[] { "new", "old" }));
        Assert.That((await SyncAsync(Sync("newest"))).Pulled, Is.Zero);
    }

    [Test]
    public async Task Deletions_OnlyWhenAsked_AndNeverBeyondTheShare()
    {
        await StartAsync("sqlite");
        CreateTable();
        for (var i = 0; i < 20; i++)
        {
            EditTable("u" + i, 0, "pro");
        }

        await SyncAsync(Sync("newest", "\"deletePeople\":true"));
        await SyncAsync(Sync("newest", "\"deletePeople\":true"));
        Execute("DELETE FROM people WHERE id IN ('u1', 'u2')");
        Assert.That(((await SyncAsync(Sync("newest"))).Deleted, Sandbox.Person("u1") is not null), Is.EqualTo((0L, true)), "not asked");
        Assert.That((await SyncAsync(Sync("newest", "\"deletePeople\":true,\"maxDeleted\":0.1"))).Deleted, Is.EqualTo(2));
        Assert.That((Sandbox.Person("u1"), Sandbox.Person("u2"), Sandbox.Person("u3") is not null), Is.EqualTo(((JObject?)null, (JObject?)null, true)));
        Execute("DELETE FROM people");
        EditTable("u30", 0, "free");
        var e = Assert.ThrowsAsync<ConnectorException>(() => SyncAsync(Sync("newest", "\"deletePeople\":true")))!;
        Assert.That(e.Message, Does.Contain("delete 18 of 18 people").And.Contain("0.1"));
        Assert.That((Sandbox.Person("u3") is not null, Sandbox.Person("u30")), Is.EqualTo((true, (JObject?)null)), "nothing at all was written");
    }

    [Test]
    public async Task PeopleDeletedInCustomerIo_TakeTheirRowsAlongWhenAsked()
    {
        await StartAsync("sqlite");
        CreateTable();
        EditTable("u1", 0, "pro");
        EditTable("u2", 0, "pro");
        await SyncAsync(Sync("newest"));
        Time.Advance(5);
        await SyncAsync(Sync("newest"));
        await RunAsync("destroy", new JObject { ["id"] = "u1" });
        Time.Advance(5);
        await SyncAsync(Sync("newest"));
        Assert.That(Read("SELECT id FROM people ORDER BY id"), Is.EqualTo(new[] { "u1", "u2" }), "not asked");
        Assert.That(Sandbox.Person("u1"), Is.Null, "nobody comes back because their row is read once more");
        await RunAsync("destroy", new JObject { ["id"] = "u2" });
        Time.Advance(5);
        var report = await SyncAsync(Sync("newest", "\"deleteRows\":true,\"maxDeleted\":1"));
        Assert.That((report.Deleted, string.Join(',', Read("SELECT id FROM people"))), Is.EqualTo((1L, "u1")));
        EditTable("u1", 1, "7");
        await SyncAsync(Sync("newest"));
        Assert.That(Attributes("u1")!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"plan":"pro","seats":7}"""), "whoever comes back comes whole");
    }

    [Test]
    public async Task ABadRow_FailsAlone_AndIsTriedAgain()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, seats, pro INTEGER, updated INTEGER)");
        Execute("INSERT INTO people VALUES ('a', 'pro', 'many', 1, 1), ('b', 'pro', 2, 1, 1), ('c', @0, 3, 1, 1)", new string('x', 1001));
        var report = await SyncAsync(Sync("newest"));
        Assert.That((report.Failed, report.Pushed), Is.EqualTo((2L, 1L)), string.Join('\n', report.Problems));
        Execute("UPDATE people SET seats = 1, plan = 'free'");
        report = await SyncAsync(Sync("newest"));
        Assert.That(
            (report.Failed, (int)Attributes("a")!["seats"]!, (string?)Attributes("c")!["plan"]),
            Is.EqualTo((0L, 1, "free")),
            "although updated stayed as it was"
        );
    }

    [TestCase("sqlite", "seats", "many")]
    [TestCase("postgres", "seats", "many")]
    [TestCase("sqlite", "plan", "none")]
    [TestCase("postgres", "plan", "none")]
    public async Task AValueThatTheTableCannotTake_FailsAlone_AndIsTriedAgain(string kind, string attribute, string value)
    {
        await StartAsync(kind);
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT CHECK (plan <> 'none'), seats INTEGER, pro BOOLEAN, updated BIGINT DEFAULT 0)");
        Execute("INSERT INTO people (id, plan) VALUES ('a', 'x'), ('b', 'x')");
        await SyncAsync(Sync("newest"));
        Time.Advance(5);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "a",
                ["customerData"] = new JObject { [attribute] = value },
            }
        );
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "b",
                ["customerData"] = new JObject { ["plan"] = "pro" },
            }
        );
        var report = await SyncAsync(Sync("newest"));
        Assert.That(
            (report.Failed, report.Pulled, Read("SELECT plan FROM people WHERE id = 'b'").Single()),
            Is.EqualTo((1L, 1L, "pro")),
            string.Join('\n', report.Problems)
        );
        Assert.That((await SyncAsync(Sync("newest"))).Failed, Is.EqualTo(1));
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "a",
                ["customerData"] = new JObject { [attribute] = "5" },
            }
        );
        report = await SyncAsync(Sync("newest"));
        Assert.That(
            (report.Failed, Read($"SELECT {attribute} FROM people WHERE id = 'a'").Single()),
            Is.EqualTo((0L, "5")),
            string.Join('\n', report.Problems)
        );
    }

    [Test]
    public async Task AKeyThatNobodyCanHave_FailsAlone()
    {
        await StartAsync("sqlite");
        CreateTable();
        EditTable("..", 0, "pro");
        EditTable(new string('x', 151), 0, "pro");
        EditTable("u1", 0, "pro");
        var report = await SyncAsync(Sync("newest"));
        Assert.That((report.Failed, (string?)Attributes("u1")!["plan"]), Is.EqualTo((2L, "pro")), string.Join('\n', report.Problems));
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task ARowThatChangedSinceItWasRead_IsLeftToTheNextRun(string kind)
    {
        await StartAsync(kind);
        CreateTable();
        EditTable("u1", 0, "old");
        EditTable("u2", 0, "old");
        var path = Path.Combine(Folder, "sync.json");
        await File.WriteAllTextAsync(path, Sync("newest"));
        await using var table = CustomerIo.Connector.Pipelines.Sync.TableSide.Open(CustomerIo.Connector.Pipelines.Sync.SyncFile.Read(path), Time, null);
        var rows = table.Find(["u1", "u2"]);
        EditTable("u1", 0, "changed meanwhile");
        var left = table.Write([
            .. rows.Select(r => new CustomerIo.Connector.Pipelines.Sync.RowChange(r.Key, new Dictionary<string, string> { ["plan"] = "theirs" }, r)),
        ]);
        Assert.That(left, Is.EqualTo(new Dictionary<string, string?> { ["u1"] = null }));
        Assert.That(Read("SELECT plan FROM people ORDER BY id"), Is.EqualTo(new[] { "changed meanwhile", "theirs" }));
    }

    [TestCase("push")]
    [TestCase("pull")]
    public async Task OneWay_TheOtherSideFollows(string direction)
    {
        await StartAsync("sqlite");
        CreateTable();
        EditTable("u1", 0, "pro");
        await SyncAsync(Sync("newest"));
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["plan"] = "theirs" },
            }
        );
        Time.Advance(5);
        EditTable("u1", 0, "ours");
        await SyncAsync(Sync("newest", $"\"direction\":\"{direction}\""));
        var both = direction == "push" ? "ours" : "theirs";
        Assert.That(((string?)Attributes("u1")!["plan"], Read("SELECT plan FROM people").Single()), Is.EqualTo((both, both)));
    }

    [TestCase(86_400)]
    [TestCase(-86_400)]
    public async Task OurClockIsWrong_WhatChangesInCustomerIoIsSeenAllTheSame(int seconds)
    {
        await StartAsync("sqlite");
        CreateTable();
        EditTable("u1", 0, "pro");
        var ours = new Clock();
        ours.Advance(seconds);
        await SyncAsync(Sync("newest"), ours);
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(100);
            ours.Advance(100);
            await RunAsync(
                "identify",
                new JObject
                {
                    ["id"] = "u1",
                    ["customerData"] = new JObject { ["plan"] = $"theirs {i}" },
                }
            );
            await SyncAsync(Sync("newest"), ours);
            Assert.That(Read("SELECT plan FROM people").Single(), Is.EqualTo($"theirs {i}"));
        }
    }

    [Test]
    public async Task AnActivityOfTheFuture_HidesNoneOfThePresent()
    {
        await StartAsync("sqlite");
        CreateTable();
        EditTable("u1", 0, "pro");
        var ours = new Clock();
        await SyncAsync(Sync("newest"), ours);
        Time.Advance(86_400);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["plan"] = "tomorrow's" },
            }
        );
        ours.Advance(100);
        await SyncAsync(Sync("newest"), ours);
        Time.Advance(200 - 86_400);
        await RunAsync(
            "identify",
            new JObject
            {
                ["id"] = "u1",
                ["customerData"] = new JObject { ["plan"] = "today's" },
            }
        );
        ours.Advance(100);
        await SyncAsync(Sync("newest"), ours);
        Assert.That(Read("SELECT plan FROM people").Single(), Is.EqualTo("today's"));
    }

    [TestCase("sqlite", false)]
    [TestCase("postgres", false)]
    [TestCase("postgres", true)]
    public async Task AReceivedWebhook_UnsubscribesTheRow(string kind, bool isShared)
    {
        await StartAsync(kind);
        Execute("CREATE TABLE people (id TEXT PRIMARY KEY, unsubscribed BOOLEAN, updated BIGINT)");
        Execute("INSERT INTO people VALUES ('u1', FALSE, 1)");
        const string Json = """{"attributes":{"unsubscribed":{"type":"boolean"}},"table":"people","updated":"updated","database":"DB"}""";
        await SyncAsync(Json.Replace("DB", DatabaseName, StringComparison.Ordinal));
        await RunAsync("identify", new JObject { ["id"] = "u1", ["unsubscribed"] = true });
        var body =
            """{"event_id":"01E4C4CT6YDC7Y5M7FE1GWWPQJ","object_type":"customer","metric":"unsubscribed","timestamp":1767225700,"data":"""
            + """{"customer_id":"u1","identifiers":{"id":"u1"}}}""";
        await using (
            var store = isShared
                ? Pipelines.Webhooks.ReceivedEvents.Open(Database.Parse(DatabaseName)!, Time)
                : Pipelines.Webhooks.ReceivedEvents.Open(Folder, Time)
        )
        {
            await store.AddAsync(
                "/",
                Connector.Webhooks.Delivery.Read(System.Text.Encoding.UTF8.GetBytes(body), Manifest.Catalogue.Embedded.Triggers[0]),
                System.Text.Encoding.UTF8.GetBytes(body),
                null,
                true
            );
        }

        await SyncAsync(Json.Replace("DB", DatabaseName, StringComparison.Ordinal));
        Assert.That(Read("SELECT unsubscribed FROM people"), Is.EqualTo(new[] { kind == "sqlite" ? "1" : "True" }));
    }

    private void CreateTable() => Execute("CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT, seats INTEGER, pro BOOLEAN, updated BIGINT DEFAULT 0)");

    private void EditTable(string id, int column, string value) =>
        Execute(
            $"INSERT INTO people (id, {Name(column)}, updated) VALUES (@0, @1, @2) ON CONFLICT (id) DO UPDATE SET {Name(column)} = "
                + $"excluded.{Name(column)}, updated = excluded.updated",
            id,
            value.Length == 0 ? null
                : column == 1 ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)
                : column == 2 ? value == "true"
                : value,
            Time.Seconds
        );

    private static string Name(int column) => ((string[])["plan", "seats", "pro"])[column];

    private static JToken Typed(int column, string value) =>
        column switch
        {
            1 => long.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
            2 => value == "true",
            _ => value,
        };

    private static (string Value, long Time)? Edit(Dictionary<(string, int), (string Value, long Time)> edits, string id, int column) =>
        edits.TryGetValue((id, column), out var edit) ? edit : null;

    // What a database calls a truth, as the sync compares it.
    private static string Text(int column, string value) =>
        column == 2
            ? value.ToLowerInvariant() switch
            {
                "1" => "true",
                "0" => "false",
                var v => v,
            }
            : value;

    private string Shown(string id, int column) =>
        Attributes(id)![Name(column)] switch
        {
            null => "",
            JValue { Value: bool flag } => flag ? "true" : "false",
            var v => v.ToString(),
        };

    private string Sync(string policy, string? more = null) =>
        $$$"""
            {"name":"crm","database":"{{{DatabaseName}}}","table":"people","key":"id","updated":"updated","conflict":"{{{policy}}}",
             "attributes":{"plan":"plan","seats":{"type":"integer"},"pro":{"type":"boolean"}}{{{(more is null ? "" : "," + more)}}}}
            """;
}
