using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.People;

public class VerifyTests
{
    private const string Input = """{"id":"u1","customerData":{"plan":"pro","n":1,"tags":["a"],"gone":null,"_update":true},"verify":true}""";

    private static Answer There(string attributes) => Answer.Ok($$$"""{"customer":{"id":"u1","attributes":{{{attributes}}}}}""");

    [Test]
    public async Task RunAsync_ChangeIsThere_IsVerified()
    {
        using var bench = new Bench(Answer.Ok(), There("""{"plan":"pro","n":"1","tags":"[\"a\"]"}"""));
        var result = await bench.RunAsync("identify", Input);
        Assert.That((string?)result.Data["verification"], Is.EqualTo("verified"));
        Assert.That(
            bench.Wire.Requests.Select(r => $"{r.Method} {r.Url}"),
            Is.EqualTo(new[] { "PUT https://track.customer.io/api/v1/customers/u1", "GET https://api.customer.io/v1/customers/u1/attributes?id_type=id" })
        );
        Assert.That(result.Request.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_ChangeComesLate_IsVerifiedAfterAPause()
    {
        using var bench = new Bench(Answer.Ok(), Answer.Status(404), There("{}"), There("""{"plan":"pro","n":"1","tags":"[\"a\"]"}"""));
        var result = await bench.RunAsync("identify", Input);
        Assert.That((string?)result.Data["verification"], Is.EqualTo("verified"));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(4));
    }

    [TestCase("""{"plan":"free","n":"1","tags":"[\"a\"]"}""", "conflict")]
    [TestCase("""{"plan":"pro","n":"1","tags":"[\"a\"]","gone":"still"}""", "conflict")]
    [TestCase("""{"n":"1","tags":"[\"a\"]"}""", "notVisibleYet")]
    public async Task RunAsync_ChangeIsNotThere_SaysWhichWay(string attributes, string expected)
    {
        using var bench = new Bench(new Wire([Answer.Ok(), .. Enumerable.Range(0, 5).Select(_ => There(attributes))]));
        var result = await bench.RunAsync("identify", Input);
        Assert.That((string?)result.Data["verification"], Is.EqualTo(expected));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(6), "it looks five times");
    }

    [Test]
    public async Task RunAsync_WithoutTheAppKey_WarnsAndReadsNothing()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync(
            "identify",
            Input,
            new Connection
            {
                SiteId = Bench.SiteId,
                ApiKey = Bench.ApiKey,
                Region = Region.Us,
            }
        );
        Assert.That(result.Data["verification"], Is.Null);
        Assert.That(result.Warnings, Has.One.Contains("App API key"));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_ReadingBackFails_IsAWarningAndNotAFailure()
    {
        using var bench = new Bench(Answer.Ok(), Answer.Status(403, """{"errors":[{"detail":"no","status":"403"}]}"""));
        var result = await bench.RunAsync("identify", Input);
        Assert.That(result.Data["verification"], Is.Null);
        Assert.That(result.Warnings, Has.One.Contains("could not be read back").And.Contains("may not read customers"));
    }

    [TestCase(true, false, "verified", 3)]
    [TestCase(true, true, "notVisibleYet", 11)]
    [TestCase(false, true, "conflict", 6)]
    public async Task MergePeople_LooksForBoth(bool primary, bool secondary, string expected, int requests)
    {
        using var bench = new Bench(
            Wire.Always(r =>
                r.Method == "POST" ? Answer.Ok()
                : (r.Url.Contains("/u1/", StringComparison.Ordinal) ? primary : secondary) ? There("{}")
                : Answer.Status(404)
            )
        );
        var result = await bench.RunAsync("merge-people", """{"primary":"u1","secondary":"u2","verify":true}""");
        Assert.That(((string?)result.Data["verification"], bench.Wire.Requests.Count), Is.EqualTo((expected, requests)));
    }

    [TestCase("add-to-segment", """[{"id":7}]""", "verified", "null")]
    [TestCase("add-to-segment", "[]", "notVisibleYet", "a")]
    [TestCase("add-to-segment", null, "conflict", "a")]
    [TestCase("remove-from-segment", """[{"id":7}]""", "notVisibleYet", "a")]
    [TestCase("remove-from-segment", """[{"id":8}]""", "verified", "null")]
    [TestCase("remove-from-segment", null, "verified", "null")]
    public async Task Segments_LookAtEachPerson(string action, string? segments, string expected, string unverified)
    {
        using var bench = new Bench(
            Wire.Always(r =>
                r.Method == "POST" ? Answer.Ok()
                : segments is null ? Answer.Status(404)
                : Answer.Ok($$"""{"segments":{{segments}}}""")
            )
        );
        var result = await bench.RunAsync(action, """{"segment":7,"ids":["a"],"verify":true}""");
        Assert.That(((string?)result.Data["verification"], (string?)result.Data["unverified"]?[0] ?? "null"), Is.EqualTo((expected, unverified)));
        Assert.That(bench.Wire.Requests[1].Url, Is.EqualTo("https://api.customer.io/v1/customers/a/segments?id_type=id"));
    }
}
