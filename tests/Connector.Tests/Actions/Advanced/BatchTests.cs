using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.Advanced;

public class BatchTests
{
    private static readonly RunOptions s_run = new() { InvocationId = "run-1" };

    [Test]
    public async Task RunAsync_BothForms_AreOneRequestInTheirOrder()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync(
            "batch",
            """
            {"operations":[{"action":"identify","input":{"id":"u1","customerData":{"n":1.5}}},
            {"type":"object","action":"identify","identifiers":{"object_type_id":"1","object_id":"acme"}},
            {"action":"track","input":{"id":"+4312345","idType":"phone","eventName":"bought"}},
            {"type":"person","action":"event","identifiers":{"id":"u1"},"name":"x"},
            {"action":"merge-people","input":{"primary":"a","secondary":"cio_b"}}]}
            """,
            options: s_run
        );
        var first = EventIds.Derive("run-1\n0", "batch", 2);
        var second = EventIds.Derive("run-1\n0", "batch", 3);
        Assert.That(
            bench.Wire.Only.Text,
            Is.EqualTo(
                $$$"""
                POST https://track.customer.io/api/v2/batch
                Authorization: Basic c2l0ZS1pZC1vZi10aGUtdGVzdHM6c2VjcmV0LWFwaS1rZXktMDAwMDE=
                Content-Type: application/json

                {"batch":[{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{"n":1.5}},
                {"type":"object","action":"identify","identifiers":{"object_type_id":"1","object_id":"acme"}},
                {"type":"person","identifiers":{"phone":"+4312345"},"action":"event","name":"bought","id":"{{{first}}}"},
                {"type":"person","action":"event","identifiers":{"id":"u1"},"name":"x","id":"{{{second}}}"},
                {"type":"person","action":"merge","primary":{"id":"a"},"secondary":{"cio_id":"b"}}]}
                """.Replace(",\n", ",")
            )
        );
        Assert.That(result.Data.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"succeeded":5,"failed":[]}"""));
        Assert.That(result.Status, Is.EqualTo(RunStatus.Succeeded));
    }

    [Test]
    public async Task RunAsync_BadItems_AreNamedAndTheOthersGo()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync(
            "batch",
            new JObject
            {
                ["operations"] = new JArray(
                    Bench.Json("""{"action":"identify","input":{"id":""}}"""),
                    Bench.Json("""{"action":"identify","input":{"id":"u1","customerData":{"big":"BIG"}}}""".Replace("BIG", new string('x', 40))),
                    Bench.Json("""{"action":"raw-request","input":{"url":"/v1/x","method":"GET"}}"""),
                    Bench.Json("""{"action":"identifi","input":{}}"""),
                    Bench.Json("""{"type":"person"}"""),
                    Bench.Json("""{"action":"identify","type":"person","input":{"id":"1"}}"""),
                    new JObject
                    {
                        ["type"] = "person",
                        ["action"] = "identify",
                        ["attributes"] = new JObject { ["a"] = new string('x', 32_000) },
                    }
                ),
            }
        );
        var failed = (JArray)result.Data["failed"]!;
        Assert.That(result.Status, Is.EqualTo(RunStatus.Partial));
        Assert.That((int)result.Data["succeeded"]!, Is.EqualTo(1));
        Assert.That(failed.Select(f => (int)f["index"]!), Is.EqualTo(new[] { 0, 2, 3, 4, 5, 6 }));
        Assert.That(failed.Select(f => (string)f["field"]!), Is.EqualTo(new[] { "/input/id", "", "", "/action", "/type", "" }));
        Assert.That(failed.Select(f => (string)f["reason"]!), Is.All.EqualTo("input"));
        Assert.That((string?)failed[^1]!["message"], Does.Contain("at most 32000"));
        Assert.That((string?)failed[2]!["message"], Does.Contain("Did you mean \"identify\""));
    }

    [Test]
    public async Task RunAsync_OnlyBadItems_IsAnInputErrorWithTheirPaths()
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("batch", """{"operations":[{"action":"destroy","input":{"id":".."}},{"type":"person"}]}""");
        Assert.That(
            (failure.Kind, string.Join(' ', failure.Problems.Select(p => p.Path))),
            Is.EqualTo((FailureKind.Input, "/operations/0/input/id /operations/1/action"))
        );
    }

    [TestCase("a b@c.de")]
    [TestCase("mailto:a@b.de")]
    [TestCase("a@b.de;")]
    [TestCase("a@b.de, c@d.de")]
    [TestCase("a@b@c.de")]
    [TestCase("[null]")]
    [TestCase("..")]
    [TestCase("LONG")]
    public async Task RunAsync_IdThatNobodyCanHave_IsRefusedInEveryForm(string text)
    {
        using var bench = new Bench();
        var id = text == "LONG" ? new string('x', 151) : text;
        JObject[] operations =
        [
            new()
            {
                ["type"] = "person",
                ["action"] = "identify",
                ["identifiers"] = new JObject { ["id"] = id },
            },
            new()
            {
                ["type"] = "person",
                ["action"] = "merge",
                ["primary"] = new JObject { ["id"] = "u1" },
                ["secondary"] = new JObject { ["id"] = id },
            },
            .. ((string?[])[null, "id"]).Select(type => new JObject
            {
                ["action"] = "identify",
                ["input"] = type is null ? new JObject { ["id"] = id } : new JObject { ["id"] = id, ["idType"] = type },
            }),
        ];
        var failure = await bench.FailAsync("batch", new JObject { ["operations"] = new JArray(operations) });
        Assert.That(
            failure.Problems.Select(p => p.Path),
            Is.EqualTo(new[] { "/operations/0/identifiers/id", "/operations/1/secondary/id", "/operations/2/input/id", "/operations/3/input/id" })
        );
    }

    [Test]
    public async Task RunAsync_207_NamesTheRefusedByTheirOwnIndex()
    {
        using var bench = new Bench(
            Answer.Status(
                207,
                """{"errors":[{"batch_index":1,"reason":"invalid","field":"attributes.plan","message":"too long"},{"batch_index":"""
                    + """1,"reason":"required","field":"name","message":"missing"}]}"""
            )
        );
        var result = await bench.RunAsync("batch", """{"operations":[{"type":"x"},{"type":"a","action":"b"},{"type":"c","action":"d"}]}""");
        Assert.That(result.Status, Is.EqualTo(RunStatus.Partial));
        Assert.That(
            ((JArray)result.Data["failed"]!)[1].ToString(Newtonsoft.Json.Formatting.None),
            Is.EqualTo("""{"index":2,"reason":"invalid","field":"attributes.plan","message":"too long; name: missing","retryable":false}""")
        );
    }

    [Test]
    public async Task RunAsync_207WithNothingAccepted_IsRejected()
    {
        using var bench = new Bench(Answer.Status(207, """{"errors":[{"batch_index":0,"reason":"invalid","field":"f","message":"m"}]}"""));
        var failure = await bench.FailAsync("batch", """{"operations":[{"type":"a","action":"b"}]}""");
        Assert.That((failure.Kind, failure.Problems.Single()), Is.EqualTo((FailureKind.Rejected, new Problem("/operations/0/f", "m"))));
    }

    [TestCase(1_000)]
    [TestCase(31_000)]
    public async Task RunAsync_MoreThanFitsOneRequest_IsCutByItsRealBytes(int size)
    {
        using var bench = new Bench(Wire.Ok());
        var operations = new JArray(
            Enumerable
                .Range(0, 1_200_000 / size)
                .Select(i => new JObject
                {
                    ["type"] = "person",
                    ["action"] = "identify",
                    ["n"] = i,
                    ["a"] = new string('é', size / 2),
                })
        );
        var result = await bench.RunAsync("batch", new JObject { ["operations"] = operations });
        Assert.That(bench.Wire.Requests.Select(r => r.Body.Length), Is.All.LessThanOrEqualTo(500_000));
        Assert.That(bench.Wire.Requests.SkipLast(1).Select(r => r.Body.Length), Is.All.GreaterThan(500_000 - 32_000));
        Assert.That(
            bench.Wire.Requests.SelectMany(r => Bench.Json(r.BodyText)["batch"]!.Select(o => (int)o["n"]!)),
            Is.EqualTo(Enumerable.Range(0, operations.Count))
        );
        Assert.That((int)result.Data["succeeded"]!, Is.EqualTo(operations.Count));
    }

    [Test]
    public async Task RunAsync_OneOperationSpoilsTheRequest_IsFoundAndTheOthersAreAccepted()
    {
        using var bench = new Bench(
            Wire.Always(r =>
                r.BodyText.Contains("\"n\":5}") ? Answer.Status(400, """{"errors":[{"reason":"invalid","field":"type","message":"no"}]}""") : Answer.Ok()
            )
        );
        var operations = new JArray(
            Enumerable
                .Range(0, 9)
                .Select(i => new JObject
                {
                    ["type"] = "person",
                    ["action"] = "identify",
                    ["n"] = i,
                })
        );
        var result = await bench.RunAsync("batch", new JObject { ["operations"] = operations });
        Assert.That(result.Data["failed"]!.Single()["index"]!.ToString(), Is.EqualTo("5"));
        Assert.That(result.Data["failed"]!.Single()["message"]!.ToString(), Does.Contain("no"));
        Assert.That((int)result.Data["succeeded"]!, Is.EqualTo(8));
    }

    [TestCase(503, "unavailable", 18)]
    [TestCase(429, "rateLimited", 3)]
    public async Task RunAsync_RequestFailsAfterAnother_TheRestIsNotSentAndSaysThatItMayPass(int status, string reason, int maxRequests)
    {
        using var bench = new Bench(Wire.Always(r => r.BodyText.Contains("\"n\":0,") ? Answer.Ok() : Answer.Status(status)));
        var operations = new JArray(
            Enumerable
                .Range(0, 60)
                .Select(i => new JObject
                {
                    ["type"] = "person",
                    ["action"] = "identify",
                    ["n"] = i,
                    ["a"] = new string('x', 30_000),
                })
        );
        var result = await bench.RunAsync(
            "batch",
            new JObject
            {
                ["operations"] = operations,
                ["maxRetryCount"] = 1,
                ["retryDelayMs"] = 1,
            }
        );
        Assert.That((int)result.Data["succeeded"]!, Is.EqualTo(16));
        Assert.That(result.Data["failed"]!.Select(f => (int)f["index"]!), Is.EqualTo(Enumerable.Range(16, 44)));
        Assert.That(result.Data["failed"]!.Select(f => ((bool)f["retryable"]!, (string)f["reason"]!)), Is.All.EqualTo((true, reason)));
        Assert.That(bench.Wire.Requests, Has.Count.LessThanOrEqualTo(maxRequests));
        Assert.That(bench.Wire.Requests.Select(r => r.BodyText), Has.None.Contains("\"n\":32,"), "nothing after the lost chunk");
    }

    [Test]
    public async Task RunAsync_KeysRefusedAfterARequest_EndsAsConnectionAndNamesTheOthers()
    {
        using var bench = new Bench(Wire.Always(r => r.BodyText.Contains("\"n\":0,") ? Answer.Ok() : Answer.Status(401)));
        var operations = new JArray(
            Enumerable
                .Range(0, 40)
                .Select(i => new JObject
                {
                    ["type"] = "person",
                    ["action"] = "identify",
                    ["n"] = i,
                    ["a"] = new string('x', 30_000),
                })
        );
        var failure = await bench.FailAsync("batch", new JObject { ["operations"] = operations });
        Assert.That((failure.Kind, failure.Status, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Connection, 401, 2)));
        Assert.That(failure.Message, Does.Contain("16 of the 40 operations had been accepted"));
        Assert.That(failure.Problems.Select(p => p.Path), Is.EqualTo(Enumerable.Range(16, 24).Select(i => $"/operations/{i}")));
    }

    [TestCase(503, FailureKind.Unavailable)]
    [TestCase(401, FailureKind.Connection)]
    public async Task RunAsync_NothingWasAccepted_FailsAsAnyOtherAction(int status, FailureKind kind)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(status)));
        Assert.That((await bench.FailAsync("batch", """{"operations":[{"type":"a","action":"b"}]}""")).Kind, Is.EqualTo(kind));
    }

    [TestCase("person", "identify", FailureKind.Unavailable, 4)]
    [TestCase("delivery", "event", FailureKind.Uncertain, 1)]
    public async Task RunAsync_AnswerLost_IsSentAgainUnlessThatCountsTwice(string type, string action, FailureKind kind, int attempts)
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Broken()));
        var failure = await bench.FailAsync("batch", $$"""{"operations":[{"type":"{{type}}","action":"{{action}}"}]}""");
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((kind, attempts)));
    }

    [Test]
    public async Task RunAsync_EventsOfEachItem_HaveIdsOfTheirOwnThatAReplayRepeats()
    {
        var input = """{"operations":[{"action":"track","input":{"id":"a","eventName":"x"}},{"action":"track","input":{"id":"a","eventName":"x"}}]}""";
        async Task<string[]> Ids(RunOptions options)
        {
            using var bench = new Bench(Answer.Ok());
            await bench.RunAsync("batch", input, options: options);
            return [.. Bench.Json(bench.Wire.Only.BodyText)["batch"]!.Select(o => (string)o["id"]!)];
        }

        var ids = await Ids(s_run);
        Assert.That(ids, Is.Unique.And.All.Matches<string>(EventIds.IsUlid));
        Assert.That(await Ids(s_run), Is.EqualTo(ids));
        Assert.That(await Ids(new RunOptions { InvocationId = "run-1", ItemIndex = 1 }), Has.None.AnyOf(ids));
        Assert.That(await Ids(new RunOptions()), Has.None.AnyOf(ids));
    }

    [Test]
    public async Task RunAsync_Warnings_SayWhichOperation()
    {
        using var bench = new Bench(Answer.Ok());
        var result = await bench.RunAsync(
            "batch",
            """{"operations":[{"type":"a","action":"b"},{"action":"track","input":{"id":"a","eventName":"x","eventId":"7","region":"eu"}}]}"""
        );
        Assert.That(result.Warnings, Has.Count.EqualTo(2).And.All.StartsWith("/operations/1: "));
    }

    [TestCase("""{"batch_index":7,"reason":"x"}""")]
    [TestCase("""{"batch_index":-1,"reason":"x"}""")]
    [TestCase("""{"batch_index":"1","reason":"x"}""")]
    [TestCase("""{"reason":"x"}""")]
    [TestCase("null")]
    [TestCase("\"x\"")]
    public async Task RunAsync_207ThatNamesOneButNotTheOther_CountsNothingAsAcceptedThatIsNotKnownToBe(string other)
    {
        var body = $$$"""{"errors":[{"batch_index":1,"reason":"invalid","field":"f","message":"m"},{{{other}}}]}""";
        using var bench = new Bench(Answer.Status(207, body), Answer.Status(207, body));
        var failure = await bench.FailAsync("batch", """{"operations":[{"type":"a","action":"b"},{"type":"c","action":"d"}]}""");
        Assert.That(
            (failure.Kind, string.Join(' ', failure.Problems.Select(p => p.Path))),
            Is.EqualTo((FailureKind.Uncertain, "/operations/0 /operations/1/f"))
        );
        failure = await bench.FailAsync("send-event", """{"events":[{"type":"identify","userId":"7"},{"type":"identify","userId":"8"}]}""");
        Assert.That(failure.Kind, Is.Not.EqualTo(FailureKind.Input), "none is accepted");
    }

    [TestCase("\"x\"")]
    [TestCase("""{"errors":[{"batch_index":5,"reason":"x"}]}""")]
    public async Task RunAsync_207ThatNamesNobody_IsUncertain(string body)
    {
        using var bench = new Bench(Answer.Status(207, body));
        Assert.That((await bench.FailAsync("batch", """{"operations":[{"type":"a","action":"b"}]}""")).Kind, Is.EqualTo(FailureKind.Uncertain));
    }
}
