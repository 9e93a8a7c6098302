using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.People;

public class LookUpTests
{
    [TestCase("123", "id", "https://api.customer.io/v1/customers/123/attributes?id_type=id")]
    [TestCase("ada+1@example.com", "auto", "https://api.customer.io/v1/customers/ada%2B1%40example.com/attributes?id_type=email")]
    [TestCase("a3000001", "cio_id", "https://api.customer.io/v1/customers/cio_a3000001/attributes?id_type=cio_id")]
    [TestCase("+43123456789", "phone", "https://api.customer.io/v1/customers/%2B43123456789/attributes?id_type=phone")]
    public async Task GetPerson_EachKindOfId_IsNamedInTheQuery(string id, string kind, string url)
    {
        var exchange = new Exchange("GET " + url, answer: """{"customer":{"id":"123"}}""");
        await exchange.RunAsync("get-person", new JObject { ["id"] = id, ["idType"] = kind });
    }

    [Test]
    public async Task GetPerson_AttributesAndDevices_AreOneRequest()
    {
        using var bench = new Bench(Answer.Ok("""{"customer":{"id":"123","new":{"x":1}}}"""), Answer.Ok("""{"segments":null}"""));
        var result = await bench.RunAsync("get-person", """{"id":"123","include":["devices","segments","attributes"]}""");
        Assert.That(result.Data.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"customer":{"id":"123","new":{"x":1}},"segments":[]}"""));
    }

    [Test]
    public async Task GetPerson_RelationshipsPreferencesAndOptOuts_AreRequestsOfTheirOwn()
    {
        using var bench = new Bench(
            Answer.Ok("""{"cio_relationships":[{"object_type_id":1}],"next":"a"}"""),
            Answer.Ok("""{"cio_relationships":[{"object_type_id":2}],"next":""}"""),
            Answer.Ok("""{"optouts":[{"channel":"sms"}]}"""),
            Answer.Ok("""{"customer":{"topics":[{"id":1}]}}""")
        );
        var result = await bench.RunAsync("get-person", """{"id":"123","include":["relationships","preferences","optouts"],"language":"de"}""");
        Assert.That(
            bench.Wire.Requests.Select(r => new Uri(r.Url).PathAndQuery),
            Is.EqualTo(
                new[]
                {
                    "/v1/customers/123/relationships?id_type=id&limit=1000",
                    "/v1/customers/123/relationships?id_type=id&limit=1000&start=a",
                    "/v1/customers/123/optouts?id_type=id",
                    "/v1/customers/123/subscription_preferences?id_type=id&language=de",
                }
            )
        );
        Assert.That(
            result.Data.ToString(Newtonsoft.Json.Formatting.None),
            Is.EqualTo(
                """{"cio_relationships":[{"object_type_id":1},{"object_type_id":2}],"optouts":[{"channel":"sms"}],"preferences":{"topics":[{"id":1}]}}"""
            )
        );
    }

    [Test]
    public async Task GetPerson_AllMessagesAndActivities_AreReadToTheEnd()
    {
        using var bench = new Bench(
            Answer.Ok("""{"messages":[1],"next":"m"}"""),
            Answer.Ok("""{"messages":[2],"next":""}"""),
            Answer.Ok("""{"activities":[3],"next":""}""")
        );
        var result = await bench.RunAsync("get-person", """{"id":"123","include":["messages","activities"],"all":true}""");
        Assert.That(bench.Wire.Requests.Select(r => new Uri(r.Url).Query.Split("limit=")[1]), Is.EqualTo(new[] { "1000", "1000&start=m", "100" }));
        Assert.That(result.Data.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"messages":[1,2],"activities":[3]}"""));
    }

    [Test]
    public async Task GetPeople_PhoneNumbers_AreFoundByTheAttribute()
    {
        var exchange = new Exchange(
            "POST https://api.customer.io/v1/customers/attributes?id_type=phone",
            """{"ids":["+43123456789","+43123456780"]}""",
            answer: """{"customers":[{"customer":{"identifiers":{"id":"7"},"attributes":{"phone":"+43123456789"}}}]}"""
        );
        var result = await exchange.RunAsync("get-people", """{"ids":["+43123456789","+43123456780"],"idType":"phone"}""");
        Assert.That(result.Data["missing"]!.Select(m => (string?)m), Is.EqualTo(new[] { "+43123456780" }));
    }

    [TestCase("list-messages", "{", "/v1/messages?get_tracked_responses=true")]
    [TestCase("list-campaign-messages", """{"campaign":3,""", "/v1/campaigns/3/messages?get_tracked_responses=true")]
    [TestCase("get-message", """{"messageId":"a",""", "/v1/messages/a?get_tracked_responses=true")]
    public async Task Messages_TrackedResponses_AreAskedFor(string action, string input, string url)
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(action, input + "\"trackedResponses\":true}");
        Assert.That(new Uri(bench.Wire.Only.Url).PathAndQuery, Is.EqualTo(url));
    }

    [Test]
    public async Task GetPeople_ManyIds_GoInHundredsAndTheMissingAreNamed()
    {
        using var bench = new Bench(
            Wire.Always(r =>
                Answer.Ok(
                    new JObject
                    {
                        ["customers"] = new JArray(
                            Bench.Json(r.BodyText)["ids"]!.Where(i => (string)i! != "u5").Select(i => new JObject { ["customer"] = new JObject { ["id"] = i } })
                        ),
                    }.ToString()
                )
            )
        );
        var result = await bench.RunAsync("get-people", new JObject { ["ids"] = new JArray(Enumerable.Range(0, 250).Select(i => "u" + i)) });
        Assert.That(bench.Wire.Requests.Select(r => Bench.Json(r.BodyText)["ids"]!.Count()), Is.EqualTo(new[] { 100, 100, 50 }));
        Assert.That(result.Data["customers"]!.Count(), Is.EqualTo(249));
        Assert.That(result.Data["missing"]!.Select(i => (string?)i), Is.EqualTo(new[] { "u5" }));
    }

    [Test]
    public async Task ListCampaignMessages_Window_IsSentInSeconds()
    {
        var exchange = new Exchange(
            "GET https://api.customer.io/v1/campaigns/3/messages?metric=bounced&start_ts=1767225600&end_ts=1767312000",
            answer: """{"messages":[]}"""
        );
        await exchange.RunAsync("list-campaign-messages", """{"campaign":3,"metric":"bounced","startTime":"2026-01-01T00:00:00Z","endTime":1767312000000}""");
    }

    [TestCase("""{"errors":[{"detail":"invalid credentials (reference a1b2c3)","status":"401"}]}""", 401, FailureKind.Connection)]
    [TestCase("""{"errors":[{"detail":"not found (reference a1b2c3)","status":"404","source":{"pointer":"/id"}}]}""", 404, FailureKind.Rejected)]
    public async Task Refusal_OfTheAppApi_KeepsItsReference(string body, int status, FailureKind kind)
    {
        using var bench = new Bench(Answer.Status(status, body));
        var failure = await bench.FailAsync("get-segment", """{"segment":"7"}""");
        Assert.That(failure.Kind, Is.EqualTo(kind));
        Assert.That(failure.Message, Does.Contain("a1b2c3"));
        Assert.That(failure.Problems.Single().Path, Is.EqualTo(status == 404 ? "/id" : ""));
    }
}
