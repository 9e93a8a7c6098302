using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Track v2: each operation on its own.</summary>
public sealed class EntityTests : SandboxFixture
{
    private const string Ann = """ "identifiers":{"id":"ann"} """;
    private const string Acme = """ "identifiers":{"object_type_id":"1","object_id":"acme"} """;
    private const string AnnAsBoss = "\"cio_relationships\":[{" + Ann + ",\"relationship_attributes\":{\"role\":\"boss\",\"old\":null}}]";
    private const string AcmeAsBoss = "\"cio_relationships\":[{" + Acme + ",\"relationship_attributes\":{\"role\":\"boss\"}}]";

    private static string Person(string action, string more = "\"n\":0") => $$"""{"type":"person","action":"{{action}}",{{Ann}},{{more}} }""";

    private static string Object(string action, string more = "\"n\":0") => $$"""{"type":"object","action":"{{action}}",{{Acme}},{{more}} }""";

    private async Task Do(string operation)
    {
        var reply = await Post("/api/v2/entity", operation);
        Assert.That((reply.Status, reply.Body), Is.EqualTo((200, "{}\n")), operation);
    }

    [TestCase("""{"id":"ann"}""", "ann", "id")]
    [TestCase("""{"id":7}""", "7", "id")]
    [TestCase("""{"id":"a@example.com"}""", "a@example.com", "id")]
    [TestCase("""{"email":"a@example.com"}""", "a@example.com", "email")]
    [TestCase("""{"phone":"+43123456789"}""", "+43123456789", "phone")]
    public async Task PersonIdentify_ByEachIdentifier_SetsItAndTheAttributes(string identifiers, string value, string kind)
    {
        await Do("{\"type\":\"person\",\"action\":\"identify\",\"identifiers\":" + identifiers + ",\"attributes\":{\"a\":1.5,\"o\":{\"x\":null}}}");

        var person = Server.Person(value)!;
        Assert.That((string?)person["identifiers"]![kind], Is.EqualTo(value));
        Assert.That(Compact(person["attributes"]), Is.EqualTo("""{"a":1.5,"o":{"x":null}}"""));
    }

    [Test]
    public async Task PersonIdentify_ByBareCioId_ChangesIdentifiersAndAnUnknownOneIsDropped()
    {
        await Put("/api/v1/customers/ann");
        var cioId = (string)Server.Person("ann")!["identifiers"]!["cio_id"]!;
        await Do($$$"""{"type":"person","action":"identify","identifiers":{"cio_id":"{{{cioId}}}"},"attributes":{"id":"anna"}}""");
        Assert.That((string?)Server.Person("anna")!["identifiers"]!["cio_id"], Is.EqualTo(cioId));

        await Do("""{"type":"person","action":"identify","identifiers":{"cio_id":"zz"},"attributes":{"a":1}}""");
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_attribute_change: cio_id is unknown or deleted" }));
    }

    [Test]
    public async Task PersonIdentify_WithUpdateOnlyAndOldTimestamps_IsDroppedWith200()
    {
        await Do(Person("identify", """ "attributes":{"_update":true}"""));
        Assert.That(Server.Person("ann"), Is.Null);
        await Do(Person("identify", """ "attributes":{"a":1}"""));
        await Do(Person("identify", """ "attributes":{"a":2},"timestamp":1500000000"""));
        Assert.That(Compact(Server.Person("ann")!["attributes"]), Is.EqualTo("""{"a":1}"""));
        await Do(Person("identify", """ "attributes":{"a":3},"timestamp":"soon" """));
        Assert.That(Compact(Server.Person("ann")!["attributes"]), Is.EqualTo("""{"a":3}"""), "a timestamp that is none counts as now");
    }

    [TestCase("event")]
    [TestCase("page")]
    [TestCase("screen")]
    public async Task PersonEvents_OfEachKind_CarryAttributes(string action)
    {
        await Do(Person(action, """ "name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD","timestamp":1700000000,"attributes":{"x":[1]}"""));
        await Do(Person(action, """ "name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD" """));

        Assert.That(
            Compact(Server.Person("ann")!["events"]),
            Is.EqualTo($$$"""[{"id":"01HB4HBDKTFWYZCK01DMRSWRFD","type":"{{{action}}}","name":"n","timestamp":1700000000,"data":{"x":[1]}}]""")
        );
    }

    [Test]
    public async Task PersonEvent_OfAnAnonymousId_WaitsForThePerson()
    {
        await Do("""{"type":"person","action":"event","identifiers":{"anonymous_id":"x1"},"name":"n"}""");
        await Do(Person("identify", """ "attributes":{"anonymous_id":"x1"}"""));

        Assert.That((JArray)Server.Person("ann")!["events"]!, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task PersonDevice_AddedAndDeleted_GoesByItsToken()
    {
        await Do(Person("add_device", """ "device":{"token":"t1","platform":"android","last_used":1700000000,"attributes":{"a":"b"}}"""));
        Assert.That(
            Compact(Server.Person("ann")!["devices"]),
            Is.EqualTo("""[{"id":"t1","platform":"android","last_used":1700000000,"attributes":{"a":"b"}}]""")
        );
        await Do(Person("delete_device", """ "device":{"token":"t1"}"""));
        Assert.That((JArray)Server.Person("ann")!["devices"]!, Is.Empty);
    }

    [Test]
    public async Task PersonDeleteSuppressUnsuppressAndMerge_DoAsInV1()
    {
        await Put("/api/v1/customers/ann", """{"a":1}""");
        await Put("/api/v1/customers/bob", """{"b":1}""");
        await Do("""{"type":"person","action":"merge","primary":{"id":"ann"},"secondary":{"id":"bob"}}""");
        Assert.That(Compact(Server.Person("ann")!["attributes"]), Is.EqualTo("""{"a":1,"b":1}"""));
        await Do(Person("delete"));
        Assert.That(Server.Person("ann"), Is.Null);
        await Do(Person("suppress"));
        await Put("/api/v1/customers/ann");
        Assert.That(Server.Person("ann"), Is.Null);
        await Do(Person("unsuppress"));
        await Put("/api/v1/customers/ann");
        Assert.That(Server.Person("ann"), Is.Not.Null);
    }

    [Test]
    public async Task Relationships_FromEitherSideAndInV1_AreTheSame()
    {
        const string Expected = """[{"object_type_id":"1","identifiers":{"object_id":"acme","cio_object_id":"ob000001"},"attributes":{"role":"boss"}}]""";
        var deleteByPerson = Person("delete_relationships", """ "cio_relationships":[{"identifiers":{"cio_object_id":"ob000001"}}] """);
        var deleteByObject = Object("delete_relationships", "\"cio_relationships\":[{" + Ann + "}]");
        foreach (
            var (add, delete) in ((string, string)[])
                [
                    (Person("identify", AcmeAsBoss), deleteByPerson),
                    (Person("add_relationships", AcmeAsBoss), deleteByObject),
                    (Object("identify", AnnAsBoss), deleteByPerson),
                    (Object("add_relationships", AnnAsBoss), deleteByObject),
                ]
        )
        {
            await Do(add);
            Assert.That(Compact(Server.Person("ann")!["relationships"]), Is.EqualTo(Expected), add);
            await Do(delete);
            Assert.That((JArray)Server.Person("ann")!["relationships"]!, Is.Empty, delete);
        }

        var v1 = AcmeAsBoss.Replace("\"cio_relationships\"", "\"relationships\"", StringComparison.Ordinal);
        await Put("/api/v1/customers/ann", "{\"cio_relationships\":{\"action\":\"add_relationships\"," + v1 + "}}");
        Assert.That(Compact(Server.Person("ann")!["relationships"]), Is.EqualTo(Expected));
        Assert.That(Compact(Server.Person("ann")!["attributes"]), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Object_IdentifiedAndDeleted_KeepsItsAttributesAndLeavesNoRelationship()
    {
        await Do(Object("identify", """ "attributes":{"name":"Acme","n":1,"gone":1}"""));
        await Do("""{"type":"object","action":"identify","identifiers":{"cio_object_id":"ob000001"},"attributes":{"n":2,"gone":""}}""");
        Assert.That(Compact((await Get("/_sandbox/objects")).Json["objects"]!.Single()["attributes"]), Is.EqualTo("""{"name":"Acme","n":2}"""));

        await Do(Person("add_relationships", AcmeAsBoss));
        await Do(Object("delete"));
        Assert.That((JArray)(await Get("/_sandbox/objects")).Json["objects"]!, Is.Empty);
        Assert.That((JArray)Server.Person("ann")!["relationships"]!, Is.Empty);
    }

    [Test]
    public async Task Object_IdentifiedForAnAnonymousId_WaitsForThePerson()
    {
        await Do(Object("identify_anonymous", """ "cio_relationships":[{"identifiers":{"anonymous_id":"x1"}}]"""));
        await Put("/api/v1/customers/ann", """{"anonymous_id":"x1"}""");

        Assert.That((JArray)Server.Person("ann")!["relationships"]!, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task DeliveryEvent_IsAMetric()
    {
        await Do("""{"type":"delivery","action":"event","identifiers":{"id":"d1"},"name":"opened","timestamp":1700000000,"attributes":{"device_token":"t"}}""");

        Assert.That(Compact((await Get("/_sandbox/deliveries")).Json["deliveries"]![0]!["metrics"]), Is.EqualTo("""{"opened":1700000000}"""));
    }

    [TestCase("""[]""", "invalid||an operation must be a JSON object")]
    [TestCase("""{}""", "required|type|must be one of person, object, delivery")]
    [TestCase("""{"type":"Person","action":"identify"}""", "invalid|type|must be one of person, object, delivery")]
    [TestCase("""{"type":"delivery","action":"delete"}""", "invalid|action|must be one of event")]
    [TestCase("""{"type":"person","action":"delete"}""", "required|identifiers|must be an object")]
    [TestCase("""{"type":"person","action":"delete","identifiers":{}}""", "required|identifiers|must have exactly one of id, email, phone, cio_id")]
    [TestCase(
        """{"type":"person","action":"delete","identifiers":{"id":"a","email":"b"}}""",
        "invalid|identifiers|must have exactly one of id, email, phone, cio_id"
    )]
    [TestCase("""{"type":"person","action":"delete","identifiers":{"id":" "}}""", "required|identifiers.id|cannot be blank")]
    [TestCase(
        """{"type":"person","action":"delete","identifiers":{"phone":"0123"}}""",
        "invalid|identifiers.phone|must be an E.164 number such as +43123456789"
    )]
    [TestCase("""{"type":"person","action":"event","identifiers":{"id":"a"}}""", "required|name|cannot be blank")]
    [TestCase("""{"type":"person","action":"event","identifiers":{"id":"a"},"name":"n","attributes":[]}""", "invalid|attributes|must be an object")]
    [TestCase(
        """{"type":"person","action":"add_device","identifiers":{"id":"a"},"device":{"id":"t","platform":"ios"}}""",
        "required|device.token|cannot be blank"
    )]
    [TestCase("""{"type":"person","action":"merge","primary":{"id":"a"}}""", "required|secondary|must be an object")]
    [TestCase("""{"type":"person","action":"add_relationships","identifiers":{"id":"a"}}""", "required|cio_relationships|must be a list")]
    [TestCase("""{"type":"person","action":"add_relationships","identifiers":{"id":"a"},"cio_relationships":{}}""", "invalid|cio_relationships|must be a list")]
    [TestCase(
        """{"type":"object","action":"delete","identifiers":{"object_type_id":"x","object_id":"a"}}""",
        "invalid|identifiers.object_type_id|must be the number of an object type, as a string"
    )]
    [TestCase("""{"type":"object","action":"delete","identifiers":{"object_type_id":"1"}}""", "required|identifiers.object_id|cannot be blank")]
    [TestCase("""{"type":"delivery","action":"event","identifiers":{"id":"d"},"name":"read"}""", "invalid|name|must be one of opened, converted, delivered")]
    public async Task Operation_ThatIsWrong_Is400WithReasonFieldAndMessage(string operation, string problem)
    {
        var reply = await Post("/api/v2/entity", operation);

        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(reply.Json["errors"]!.Select(e => $"{e["reason"]}|{e["field"]}|{e["message"]}"), Is.EqualTo(new[] { problem }));
    }

    [Test]
    public async Task Value_TooLong_IsToldInTheVendorsWords()
    {
        var reply = await Post("/api/v2/entity", Person("identify", $$$""" "attributes":{"plan":"{{{new string('x', 1001)}}}"}"""));

        Assert.That(
            reply.Body,
            Is.EqualTo("""{"errors":[{"reason":"invalid","field":"attributes.plan","message":"property value cannot be longer than 1000 bytes"}]}""" + "\n")
        );
    }

    [TestCase(32_768, 200)]
    [TestCase(32_769, 400)]
    public async Task Operation_OfSoManyBytes_IsAnswered(int bytes, int status)
    {
        const string Start = """{"type":"person","action":"event","identifiers":{"id":"a"},"name":"n","attributes":{"x":""";
        Assert.That((await Post("/api/v2/entity", $$$"""{{{Start}}}"{{{new string('x', bytes - Start.Length - 4)}}}"}}""")).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Body_ThatIsNoJson_IsToldInTheEnvelopeOfV2()
    {
        foreach (var path in (string[])["/api/v2/entity", "/api/v2/batch"])
        {
            var reply = await Post(path, "{");
            Assert.That((reply.Status, (string?)reply.Json["errors"]![0]!["reason"]), Is.EqualTo((400, "invalid")), path);
        }
    }
}
