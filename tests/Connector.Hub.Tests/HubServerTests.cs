using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Hub.Webhooks;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Several parts behind one port.</summary>
public partial class HubServerTests
{
    private string _folder = "";
    private SandboxServer _target = null!;
    private CustomerIoConnector _connector = null!;
    private ReceivedEvents _kept = null!;
    private RunningHub _hub = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("connector-hub-").FullName;
        _target = await SandboxServer.StartAsync(new SandboxOptions());
        _connector = new CustomerIoConnector();
        _kept = ReceivedEvents.Open(_folder);
        var receiver = new Receiver(_kept, TimeProvider.System);
        var settings = TriggerSettings.Read(Catalogue.Embedded.Triggers.Single(), []);
        var ingest = await IngestPart.OpenAsync(
            new IngestOptions
            {
                WriteKey = Running.Key,
                File = Path.Combine(_folder, EventStore.FileName),
                Settings = EventSettings.Of("connector"),
                Connection = new Connection
                {
                    SiteId = "s",
                    ApiKey = "k",
                    BaseUrl = _target.Url.ToString(),
                },
            },
            _connector
        );
        _hub = await RunningHub.StartAsync(
            others: [ingest, new WebhookPart(settings, TimeSpan.FromSeconds(10), r => receiver.ReceiveAsync(r, settings, "the-key"), _ => { }, verifies: true)]
        );
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _hub.DisposeAsync();
        await _kept.DisposeAsync();
        _connector.Dispose();
        await _target.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    [Test]
    public async Task EachPart_AnswersAtItsPathsInItsForm()
    {
        Assert.That((await _hub.RunAsync("identify", """{"id":"7"}""")).Status, Is.EqualTo(200));
        Assert.That(await EventAsync(Running.Key), Is.EqualTo("""200 {"success":true}"""));
        Assert.That(await EventAsync("wrong"), Is.EqualTo("""401 {"success":false,"message":"The write key is missing or wrong."}"""));
        Assert.That(await DeliverAsync("the-key"), Is.EqualTo("200 ok\n"));
        Assert.That(await DeliverAsync("another key"), Does.StartWith("401 ").And.Not.Contain("{"));
        await Eventually.TrueAsync(() => _target.Person("8")?["events"]?.Any() == true, () => "the event did not arrive");
        Assert.That(_kept.Newest(10, []).Select(e => e.EventId), Is.EqualTo(new[] { "e1" }));
    }

    [Test]
    public async Task PathOfNobody_Is404AndTellsAll_OneOfAPartInItsForm()
    {
        var nobody = await _hub.GetAsync("/nothing");
        Assert.That(nobody.Status, Is.EqualTo(404));
        Assert.That((string?)nobody.Error["message"], Does.Contain("/actions/{id}").And.Contain("/v1/batch").And.Contain("/customerio").And.Contain("/health"));
        Assert.That((await _hub.GetAsync("/v1/nothing/more")).Text, Does.StartWith("""{"success":false"""));
        Assert.That((string?)(await _hub.GetAsync("/actions/track/more")).Error["message"], Does.Contain("/actions/{id}").And.Not.Contain("/v1/"));
    }

    [Test]
    public async Task HealthAndMetrics_TellOfAllParts()
    {
        await _hub.RunAsync("identify", """{"id":"7"}""");
        await _hub.RunAsync("identify", "{}");
        await DeliverAsync("the-key");
        await DeliverAsync("the-key");
        await DeliverAsync("another key");
        var health = (await _hub.GetAsync("/health")).Json;
        var metrics = await _hub.GetAsync("/metrics");
        Assert.Multiple(() =>
        {
            Assert.That((string?)health["status"], Is.EqualTo("ok"));
            Assert.That((int?)health["queued"], Is.Zero);
            Assert.That(JToken.DeepEquals(health["webhooks"], JObject.Parse("""{"received":1,"refused":1}""")), $"{health}");
            Assert.That((int?)health["actions"]!["running"], Is.Zero);
            Assert.That(metrics.Header("Content-Type"), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
            foreach (
                var line in (string[])
                    [
                        "customerio_ingest_received_total 0",
                        "customerio_webhooks_received_total 1",
                        "customerio_webhooks_duplicates_total 1",
                        "customerio_webhooks_refused_total 1",
                        """customerio_actions_total{action="identify",outcome="succeeded"} 1""",
                        """customerio_actions_total{action="identify",outcome="input"} 1""",
                    ]
            )
            {
                Assert.That(metrics.Text, Does.Contain(line + "\n"));
            }

            Assert.That(metrics.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.All.Match(Exposition()), "the text form of Prometheus");
        });
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[a-zA-Z-]+"(,[a-z]+="[a-zA-Z-]+")*\})? \d+)$""")]
    private static partial Regex Exposition();

    private async Task<string> EventAsync(string key)
    {
        using var content = new StringContent("""{"userId":"8","event":"Bought"}""");
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        return (await _hub.SendAsync(HttpMethod.Post, "/v1/track", content, ("Authorization", basic.ToString()))).ToString();
    }

    private async Task<string> DeliverAsync(string key)
    {
        var trigger = Catalogue.Embedded.Triggers.Single();
        var body = ConnectorJson.ToBytes(trigger.Sample(trigger.Find("email_bounced")!, "e1", TimeProvider.System.GetUtcNow()));
        var timestamp = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // Under the name of a tunnel that nobody named: the signature tells who sends.
        var answer = await _hub.SendAsync(
            HttpMethod.Post,
            "/customerio",
            content,
            ("Host", "tunnel.example"),
            (WebhookSignature.TimestampHeader, timestamp),
            (WebhookSignature.Header, WebhookSignature.Sign(key, timestamp, body))
        );
        return answer.ToString();
    }
}
