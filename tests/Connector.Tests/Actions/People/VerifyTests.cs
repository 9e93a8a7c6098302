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
        Assert.That(bench.Wire.Requests.Select(r => $"{r.Method} {r.Url}"), Is.EqualTo(new[]
        {
            "PUT https://track.customer.io/api/v1/customers/u1", "GET https://api.customer.io/v1/customers/u1/attributes?id_type=id",
        }));
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
        var result = await bench.RunAsync("identify", Input, new Connection { SiteId = Bench.SiteId, ApiKey = Bench.ApiKey, Region = Region.Us });
        Assert.That(result.Data["verification"], Is.Null);
        Assert.That(result.Warnings, Has.One.Contains("App API key"));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }
}
