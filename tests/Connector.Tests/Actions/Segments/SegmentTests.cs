using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.Segments;

public class SegmentTests
{
    [TestCase(1, 1)]
    [TestCase(1000, 1)]
    [TestCase(1001, 2)]
    [TestCase(2500, 3)]
    public async Task AddToSegment_ManyIds_GoInThousands(int count, int requests)
    {
        using var bench = new Bench(Wire.Ok());
        var progress = new List<(int, int)>();
        var ids = Enumerable.Range(0, count).Select(i => "u" + i).ToArray();
        var input = new JObject { ["segment"] = 7, ["ids"] = new JArray(ids) };
        var result = await bench.RunAsync("add-to-segment", input, options: new RunOptions { Progress = (done, total) => progress.Add((done, total)) });
        Assert.That(bench.Wire.Requests.SelectMany(r => Bench.Json(r.BodyText)["ids"]!.Select(i => (string)i!)), Is.EqualTo(ids));
        Assert.That(bench.Wire.Requests.Select(r => Bench.Json(r.BodyText)["ids"]!.Count()), Is.All.LessThanOrEqualTo(1000));
        Assert.That((result.Request.Count, (int)result.Data["count"]!, progress[^1]), Is.EqualTo((requests, count, (count, count))));
    }

    [TestCase("\"99999999999\"", "2147483647")]
    [TestCase("\"  \"", "blank")]
    public async Task AddToSegment_SegmentThatCannotBe_IsRefused(string segment, string says)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("add-to-segment", $$"""{"segment":{{segment}},"ids":["a"]}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/segment"));
        Assert.That(failure.Message, Does.Contain(says));
    }

    private const string Segments =
        """{"segments":[{"id":7,"name":"newsletter","type":"manual"},{"id":8,"name":"VIPs","type":"dynamic"},{"id":"""
        + """9,"name":"Twice","type":"manual"},{"id":10,"name":"Twice","type":"manual"},{"id":11,"name":"-1","type":"manual"}]}""";

    [TestCase("newsletter", "7")]
    [TestCase("Newsletter ", "7")]
    [TestCase("-1", "11")]
    public async Task AddToSegment_Name_IsLookedUp(string name, string number)
    {
        using var bench = new Bench(Answer.Ok(Segments), Answer.Ok());
        await bench.RunAsync("add-to-segment", new JObject { ["segment"] = name, ["ids"] = new JArray("123") });
        Assert.That(
            bench.Wire.Requests.Select(r => $"{r.Method} {r.Url}"),
            Is.EqualTo(new[] { "GET https://api.customer.io/v1/segments", $"POST https://track.customer.io/api/v1/segments/{number}/add_customers?id_type=id" })
        );
        Assert.That(bench.Wire.Requests[0].Header("Authorization"), Is.EqualTo("Bearer " + Bench.AppApiKey));
    }

    [Test]
    public async Task CountSegment_NameOfASegmentWithConditions_IsLookedUp()
    {
        using var bench = new Bench(Answer.Ok(Segments), Answer.Ok("""{"count":4}"""));
        await bench.RunAsync("count-segment", """{"segment":"vips"}""");
        Assert.That(bench.Wire.Requests[1].Url, Is.EqualTo("https://api.customer.io/v1/segments/8/customer_count"));
    }

    [TestCase("VIPs", "has conditions")]
    [TestCase("Twice", "9, 10")]
    [TestCase("nobody", "no segment called")]
    public async Task AddToSegment_NameThatWillNotDo_ChangesNothing(string name, string says)
    {
        using var bench = new Bench(Answer.Ok(Segments));
        var failure = await bench.FailAsync("add-to-segment", new JObject { ["segment"] = name, ["ids"] = new JArray("123") });
        Assert.That((failure.Kind, failure.Problems.Single().Path), Is.EqualTo((FailureKind.Rejected, "/segment")));
        Assert.That(failure.Message, Does.Contain(says));
    }

    [Test]
    public async Task AddToSegment_CreateIfMissing_CreatesTheSegmentOnce()
    {
        using var bench = new Bench(Answer.Ok("""{"segments":null}"""), Answer.Ok("""{"segment":{"id":12}}"""), Answer.Ok());
        var result = await bench.RunAsync("add-to-segment", """{"segment":"new ones","ids":["123"],"createIfMissing":true}""");
        Assert.That(bench.Wire.Requests[1].BodyText, Is.EqualTo("""{"segment":{"name":"new ones"}}"""));
        Assert.That(bench.Wire.Requests[2].Url, Does.EndWith("/segments/12/add_customers?id_type=id"));
        Assert.That(result.Warnings.Single(), Does.Contain("was created"));
    }

    [Test]
    public async Task AddToSegment_CreateThatMayHaveArrived_IsNotRepeated()
    {
        using var bench = new Bench(Answer.Ok("""{"segments":[]}"""), Answer.Status(500));
        var failure = await bench.FailAsync("add-to-segment", """{"segment":"new ones","ids":["123"],"createIfMissing":true}""");
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Uncertain));
    }

    [Test]
    public async Task AddToSegment_DryRunWithAName_ShowsAPlaceholder()
    {
        using var bench = new Bench();
        var dry = await bench.Connector.DryRunAsync("add-to-segment", Bench.Json("""{"segment":"news letter","ids":["123"]}"""), Bench.Us);
        Assert.That((string?)dry["requests"]!.Single()["url"], Is.EqualTo("https://track.customer.io/api/v1/segments/{news letter}/add_customers?id_type=id"));
        Assert.That((string?)dry["warnings"]!.Single(), Does.Contain("news letter"));
    }

    [Test]
    public async Task AddToSegment_NameWithoutAnAppKey_SaysWhereToMakeOne()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            "add-to-segment",
            """{"segment":"newsletter","ids":["123"]}""",
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                Region = Region.Us,
            }
        );
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Message, Does.Contain("App API Keys").And.Contain("CUSTOMERIO_APP_API_KEY"));
    }

    [Test]
    public async Task RemoveFromSegment_IdsOfAnotherKind_AreNamedBeforeSending()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("remove-from-segment", """{"segment":"7","idType":"email","ids":["ada@example.com","u1",2]}""");
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(new[] { "/ids/1", "/ids/2" }));
    }

    [Test]
    public async Task AddToSegment_IdsThatLookLikeAnotherKind_AreSentWithAWarning()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync("add-to-segment", """{"segment":"7","ids":["ada@example.com","cio_1",5]}""");
        Assert.That(bench.Wire.Only.BodyText, Is.EqualTo("""{"ids":["ada@example.com","cio_1","5"]}"""));
        Assert.That(result.Warnings.Single(), Does.StartWith("2 of the ids"));
    }

    [Test]
    public async Task AddToSegment_CioIds_LoseTheirPrefix()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("add-to-segment", """{"segment":"7","idType":"cio_id","ids":["cio_a1","b2"]}""");
        Assert.That(
            bench.Wire.Only.Url + bench.Wire.Only.BodyText,
            Is.EqualTo("""https://track.customer.io/api/v1/segments/7/add_customers?id_type=cio_id{"ids":["a1","b2"]}""")
        );
    }
}
