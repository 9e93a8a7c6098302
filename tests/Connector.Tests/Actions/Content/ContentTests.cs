using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.Content;

public class ContentTests
{
    private const string Collections = """{"collections":[{"id":3,"name":"Events"},{"id":4,"name":"Twice"},{"id":5,"name":"Twice"}]}""";

    private static string[] Sent(Bench bench) => [.. bench.Wire.Requests.Select(r => $"{r.Method} {new Uri(r.Url).PathAndQuery} {r.BodyText}".TrimEnd())];

    [TestCase("\"events \"")]
    [TestCase("\"Events\"")]
    public async Task UpdateCollection_ByName_IsLookedUpAndReplaced(string name)
    {
        using var bench = new Bench(Answer.Ok(Collections), Answer.Ok("""{"collection":{"id":3,"rows":1}}"""));
        var result = await bench.RunAsync("update-collection", "{\"collection\":" + name + ",\"rows\":[{\"a\":1}]}");
        Assert.That(Sent(bench), Is.EqualTo(new[] { "GET /v1/collections", """PUT /v1/collections/3/content [{"a":1}]""" }));
        Assert.That(((bool)result.Data["created"]!, (int)result.Data["collection"]!["rows"]!), Is.EqualTo((false, 1)));
    }

    [TestCase("""{"collection":"New one","rows":[{"a":1}]}""", """{"name":"New one","data":[{"a":1}]}""")]
    [TestCase("""{"collection":"New one","url":"https://example.com/e.csv"}""", """{"name":"New one","url":"https://example.com/e.csv"}""")]
    public async Task UpdateCollection_OfNoKnownName_IsCreated(string input, string body)
    {
        using var bench = new Bench(Answer.Ok(Collections), Answer.Ok("""{"collection":{"id":6}}"""));
        var result = await bench.RunAsync("update-collection", input);
        Assert.That(Sent(bench), Is.EqualTo(new[] { "GET /v1/collections", $"POST /v1/collections {body}" }));
        Assert.That((bool)result.Data["created"]!, Is.True);
    }

    [Test]
    public async Task UpdateCollection_CreationOfUnknownEnd_IsNotRepeated()
    {
        using var bench = new Bench(Answer.Ok(Collections), Answer.Broken());
        var failure = await bench.FailAsync("update-collection", """{"collection":"New one","rows":[]}""");
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Uncertain, 2)));
        Assert.That(failure.Message, Does.Contain("a collection of this name"));
    }

    [TestCase("update-collection", ""","rows":[],"createIfMissing":false""", "Nowhere", "no collection called")]
    [TestCase("get-collection", "", "Nowhere", "no collection called")]
    [TestCase("delete-collection", "", "Twice", "4, 5")]
    [TestCase("update-collection", ""","rows":[]""", "Twice", "4, 5")]
    public async Task Collection_NameOfNoneOrSeveral_IsRefused(string action, string more, string name, string says)
    {
        using var bench = new Bench(Answer.Ok(Collections));
        var failure = await bench.FailAsync(action, "{\"collection\":\"" + name + "\"" + more + "}");
        Assert.That((failure.Kind, failure.Problems.Single().Path), Is.EqualTo((FailureKind.Rejected, "/collection")));
        Assert.That(failure.Message, Does.Contain(says));
    }

    [TestCase("""{"collection":"3"}""", "/rows")]
    [TestCase("""{"collection":"3","rows":[],"url":"https://example.com/e.csv"}""", "/rows")]
    [TestCase("""{"collection":"3","url":"ftp://example.com/e.csv"}""", "/url")]
    public async Task UpdateCollection_NeitherRowsNorUrl_IsRefused(string input, string path)
    {
        using var bench = new Bench();
        Assert.That((await bench.FailAsync("update-collection", input)).Problems.Single().Path, Is.EqualTo(path));
    }

    [Test]
    public async Task UpdateCollection_RowThatIsTooLong_IsNamedByItsPlace()
    {
        using var bench = new Bench();
        var rows = new JArray(new JObject { ["a"] = 1 }, new JObject { ["a"] = new string('x', 11_000) });
        var failure = await bench.FailAsync("update-collection", new JObject { ["collection"] = "3", ["rows"] = rows });
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/rows/1"));
    }

    [Test]
    public async Task GetCollection_Content_IsReadToo()
    {
        using var bench = new Bench(Answer.Ok("""{"collection":{"id":3}}"""), Answer.Ok("""[{"a":1},{"a":2}]"""));
        var result = await bench.RunAsync("get-collection", """{"collection":3,"content":true}""");
        Assert.That(Sent(bench), Is.EqualTo(new[] { "GET /v1/collections/3", "GET /v1/collections/3/content" }));
        Assert.That(result.Data["content"]!.Select(r => (int)r["a"]!), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Snippets_NameWithASlash_StaysOneSegment()
    {
        await new Exchange("DELETE https://api.customer.io/v1/snippets/a%2Fb%20c").RunAsync("delete-snippet", """{"name":"a/b c"}""");
        await new Exchange("PUT https://api.customer.io/v1/snippets", """{"name":"a/b c","value":" x"}""", """{"snippet":{"name":"a/b c"}}""").RunAsync(
            "set-snippet",
            """{"name":"a/b c","value":" x"}"""
        );
    }
}
