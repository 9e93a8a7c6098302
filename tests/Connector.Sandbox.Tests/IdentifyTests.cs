using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class IdentifyTests : SandboxFixture
{
    private string CioId(string identifier) => (string)Server.Person(identifier)!["identifiers"]!["cio_id"]!;

    [Test]
    public async Task Attributes_OfEveryJsonKind_AreKeptAsSent()
    {
        const string Body = """
            {"s":"x","i":7,"big":12345678901234567890,"f":1.5,"t":true,"n":null,"a":[1,"b",null],"o":{"x":null},"d":"2024-01-02T03:04:05+02:00"}
            """;
        await Put("/api/v1/customers/u1", Body);

        Assert.That(JToken.DeepEquals(Server.Person("u1")!["attributes"], Parse(Body)), Server.Person("u1")!["attributes"]!.ToString());
    }

    [Test]
    public async Task Attributes_OfASecondRequest_AreMergedAndAnEmptyTextRemoves()
    {
        await Put("/api/v1/customers/u1", """{"a":1,"b":2,"c":3}""");
        await Put("/api/v1/customers/u1", """{"b":"","c":4}""");

        Assert.That(Server.Person("u1")!["attributes"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"a":1,"c":4}"""));
    }

    [Test]
    public async Task Attributes_Changed_AreInTheActivitiesWithBeforeAndAfter()
    {
        await Put("/api/v1/customers/u1", """{"a":1,"b":2}""");
        await Put("/api/v1/customers/u1", """{"a":1,"b":{"x":3},"c":"new"}""");
        await Put("/api/v1/customers/u1", """{"a":1}""");

        var changes = Server.Person("u1")!["activities"]!.Where(a => (string?)a["type"] == "attribute_change").Select(a => Compact(a["data"]));
        Assert.That(
            changes,
            Is.EqualTo(new[] { """{"a":{"from":null,"to":1},"b":{"from":null,"to":2}}""", """{"b":{"from":2,"to":{"x":3}},"c":{"from":null,"to":"new"}}""" })
        );
    }

    [TestCase("u1", "id")]
    [TestCase("u1@example.com", "email")]
    public async Task NewPerson_ByPath_GetsThatKindOfIdentifier(string segment, string kind)
    {
        await Put("/api/v1/customers/" + segment);

        var identifiers = Server.Person(segment)!["identifiers"]!;
        Assert.That((string?)identifiers[kind], Is.EqualTo(segment));
        Assert.That((string?)identifiers["cio_id"], Does.Match("^a3[0-9a-z]{6}$"));
    }

    [Test]
    public async Task Email_InAnotherCase_IsTheSamePerson()
    {
        await Put("/api/v1/customers/Ann@Example.com", """{"a":1}""");
        await Put("/api/v1/customers/ann@example.COM", """{"b":2}""");

        Assert.That((await Get("/_sandbox/people")).Json["total"]!.Value<int>(), Is.EqualTo(1));
    }

    [Test]
    public async Task BodyEmail_OfAnotherwiseUnknownPath_UpdatesThatPersonAndGivesThePathId()
    {
        await Put("/api/v1/customers/ann@example.com", """{"a":1}""");
        await Put("/api/v1/customers/u1", """{"email":"ann@example.com","b":2}""");

        Assert.That((await Get("/_sandbox/people")).Json["total"]!.Value<int>(), Is.EqualTo(1));
        Assert.That(Server.Person("u1")!["attributes"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"a":1,"b":2}"""));
        Assert.That(await Dropped(), Is.Empty);
    }

    [Test]
    public async Task BodyEmail_OfAnotherPerson_Is200AndAFailedAttributeChange()
    {
        await Put("/api/v1/customers/u1", """{"email":"one@example.com"}""");
        await Put("/api/v1/customers/u2", """{"email":"two@example.com"}""");
        var reply = await Put("/api/v1/customers/u2", """{"email":"one@example.com","plan":"pro"}""");

        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That((string?)Server.Person("u2")!["identifiers"]!["email"], Is.EqualTo("two@example.com"));
        Assert.That((string?)Server.Person("u2")!["attributes"]!["plan"], Is.EqualTo("pro"));
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_attribute_change: email belongs to another person" }));
        Assert.That(Server.Person("u2")!["activities"]!.Select(a => (string?)a["type"]), Does.Contain("failed_attribute_change"));
    }

    [TestCase("""{"id":"u2"}""", "id")]
    [TestCase("""{"email":"new@example.com"}""", "email")]
    public async Task Identifier_AlreadySet_CannotBeChangedByIdButByCioId(string body, string kind)
    {
        await Put("/api/v1/customers/u1", """{"email":"old@example.com"}""");
        var before = (string?)Server.Person("u1")!["identifiers"]![kind];

        await Put("/api/v1/customers/u1", body);
        Assert.That((string?)Server.Person("u1")!["identifiers"]![kind], Is.EqualTo(before));
        Assert.That(await Dropped(), Is.EqualTo(new[] { $"failed_attribute_change: {kind} is already set and can only be changed through cio_id" }));

        await Put($"/api/v1/customers/cio_{CioId("u1")}", body);
        var changed = (string)Parse(body)[kind]!;
        Assert.That((string?)Server.Person(changed)!["identifiers"]![kind], Is.EqualTo(changed));
        Assert.That(Server.Person(before!), Is.Null, "the old identifier points nowhere");
    }

    [Test]
    public async Task Email_WithTheWorkspaceSetting_CanBeChangedById()
    {
        await Put("/_sandbox/settings", """{"updateEmailWithId":true}""");
        await Put("/api/v1/customers/u1", """{"email":"old@example.com"}""");
        await Put("/api/v1/customers/u1", """{"email":"new@example.com"}""");

        Assert.That((string?)Server.Person("u1")!["identifiers"]!["email"], Is.EqualTo("new@example.com"));
    }

    [Test]
    public async Task OtherId_WithTheRefusingSetting_Is400InTheVendorsWords()
    {
        await Put("/_sandbox/settings", """{"refuseOtherId":true}""");
        var reply = await Put("/api/v1/customers/u1", """{"id":"u2"}""");

        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(reply.Errors, Is.EqualTo(new[] { "id attribute and identifier are not the same value" }));
    }

    [Test]
    public async Task CioId_Unknown_IsDroppedWith200()
    {
        Assert.That((await Put("/api/v1/customers/cio_zz99", """{"a":1}""")).Status, Is.EqualTo(200));

        Assert.That((await Get("/_sandbox/people")).Json["total"]!.Value<int>(), Is.Zero);
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_attribute_change: cio_id is unknown or deleted" }));
        var unknown = await Get("/_sandbox/people/cio_zz99");
        Assert.That(unknown.Status, Is.EqualTo(404));
        Assert.That(unknown.Json["activities"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task UpdateOnly_OnAnUnknownPerson_IsDroppedWith200()
    {
        Assert.That((await Put("/api/v1/customers/u1", """{"_update":true,"a":1}""")).Status, Is.EqualTo(200));
        Assert.That(Server.Person("u1"), Is.Null);
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_attribute_change: _update is true and nobody has this identifier" }));

        await Put("/api/v1/customers/u1", """{"_update":false,"a":1}""");
        await Put("/api/v1/customers/u1", """{"_update":true,"a":2}""");
        Assert.That(Server.Person("u1")!["attributes"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"a":2}"""));
    }

    [Test]
    public async Task Timestamp_OlderThanTheLastChange_IsSkippedWith200()
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");
        await Put("/api/v1/customers/u1", """{"a":2,"_timestamp":1500000000}""");

        Assert.That((int)Server.Person("u1")!["attributes"]!["a"]!, Is.EqualTo(1));
        Assert.That(await Dropped(), Is.EqualTo(new[] { "skipped_update: older than the person's last change" }));
    }

    [TestCase("POST", "/api/v1/customers/u1/events", """{"name":"Bought"}""")]
    [TestCase("PUT", "/api/v1/customers/u1/devices", """{"device":{"id":"t","platform":"ios"}}""")]
    [TestCase("PUT", "/api/v1/customers/u1", "{}")]
    public async Task Timestamp_OlderThanWhatMadeThePerson_IsTaken(string method, string path, string body)
    {
        await (method == "PUT" ? Put(path, body) : Post(path, body));
        await Put("/api/v1/customers/u1", """{"a":2,"_timestamp":1500000000}""");

        Assert.That((int)Server.Person("u1")!["attributes"]!["a"]!, Is.EqualTo(2));
    }

    [TestCase("true", true)]
    [TestCase("\"TRUE\"", true)]
    [TestCase("1", true)]
    [TestCase("\"1\"", true)]
    [TestCase("false", false)]
    [TestCase("\"yes\"", false)]
    [TestCase("2", false)]
    public async Task Unsubscribed_ByItsValue_Counts(string value, bool expected)
    {
        await Put("/api/v1/customers/u1", $$"""{"unsubscribed":{{value}}}""");

        Assert.That((bool)Server.Person("u1")!["unsubscribed"]!, Is.EqualTo(expected));
    }

    [Test]
    public async Task Preferences_OneTopicByItsDottedName_LeavesTheOthers()
    {
        await Put("/api/v1/customers/u1", """{"cio_subscription_preferences":{"topics":{"topic_1":true,"topic_2":true}}}""");
        await Put("/api/v1/customers/u1", """{"cio_subscription_preferences.topics.topic_1":false}""");

        Assert.That(
            Server.Person("u1")!["attributes"]!.ToString(Newtonsoft.Json.Formatting.None),
            Is.EqualTo("""{"cio_subscription_preferences":{"topics":{"topic_1":false,"topic_2":true}}}""")
        );
    }

    [TestCase(150, 200)]
    [TestCase(151, 400)]
    public async Task Id_OfSoManyBytes_IsAnswered(int bytes, int status) =>
        Assert.That((await Put("/api/v1/customers/" + new string('x', bytes))).Status, Is.EqualTo(status));

    [TestCase(150, 200)]
    [TestCase(151, 400)]
    public async Task AttributeName_OfSoManyBytes_IsAnswered(int bytes, int status) =>
        Assert.That((await Put("/api/v1/customers/u1", $$"""{"{{new string('x', bytes - 2)}}é":1}""")).Status, Is.EqualTo(status));

    [TestCase(1000, 200)]
    [TestCase(1001, 400)]
    public async Task AttributeValue_OfSoManyBytes_IsAnswered(int bytes, int status) =>
        Assert.That((await Put("/api/v1/customers/u1", $$"""{"a":"{{new string('x', bytes - 3)}}€"}""")).Status, Is.EqualTo(status));

    [TestCase(300, 200)]
    [TestCase(301, 400)]
    public async Task Attributes_OfThisNumber_AreAnswered(int count, int status)
    {
        var body = new JObject(Enumerable.Range(0, count).Select(i => new JProperty("a" + i, i))) { ["_update"] = false };
        Assert.That((await Put("/api/v1/customers/u1", body.ToString())).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Problems_InSeveralPlaces_AreToldTogether()
    {
        var reply = await Put("/api/v1/customers/" + new string('i', 151), $$"""{"a":"{{new string('x', 1001)}}","b":"{{new string('x', 1001)}}"}""");

        Assert.That(
            reply.Errors,
            Is.EqualTo(
                new[]
                {
                    "id cannot be longer than 150 bytes",
                    "value for attribute 'a' cannot be longer than 1000 bytes",
                    "value for attribute 'b' cannot be longer than 1000 bytes",
                }
            )
        );
    }

    [Test]
    public async Task Delete_OfAPerson_ForgetsThemAndMayBeRepeated()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com"}""");
        Assert.That((await Delete("/api/v1/customers/a@example.com")).Status, Is.EqualTo(200));
        Assert.That((await Delete("/api/v1/customers/u1")).Status, Is.EqualTo(200));
        Assert.That(Server.Person("u1"), Is.Null);

        await Put("/api/v1/customers/u1", """{"b":1}""");
        Assert.That(Server.Person("u1")!["identifiers"]!["email"]!.Type, Is.EqualTo(JTokenType.Null));
    }
}
