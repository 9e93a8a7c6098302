using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>What was received, in a file and in PostgreSQL.</summary>
[TestFixture("sqlite")]
[TestFixture("postgres")]
public class ReceivedEventsTests(string kind)
{
    private readonly Clock _clock = new();
    private string _folder = "";
    private Database? _shared;

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("received-events-").FullName;
        _shared = kind == "postgres" ? Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true) : null;
    }

    [TearDown]
    public void TearDown()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task AddAsync_ManyAtOnceWithRepeats_KeepsEachOnce()
    {
        await using var events = Open();
        var added = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => AddAsync(events, $"e{i % 500}")));
        Assert.That(added.Count(n => n is not null), Is.EqualTo(500));
        Assert.That(events.Newest(1_000, []).Select(e => e.EventId).Distinct().Count(), Is.EqualTo(500));
    }

    [Test]
    public async Task AddAsync_MoreThanAreListed_ForgetsBodiesButKnowsTheIds()
    {
        await using var events = Open(_clock, maxBodies: 100);
        await Task.WhenAll(Enumerable.Range(0, 1_500).Select(i => AddAsync(events, $"e{i}")));
        await AddAsync(events, "pending", acknowledged: false);
        await Task.WhenAll(Enumerable.Range(1_500, 1_000).Select(i => AddAsync(events, $"e{i}")));
        // Tidied at every thousandth: of those before the last time, a hundred and the one that is still to be handed on.
        Assert.That(events.Newest(5_000, []), Has.Count.InRange(100, 100 + 1_000));
        Assert.That(events.Pending("/customerio", 0, 10).Select(e => e.EventId), Is.EqualTo(new[] { "pending" }));
        Assert.That(await AddAsync(events, "e0"), Is.Null, "it is still a duplicate");
    }

    [Test]
    public async Task AddAsync_AfterTwoWeeks_ForgetsTheIds()
    {
        await using (var events = Open(_clock))
        {
            await AddAsync(events, "old");
            _clock.Now += ReceivedEvents.Longest + TimeSpan.FromSeconds(1);
            Assert.That(await AddAsync(events, "old"), Is.Null, "nothing was tidied since");
        }

        await using var next = Open(_clock);
        await AddAsync(next, "new");
        Assert.That(await AddAsync(next, "old"), Is.Not.Null);
    }

    [Test]
    public async Task AddAsync_MoreBytesThanAreListed_ForgetsTheOldestBodies()
    {
        await using var events = Open(_clock, 10_000, maxBytes: 100_000);
        for (var i = 0; i < 300; i++)
        {
            await AddAsync(events, $"e{i}");
        }

        var kept = events.Newest(1_000, []);
        Assert.That(kept.Sum(e => e.Body.Length + 600), Is.InRange(1, 100_000));
        Assert.That(kept[0].EventId, Is.EqualTo("e299"));
        Assert.That(await AddAsync(events, "e0"), Is.Null, "it is still a duplicate");
    }

    [Test]
    public async Task ReceiveAsync_MoreBytesWaitThanMay_Is503UntilSomeAreTaken()
    {
        await using var events = Open(_clock, 10_000, maxBytes: 100_000);
        var (receiver, settings) = (new Receiver(events, TimeProvider.System), TriggerSettings.Read(Webhooks.Trigger, []));
        async Task<WebhookReceipt> Receive(string id, bool acknowledged) =>
            await receiver.ReceiveAsync(
                new WebhookRequest(new Dictionary<string, string> { ["Content-Type"] = "application/json" }, Webhooks.Body("email_sent", id)),
                settings,
                null,
                acknowledged: acknowledged
            );
        WebhookReceipt last;
        var n = 0;
        do
        {
            last = await Receive($"e{n++}", acknowledged: false);
        } while (last.Status == 200 && n < 1_000);

        Assert.That((last.Status, n), Is.EqualTo((503, n)).And.Matches<(int, int N)>(l => l.N is > 10 and < 1_000));
        Assert.That((await Receive("at once", acknowledged: true)).Status, Is.EqualTo(200), "that one does not wait");
        await events.AcknowledgeAsync(settings.Path, long.MaxValue);
        Assert.That((await Receive("next", acknowledged: false)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task AddAsync_LongIdAndName_AreKeptShortAndKnownAgain()
    {
        await using var events = Open();
        var body = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"event_id":"{{new string('i', 900_000)}}","object_type":"{{new string('o', 90_000)}}","metric":"m"}"""
        );
        var delivery = Delivery.Read(body, Webhooks.Trigger);
        Assert.That(await events.AddAsync("/customerio", delivery, body, new string('r', 900_000), true), Is.Not.Null);
        Assert.That(await events.AddAsync("/customerio", Delivery.Read(body, Webhooks.Trigger), body, null, true), Is.Null);
        var kept = events.Newest(1, []).Single();
        Assert.That((kept.EventId.Length, kept.Name.Length), Is.EqualTo((26, 200)));
        Assert.That(
            Delivery.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"event_id":"{{new string('i', 900_001)}}"}"""), Webhooks.Trigger).EventId,
            Is.Not.EqualTo(delivery.EventId)
        );
    }

    [Test]
    public async Task HandedAsync_UpToANumber_LeavesTheLaterOnesAndOtherPaths()
    {
        await using var events = Open();
        var first = await AddAsync(events, "e1", acknowledged: false);
        await AddAsync(events, "e2", acknowledged: false);
        await AddAsync(events, "e1", acknowledged: false, path: "/other");
        await events.AcknowledgeAsync("/customerio", first!.Value);
        Assert.That(events.Pending("/customerio", 0, 10).Select(e => e.EventId), Is.EqualTo(new[] { "e2" }));
        Assert.That(events.Pending("/other", 0, 10).Select(e => e.EventId), Is.EqualTo(new[] { "e1" }));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such mode")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Open_File_IsForThisUserAlone()
    {
        await using var events = ReceivedEvents.Open(_folder);
        await AddAsync(events, "e1");
        Assert.That(
            Directory.GetFiles(_folder),
            Is.Not.Empty.And.All.Matches<string>(f => File.GetUnixFileMode(f) == (UnixFileMode.UserRead | UnixFileMode.UserWrite))
        );
    }

    [Test]
    public async Task ReceiveAsync_FileThatCannotBeWritten_Is503()
    {
        await using var events = Open();
        await events.Store.WriteAsync(c =>
        {
            c.Execute(
                kind == "sqlite"
                    ? "CREATE TRIGGER no BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
                    : """
                    CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE 'database or disk is full' USING ERRCODE = 'disk_full'; END $$;
                    CREATE TRIGGER no BEFORE INSERT ON events EXECUTE FUNCTION no()
                    """
            );
        });
        var request = new WebhookRequest(new Dictionary<string, string> { ["Content-Type"] = "application/json" }, Webhooks.Body("email_sent", "e1"));
        var receipt = await new Receiver(events, TimeProvider.System).ReceiveAsync(request, TriggerSettings.Read(Webhooks.Trigger, []), null);
        Assert.That((receipt.Status, receipt.Event, receipt.Duplicate), Is.EqualTo((503, (object?)null, false)));
        Assert.That(receipt.Reason, Does.Contain("disk is full"));
    }

    [Test]
    public async Task HandedOn_IsKnownOfOneAndOfAll()
    {
        await using var events = Open();
        var first = await AddAsync(events, "e1", acknowledged: false);
        var second = await AddAsync(events, "e2", acknowledged: false);
        await events.AcknowledgeAsync("/customerio", first!.Value);
        Assert.That(
            (events.IsHandedOn("/customerio", first), events.IsHandedOn("/customerio", second), events.IsHandedOn("/customerio", null)),
            Is.EqualTo((true, false, false))
        );
        Assert.That(events.IsHandedOn("/other", null), Is.True);
    }

    [Test]
    public async Task Newest_OfNames_IsNewestFirst()
    {
        await using var events = Open();
        foreach (var (name, id) in new[] { ("email_sent", "e1"), ("email_bounced", "e2"), ("push_sent", "e3"), ("email_sent", "e4") })
        {
            var body = Webhooks.Body(name, id);
            await events.AddAsync("/customerio", Delivery.Read(body, Webhooks.Trigger), body, null, true);
        }

        Assert.That(events.Newest(10, ["email_sent", "push_sent"]).Select(e => e.EventId), Is.EqualTo(new[] { "e4", "e3", "e1" }));
        Assert.That(events.Newest(2, []).Select(e => e.EventId), Is.EqualTo(new[] { "e4", "e3" }));
        Assert.That(events.Newest(2, [], TimeProvider.System.GetUtcNow().AddHours(1)), Is.Empty);
    }

    [Test]
    public async Task AddAsync_IdWithACharacterThatNoDatabaseTakes_IsKeptAndKnownAgain()
    {
        await using var events = Open();
        var body = """{"event_id":"a\u0000b","object_type":"a\u0000b","metric":"m"}"""u8.ToArray();
        Assert.That(await events.AddAsync("/customerio", Delivery.Read(body, Webhooks.Trigger), body, "r\0", true), Is.Not.Null);
        Assert.That(await events.AddAsync("/customerio", Delivery.Read(body, Webhooks.Trigger), body, null, true), Is.Null);
        Assert.That(events.Newest(1, []).Single().Body, Is.EqualTo(body));
    }

    private ReceivedEvents Open(TimeProvider? time = null, int maxBodies = ReceivedEvents.MaxBodies, long maxBytes = ReceivedEvents.MaxBytes) =>
        _shared is null ? ReceivedEvents.Open(_folder, time, maxBodies, maxBytes) : ReceivedEvents.Open(_shared, time, maxBodies, maxBytes);

    private static Task<long?> AddAsync(ReceivedEvents events, string id, bool acknowledged = true, string path = "/customerio")
    {
        var body = Webhooks.Body("email_sent", id);
        return events.AddAsync(path, Delivery.Read(body, Webhooks.Trigger), body, null, acknowledged);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
