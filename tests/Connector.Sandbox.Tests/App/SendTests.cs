using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Transactional messages, from the send to the message that lists and logs show.</summary>
public sealed class SendTests : AppFixture
{
    private const string Who = "\"identifiers\":{\"id\":\"u1\"}";
    private readonly FakeTime _time = FakeTime.Manual();

    protected override SandboxOptions Options => base.Options with { Time = _time };

    [Test]
    public async Task Email_ToSomebodyUnknown_MakesThePersonAndTheMessage()
    {
        var sent = (
            await AppPost(
                "/v1/send/email",
                $$"""
                {"to":"a@example.com, b@example.com","transactional_message_id":"RECEIPT",{{Who}},"message_data":{"n":1 },
                "body":"Hello","subject":"Hi","headers":{} }
                """
            )
        ).Json;
        var id = (string)sent["delivery_id"]!;
        Assert.That((long)sent["queued_at"]!, Is.EqualTo(_time.GetUtcNow().ToUnixTimeSeconds()));
        Assert.That(sent.Count, Is.EqualTo(2));
        Assert.That(Server.Person("u1"), Is.Not.Null);

        var message = (await AppGet($"/v1/messages/{Uri.EscapeDataString(id)}")).Json["message"]!;
        Assert.That(
            $"{message["id"]} {message["type"]} {message["recipient"]} {message["subject"]}",
            Is.EqualTo($"{id} email a@example.com, b@example.com Hi")
        );
        Assert.That($"{message["customer_id"]} {message["transactional_message_id"]}", Is.EqualTo("u1 2"));
        Assert.That(((JObject)message["metrics"]!).Properties().Select(p => p.Name), Is.EqualTo(new[] { "created", "attempted", "sent", "delivered" }));
        foreach (
            var list in (string[])["/v1/messages", "/v1/messages?transactional_id=2", "/v1/customers/u1/messages", "/v1/transactional/2/messages?metric=sent"]
        )
        {
            Assert.That((await AppGet(list)).Json["messages"]!.Select(m => (string?)m["id"]), Is.EqualTo(new[] { id }), list);
        }
        foreach (var list in (string[])["/v1/messages?campaign_id=1", "/v1/transactional/1/messages", "/v1/messages?metric=opened", "/v1/messages?type=push"])
        {
            Assert.That((await AppGet(list)).Json["messages"]!, Is.Empty, list);
        }
        var archived = (await AppGet($"/v1/messages/{id}/archived_message")).Json["archived_message"]!;
        Assert.That($"{archived["body"]} {archived["subject"]} {archived["forgotten"]}", Is.EqualTo("Hello Hi False"));
        var activity = (await AppGet("/v1/customers/u1/activities?type=sent_email")).Json["activities"]!.Single();
        Assert.That($"{activity["delivery_id"]} {activity["delivery_type"]}", Is.EqualTo($"{id} email"));

        await Post("/api/v1/metrics", $$"""{"delivery_id":"{{id}}","metric":"opened"}""");
        Assert.That((await AppGet("/v1/messages?metric=opened")).Json["messages"]!.Count(), Is.EqualTo(1), "metrics reported to Track show here");
        Assert.That((await AppGet("/v1/customers/u1/activities?type=opened_email")).Json["activities"]!.Count(), Is.EqualTo(1));
        await Post($"/unsubscribe/{id}", """{"unsubscribe":true}""");
        Assert.That((bool)Server.Person("u1")!["unsubscribed"]!, Is.True);
    }

    [Test]
    public async Task Email_WithoutATemplate_CountsUnderTheFirst()
    {
        Assert.That((await AppPost("/v1/send/email", """{"to":"a@example.com","subject":"s","body":"b","from":"c@example.com"}""")).Status, Is.EqualTo(200));

        Assert.That((await AppGet("/v1/transactional/1/messages")).Json["messages"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Email_ForLater_IsSentThen()
    {
        var at = _time.GetUtcNow().ToUnixTimeSeconds() + 60;
        var sent = (await AppPost("/v1/send/email", $$"""{"to":"a@example.com","transactional_message_id":2,{{Who}},"send_at":{{at}}}""")).Json;
        Assert.That((long)sent["send_at"]!, Is.EqualTo(at));
        Assert.That((await AppGet("/v1/messages?metric=sent")).Json["messages"]!, Is.Empty);

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.That((await AppGet("/v1/messages?metric=sent")).Json["messages"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Email_AsADraft_IsListedOnlyAmongDrafts()
    {
        await AppPost(
            "/v1/send/email",
            $$"""
            {"to":"a@example.com","transactional_message_id":2,{{Who}},"queue_draft":true,"disable_message_retention":true}
            """
        );

        Assert.That((await AppGet("/v1/messages")).Json["messages"]!, Is.Empty);
        var draft = (await AppGet("/v1/messages?drafts=true")).Json["messages"]!.Single();
        var archived = (await AppGet($"/v1/messages/{draft["id"]}/archived_message")).Json["archived_message"]!;
        Assert.That($"{draft["forgotten"]} {archived["forgotten"]} {archived["body"]}", Is.EqualTo("True True "));
    }

    [TestCase("push", null, true, "push", "t2,t1", "")]
    [TestCase("push", "last_used", true, "push", "t2", "")]
    [TestCase("sms", null, true, "twilio", "+43123456789", "")]
    [TestCase("sms", "+43999", true, "twilio", "+43999", "")]
    [TestCase("sms", null, false, "twilio", "+43123456789", "the person is unsubscribed")]
    [TestCase("whatsapp", null, true, "whatsapp", "+43123456789", "")]
    [TestCase("in_app", null, true, "in_app", "u1", "")]
    [TestCase("inbox_message", null, true, "inbox", "u1", "")]
    public async Task EveryChannel_ReachesThePerson(string path, string? to, bool unsubscribed, string type, string recipient, string failure)
    {
        await Put("/api/v1/customers/u1", """{"phone":"+43123456789","unsubscribed":true}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t1","platform":"ios","last_used":1}}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t2","platform":"ios","last_used":2}}""");

        var body = Parse($$"""{"transactional_message_id":"receipt",{{Who}},"send_to_unsubscribed":{{(unsubscribed ? "true" : "false")}} }""");
        body["to"] = to;
        Assert.That((await AppPost($"/v1/send/{path}", body.ToString())).Status, Is.EqualTo(200));

        var message = (await AppGet($"/v1/messages?type={type}")).Json["messages"]!.Single();
        Assert.That($"{message["recipient"]} {message["failure_message"]}", Is.EqualTo($"{recipient} {failure}"));
        Assert.That(message["metrics"]!["delivered"] is null, Is.EqualTo(failure.Length > 0));
    }

    [TestCase("email", """{"transactional_message_id":2}""", 400, "to is required")]
    [TestCase("email", """{"to":"a@example.com","subject":"s","body":"b"}""", 400, "from is required without a transactional_message_id")]
    [TestCase("email", """{"to":"a@example.com","transactional_message_id":99}""", 400, "transactional message 99 was not found")]
    [TestCase("email", """{"to":"a@example.com","transactional_message_id":"nope"}""", 400, "transactional message 'nope' was not found")]
    [TestCase(
        "email",
        """{"to":"a,b,c,d,e,f,g,h","cc":"a,b,c,d","bcc":"a,b,c,d","transactional_message_id":2}""",
        400,
        "cannot send to more than 15 recipients"
    )]
    [TestCase("email", """{"to":"a@example.com","transactional_message_id":2,"attachments":{"a.txt":"?"}}""", 400, "Attachment must be base64 encoded: a.txt")]
    [TestCase("email", """{"to":"a@example.com","transactional_message_id":2,"headers":{"X-A":"é"}}""", 400, "headers cannot hold other characters than ASCII")]
    [TestCase("email", """{"to":"a@example.com","transactional_message_id":2,"queue_draft":"yes"}""", 400, "queue_draft must be true or false")]
    [TestCase("email", """{"to":"a@example.com","transactional_message_id":2,"message_data":[]}""", 400, "message_data must be an object")]
    [TestCase(
        "email",
        """{"to":"a@example.com","transactional_message_id":2,"send_at":99999999999}""",
        400,
        "send_at must be Unix seconds, at most 90 days ahead"
    )]
    [TestCase(
        "email",
        """{"to":"a@example.com","transactional_message_id":2,"identifiers":{"id":"a","email":"b"}}""",
        400,
        "identifiers must have exactly one of id, email, cio_id"
    )]
    [TestCase(
        "email",
        """{"to":"a@example.com","transactional_message_id":2,"identifiers":{"cio_id":"none"}}""",
        400,
        "customer not found: cio_id is unknown or deleted"
    )]
    [TestCase("push", """{"identifiers":{"id":"a"}}""", 400, "transactional_message_id is required")]
    [TestCase("push", """{"transactional_message_id":2}""", 400, "identifiers is required")]
    [TestCase("sms", """{"transactional_message_id":2,"identifiers":{"id":"a"},"to":"12"}""", 400, "Invalid phone number format: to must be in E.164 format")]
    [TestCase("email", "no json", 400, "the body is not valid JSON")]
    [TestCase("email", "[]", 400, "the body must be a JSON object")]
    public async Task Send_OfWhatCannotBe_IsOneMetaError(string path, string body, int status, string error)
    {
        var reply = await AppPost($"/v1/send/{path}", body);

        Assert.That((reply.Status, (string?)reply.Json["meta"]!["error"]), Is.EqualTo((status, error)));
        Assert.That((await AppGet("/v1/messages")).Json["messages"]!, Is.Empty);
    }

    [Test]
    public async Task Email_TooLarge_Is413()
    {
        var attached = Convert.ToBase64String(new byte[2_000_000]);
        var body = $$"""{"to":"a@example.com","transactional_message_id":2,"attachments":{"a":"{{attached}}"} }""";
        Assert.That((await AppPost("/v1/send/email", body)).Status, Is.EqualTo(413));
        Assert.That((await AppPost("/v1/send/email", body.Replace(attached, attached[..^8], StringComparison.Ordinal))).Status, Is.EqualTo(200));
        Assert.That(
            (await AppPost("/v1/send/email", $$"""{"to":"a@example.com","transactional_message_id":2,"body":"{{attached}}"}""")).Status,
            Is.EqualTo(413)
        );
    }

    [Test]
    public async Task AutoCreate_WithAnUnknownName_MakesTheTemplate()
    {
        await AppPost("/v1/send/push", $$"""{"transactional_message_id":"new one","auto_create":true,{{Who}}}""");

        Assert.That(
            (await AppGet("/v1/transactional")).Json["messages"]!.Select(m => $"{m["id"]} {m["name"]}"),
            Is.EqualTo(new[] { "1 Without a template", "2 Receipt", "3 new one" })
        );
        Assert.That((string?)(await AppGet("/v1/transactional/3")).Json["message"]!["name"], Is.EqualTo("new one"));
        Assert.That((await AppGet("/v1/transactional/9")).Status, Is.EqualTo(404));
        var failed = (await AppGet("/v1/messages")).Json["messages"]!.Single();
        Assert.That((string?)failed["failure_message"], Is.EqualTo("the person has nothing to send push to"), "nobody can be reached without a device");
    }

    [Test]
    public async Task Transactional_OfTheControlSide_CanBeSentByItsTriggerName()
    {
        Assert.That(
            (await Post("/_sandbox/transactional", """{"name":"Password reset","trigger_name":"password_reset","description":"d"}""")).Status,
            Is.EqualTo(201)
        );

        Assert.That((await AppPost("/v1/send/in_app", $$"""{"transactional_message_id":"Password_Reset",{{Who}}}""")).Status, Is.EqualTo(200));
        Assert.That((string?)(await AppGet("/v1/transactional/3")).Json["message"]!["description"], Is.EqualTo("d"));
        Assert.That((await Post("/_sandbox/transactional", "{}")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task ArchivedMessages_OverAHundredADay_Are429WithoutRetryAfter()
    {
        await Put("/_sandbox/settings", """{"rateLimits":true}""");
        var sent = (await AppPost("/v1/send/in_app", $$"""{"transactional_message_id":2,{{Who}}}""")).Json;
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.That((await AppGet($"/v1/messages/{sent["delivery_id"]}/archived_message")).Status, Is.EqualTo(200));
        }
        var refused = await AppGet($"/v1/messages/{sent["delivery_id"]}/archived_message");
        Assert.That((Refused(refused), refused.Headers.RetryAfter), Is.EqualTo(("429 rate limited to 100 requests per day", (object?)null)));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.That((await AppGet($"/v1/messages/{sent["delivery_id"]}/archived_message")).Status, Is.EqualTo(200));
    }
}
