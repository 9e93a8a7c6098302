using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Hub.Webhooks;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Several parts behind one port.</summary>
public class HubServerTests : WholeHubFixture
{
    [Test]
    public async Task EachPart_AnswersAtItsPathsInItsForm()
    {
        Assert.That((await Hub.RunAsync("identify", """{"id":"7"}""")).Status, Is.EqualTo(200));
        Assert.That(await EventAsync(Running.Key), Is.EqualTo("""200 {"success":true}"""));
        Assert.That(await EventAsync("wrong"), Is.EqualTo("""401 {"success":false,"message":"The write key is missing or wrong."}"""));
        Assert.That(await DeliverAsync("the-key"), Is.EqualTo("200 ok\n"));
        Assert.That(await DeliverAsync("another key"), Does.StartWith("401 ").And.Not.Contain("{"));
        await Eventually.TrueAsync(() => Target.Person("8")?["events"]?.Any() == true, () => "the event did not arrive");
        Assert.That(Kept.Newest(10, []).Select(e => e.EventId), Is.EqualTo(new[] { "e1" }));
    }

    [TestCase("/mcp")]
    [TestCase("/MCP/")]
    [TestCase("//Mcp")]
    [TestCase("/actions/track")]
    [TestCase("/Options")]
    [TestCase("/health")]
    [TestCase("/METRICS")]
    [TestCase("/openapi.json")]
    [TestCase("/swagger.json")]
    [TestCase("/subscriptions")]
    [TestCase("/v1")]
    [TestCase("/v1/webhooks")]
    [TestCase("/.well-known/customerio")]
    public async Task AChosenPath_ThatIsTheHubsOwn_IsRefusedAtTheStart(string path)
    {
        var ingest = await IngestAsync(Folder("second"));
        var refused = Assert.ThrowsAsync<ConnectorException>(() => RunningHub.StartAsync(others: [ingest, At(path)]))!;
        Assert.That((refused.Kind, refused.Message), Is.EqualTo((FailureKind.Input, refused.Message.Split('\n')[0])));
        Assert.That(refused.Message, Does.StartWith($"Webhooks cannot be taken at {path}: ").And.Contain("--webhook-path"));
    }

    [TestCase("/")]
    [TestCase("/mcps")]
    [TestCase("/reports/mcp")]
    public async Task AChosenPath_OfItsOwn_IsTaken(string path)
    {
        await using var hub = await RunningHub.StartAsync(others: At(path));
        Assert.That((await hub.SendAsync(HttpMethod.Post, path)).Text, Is.EqualTo("ok\n"));
    }

    private static WebhookPart At(string path)
    {
        var settings = TriggerSettings.Read(Catalogue.Embedded.Triggers.Single(), new JObject { ["path"] = path });
        return new WebhookPart(
            settings,
            TimeSpan.FromSeconds(10),
            _ => Task.FromResult(new WebhookReceipt(200, 1, null, "e1", null, Duplicate: false, Filtered: false, Verified: true, null)),
            _ => { }
        );
    }

    [TestCase("GET /x HTTP/1.1\r\nHost: a\r\nX: {40000}\r\n\r\n", "Refused (431): Request headers too long.")]
    [TestCase("GET /{40000} HTTP/1.1\r\nHost: a\r\n\r\n", "Refused (414): Request line too long.")]
    [TestCase("GET /x HTTP/1.1\r\nHost: ada@example com\r\n\r\n", "Refused (400): Invalid Host header.")]
    [TestCase("GET /x HTTP/1.1\r\nHost: a\r\nada example\r\n\r\n", "Refused (400): Invalid request header.")]
    [TestCase("ada example\r\n\r\n", "Refused (400): This is not HTTP.")]
    public async Task WhatKestrelRefuses_IsToldInTrueWords_WithoutThoseOfTheRequest(string request, string line)
    {
        using var client = new TcpClient();
        var address = new Uri(Hub.Hub.Url);
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{40000}", new string('x', 40_000), StringComparison.Ordinal)));
        await Eventually.TrueAsync(() => !Refused.IsEmpty, () => "nothing was told");
        Assert.That(Refused, Is.EqualTo(new[] { line }));
    }

    [Test]
    public async Task PathOfNobody_Is404AndTellsAll_OneOfAPartInItsForm()
    {
        var nobody = await Hub.GetAsync("/nothing");
        Assert.That(nobody.Status, Is.EqualTo(404));
        Assert.That((string?)nobody.Error["message"], Does.Contain("/actions/{id}").And.Contain("/v1/batch").And.Contain("/customerio").And.Contain("/health"));
        Assert.That((await Hub.GetAsync("/v1/nothing/more")).Text, Does.StartWith("""{"success":false"""));
        Assert.That((string?)(await Hub.GetAsync("/actions/track/more")).Error["message"], Does.Contain("/actions/{id}").And.Not.Contain("/v1/"));
    }

    [Test]
    public async Task HealthAndMetrics_TellOfAllParts()
    {
        await Hub.RunAsync("identify", """{"id":"7"}""");
        await Hub.RunAsync("identify", "{}");
        await DeliverAsync("the-key");
        await DeliverAsync("the-key");
        await DeliverAsync("another key");
        var health = (await Hub.GetAsync("/health")).Json;
        var metrics = await Hub.GetAsync("/metrics");
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
                        """customerio_actions_total{customerio_action="identify",customerio_outcome="succeeded"} 1""",
                        """customerio_actions_total{customerio_action="identify",customerio_outcome="input"} 1""",
                    ]
            )
            {
                Assert.That(metrics.Text, Does.Contain(line + "\n"));
            }
        });
    }
}
