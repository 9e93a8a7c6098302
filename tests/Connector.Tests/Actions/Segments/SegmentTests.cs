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

    [TestCase("\"VIPs\"", "App API")]
    [TestCase("\"99999999999\"", "2147483647")]
    [TestCase("-1", "App API")]
    public async Task AddToSegment_SegmentThatIsNoNumber_IsRefused(string segment, string says)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("add-to-segment", $$"""{"segment":{{segment}},"ids":["a"]}""");
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/segment"));
        Assert.That(failure.Message, Does.Contain(says));
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
        Assert.That(bench.Wire.Only.Url + bench.Wire.Only.BodyText, Is.EqualTo("""https://track.customer.io/api/v1/segments/7/add_customers?id_type=cio_id{"ids":["a1","b2"]}"""));
    }
}
