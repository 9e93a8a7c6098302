using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

public class ImportTests : Bench
{
    [Test]
    public async Task People_WithAMap_ArriveTyped()
    {
        var file = Write(
            "people.csv",
            "customer,mail,plan,seats,score,since,pro,tags,legacy,skipped\nu1,ada@example.com,pro,007,1.50,2024-01-31T00:00:00Z,yes,\"[\"\"a\"\",1]\",,x\n"
        );
        var map = """
            {"identifier":"customer","attributes":{"email":"mail","plan":"plan","seats":{"type":"integer"},"score":{"type":"number"},
             "created_at":{"column":"since","type":"time"},
             "pro":{"type":"boolean"},"tags":{"type":"json"},"legacy":{"empty":"remove"}},"remove":["older"]}
            """;
        var result = await ImportAsync(ImportKind.People, file, map);
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 0L)));
        var sent = Sandbox.Requests.Single().Body!.ToString(Formatting.None);
        Assert.That(
            sent,
            Is.EqualTo(
                """{"batch":[{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":"""
                    + """{"email":"ada@example.com","plan":"pro","seats":7,"score":1.5,"created_at":1706659200,"pro":true,"tags":["a",1]"""
                    + ""","legacy":"","older":""}}]}"""
            )
        );
    }

    [Test]
    public async Task People_WithoutAMap_AreTextsAndTheFirstIdentifierNamesThem()
    {
        var file = Write("people.csv", "email,id,cio_id,age\nada@example.com,u1,a99,36\nbob@example.com,,,7\n");
        await ImportAsync(ImportKind.People, file);
        var sent = (JArray)((JToken)Sandbox.Requests.Single().Body!)["batch"]!;
        Assert.That(
            sent.Select(o => o.ToString(Formatting.None)),
            Is.EqualTo(
                new[]
                {
                    """{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{"email":"ada@example.com","age":"36"}}""",
                    """{"type":"person","identifiers":{"email":"bob@example.com"},"action":"identify","attributes":{"email":"bob@example.com","age":"7"}}""",
                }
            )
        );
    }

    /// <summary>An hour that a change of the clocks skips is moved on by it; one that comes twice is the later, in standard time.</summary>
    [Test]
    public async Task People_WithATimeZone_AreInItsTime_AlsoWhereClocksChange()
    {
        string[] times =
        [
            "2024-07-01T10:00:00",
            "2024-01-01 10:00",
            "2024-07-01",
            "2024-03-31T02:30:00",
            "2024-03-31 03:30",
            "2024-10-27T02:30:00",
            "2024-10-27T02:30:00+02:00",
            "2024-07-01T10:00:00Z",
            "1719828000",
        ];
        var file = Write("people.csv", "id,created_at\n" + string.Concat(times.Select((t, i) => $"u{i},{t}\n")));
        var result = await ImportAsync(ImportKind.People, file, """{"timeZone":"Europe/Vienna"}""");
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo(((long)times.Length, 0L)), string.Join('\n', result.Examples));
        Assert.That(
            times.Select((_, i) => (long)Attributes($"u{i}")["created_at"]!),
            Is.EqualTo(new[] { 1719820800L, 1704099600L, 1719784800L, 1711848600L, 1711848600L, 1729992600L, 1729989000L, 1719828000L, 1719828000L })
        );
    }

    [TestCase("{}")]
    [TestCase("""{"timeZone":"UTC"}""")]
    public async Task People_TimeWithoutAnOffset_NeedsATimeZone(string map)
    {
        var result = await ImportAsync(ImportKind.People, Write("people.csv", "id,created_at\nu1,2024-07-01T10:00:00\n"), map);
        Assert.That(result.Failed, Is.EqualTo(map == "{}" ? 1 : 0));
        Assert.That(string.Join('\n', result.Examples), map == "{}" ? Does.Contain("created_at").And.Contain("timeZone") : Is.Empty);
    }

    [TestCase("id,Email", "Email", "email")]
    [TestCase("id,EMAIL", "EMAIL", "email")]
    [TestCase("Id,email", "Id", "id")]
    [TestCase("id,Cio ID", "Cio ID", "cio_id")]
    [TestCase("id,Unsubscribed", "Unsubscribed", "unsubscribed")]
    [TestCase("id,Created_At", "Created_At", "created_at")]
    public async Task People_HeaderInAnotherLetterCase_IsToldToBecomeAnAttribute(string header, string name, string meant)
    {
        var result = await ImportAsync(ImportKind.People, Write("people.csv", $"{header}\nu1,ada@example.com\n"));
        Assert.That(
            result.Notes.Count(n => n.Contains($"\"{name}\" becomes an attribute") && n.Contains($"not {meant},")),
            Is.EqualTo(1),
            string.Join('\n', result.Notes)
        );
        Assert.That((string?)((JToken)Sandbox.Requests.Single().Body!).SelectToken($"batch[0].attributes['{name}']"), Is.Not.Null);
    }

    [TestCase("id,email")]
    [TestCase("id,mail")]
    public async Task People_HeaderThatIsMeant_IsNotTold(string header)
    {
        var result = await ImportAsync(ImportKind.People, Write("people.csv", $"{header}\nu1,ada@example.com\n"));
        Assert.That(result.Notes, Has.None.Contains("becomes an attribute"));
    }

    [Test]
    public async Task JsonLines_KeepTheirTypes_AndSpreadAnObject()
    {
        var file = Write(
            "people.jsonl",
            """{"id":"u1","customerData":{"n":1,"deep":{"a":[1.5,null]}},"plan":"é\n"}""" + "\r\n\n" + """{"id":2,"customerData":{}}"""
        );
        var result = await ImportAsync(ImportKind.People, file, """{"spread":"customerData","attributes":{"plan":"plan"}}""");
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((2L, 0L)), string.Join("\n", result.Examples));
        Assert.That(Attributes("u1").ToString(Formatting.None), Is.EqualTo("""{"n":1,"deep":{"a":[1.5,null]},"plan":"é\n"}"""));
        Assert.That(Sandbox.Person("2"), Is.Not.Null);
    }

    [TestCase("a.csv", "id,attributes\nu1,\n")]
    [TestCase("a.jsonl", """{"id":"u1","attributes":""}""")]
    [TestCase("a.jsonl", """{"id":"u1","attributes":null}""")]
    public async Task AnEmptyCell_InPlaceOfTheSpreadObject_SaysNothing(string name, string text)
    {
        var result = await ImportAsync(ImportKind.People, Write(name, text));
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 0L)), string.Join("\n", result.Examples));
    }

    [TestCase("9999-12-31T23:59:59Z", 253_402_300_799)]
    [TestCase("1972-05-06", 73_958_400)]
    [TestCase("1970-01-02T00:00:00+01:00", 82_800)]
    public async Task ATime_ThatWouldBeDoubtfulAsANumber_IsTheTimeThatWasWritten(string time, long seconds)
    {
        await ImportAsync(ImportKind.People, Write("a.csv", $"id,created_at\nu1,{time}\n"));
        Assert.That((long)Attributes("u1")["created_at"]!, Is.EqualTo(seconds));
        const string Map = """{"attributes":{"created_at":{"column":"at","type":"time"},"expires":{"column":"at","type":"time"}}}""";
        await ImportAsync(ImportKind.Events, Write("e.jsonl", $$"""{"id":"u1","name":"e","timestamp":"{{time}}","at":"{{time}}"}"""), Map);
        Assert.That(Sent()["timestamp"], Is.EqualTo(new JValue(seconds)));
        Assert.That(Sent()["attributes"], Is.EqualTo(JObject.Parse($$"""{"created_at":{{seconds}},"expires":{{seconds}}}""")).Using(JToken.EqualityComparer));
        await ImportAsync(ImportKind.Objects, Write("o.jsonl", $$"""{"object_type_id":"1","object_id":"o","at":"{{time}}"}"""), Map);
        Assert.That(Sent()["attributes"], Is.EqualTo(JObject.Parse($$"""{"created_at":{{seconds}},"expires":{{seconds}}}""")).Using(JToken.EqualityComparer));
        await ImportAsync(ImportKind.Relationships, Write("r.jsonl", $$"""{"id":"u1","object_type_id":"1","object_id":"o","at":"{{time}}"}"""), Map);
        Assert.That(
            Sent()["cio_relationships"]![0]!["relationship_attributes"],
            Is.EqualTo(JObject.Parse($$"""{"created_at":{{seconds}},"expires":{{seconds}}}""")).Using(JToken.EqualityComparer)
        );

        JToken Sent() => ((JToken)Sandbox.Requests[^1].Body!)["batch"]![0]!;
    }

    [Test]
    public async Task Sqlite_ATypedQuery_IsImported()
    {
        var path = Path.Combine(Folder, "shop.db");
        using (var db = new SqliteConnection("Data Source=" + path))
        {
            db.Open();
            using var command = db.CreateCommand();
            command.CommandText =
                "CREATE TABLE p (id INTEGER, name TEXT, score REAL, gone TEXT); INSERT INTO p VALUES (1, 'Ada', 1.5, NULL), (2, 'Bob', 2, 'x')";
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
    public async Task Suppressions_AreAddedAndRemoved_AndABadAddressIsItsRowsProblem()
    {
        var result = await ImportAsync(
            ImportKind.Suppressions,
            Write("s.csv", "email,type\na@example.com,\nb@example.com,blocks\nno address,\nc@example.com,other\n")
        );
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((2L, 2L)), string.Join("\n", result.Examples));
        Assert.That(result.Examples[0], Does.StartWith("line 4: email "));
        Assert.That(result.Examples[1], Does.StartWith("line 5: type must be one of bounces, blocks"));
        Assert.That(
            Sandbox.Requests.Select(r => $"{r.Method} {r.Path}"),
            Is.EqualTo(new[] { "POST /v1/esp/suppression/bounces/a%40example.com", "POST /v1/esp/suppression/blocks/b%40example.com" })
        );
        await ImportAsync(ImportKind.Suppressions, Write("t.csv", "email,back\na@example.com,yes\n"), """{"delete":"back"}""");
        Assert.That(Sandbox.Requests[^1].Method, Is.EqualTo("DELETE"));
    }

    [Test]
    public async Task Suppressions_ThatCustomerIoRefuses_StopNothing()
    {
        await TellAsync(HttpMethod.Post, "faults", """{"match":{"path":"/v1/esp/suppression/bounces/a%40example.com"},"status":400,"times":0}""");
        var result = await ImportAsync(ImportKind.Suppressions, Write("s.csv", "email\na@example.com\nb@example.com\n"));
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1L, 1L)), string.Join("\n", result.Examples));
    }

    [Test]
    public async Task Preferences_ChangeOneTopicAndLeaveTheOthers()
    {
        await ImportAsync(ImportKind.People, Write("p.csv", "id\nu1\nu2\n"));
        var result = await ImportAsync(
            ImportKind.Preferences,
            Write("s.csv", "id,topic_id,subscribed\nu1,1,false\nu1,2,yes\nu2,topic_1,1\nu2,news,true\nu2,1,maybe\nu2,,true\n")
        );
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((3L, 3L)), string.Join("\n", result.Examples));
        Assert.That(result.Examples, Is.All.Matches("^line [567]: (topic_id|subscribed) "));
        var chosen = Sandbox.Person("u1")!["attributes"]!["cio_subscription_preferences"]!;
        Assert.That(((bool)chosen["topics"]!["topic_1"]!, (bool)chosen["topics"]!["topic_2"]!), Is.EqualTo((false, true)));
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
        await ImportAsync(
            ImportKind.Events,
            Write("e.csv", "id,event,timestamp,amount\nu1,bought,2026-01-31T00:00:00Z,5\n"),
            """{"attributes":{"amount":{"type":"integer"}}}"""
        );
        var sent = (JObject)((JToken)Sandbox.Requests.Single().Body!)["batch"]![0]!;
        Assert.That(EventIds.IsUlid((string)sent["id"]!));
        sent.Remove("id");
        Assert.That(
            sent.ToString(Formatting.None),
            Is.EqualTo("""{"type":"person","identifiers":{"id":"u1"},"action":"event","name":"bought","attributes":{"amount":5},"timestamp":1769817600}""")
        );
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
        var e = Assert.ThrowsAsync<ConnectorException>(() =>
            ImportAsync(
                ImportKind.Events,
                Write("x.csv", "id\n"),
                """{"attributs":{},"identifier":{"column":3,"typ":"id"},"attributes":{"a":{"type":"float"}},"delete":"x","remove":"a","others":"""
                    + """1,"delimiter":";;"}"""
            )
        )!;
        Assert.That(
            e.Problems.Select(p => p.Path),
            Is.EquivalentTo(
                new[] { "/attributs", "/identifier/column", "/identifier/typ", "/attributes/a/type", "/delete", "/remove", "/others", "/delimiter" }
            )
        );
    }

    [Test]
    public async Task Position_CountsRowsThatHaveTheirEnd_NotThoseThatWereRead()
    {
        var file = Write("p.csv", "id,plan\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"u{i},{new string('x', 40)}\n")));
        var seen = new System.Collections.Concurrent.ConcurrentQueue<(long Done, long Size)>();
        ImportJob job = null!;
        job = new ImportJob(new ImportRequest(ImportKind.People, file) { DryRun = _ => seen.Enqueue(job.Position) }, Connection, Folder, TimeProvider.System);
        var result = await job.RunAsync(default);
        var size = new FileInfo(file).Length;
        Assert.That(result.Succeeded, Is.EqualTo(20_000));
        Assert.That(seen, Has.Count.GreaterThan(1));
        Assert.That(seen.First(), Is.EqualTo((0L, size)), "nothing was answered when the first request left");
        Assert.That(seen.Select(s => s.Done), Has.All.LessThan(size));
        Assert.That(job.Position, Is.EqualTo((size, size)));
    }
}
