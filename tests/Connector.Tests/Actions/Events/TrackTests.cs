using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Actions.Events;

public class TrackTests
{
    private const string Events = "POST https://track.customer.io/api/v1/customers/u1/events";

    private static readonly RunOptions s_invocation = new() { InvocationId = "run-1" };

    [Test]
    public async Task RunAsync_AllInputs_PostsTheEvent()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync(
            "track",
            """{"id":"u 1","eventName":"bought","eventData":{"price":49,"at":"2026-01-31T09:30:00+02:00"}"""
                + ""","eventId":"01JD8QK3W9W7X2T8Z5N4R6M1CB","timestamp":"2026-01-31T09:30:00.123456789Z"}"""
        );
        Assert.That(
            bench.Wire.Only.Text,
            Is.EqualTo(
                """
                POST https://track.customer.io/api/v1/customers/u%201/events
                Authorization: Basic c2l0ZS1pZC1vZi10aGUtdGVzdHM6c2VjcmV0LWFwaS1rZXktMDAwMDE=
                Content-Type: application/json

                {"name":"bought","data":{"price":49,"at":"2026-01-31T09:30:00+02:00"},"id":"01JD8QK3W9W7X2T8Z5N4R6M1CB","timestamp":1769851800}
                """
            )
        );
        Assert.That(result.Request.EventId, Is.EqualTo("01JD8QK3W9W7X2T8Z5N4R6M1CB"));
    }

    [Test]
    public async Task RunAsync_RequiredInputsOnly_SendsNameAndIdAlone()
    {
        var exchange = new Exchange(Events, $$"""{"name":"bought","id":"{{EventIds.Derive("run-1", "track", 0)}}"}""");
        await exchange.RunAsync("track", """{"id":"u1","eventName":"bought"}""", s_invocation);
    }

    [Test]
    public async Task RunAsync_NoInvocation_MakesAFreshUlidOfTheClock()
    {
        using var bench = new Bench(Answer.Ok(), Answer.Ok());
        var first = (await bench.RunAsync("track", """{"id":"u1","eventName":"bought"}""")).Request.EventId!;
        var second = (await bench.RunAsync("track", """{"id":"u1","eventName":"bought"}""")).Request.EventId!;
        Assert.That(EventIds.IsUlid(first) && EventIds.IsUlid(second), Is.True);
        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(first[..10], Is.EqualTo(EventIds.Fresh(FakeTime.Start)[..10]));
        Assert.That(bench.Wire.Requests[0].BodyText, Does.Contain($"\"id\":\"{first}\""));
    }

    [Test]
    public async Task RunAsync_EventIdThatIsNoUlid_IsSentWithAWarning()
    {
        var exchange = new Exchange(Events, """{"name":"bought","id":"order-7"}""");
        var result = await exchange.RunAsync("track", """{"id":"u1","eventName":"bought","eventId":"order-7"}""");
        Assert.That(result.Warnings.Single(), Does.Contain("ULID"));
    }

    [Test]
    public async Task RunAsync_BlankEventIdAndTimestamp_MeanNone()
    {
        var exchange = new Exchange(Events, $$"""{"name":"bought","id":"{{EventIds.Derive("run-1", "track", 0)}}"}""");
        await exchange.RunAsync("track", """{"id":"u1","eventName":"bought","eventId":"","timestamp":"","eventData":null}""", s_invocation);
    }

    [Test]
    public async Task RunAsync_TimestampThatIsNoTime_IsAnInputError()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("track", """{"id":"u1","eventName":"bought","timestamp":"yesterday"}""");
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/timestamp"));
    }

    [TestCase("2026-01-28T09:29:59Z", "72 hours")]
    [TestCase("2026-01-31T09:31:01Z", "future")]
    public async Task RunAsync_TimeOutsideOfCampaigns_IsSentWithAWarning(string time, string warning)
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync("track", $$"""{"id":"u1","eventName":"bought","timestamp":"{{time}}"}""");
        Assert.That(result.Warnings.Single(), Does.Contain(warning));
    }

    [TestCase("2026-01-28T09:30:00Z")]
    [TestCase("2026-01-31T09:31:00Z")]
    public async Task RunAsync_TimeWithinCampaigns_WarnsOfNothing(string time)
    {
        using var bench = new Bench(Answer.Ok());
        Assert.That((await bench.RunAsync("track", $$"""{"id":"u1","eventName":"bought","timestamp":"{{time}}"}""")).Warnings, Is.Empty);
    }
}
