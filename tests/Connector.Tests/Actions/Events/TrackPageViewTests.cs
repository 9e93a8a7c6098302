using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Actions.Events;

public class TrackPageViewTests
{
    [TestCase("https://www.example.com/pricing?a=b&c=d#top")]
    [TestCase("*")]
    public async Task RunAsync_Url_PostsItAsNameOfAPage(string url)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("track-page-view", $$"""{"id":"u1","url":"{{url}}"}""", options: new RunOptions { InvocationId = "run-1", ItemIndex = 3 });
        Assert.That(
            bench.Wire.Only.Text,
            Is.EqualTo(
                $$"""
                POST https://track.customer.io/api/v1/customers/u1/events
                Authorization: Basic c2l0ZS1pZC1vZi10aGUtdGVzdHM6c2VjcmV0LWFwaS1rZXktMDAwMDE=
                Content-Type: application/json

                {"type":"page","name":"{{url}}","id":"{{EventIds.Derive("run-1", "track-page-view", 3)}}"}
                """
            )
        );
    }

    [Test]
    public async Task RunAsync_AllInputs_PostsThePage()
    {
        var exchange = new Exchange(
            "POST https://track-eu.customer.io/api/v1/customers/a%2Fb/events",
            """{"type":"page","name":"*","data":{"referrer":"x"},"id":"01JD8QK3W9W7X2T8Z5N4R6M1CB","timestamp":1769851800}"""
        );
        const string input = """{"id":"a/b","url":"*","eventData":{"referrer":"x"},"eventId":"01JD8QK3W9W7X2T8Z5N4R6M1CB","timestamp":1769851800}""";
        Assert.That((await exchange.RunAsync("track-page-view", input, connection: Bench.Eu)).Request.HttpStatus, Is.EqualTo(200));
    }
}
