using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Tests.Webhooks;

public class TrackCallsTests
{
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();

    [TestCase(
        "customerio",
        """
            {"type":"track","event":"Email Clicked","messageId":"01E4C4CT6YDC7Y5M7FE1GWWPQJ","integrations":{"Customer.io":false},"userId":"42",
            "timestamp":"2021-02-11T17:04:49.000Z",
            "originalTimestamp":"2021-02-11T17:04:49.000Z","context":{"integration":{"name":"Customer.io"},"traits":{"email":"own@example.com",
            "cioId":"d9c1"}},"properties":{"event_id":"01E4C4CT6YDC7Y5M7FE1GWWPQJ","object_type":"email","metric":"clicked","campaign_id":7,
            "recipient":"to@example.com","subject":"Hi","href":"https://x.test","link_id":1,"novelty":{"a":1}}}
            """
    )]
    [TestCase(
        "rudderstack",
        """
            {"type":"track","event":"Email Link Clicked","messageId":"01E4C4CT6YDC7Y5M7FE1GWWPQJ","integrations":{"Customer.io":false},"userId":"42",
            "timestamp":"2021-02-11T17:04:49.000Z","originalTimestamp":"2021-02-11T17:04:49.000Z","context":{"integration":{"name":"Customer.io"},
            "traits":{"email":"own@example.com","cioId":"d9c1"}},"properties":{"eventId":"01E4C4CT6YDC7Y5M7FE1GWWPQJ","objectType":"email",
            "metric":"clicked","campaignId":7,"recipient":"to@example.com","emailSubject":"Hi","link":{"url":"https://x.test","id":1},"novelty":{"a":1}}}
            """
    )]
    public void Of_Click_MapsEveryPart(string naming, string expected)
    {
        var call = TrackCalls.Of(
            Read(
                """
                {"event_id":"01E4C4CT6YDC7Y5M7FE1GWWPQJ","object_type":"email","metric":"clicked","timestamp":1613063089,
                "data":{"customer_id":"42","identifiers":{"id":"42","email":"own@example.com","cio_id":"d9c1"},
                "campaign_id":7,"broadcast_id":null,"recipient":"to@example.com","subject":"Hi","href":"https://x.test","link_id":1,"novelty":{"a":1}}}
                """
            ),
            naming
        );
        Assert.That(ConnectorJson.ToText(call), Is.EqualTo(expected.ReplaceLineEndings("").Trim()));
    }

    [TestCase("email", "spammed", "Email Spammed", "Email Marked as Spam")]
    [TestCase("sms", "bounced", "SMS Bounced", "SMS Bounced")]
    [TestCase("slack", "clicked", "Slack Clicked", "Slack Message Link Clicked")]
    [TestCase("webhook", "sent", "Webhook Sent", "Webhook Message Sent")]
    [TestCase("whatsapp", "replied", "WhatsApp Replied", "WhatsApp Replied")]
    [TestCase("in_app", "clicked", "In-App Clicked", "In-App Link Clicked")]
    [TestCase("customer", "cio_subscription_preferences_changed", "Customer Changed Subscription Preferences", "Customer Changed Subscription Preferences")]
    [TestCase("fax", "jammed", "Fax Jammed", "Fax Jammed")]
    public void Of_Event_HasTheNameOfItsNaming(string objectType, string metric, string vendors, string rudderStacks)
    {
        var delivery = Read($$$"""{"object_type":"{{{objectType}}}","metric":"{{{metric}}}","data":{}}""");
        Assert.That(
            new[] { "customerio", "rudderstack" }.Select(n => (string?)TrackCalls.Of(delivery, n)["event"]),
            Is.EqualTo(new[] { vendors, rudderStacks })
        );
    }

    [TestCase("sms", """{"recipient":"+15550100042"}""", """{"phone":"+15550100042"}""")]
    [TestCase("push", """{"recipient":"token"}""", null)]
    [TestCase("webhook", """{"recipient":"https://example.com/ada@example.com"}""", null)]
    [TestCase("email", """{"recipient":"a@example.com"}""", """{"email":"a@example.com"}""")]
    [TestCase(
        "email",
        """{"recipient":"a@example.com","identifiers":{"email":"own@example.com","phone":"+1"}}""",
        """{"email":"own@example.com","phone":"+1"}"""
    )]
    [TestCase("customer", """{"email_address":"a@example.com"}""", """{"email":"a@example.com"}""")]
    public void Of_Recipient_IsATraitOfItsOwnKind(string objectType, string data, string? traits)
    {
        var call = TrackCalls.Of(Read($$$"""{"object_type":"{{{objectType}}}","metric":"unsubscribed","data":{{{data}}}}"""), "rudderstack");
        Assert.That(call["context"]!["traits"] is { } t ? ConnectorJson.ToText(t) : null, Is.EqualTo(traits));
    }

    [TestCase("""{"identifiers":{"id":"42"},"customer_id":"41"}""", "42", null)]
    [TestCase("""{"identifiers":{"id":null},"customer_id":"41"}""", "41", null)]
    [TestCase("""{"identifiers":{"id":"","cio_id":"c1"},"customer_id":""}""", null, "c1")]
    [TestCase("""{"identifiers":{"id":null,"email":"a@example.com"},"delivery_id":"d1"}""", null, "d1")]
    [TestCase("{}", null, "e1")]
    public void Of_Person_IsNamedButNeverByAddress(string data, string? userId, string? anonymousId)
    {
        var call = TrackCalls.Of(Read($$$"""{"event_id":"e1","object_type":"email","metric":"sent","data":{{{data}}}}"""), "rudderstack");
        Assert.That(((string?)call["userId"], (string?)call["anonymousId"]), Is.EqualTo((userId, anonymousId)));
    }

    [TestCase("1613063089", "2021-02-11T17:04:49.000Z")]
    [TestCase("\"1613063089\"", "2021-02-11T17:04:49.000Z")]
    [TestCase("1613063089123", "2021-02-11T17:04:49.000Z")]
    [TestCase("\"soon\"", null)]
    [TestCase("null", null)]
    public void Of_Timestamp_IsIsoOrAbsent(string timestamp, string? expected) =>
        Assert.That((string?)TrackCalls.Of(Read($$$"""{"event_id":"e1","timestamp":{{{timestamp}}}}"""), "customerio")["timestamp"], Is.EqualTo(expected));

    [Test]
    public void Of_Push_TellsTheDeviceAndWhyItFailed()
    {
        var call = TrackCalls.Of(
            Read(
                """{"object_type":"push","metric":"bounced","data":{"recipients":"""
                    + """[{"device_id":"t","device_platform":"ios","failure_message":"gone"}]}}"""
            ),
            "rudderstack"
        );
        Assert.That(
            (ConnectorJson.ToText(call["context"]!["device"]!), (string?)call["properties"]!["reason"]),
            Is.EqualTo(("""{"token":"t","type":"ios"}""", "gone"))
        );
    }

    private static Delivery Read(string json) => Delivery.Read(Encoding.UTF8.GetBytes(json), s_trigger);
}
