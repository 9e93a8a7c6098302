using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Suppression, merging, devices and segments.</summary>
public sealed class PeopleTests : SandboxFixture
{
    [Test]
    public async Task Suppress_DeletesAndBlocksEveryIdentifierUntilLifted()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com"}""");
        await Post("/api/v1/customers/u1/suppress");
        Assert.That(Server.Person("u1"), Is.Null);

        Assert.That((await Put("/api/v1/customers/u1", "{}")).Status, Is.EqualTo(200));
        await Post("/api/v1/customers/A@example.com/events", """{"name":"n"}""");
        await Put("/api/v1/customers/u2", """{"email":"a@example.com"}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t","platform":"ios"}}""");
        Assert.That((await Get("/_sandbox/people")).Json["total"]!.Value<int>(), Is.Zero);
        Assert.That(
            await Dropped(),
            Is.EqualTo(
                new[]
                {
                    "failed_attribute_change: suppressed",
                    "failed_event: suppressed",
                    "failed_attribute_change: suppressed",
                    "failed_device_change: suppressed",
                }
            )
        );

        await Post("/api/v1/customers/u1/unsuppress");
        Assert.That(Server.Person("u1"), Is.Null, "lifting brings nobody back");
        await Put("/api/v1/customers/u1");
        Assert.That(Server.Person("u1"), Is.Not.Null);
    }

    [Test]
    public async Task Suppress_OfAnIdNobodyHas_BlocksIt()
    {
        await Post("/api/v1/customers/u1/suppress");
        await Put("/api/v1/customers/u1");

        Assert.That(Server.Person("u1"), Is.Null);
    }

    [Test]
    public async Task Merge_FillsWhatThePrimaryLacksAndDeletesTheSecondary()
    {
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        await Put("/api/v1/customers/one", """{"a":1,"empty":"x"}""");
        await Put("/api/v1/customers/one", """{"empty":null}""");
        await Put("/api/v1/customers/two", """{"a":2,"b":2,"empty":3,"email":"two@example.com"}""");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["two"]}""");
        await Post("/api/v1/customers/one/events", """{"name":"mine"}""");
        await Post("/api/v1/customers/two/events", """{"name":"recent"}""");
        await Post("/api/v1/customers/two/events", """{"name":"old","timestamp":1500000000}""");
        var reply = await Post("/api/v1/merge_customers", """{"primary":{"id":"one"},"secondary":{"email":"TWO@example.com"}}""");

        Assert.That(reply.Body, Is.EqualTo("{}\n"));
        Assert.That(Server.Person("two"), Is.Null);
        var one = Server.Person("one")!;
        Assert.That(Compact(one["attributes"]), Is.EqualTo("""{"a":1,"empty":3,"b":2}"""));
        Assert.That((string?)one["identifiers"]!["email"], Is.EqualTo("two@example.com"));
        Assert.That(one["events"]!.Select(e => (string?)e["name"]), Is.EquivalentTo(new[] { "mine", "recent" }));
        Assert.That(one["segments"]!.Select(s => (string?)s["name"]), Is.EqualTo(new[] { "beta" }));
    }

    [TestCase("""{"id":"nobody"}""", """{"id":"u1"}""", "the primary does not exist")]
    [TestCase("""{"id":"u1"}""", """{"cio_id":"zz"}""", "the secondary does not exist")]
    [TestCase("""{"id":"u1"}""", """{"id":"u1"}""", "both are one person")]
    public async Task Merge_OfPeopleWhoAreNotTwo_Is200AndDoesNothing(string primary, string secondary, string reason)
    {
        await Put("/api/v1/customers/u1");
        var reply = await Post("/api/v1/merge_customers", $$"""{"primary":{{primary}},"secondary":{{secondary}}}""");

        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That(Server.Person("u1"), Is.Not.Null);
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_merge: " + reason }));
    }

    [TestCase("[]", "the body must be a JSON object")]
    [TestCase("{", "the body is not valid JSON")]
    [TestCase("{}", "primary must be an object; secondary must be an object")]
    [TestCase("""{"primary":{"id":"a","email":"b"},"secondary":{"id":"c"}}""", "primary must have exactly one of id, email, cio_id")]
    [TestCase("""{"primary":{"id":""},"secondary":{"phone":"+431"}}""", "primary.id cannot be blank; secondary must have exactly one of id, email, cio_id")]
    public async Task Merge_WithWrongIdentifiers_Is400WithOneError(string body, string error)
    {
        var reply = await Post("/api/v1/merge_customers", body);

        Assert.That((reply.Status, (string?)reply.Json["meta"]!["error"]), Is.EqualTo((400, error)));
    }

    [Test]
    public async Task Device_InTheWaysOfEveryClient_IsKept()
    {
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t1","platform":"ios","last_used":1700000000,"attributes":{"app_version":"1"}}}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t2","platform":"android","last_used":"1700000001","attributes":null,"model":"x"}}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t1","platform":"ios","last_used":1700000002,"attributes":{"device_os":"2"}}}""");

        Assert.That(
            Compact(Server.Person("u1")!["devices"]),
            Is.EqualTo(
                "["
                    + """{"id":"t1","platform":"ios","last_used":1700000002,"attributes":{"app_version":"1","device_os":"2"}},"""
                    + """{"id":"t2","platform":"android","last_used":1700000001,"attributes":{"model":"x"}}]"""
            )
        );
    }

    [Test]
    public async Task Device_OfAnotherPerson_Moves()
    {
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t/1","platform":"ios"}}""");
        await Put("/api/v1/customers/u2/devices", """{"device":{"id":"t/1","platform":"ios"}}""");
        Assert.That((JArray)Server.Person("u1")!["devices"]!, Is.Empty);

        await Delete("/api/v1/customers/u2/devices/t%2F1");
        Assert.That((JArray)Server.Person("u2")!["devices"]!, Is.Empty);
        Assert.That((await Delete("/api/v1/customers/u2/devices/t%2F1")).Status, Is.EqualTo(200));
    }

    [TestCase("{}", "device must be an object")]
    [TestCase("""{"device":{"platform":"ios"}}""", "device.id cannot be blank")]
    [TestCase("""{"device":{"id":"t"}}""", "device.platform must be ios or android")]
    [TestCase("""{"device":{"id":"t","platform":"palm"}}""", "device.platform must be ios or android")]
    [TestCase("""{"device":{"id":"t","platform":"ios","attributes":[]}}""", "device.attributes must be an object")]
    public async Task Device_ThatIsWrong_Is400(string body, string error)
    {
        var reply = await Put("/api/v1/customers/u1/devices", body);

        Assert.That(reply.Errors, Is.EqualTo(new[] { error }));
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [TestCase("", """["u1","nobody"]""")]
    [TestCase("?id_type=id", """["u1",7]""")]
    [TestCase("?id_type=email", """["A@example.com","u1"]""")]
    public async Task Segment_ByAnyIdType_TakesThoseWhoMatchAndIgnoresTheRest(string query, string ids)
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com"}""");
        await Post("/_sandbox/segments", """{"name":"beta"}""");

        Assert.That((await Post("/api/v1/segments/1/add_customers" + query, $$"""{"ids":{{ids}}}""")).Status, Is.EqualTo(200));
        Assert.That(Compact(Server.Person("u1")!["segments"]), Is.EqualTo("""[{"id":1,"name":"beta"}]"""));
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_segment_change: nobody has this identifier" }));

        await Post("/api/v1/segments/1/remove_customers" + query, $$"""{"ids":{{ids}}}""");
        Assert.That((JArray)Server.Person("u1")!["segments"]!, Is.Empty);
    }

    [Test]
    public async Task Segment_ByCioId_TakesItWithAndWithoutItsPrefix()
    {
        await Put("/api/v1/customers/u1");
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        var cioId = (string)Server.Person("u1")!["identifiers"]!["cio_id"]!;

        foreach (var id in (string[])[cioId, "cio_" + cioId])
        {
            await Post("/api/v1/segments/1/add_customers?id_type=cio_id", $$"""{"ids":["{{id}}"]}""");
            Assert.That((JArray)Server.Person("u1")!["segments"]!, Has.Count.EqualTo(1), id);
            await Post("/api/v1/segments/1/remove_customers?id_type=cio_id", $$"""{"ids":["{{id}}"]}""");
        }
    }

    [TestCase("/api/v1/segments/9/add_customers", """{"ids":["a"]}""", "segment '9' does not exist")]
    [TestCase("/api/v1/segments/one/add_customers", """{"ids":["a"]}""", "segment 'one' does not exist")]
    [TestCase("/api/v1/segments/2/add_customers", """{"ids":["a"]}""", "segment '2' is not a manual segment")]
    [TestCase("/api/v1/segments/1/add_customers", """{}""", "ids must be a list of 1 to 1000 texts")]
    [TestCase("/api/v1/segments/1/remove_customers", """{"ids":[]}""", "ids must be a list of 1 to 1000 texts")]
    [TestCase("/api/v1/segments/1/add_customers?id_type=phone", """{"ids":["a"]}""", "id_type must be id, email or cio_id")]
    public async Task Segment_ThatCannotBe_Is400(string path, string body, string error)
    {
        await Post("/_sandbox/segments", """{"name":"manual"}""");
        await Post("/_sandbox/segments", """{"name":"rules","type":"dynamic"}""");

        Assert.That((await Post(path, body)).Errors, Is.EqualTo(new[] { error }));
    }

    [TestCase(1000, 200)]
    [TestCase(1001, 400)]
    public async Task Segment_WithSoManyIds_IsAnswered(int count, int status)
    {
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        var ids = new JObject { ["ids"] = new JArray(Enumerable.Range(0, count).Select(i => $"u{i}")) };

        Assert.That((await Post("/api/v1/segments/1/add_customers", ids.ToString())).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Segments_Created_AreListedWithTheirMembers()
    {
        var created = await Post("/_sandbox/segments", """{"name":"beta","description":"first users"}""");
        Assert.That((created.Status, (int)created.Json["segment"]!["id"]!), Is.EqualTo((201, 1)));
        await Put("/api/v1/customers/u1");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1"]}""");
        var segments = (await Get("/_sandbox/segments")).Json["segments"]!;
        Assert.That(segments.Select(s => $"{s["name"]} {s["type"]} {s["members"]}"), Is.EqualTo(new[] { "beta manual 1" }));

        await Delete("/api/v1/customers/u1");
        Assert.That((int)(await Get("/_sandbox/segments")).Json["segments"]![0]!["members"]!, Is.Zero);
    }
}
