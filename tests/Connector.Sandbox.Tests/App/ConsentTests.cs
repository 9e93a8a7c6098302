using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>What people and the mail provider said stops a message.</summary>
public sealed class ConsentTests : AppFixture
{
    private const string Begin = """{"identifiers":{"id":"u1"},"transactional_message_id":2""";

    [SetUp]
    public Task MakePerson() => Put("/api/v1/customers/u1", """{"email":"ada@example.com","phone":"+43123456789"}""");

    [Test]
    public async Task SuppressedAddress_GetsMail_Bounces()
    {
        Assert.That((await App("POST", "/v1/esp/suppression/bounces/Ada%40example.com")).Body, Is.EqualTo("{}\n"));
        Assert.That(
            await Outcome("email", ",\"to\":\"ada@example.com\""),
            Is.EqualTo("created,attempted,sent,bounced the mail provider suppresses the address")
        );
        Assert.That(await Outcome("email", ",\"to\":\"bob@example.com\""), Is.EqualTo("created,attempted,sent,delivered "));

        var found = (await AppGet("/v1/esp/search_suppression/ada%40EXAMPLE.com")).Json;
        Assert.That(((string?)found["category"], (string?)found["suppressions"]![0]!["status"]), Is.EqualTo(("bounces", "550")));
        Assert.That((await App("DELETE", "/v1/esp/suppression/bounces/ada%40example.com")).Status, Is.EqualTo(204));
        Assert.That((await AppGet("/v1/esp/search_suppression/ada%40example.com")).Json["suppressions"]!, Is.Empty);
        Assert.That(await Outcome("email", ",\"to\":\"ada@example.com\""), Does.Contain("delivered"));
    }

    [Test]
    public async Task Suppressions_ByType_ComeInPagesOfBothKinds()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            await App("POST", $"/v1/esp/suppression/spam_reports/{name}%40example.com");
        }

        Assert.That(Addresses(await AppGet("/v1/esp/suppression/spam_reports?limit=2&offset=1")), Is.EqualTo("b@example.com c@example.com"));
        Assert.That((string?)(await AppGet("/v1/esp/suppression/spam_reports")).Json["category"], Is.EqualTo("spam"));
        Assert.That(Addresses(await AppGet("/v1/esp/suppression/bounces")), Is.Empty);
        Assert.That(Addresses(await AppGet("/v1/esp/suppression/spam_reports?domain=other.example.com")), Is.Empty);
        var first = await AppGet("/v1/esp/domains/mail.example.com/suppression/spam_reports?limit=2");
        Assert.That(
            Addresses(await AppGet($"/v1/esp/domains/mail.example.com/suppression/spam_reports?start={first.Json["next"]}")),
            Is.EqualTo("c@example.com")
        );
        Assert.That(
            Refused(await AppGet("/v1/esp/suppression/unknown")),
            Is.EqualTo("400 suppression type must be one of bounces, blocks, spam_reports, invalid_emails")
        );
    }

    [TestCase("sms", "twilio")]
    [TestCase("whatsapp", "whatsapp")]
    public async Task OptOut_OfASender_StopsThatSenderOnly(string channel, string type)
    {
        var optOut = new JObject { ["optouts"] = new JArray(OptOut(channel, true)) };
        Assert.That((await App("PUT", "/v1/customers/u1/optouts", optOut.ToString())).Status, Is.EqualTo(204));
        Assert.That(await Outcome(channel, ",\"from\":\"+15551234567\"", type), Is.EqualTo("created,undeliverable the person opted out of +15551234567"));
        Assert.That(await Outcome(channel, ",\"from\":\"+15559999999\"", type), Does.Contain("delivered"));
        Assert.That(
            Compact((await AppGet("/v1/customers/u1/optouts")).Json["optouts"]![0]),
            Is.EqualTo($$"""{"channel":"{{channel}}","from":"+15551234567"}""")
        );

        var all = (await AppGet("/v1/optouts?from=%2B15551234567")).Json;
        Assert.That(((string?)all["optouts"]![0]!["customer_id"], (string?)all["next"]), Is.EqualTo(("u1", "")));
        Assert.That((await AppGet("/v1/optouts?from=%2B1")).Json["optouts"]!, Is.Empty);

        optOut["optouts"] = new JArray(OptOut(channel, false));
        await App("PUT", "/v1/customers/u1/optouts", optOut.ToString());
        Assert.That(await Outcome(channel, ",\"from\":\"+15551234567\"", type), Does.Contain("delivered"));
    }

    [Test]
    public async Task OptOut_OfWhoeverIsMerged_StaysInForce()
    {
        await Put("/api/v1/customers/u2", "{}");
        await App("PUT", "/v1/customers/u1/optouts", new JObject { ["optouts"] = new JArray(OptOut("sms", true)) }.ToString());
        await Post("/api/v1/merge_customers", """{"primary":{"id":"u2"},"secondary":{"id":"u1"}}""");
        Assert.That((await AppGet("/v1/customers/u2/optouts")).Json["optouts"]!.Count(), Is.EqualTo(1));
    }

    [TestCase("""{"optouts":[{"from":"x","optout":true,"channel":"push"}]}""", "400 channel must be sms or whatsapp /optouts/0/channel")]
    [TestCase("""{"optouts":[{"from":"x"}]}""", "400 from and optout are required /optouts/0")]
    [TestCase("{}", "400 optouts must be a list /optouts")]
    public async Task OptOut_Malformed_IsRefused(string body, string refusal) =>
        Assert.That(Refused(await App("PUT", "/v1/customers/u1/optouts", body)), Is.EqualTo(refusal));

    [Test]
    public async Task Topic_NotSubscribed_StopsABroadcastOfTheTopic()
    {
        var broadcast = (int)(await Post("/_sandbox/broadcasts", """{"name":"News","subscription_topic_id":1}""")).Json["id"]!;
        async Task<string> Trigger()
        {
            await AppPost($"/v1/campaigns/{broadcast}/triggers", """{"ids":["u1"]}""");
            return Told((await AppGet($"/v1/broadcasts/{broadcast}/messages")).Json["messages"]![0]!);
        }

        Assert.That(await Trigger(), Does.Contain("delivered"), "who chose nothing gets what is usual");
        await Put("/api/v1/customers/u1", """{"cio_subscription_preferences.topics.topic_1":false}""");
        Assert.That(await Trigger(), Is.EqualTo("created,undeliverable the person is not subscribed to topic 1"));
    }

    [Test]
    public async Task SubscriptionCenter_ChannelsAndLink_AreServed()
    {
        Assert.That((await AppGet("/v1/subscription_channels")).Json["channels"]!.Select(c => (string?)c["type"]), Does.Contain("twilio"));
        Assert.That((string)(await AppGet("/v1/subscription_center/ada%40example.com/token")).Json["url"]!, Does.EndWith("/"));
        Assert.That(Refused(await AppGet("/v1/subscription_center/nobody/token")), Is.EqualTo("400 bad request"));
    }

    private async Task<string> Outcome(string path, string more, string? type = null)
    {
        var id = (string)(await AppPost($"/v1/send/{path}", Begin + more + "}")).Json["delivery_id"]!;
        var message = (await AppGet($"/v1/messages/{id}")).Json["message"]!;
        Assert.That((string?)message["type"], Is.EqualTo(type ?? path));
        return Told(message);
    }

    private static string Told(JToken message) =>
        $"{string.Join(',', ((JObject)message["metrics"]!).Properties().Select(p => p.Name))} {message["failure_message"]}";

    private static JObject OptOut(string channel, bool optOut) =>
        new()
        {
            ["channel"] = channel,
            ["from"] = "+15551234567",
            ["optout"] = optOut,
        };

    private static string Addresses(Reply reply) => string.Join(' ', reply.Json["suppressions"]!.Select(s => (string?)s["email"]));
}
