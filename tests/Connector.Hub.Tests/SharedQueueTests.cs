using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;
using Npgsql;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Several machines with one queue in PostgreSQL: the one that delivers is killed and stopped, and the database is started again.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform(Exclude = "Win", Reason = "Signals")]
[Category("Slow")]
public sealed class SharedQueueTests
{
    private const int Each = 40,
        Batch = 4,
        Machines = 3;
    private static readonly int s_people = Amount.Of(500);

    // A request for each event, so that one that is sent twice is seen.
    private static readonly string[] s_single = ["--profile", "rudderstack"];
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new();
    private readonly Machine?[] _machines = new Machine?[Machines];
    private int _resent;

    [Test]
    public async Task Machines_KilledStoppedAndWithoutTheirDatabase_LoseNothingAndCountEachOnceInOrder()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var database = await Postgres.DatabaseAsync();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 128 }) { Timeout = TimeSpan.FromSeconds(4) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("shared-key:"u8));
        // So slow that the one that delivers is met with events on their way.
        using var slow = new StringContent("""{"delayMs":20,"times":0}""");
        using var _ = await http.PostAsync(new Uri(sandbox.Url, "_sandbox/faults"), slow);
        var all = s_people * Each;
        var takeovers = new List<double>();
        var clock = Stopwatch.StartNew();
        try
        {
            for (var i = 0; i < Machines; i++)
            {
                _machines[i] = await Machine.StartAsync(sandbox, database);
            }

            var sending = Task.WhenAll(Enumerable.Range(0, s_people).Select(p => SendAsync(http, p)));
            for (var step = 1; step <= 6; step++)
            {
                var next = step * all / 8;
                await Eventually.TrueAsync(() => _acknowledged.Count >= next, () => $"{_acknowledged.Count} of {next} are acknowledged", 120);
                switch (step)
                {
                    case 2 or 5:
                        await Postgres.RestartAsync();
                        NpgsqlConnection.ClearAllPools();
                        break;
                    case 4:
                        // Longer than its lease: another one delivers, and this one notices when it goes on.
                        var frozen = await DelivererAsync(http);
                        await _machines[frozen]!.SignalAsync("STOP");
                        await TakenOverAsync(http, frozen);
                        await Task.Delay(TimeSpan.FromSeconds(2));
                        await _machines[frozen]!.SignalAsync("CONT");
                        break;
                    default:
                        var killed = await DelivererAsync(http);
                        await _machines[killed]!.DisposeAsync();
                        _machines[killed] = null;
                        takeovers.Add(await TakenOverAsync(http, killed));
                        _machines[killed] = await Machine.StartAsync(sandbox, database);
                        break;
                }
            }

            await sending;
            await Eventually.TrueAsync(() => QueuedAsync(http).GetAwaiter().GetResult() == 0, () => "the queue did not become empty", 120);
        }
        finally
        {
            foreach (var machine in _machines)
            {
                await (machine?.DisposeAsync() ?? default);
            }
        }

        var counted = Enumerable
            .Range(0, s_people)
            .ToDictionary(p => "u" + p, p => sandbox.Person("u" + p)?["events"]?.Select(e => (string)e["name"]!).ToArray() ?? []);
        TestContext.Out.WriteLine(
            $"{all} events of {s_people} people to {Machines} machines, {_acknowledged.Count} acknowledged, {_resent} batches sent again by the sender; "
                + $"{counted.Sum(c => c.Value.Length)} counted. Killed three times: another one delivered after "
                + $"{string.Join(", ", takeovers.Select(t => $"{t:0.0}"))} s. {clock.Elapsed.TotalSeconds:0} s."
        );
        Assert.Multiple(() =>
        {
            Assert.That(_acknowledged, Has.Count.EqualTo(all));
            Assert.That(takeovers, Has.Count.EqualTo(3).And.All.LessThan(15), "two seconds, on a machine that has nothing else to do");
            foreach (var (person, events) in counted)
            {
                Assert.That(events, Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"e{i}")), person);
            }
        });
    }

    /// <summary>As an orchestrator updates them: each is told to end, the deliverer among them, and a new one takes its place.</summary>
    [Test]
    public async Task Machines_StoppedInTurnUnderLoad_EndInTimeLoseNothingAndSendNothingTwice()
    {
        const int People = 20;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var database = await Postgres.DatabaseAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("shared-key:"u8));
        using var slow = new StringContent("""{"delayMs":20,"times":0}""");
        using var _ = await http.PostAsync(new Uri(sandbox.Url, "_sandbox/faults"), slow);
        var ends = new List<double>();
        try
        {
            for (var i = 0; i < Machines; i++)
            {
                _machines[i] = await Machine.StartAsync(sandbox, database, s_single);
            }

            var sending = Task.WhenAll(Enumerable.Range(0, People).Select(p => SendAsync(http, p)));
            for (var i = 0; i < Machines; i++)
            {
                var next = (i + 1) * People * Each / (Machines + 2);
                await Eventually.TrueAsync(() => _acknowledged.Count >= next, () => $"{_acknowledged.Count} of {next} are acknowledged", 120);
                var old = _machines[i]!;
                _machines[i] = null;
                ends.Add(await old.EndAsync());
                _machines[i] = await Machine.StartAsync(sandbox, database, s_single);
            }

            await sending;
            await Eventually.TrueAsync(() => QueuedAsync(http).GetAwaiter().GetResult() == 0, () => "the queue did not become empty", 120);
        }
        finally
        {
            foreach (var machine in _machines)
            {
                await (machine?.DisposeAsync() ?? default);
            }
        }

        var sent = sandbox.Requests.Where(r => r.Body?["name"] is not null).Select(r => $"{r.Path} {r.Body!["name"]}").ToArray();
        TestContext.Out.WriteLine(
            $"{People * Each} events, {_resent} batches sent again by the sender, {sent.Length} sent to the sandbox; ended after "
                + $"{string.Join(", ", ends.Select(e => $"{e:0.0}"))} s."
        );
        Assert.Multiple(() =>
        {
            Assert.That(sandbox.RequestCount, Is.EqualTo(sandbox.Requests.Count), "some requests are no longer kept");
            Assert.That(sent, Has.Length.EqualTo(People * Each).And.Unique);
            for (var p = 0; p < People; p++)
            {
                var counted = sandbox.Person($"u{p}")?["events"]?.Select(e => (string?)e["name"]);
                Assert.That(counted, Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"e{i}")), $"u{p}");
            }
        });
    }

    [Test]
    public async Task Queue_OfAnotherWorkspace_IsRefusedWhileItHoldsEventsOrIsDelivered()
    {
        var shared = new SharedQueue(Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!, "shop");
        var (ours, theirs) = (new Connection { SiteId = "ours", ApiKey = "k" }, new Connection { SiteId = "theirs", ApiKey = "k" });
        await using (var store = await shared.OpenAsync(ours))
        {
            await store.AddAsync([new("""{"type":"track","userId":"7","event":"Bought"}""", null)], TimeProvider.System.GetUtcNow(), 10, 1 << 20);
            Assert.That(() => shared.OpenAsync(theirs), Refused("1 events wait in it"));
            await store.EndAsync([store.Next(1, DateTimeOffset.MaxValue, []).Single().Number], [], [], [], TimeProvider.System.GetUtcNow());
            await using (SyncLock.TryTake(shared.Own, "", "delivery shop")!)
            {
                Assert.That(() => shared.OpenAsync(theirs), Refused("somebody delivers from it"));
            }
        }

        await using var taken = await shared.OpenAsync(theirs);
        await using var beside = await (shared with { Queue = "other" }).OpenAsync(ours);
        Assert.That((taken.Counts(), beside.Counts()), Is.EqualTo(((0L, 0L), (0L, 0L))));

        static NUnit.Framework.Constraints.IResolveConstraint Refused(string why) =>
            Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Input).And.Message.Contains(why).And.Message.Contains("--queue-name");
    }

    [Test]
    public async Task User_WhoMayOnlyMakeASchema_DeliversAndLooksWithoutMakingAnything()
    {
        var owner = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        var name = new NpgsqlConnectionStringBuilder(owner.ConnectionString).Database;
        using (var connection = owner.Open())
        {
            connection.Execute($"CREATE ROLE modest LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT CREATE ON DATABASE {name} TO modest");
        }

        var modest = new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Username = "modest" }.ToString();
        var shared = new SharedQueue(Database.Parse(modest, isPostgres: true)!, SharedQueue.DefaultQueue);
        Assert.That(shared.Open, Throws.TypeOf<ConnectorException>().With.Message.Contains("has no schema customerio_events"));
        await using var running = await Running.StartSharedAsync("connector", o => o with { Shared = shared });
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Bought"}""");
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought" }));
        Assert.That((bool)(await running.GetAsync("/health"))["delivers"]!);
    }

    [Test]
    public async Task Rate_ThatMachinesShare_IsKeptAndADatabaseThatIsAwayLosesNothing()
    {
        const int People = 60,
            Rate = 20;
        await using var running = await Running.StartSharedAsync(
            "rudderstack",
            o =>
                o with
                {
                    Connection = new Connection
                    {
                        SiteId = "s",
                        ApiKey = "k",
                        BaseUrl = o.Connection.BaseUrl,
                        RateLimit = Rate,
                    },
                }
        );
        var started = Stopwatch.StartNew();
        var events = Enumerable.Range(0, People).Select(n => $$"""{"type":"track","userId":"u{{n}}","event":"Bought","messageId":"m{{n}}"}""");
        await running.TakeAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', events)}}]}""");
        await running.UntilAsync(() => running.Sandbox.RequestCount > 10, () => "nothing is delivered");
        await Postgres.RestartAsync();
        NpgsqlConnection.ClearAllPools();
        await running.UntilAsync(() => Enumerable.Range(0, People).All(n => running.Events($"u{n}").Length > 0), () => "not all is delivered");
        await running.SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Enumerable.Range(0, People).Select(n => running.Events($"u{n}").Length), Is.All.EqualTo(1));
            Assert.That(running.Ingest.Counts, Is.EqualTo((0L, 0L)));
            Assert.That(started.Elapsed.TotalSeconds, Is.GreaterThan((double)People / Rate * 0.8), "slower than at once");
            Assert.That(running.Said, Has.None.Contains("defect").IgnoreCase);
        });
    }

    [Test]
    public async Task Database_ThatDoesNotAnswer_IsAnswered503AndThenServesAgain()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        await using var running = await Running.StartSharedAsync("connector", o => o with { Shared = new(database, SharedQueue.DefaultQueue) });
        var clock = Stopwatch.StartNew();
        using (var connection = database.Open())
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute("LOCK TABLE customerio_events.queue IN ACCESS EXCLUSIVE MODE");
            var (status, answer) = await running.PostAsync("/v1/track", """{"userId":"7","event":"Lost?","messageId":"m"}""");
            Assert.That((status, answer), Is.EqualTo((503, """{"success":false,"message":"The queue cannot be written."}""")));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(25)), "five, and what a loaded machine adds");
        }

        await running.UntilAsync(
            () => running.PostAsync("/v1/track", """{"userId":"7","event":"Kept","messageId":"n"}""").GetAwaiter().GetResult().Status == 200,
            () => "it does not come back"
        );
        await running.UntilAsync(() => running.Events("7").Length > 0, () => "nothing is delivered");
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Kept" }), "what was refused was not kept");
    }

    [Test]
    public async Task Session_WhoseTransactionDidNotBegin_WritesTheNextOne()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync() + ";Options=-c lock_timeout=100", isPostgres: true)!;
        await using var store = EventStore.Open(database, "customerio_events", mustExist: false);
        using (var connection = database.Open())
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute("LOCK TABLE customerio_events.customerio_format IN ACCESS EXCLUSIVE MODE");
            Assert.That(AddAsync, Throws.InstanceOf<NpgsqlException>());
        }

        Assert.That(await AddAsync(), Is.Empty);

        Task<IReadOnlyList<long>?> AddAsync() => store.AddAsync([new("""{"userId":"7"}""", null)], TimeProvider.System.GetUtcNow(), 10, 1 << 20);
    }

    [Test]
    public async Task Database_ThatTakesNoChanges_IsLeftForOneThatDoes()
    {
        // Sessions keep what they began with, as those do that a failover left with the old server.
        var database = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        await using var running = await Running.StartSharedAsync("connector", o => o with { Shared = new(database, SharedQueue.DefaultQueue) });
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Before"}""");
        await running.SettleAsync();
        Administer($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        Administer($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()");
        await running.UntilAsync(
            () =>
                running.PostAsync("/v1/track", """{"userId":"7","event":"Lost?"}""").GetAwaiter().GetResult().Status == 503
                && running.Said.Any(s => s.Contains("unavailable: The delivery of events cannot be taken: cannot execute", StringComparison.Ordinal)),
            () => "it does not say that nothing can be changed: " + string.Join('\n', running.Said)
        );
        Administer($"ALTER DATABASE {name} RESET default_transaction_read_only");
        await running.UntilAsync(
            () => running.PostAsync("/v1/track", """{"userId":"7","event":"After","messageId":"n"}""").GetAwaiter().GetResult().Status == 200,
            () => "it stays with the old server"
        );
        await running.UntilAsync(() => running.Events("7") is ["Before", "After"], () => "nothing is delivered: " + string.Join(',', running.Events("7")));

        void Administer(string sql)
        {
            using var connection = Database
                .Parse(database.ConnectionString + ";Options=-c default_transaction_read_only=off;Pooling=false", isPostgres: true)!
                .Open();
            connection.Execute(sql);
        }
    }

    [Test]
    public async Task DeadLetters_ThatComeWhileOthersArePutBack_Stay()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        await using var store = EventStore.Open(database, "customerio_events", mustExist: false);
        await RefuseAsync(store, "first");
        await using var elsewhere = EventStore.Open(database, "customerio_events", mustExist: true);
        Task<int> replaying;
        using (var connection = database.In("customerio_events").Open())
        {
            using var transaction = connection.BeginTransaction();
            // As a machine does that is about to commit events.
            connection.Execute("UPDATE counts SET n = n WHERE name = 'queue'");
            replaying = elsewhere.ReplayAsync([]);
            await Eventually.TrueAsync(() => Waiting(), () => "nothing waits for the transaction");
            await RefuseAsync(store, "second");
            transaction.Commit();
        }

        Assert.That(await replaying, Is.EqualTo(1));
        Assert.That(store.Next(9, DateTimeOffset.MaxValue, []).Select(e => e.Text), Is.EqualTo(new[] { "first" }));
        Assert.That(store.DeadLetters([]).Select(l => l.Text), Is.EqualTo(new[] { "second" }));

        static Task RefuseAsync(EventStore store, string text) =>
            store.AddAsync([new(text, new("/event", "is missing."))], TimeProvider.System.GetUtcNow(), 10, 1 << 20);

        bool Waiting()
        {
            using var connection = database.Open();
            return connection.Value("SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())")
                is not null;
        }
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task Requests_ThatComeAtOnce_AreEachTakenWholeOrNotAndNoMoreThanFit(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("at-once-").FullName;
        try
        {
            await using var store =
                kind == "sqlite"
                    ? EventStore.Open(Path.Combine(folder, EventStore.FileName))
                    : EventStore.Open(Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!, "customerio_events", mustExist: false);
            var now = TimeProvider.System.GetUtcNow();
            IncomingEvent[] Three(int n) =>
                [
                    new($$"""{"userId":"{{n}}","event":"a"}""", null),
                    new($$"""{"userId":"{{n}}"}""", new("/event", "is missing.")),
                    new($$"""{"userId":"{{n}}","event":"b"}""", null),
                ];
            var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => store.AddAsync(Three(n), now, 21, 1 << 20))));
            var taken = answers.Index().Where(a => a.Item is not null).Select(a => a.Index).ToArray();
            Assert.That(taken, Has.Length.EqualTo(10), "two events of each, of 21");
            Assert.That(answers.Where(a => a is not null).SelectMany(a => a!), Is.Unique.And.Exactly(10).Items);
            Assert.That(store.Counts(), Is.EqualTo((20L, 10L)));
            var queued = store.Next(100, now, []).Select(e => e.Text).ToArray();
            Assert.That(
                queued.Chunk(2).Select(two => two[0].Replace("\"a\"", "\"b\"", StringComparison.Ordinal) == two[1]),
                Is.All.True,
                "events of a request stay together and in their order"
            );
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, true);
        }
    }

    [Test]
    public async Task Deliverer_ThatWasOvertaken_ChangesNothing()
    {
        var shared = new SharedQueue(Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!, SharedQueue.DefaultQueue);
        await using var store = await shared.OpenAsync(new Connection { SiteId = "s", ApiKey = "k" });
        await store.AddAsync([new("""{"type":"track","userId":"7","event":"Bought"}""", null)], TimeProvider.System.GetUtcNow(), 10, 1 << 20);
        var number = store.Next(1, DateTimeOffset.MaxValue, []).Single().Number;
        await using var first = SyncLock.TryTake(shared.Own, "", "delivery events")!;
        store.Fence = first.Fence;
        await store.BeginAsync([number]);

        // As after a pause longer than its lease.
        using (var connection = shared.Own.Open())
        {
            connection.Execute("UPDATE customerio_sync_lock SET fence = fence + 1");
        }

        foreach (
            var change in (Func<Task>[])
                [
                    () => store.BeginAsync([number]),
                    () => store.EndAsync([number], [], [], [], TimeProvider.System.GetUtcNow()),
                    () => store.EndAsync([], [], [], [new(number, DateTimeOffset.MaxValue, 1, "late")], TimeProvider.System.GetUtcNow()),
                ]
        )
        {
            Assert.That(change, Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Cancelled));
        }

        Assert.That(store.Counts(), Is.EqualTo((1L, 0L)));
        Assert.That(store.Next(1, TimeProvider.System.GetUtcNow(), []).Single().Number, Is.EqualTo(number));
        await Eventually.TrueAsync(() => first.Lost.IsCancellationRequested, () => "it does not notice");
        Assert.That(first.Check, Throws.TypeOf<ConnectorException>());
    }

    /// <summary>PostgreSQL has no NUL in its texts; JSON and programs have.</summary>
    [TestCase("""{"type":"a\u0000b","userId":"7"}""")]
    [TestCase("""{"type":"track","userId":"7","event":"a\u0000b"}""")]
    [TestCase("""{"type":"track","userId":"7","event":"Bought","properties":{"a\u0000b":"c\u0000d"},"messageId":"m\u0000"}""")]
    [TestCase("""{"type":"track","userId":"a\u0000b","event":"Bought","timestamp":"a\u0000b"}""")]
    [TestCase("""{"type":"group","userId":"7","groupId":"a\u0000b","a\u0000b":{}}""")]
    public async Task Events_WithANul_AreDeliveredOrBecomeDeadLetters(string json)
    {
        await using var running = await Running.StartSharedAsync("rudderstack", null);
        Assert.That((await running.PostAsync("/v1/batch", $"{{\"batch\":[{json}]}}")).Status, Is.EqualTo(200));
        await running.UntilAsync(() => running.Ingest.Counts.Queued == 0, () => "it stays: " + string.Join('\n', running.Said));
        Assert.That(running.Sandbox.RequestCount + running.DeadLetters().Count, Is.Positive);
        TestContext.Out.WriteLine(string.Join('\n', running.DeadLetters().Select(d => d.Reason)));
    }

    [Test]
    public async Task Lease_ThatWasLetGo_IsNotProvedFromMemory()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        var held = SyncLock.TryTake(database, "", "delivery")!;
        held.Check();
        await held.DisposeAsync();
        Assert.That(held.Check, Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(FailureKind.Cancelled));
    }

    [Test]
    public async Task Format_ThatAnotherVersionRaised_StopsARunningMachineFromWriting()
    {
        await using var running = await Running.StartSharedAsync("connector", null);
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Bought"}""");
        await running.SettleAsync();
        using (var connection = Shared(running).Own.Open())
        {
            connection.Execute("UPDATE customerio_format SET format = 2");
        }

        Assert.That(
            await running.PostAsync("/v1/track", """{"userId":"7","event":"Sold"}"""),
            Is.EqualTo((503, """{"success":false,"message":"The queue cannot be written."}"""))
        );
        Assert.That(running.Said, Has.Some.Contains("of another version's format by now. Stop this machine"));
        Assert.That(
            () => Shared(running).Open(),
            Throws.TypeOf<ConnectorException>().With.Message.Contains("written by a newer version of the connector. Update the connector"),
            "nor does it start again"
        );
        using (var connection = Shared(running).Own.Open())
        {
            connection.Execute("UPDATE customerio_format SET format = 1");
        }

        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Kept"}""");
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought", "Kept" }));
    }

    [Test]
    public async Task Format_OfAnOlderVersion_IsNotRaisedWhileAMachineIsAtWork()
    {
        var database = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        const string Schema = "customerio_events",
            Table = "CREATE TABLE t (n BIGINT)",
            Next = "ALTER TABLE t ADD COLUMN m BIGINT";
        await using var old = PostgresStore.Open(database, Schema, "things", mustExist: false, Table);
        await using (SyncLock.TryTake(database.In(Schema), "", "delivery")!)
        {
            Assert.That(
                () => PostgresStore.Open(database, Schema, "things", mustExist: true, Table, Next),
                Throws.TypeOf<ConnectorException>().With.Message.Contains("a machine of that version is at work with them. Stop all machines")
            );
            Assert.That(await old.WriteAsync(c => c.Execute("INSERT INTO t (n) VALUES (1)")), Is.EqualTo(1), "nothing changed for it");
        }

        await using var raised = PostgresStore.Open(database, Schema, "things", mustExist: true, Table, Next);
        Assert.That(await raised.WriteAsync(c => c.Execute("INSERT INTO t (n, m) VALUES (2, 2)")), Is.EqualTo(1));
        Assert.That(
            () => old.WriteAsync(c => c.Execute("INSERT INTO t (n) VALUES (3)")),
            Throws.InstanceOf<System.Data.Common.DbException>().With.Message.Contains("update its connector")
        );
        Assert.That(() => old.FinishAsync(c => c.Execute("DELETE FROM t")), Throws.InstanceOf<System.Data.Common.DbException>());
        using var reader = raised.Read();
        Assert.That(reader.Query(r => r.GetInt64(0), "SELECT n FROM t ORDER BY n"), Is.EqualTo(new[] { 1L, 2L }));
    }

    [Test]
    public async Task Database_WithoutRoom_IsToldAndLosesNothing()
    {
        using var disk = SmallDisk.Mount(14);
        await using var server = await PostgresServer.StartAsync();
        var name = await server.DatabaseAsync();
        await server.MoveAsync(name, disk.Folder);
        var database = Database.Parse($"Host=127.0.0.1;Port={server.Port};Username={PostgresServer.Owner};Database={name}", isPostgres: true)!;
        await using var running = await Running.StartSharedAsync(
            "connector",
            o => o with { Shared = new(database, SharedQueue.DefaultQueue), Queue = 1_000_000 }
        );
        var taken = new List<string>();
        var (status, answer) = (200, "");
        var held = new TaskCompletionSource();
        running.Before = _ => held.Task;
        var random = new Random(1);
        for (var n = 0; n < 20_000 && status == 200; n++)
        {
            var text = Convert.ToHexString(random.GetItems<byte>([1, 2, 99, 200], 8_000));
            var json = $$"""{"userId":"u{{n % 10}}","event":"e{{n}}","properties":{"text":"{{text}}"} }""";
            (status, answer) = await running.PostAsync("/v1/track", json);
            if (status == 200)
            {
                taken.Add($"e{n}");
            }
        }

        Assert.That((status, answer), Is.EqualTo((503, """{"success":false,"message":"The queue cannot be written."}""")));
        Assert.That(running.Said, Has.Some.Contains("No space left on device"));
        TestContext.Out.WriteLine($"{taken.Count} events were taken until the disk was full.");

        // What is full can be emptied: it needs no room to be delivered.
        Assert.That(taken, Has.Count.GreaterThan(100));
        held.SetResult();
        await running.UntilAsync(() => running.Ingest.Counts == (0L, 0L), () => $"{running.Ingest.Counts.Queued} events wait");
        Assert.That(Enumerable.Range(0, 10).SelectMany(u => running.Events($"u{u}")), Is.EquivalentTo(taken));
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Kept"}""");
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Kept" }));
        NpgsqlConnection.ClearAllPools();
    }

    private static SharedQueue Shared(Running running) => running.Shared!;

    /// <summary>One person's events, batch after batch, each to the next machine; what is not acknowledged goes to another one.</summary>
    private async Task SendAsync(HttpClient http, int person)
    {
        var turn = person;
        for (var n = 0; n < Each; n += Batch)
        {
            var names = Enumerable.Range(n, Batch).Select(i => $"e{i}").ToArray();
            var events = names.Select(e => $$"""{"type":"track","userId":"u{{person}}","event":"{{e}}","messageId":"m-{{person}}-{{e}}"}""");
            var json = $"{{\"batch\":[{string.Join(',', events)}]}}";
            while (!await TrySendAsync(http, _machines[turn++ % Machines]?.Url, json))
            {
                Interlocked.Increment(ref _resent);
                await Task.Delay(100);
            }

            Array.ForEach(names, e => _acknowledged[$"u{person} {e}"] = true);
        }
    }

    private static async Task<bool> TrySendAsync(HttpClient http, Uri? url, string json)
    {
        if (url is null)
        {
            return false;
        }

        try
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri(url, "/v1/batch"), content);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> DelivererAsync(HttpClient http)
    {
        var found = -1;
        await Eventually.TrueAsync(async () => (found = await FindAsync(http, -1)) >= 0, "somebody delivers", 60);
        return found;
    }

    /// <summary>Waits until another machine delivers.</summary>
    /// <returns>How many seconds it took.</returns>
    private async Task<double> TakenOverAsync(HttpClient http, int from)
    {
        var clock = Stopwatch.StartNew();
        await Eventually.TrueAsync(async () => await FindAsync(http, from) >= 0, "another one takes over", 60);
        return clock.Elapsed.TotalSeconds;
    }

    private async Task<int> FindAsync(HttpClient http, int except)
    {
        for (var i = 0; i < Machines; i++)
        {
            if (i != except && await HealthAsync(http, i) is { } health && (bool)health["delivers"]!)
            {
                return i;
            }
        }

        return -1;
    }

    private async Task<long> QueuedAsync(HttpClient http)
    {
        for (var i = 0; i < Machines; i++)
        {
            if (await HealthAsync(http, i) is { } health)
            {
                return (long)health["queued"]!;
            }
        }

        return -1;
    }

    private async Task<JObject?> HealthAsync(HttpClient http, int machine)
    {
        try
        {
            return _machines[machine]?.Url is { } url ? JObject.Parse(await http.GetStringAsync(new Uri(url, "/health"))) : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private sealed class Machine(Process process, Uri url) : IAsyncDisposable
    {
        public Uri Url => url;

        public static async Task<Machine> StartAsync(SandboxServer sandbox, string database, params string[] more)
        {
            var process = Tool.Start(
                ["serve", "--port", "0", "--postgres", "env:QUEUE_DATABASE", .. more],
                sandbox,
                ("CUSTOMERIO_WRITE_KEY", "shared-key"),
                ("QUEUE_DATABASE", database)
            );
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return new(process, new Uri(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The tool did not start.")));
        }

        public async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        /// <summary>Has it end by itself, within the period that the examples of docs/deploy give it.</summary>
        /// <returns>How many seconds it took.</returns>
        public async Task<double> EndAsync()
        {
            var clock = Stopwatch.StartNew();
            await SignalAsync("TERM");
            using var period = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await process.WaitForExitAsync(period.Token);
            Assert.That(process.ExitCode, Is.Zero);
            process.Dispose();
            return clock.Elapsed.TotalSeconds;
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
