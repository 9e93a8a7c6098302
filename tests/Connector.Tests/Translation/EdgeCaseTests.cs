using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Tests.Translation;

/// <summary>Where the systems differ or go wrong.</summary>
public class EdgeCaseTests
{
    private static readonly string[] s_profiles = [.. Profile.All.Select(p => p.Name)];

    [TestCase("User Deleted")]
    [TestCase("User Suppressed")]
    [TestCase("User Unsuppressed")]
    [TestCase("Object Deleted")]
    [TestCase("Relationship Deleted")]
    [TestCase("Report Delivery Event")]
    [TestCase("Report Content Event")]
    public void ReservedEvents_AreRecordedAndToldUnlessAskedFor(string name) =>
        Assert.Multiple(() =>
        {
            var json =
                $$$"""{"type":"track","userId":"7","event":"{{{name}}}","properties":{"objectId":"o","deliveryId":"d","metric":"opened","actionTyp"""
                + $$$"""e":"viewed_content"}}""";
            foreach (var profile in s_profiles)
            {
                var recorded = Translated.Of(profile, json, reserved: false);
                Assert.That(recorded.Requests.Single().Body!["name"], Is.EqualTo(name), profile);
                Assert.That(recorded.Warnings, Has.Some.Contains("recorded as an event"), profile);
                Assert.That(Translated.Of(profile, json, reserved: true).Requests.Single().Body!["name"], Is.Not.EqualTo(name), profile);
                var byDefault = profile == "segment" || (profile == "connector" && name == "Report Delivery Event");
                Assert.That(Translated.Text(profile, json), Is.EqualTo(Translated.Text(profile, json, reserved: byDefault)), "the default");
            }
        });

    [Test]
    public void UserProperties_AreRudderStacksAlone()
    {
        const string Json = """{"type":"identify","userId":"7","user_properties":{"plan":"max"}}""";
        Assert.That(
            s_profiles.Where(p => Translated.Text(p, Json, createdAtNow: false).Contains("max", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "rudderstack" })
        );
    }

    [TestCase("7", "{\"id\":\"7\"}")]
    [TestCase("\"0\"", "{\"id\":\"0\"}")]
    [TestCase("12345678901234567890", "{\"id\":\"12345678901234567890\"}")]
    [TestCase("\"a b/ü\"", "{\"id\":\"a b/ü\"}")]
    [TestCase("\"cio_99\"", "{\"cio_id\":\"99\"}")]
    [TestCase("\"ada@example.com\"", "{\"email\":\"ada@example.com\"}")]
    [TestCase("\"ada@\"", "{\"id\":\"ada@\"}")]
    public void Id_IsOfTheKindItLooksLike(string id, string identifiers) =>
        Assert.Multiple(() =>
        {
            foreach (var profile in s_profiles.Where(p => Profile.Find(p).Calls.Contains("alias")))
            {
                Assert.That(
                    Translated.Text(profile, $$"""{"type":"alias","userId":{{id}},"previousId":"other"}"""),
                    Does.Contain("\"primary\":" + identifiers),
                    profile
                );
            }
        });

    [Test]
    public void NestedDottedNullAndListTraits_AreSentAsTheyAre() =>
        Assert.Multiple(() =>
        {
            const string Traits = """{"a.b":1,"a":{"b":{"c":[1,null,{"d":true}]}},"gone":null,"list":[[],{}]}""";
            foreach (var profile in s_profiles)
            {
                Assert.That(
                    Translated.Text(profile, $$"""{"type":"identify","userId":"7","traits":{{Traits}}}""", createdAtNow: false),
                    Does.Contain(Traits[..^1]),
                    profile
                );
                Assert.That(
                    Translated.Text(profile, $$"""{"type":"track","userId":"7","event":"e","properties":{{Traits}}}"""),
                    Does.Contain(Traits[..^1]),
                    profile
                );
            }
        });

    // What a JavaScript SDK had as undefined is absent from its JSON; null is the same, but for traits.
    [Test]
    public void NullEverywhere_IsAsIfAbsent() =>
        Assert.Multiple(() =>
        {
            foreach (var profile in s_profiles)
            {
                const string Nulls = "\"timestamp\":null,\"context\":null,\"properties\":null,\"traits\":null,\"anonymousId\":null,\"messageId\":null";
                Assert.That(
                    Translated.Text(profile, $$"""{"type":"track","userId":"7","event":"e",{{Nulls}}}"""),
                    Is.EqualTo(Translated.Text(profile, """{"type":"track","userId":"7","event":"e"}""")),
                    profile
                );
                Assert.That(
                    Translated.Text(profile, $$"""{"type":"identify","userId":"7",{{Nulls}}}"""),
                    Is.EqualTo(Translated.Text(profile, """{"type":"identify","userId":"7"}""")),
                    profile
                );
            }
        });

    [TestCase("2026-01-31T09:30:00Z")]
    [TestCase("2026-01-31T09:30:00.1234567Z")]
    [TestCase("2026-01-31T10:30:00.123456789+01:00")]
    [TestCase("2026-01-31 09:30:00")]
    public void TimeOfTheEvent_InAnyForm_IsSeconds(string text) =>
        Assert.Multiple(() =>
        {
            foreach (var profile in s_profiles)
            {
                Assert.That(
                    Translated.Text(profile, $$"""{"type":"track","userId":"7","event":"e","timestamp":"{{text}}"}"""),
                    Does.Contain("\"timestamp\":1769851800"),
                    profile
                );
            }
        });

    [TestCase("""{"type":"track","userId":"7\ud800","event":"e"}""")]
    [TestCase("""{"type":"track","userId":"7","event":"e","properties":{"\udc00":1}}""")]
    public void HalfASurrogatePair_CannotBeRead(string json) =>
        Assert.That(() => CustomerIo.Connector.Values.ConnectorJson.ParseObject(json), Throws.InstanceOf<FormatException>());
}
