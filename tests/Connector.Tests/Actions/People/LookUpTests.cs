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
