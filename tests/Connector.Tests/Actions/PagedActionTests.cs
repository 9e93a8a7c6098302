using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions;

/// <summary>How lists are read page by page.</summary>
public class PagedActionTests
{
    private static Answer Page(string items, string next) => Answer.Ok($$"""{"newsletters":{{items}},"next":{{next}}}""");

    private static async Task<(string[] Queries, RunResult Result)> ReadAsync(string input, params Answer[] answers)
    {
        using var bench = new Bench(answers);
        var result = await bench.RunAsync("list-newsletters", input);
        return ([.. bench.Wire.Requests.Select(r => new Uri(r.Url).Query)], result);
    }

    [Test]
    public async Task Read_WithoutLimit_IsOnePageAndSaysWhereToGoOn()
    {
        var (queries, result) = await ReadAsync("{}", Page("[{\"id\":1}]", "\"abc\""));
        Assert.That(queries, Is.EqualTo(new[] { "" }));
        Assert.That(result.Data.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"newsletters":[{"id":1}],"next":"abc"}"""));
    }

    [TestCase("\"\"")]
    [TestCase("null")]
    [TestCase("\"a\"")]
    [TestCase("\"front\"")]
    public async Task Read_All_EndsOnAnEmptyMissingOrRepeatedCursor(string last)
    {
        var (queries, result) = await ReadAsync("""{"all":true,"start":"front"}""", Page("[1]", "\"a\""), Page("null", "2"), Page("[3]", last));
        Assert.That(queries, Is.EqualTo(new[] { "?limit=100&start=front", "?limit=100&start=a", "?limit=100&start=2" }));
        Assert.That(result.Data["newsletters"]!.Select(n => (int)n), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(result.Data["next"]!.Type, Is.EqualTo(JTokenType.Null));
    }

    [Test]
    public async Task Read_LimitBeyondAPage_AsksForTheRestOnly()
    {
        var hundred = "[" + string.Join(',', Enumerable.Range(0, 100)) + "]";
        var (queries, result) = await ReadAsync(
            """{"limit":130,"sort":"desc"}""",
            Page(hundred, "\"a\""),
            Page("[" + string.Join(',', Enumerable.Range(0, 30)) + "]", "\"b\"")
        );
        Assert.That(queries, Is.EqualTo(new[] { "?sort=desc&limit=100", "?sort=desc&limit=30&start=a" }));
        Assert.That((result.Data["newsletters"]!.Count(), (string?)result.Data["next"], result.Request.Count), Is.EqualTo((130, "b", 2)));
    }

    [TestCase("list-campaigns", "campaigns", """{"campaigns":null}""")]
    [TestCase("list-segments", "segments", """{"segments":null}""")]
    [TestCase("list-reporting-webhooks", "reporting_webhooks", """{"reporting_webhooks":null}""")]
    [TestCase("list-newsletters", "newsletters", """{"newsletters":null}""")]
    public async Task Read_ListThatIsNull_IsEmpty(string action, string list, string answer)
    {
        using var bench = new Bench(Answer.Ok(answer));
        Assert.That((await bench.RunAsync(action, "{}")).Data[list], Is.Empty.And.TypeOf<JArray>());
    }

    [Test]
    public async Task RunAsync_HostTakesItems_GetsThemAsThePagesArrive()
    {
        var seen = new List<string>();
        using var bench = new Bench(
            Answer.Ok("""{"identifiers":["a","b"],"next":"2"}"""),
            Answer.Ok("""{"identifiers":["c"],"next":""}""").After(() => seen.Add("second page"))
        );
        var result = await bench.RunAsync(
            "search-people",
            """{"filter":{"segment":{"id":1}},"all":true}""",
            options: new RunOptions { Item = item => seen.Add((string)item!) }
        );
        Assert.That(seen, Is.EqualTo(new[] { "a", "b", "second page", "c" }));
        Assert.That(((long?)result.Data["count"], result.Data["identifiers"]), Is.EqualTo((3L, (Newtonsoft.Json.Linq.JToken?)null)));
    }
}
