using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>Forms, metrics and unsubscribes.</summary>
public sealed class MessageTests : SandboxFixture
{
    private async Task<JToken> Delivery() => (await Get("/_sandbox/deliveries")).Json["deliveries"]!.Single();

    [Test]
    public async Task Form_Submitted_Is204AndCreatesThePerson()
    {
        var reply = await Post("/api/v1/forms/f%2F1/submit", """{"data":{"email":"a@example.com","first_name":"Ann","form_url":"https://example.com"}}""");

        Assert.That((reply.Status, reply.Body), Is.EqualTo((204, "")));
        Assert.That(Compact(Server.Person("a@example.com")!["attributes"]), Is.EqualTo("""{"first_name":"Ann"}"""));
        Assert.That(Compact((await Get("/_sandbox/forms")).Json["forms"]), Is.EqualTo("""{"f/1":1}"""));
    }

    [TestCase("{}", "data must be an object")]
    [TestCase("""{"data":{"first_name":"Ann"}}""", "data must have one of email and id, and only one")]
    [TestCase("""{"data":{"email":"a@example.com","id":"u1"}}""", "data must have one of email and id, and only one")]
    [TestCase("""{"data":{"id":"u1","age":7}}""", "data.age must be a string")]
    public async Task Form_ThatIsWrong_Is400YetTheFormIsKnown(string body, string error)
    {
        var reply = await Post("/api/v1/forms/f1/submit", body);

        Assert.That((reply.Status, reply.Errors.Single()), Is.EqualTo((400, error)));
        Assert.That((await Get("/_sandbox/people")).Json["total"]!.Value<int>(), Is.Zero);
        Assert.That(Compact((await Get("/_sandbox/forms")).Json["forms"]), Is.EqualTo("""{"f1":0}"""));
    }

    [TestCase("/api/v1/metrics", "metric", "bounced")]
    [TestCase("/api/v1/push/events", "event", "opened")]
    [TestCase("/push/events", "event", "delivered")]
    public async Task Metric_WithoutCredentials_IsTaken(string path, string key, string metric)
    {
        var reply = await SendTo(Server.Url, "POST", path, $$"""{"delivery_id":"d1","{{key}}":"{{metric}}","timestamp":1700000000,"device_id":"t"}""", "");

        Assert.That((reply.Status, reply.Body), Is.EqualTo((200, "{}\n")));
        Assert.That(Compact((await Delivery())["metrics"]), Is.EqualTo($$"""{"{{metric}}":1700000000}"""));
    }

    [TestCase("/api/v1/metrics", """{"metric":"opened"}""", "delivery_id cannot be blank")]
    [TestCase(
        "/api/v1/metrics",
        """{"delivery_id":"d1","metric":"read"}""",
        "metric must be one of bounced, clicked, converted, deferred, delivered, dropped, opened, spammed"
    )]
    [TestCase("/api/v1/push/events", """{"delivery_id":"d1","event":"clicked"}""", "event must be one of opened, converted, delivered")]
    public async Task Metric_ThatIsWrong_Is400(string path, string body, string error) =>
        Assert.That((await Post(path, body)).Errors, Is.EqualTo(new[] { error }));

    [Test]
    public async Task Unsubscribe_OfADelivery_ReachesItsPersonAndBack()
    {
        await Put("/api/v1/customers/u1");
        Assert.That((await Post("/_sandbox/deliveries", """{"id":"d1","person":"u1"}""")).Status, Is.EqualTo(201));

        await SendTo(Server.Url, "POST", "/unsubscribe/d1", """{"unsubscribe":true}""", "");
        Assert.That((bool)Server.Person("u1")!["unsubscribed"]!, Is.True);
        Assert.That((await Delivery())["metrics"]!["unsubscribed"], Is.Not.Null);
        await SendTo(Server.Url, "POST", "/unsubscribe/d1", """{"unsubscribe":false}""", "");
        Assert.That((bool)Server.Person("u1")!["unsubscribed"]!, Is.False);
    }

    [Test]
    public async Task Unsubscribe_OfAnUnknownDelivery_Is200AndDropped()
    {
        Assert.That((await Post("/unsubscribe/d9", """{"unsubscribe":true}""")).Status, Is.EqualTo(200));
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_unsubscribe: nobody is known to have got this delivery" }));
    }

    [Test]
    public async Task Unsubscribe_WithoutTheJsonContentType_Is400()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var form = new StringContent("""{"unsubscribe":true}""", Encoding.UTF8, "text/plain");
        using var response = await client.PostAsync(new Uri(Server.Url, "/unsubscribe/d1"), form);

        Assert.That((int)response.StatusCode, Is.EqualTo(400));
    }
}
