using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>A success that lacks what its endpoint promises is no answer.</summary>
public class PromiseTests
{
    private const string Mail = """{"id":"u1","to":"ada@example.com","transactionalMessageId":"3"}""";

    private static readonly (string Action, string Input)[] s_looks =
    [
        ("get-people", """{"ids":["u1"]}"""),
        ("get-person", """{"id":"u1"}"""),
        ("find-people", """{"email":"ada@example.com"}"""),
        ("search-people", """{"filter":{"segment":{"id":7}}}"""),
        ("list-segments", "{}"),
        ("list-activities", "{}"),
        ("list-reporting-webhooks", "{}"),
        ("count-segment", """{"segment":"7"}"""),
        ("get-export", """{"export":"7"}"""),
        ("get-broadcast-status", """{"broadcast":"7","trigger":"1"}"""),
        ("get-campaign-metrics", """{"campaign":"7"}"""),
        ("get-object", """{"objectTypeId":"1","objectId":"acme"}"""),
    ];

    private static readonly (int Status, string Body)[] s_nothing =
    [
        (200, ""),
        (200, "{}"),
        (204, ""),
        (200, "[1]"),
        (200, "null"),
        (200, """{"errors":[]}"""),
    ];

    [Test]
    public async Task RunAsync_LookWithoutWhatItPromises_IsRetriedAndUnavailable(
        [ValueSource(nameof(s_looks))] (string Action, string Input) look,
        [ValueSource(nameof(s_nothing))] (int Status, string Body) nothing
    )
    {
        using var bench = new Bench(Wire.Always(_ => Answer.Status(nothing.Status, nothing.Body)));
        var failure = await bench.FailAsync(look.Action, look.Input);
        Assert.That((failure.Kind, failure.Attempts, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Unavailable, 4, 4)), failure.Message);
        Assert.That(failure.Message, Does.Contain("tells nothing").And.Contain("try again later"));
    }

    [Test]
    public async Task RunAsync_SendWithoutDelivery_IsUncertainAndNotRepeated([ValueSource(nameof(s_nothing))] (int Status, string Body) nothing)
    {
        using var bench = new Bench(Answer.Status(nothing.Status, nothing.Body));
        var failure = await bench.FailAsync("send-email", Mail);
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Uncertain, 1)), failure.Message);
        Assert.That(failure.Message, Does.Contain("delivery_id").Or.Contain("no object").And.Contain("Look in Customer.io for a delivery to this person"));
    }

    [Test]
    public async Task RunAsync_SuccessWithErrors_IsRejected([ValueSource(nameof(s_looks))] (string Action, string Input) look)
    {
        using var bench = new Bench(Answer.Ok("""{"errors":[{"detail":"no such thing","status":"422"}]}"""));
        var failure = await bench.FailAsync(look.Action, look.Input);
        Assert.That((failure.Kind, failure.Attempts, failure.Status), Is.EqualTo((FailureKind.Rejected, 1, (int?)200)), failure.Message);
        Assert.That(failure.Message, Does.Contain("It said: no such thing."));
    }

    [TestCase("")]
    [TestCase("{}\n")]
    public async Task RunAsync_EmptySuccessOfTrack_IsOne(string body)
    {
        using var bench = new Bench(Answer.Ok(body), Answer.Ok(body), Answer.Ok(body));
        await bench.RunAsync("identify", """{"id":"u1"}""");
        await bench.RunAsync("suppress", """{"id":"u1"}""");
        await bench.RunAsync("batch", """{"operations":[{"type":"person","action":"identify","identifiers":{"id":"u1"}}]}""");
    }

    [Test]
    public async Task RunAsync_NullList_IsEmpty()
    {
        using var bench = new Bench(Answer.Ok("""{"segments":null}"""));
        Assert.That((await bench.RunAsync("list-segments", "{}")).Data["segments"], Is.Empty);
    }

    [Test]
    public async Task RunAsync_ErrorsOfABroadcast_AreWhatWasAskedFor()
    {
        using var bench = new Bench(
            Answer.Ok("""{"id":1,"broadcast_id":7,"processed_at":1700000000}"""),
            Answer.Ok("""{"errors":["line 3: no such person"]}""")
        );
        var result = await bench.RunAsync("get-broadcast-status", """{"broadcast":"7","trigger":"1"}""");
        Assert.That((string?)result.Data["errors"]?[0], Is.EqualTo("line 3: no such person"));
    }

    [Test]
    public async Task RunAsync_BatchAnswered200WithErrors_IsReadAsA207()
    {
        using var bench = new Bench(Answer.Ok("""{"errors":[{"batch_index":1,"reason":"invalid","field":"name","message":"too long"}]}"""));
        var result = await bench.RunAsync(
            "batch",
            """
            {"operations":[
              {"type":"person","action":"identify","identifiers":{"id":"u1"}},
              {"type":"person","action":"identify","identifiers":{"id":"u2"}}
            ]}
            """
        );
        Assert.That(result.Status, Is.EqualTo(RunStatus.Partial));
        Assert.That(((int)result.Data["succeeded"]!, (int)result.Data["failed"]![0]!["index"]!), Is.EqualTo((1, 1)));
    }
}
