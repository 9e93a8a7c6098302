using CustomerIo.Connector.Pipelines.Export;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Export;

public class ExportTests : Bench
{
    [TestCase("csv")]
    [TestCase("jsonl")]
    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task WhatIsExported_ImportedIntoAnEmptyWorkspace_IsTheSame(string kind)
    {
        var postgres = kind == "postgres" ? await Postgres.DatabaseAsync() : "";
        string Place(string what) =>
            kind switch
            {
                "sqlite" => "sqlite:" + Path.Combine(Folder, "x.db"),
                "postgres" => "postgres:" + postgres,
                _ => Path.Combine(Folder, what + "." + kind),
            };
        string? Query(string what) => kind is "sqlite" or "postgres" ? $"SELECT * FROM customerio_{what.Replace('-', '_')}" : null;
        await FillAsync();
        await using var empty = await SandboxServer.StartAsync(new SandboxOptions());
        using var connector = new CustomerIoConnector();
        await connector.RunAsync("create-segment", new JObject { ["name"] = "VIP, \"gold\"" }, ConnectionTo(empty));
        var kinds = new[]
        {
            ("people", ImportKind.People),
            ("objects", ImportKind.Objects),
            ("relationships", ImportKind.Relationships),
            ("segment-members", ImportKind.SegmentMembers),
            ("suppressions", ImportKind.Suppressions),
        };
        foreach (var (what, into) in kinds)
        {
            Assert.That(await ExportAsync(what, Place(what)), Is.GreaterThan(0), what);
            var result = await ImportAsync(into, Place(what), query: Query(what), connection: ConnectionTo(empty));
            Assert.That(result.Failed, Is.Zero, string.Join("\n", result.Examples));
        }

        foreach (var (what, _) in kinds)
        {
            await ExportAsync(what, Path.Combine(Folder, "before.jsonl"));
            await ExportAsync(what, Path.Combine(Folder, "after.jsonl"), connection: ConnectionTo(empty));
            Assert.That(Rows("after.jsonl"), Is.EquivalentTo(Rows("before.jsonl")), what);
        }
    }

    [Test]
    public async Task ConsentAndCollections_AreExportedAsTheyAre()
    {
        await FillAsync();
        var collection = new JObject
        {
            ["collection"] = "rates",
            ["createIfMissing"] = true,
            ["rows"] = new JArray(new JObject { ["country"] = "at", ["rate"] = 20 }),
        };
        using (var connector = new CustomerIoConnector())
        {
            await connector.RunAsync("update-collection", collection, Connection);
            await connector.RunAsync(
                "set-opt-out",
                new JObject
                {
                    ["id"] = "u1",
                    ["channel"] = "sms",
                    ["from"] = "+15551234567",
                    ["optOut"] = true,
                },
                Connection
            );
            await connector.RunAsync(
                "set-subscription-preferences",
                new JObject
                {
                    ["id"] = "u1",
                    ["topics"] = new JObject { ["1"] = false },
                },
                Connection
            );
        }

        foreach (var what in (string[])["opt-outs", "collections", "preferences", "suppressions"])
        {
            await ExportAsync(what, Path.Combine(Folder, what + ".jsonl"));
        }

        Assert.Multiple(() =>
        {
            Assert.That(Rows("opt-outs.jsonl"), Is.EqualTo(new[] { """{"channel":"sms","from":"+15551234567","id":"u1"}""" }));
            Assert.That(
                Rows("collections.jsonl").Single(r => r.Contains("rates", StringComparison.Ordinal)),
                Does.Contain("\"content\":[{\"country\":\"at\",\"rate\":20}]")
            );
            Assert.That(
                Rows("preferences.jsonl").Select(JObject.Parse).Single(r => (string?)r["id"] == "u1" && (string?)r["topic_id"] == "1")["subscribed"],
                Is.EqualTo(new JValue(false))
            );
            Assert.That(
                Rows("suppressions.jsonl").Select(JObject.Parse).Select(r => $"{r["type"]} {r["email"]}"),
                Is.EqualTo(new[] { "bounces gone@example.com", "blocks no@example.com" })
            );
        });

        await using var empty = await SandboxServer.StartAsync(new SandboxOptions());
        await ImportAsync(ImportKind.Preferences, Path.Combine(Folder, "preferences.jsonl"), """{"identifier":"id"}""", connection: ConnectionTo(empty));
        Assert.That((bool)empty.Person("u1")!["attributes"]!["cio_subscription_preferences"]!["topics"]!["topic_1"]!, Is.False);
    }

    [Test]
    public async Task EveryTypeOfObjects_WhereAllAreAskedFor()
    {
        await ImportAsync(ImportKind.Relationships, Write("r.csv", "object_type_id,object_id,id\n1,acme,u1\n2,course,u1\n"));
        Assert.That(await ExportAsync("relationships", Path.Combine(Folder, "one.jsonl")), Is.EqualTo(1));
        Assert.That(await ExportAsync("relationships", Path.Combine(Folder, "all.jsonl"), objectType: "all"), Is.EqualTo(2));
    }

    [Test]
    public async Task Relationships_OfAnObjectWithMoreThanAPage_AreAllExported()
    {
        await ImportAsync(ImportKind.People, Write("p.csv", "id\n" + string.Concat(Enumerable.Range(1, 120).Select(i => $"u{i}\n"))));
        var rows = string.Concat(Enumerable.Range(1, 120).Select(i => $"1,acme,u{i}\n"));
        await ImportAsync(ImportKind.Relationships, Write("r.csv", "object_type_id,object_id,id\n" + rows));
        Assert.That(await ExportAsync("relationships", Path.Combine(Folder, "all.jsonl")), Is.EqualTo(120));
    }

    [TestCase("sqlite")]
    [TestCase("postgres")]
    public async Task ATable_IsUpserted(string kind)
    {
        var database = kind == "postgres" ? "postgres:" + await Postgres.DatabaseAsync() : "sqlite:" + Path.Combine(Folder, "x.db");
        await ImportAsync(ImportKind.People, Write("p.csv", "id,plan\nu1,free\nu2,free\n"));
        await ExportAsync("people", database);
        await ImportAsync(ImportKind.People, Write("p.csv", "id,plan\nu2,pro\nu3,pro\n"));
        await ExportAsync("people", database);
        var rows = await ReadAsync(database, "SELECT id, attributes FROM customerio_people ORDER BY id");
        Assert.That(
            rows.Select(r => r.Replace(" ", "", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "u1|{\"plan\":\"free\"}", "u2|{\"plan\":\"pro\"}", "u3|{\"plan\":\"pro\"}" })
        );
    }

    [Test]
    public async Task Activities_OfAJob_BeginWhereTheLastExportEnded()
    {
        await ImportAsync(ImportKind.Events, Write("e.csv", "id,event\n" + string.Concat(Enumerable.Range(0, 250).Select(i => $"u{i % 5},a{i}\n"))));
        await Task.Delay(1100);
        await ImportAsync(ImportKind.Events, Write("g.csv", "id,event\nu1,newest\n"));
        var target = "sqlite:" + Path.Combine(Folder, "x.db");
        var first = await ExportAsync("activities", target, "nightly");
        Assert.That(first, Is.GreaterThanOrEqualTo(250));
        await Task.Delay(1100);
        await ImportAsync(ImportKind.Events, Write("f.csv", "id,event\nu1,last\n"));
        var before = Sandbox.RequestCount;
        var second = await ExportAsync("activities", target, "nightly");
        Assert.That((second, Sandbox.RequestCount - before), Is.EqualTo((2L, 1L)), "the newest of last time once more, and the new one");
        Assert.That(
            await ReadAsync(target, "SELECT count(*), count(DISTINCT id), sum(name = 'last') FROM customerio_activities"),
            Is.EqualTo(new[] { $"{first + 1}|{first + 1}|1" })
        );
    }

    [TestCase("segments")]
    [TestCase("campaigns")]
    [TestCase("campaign-metrics")]
    [TestCase("action-metrics")]
    [TestCase("broadcast-deliveries")]
    [TestCase("transactional-deliveries")]
    [TestCase("broadcasts")]
    [TestCase("newsletters")]
    [TestCase("messages")]
    [TestCase("transactional-messages")]
    public async Task EveryDataset_FillsItsColumns(string what)
    {
        await FillAsync();
        using (var connector = new CustomerIoConnector())
        {
            await connector.RunAsync(
                "send-email",
                new JObject
                {
                    ["to"] = "ada@example.com",
                    ["from"] = "me@example.com",
                    ["subject"] = "s",
                    ["body"] = "b",
                    ["id"] = "u1",
                },
                Connection
            );
            await connector.RunAsync("trigger-broadcast", new JObject { ["broadcast"] = 2, ["ids"] = new JArray("u1") }, Connection);
        }

        var file = Path.Combine(Folder, "x.jsonl");
        Assert.That(await ExportAsync(what, file), Is.GreaterThan(0));
        var dataset = Datasets.All.Single(d => d.Name == what);
        foreach (var row in Rows("x.jsonl").Select(JObject.Parse))
        {
            Assert.That(dataset.Key.Where(k => row[k] is null or JValue { Value: null }), Is.Empty, row.ToString());
        }

        Assert.That(await ExportAsync(what, "sqlite:" + Path.Combine(Folder, "x.db")), Is.GreaterThan(0));
    }

    [Test]
    public void AnExportThatFails_LeavesNoFile()
    {
        var lost = new Connection
        {
            AppApiKey = "a",
            BaseUrl = "http://127.0.0.1:9",
            TotalTimeout = TimeSpan.FromSeconds(1),
        };
        Assert.ThrowsAsync<ConnectorException>(() => ExportAsync("people", Path.Combine(Folder, "x.csv"), connection: lost));
        Assert.That(Directory.GetFiles(Folder, "x.csv*"), Is.Empty);
    }

    private async Task FillAsync()
    {
        await ImportAsync(
            ImportKind.People,
            Write(
                "p.jsonl",
                string.Join(
                    '\n',
                    """{"id":"u1","email":"ada@example.com","name":"Ada \"L\"","n":1.5,"created_at":1700000000,"cio_subscription_preferences":{"topics":"""
                        + """{"topic_1":true}}}""",
                    """{"email":"bob@example.com","plan":"a,b\nc","unsubscribed":true}""",
                    """{"id":"é/1","deep":{"a":[1]}}"""
                ) + string.Concat(Enumerable.Range(0, 1200).Select(i => $"\n{{\"id\":\"m{i}\",\"n\":\"{i}\"}}"))
            )
        );
        await ImportAsync(ImportKind.Objects, Write("o.csv", "object_type_id,object_id,name\n1,acme,Acme\n1,beta,Beta\n"));
        await ImportAsync(ImportKind.Relationships, Write("r.csv", "id,email,object_type_id,object_id,role\nu1,,1,acme,owner\n,bob@example.com,1,acme,\n"));
        await ImportAsync(ImportKind.Suppressions, Write("b.csv", "email,type\ngone@example.com,\nno@example.com,blocks\n"));
        using var connector = new CustomerIoConnector();
        await connector.RunAsync("create-segment", new JObject { ["name"] = "VIP, \"gold\"" }, Connection);
        await ImportAsync(ImportKind.SegmentMembers, Write("s.csv", "id,segment\nu1,\"VIP, \"\"gold\"\"\"\nm3,\"VIP, \"\"gold\"\"\"\n"));
    }

    private async Task<long> ExportAsync(string what, string to, string? job = null, Connection? connection = null, string? objectType = null) =>
        await new ExportJob(
            new ExportRequest(Datasets.All.Single(d => d.Name == what), to) { Job = job, ObjectType = objectType },
            connection ?? Connection,
            Folder,
            TimeProvider.System
        ).RunAsync(default);

    /// <summary>The rows without what each workspace makes up itself.</summary>
    private string[] Rows(string file) =>
        [
            .. File.ReadAllLines(Path.Combine(Folder, file))
                .Select(JObject.Parse)
                .Select(row =>
                {
                    foreach (var name in (string[])["cio_id", "cio_object_id", "segment_id", "created"])
                    {
                        row.Remove(name);
                    }

                    return Sorted(row).ToString(Formatting.None);
                }),
        ];

    private static JToken Sorted(JToken value) =>
        value is JObject o
            ? new JObject(o.Properties().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => new JProperty(p.Name, Sorted(p.Value))))
            : value;

    private static async Task<string[]> ReadAsync(string database, string query)
    {
        await using var connection = Database.Parse(database)!.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(
                string.Join(
                    '|',
                    Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))
                )
            );
        }

        return [.. rows];
    }
}
