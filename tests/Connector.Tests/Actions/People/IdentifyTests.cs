using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.People;

public class IdentifyTests
{
    private const string Person = "PUT https://track.customer.io/api/v1/customers/u1";
    private const string Entity = "POST https://track.customer.io/api/v2/entity";

    [Test]
    public async Task RunAsync_WithData_PutsExactlyTheseValues()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", """{"id":"u1","customerData":{"plan":"pro","n":1.50,"tags":["a"],"nested":{"x":null},"on":true,"none":null}}""");
        Assert.That(
            bench.Wire.Only.Text,
            Is.EqualTo(
                """
                PUT https://track.customer.io/api/v1/customers/u1
                Authorization: Basic c2l0ZS1pZC1vZi10aGUtdGVzdHM6c2VjcmV0LWFwaS1rZXktMDAwMDE=
                Content-Type: application/json

                {"plan":"pro","n":1.50,"tags":["a"],"nested":{"x":null},"on":true,"none":null}
                """
            )
        );
    }

    [TestCase("""{"id":"u1"}""")]
    [TestCase("""{"id":"u1","customerData":null}""")]
    [TestCase("""{"id":"u1","customerData":{}}""")]
    public Task RunAsync_WithoutData_PutsAnEmptyObject(string input) => new Exchange(Person, "{}").RunAsync("identify", input);

    [TestCase("42", "42")]
    [TestCase("-7", "-7")]
    [TestCase("9007199254740993", "9007199254740993")]
    [TestCase("123456789012345678901234567890", "123456789012345678901234567890")]
    [TestCase("\"007\"", "007")]
    public Task RunAsync_IntegerId_IsSentAsItsDecimalText(string id, string expected) =>
        new Exchange("PUT https://track.customer.io/api/v1/customers/" + expected, "{}").RunAsync("identify", $$"""{"id":{{id}}}""");

    [TestCase("1.5")]
    [TestCase("true")]
    [TestCase("[]")]
    [TestCase("{}")]
    public async Task RunAsync_IdOfAnotherType_IsRefused(string id)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("identify", $$"""{"id":{{id}}}""");
        Assert.That(failure.Problems.Single(), Is.EqualTo(new Problem("/id", "must be a text or a whole number.")));
    }

    [Test]
    public async Task RunAsync_Success_ReturnsTheResultOfTheContract()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync("identify", """{"id":"u1"}""");
        Assert.That(
            JToken.DeepEquals(
                result.ToJson(),
                Bench.Json(
                    """
                    {"status":"succeeded","data":{},"warnings":[],"request":
                      {"method":"PUT","url":"https://track.customer.io/api/v1/customers/u1","count":1,"attempts":1,"durationMs":0,"waitedMs":0,
                       "httpStatus":200}}
                    """
                )
            ),
            result.ToJson().ToString()
        );
    }

    [Test]
    public async Task RunAsync_EveryInput_InV1()
    {
        var exchange = new Exchange(
            Person,
            """
            {"plan":"pro","created_at":1769851800,"anonymous_id":"anon","unsubscribed":false,
            "cio_subscription_preferences":{"topics":{"topic_1":true,"topic_2":false}},
            "_update":true,"old":"","_timestamp":1769851800,"cio_relationships":{"action":"add_relationships","relationships":[
            {"identifiers":{"object_type_id":"1","object_id":"7"},"relationship_attributes":{"role":null}},{"identifiers":{"object_type_id":"2",
            "object_id":"b"}}]}}
            """.ReplaceLineEndings("")
        );
        await exchange.RunAsync("identify", AllInputs);
    }

    [Test]
    public async Task RunAsync_EveryInput_InV2()
    {
        var exchange = new Exchange(
            Entity,
            """
            {"type":"person","identifiers":{"email":"ada@localhost"},"action":"identify","attributes":{"plan":"pro","created_at":1769851800,
            "anonymous_id":"anon","unsubscribed":false,
            "cio_subscription_preferences":{"topics":{"topic_1":true,"topic_2":false}},"_update":true,"old":""},"cio_relationships":[
            {"identifiers":{"object_type_id":"1","object_id":"7"},"relationship_attributes":{"role":null}},{"identifiers":{"object_type_id":"2",
            "object_id":"b"}}],"timestamp":1769851800}
            """.ReplaceLineEndings("")
        );
        var input = Bench.Json(AllInputs);
        (input["id"], input["idType"]) = ("ada@localhost", "email");
        await exchange.RunAsync("identify", input);
    }

    private const string AllInputs = """
        {"id":"u1","customerData":{"plan":"pro"},"createdAt":"2026-01-31T09:30:00Z","anonymousId":"anon","unsubscribed":false,
         "subscriptionPreferences":{"1":true,"topic_2":false},"updateOnly":true,
         "removeAttributes":["old"],"relationships":[{"objectTypeId":1,"objectId":7,"attributes":{"role":null}},{"objectTypeId":"2","objectId":"b"}],
         "occurredAt":1769851800}
        """;

    [Test]
    public async Task RunAsync_InputAndDataSetTheSame_TheInputWinsWithAWarning()
    {
        var exchange = new Exchange(Person, """{"created_at":1769851800,"unsubscribed":false,"a":""}""");
        var result = await exchange.RunAsync(
            "identify",
            """{"id":"u1","customerData":{"created_at":1700000000,"unsubscribed":true,"a":2},"createdAt":"""
                + """1769851800,"unsubscribed":false,"removeAttributes":["a"]}"""
        );
        Assert.That(result.Warnings, Has.Count.EqualTo(3).And.All.Contains("was not sent"));
    }

    [TestCase("1769851800000", "1769851800", "milliseconds: 2026-01-31T09:30:00Z")]
    [TestCase("\"1769851800000\"", "1769851800", "milliseconds: 2026-01-31T09:30:00Z")]
    [TestCase("\"2027-01-31T09:30:00.5+02:00\"", "1801380600", "in the future: 2027-01-31T07:30:00Z")]
    public async Task RunAsync_TimeThatMayNotBeMeant_IsSentWithAWarning(string time, string seconds, string warning)
    {
        var exchange = new Exchange(Person, $$"""{"created_at":{{seconds}}}""");
        var result = await exchange.RunAsync("identify", $$"""{"id":"u1","createdAt":{{time}}}""");
        Assert.That(result.Warnings.Single(), Does.StartWith("/createdAt").And.Contain(warning));
    }

    [TestCase("topic_x")]
    [TestCase("")]
    public async Task RunAsync_PreferenceOfNoTopic_IsAnInputError(string topic)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("identify", $$$"""{"id":"u1","subscriptionPreferences":{"{{{topic}}}":true}}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/subscriptionPreferences/" + topic));
    }

    [Test]
    public async Task RunAsync_ControlsAmongTheDataInV2_AreLiftedOrRefused()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("identify", """{"id":"+4312345","idType":"phone","customerData":{"a":1,"_timestamp":1700000000}}""");
        Assert.That(
            bench.Wire.Only.BodyText,
            Is.EqualTo("""{"type":"person","identifiers":{"phone":"+4312345"},"action":"identify","attributes":{"a":1},"timestamp":1700000000}""")
        );
        var failure = await bench.FailAsync("identify", """{"id":"+4312345","idType":"phone","customerData":{"cio_relationships":{}}}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/customerData/cio_relationships"));
    }
}
