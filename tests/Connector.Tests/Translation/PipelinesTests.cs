using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>Events that go to the Pipelines API as they are.</summary>
public class PipelinesTests
{
    private static readonly Connection s_connection = new() { PipelinesApiKey = "source-key", Region = Region.Eu };

    [TestCase(
        """{"type":"Identify","messageId":"m","userId":7,"traits":{"email":" a@example.com","createdAt":"2026-01-30","unsubscribed":"true"},"writeKey":"w"}""",
        """/v1/identify {"type":"identify","messageId":"m","userId":"7","traits":{"email":"a@example.com","createdAt":"2026-01-30","unsubscribed":true}}"""
    )]
    [TestCase(
        """{"type":"identify","userId":"","traits":{"email":"ada@example.com"},"timestamp":1769851800}""",
        """/v1/identify {"type":"identify","userId":null,"traits":{"email":"ada@example.com"},"timestamp":"2026-01-31T09:30:00Z"}"""
    )]
    [TestCase(
        """{"type":"track","anonymousId":"a1","event":"Bought","properties":{"list":[1]},"context":{"ip":"::1"},"integrations":{"All":false}}""",
        """/v1/track {"type":"track","anonymousId":"a1","event":"Bought","properties":{"list":[1]},"context":{"ip":"::1"},"integrations":{"All":false}}"""
    )]
    [TestCase("""{"type":"track","groupId":"acme","event":"Renewed"}""", """/v1/track {"type":"track","groupId":"acme","event":"Renewed"}""")]
    [TestCase("""{"type":"page","userId":"7","name":"Pricing"}""", """/v1/page {"type":"page","userId":"7","name":"Pricing"}""")]
    [TestCase("""{"type":"screen","userId":"7"}""", """/v1/screen {"type":"screen","userId":"7"}""")]
    [TestCase(
        """{"type":"group","userId":"7","groupId":"acme","traits":{"size":3}}""",
        """/v1/group {"type":"group","userId":"7","groupId":"acme","traits":{"size":3}}"""
    )]
    [TestCase("""{"type":"alias","userId":"7","previousId":"a1"}""", """/v1/alias {"type":"alias","userId":"7","previousId":"a1"}""")]
    [TestCase("""{"type":"record","userId":"7"}""", "/type: ")]
    [TestCase("""{"type":"track","userId":"7"}""", "/event: is missing")]
    [TestCase("""{"type":"track","event":"Bought","properties":{"email":"ada@example.com"}}""", "/userId: is missing")]
    [TestCase("""{"type":"track","userId":"undefined","event":"Bought"}""", "/userId: ")]
    [TestCase("""{"type":"identify","userId":"7","traits":{"email":"no address"}}""", "/traits/email: ")]
    [TestCase("""{"type":"group","userId":"7"}""", "/groupId: is missing")]
    [TestCase("""{"type":"alias","userId":"7"}""", "/previousId: is missing")]
    [TestCase("""{"type":"page","userId":"7","properties":[1]}""", "/properties: must be an object")]
    public void Call_GoesAsItIs_OrIsRefused(string json, string expected)
    {
        var input = Bench.Json(json);
        var before = input.DeepClone();
        var translated = Translator.Translate(input, EventSettings.Of("connector").To("pipelines"), Translated.Now);
        Assert.That(JToken.DeepEquals(input, before), Is.True, "the caller's event was changed");
        Assert.That(
            translated.Refused ?? string.Concat(translated.Requests.Select(r => $"{r.Path} {System.Text.Encoding.UTF8.GetString(r.Body!.ToBytes())}")),
            expected[0] == '/' && expected.StartsWith("/v1/", StringComparison.Ordinal) ? Is.EqualTo(expected) : Does.StartWith(expected)
        );
    }

    [Test]
    public void Call_OfOneTooLong_IsRefusedBeforeItIsLost()
    {
        var json = new JObject
        {
            ["type"] = "track",
            ["userId"] = "7",
            ["event"] = "e",
            ["properties"] = new JObject { ["x"] = new string('x', 32_000) },
        };
        Assert.That(Translator.Translate(json, EventSettings.Of("connector").To("pipelines"), Translated.Now).Refused, Does.Contain("32000"));
    }

    [TestCase("""{"profile":"segment"}""", "/profile")]
    [TestCase("""{"deviceEvent":"x"}""", "/deviceEvent")]
    [TestCase("""{"createdAtNow":true}""", "/createdAtNow")]
    [TestCase("""{"convertTimestamps":false}""", "/convertTimestamps")]
    [TestCase("""{"reservedEvents":true}""", "/reservedEvents")]
    [TestCase("""{"emailOnEveryCall":true}""", "/emailOnEveryCall")]
    [TestCase("""{"records":"person"}""", "/records")]
    [TestCase("""{"recordSegment":7}""", "/recordSegment")]
    public async Task RuleOfTheTranslation_ForPipelines_IsRefused(string rule, string path)
    {
        using var bench = new Bench();
        var input = Bench.Json("""{"api":"pipelines","event":{"type":"track","userId":"7","event":"e"}}""");
        input.Merge(Bench.Json(rule));
        var failure = await bench.FailAsync("send-event", ConnectorJson.ToText(input));
        Assert.That(failure.Problems.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public void Consent_ThatIsDenied_KeepsTheEventHere()
    {
        var settings = EventSettings.Of("connector") with { Consents = ["Marketing"] };
        var json = Bench.Json("""{"type":"track","userId":"7","event":"e","context":{"consentManagement":{"deniedConsentIds":["Marketing"]}}}""");
        Assert.That(Translator.Translate(json, settings.To("pipelines"), Translated.Now).Skipped, Does.Contain("Marketing"));
    }

    [Test]
    public async Task One_GoesToTheRegionsHost_StrictAndWithItsKey()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync(
            "send-event",
            """{"api":"pipelines","event":{"type":"track","messageId":"m","userId":"7","event":"e"}}""",
            connection: s_connection
        );
        var sent = bench.Wire.Only;
        Assert.Multiple(() =>
        {
            Assert.That(sent.Url, Is.EqualTo("https://cdp-eu.customer.io/v1/track"));
            Assert.That(sent.ToString(), Does.Contain("X-Strict-Mode: 1").And.Contain("Basic " + Convert.ToBase64String("source-key:"u8)));
            Assert.That(result.Request.EventId, Is.EqualTo("m"));
        });
    }

    [Test]
    public async Task Many_TravelInOneBatch_AndTheRefusedOneIsFound()
    {
        var bad = Answer.Status(400, """{"meta":{"errors":["event cannot be blank"]}}""");
        using var bench = new Bench(Wire.Always(r => r.BodyText.Contains("BAD", StringComparison.Ordinal) ? bad : Answer.Ok()));
        var result = await bench.RunAsync(
            "send-event",
            """
            {"api":"pipelines","events":[{"type":"identify","userId":"7"},{"type":"track","userId":"8","event":"BAD"},{"type":"page","userId":"9"}]}
            """,
            connection: s_connection
        );
        Assert.Multiple(() =>
        {
            Assert.That(bench.Wire.Requests.Select(r => r.Url).Distinct(), Is.EqualTo(new[] { "https://cdp-eu.customer.io/v1/batch" }));
            Assert.That(bench.Wire.Requests.Select(r => r.ToString()), Has.All.Contain("X-Strict-Mode: 1"));
            Assert.That((int)result.Data["succeeded"]!, Is.EqualTo(2));
            Assert.That(result.Data["failed"]!.Select(f => $"{f["index"]} {f["message"]}"), Is.EqualTo(new[] { "1 event cannot be blank" }));
        });
    }

    [Test]
    public async Task WithoutTheKey_ItSaysWhichOne()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "send-event",
            """{"api":"pipelines","event":{"type":"page","userId":"7"}}""",
            new Connection { SiteId = "s", ApiKey = "k" }
        );
        Assert.That(failure.Message, Does.Contain("CUSTOMERIO_PIPELINES_API_KEY"));
    }
}
