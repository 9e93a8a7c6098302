using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

public class SegmentSyncTests : SyncBench
{
    [TestCase(0, 2500, 2500, 0)]
    [TestCase(1, 0, 2000, 100)]
    [TestCase(2, 1500, 0, 1500)]
    [TestCase(3, 700, 650, 40)]
    [TestCase(4, 1000, 1000, 1000)]
    public async Task FromAnyState_MembersBecomeTheAnswer_WithTheFewestCalls(int seed, int membersBefore, int wanted, int common)
    {
        await StartAsync("sqlite");
        var random = new Random(seed);
        var ids = Enumerable.Range(0, 6000).Select(i => "u" + i).OrderBy(_ => random.Next()).ToArray();
        var before = ids[..membersBefore];
        string[] after =
        [
            .. ids.Take(Math.Min(common, Math.Min(membersBefore, wanted))),
            .. ids.Skip(membersBefore).Take(wanted - Math.Min(common, Math.Min(membersBefore, wanted))),
        ];
        foreach (var some in ids.Chunk(1000))
        {
            await RunAsync(
                "batch",
                new JObject
                {
                    ["operations"] = new JArray(
                        some.Select(i => new JObject
                        {
                            ["action"] = "identify",
                            ["input"] = new JObject { ["id"] = i },
                        })
                    ),
                }
            );
        }

        await RunAsync("create-segment", new JObject { ["name"] = "VIP" });
        if (before.Length > 0)
        {
            await RunAsync("add-to-segment", new JObject { ["segment"] = "VIP", ["ids"] = new JArray(before) });
        }

        Execute("CREATE TABLE vip (id TEXT)");
        foreach (var some in after.Chunk(500))
        {
            Execute("INSERT INTO vip VALUES " + string.Join(", ", some.Select(i => $"('{i}')")));
        }

        var requests = Sandbox.RequestCount;
        var report = await SyncAsync(Sync("\"maxDeleted\":1"));
        var (adds, removes) = (after.Except(before).Count(), before.Except(after).Count());
        Assert.That((report.Pushed, report.Deleted), Is.EqualTo(((long)adds, (long)removes)));
        Assert.That(
            Sandbox.RequestCount - requests,
            Is.EqualTo(2 + ((adds + 99) / 100) + ((adds + 999) / 1000) + ((removes + 999) / 1000)),
            "the segment, a page of members, a look-up for each hundred new ones, a request for each thousand"
        );
        Assert.That(Sandbox.Person(after.FirstOrDefault() ?? "u0")!["segments"]!.Any(), Is.EqualTo(after.Length > 0));
        var again = await SyncAsync(Sync("\"maxDeleted\":1"));
        Assert.That((again.Pushed, again.Deleted, again.Skipped), Is.EqualTo((0L, 0L, (long)after.Length)));
    }

    [Test]
    public async Task WhomCustomerIoDoesNotKnow_IsToldAndNotCounted()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE vip (id TEXT)");
        Execute("INSERT INTO vip VALUES ('u1'), ('u2'), ('nobody'), ('..')");
        await RunAsync("create-segment", new JObject { ["name"] = "VIP" });
        await RunAsync("identify", new JObject { ["id"] = "u1" });
        await RunAsync("identify", new JObject { ["id"] = "u2" });
        foreach (var added in (long[])[2, 0])
        {
            var report = await SyncAsync(Sync("\"maxDeleted\":1"));
            Assert.That((report.Pushed, report.Failed), Is.EqualTo((added, 1L)));
            Assert.That(
                report.Problems,
                Has.Some.StartsWith("1 of 3 is not known to Customer.io").And.Some.StartsWith("The row ..: the key"),
                string.Join('\n', report.Problems)
            );
        }
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task AQueryThatWrites_IsRefused_AndNothingIsChanged(string kind)
    {
        await StartAsync(kind);
        Execute("CREATE TABLE vip (id TEXT)");
        Execute("INSERT INTO vip VALUES ('u1')");
        await RunAsync("create-segment", new JObject { ["name"] = "VIP" });
        var sync = new JObject
        {
            ["database"] = DatabaseName,
            ["segment"] = "VIP",
            ["query"] = "DELETE FROM vip RETURNING id",
        };
        var e = Assert.ThrowsAsync<ConnectorException>(() => SyncAsync(sync.ToString()))!;
        Assert.That((e.Kind, Read("SELECT id FROM vip")), Is.EqualTo((FailureKind.Input, new List<string> { "u1" })));
        Assert.That(e.Message, Does.Contain("one statement that only reads"));
    }

    [Test]
    public async Task AMemberWithoutTheIdentifier_IsRemovedToo()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE vip (id TEXT)");
        await RunAsync("create-segment", new JObject { ["name"] = "VIP" });
        await RunAsync("identify", new JObject { ["id"] = "ada@example.com", ["idType"] = "email" });
        await RunAsync(
            "add-to-segment",
            new JObject
            {
                ["segment"] = "VIP",
                ["idType"] = "email",
                ["ids"] = new JArray("ada@example.com"),
            }
        );
        Assert.That((await SyncAsync(Sync("\"maxDeleted\":1"))).Deleted, Is.EqualTo(1));
        Assert.That(Sandbox.Person("ada@example.com")!["segments"], Is.Empty);
    }

    [Test]
    public async Task TooManyRemovals_StopTheRunBeforeAnythingIsWritten()
    {
        await StartAsync("sqlite");
        Execute("CREATE TABLE vip (id TEXT)");
        await RunAsync("create-segment", new JObject { ["name"] = "VIP" });
        for (var i = 0; i < 10; i++)
        {
            await RunAsync("identify", new JObject { ["id"] = "u" + i });
        }

        await RunAsync("add-to-segment", new JObject { ["segment"] = "VIP", ["ids"] = new JArray(Enumerable.Range(0, 10).Select(i => "u" + i)) });
        Execute("INSERT INTO vip VALUES ('u0'), ('new')");
        var e = Assert.ThrowsAsync<ConnectorException>(() => SyncAsync(Sync("\"maxDeleted\":0.2")))!;
        Assert.That(e.Kind, Is.EqualTo(FailureKind.Rejected));
        Assert.That(e.Message, Does.Contain("9 of 10"));
        Assert.That(Sandbox.Person("u5")!["segments"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task AWrongFile_NamesEveryProblem()
    {
        await StartAsync("sqlite");
        var e = Assert.ThrowsAsync<ConnectorException>(() =>
            SyncAsync(
                """{"name":"a b","database":"mysql:x","idType":"phone","attributes":{"a":"""
                    + """{"colum":"x","type":"float","conflict":"me"},"b":3},"deletePeople":"yes","maxDeleted":2,"every":"5m"}"""
            )
        )!;
        Assert.That(
            e.Problems.Select(p => p.Path),
            Is.EquivalentTo(
                new[]
                {
                    "/every",
                    "/database",
                    "/name",
                    "/table",
                    "/idType",
                    "/attributes/a/colum",
                    "/attributes/a/type",
                    "/attributes/a/conflict",
                    "/attributes/b",
                    "/deletePeople",
                    "/maxDeleted",
                }
            )
        );
    }

    private string Sync(string more) => $$"""{"name":"vip","database":"{{DatabaseName}}","segment":"VIP","query":"SELECT id FROM vip",{{more}}}""";
}
