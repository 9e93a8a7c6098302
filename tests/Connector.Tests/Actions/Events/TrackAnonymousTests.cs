using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Events;

public class TrackAnonymousTests
{
    [TestCase("""{"eventName":"invited"}""")]
    [TestCase("""{"eventName":"invited","anonymousId":" ","eventData":{"recipient":""}}""")]
    [TestCase("""{"eventName":"invited","eventData":{"recipient":5}}""")]
    public async Task RunAsync_NeitherAnonymousIdNorRecipient_IsRefused(string input)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("track-anonymous", input)).Problems.Single().Path, Is.EqualTo("/eventData/recipient"));
    }

    [Test]
    public async Task RunAsync_EventTooOldToJoinAnybody_IsSentWithAWarning()
    {
        var exchange = new Exchange("POST https://track.customer.io/api/v1/events", """{"anonymous_id":"a","name":"seen","id":"x","timestamp":1767139200}""");
        var result = await exchange.RunAsync("track-anonymous", """{"eventName":"seen","anonymousId":"a","timestamp":"2025-12-31T00:00:00Z","eventId":"x"}""");
        Assert.That(string.Join(' ', result.Warnings), Does.Contain("30 days").And.Contain("72 hours").And.Contain("ULID"));
    }
}
