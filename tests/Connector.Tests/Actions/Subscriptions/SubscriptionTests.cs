using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Subscriptions;

public class SubscriptionTests
{
    private const string Person = "PUT https://track.customer.io/api/v1/customers/123";

    [TestCase(
        """{"id":"123","topics":{"2":false,"topic_1":true}}""",
        """{"cio_subscription_preferences.topics.topic_2":false,"cio_subscription_preferences.topics.topic_1":true}"""
    )]
    [TestCase(
        """{"id":"123","topics":{"2":false},"mode":"replace","unsubscribed":true}""",
        """{"cio_subscription_preferences":{"topics":{"topic_2":false}},"unsubscribed":true}"""
    )]
    public async Task SetSubscriptionPreferences_EachMode_ChangesWhatItSays(string input, string body) =>
        await new Exchange(Person, body).RunAsync("set-subscription-preferences", input);

    [Test]
    public async Task SetSubscriptionPreferences_ByPhone_GoesAsAnOperation() =>
        await new Exchange(
            "POST https://track.customer.io/api/v2/entity",
            """{"type":"person","identifiers":{"phone":"+43123456789"},"action":"identify","""
                + "\"attributes\":{\"cio_subscription_preferences.topics.topic_1\":true}}"
        ).RunAsync("set-subscription-preferences", """{"id":"+43123456789","idType":"phone","topics":{"1":true}}""");

    [TestCase("""{"id":"123","topics":{}}""", "/topics")]
    [TestCase("""{"id":"123","topics":{"news":true}}""", "/topics/news")]
    [TestCase("""{"id":"123","topics":{"1":true,"topic_1":false}}""", "/topics/topic_1")]
    public async Task SetSubscriptionPreferences_TopicThatIsNone_IsRefused(string input, string path)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("set-subscription-preferences", input)).Problems.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public async Task GetSubscriptionLink_CioId_IsRefused()
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("get-subscription-link", """{"id":"cio_a3000001"}""")).Problems.Single().Path, Is.EqualTo("/id"));
    }

    [Test]
    public async Task SetOptOut_InAgain_SaysSo() =>
        await new Exchange(
            "PUT https://api.customer.io/v1/customers/cio_a3000001/optouts?id_type=cio_id",
            """{"optouts":[{"channel":"whatsapp","from":"+15551234567","optout":false}]}""",
            answer: ""
        )
        {
            Status = System.Net.HttpStatusCode.NoContent,
        }.RunAsync("set-opt-out", """{"id":"cio_a3000001","from":"+15551234567","channel":"whatsapp","optOut":false}""");

    [Test]
    public async Task ListOptOuts_All_FollowsTheCursor()
    {
        using var bench = new Bench(Answer.Ok("""{"optouts":[{"cio_id":"a"}],"next":"MTox"}"""), Answer.Ok("""{"optouts":[{"cio_id":"b"}],"next":""}"""));
        var result = await bench.RunAsync("list-opt-outs", """{"from":"+15551234567","all":true}""");
        Assert.That(
            bench.Wire.Requests.Select(r => new Uri(r.Url).PathAndQuery),
            Is.EqualTo(new[] { "/v1/optouts?from=%2B15551234567&limit=1000", "/v1/optouts?from=%2B15551234567&limit=1000&start=MTox" })
        );
        Assert.That(result.Data["optouts"]!.Select(o => (string?)o["cio_id"]), Is.EqualTo(new[] { "a", "b" }));
    }
}
