using System.Globalization;
using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The tools of the way back, in the runner, within this process.</summary>
[Category("Slow")]
public class WebhookToolTests
{
    private const string Key = "webhook-signing-key";
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();
    private string _home = "";

    [SetUp]
    public void MakeHome() => _home = Directory.CreateTempSubdirectory("webhook-tools-").FullName;

    [TearDown]
    public void RemoveHome() => Directory.Delete(_home, recursive: true);

    [Test]
    public async Task Receive_SignedDelivery_IsKeptAndListed()
    {
        await using var runner = await StartAsync();
        var sent = Delivery("email_sent", "01E4C4CT6YDC7Y5M7FE1GWWPQJ");

        var receipt = await ReceiveAsync(runner, sent);
        await ReceiveAsync(runner, Delivery("email_opened", "e2"));
        var listed = await ListAsync(runner, "{}");

        Assert.Multiple(async () =>
        {
            Assert.That(
                ((JObject)receipt).Properties().Select(p => p.Name),
                Is.EqualTo(new[] { "status", "name", "eventId", "event", "duplicate", "filtered", "verified", "reason" })
            );
            Assert.That(JToken.DeepEquals(receipt["event"], sent), Is.True, receipt.ToString());
            Assert.That(Head(receipt), Is.EqualTo("200 email_sent duplicate=False filtered=False verified=True"));
            Assert.That(listed.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "email_opened", "email_sent" }));
            Assert.That(JToken.DeepEquals(listed[1]["event"], sent), Is.True);
            Assert.That((string?)listed[1]["path"], Is.EqualTo("/customerio"));
            Assert.That((await ListAsync(runner, """{"limit":1}""")).Count, Is.EqualTo(1));
            Assert.That(
                (await ListAsync(runner, """{"events":["email_sent"]}""")).Select(e => (string?)e["eventId"]),
                Is.EqualTo(new[] { "01E4C4CT6YDC7Y5M7FE1GWWPQJ" })
            );
            Assert.That(await ListAsync(runner, $$"""{"since":{{Now + 3600}}}"""), Is.Empty);
            Assert.That(await ListAsync(runner, $$"""{"since":{{Now - 3600}}}"""), Has.Count.EqualTo(2));
        });
    }

    [Test]
    public async Task Receive_SameEventAgain_IsADuplicateUnlessItIsTheSameCallOrAnotherPath()
    {
        var delivery = Delivery("sms_delivered", "e1");
        await using (var runner = await StartAsync())
        {
            Assert.That(Head(await ReceiveAsync(runner, delivery, meta: """{"customerio/invocationId":"one"}""")), Does.Contain("duplicate=False"));
        }

        // The runner is gone, as by a crash: its host sends the call again to the next one.
        await using var next = await StartAsync();
        var same = await ReceiveAsync(next, delivery, meta: """{"customerio/invocationId":"one"}""");
        Assert.That((Head(same), same["event"]!.Type), Is.EqualTo(("200 sms_delivered duplicate=False filtered=False verified=True", JTokenType.Object)));
        var again = await ReceiveAsync(next, delivery, meta: """{"customerio/invocationId":"two"}""");
        Assert.That((Head(again), again["event"]!.Type), Is.EqualTo(("200 sms_delivered duplicate=True filtered=False verified=True", JTokenType.Null)));
        Assert.That(Head(await ReceiveAsync(next, delivery)), Does.Contain("duplicate=True"));
        Assert.That(Head(await ReceiveAsync(next, delivery, """{"path":"/other"}""")), Does.Contain("duplicate=False"));
    }

    [Test]
    public async Task Receive_Settings_FilterAndForm()
    {
        await using var runner = await StartAsync();

        var filtered = await ReceiveAsync(runner, Delivery("email_sent", "e1"), """{"events":["email_bounced"]}""");
        var track = await ReceiveAsync(runner, Delivery("email_clicked", "e2"), """{"format":"events","naming":"rudderstack","campaigns":[7]}""");

        Assert.That((Head(filtered), filtered["event"]!.Type), Is.EqualTo(("200 email_sent duplicate=False filtered=True verified=True", JTokenType.Null)));
        Assert.That((string?)track["event"]!["event"], Is.EqualTo("Email Link Clicked"));
        Assert.That((await ListAsync(runner, "{}")).Select(e => (string?)e["eventId"]), Is.EqualTo(new[] { "e2" }), "what is filtered is not kept");
    }

    [Test]
    public async Task Receive_WrongSignature_IsRefusedAndNotKept()
    {
        await using var runner = await StartAsync();
        var refused = await ReceiveAsync(runner, Delivery("email_sent", "e1"), key: "another key");
        var other = await ReceiveAsync(
            runner,
            Delivery("email_sent", "e1"),
            key: "call-key",
            meta: """{"customerio/connection":{"webhookSigningKey":"call-key"}}"""
        );
        var unverified = await ReceiveAsync(runner, Delivery("email_sent", "e2"), key: "whatever", meta: """{"customerio/connection":{}}""");
        Assert.Multiple(() =>
        {
            Assert.That(((int)refused["status"]!, refused["event"]!.Type), Is.EqualTo((401, JTokenType.Null)));
            Assert.That((string?)refused["reason"], Does.Contain("signature").And.Not.Contain("ada@example.com"));
            Assert.That(Head(other), Is.EqualTo("200 email_sent duplicate=False filtered=False verified=True"));
            Assert.That(Head(unverified), Does.EndWith("verified=False"));
        });
    }

    [TestCase("receive-event", "{}", "/headers")]
    [TestCase("receive-event", """{"headers":{"a":{}}}""", "/headers/a")]
    [TestCase("receive-event", """{"headers":{},"body":"{}","bodyBase64":"e30="}""", "/body")]
    [TestCase("receive-event", """{"headers":{},"bodyBase64":"§"}""", "/bodyBase64")]
    [TestCase("receive-event", """{"headers":{},"settings":{"events":["email_snet"]}}""", "/settings/events/0")]
    [TestCase("list-received-events", """{"limit":0}""", "/limit")]
    [TestCase("list-received-events", """{"since":"yesterday"}""", "/since")]
    [TestCase("register-webhook", """{"url":"example.com"}""", "/url")]
    [TestCase("register-webhook", """{"url":"http://example.com/x"}""", "/url")]
    [TestCase("register-webhook", """{"url":"https://example.com/x","events":"{}"}""", "/events")]
    [TestCase("remove-webhook", "{}", "/url")]
    public async Task Call_WrongArguments_NamesThem(string tool, string arguments, string path)
    {
        await using var runner = await StartAsync();
        var error = await runner.FailAsync(tool, arguments);
        Assert.That(((string?)error["kind"], error["problems"]!.Select(p => (string?)p["path"]).FirstOrDefault()), Is.EqualTo(("input", path)));
    }

    [Test]
    public async Task Receive_FolderThatCannotBe_IsAnError()
    {
        await File.WriteAllTextAsync(Path.Combine(_home, "file"), "");
        await using var runner = await StartAsync(Path.Combine(_home, "file", "home"));
        var error = await runner.FailAsync(
            "receive-event",
            """{"headers":{"content-type":"application/json"},"body":"{}"}""",
            """{"customerio/connection":{}}"""
        );
        Assert.That((string?)error["message"], Does.Contain("cannot be made"));
    }

    [Test]
    public async Task Register_CreatesReusesUpdatesAndRemoves()
    {
        var webhooks = new JArray();
        await using var sink = await Sink.StartAsync();
        sink.Answer = (context, arrival) => AppApi(webhooks, context, arrival);
        await using var runner = await StartAsync(sink: sink);
        const string Url = "https://example.com/customerio";

        async Task<string> Register(string events) =>
            ConnectorJson.ToText((await runner.CallAsync("register-webhook", $$"""{"url":"{{Url}}"{{events}}}"""))["result"]!["structuredContent"]!);

        async Task<string> Remove() =>
            ConnectorJson.ToText((await runner.CallAsync("remove-webhook", $$"""{"url":"{{Url}}"}"""))["result"]!["structuredContent"]!);

        Assert.That(await Remove(), Is.EqualTo("""{"id":null,"removed":false}"""));
        Assert.That(await Register(""), Is.EqualTo("""{"id":"1","outcome":"created","managed":true}"""));
        Assert.That(webhooks.Single()["events"]!.Count(), Is.EqualTo(72));
        Assert.That(await Register(""), Is.EqualTo("""{"id":"1","outcome":"reused","managed":true}"""));
        Assert.That(await Register(""","events":["email_sent"]"""), Is.EqualTo("""{"id":"1","outcome":"updated","managed":true}"""));
        Assert.That(webhooks.Single()["events"]!.Select(e => (string?)e), Is.EqualTo(new[] { "email_sent" }));
        webhooks.Clear();
        Assert.That(await Remove(), Is.EqualTo("""{"id":"1","removed":true}"""), "it was removed by hand, and 404 is fine");
        Assert.That(await Remove(), Is.EqualTo("""{"id":null,"removed":false}"""));
    }

    // As little of the App API as the calls need; the sandbox is tried in the tool's tests.
    private static async Task AppApi(JArray webhooks, HttpContext context, Arrival arrival)
    {
        var id = arrival.Path.Split('/')[^1];
        var one = webhooks.FirstOrDefault(w => (string?)w["id"] == id);
        JObject answer;
        if (arrival.Path.EndsWith("/reporting_webhooks", StringComparison.Ordinal))
        {
            answer = new JObject { ["reporting_webhooks"] = webhooks.DeepClone() };
            if (arrival.Method == "POST")
            {
                answer = ConnectorJson.ParseObject(arrival.Text);
                answer["id"] = webhooks.Count + 1;
                webhooks.Add(answer);
            }
        }
        else if (one is null)
        {
            context.Response.StatusCode = 404;
            answer = [];
        }
        else
        {
            answer = arrival.Method == "PUT" ? ConnectorJson.ParseObject(arrival.Text) : (JObject)one.DeepClone();
            answer["id"] = one["id"]!.DeepClone();
            one.Replace(answer.DeepClone());
        }

        await context.Response.WriteAsync(ConnectorJson.ToText(answer));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static JObject Delivery(string name, string id) => s_trigger.Sample(s_trigger.Find(name)!, id, TimeProvider.System.GetUtcNow());

    private async Task<RunnerHere> StartAsync(string? home = null, Sink? sink = null)
    {
        var runner = await RunnerHere.ConnectAsync(
            new Dictionary<string, string>
            {
                ["CUSTOMERIO_CONNECTOR_HOME"] = home ?? _home,
                ["CUSTOMERIO_WEBHOOK_SIGNING_KEY"] = Key,
                ["CUSTOMERIO_APP_API_KEY"] = "app-key",
                ["CUSTOMERIO_BASE_URL"] = sink?.Url ?? "http://127.0.0.1:9",
            }
        );
        return runner;
    }

    private static async Task<JToken> ReceiveAsync(RunnerHere runner, JObject delivery, string settings = "{}", string key = Key, string? meta = null)
    {
        // Spaces that no re-written JSON would have: the signature is over the bytes.
        var body = Encoding.UTF8.GetBytes(" " + ConnectorJson.ToText(delivery) + "\n");
        var now = Now.ToString(CultureInfo.InvariantCulture);
        var arguments = $$$"""
            {"headers":{"content-type":"application/json","x-cio-timestamp":"{{{now}}}","x-cio-signature":["{{{WebhookSignature.Sign(
                key,
                now,
                body
            )}}}"]},"bodyBase64":"{{{Convert.ToBase64String(body)}}}","settings":{{{settings}}}}
            """;
        return (await runner.CallAsync("receive-event", arguments.Trim(), meta))["result"]!["structuredContent"]!;
    }

    private static async Task<JArray> ListAsync(RunnerHere runner, string arguments) =>
        (JArray)(await runner.CallAsync("list-received-events", arguments))["result"]!["structuredContent"]!["events"]!;

    private static string Head(JToken receipt) =>
        $"{receipt["status"]} {receipt["name"]} duplicate={receipt["duplicate"]} filtered={receipt["filtered"]} verified={receipt["verified"]}";
}
