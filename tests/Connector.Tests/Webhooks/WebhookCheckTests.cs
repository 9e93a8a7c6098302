using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Tests.Webhooks;

public class WebhookCheckTests
{
    // Computed with openssl: printf '%s' 'v0:1700000000:{"a":1}' | openssl dgst -sha256 -hmac secret
    private const string Vector = "7d06e4dcbb54167f0033658ac8c45abe35b1fa257ff38a448e290762b595f902";
    private const string Key = "secret",
        Time = "1700000000";
    private static readonly byte[] s_body = Encoding.UTF8.GetBytes("""{"a":1}""");
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();

    [Test]
    public void Sign_TestVector_IsThatOfOpenssl() => Assert.That(WebhookSignature.Sign(Key, Time, s_body), Is.EqualTo(Vector));

    [TestCase(Vector, true)]
    [TestCase("v0=" + Vector, true)]
    [TestCase(" " + Vector + " ", true)]
    [TestCase("7D06E4DCBB54167F0033658AC8C45ABE35B1FA257FF38A448E290762B595F902", true)]
    [TestCase("6d06e4dcbb54167f0033658ac8c45abe35b1fa257ff38a448e290762b595f902", false)]
    [TestCase("7d06e4dcbb54167f0033658ac8c45abe35b1fa257ff38a448e290762b595f9", false)]
    [TestCase(Vector + "00", false)]
    [TestCase("zz06e4dcbb54167f0033658ac8c45abe35b1fa257ff38a448e290762b595f902", false)]
    [TestCase("", false)]
    [TestCase("v0=", false)]
    public void Matches_Signature_IsThisKeysOrNot(string signature, bool right) =>
        Assert.That(WebhookSignature.Matches(Key, Time, s_body, signature), Is.EqualTo(right));

    [Test]
    public void Matches_OtherKeyTimeOrBody_IsFalse()
    {
        Assert.That(WebhookSignature.Matches("Secret", Time, s_body, Vector), Is.False);
        Assert.That(WebhookSignature.Matches(Key, "1700000001", s_body, Vector), Is.False);
        Assert.That(WebhookSignature.Matches(Key, Time, Encoding.UTF8.GetBytes("""{"a": 1}"""), Vector), Is.False);
    }

    [TestCase("POST", "application/json", Vector, Time, 0, 200)]
    [TestCase("post", "application/json; charset=utf-8", Vector, Time, 300, 200)]
    [TestCase("POST", "application/cloudevents+json", Vector, Time, -300, 200)]
    [TestCase("POST", "application/json", Vector, Time, 301, 400)]
    [TestCase("POST", "application/json", Vector, Time, -301, 400)]
    [TestCase("POST", "application/json", null, Time, 0, 401)]
    [TestCase("POST", "application/json", "00", Time, 0, 401)]
    [TestCase("POST", "application/json", Vector, null, 0, 400)]
    [TestCase("POST", "application/json", Vector, "soon", 0, 400)]
    [TestCase("POST", "application/json", Vector, "-1", 0, 400)]
    [TestCase("POST", "application/json", Vector, "99999999999999999999", 0, 400)]
    [TestCase("POST", "application/json", Vector, "1700000001", 0, 401)]
    [TestCase("GET", "application/json", Vector, Time, 0, 405)]
    [TestCase("POST", "text/plain", Vector, Time, 0, 415)]
    [TestCase("POST", null, Vector, Time, 0, 415)]
    public void Check_WithAKey_AnswersEachWithItsStatus(string method, string? type, string? signature, string? timestamp, int secondsLater, int status)
    {
        var headers = new[] { ("content-type", type), ("x-cio-signature", signature), ("X-CIO-TIMESTAMP", timestamp) }
            .Where(h => h.Item2 is not null)
            .ToDictionary(h => h.Item1, h => h.Item2!);
        var verdict = WebhookCheck.Check(new WebhookRequest(headers, s_body, method), Settings("{}"), Key, s_now.AddSeconds(secondsLater));
        Assert.Multiple(() =>
        {
            Assert.That(verdict.Status, Is.EqualTo(status), verdict.Reason);
            Assert.That(verdict.Delivery, status == 200 ? Is.Not.Null : Is.Null);
            Assert.That(verdict.Verified, Is.EqualTo(status == 200));
            Assert.That(verdict.Reason, status == 200 ? Is.Null : Does.EndWith("."));
        });
    }

    [TestCase("""{"a":1""")]
    [TestCase("")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"recipient":"ada@example.com"} and more""")]
    public void Check_NoJsonObject_Is400WithoutQuotingIt(string body)
    {
        var verdict = WebhookCheck.Check(new WebhookRequest(Json, Encoding.UTF8.GetBytes(body)), Settings("{}"), null, s_now);
        Assert.That((verdict.Status, verdict.Reason), Is.EqualTo((400, "The body is not a JSON object.")));
    }

    [Test]
    public void Check_LongBody_Is413() =>
        Assert.That(
            WebhookCheck.Check(new WebhookRequest(Json, new byte[WebhookRequest.MaxBodyLength + 1]), Settings("{}"), null, s_now).Status,
            Is.EqualTo(413)
        );

    [TestCase("{}", true)]
    [TestCase("""{"events":["email_bounced","email_sent"]}""", true)]
    [TestCase("""{"events":["email_bounced"]}""", false)]
    [TestCase("""{"campaigns":[7]}""", true)]
    [TestCase("""{"campaigns":["7"],"newsletters":[9]}""", true)]
    [TestCase("""{"campaigns":[8]}""", false)]
    [TestCase("""{"broadcasts":[7]}""", false)]
    [TestCase("""{"transactionalMessages":[7]}""", false)]
    [TestCase("""{"campaigns":[7],"actions":[42,43]}""", true)]
    [TestCase("""{"campaigns":[7],"actions":[43]}""", false)]
    [TestCase("""{"recipientDomains":["@Example.com"]}""", true)]
    [TestCase("""{"recipientDomains":["ample.com","example.org"]}""", false)]
    public void Check_Settings_SayWhatIsWanted(string settings, bool wanted)
    {
        var body =
            """{"event_id":"e","object_type":"email","metric":"sent","timestamp":1,"data":{"campaign_id":7,"action_id":"""
            + """42,"recipient":"Ada@EXAMPLE.com"}}""";
        var verdict = WebhookCheck.Check(new WebhookRequest(Json, Encoding.UTF8.GetBytes(body)), Settings(settings), null, s_now);
        Assert.That((verdict.Status, verdict.Filtered), Is.EqualTo((200, !wanted)));
    }

    [TestCase("""{"event":["email_sent"]}""", "/event")]
    [TestCase("""{"events":["email_snet"]}""", "/events/0")]
    [TestCase("""{"campaigns":["seven"]}""", "/campaigns/0")]
    [TestCase("""{"replayWindow":-1}""", "/replayWindow")]
    [TestCase("""{"path":"customerio"}""", "/path")]
    public void Settings_Wrong_AreAnInputErrorWithTheirPlace(string settings, string path)
    {
        var e = Assert.Throws<ConnectorException>(() => Settings(settings))!;
        Assert.That(e.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(e.Problems.Select(p => p.Path), Does.Contain(path));
    }

    [Test]
    public void Check_NoEventId_MakesOneFromTheBodysHash()
    {
        string Id(string body) => WebhookCheck.Check(new WebhookRequest(Json, Encoding.UTF8.GetBytes(body)), Settings("{}"), null, s_now).Delivery!.EventId;
        Assert.That(
            Id("""{"a":1}"""),
            Is.EqualTo(EventIds.Derive("015ABD7F5CC57A2DD94B7590F04AD8084273905EE33EC5CEBEAE62276A97F862", "reporting-event", 0))
                .And.Not.EqualTo(Id("""{"a":2}"""))
        );
    }

    private static Dictionary<string, string> Json { get; } = new() { ["Content-Type"] = "application/json" };

    private static TriggerSettings Settings(string json) => TriggerSettings.Read(s_trigger, Bench.Json(json));
}
