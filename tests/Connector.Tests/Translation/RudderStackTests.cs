using System.Text;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>What RudderStack's page promises, by its number in docs/events.md.</summary>
public class RudderStackTests
{
    private static string Text(string json, string? deviceEvent = null, bool? createdAtNow = null) =>
        Translated.Text("rudderstack", json, deviceEvent, createdAtNow);

    [Test]
    public void RS3_DeviceEventSetting_RegistersTheDevice() =>
        Assert.That(
            Text(
                """{"type":"track","userId":"7","event":"Token Set","messageId":"m","timestamp":"2026-01-31T09:30:00Z","context":{"device":"""
                    + """{"token":"tok","type":"Android"}},"properties":{"a":1}}""",
                "Token Set"
            ),
            Is.EqualTo("""PUT /api/v1/customers/7/devices {"device":{"a":1,"id":"tok","platform":"android","last_used":1769851800}}""")
        );

    [Test]
    public void RS4_EuDataCenter_UsesTheEuHost() =>
        Assert.Multiple(() =>
        {
            foreach (var type in (string[])["identify", "group"])
            {
                var json = $$"""{"type":"{{type}}","userId":"7","groupId":"g"}""";
                Assert.That(Translated.Line("rudderstack", json, Region.Eu), Does.Contain("\"url\":\"https://track-eu.customer.io/api/"));
                Assert.That(Translated.Line("rudderstack", json), Does.Contain("\"url\":\"https://track.customer.io/api/"));
            }
        });

    [Test]
    public void RS6_Identify_SendsTheTraits() =>
        Assert.That(
            Text(
                """{"type":"identify","userId":"7","anonymousId":"a","messageId":"m","originalTimestamp":"2026-01-31T09:30:00.1234567Z","traits":"""
                    + """{"email":"ada@example.com","plan":"pro","address":{"city":"London"},"a.b":null,"tags":["x"]}}"""
            ),
            Is.EqualTo(
                """PUT /api/v1/customers/7 {"city":"London","email":"ada@example.com","plan":"pro","a.b":null,"tags":["x"]"""
                    + ""","anonymous_id":"a","_timestamp":1769851800}"""
            )
        );

    [Test]
    public void RS6_Identify_ContextTraitsStandInForTraits() =>
        Assert.That(
            Text("""{"type":"identify","userId":"7","context":{"traits":{"plan":"pro","createdAt":"2026-01-31"}},"user_properties":{"plan":"max"}}"""),
            Is.EqualTo("""PUT /api/v1/customers/7 {"plan":"max","created_at":1769817600}""")
        );

    [TestCase("""{"type":"identify","userId":"7","traits":{"email":"ada@example.com"},"anonymousId":"a"}""", "7")]
    [TestCase("""{"type":"identify","traits":{"id":8,"email":"ada@example.com"}}""", "8")]
    [TestCase("""{"type":"identify","traits":{"email":"ada@example.com"},"anonymousId":"a"}""", "ada%40example.com")]
    [TestCase("""{"type":"identify","context":{"externalId":[{"id":"cio_99"}]},"anonymousId":"a"}""", "cio_99")]
    public void RS7_Identify_UserIdThenEmail(string json, string person) => Assert.That(Text(json), Does.StartWith($"PUT /api/v1/customers/{person} "));

    [Test]
    public void RS7_Track_WithoutAnybody_IsRefused() => Assert.That(Text("""{"type":"track","event":"e"}"""), Does.StartWith("/userId: is missing"));

    [TestCase("""{"type":"identify","userId":"7","traits":{"createdAt":"2026-01-31T09:30:00Z"}}""", true, 1_769_851_800)]
    [TestCase("""{"type":"identify","userId":"7","traits":{"createdAt":1769851800123}}""", true, 1_769_851_800)]
    [TestCase("""{"type":"identify","userId":"7","traits":{"created_at":1769851800}}""", true, 1_769_851_800)]
    [TestCase("""{"type":"identify","userId":"7"}""", true, 1_800_000_000)]
    public void RS8_CreatedAt_IsInSecondsOrNow(string json, bool? createdAtNow, long seconds) =>
        Assert.That(Text(json, createdAtNow: createdAtNow), Is.EqualTo($$"""PUT /api/v1/customers/7 {"created_at":{{seconds}}}"""));

    [Test]
    public void RS8_CreatedAtNowOff_AddsNone() => Assert.That(Text("""{"type":"identify","userId":"7"}"""), Is.EqualTo("PUT /api/v1/customers/7 {}"));

    [Test]
    public void RS9_Unsubscribed_IsSentBesideIdAndEmail() =>
        Assert.That(
            Text("""{"type":"identify","userId":"7","traits":{"email":"ada@example.com","unsubscribed":true}}"""),
            Is.EqualTo("""PUT /api/v1/customers/7 {"email":"ada@example.com","unsubscribed":true}""")
        );

    [Test]
    public void RS10_Page_SendsNameAndProperties() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Text("""{"type":"page","userId":"7","name":"Pricing","messageId":"m","properties":{"url":"https://example.com/p"}}"""),
                Is.EqualTo("""POST /api/v1/customers/7/events {"data":{"url":"https://example.com/p"},"name":"Pricing","type":"page","id":"ULID"}""")
            );
            Assert.That(
                Text("""{"type":"page","userId":"7","properties":{"url":"https://example.com/p"}}"""),
                Does.Contain("\"name\":\"https://example.com/p\"")
            );
            Assert.That(Text("""{"type":"page","userId":"7"}"""), Is.EqualTo("""POST /api/v1/customers/7/events {"type":"page"}"""));
            Assert.That(Text("""{"type":"page","anonymousId":"a"}"""), Does.StartWith("/name: is missing"));
        });

    [Test]
    public void RS11_Screen_IsNamedViewedScreen() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Text("""{"type":"screen","userId":"7","event":"Main","messageId":"m","properties":{"k":[1,{"x":null}]}}"""),
                Is.EqualTo("""POST /api/v1/customers/7/events {"data":{"k":[1,{"x":null}]},"name":"Viewed Main Screen","type":"event","id":"ULID"}""")
            );
            Assert.That(Text("""{"type":"screen","userId":"7","name":"Main"}"""), Does.Contain("\"Viewed Main Screen\""));
            Assert.That(Text("""{"type":"screen","userId":"7"}"""), Does.Contain("\"Viewed undefined Screen\""));
            Assert.That(Text("""{"type":"screen","anonymousId":"a"}"""), Does.Contain("\"Viewed  Screen\""));
        });

    [TestCase(
        """{"type":"track","userId":"7","event":"Bought","messageId":"m","properties":{"n":1.5}}""",
        """POST /api/v1/customers/7/events {"data":{"n":1.5},"name":"Bought","type":"event","id":"ULID"}"""
    )]
    [TestCase(
        """{"type":"track","userId":"7","event":"Bought","messageId":"m"}""",
        """POST /api/v1/customers/7/events {"name":"Bought","type":"event","id":"ULID"}"""
    )]
    [TestCase(
        """{"type":"track","anonymousId":"a","event":"Bought","messageId":"m"}""",
        """POST /api/v1/events {"name":"Bought","type":"event","id":"ULID","anonymous_id":"a"}"""
    )]
    public void RS12_Track_WithAndWithoutProperties(string json, string expected) => Assert.That(Text(json), Is.EqualTo(expected));

    [TestCase(100, 'x', 100)]
    [TestCase(101, 'x', 100)]
    [TestCase(50, 'é', 100)]
    [TestCase(51, 'é', 100)]
    [TestCase(34, '€', 99)]
    public void RS13_AnonymousName_IsCutToAHundredBytesAtACharacter(int length, char letter, int bytes)
    {
        var translation = Translated.Of("rudderstack", $$"""{"type":"track","anonymousId":"a","event":"{{new string(letter, length)}}"}""");
        var name = (string)translation.Requests[0].Body!["name"]!;
        Assert.That(Encoding.UTF8.GetByteCount(name), Is.EqualTo(bytes));
        Assert.That(translation.Warnings.Count, Is.EqualTo(name.Length < length ? 1 : 0), "a cut is told");
    }

    [Test]
    public void RS13_AnonymousName_DoesNotSplitASurrogatePair()
    {
        var body = Translated
            .Of("rudderstack", """{"type":"track","anonymousId":"a","event":"xxx😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}""")
            .Requests[0]
            .Body!;
        Assert.That(Encoding.UTF8.GetByteCount((string)body["name"]!), Is.EqualTo(99));
        Assert.That(body.ToBytes, Throws.Nothing);
    }

    [Test]
    public void RS13_AnonymousScreen_KeepsItsWordsWithinAHundredBytes()
    {
        var name = (string)
            Translated.Of("rudderstack", $$"""{"type":"screen","anonymousId":"a","name":"{{new string('x', 200)}}"}""").Requests[0].Body!["name"]!;
        Assert.That(name, Has.Length.EqualTo(100).And.StartsWith("Viewed x").And.EndsWith("x Screen"));
    }

    [TestCase("Application Installed", "ios", "ios")]
    [TestCase("Application Opened", "iPadOS", "ios")]
    [TestCase("Application Opened", "Android", "android")]
    public void RS14_LifecycleEvents_RegisterTheDevice(string name, string type, string platform) =>
        Assert.That(
            Text($$$"""{"type":"track","userId":"7","event":"{{{name}}}","context":{"device":{"token":"t/1","type":"{{{type}}}"} } }"""),
            Is.EqualTo($$$"""PUT /api/v1/customers/7/devices {"device":{"id":"t/1","platform":"{{{platform}}}"}}""")
        );

    [TestCase("Application Uninstalled")]
    [TestCase("Application Unistalled")]
    public void RS14_Uninstalled_RemovesTheDevice(string name)
    {
        Assert.That(
            Text($$$"""{"type":"track","userId":"7","event":"{{{name}}}","context":{"device":{"token":"t/1"} } }"""),
            Is.EqualTo("DELETE /api/v1/customers/7/devices/t%2F1")
        );
        Assert.That(Text($$"""{"type":"track","userId":"7","event":"{{name}}"}"""), Does.StartWith("/context/device/token: is missing"));
    }

    [Test]
    public void RS15_DeviceEventWithoutAToken_IsRecordedAndTold()
    {
        var translation = Translated.Of("rudderstack", """{"type":"track","userId":"7","event":"Token Set"}""", "Token Set");
        Assert.That(translation.Requests.Single().Path, Is.EqualTo("/api/v1/customers/7/events"));
        Assert.That(translation.Warnings, Has.Count.EqualTo(1));
    }

    [Test]
    public void Group_IsAnObjectWithTheRelationship() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Text(
                    """{"type":"group","userId":"ada@example.com","groupId":"acme","traits":{"name":"Acme","objectTypeId":"2","action":"add_relationships"}}"""
                ),
                Is.EqualTo(
                    """POST /api/v2/batch {"batch":[{"type":"object","identifiers":{"object_type_id":"2","object_id":"acme"}"""
                        + ""","action":"add_relationships","attributes":{"name":"Acme","objectTypeId":"2"},"cio_relationships":["""
                        + """{"identifiers":{"email":"ada@example.com"}}]}]}"""
                )
            );
            Assert.That(
                Text("""{"type":"group","groupId":5,"traits":{"action":"explode"}}"""),
                Does.Contain("\"object_id\":\"5\"},\"action\":\"identify\",\"attributes\":{},\"cio_relationships\":[]")
            );
            Assert.That(Text("""{"type":"group","userId":"7"}"""), Does.StartWith("/groupId: is missing"));
        });

    [Test]
    public void Alias_IsAMerge() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                Text("""{"type":"alias","userId":"7","previousId":"ada@example.com"}"""),
                Is.EqualTo("""POST /api/v1/merge_customers {"primary":{"id":"7"},"secondary":{"email":"ada@example.com"}}""")
            );
            Assert.That(Text("""{"type":"alias","userId":"7"}"""), Does.StartWith("/previousId: is missing"));
            Assert.That(Text("""{"type":"alias","userId":"7","previousId":"7"}"""), Does.StartWith("/previousId: names the same person"));
        });

    [Test]
    public void Timestamp_ThatIsNone_IsLeftOutAndTold()
    {
        var translation = Translated.Of("rudderstack", """{"type":"track","userId":"7","event":"e","timestamp":"yesterday"}""");
        Assert.That(translation.Requests[0].Body!.Has("timestamp"), Is.False);
        Assert.That(translation.Warnings.Single(), Does.Contain("/timestamp"));
    }
}
