using System.Globalization;
using System.Text;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>What hosts ask a hub beside the actions: whether the connection works, and what a delivery at their own address is.</summary>
[TestFixture("sqlite")]
[TestFixture("postgres")]
public sealed class HostToolsTests(string kind)
{
    private const string Address = "https://flows.example.com/webhook/7";
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();
    private string _data = "";
    private Database? _shared;

    [SetUp]
    public async Task MakeFolder()
    {
        _data = Directory.CreateTempSubdirectory("connector-tools-").FullName;
        _shared = kind == "postgres" ? Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true) : null;
    }

    [TearDown]
    public void RemoveFolder()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    [Test]
    public async Task CheckConnection_SaysOfEachKey_WhetherItWorks()
    {
        await using var hub = await StartAsync();
        var answer = await CallAsync(hub, "check-connection", []);
        Assert.That(answer.Status, Is.EqualTo(200), $"{answer}");
        Assert.That((bool)answer.Json["passed"]!, Is.True, $"{answer}");
        Assert.That(answer.Json["credentials"]!.Select(c => (string?)c["name"]), Is.EqualTo(new[] { "track", "app", "pipelines", "webhook" }));
    }

    [Test]
    public async Task Webhook_IsRegisteredOnce_BroughtUpToDate_AndRemovedAgain()
    {
        await using var hub = await StartAsync();
        var wish = new JObject
        {
            ["url"] = Address,
            ["events"] = new JArray("email_sent"),
            ["name"] = "n8n: Bounces",
        };
        var created = await CallAsync(hub, "register-webhook", wish);
        var again = await CallAsync(hub, "register-webhook", wish);
        var other = await CallAsync(hub, "register-webhook", new JObject(wish) { ["events"] = new JArray("email_bounced") });
        Assert.That(
            new[] { created, again, other }.Select(a => (string?)a.Json["outcome"]),
            Is.EqualTo(new[] { "created", "reused", "updated" }),
            $"{created} {again} {other}"
        );
        Assert.That(
            (await WebhooksAsync(hub)).Select(w => ((string?)w["name"], (string?)w["events"]![0])),
            Is.EqualTo(new[] { ("n8n: Bounces", "email_bounced") })
        );
        var removed = await CallAsync(hub, "remove-webhook", new JObject { ["url"] = Address });
        Assert.That((bool)removed.Json["removed"]!, Is.True);
        Assert.That(await WebhooksAsync(hub), Is.Empty);
    }

    [Test]
    public async Task Delivery_StartsAFlowOnce_AForgedOneNever()
    {
        await using var hub = await StartAsync();
        var first = await CallAsync(hub, "receive-event", Delivery("e1"));
        var again = await CallAsync(hub, "receive-event", Delivery("e1"));
        var elsewhere = await CallAsync(hub, "receive-event", Delivery("e1", path: "/webhook/8"));
        var ofAnotherHost = await CallAsync(hub, "receive-event", Delivery("e1", path: "/https/staging.example.com/webhook/7"));
        var forged = await CallAsync(hub, "receive-event", Delivery("e2", key: "another"));
        var unwanted = await CallAsync(hub, "receive-event", Delivery("e3", wanted: "email_opened"));
        Assert.Multiple(() =>
        {
            Assert.That((first.Status, (string?)first.Json["event"]?["event_id"], (bool)first.Json["verified"]!), Is.EqualTo((200, "e1", true)), $"{first}");
            Assert.That(((bool)again.Json["duplicate"]!, again.Json["event"]!.Type), Is.EqualTo((true, JTokenType.Null)));
            Assert.That((string?)ofAnotherHost.Json["event"]?["event_id"], Is.EqualTo("e1"), "the same path on another host");
            Assert.That((string?)elsewhere.Json["event"]!["event_id"], Is.EqualTo("e1"), "each address has its own");
            Assert.That(((int)forged.Json["status"]!, forged.Json["event"]!.Type), Is.EqualTo((401, JTokenType.Null)));
            Assert.That(((bool)unwanted.Json["filtered"]!, unwanted.Json["event"]!.Type), Is.EqualTo((true, JTokenType.Null)));
        });
    }

    [Test]
    public async Task Delivery_OfTheLongestBody_IsTaken()
    {
        await using var hub = await StartAsync();
        var call = Delivery("e1", more: new string('x', (1 << 20) - 2_000));
        Assert.That(ConnectorJson.ToBytes(call), Has.Length.GreaterThan(1 << 20));
        var answer = await CallAsync(hub, "receive-event", call);
        Assert.That((answer.Status, (int)answer.Json["status"]!), Is.EqualTo((200, 200)));
    }

    [Test]
    public async Task Delivery_WithoutASigningKey_StartsNothing()
    {
        await using var hub = await StartAsync(signingKey: null);
        var answer = await CallAsync(hub, "receive-event", Delivery("e1"));
        Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((502, "connection")), $"{answer}");
        Assert.That((string?)answer.Error["message"], Does.Contain("no Webhook Signing Key").And.Contain("CUSTOMERIO_WEBHOOK_SIGNING_KEY"));
    }

    [Test]
    public async Task Tool_ThatThereIsNot_OrWithInputsThatItHasNot_IsRefused()
    {
        await using var hub = await StartAsync();
        var none = await CallAsync(hub, "run-import", []);
        var wrong = await CallAsync(hub, "register-webhook", new JObject { ["address"] = "x" });
        Assert.That((none.Status, wrong.Status), Is.EqualTo((404, 400)), $"{none} {wrong}");
        Assert.That((string?)none.Error["message"], Does.Contain("check-connection, receive-event, register-webhook, remove-webhook"));
        Assert.That(wrong.Error["problems"]!.Select(p => (string?)p["path"]), Is.SupersetOf(new[] { "/url", "/address" }));
    }

    [Test]
    public async Task Key_ThatMayNotRunTheActions_MayNotRegisterEither()
    {
        await using var keys = HubKeys.Open(_data);
        var all = await keys.AddAsync(new Rights("all", null, IsReadOnly: false), TimeProvider.System.GetUtcNow());
        var people = await keys.AddAsync(new Rights("people", ["people"], IsReadOnly: false), TimeProvider.System.GetUtcNow());
        await using var hub = await StartAsync(gate: new Gatekeeper(keys, isLocal: true));
        var none = await CallAsync(hub, "check-connection", []);
        var checks = await CallAsync(hub, "check-connection", [], people);
        var registers = await CallAsync(hub, "register-webhook", new JObject { ["url"] = Address }, people);
        var receives = await CallAsync(hub, "receive-event", Delivery("e1"), people);
        var may = await CallAsync(hub, "register-webhook", new JObject { ["url"] = Address }, all);
        Assert.That(new[] { none, checks, registers, receives, may }.Select(a => a.Status), Is.EqualTo(new[] { 401, 200, 403, 403, 200 }));
    }

    private Task<RunningHub> StartAsync(string? signingKey = "the-key", Gatekeeper? gate = null) =>
        RunningHub.StartAsync(o =>
            o with
            {
                Data = _data,
                Shared = _shared,
                Connection = new Connection
                {
                    SiteId = "s",
                    ApiKey = "k",
                    AppApiKey = "a",
                    PipelinesApiKey = "p",
                    WebhookSigningKey = signingKey,
                    BaseUrl = o.Connection.BaseUrl,
                },
                Gate = gate ?? o.Gate,
            }
        );

    private static async Task<HubAnswer> CallAsync(RunningHub hub, string tool, JObject input, string? key = null)
    {
        using var content = new StringContent(ConnectorJson.ToText(input), Encoding.UTF8, "application/json");
        return await hub.SendAsync(HttpMethod.Post, "/tools/" + tool, content, key is null ? [] : [("Authorization", "Bearer " + key)]);
    }

    private static async Task<JArray> WebhooksAsync(RunningHub hub) =>
        (JArray)(await hub.RunAsync("list-reporting-webhooks", "{}")).Json["data"]!["reporting_webhooks"]!;

    internal static JObject Delivery(string id, string key = "the-key", string path = "/webhook/7", string wanted = "email_sent", string more = "")
    {
        var sample = s_trigger.Sample(s_trigger.Find("email_sent")!, id, TimeProvider.System.GetUtcNow());
        sample["data"]!["subject"] = more;
        var body = ConnectorJson.ToBytes(sample);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new JObject
        {
            ["headers"] = new JObject
            {
                ["content-type"] = "application/json",
                ["x-cio-timestamp"] = timestamp,
                ["x-cio-signature"] = WebhookSignature.Sign(key, timestamp, body),
            },
            ["bodyBase64"] = Convert.ToBase64String(body),
            ["settings"] = new JObject { ["path"] = path, ["events"] = new JArray(wanted) },
        };
    }
}
