using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Webhooks;

/// <summary>What the vendor's description says may come is understood, typed and translated.</summary>
public class VendorDeliveriesTests
{
    // The description of push_drafted says "attempted".
    private const string Slip = "push_drafted";
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();

    private static IEnumerable<string> Schemas => VendorDeliveries.AreAtHand ? VendorDeliveries.Schemas : ["none"];

    [SetUp]
    public void RequireTheDescription()
    {
        if (!VendorDeliveries.AreAtHand)
        {
            Assert.Ignore("The vendor's description of reporting webhooks is not at hand (../shared/spec).");
        }
    }

    [Test]
    public void Catalogue_Pairs_AreThoseOfTheDescriptionAndTheFourItLeavesOut()
    {
        var described = VendorDeliveries.Schemas.Where(s => !s.StartsWith("person_", StringComparison.Ordinal)).ToArray();
        Assert.That(described, Has.Length.EqualTo(66));
        var known = s_trigger.Groups.SelectMany(g => g.Events).Where(e => e.ObjectType != "customer").Select(e => e.Name).ToArray();
        Assert.That(known, Is.EquivalentTo(described.Concat(["email_deferred", "slack_converted", "sms_dropped", "webhook_converted"])));
    }

    [TestCaseSource(nameof(Schemas))]
    public void Delivery_EachOfTheDescription_IsAcceptedKnownAndTyped(string schema)
    {
        var count = 0;
        foreach (var json in VendorDeliveries.Of(schema))
        {
            count++;
            var text = ConnectorJson.ToText(json);
            var verdict = Check(json, []);
            var delivery = verdict.Delivery!;
            Assert.That((verdict.Status, verdict.Filtered), Is.EqualTo((200, false)), text);
            Assert.That(delivery.Name, Is.EqualTo(NameOf(schema, json)), text);
            var typed = s_trigger.Output(delivery.Event);
            Assert.That(SchemaReport.Problems(typed, delivery.Json.DeepClone()), Is.Empty, text);
            Assert.That(
                delivery.Data.Properties().Select(p => p.Name),
                Is.SubsetOf(((JObject)typed["properties"]!["data"]!["properties"]!).Properties().Select(p => p.Name)),
                text
            );
            Assert.That(SchemaReport.Problems(s_trigger.Output(), delivery.Json.DeepClone()), Is.Empty, text);
        }

        Assert.That(count, Is.GreaterThanOrEqualTo(schema.StartsWith("person_", StringComparison.Ordinal) ? 2 : 6));
    }

    [TestCaseSource(nameof(Schemas))]
    public void TrackCall_EachOfTheDescription_IsWhatOurOwnTranslatorTakes(string schema)
    {
        foreach (var json in VendorDeliveries.Of(schema))
        {
            foreach (var naming in new[] { "customerio", "rudderstack" })
            {
                var call = TrackCalls.Of(Check(json, []).Delivery!, naming);
                foreach (var profile in Profile.All.Select(p => p.Name))
                {
                    var translation = Translator.Translate(call, EventSettings.Of(profile, null, null, null), DateTimeOffset.UnixEpoch);
                    Assert.That(translation.Refused, Is.Null, ConnectorJson.ToText(call));
                }
            }
        }
    }

    [TestCaseSource(nameof(Schemas))]
    public void Delivery_OfAnUnknownMetric_PassesThrough(string schema)
    {
        var json = VendorDeliveries.Of(schema).First();
        json["metric"] = "teleported";
        json["data"]!["novelty"] = new JArray(1, "x");
        var settings = TriggerSettings.Read(s_trigger, []);
        var delivery = Check(json, []).Delivery!;
        Assert.That(delivery.Event, Is.Null);
        Assert.That(delivery.Name, Does.EndWith("_teleported").Or.EqualTo("teleported"));
        Assert.That(JToken.DeepEquals(settings.Form(delivery), json), Is.True);
        Assert.That((string?)TrackCalls.Of(delivery, "customerio")["event"], Does.EndWith("Teleported"));
    }

    private static string NameOf(string schema, JObject json) =>
        schema switch
        {
            Slip => "push_attempted",
            "person_cio_subscription_preferences_changed" => "customer_subscription_preferences_changed",
            _ when schema.StartsWith("person_", StringComparison.Ordinal) => $"customer_{json["metric"]}",
            _ => schema,
        };

    private static WebhookVerdict Check(JObject json, JObject settings) =>
        WebhookCheck.Check(
            new WebhookRequest(new Dictionary<string, string> { ["Content-Type"] = "application/json" }, ConnectorJson.ToBytes(json)),
            TriggerSettings.Read(s_trigger, settings),
            null,
            DateTimeOffset.UnixEpoch
        );
}
