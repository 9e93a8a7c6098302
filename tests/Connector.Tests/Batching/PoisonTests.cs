using System.Globalization;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Batching;

/// <summary>Operations that Customer.io fails at for ever, among many that it takes; and outages, which look alike at first.</summary>
public class PoisonTests
{
    private const int Many = 5000;
    private static readonly string[] s_roads = ["batch", "send-event"];
    private static readonly int[][] s_places =
    [
        [.. Enumerable.Range(0, 10).Select(i => (i * 500) + 250)],
        [.. Enumerable.Range(0, 10).Select(i => 2000 + i)],
        [.. Enumerable.Range(0, 10)],
        [0, 1, 2, 4, 8, 16, 1024, 2048, 4096, 4999],
        [7],
    ];

    [Test]
    public async Task Run_TenPoisonedAmongMany_TheOthersArriveAtOnceAndTheTenAreNamed([ValueSource(nameof(s_roads))] string road, [Range(0, 4)] int places)
    {
        var poisoned = s_places[places];
        var plain = await RunAsync(road, []);
        var run = await RunAsync(road, poisoned);
        Assert.Multiple(() =>
        {
            Assert.That(run.Failed.Select(f => (int)f["index"]!), Is.EqualTo(poisoned));
            Assert.That(run.Failed.Select(f => ((string)f["reason"]!, (bool)f["retryable"]!)), Is.All.EqualTo(("unavailable", true)));
            Assert.That(run.Failed.Select(f => (string)f["message"]!), Is.All.Contain("(500)").And.All.Contain("Others are accepted meanwhile"));
            Assert.That(run.Accepted, Is.Unique.And.EquivalentTo(Enumerable.Range(0, Many).Except(poisoned)));
            Assert.That(run.Elapsed, Is.EqualTo(TimeSpan.Zero), "no wait stood before anybody");
            Assert.That(run.Requests - plain.Requests, Is.LessThanOrEqualTo(poisoned.Length * 28), "parts of a quarter, seven deep");
        });
    }

    [Test]
    public async Task Run_OnceSomeAreAnswered_ALevelOfTheSearchTakesNoLongerThanOneRequest([ValueSource(nameof(s_roads))] string road)
    {
        // One chunk, and the third level of its search: the quarters of the ten parts that hold one each. Nobody of it is answered before all are on their way.
        const int count = 2500;
        var (onTheirWay, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var bench = new Bench(
            Wire.Always(r =>
            {
                var places = Places(r);
                var answer = places.Any(p => p % 250 == 125) ? Answer.Status(500) : Answer.Ok();
                if (places.Length is < 30 or > 50)
                {
                    return answer;
                }

                if (Interlocked.Increment(ref onTheirWay) == 40)
                {
                    all.SetResult();
                }

                return answer.When(all.Task);
            })
        );
        var result = await bench.RunAsync(road, Input(road, count, i => "u" + i));
        Assert.That(((int)result.Data["succeeded"]!, bench.Time.Elapsed), Is.EqualTo((count - 10, TimeSpan.Zero)));
    }

    [Test]
    public async Task Run_AnOutage_CostsFewRequestsAndFailsAsOne([ValueSource(nameof(s_roads))] string road, [Values(500, 503)] int status)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(status)));
        var failure = await bench.FailAsync(road, Input(road, Many, i => "u" + i));
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Unavailable, status)));
        Assert.That(bench.Wire.Requests, Has.Count.LessThanOrEqualTo(12 + 4 + 3));
        Assert.That(bench.Time.DelaysMs, Is.EqualTo(new double[] { 200, 400, 800 }));
    }

    [Test]
    public async Task Run_NobodyToConnectTo_IsNotSearched([ValueSource(nameof(s_roads))] string road)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.NotSent(HttpRequestError.ConnectionError)));
        var failure = await bench.FailAsync(road, Input(road, Many, i => "u" + i));
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Unavailable, 4)));
    }

    [Test]
    public async Task Run_AShortOutage_IsWaitedForAndLosesNothing(
        [ValueSource(nameof(s_roads))] string road,
        [Values(1, 3, 60)] int people,
        [Values(150, 500, 1000)] int milliseconds
    )
    {
        // What was behind the part that asks whether it is over, too: an operation that was forgotten would count as accepted.
        const int count = 60;
        var (down, accepted, gate) = (true, new List<int>(), new Lock());
        var time = FakeTime.Instant();
        using var bench = new Bench(
            Wire.Always(r =>
            {
                lock (gate)
                {
                    if (down = down && time.Elapsed < TimeSpan.FromMilliseconds(milliseconds))
                    {
                        return Answer.Status(503);
                    }

                    accepted.AddRange(Places(r));
                    return Answer.Ok();
                }
            }),
            time
        );
        var result = await bench.RunAsync(road, Input(road, count, i => "p" + (i % people)));
        Assert.That(((int)result.Data["succeeded"]!, (JArray)result.Data["failed"]!), Is.EqualTo((count, new JArray())));
        Assert.That(accepted, Is.EquivalentTo(Enumerable.Range(0, count)));
        foreach (var person in accepted.GroupBy(i => i % people))
        {
            Assert.That(person, Is.Ordered);
        }
    }

    [Test]
    public async Task Run_APersonWithSeveral_NeverOvertakesThemselves([ValueSource(nameof(s_roads))] string road, [Values(1, 3, 40)] int people)
    {
        const int count = 600,
            poisoned = 311;
        var run = await RunAsync(road, [poisoned], count, i => "p" + (i % people));
        var behind = Enumerable.Range(poisoned, count - poisoned).Where(i => i % people == poisoned % people).ToArray();
        Assert.That(run.Failed.Select(f => (int)f["index"]!), Is.EqualTo(behind));
        Assert.That(run.Failed.Skip(1).Select(f => (string)f["message"]!), Is.All.Contain("of the same person"));
        foreach (var person in run.Accepted.GroupBy(i => i % people))
        {
            Assert.That(person, Is.Ordered.And.Unique);
        }

        Assert.That(run.Accepted, Has.Count.EqualTo(count - behind.Length));
    }

    [Test]
    public async Task Run_RefusedWholeThenAHalfIsAnswered401_EndsAsConnection([ValueSource(nameof(s_roads))] string road)
    {
        var requests = 0;
        using var bench = new Bench(
            Wire.Always(r =>
                Interlocked.Increment(ref requests) == 1 ? Answer.Status(400)
                : r.BodyText.Contains("\"u3\"") ? Answer.Status(401)
                : Answer.Ok()
            )
        );
        var failure = await bench.FailAsync(road, Input(road, 8, i => "u" + i));
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Connection, 401)));
        Assert.That(failure.Message, Does.Contain("had been accepted by then"));
        Assert.That(failure.Problems.Select(p => p.Message), Has.None.Contains("400"));
    }

    private static JObject Input(string road, int count, Func<int, string> person) =>
        road == "batch"
            ? new JObject
            {
                ["operations"] = new JArray(
                    Enumerable
                        .Range(0, count)
                        .Select(i => new JObject
                        {
                            ["type"] = "person",
                            ["action"] = "identify",
                            ["identifiers"] = new JObject { ["id"] = person(i) },
                            ["attributes"] = new JObject { ["n"] = Name(i) },
                        })
                ),
            }
            : new JObject
            {
                ["events"] = new JArray(
                    Enumerable
                        .Range(0, count)
                        .Select(i => new JObject
                        {
                            ["type"] = "track",
                            ["userId"] = person(i),
                            ["event"] = Name(i),
                            ["messageId"] = "m" + i,
                        })
                ),
            };

    private static int[] Places(WireRequest request) =>
        [
            .. Bench.Json(request.BodyText)["batch"]!
                .Select(o => (string)(o["name"] ?? o["attributes"]!["n"])!)
                .Select(n => int.Parse(n[1..^1], CultureInfo.InvariantCulture)),
        ];

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"n{i}.");

    private static async Task<(IReadOnlyList<JObject> Failed, IReadOnlyList<int> Accepted, int Requests, TimeSpan Elapsed)> RunAsync(
        string road,
        int[] poisoned,
        int count = Many,
        Func<int, string>? person = null
    )
    {
        var (accepted, gate) = (new List<int>(), new Lock());
        using var bench = new Bench(
            Wire.Always(r =>
            {
                var places = Places(r);
                if (places.Any(poisoned.Contains))
                {
                    return Answer.Status(500);
                }

                lock (gate)
                {
                    accepted.AddRange(places);
                }

                return Answer.Ok();
            })
        );
        var result = await bench.RunAsync(road, Input(road, count, person ?? (i => "u" + i)));
        return ([.. result.Data["failed"]!.Cast<JObject>()], accepted, bench.Wire.Requests.Count, bench.Time.Elapsed);
    }
}
