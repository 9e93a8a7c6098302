using CustomerIo.Connector.Tests.Values;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using FsCheck;
using FsCheck.Fluent;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>The default profile, and what holds in all of them.</summary>
public class TranslatorTests
{
    private static readonly string[] s_profiles = [.. Profile.All.Select(p => p.Name)];

    [TestCase(
        """{"type":"identify","userId":"7","anonymousId":"a","timestamp":1769851800123,"traits":"""
            + """{"email":"ada@example.com","createdAt":"2026-01-31","at":"2026-01-31","x":null}}""",
        """POST /api/v2/entity {"type":"person","identifiers":{"id":"7"},"action":"identify","attributes":"""
            + """{"email":"ada@example.com","at":1769817600,"x":null,"created_at":1769817600,"anonymous_id":"a"},"timestamp":1769851800}"""
    )]
    [TestCase(
        """{"type":"track","userId":"7","event":"Bought","messageId":"m"}""",
        """POST /api/v2/entity {"type":"person","identifiers":{"id":"7"},"action":"event","name":"Bought","id":"ULID"}"""
    )]
    [TestCase(
        """{"type":"track","anonymousId":"a","event":"Bought","messageId":"m","properties":{}}""",
        """POST /api/v1/events {"data":{},"name":"Bought","type":"event","id":"ULID","anonymous_id":"a"}"""
    )]
    [TestCase(
        """{"type":"page","userId":"7","name":"Home","context":{"page":{"url":"https://example.com"}}}""",
        """POST /api/v2/entity {"type":"person","identifiers":{"id":"7"},"action":"page","name":"https://example.com"}"""
    )]
    [TestCase(
        """{"type":"screen","userId":"7","name":"Main"}""",
        """POST /api/v2/entity {"type":"person","identifiers":{"id":"7"},"action":"screen","name":"Main"}"""
    )]
    [TestCase(
        """{"type":"group","userId":"7","groupId":"acme","objectTypeId":2,"traits":{"name":"Acme"},"relationshipAttributes":{"role":"owner"}}""",
        """POST /api/v2/entity {"type":"object","identifiers":{"object_type_id":"2","object_id":"acme"},"action":"identify","attributes":"""
            + """{"name":"Acme"},"cio_relationships":[{"identifiers":{"id":"7"},"relationship_attributes":{"role":"owner"}}]}"""
    )]
    [TestCase(
        """{"type":"group","groupId":"acme","traits":{"name":"Acme","createdAt":null}}""",
        """POST /api/v2/entity {"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"identify","attributes":{"name":"Acme"}}"""
    )]
    [TestCase(
        """{"type":"group","groupId":"acme","traits":{"createdAt":"2026-01-31"}}""",
        """POST /api/v2/entity {"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"identify","attributes":"""
            + """{"created_at":1769817600}}"""
    )]
    [TestCase(
        """{"type":"alias","userId":"7","previousId":"8"}""",
        """POST /api/v2/entity {"type":"person","action":"merge","primary":{"id":"7"},"secondary":{"id":"8"}}"""
    )]
    [TestCase("""{"type":"identify","anonymousId":"a"}""", "/userId: is missing, and no e-mail address stands in for it; nobody unknown can be identified.")]
    [TestCase(
        """{"type":"track","userId":"7","event":"e","timestamp":"yesterday"}""",
        "/timestamp: must be Unix seconds, Unix milliseconds or ISO 8601 with Z or an offset, such as 2026-01-31T09:30:00Z."
    )]
    public void ConnectorProfile_FollowsThePublishedContract(string json, string expected) =>
        Assert.That(Translated.Text("connector", json), Is.EqualTo(expected));

    [Test]
    public void ConnectorProfile_LongName_IsRefusedWithItsField()
    {
        Assert.That(Translated.Text("connector", $$"""{"type":"track","userId":"7","event":"{{new string('é', 50)}}"}"""), Does.StartWith("POST"));
        Assert.That(
            Translated.Text("connector", $$"""{"type":"track","userId":"7","event":"{{new string('é', 51)}}"}"""),
            Is.EqualTo("/event: is a name of 102 bytes; Customer.io takes at most 100.")
        );
    }

    [TestCase("""{"userId":"7"}""", "/type: is missing")]
    [TestCase("""{"type":"purchase"}""", "/type: \"purchase\" is no known call")]
    [TestCase("""{"type":5}""", "/type: \"5\" is no known call")]
    [TestCase("""{"type":{}}""", "/type: must be text")]
    [TestCase("""{"type":"track","userId":"7"}""", "/event: is missing")]
    [TestCase("""{"type":"track","userId":"7","event":5}""", "/event: is missing")]
    [TestCase("""{"type":"track","userId":true,"event":"e"}""", "/userId: must be text or a number.")]
    [TestCase("""{"type":"track","userId":["7"],"event":"e"}""", "/userId: must be text or a number.")]
    [TestCase("""{"type":"track","userId":"..","event":"e"}""", "/userId: \"..\" cannot be sent")]
    [TestCase("""{"type":"track","userId":".","event":"e"}""", "/userId: \".\" cannot be sent")]
    [TestCase("""{"type":"track","userId":"","event":"e"}""", "/userId: is missing")]
    [TestCase("""{"type":"track","userId":null,"anonymousId":"  ","event":"e"}""", "/userId: is missing")]
    [TestCase("""{"type":"track","userId":"7","event":"e","properties":[1]}""", "/properties: must be an object.")]
    [TestCase("""{"type":"identify","userId":"7","traits":"x"}""", "/traits: must be an object.")]
    [TestCase("""{"type":"alias","previousId":"7"}""", "/userId: is missing")]
    public void EveryProfile_WrongEvent_IsRefusedWithFieldAndRule(string json, string reason) =>
        Assert.Multiple(() =>
        {
            foreach (var profile in s_profiles.Where(p => Profile.Find(p).Calls.Contains("alias") || !json.Contains("alias", StringComparison.Ordinal)))
            {
                Assert.That(Translated.Text(profile, json), Does.StartWith(reason), profile);
            }
        });

    [Test]
    public void EveryProfile_OversizeEvents_AreRefused() =>
        Assert.Multiple(() =>
        {
            var json = $$$"""{"type":"track","userId":"7","event":"e","properties":{"x":"{{{new string('x', 100_000)}}}"}}""";
            Assert.That(Translated.Text("connector", json), Does.Contain("at most 32000"));
            Assert.That(Translated.Text("segment", json), Does.Contain("at most 32000"));
            Assert.That(Translated.Text("rudderstack", json), Is.EqualTo("/properties: is 100008 bytes long; Customer.io takes at most 100000."));
            Assert.That(
                Translated.Text("connector", $$"""{"type":"track","userId":"{{new string('x', 151)}}","event":"e"}"""),
                Does.StartWith("/userId: is 151 bytes long")
            );
        });

    [TestCase("""{"messageId":"01HZXW3V7J8K9M0N1P2Q3R4S5T"}""", "01HZXW3V7J8K9M0N1P2Q3R4S5T")]
    [TestCase("""{"messageId":"m","id":"01HZXW3V7J8K9M0N1P2Q3R4S5T"}""", "01HZXW3V7J8K9M0N1P2Q3R4S5T")]
    [TestCase("""{"messageId":"m","id":"5"}""", null)]
    public void EveryProfile_EventId_IsTheEventsUlidOrDerived(string own, string? expected)
    {
        var json = Kit.Bench.Json(own);
        (json["type"], json["userId"], json["event"]) = ("track", "7", "e");
        foreach (var profile in s_profiles)
        {
            var request = Translated.Of(profile, ConnectorJson.ToText(json)).Requests.Single();
            Assert.That(request.EventId, Is.EqualTo(expected ?? Translated.Id));
            Assert.That(request.Body!["id"], Is.EqualTo(expected ?? Translated.Id), profile);
        }
    }

    [Test]
    public void EveryProfile_WithoutAMessageId_TakesAFreshId() =>
        Assert.That(
            Translator
                .Translate(Kit.Bench.Json("""{"type":"track","userId":"7","event":"e"}"""), EventSettings.Of("connector"), Translated.Now, () => "fresh")
                .Requests[0]
                .EventId,
            Is.EqualTo("fresh")
        );

    [Test]
    public void AnyEvent_InAnyProfile_IsTranslatedOrRefusedAndLeftAlone()
    {
        string[] types = ["identify", "track", "page", "screen", "group", "alias"];
        string[] names =
        [
            "userId",
            "anonymousId",
            "previousId",
            "groupId",
            "event",
            "name",
            "traits",
            "properties",
            "context",
            "timestamp",
            "messageId",
            "objectTypeId",
        ];
        var (translated, refused) = (0, 0);
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var json = new JObject { ["type"] = types[random.Next(types.Length)] };
                    foreach (var name in names)
                    {
                        if (random.Next(3) > 0)
                        {
                            json[name] =
                                name is "traits" or "properties" or "context" && random.Next(4) > 0 ? Json.Object(random.Next())
                                : random.Next(2) == 0 ? "x" + random.Next(5)
                                : Json.Value(random.Next());
                        }
                    }

                    foreach (var profile in s_profiles)
                    {
                        var result = Translated.Of(profile, ConnectorJson.ToText(json));
                        Assert.That(
                            result.Requests.Count,
                            result.Refused is not null ? Is.Zero
                                : Profile.Find(profile).LastVisit ? Is.InRange(1, 2)
                                : Is.EqualTo(1)
                        );
                        foreach (var request in result.Requests)
                        {
                            var bytes = request.ToApiRequest().Body.Bytes;
                            Assert.That(bytes.IsEmpty || ConnectorJson.Parse(bytes.Span) is JObject, "every body is JSON without a repeated key");
                        }

                        _ = result.Refused is null ? translated++ : refused++;
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        TestContext.Out.WriteLine($"{translated} translated, {refused} refused");
        Assert.That(Math.Min(translated, refused), Is.GreaterThan(100));
    }
}
