using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Actions.Events;

public class SendEventTests
{
    [Test]
    public async Task One_GoesOutAsItsProfileSays()
    {
        var exchange = new Exchange(
            "POST https://track-eu.customer.io/api/v1/customers/7/events",
            $$"""{"name":"e","type":"event","id":"{{EventIds.Derive("m", "send-event", 0)}}"}"""
        );
        var result = await exchange.RunAsync(
            "send-event",
            """{"profile":"rudderstack","event":{"type":"track","userId":"7","event":"e","messageId":"m"}}""",
            connection: Bench.Eu
        );
        Assert.That(result.Request.EventId, Is.EqualTo(EventIds.Derive("m", "send-event", 0)));
    }

    [Test]
    public async Task RS2_SG18_SiteIdAndApiKey_AreTheCredentials()
    {
        foreach (var profile in (string[])["segment", "rudderstack"])
        {
            using var bench = new Bench(Answer.Ok());
            await bench.RunAsync("send-event", $$$"""{"profile":"{{{profile}}}","event":{"type":"identify","userId":"7"}}""");
            var expected = "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Bench.Us.SiteId}:{Bench.Us.ApiKey}"));
            Assert.That(bench.Wire.Only.ToString(), Does.Contain(expected));
        }
    }

    [Test]
    public async Task One_Refused_NamesTheField()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("send-event", """{"event":{"type":"track","userId":"7"}}""");
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/event/event"));
    }

    [TestCase("{}")]
    [TestCase("""{"event":{"type":"track"},"events":[{"type":"track"}]}""")]
    public async Task NeitherOrBoth_IsRefused(string input)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("send-event", input)).Problems.Single().Path, Is.EqualTo("/event"));
    }

    [Test]
    public async Task List_OperationsTravelInOneBatch_RefusedOnesAreNamed()
    {
        using var bench = new Bench(Answer.Status(207, """{"errors":[{"batch_index":1,"reason":"invalid","field":"name","message":"too bad"}]}"""));
        var result = await bench.RunAsync(
            "send-event",
            """
            {"events":[{"type":"identify","userId":"7"},{"type":"nothing"},{"type":"track","userId":"7","event":"e"},{"type":"track","userId":"8","event":"e"}]}
            """
        );
        Assert.That(bench.Wire.Only.Url, Does.EndWith("/api/v2/batch"));
        Assert.That(result.Status, Is.EqualTo(RunStatus.Partial));
        Assert.That(
            ConnectorJson.ToText(result.Data),
            Is.EqualTo(
                """{"succeeded":2,"failed":[{"index":1,"reason":"input","field":"/type","messag"""
                    + """e":"\"nothing\" is no known call; it must be one of identify, track, page, screen, group, alias, record.","retryable":false},"""
                    + """{"index":2,"reason":"rejected","field":"name","message":"too bad","retryable":false}],"skipped":0}"""
            )
        );
    }

    [Test]
    public async Task List_KeepsItsOrderAcrossBothApis()
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(
            "send-event",
            """
            {"profile":"rudderstack","events":[{"type":"identify","userId":"7"},{"type":"group","userId":"7","groupId":"a"},{"type":"group",
             "userId":"7","groupId":"b"},{"type":"track","userId":"7","event":"e"}]}
            """
        );
        Assert.That(
            bench.Wire.Requests.Select(r => new Uri(r.Url).AbsolutePath),
            Is.EqualTo(new[] { "/api/v1/customers/7", "/api/v2/batch", "/api/v1/customers/7/events" })
        );
        Assert.That(bench.Wire.Requests[1].BodyText, Does.Contain("\"a\"").And.Contain("\"b\""));
    }

    [Test]
    public async Task List_AfterAnUnauthorizedAnswer_SendsNoMoreAndEndsAsConnection()
    {
        using var bench = new Bench(Answer.Ok(), Answer.Status(401));
        var failure = await bench.FailAsync(
            "send-event",
            """
            {"profile":"rudderstack","events":[{"type":"identify","userId":"7"},{"type":"identify","userId":"8"},{"type":"identify","userId":"9"}]}
            """
        );
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(2));
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/events/1", "/events/2" }));
    }

    [Test]
    public async Task Event_Retried_KeepsItsIdAndAMetricIsNotRetried()
    {
        using var bench = new Bench(Answer.Broken(), Answer.Ok());
        await bench.RunAsync("send-event", """{"event":{"type":"track","userId":"7","event":"e"}}""");
        Assert.That(bench.Wire.Requests.Select(r => r.BodyText).Distinct().Count(), Is.EqualTo(1));

        using var metric = new Bench(Answer.Broken());
        var failure = await metric.FailAsync(
            "send-event",
            """{"event":{"type":"track","event":"Report Delivery Event","properties":{"deliveryId":"d","metric":"opened"}},"reservedEvents":true}"""
        );
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Uncertain));
    }
}
