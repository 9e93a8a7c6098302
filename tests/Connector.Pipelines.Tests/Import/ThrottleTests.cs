using CustomerIo.Connector.Pipelines.Import;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

[Category("Slow")]
public class ThrottleTests : Bench
{
    [TestCase(400, 2000)]
    [TestCase(6, 30)]
    public async Task Throttle_TheRequestTimes_ShowTheRate(int rate, int rows)
    {
        await ImportAsync(ImportKind.People, File(rows), throttle: rate);
        // The first ones wait for the just-in-time compiler rather than for their turns.
        var requests = Sandbox.Requests.Skip(rows / 20 > 5 ? 5 : 1).ToArray();
        var seconds = (requests[^1].Time - requests[0].Time).TotalSeconds;
        var sent = requests.SkipLast(1).Sum(r => ((JArray)((JToken)r.Body!)["batch"]!).Count);
        Assert.That(sent / seconds, Is.EqualTo(rate).Within(5).Percent, $"{sent} rows in {seconds} s");
    }

    [Test]
    public async Task TooManyRequests_SlowsDownAndRecovers()
    {
        await TellAsync(HttpMethod.Put, "settings", """{"rateLimits":true,"trackRate":5}""");
        var result = await ImportAsync(ImportKind.People, File(1200), throttle: 200);
        var statuses = Sandbox.Requests.Select(r => r.Status).ToArray();
        Assert.That((result.Succeeded, result.Failed), Is.EqualTo((1200L, 0L)));
        Assert.That(statuses.Count(s => s == 429), Is.GreaterThan(0).And.LessThan(statuses.Length / 3));
        Assert.That((await AskAsync("people?limit=1"))["total"]!.Value<int>(), Is.EqualTo(1200));
    }

    private string File(int rows) => Write("p.csv", "id\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"u{i}\n")));
}
