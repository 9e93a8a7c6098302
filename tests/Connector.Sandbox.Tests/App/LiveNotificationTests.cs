namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Live notifications, from their start to their end.</summary>
public sealed class LiveNotificationTests : AppFixture
{
    private const string Begin = """{"notification_type":"t","attributes":{"a":1},"content_state":{"b":1},"identifiers":""";
    private readonly FakeTime _time = FakeTime.Manual();

    protected override SandboxOptions Options => base.Options with { Time = _time };

    [Test]
    public async Task Notification_OfAPersonWithADevice_IsActiveUntilItEnds()
    {
        await Put("/api/v1/customers/u1", "{}");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"d","platform":"ios"}}""");
        var id = await Started("""{"id":"u1"}}""");
        Assert.That(await State(id), Is.EqualTo("active start sent"));
        Assert.That((await AppPost("/v1/live_notifications/update", $$"""{"content_state":{"b":2},"instance_id":"{{id}}"}""")).Status, Is.EqualTo(200));
        Assert.That(await State(id), Is.EqualTo("active update sent"));
        await AppPost("/v1/live_notifications/end", $$"""{"instance_id":"{{id}}"}""");
        Assert.That(await State(id), Is.EqualTo("ended end sent"));

        var other = await Started("""{"internal":"cio_a3000001"}}""");
        _time.Advance(TimeSpan.FromHours(6));
        Assert.That(await State(other), Is.EqualTo("expired start sent"));
    }

    [Test]
    public async Task Notification_OfSomebodyWithoutADevice_Fails() =>
        Assert.That(await State(await Started("""{"email":"nobody@example.com"}}""")), Is.EqualTo("failed start undeliverable"));

    [TestCase(
        "start",
        Begin + """{"id":"u1","email":"a@example.com"}}""",
        "400 identifiers must hold exactly one of id, email, phone and internal /identifiers"
    )]
    [TestCase("start", Begin + """{"id":"u1"},"platform":"ios"}""", "400 push_payload.alert needs a title and a body /push_payload/alert")]
    [TestCase("start", Begin + """{"id":"u1"},"expiration":1}""", "400 expiration must be within the next 6 hours /expiration")]
    [TestCase("update", """{"instance_id":"x","content_state":{"b":2}}""", "400 instance_id is not a valid ULID /instance_id")]
    [TestCase("update", """{"instance_id":"01J9Z3N5M7Q8R2S4T6V8W0X1Y3"}""", "400 content_state is required /content_state")]
    public async Task Operation_Malformed_IsRefused(string operation, string body, string refusal) =>
        Assert.That(Refused(await AppPost($"/v1/live_notifications/{operation}", body)), Is.EqualTo(refusal));

    [Test]
    public async Task Get_OfOneThatIsNotThere_IsNotFound() =>
        Assert.That(Refused(await AppGet("/v1/live_notifications/01J9Z3N5M7Q8R2S4T6V8W0X1Y3")), Is.EqualTo("404 live notification not found"));

    private async Task<string> Started(string identifiers) => (string)(await AppPost("/v1/live_notifications/start", Begin + identifiers)).Json["instance_id"]!;

    private async Task<string> State(string id)
    {
        var shown = (await AppGet($"/v1/live_notifications/{id}")).Json;
        return $"{shown["state"]} {shown["last_delivery"]!["operation"]} {shown["last_delivery"]!["status"]}";
    }
}
