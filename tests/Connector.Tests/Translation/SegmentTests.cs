namespace CustomerIo.Connector.Tests.Translation;

/// <summary>What Segment's page promises, by its number in docs/events.md.</summary>
public class SegmentTests
{
    private const string Entity = "POST /api/v2/entity ";

    private static string Text(string json, bool? convert = null) => Translated.Text("segment", json, convert: convert);

    [TestCase("""{"userId":"7"}""", """{"id":"7"}""")]
    [TestCase("""{"userId":7}""", """{"id":"7"}""")]
    [TestCase("""{"userId":"cio_99"}""", """{"cio_id":"99"}""")]
    [TestCase("""{"userId":"ada@example.com"}""", """{"email":"ada@example.com"}""")]
    [TestCase("""{"traits":{"email":"ada@example.com"}}""", """{"email":"ada@example.com"}""")]
    [TestCase("""{"anonymousId":"a"}""", """{"anonymous_id":"a"}""")]
    public void SG5_Identify_ResolvesTheIdentifier(string who, string identifiers)
    {
        var json = Kit.Bench.Json(who);
        json["type"] = "identify";
        Assert.That(
            Text(CustomerIo.Connector.Values.ConnectorJson.ToText(json)),
            Does.StartWith($$"""{{Entity}}{"type":"person","identifiers":{{identifiers}},"action":"identify","attributes":{""")
        );
    }

    [Test]
    public void SG6_Identify_SendsAllTraits() =>
        Assert.That(
            Text(
                """{"type":"identify","userId":"7","anonymousId":"a","timestamp":"2026-01-31T09:30:00.1234567Z","traits":"""
                    + """{"email":"ada@example.com","createdAt":"2026-01-31","plan":"pro","deep":{"when":"2026-01-31T09:30:00Z","list":["2026-01-31"]}}}"""
            ),
            Is.EqualTo(
                Entity
                    + """{"type":"person","identifiers":{"id":"7"},"action":"identify","attributes":"""
                    + """{"email":"ada@example.com","plan":"pro","deep":{"when":1769851800,"list":["2026-01-31"]},"created_at":"""
                    + """1769817600,"anonymous_id":"a"},"timestamp":1769851800}"""
            )
        );

    [Test]
    public void SG7_Unsubscribe_SendsIdEmailAndFlag() =>
        Assert.That(
            Text("""{"type":"identify","userId":"7","traits":{"email":"ada@example.com","unsubscribed":true}}"""),
            Does.Contain("""{"id":"7"},"action":"identify","attributes":{"email":"ada@example.com","unsubscribed":true}""")
        );

    [Test]
    public void SG9_Track_SendsNameAndProperties() =>
        Assert.That(
            Text(
                """{"type":"track","userId":"7","event":"Bought","messageId":"m","timestamp":"2026-01-31T09:30:00Z","anonymousId":"a","properties":{"n":1}}"""
            ),
            Is.EqualTo(
                Entity
                    + """{"type":"person","identifiers":{"id":"7"},"action":"event","name":"Bought","id":"ULID","timestamp":"""
                    + """1769851800,"attributes":{"n":1,"anonymous_id":"a"}}"""
            )
        );

    [Test]
    public void SG13_EmailAsUserId_NamesThePersonByEmail() =>
        Assert.That(Text("""{"type":"track","userId":"ada@example.com","event":"Bought"}"""), Does.Contain("\"identifiers\":{\"email\":\"ada@example.com\"}"));

    [Test]
    public void SG19_CioIdPageAndScreenNames() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Text("""{"type":"identify","userId":"cio_99","traits":{"id":"8"}}"""),
                Does.Contain("""{"cio_id":"99"},"action":"identify","attributes":{"id":"8"}""")
            );
            Assert.That(
                Text("""{"type":"page","userId":"7","properties":{"url":"https://example.com"}}"""),
                Does.Contain("\"action\":\"page\",\"name\":\"https://example.com\"")
            );
            Assert.That(Text("""{"type":"screen","userId":"7"}"""), Does.Contain("\"action\":\"screen\",\"name\":\"Viewed Undefined Screen\""));
            Assert.That(Text("""{"type":"screen","userId":"7","name":"Main"}"""), Does.Contain("\"name\":\"Main\""));
            Assert.That(Text("""{"type":"page","userId":"7"}"""), Does.StartWith("/name: is missing"));
        });

    [Test]
    public void Group_TakesTheObjectAttributes() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Text(
                    """{"type":"group","userId":"7","groupId":"acme","traits":{"objectTypeId":"2","other":1,"objectAttributes":{"name":"Acme"}"""
                        + ""","relationshipAttributes":{"role":"owner"}}}"""
                ),
                Is.EqualTo(
                    Entity
                        + """{"type":"object","identifiers":{"object_type_id":"2","object_id":"acme"},"action":"identify","attributes":"""
                        + """{"name":"Acme"},"cio_relationships":[{"identifiers":{"id":"7"},"relationship_attributes":{"role":"owner"}}]}"""
                )
            );
            Assert.That(
                Text("""{"type":"group","anonymousId":"a","groupId":"acme"}"""),
                Does.Contain("\"identify_anonymous\"").And.Contain("[{\"identifiers\":{\"anonymous_id\":\"a\"}}]")
            );
        });

    [Test]
    public void Alias_IsAMerge() =>
        Assert.That(
            Text("""{"type":"alias","userId":"cio_99","previousId":"ada@example.com"}"""),
            Is.EqualTo(Entity + """{"type":"person","action":"merge","primary":{"cio_id":"99"},"secondary":{"email":"ada@example.com"}}""")
        );

    [TestCase("User Deleted", """{"type":"person","identifiers":{"id":"7"},"action":"delete"}""")]
    [TestCase("User Suppressed", """{"type":"person","identifiers":{"id":"7"},"action":"suppress"}""")]
    [TestCase("User Unsuppressed", """{"type":"person","identifiers":{"id":"7"},"action":"unsuppress"}""")]
    [TestCase("Object Deleted", """{"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"delete"}""")]
    [TestCase(
        "Relationship Deleted",
        """{"type":"person","identifiers":{"id":"7"},"action":"delete_relationships","cio_relationships":"""
            + """[{"identifiers":{"object_type_id":"1","object_id":"acme"}}]}"""
    )]
    [TestCase(
        "Device Created or Updated",
        """{"type":"person","identifiers":{"id":"7"},"action":"add_device","device":"""
            + """{"token":"tok","platform":"ios","last_used":1769851800,"attributes":{"objectId":"acme","app_version":"1.2"}}}"""
    )]
    [TestCase(
        "Application Opened",
        """{"type":"person","identifiers":{"id":"7"},"action":"add_device","device":"""
            + """{"token":"tok","platform":"ios","last_used":1769851800,"attributes":{"objectId":"acme","app_version":"1.2"}}}"""
    )]
    [TestCase("Device Deleted", """{"type":"person","identifiers":{"id":"7"},"action":"delete_device","device":{"token":"tok"}}""")]
    public void ReservedNames_ChangeInsteadOfBeingRecorded(string name, string operation) =>
        Assert.That(
            Text(
                $$$"""{"type":"track","userId":"7","event":"{{{name}}}","timestamp":"2026-01-31T09:30:"""
                    + $$$"""00Z","properties":{"objectId":"acme"},"context":{"device":{"token":"tok","type":"ios"},"app":{"version":"1.2"} } }"""
            ),
            Is.EqualTo(Entity + operation)
        );

    [Test]
    public void ReportDeliveryEvent_IsAMetricThatIsNotRepeated()
    {
        var translation = Translated.Of(
            "segment",
            """{"type":"track","event":"Report Delivery Event","properties":"""
                + """{"deliveryId":"d","metric":"clicked","href":"https://x","actionName":"go"}}"""
        );
        Assert.That(translation.Requests.Single().Repeatable, Is.False);
        Assert.That(
            Text(
                """{"type":"track","event":"Report Delivery Event","properties":{"deliveryId":"d","metric":"clicked","href":"https:"""
                    + """//x","actionName":"go"}}"""
            ),
            Is.EqualTo(
                """POST /api/v1/metrics {"delivery_id":"d","metric":"clicked","timestamp":1800000000,"href":"https://x","metadata":"""
                    + """{"action_name":"go"}}"""
            )
        );
        Assert.That(
            Text("""{"type":"track","event":"Report Delivery Event","properties":{"deliveryId":"d","metric":"seen"}}"""),
            Does.StartWith("/properties/metric: must be one of")
        );
    }

    [TestCase("2026-01-31", 1_769_817_600)]
    [TestCase("2026-01-31T09:30Z", 1_769_851_800)]
    [TestCase("2026-01-31T09:30:00", 1_769_851_800)]
    [TestCase("2026-01-31T10:30:00+01:00", 1_769_851_800)]
    [TestCase("2026-01-31T10:30:00+0100", 1_769_851_800)]
    [TestCase("2026-01-31T09:30:00.1Z", 1_769_851_800)]
    [TestCase("2026-01-31T09:30:00.1234567Z", 1_769_851_800)]
    [TestCase("2026-01-31T09:30:00.123456789Z", 1_769_851_800)]
    public void Conversion_IsoText_BecomesSeconds(string text, long seconds)
    {
        var json = $$$"""{"type":"track","userId":"7","event":"e","properties":{"at":"{{{text}}}"}}""";
        Assert.That(Text(json), Does.Contain($$"""{"at":{{seconds}}}"""));
        Assert.That(Text(json, false), Does.Contain($$"""{"at":"{{text}}"}"""));
    }

    [TestCase("2026-13-31")]
    [TestCase("2026-01-31 09:30:00")]
    [TestCase("31.01.2026")]
    [TestCase("20260131")]
    [TestCase("2026")]
    public void Conversion_OtherText_StaysText(string text) =>
        Assert.That(Text($$$"""{"type":"track","userId":"7","event":"e","properties":{"at":"{{{text}}}"}}"""), Does.Contain($$"""{"at":"{{text}}"}"""));

    [TestCase("1769851800123", "1769851800123")]
    [TestCase("\"1769851800\"", "1769851800")]
    [TestCase("\"Sat, 31 Jan 2026 09:30:00 GMT\"", "1769851800")]
    [TestCase("\"never\"", "\"never\"")]
    public void Timestamp_OfTheEvent_DigitsPassAndTextsConvert(string given, string sent) =>
        Assert.That(Text($$"""{"type":"track","userId":"7","event":"e","timestamp":{{given}}}"""), Does.Contain($"\"timestamp\":{sent}"));
}
