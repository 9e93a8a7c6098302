using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Hub.Webhooks;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>A hub with all parts that answer requests, before two sandboxes: actions go to one of them, events to the other.</summary>
public abstract class WholeHubFixture
{
    private string _folder = "";
    private CustomerIoConnector _connector = null!;

    /// <summary>Where events are delivered.</summary>
    private protected SandboxServer Target { get; private set; } = null!;

    /// <summary>What was received of Customer.io.</summary>
    private protected ReceivedEvents Kept { get; private set; } = null!;

    private protected RunningHub Hub { get; private set; } = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("connector-hub-").FullName;
        Target = await SandboxServer.StartAsync(new SandboxOptions());
        _connector = new CustomerIoConnector();
        Kept = ReceivedEvents.Open(_folder);
        var receiver = new Receiver(Kept, TimeProvider.System);
        var settings = TriggerSettings.Read(Catalogue.Embedded.Triggers.Single(), []);
        Refused.Clear();
        var webhooks = new WebhookPart(settings, TimeSpan.FromSeconds(10), r => receiver.ReceiveAsync(r, settings, "the-key"), Refused.Enqueue, verifies: true);
        Hub = await RunningHub.StartAsync(others: [await IngestAsync(_folder), webhooks]);
    }

    /// <summary>The lines of the webhooks' log.</summary>
    private protected ConcurrentQueue<string> Refused { get; } = [];

    private protected Task<IngestPart> IngestAsync(string folder) =>
        IngestPart.OpenAsync(
            new IngestOptions
            {
                WriteKey = Running.Key,
                File = Path.Combine(folder, EventStore.FileName),
                Settings = EventSettings.Of("connector"),
                Connection = new Connection
                {
                    SiteId = "s",
                    ApiKey = "k",
                    BaseUrl = Target.Url.ToString(),
                },
            },
            _connector
        );

    /// <summary>A folder of this test's own.</summary>
    private protected string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    [TearDown]
    public async Task StopAsync()
    {
        await Hub.DisposeAsync();
        await Kept.DisposeAsync();
        _connector.Dispose();
        await Target.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    private protected async Task<string> EventAsync(string key)
    {
        using var content = new StringContent("""{"userId":"8","event":"Bought"}""");
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        return (await Hub.SendAsync(HttpMethod.Post, "/v1/track", content, ("Authorization", basic.ToString()))).ToString();
    }

    private protected async Task<string> DeliverAsync(string key)
    {
        var trigger = Catalogue.Embedded.Triggers.Single();
        var body = ConnectorJson.ToBytes(trigger.Sample(trigger.Find("email_bounced")!, "e1", TimeProvider.System.GetUtcNow()));
        var timestamp = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // Under the name of a tunnel that nobody named: the signature tells who sends.
        var answer = await Hub.SendAsync(
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
