using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>The trigger in a real Node-RED: registered in the sandbox, and posted to over real HTTP.</summary>
[Platform(Include = "Linux", Reason = "Processes are watched through /proc.")]
[Category("Slow")]
[NonParallelizable]
public sealed class TriggerTests
{
    private const string Key = "key of the webhook";
    private SandboxServer _sandbox = null!;
    private NodeRed _red = null!;

    private string Public => _red.Url.ToString();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(
            new SandboxOptions
            {
                SiteId = "test-site",
                ApiKey = "test-key",
                WebhookSigningKey = Key,
            }
        );
        _red = await NodeRed.SharedAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [SetUp]
    public void Reset()
    {
        _sandbox.Reset();
        _red.Forget();
    }

    [TearDown]
    public Task EmptyAsync() => _red.DeployAsync([]);

    [Test]
    public async Task Send_IsReportedToTheFlow_ByAWebhookThatTheNodeMadeAndTakesBack()
    {
        await DeployAsync(("publicUrl", Public), ("p_events", new JArray("email_delivered")));
        await _red.UntilAsync(() => Badges.Contains("/hook, webhook 1"), "the webhook is registered");
        Assert.That((await WebhooksAsync()).Single()["endpoint"]!.ToString(), Is.EqualTo(Public + "hook"));

        await SandboxAsync("POST", "/v1/send/email", """{"to":"ada@example.com","transactional_message_id":2,"identifiers":{"id":"1"}}""");
        await _red.UntilAsync(() => Events.Length > 0, "the event comes");
        var message = Events.Single();
        Assert.That(
            ((string?)message["topic"], (string?)message["payload"]!["metric"], (bool)message["customerio"]!["verified"]!),
            Is.EqualTo(("email_delivered", "delivered", true))
        );
        Assert.That((string?)message["payload"]!["data"]!["identifiers"]!["id"], Is.EqualTo("1"));

        // Deployed again it is still wanted; with another path the old address goes; without the node all do.
        await DeployAsync(("publicUrl", Public), ("p_events", new JArray("email_delivered")));
        await _red.UntilAsync(() => Badges.Count(b => b == "/hook, webhook 1") == 2, "it is found again");
        await DeployAsync(("publicUrl", Public), ("p_path", "/other"));
        await _red.UntilAsync(() => Badges.Contains("/other, webhook 2"), "the other address is registered");
        Assert.That((await WebhooksAsync()).Select(w => (string?)w["endpoint"]), Is.EqualTo(new[] { Public + "other" }));
        Assert.That((await PostAsync("hook", Delivery("old"))).Status, Is.EqualTo(404).Or.EqualTo(503));
        await _red.DeployAsync([]);
        Assert.That(await WebhooksAsync(), Is.Empty);
    }

    [Test]
    public async Task Webhook_ThatWasThere_IsUsedAndLeft()
    {
        await SandboxAsync(
            "POST",
            "/v1/reporting_webhooks",
            new JObject
            {
                ["name"] = "mine",
                ["endpoint"] = Public + "hook",
                ["events"] = new JArray("email_sent"),
            }.ToString()
        );
        await DeployAsync(("publicUrl", Public), ("p_events", new JArray("sms_replied")));
        await _red.UntilAsync(() => Badges.Contains("/hook, webhook 1"), "the webhook is registered");

        var webhook = (await WebhooksAsync()).Single();
        Assert.That(((string?)webhook["name"], (string?)webhook["events"]!.Single()), Is.EqualTo(("mine", "sms_replied")));
        await _red.DeployAsync([]);
        Assert.That(await WebhooksAsync(), Has.Length.EqualTo(1), "not made here");
    }

    [Test]
    public async Task Webhook_RemovedInCustomerIo_IsNoErrorAtUndeploy()
    {
        await DeployAsync(("publicUrl", Public));
        await _red.UntilAsync(() => Badges.Contains("/hook, webhook 1"), "the webhook is registered");
        await SandboxAsync("DELETE", "/v1/reporting_webhooks/1");
        await _red.DeployAsync([]);

        Assert.That(_red.Log, Does.Not.Contain("could not be removed"));
    }

    [Test]
    public async Task Node_WithoutAnAppKey_SaysWhatToPasteWhere()
    {
        await _red.DeployAsync(Flows.Trigger(Connection(app: null), ("publicUrl", "https://flows.example.com/")));
        await _red.UntilAsync(() => Badges.Contains("/hook, add https://flows.example.com/hook in Customer.io"), "the badge says it");

        Assert.That(
            _red.Log,
            Does.Contain("add a reporting webhook in Customer.io with the address https://flows.example.com/hook, and put its signing key into the connection")
        );
    }

    [Test]
    public async Task Node_WhoseRegistrationIsRefused_SaysSoAndStillListens()
    {
        await DeployAsync(("publicUrl", "http://192.0.2.1/"));
        await _red.UntilAsync(() => Badges.Any(b => b.StartsWith("not registered: ", StringComparison.Ordinal)), "the badge says it");

        Assert.That((await PostAsync("hook", Delivery("d1"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Delivery_SentTwice_ComesOutOnce()
    {
        await DeployAsync();
        var delivery = Delivery("01HB4HBDKTFWYZCK01DMRSWRFD");
        Assert.That((await PostAsync("hook", delivery)).Status, Is.EqualTo(200));
        Assert.That((await PostAsync("hook/", delivery)).Status, Is.EqualTo(200));
        Assert.That((await PostAsync("hook", Delivery("another"))).Status, Is.EqualTo(200));

        await _red.UntilAsync(() => Events.Length >= 2, "both events come");
        Assert.That(Events.Select(e => (string?)e["customerio"]!["eventId"]), Is.EqualTo(new[] { "01HB4HBDKTFWYZCK01DMRSWRFD", "another" }));
    }

    [Test]
    public async Task Delivery_OfAnotherOriginOrDomain_IsTakenAndDropped()
    {
        await DeployAsync(
            ("p_campaigns_t", "rows"),
            (
                "p_campaigns_r",
                new JArray
                {
                    new JObject { ["t"] = "str", ["v"] = "7" },
                }
            ),
            ("p_format_t", "choice"),
            ("p_format", "events")
        );
        Assert.That((await PostAsync("hook", Delivery("d2", """{"campaign_id":8}"""))).Status, Is.EqualTo(200));
        Assert.That((await PostAsync("hook", Delivery("d3", """{"campaign_id":7,"identifiers":{"id":"1"}}"""))).Status, Is.EqualTo(200));

        await _red.UntilAsync(() => Events.Length >= 1, "the event comes");
        Assert.That((Events.Length, (string?)Events[0]["payload"]!["type"]), Is.EqualTo((1, "track")));
    }

    [Test]
    public async Task Delivery_ThatIsWrong_IsRefusedAndComesOutOfTheSecondOutput()
    {
        await DeployAsync();
        var body = Delivery("d4");
        (string What, Task<(int Status, string Text)> Answer, int Status)[] wrong =
        [
            ("another key", PostAsync("hook", body, key: "wrong"), 401),
            ("no signature", PostAsync("hook", body, key: null), 401),
            ("an old one", PostAsync("hook", body, age: 600), 400),
            ("no JSON", PostAsync("hook", "nonsense ada@example.com"), 400),
            ("another type", PostAsync("hook", body, type: "text/plain"), 415),
            ("10 MB", PostAsync("hook", new string(' ', 10 << 20)), 413),
            ("another method", PostAsync("hook", body, method: "PUT"), 405),
        ];
        foreach (var (what, answer, status) in wrong)
        {
            Assert.That((await answer).Status, Is.EqualTo(status), what);
        }

        await _red.UntilAsync(() => Messages("refused").Length >= wrong.Length, "all refusals come out");
        Assert.That(Messages("refused").Select(m => (int)m["payload"]!["status"]!), Is.EquivalentTo(wrong.Select(w => w.Status)));
        Assert.That(Messages("refused").Select(m => m.ToString()), Has.None.Contains("ada@example.com"));
        Assert.That(Events, Is.Empty);
    }

    [Test]
    public async Task Delivery_ThatDoesNotEnd_Is408()
    {
        await DeployAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", _red.Url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        var watch = Stopwatch.StartNew();
        using var reader = new StreamReader(stream);

        Assert.That(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo("HTTP/1.1 408 Request Timeout"));
        Assert.That(watch.Elapsed.TotalSeconds, Is.GreaterThan(2).And.LessThan(15));
        await _red.UntilAsync(() => Messages("refused").Length == 1, "the refusal comes out");
    }

    [Test]
    public async Task Node_OnAPathThatIsTaken_SaysSo()
    {
        var flows = Flows.Trigger(Connection());
        var second = (JObject)flows.Single(n => (string?)n["id"] == "trigger").DeepClone();
        second["id"] = "second";
        flows.Add(second);
        await _red.DeployAsync(flows);

        await _red.UntilAsync(() => _red.Statuses.Any(s => s.Node is "second" or "trigger" && s.Text == "/hook is taken"), "one of them says it");
    }

    private string[] Badges => [.. _red.Statuses.Where(s => s.Node == "trigger").Select(s => s.Text)];

    private JObject[] Events => Messages("events");

    private JObject[] Messages(string node) => [.. _red.DebugMessages.Where(d => (string?)d["id"] == node).Select(d => JObject.Parse((string)d["msg"]!))];

    private JObject Connection(string? app = "app-key")
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["webhookSigningKey"] = Key;
        if (app is not null)
        {
            connection["credentials"]!["appApiKey"] = app;
        }

        return connection;
    }

    private Task DeployAsync(params (string Name, JToken Value)[] settings) => _red.DeployAsync(Flows.Trigger(Connection(), settings));

    private static string Delivery(string eventId, string data = """{"recipient":"ada@example.com"}""") =>
        new JObject
        {
            ["event_id"] = eventId,
            ["object_type"] = "email",
            ["metric"] = "delivered",
            ["timestamp"] = 1700000000,
            ["data"] = JObject.Parse(data),
        }.ToString();

    private async Task<(int Status, string Text)> PostAsync(
        string path,
        string body,
        string? key = Key,
        long age = 0,
        string type = "application/json",
        string method = "POST"
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, type) };
        var timestamp = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age).ToString(CultureInfo.InvariantCulture);
        if (key is not null)
        {
            request.Headers.Add("X-CIO-Timestamp", timestamp);
            request.Headers.Add(
                "X-CIO-Signature",
                Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")))
            );
        }

        using var response = await _red.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<JObject[]> WebhooksAsync() => [.. (await SandboxAsync("GET", "/v1/reporting_webhooks"))["reporting_webhooks"]!.Cast<JObject>()];

    private async Task<JObject> SandboxAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_sandbox.Url, path));
        request.Headers.Add("Authorization", "Bearer app-key");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _red.Http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return JObject.Parse(await response.Content.ReadAsStringAsync());
    }
}
