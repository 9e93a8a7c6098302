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
