using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class SeedTests : SandboxFixture
{
    protected override SandboxOptions Options => new() { Seed = true };

    [Test]
    public async Task Seed_FillsEveryListThatAFormOffersOrAPageShows()
    {
        foreach (var list in new[] { "people", "events", "messages", "segments", "objects" })
        {
            Assert.That((int)(await Get($"/_sandbox/views/{list}")).Json["list"]!["total"]!, Is.GreaterThanOrEqualTo(2), list);
        }
        foreach (var (list, least) in new[] { ("segments", 2), ("campaigns", 1), ("broadcasts", 1), ("newsletters", 2), ("transactional", 3) })
        {
            var answer = (await Send("GET", $"/v1/{list}", authorization: "Bearer app")).Json;
            Assert.That(((JArray)answer[list == "transactional" ? "messages" : list]!).Count, Is.GreaterThanOrEqualTo(least), list);
        }
        Assert.That(Server.Person("1001")!["activities"], Is.Empty, "what was there before is no news");
    }

    [Test]
    public async Task Seed_LiesInThePastAndIsWhatTheMetricsCount()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var rows = (await Get("/_sandbox/views/people/1001?limit=200")).Json["list"]!["rows"]!;
        Assert.That(rows.Select(r => (long)r["time"]!), Is.Ordered.Descending.And.All.LessThan(now));
        var body = (string)(await Get("/_sandbox/views/messages?q=receipt")).Json["list"]!["rows"]![0]!["href"]!;
        Assert.That((await Get($"/_sandbox{body[1..]}/body")).Body, Does.Contain("Thank you for order A10").And.Not.Contain("{{"));

        var answer = await Send("GET", "/v1/newsletters/1/metrics?period=days&steps=30", authorization: "Bearer app");
        var series = answer.Json["metric"]!["series"]!;
        Assert.That(series["sent"]!.Sum(n => (int)n), Is.GreaterThan(series["opened"]!.Sum(n => (int)n)));
        Assert.That(series["opened"]!.Sum(n => (int)n), Is.GreaterThan(0));
        Assert.That(series["undeliverable"]!.Sum(n => (int)n), Is.EqualTo(2), "one unsubscribed, and one does not want the topic");
    }

    [Test]
    public async Task Reset_PutsTheSeedBack()
    {
        var before = (await Get("/_sandbox/people")).Json["total"];
        await Delete("/api/v1/customers/1001");
        await Put("/api/v1/customers/u1", """{"a":1}""");
        Server.Reset();

        Assert.That((await Get("/_sandbox/people")).Json["total"], Is.EqualTo(before));
        Assert.That(Server.Person("1001"), Is.Not.Null);
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [Test]
    public async Task Seed_WithAFile_IsPlantedOnceAndItsEventsAreListedAgain()
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"seed-{Guid.NewGuid():N}.json");
        await using (var first = await SandboxServer.StartAsync(new() { Seed = true, File = file }))
        {
            await SendTo(first.Url, "DELETE", "/api/v1/customers/1002", null, Basic("s:k"));
            await SendTo(first.Url, "POST", "/api/v1/events", """{"name":"visited","anonymous_id":"a1","timestamp":1700000000}""", Basic("s:k"));
        }

        await using (var second = await SandboxServer.StartAsync(new() { Seed = true, File = file }))
        {
            Assert.That(second.Person("1001"), Is.Not.Null);
            Assert.That(second.Person("1002"), Is.Null);
            var events = (await SendTo(second.Url, "GET", "/_sandbox/views/events?q=visited", null, "")).Json["list"]!;
            Assert.That((string?)events["rows"]![0]!["text"], Does.StartWith("anonymous a1"));
            Assert.That((int)events["total"]!, Is.GreaterThan(50));
        }
        File.Delete(file);
    }
}
