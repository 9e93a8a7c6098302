using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Suppressions;

public class SuppressionTests
{
    [TestCase("""{"category":"bounces","suppressions":[{"email":"ada@example.com"}]}""", true)]
    [TestCase("""{"category":"","suppressions":null}""", false)]
    public async Task FindSuppression_Address_IsSuppressedOrNot(string answer, bool suppressed)
    {
        var exchange = new Exchange("GET https://api.customer.io/v1/esp/search_suppression/ada%2B1%40example.com", answer: answer);
        var result = await exchange.RunAsync("find-suppression", """{"email":"ada+1@example.com"}""");
        Assert.That((bool)result.Data["suppressed"]!, Is.EqualTo(suppressed));
    }

    [Test]
    public async Task ListSuppressions_All_PassesOverWhatWasRead()
    {
        static Answer Page(int count) => Answer.Ok("{\"suppressions\":[" + string.Join(',', Enumerable.Repeat("{}", count)) + "]}");
        using var bench = new Bench(Page(1000), Page(1000), Page(3));
        var result = await bench.RunAsync("list-suppressions", """{"type":"blocks","all":true}""");
        Assert.That(
            bench.Wire.Requests.Select(r => new Uri(r.Url).Query),
            Is.EqualTo(new[] { "?limit=1000", "?limit=1000&offset=1000", "?limit=1000&offset=2000" })
        );
        Assert.That((result.Data["suppressions"]!.Count(), (string?)result.Data["next"]), Is.EqualTo((2003, (string?)null)));
    }

    [Test]
    public async Task ListSuppressions_OnePage_SaysWhereToGoOn()
    {
        using var bench = new Bench(Answer.Ok("""{"suppressions":[{},{}]}"""), Answer.Ok("""{"suppressions":[{}]}"""));
        Assert.That((string?)(await bench.RunAsync("list-suppressions", """{"type":"bounces","limit":2}""")).Data["next"], Is.EqualTo("2"));
        Assert.That((string?)(await bench.RunAsync("list-suppressions", """{"type":"bounces","limit":2,"start":"2"}""")).Data["next"], Is.Null);
        Assert.That(new Uri(bench.Wire.Requests[1].Url).Query, Is.EqualTo("?limit=2&offset=2"));
    }

    [Test]
    public async Task ListSuppressions_OfADomain_FollowsTheCursor()
    {
        using var bench = new Bench(Answer.Ok("""{"suppressions":[{}],"next":"a"}"""), Answer.Ok("""{"suppressions":[{}],"next":""}"""));
        await bench.RunAsync("list-suppressions", """{"type":"bounces","domain":"mail.example.com","all":true}""");
        Assert.That(new Uri(bench.Wire.Requests[1].Url).PathAndQuery, Is.EqualTo("/v1/esp/domains/mail.example.com/suppression/bounces?limit=1000&start=a"));
    }

    [Test]
    public async Task ListSuppressions_CursorOfADomainWithoutOne_IsRefused()
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("list-suppressions", """{"type":"bounces","start":"MTox"}""")).Problems.Single().Path, Is.EqualTo("/start"));
    }

    [TestCase("add-suppression", "POST")]
    [TestCase("remove-suppression", "DELETE")]
    public async Task Change_Address_StandsInThePath(string action, string method) =>
        await new Exchange($"{method} https://api.customer.io/v1/esp/suppression/spam_reports/ada%40example.com").RunAsync(
            action,
            """{"type":"spam_reports","email":"ada@example.com"}"""
        );

    [TestCase("add-suppression")]
    [TestCase("remove-suppression")]
    public async Task Change_SeveralAddresses_AreRefused(string action)
    {
        using var bench = new Bench();
        Assert.That(
            (await bench.FailAsync(action, """{"type":"bounces","email":"a@example.com, b@example.com"}""")).Problems.Single().Path,
            Is.EqualTo("/email")
        );
    }
}
