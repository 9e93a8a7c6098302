using CustomerIo.Connector.Jobs.Import;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Tests.Import;

public class ImportTests : Bench
{
    [Test]
    public async Task People_WithAMap_ArriveTyped()
    {
        var file = Write("people.csv", "customer,mail,plan,seats,score,since,pro,tags,legacy,skipped\nu1,ada@example.com,pro,007,1.50,2024-01-31T00:00:00Z,yes,\"[\"\"a\"\",1]\",,x\n");
        var map = """
            {"identifier":"customer","attributes":{"email":"mail","plan":"plan","seats":{"type":"integer"},"score":{"type":"number"},"created_at":{"column":"since","type":"time"},
             "pro":{"type":"boolean"},"tags":{"type":"json"},"legacy":{"empty":"remove"}},"remove":["older"]}
            """;
        var result = await ImportAsync(ImportKind.People, file, map);
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 0L)));
        var sent = Sandbox.Requests.Single().Body!.ToString(Formatting.None);
        Assert.That(sent, Is.EqualTo("""{"batch":[{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{"email":"ada@example.com","plan":"pro","seats":7,"score":1.5,"created_at":1706659200,"pro":true,"tags":["a",1],"legacy":"","older":""}}]}"""));
    }

    [Test]
    public async Task People_WithoutAMap_AreTextsAndTheFirstIdentifierNamesThem()
    {
        var file = Write("people.csv", "email,id,cio_id,age\nada@example.com,u1,a99,36\nbob@example.com,,,7\n");
        await ImportAsync(ImportKind.People, file);
        var sent = (JArray)((JToken)Sandbox.Requests.Single().Body!)["batch"]!;
        Assert.That(sent.Select(o => o.ToString(Formatting.None)), Is.EqualTo(new[]
        {
            """{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{"email":"ada@example.com","age":"36"}}""",
            """{"type":"person","identifiers":{"email":"bob@example.com"},"action":"identify","attributes":{"email":"bob@example.com","age":"7"}}""",
        }));
    }

    [Test]
    public async Task JsonLines_KeepTheirTypes_AndSpreadAnObject()
    {
        var file = Write("people.jsonl", """{"id":"u1","customerData":{"n":1,"deep":{"a":[1.5,null]}},"plan":"é\n"}""" + "\r\n\n" + """{"id":2,"customerData":{}}""");
        var result = await ImportAsync(ImportKind.People, file, """{"spread":"customerData","attributes":{"plan":"plan"}}""");
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((2L, 0L)), string.Join("\n", result.Examples));
        Assert.That(Attributes("u1").ToString(Formatting.None), Is.EqualTo("""{"n":1,"deep":{"a":[1.5,null]},"plan":"é\n"}"""));
        Assert.That(Sandbox.Person("2"), Is.Not.Null);
    }

    [Test]
    public async Task Sqlite_ATypedQuery_IsImported()
    {
        var path = Path.Combine(Folder, "shop.db");
        using (var db = new SqliteConnection("Data Source=" + path))
        {
            db.Open();
            using var command = db.CreateCommand();
            command.CommandText = "CREATE TABLE p (id INTEGER, name TEXT, score REAL, gone TEXT); INSERT INTO p VALUES (1, 'Ada', 1.5, NULL), (2, 'Bob', 2, 'x')";
            command.ExecuteNonQuery();
        }

        await ImportAsync(ImportKind.People, "sqlite:" + path, query: "SELECT * FROM p ORDER BY id");
        Assert.That(Attributes("1").ToString(Formatting.None), Is.EqualTo("""{"name":"Ada","score":1.5}"""));
        SqliteConnection.ClearAllPools();
    }

    [Test]
    public async Task Deletes_GoWithTheRow()
    {
        await ImportAsync(ImportKind.People, Write("a.csv", "id,gone\nu1,\nu2,\n"), """{"delete":"gone"}""");
        await ImportAsync(ImportKind.People, Write("b.csv", "id,gone\nu1,yes\nu2,no\n"), """{"delete":"gone"}""");
        Assert.That(Sandbox.Person("u1"), Is.Null);
        Assert.That(Sandbox.Person("u2"), Is.Not.Null);
    }

    [Test]
    public async Task ObjectsAndRelationships_Arrive()
    {
        await ImportAsync(ImportKind.Objects, Write("o.csv", "object_type_id,object_id,name\n1,acme,Acme\n1,beta,Beta\n"));
        await ImportAsync(ImportKind.Relationships, Write("r.csv", "id,object_id,role\nu1,acme,owner\nu2,acme,\n"), """{"objectType":{"value":"1"}}""");
        var objects = (JArray)(await AskAsync("objects"))["objects"]!;
        Assert.That(objects, Has.Count.EqualTo(2));
        Assert.That(Sandbox.Person("u1")!["relationships"]!.ToString(Formatting.None), Does.Contain("acme").And.Contain("owner"));
        Assert.That(Sandbox.Person("u2")!["relationships"]!.ToString(Formatting.None), Does.Contain("acme"));
    }

    [Test]
    public async Task SegmentMembers_AreAddedAThousandAtATimeAndRemoved()
    {
        await ImportAsync(ImportKind.People, Write("p.csv", "id\n" + string.Join('\n', Enumerable.Range(0, 1500).Select(i => "u" + i))));
        await TellAsync(HttpMethod.Post, "segments", """{"name":"VIP"}""");
        var before = Sandbox.RequestCount;
        await ImportAsync(ImportKind.SegmentMembers, Write("s.csv", "id,segment\n" + string.Concat(Enumerable.Range(0, 1500).Select(i => $"u{i},VIP\n"))));
        Assert.That(Sandbox.RequestCount - before, Is.EqualTo(3), "one look-up and two requests");
        await ImportAsync(ImportKind.SegmentMembers, Write("t.csv", "id,drop\nu1,1\nu2,0\n"), """{"segment":{"value":"VIP"},"delete":"drop"}""");
        var segment = (await AskAsync("segments"))["segments"]!.Single(s => (string?)s["name"] == "VIP");
        Assert.That((int)segment["members"]!, Is.EqualTo(1499));
    }

    [Test]
    public async Task Events_CarryDataTimeAndName()
    {
        await ImportAsync(ImportKind.Events, Write("e.csv", "id,event,timestamp,amount\nu1,bought,2026-01-31T00:00:00Z,5\n"), """{"attributes":{"amount":{"type":"integer"}}}""");
        var sent = (JObject)((JToken)Sandbox.Requests.Single().Body!)["batch"]![0]!;
        Assert.That(EventId.IsUlid((string)sent["id"]!));
        sent.Remove("id");
        Assert.That(sent.ToString(Formatting.None), Is.EqualTo("""{"type":"person","identifiers":{"id":"u1"},"action":"event","name":"bought","attributes":{"amount":5},"timestamp":1769817600}"""));
    }

    [TestCase("people", "name\nAda\n", null, "a column id, email or cio_id")]
    [TestCase("events", "id,x\nu1,1\n", null, "a column event or name")]
    [TestCase("people", "id,id\nu1,u2\n", null, "the column \"id\" twice")]
    [TestCase("people", "id,\nu1,u2\n", null, "has no name")]
    [TestCase("people", "id\nu1\n", """{"attributes":{"a":"nope"},"spread":"gone"}""", "no column \"nope\", \"gone\"")]
    public void WhatCannotBeMeant_IsRefusedBeforeAnythingIsSent(string kind, string csv, string? map, string says)
    {
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(Enum.Parse<ImportKind>(kind, true), Write("x.csv", csv), map))!;
        Assert.That((e.Kind, Sandbox.RequestCount), Is.EqualTo((FailureKind.Input, 0L)));
        Assert.That(e.Message, Does.Contain(says));
    }

    [Test]
    public void AWrongMap_NamesEveryProblem()
    {
        var e = Assert.ThrowsAsync<ConnectorException>(() => ImportAsync(ImportKind.Events, Write("x.csv", "id\n"),
            """{"attributs":{},"identifier":{"column":3,"typ":"id"},"attributes":{"a":{"type":"float"}},"delete":"x","remove":"a","others":1,"delimiter":";;"}"""))!;
        Assert.That(e.Problems.Select(p => p.Path), Is.EquivalentTo(new[] { "/attributs", "/identifier/column", "/identifier/typ", "/attributes/a/type", "/delete", "/remove", "/others", "/delimiter" }));
    }
}
