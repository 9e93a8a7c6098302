using CustomerIo.Connector.Api;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;

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
        Assert.That(failure.Message, Does.Contain("nothing is known").And.Contain("try again later"));
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

    [TestCase("track GET /api/v2/batch", null)]
    [TestCase("track POST /api/v2/batch", " errors")]
    [TestCase("track POST /api/v2/entity", "")]
    [TestCase("track POST /api/v2/entity/1", null)]
    [TestCase("track PUT /api/v1/customers/u1", "")]
    [TestCase("track POST /api/v1/events", "")]
    [TestCase("track POST /api/v1/segments/1/add_customers", "")]
    [TestCase("track POST /api/v1/merge_customers", "")]
    [TestCase("track POST /api/v1/forms/1/submit", "")]
    [TestCase("track POST /api/v1/metrics", "")]
    [TestCase("track POST /unsubscribe/d1", "")]
    [TestCase("track POST /api/v1/push/events", null)]
    [TestCase("pipelines POST /v1/batch", null)]
    [TestCase("app POST /v1/send/email", "delivery_id")]
    [TestCase("app GET /v1/send/email", null)]
    [TestCase("app POST /v1/campaigns/1/triggers", "id")]
    [TestCase("app POST /v1/broadcasts/1/triggers", "id")]
    [TestCase("app POST /v1/customers", "[identifiers]")]
    [TestCase("app POST /v1/objects", "[identifiers]")]
    [TestCase("app POST /v1/customers/attributes", "[customers]")]
    [TestCase("app POST /v1/segments", "segment")]
    [TestCase("app POST /v1/reporting_webhooks", "id")]
    [TestCase("app PUT /v1/reporting_webhooks/1", "id")]
    [TestCase("app POST /v1/exports/customers", "export")]
    [TestCase("app GET /v1/customers", "[results]")]
    [TestCase("app GET /v1/transactional", "[messages]")]
    [TestCase("app GET /v1/exports/1/download", "url|link")]
    [TestCase("app GET /v1/messages/1/archived_message", "archived_message")]
    [TestCase("app GET /v1/segments/1/customer_count", "count")]
    [TestCase("app GET /v1/segments/1/membership", "[identifiers]")]
    [TestCase("app GET /v1/customers/1/attributes", "customer")]
    [TestCase("app GET /v1/objects/1/2/attributes", "object")]
    [TestCase("app GET /v1/customers/1/relationships", "[cio_relationships]")]
    [TestCase("app GET /v1/objects/1/2/relationships", "[cio_relationships]")]
    [TestCase("app GET /v1/campaigns/1/triggers/2", "id")]
    [TestCase("app GET /v1/broadcasts/1/triggers/2", "id")]
    [TestCase("app GET /v1/campaigns/1/triggers/2/errors", "[errors] errors")]
    [TestCase("app GET /v1/broadcasts/1/triggers/2/errors", "[errors] errors")]
    [TestCase("app GET /v1/campaigns/1/metrics", "metric")]
    [TestCase("app GET /v1/broadcasts/1/metrics", "metric")]
    [TestCase("app GET /v1/newsletters/1/metrics", "metric")]
    [TestCase("app GET /v1/campaigns/1/metrics/links", "[links]")]
    [TestCase("app GET /v1/broadcasts/1/metrics/links", "[links]")]
    [TestCase("app GET /v1/newsletters/1/metrics/links", "[links]")]
    [TestCase("app GET /v1/customers/1/segments", "[segments]")]
    [TestCase("app GET /v1/customers/1/messages", "[messages]")]
    [TestCase("app GET /v1/customers/1/activities", "[activities]")]
    [TestCase("app GET /v1/activities", "[activities]")]
    [TestCase("app GET /v1/segments", "[segments]")]
    [TestCase("app GET /v1/campaigns", "[campaigns]")]
    [TestCase("app GET /v1/broadcasts", "[broadcasts]")]
    [TestCase("app GET /v1/newsletters", "[newsletters]")]
    [TestCase("app GET /v1/messages", "[messages]")]
    [TestCase("app GET /v1/exports", "[exports]")]
    [TestCase("app GET /v1/reporting_webhooks", "[reporting_webhooks]")]
    [TestCase("app GET /v1/segments/1", "segment")]
    [TestCase("app GET /v1/campaigns/1", "campaign")]
    [TestCase("app GET /v1/broadcasts/1", "broadcast")]
    [TestCase("app GET /v1/newsletters/1", "newsletter")]
    [TestCase("app GET /v1/messages/1", "message")]
    [TestCase("app GET /v1/exports/1", "export")]
    [TestCase("app GET /v1/reporting_webhooks/1", "id")]
    [TestCase("app POST /v1/newsletters", "newsletter")]
    [TestCase("app POST /v1/newsletters/1/send", "newsletter")]
    [TestCase("app GET /v1/campaigns/1/actions", "[actions]")]
    [TestCase("app GET /v1/campaigns/1/actions/2/metrics", "metric")]
    [TestCase("app GET /v1/newsletters/1/contents/2/metrics/links", "[links]")]
    [TestCase("app GET /v1/broadcasts/1/triggers", "[triggers]")]
    [TestCase("app GET /v1/segments/1/used_by", "used_by")]
    [TestCase("app GET /v1/object_types", "[types]")]
    [TestCase("app GET /v1/sender_identities", "[sender_identities]")]
    [TestCase("app GET /v1/transactional/1", "message")]
    [TestCase("app PUT /v1/campaigns/1/actions/2", null)]
    [TestCase("app GET /v1/workspaces", null)]
    [TestCase("app GET /v1/workspaces/1", null)]
    [TestCase("app DELETE /v1/segments/1", null)]
    public void Of_AnEndpoint_IsWhatTheVendorDocuments(string operation, string? expected)
    {
        var parts = operation.Split(' ');
        var promise = Promise.Of(new ApiRequest(Enum.Parse<ApiName>(parts[0], ignoreCase: true), new HttpMethod(parts[1]), parts[2], ApiBody.None));
        var keys = promise is null ? null : string.Join('|', promise.Keys);
        Assert.That(keys is null ? null : (promise!.IsList ? $"[{keys}]" : keys) + (promise.TellsErrors ? " errors" : ""), Is.EqualTo(expected));
    }

    [TestCase("url|link", false, """{"link":"x"}""", true)]
    [TestCase("url|link", false, """{"url":{}}""", true)]
    [TestCase("url|link", false, """{"url":null}""", false)]
    [TestCase("url|link", false, """{"URL":"x"}""", false)]
    [TestCase("url|link", false, "[]", false)]
    [TestCase("", false, "{}", true)]
    [TestCase("", false, "7", false)]
    [TestCase("segments", true, """{"segments":[]}""", true)]
    [TestCase("segments", true, """{"segments":null}""", true)]
    [TestCase("segments", true, """{"segments":{}}""", false)]
    [TestCase("segments", true, "{}", false)]
    public void IsKept_ByAnyOfItsKeys(string keys, bool isList, string answer, bool expected) =>
        Assert.That(new Promise(keys.Split('|', StringSplitOptions.RemoveEmptyEntries), isList).IsKept(ConnectorJson.Parse(answer)), Is.EqualTo(expected));

    [TestCase("", "delivery_id", "The answer (200) is empty and without \"delivery_id\", so nothing is known. Look for a proxy between, and try again later.")]
    [TestCase(
        "{}",
        "delivery_id",
        "The answer (200) is JSON, but without \"delivery_id\", so nothing is known. Look for a proxy between, and try again later."
    )]
    [TestCase("[]", "", "The answer (200) is JSON, but no object, so nothing is known. Look for a proxy between, and try again later.")]
    public void EmptyAnswer_SaysWhatItLacks(string body, string key, string expected)
    {
        var answer = new ApiResponse(200, System.Text.Encoding.UTF8.GetBytes(body), null, null, null);
        Assert.That(new EmptyAnswerException(answer, new Promise(key.Length > 0 ? [key] : [])).Words, Is.EqualTo(expected));
    }

    [TestCase("app GET /v1/segments", 200, "{}", true)]
    [TestCase("app GET /v1/segments", 199, "{}", false)]
    [TestCase("app GET /v1/segments", 299, "{}", true)]
    [TestCase("app GET /v1/segments", 300, "{}", false)]
    [TestCase("app GET /v1/segments", 207, "{}", false)]
    [TestCase("app GET /v1/segments", 200, """{"errors":[1]}""", false)]
    [TestCase("app GET /v1/segments", 200, """{"segments":[]}""", false)]
    [TestCase("app GET /v1/segments", 200, "no JSON", false)]
    [TestCase("track POST /api/v2/entity", 200, "[]", true)]
    [TestCase("track POST /api/v2/entity", 200, "{}", false)]
    public void IsLeftOpen_ASuccessThatLacksWhatWasPromised(string operation, int status, string body, bool expected)
    {
        var parts = operation.Split(' ');
        var request = new ApiRequest(Enum.Parse<ApiName>(parts[0], ignoreCase: true), new HttpMethod(parts[1]), parts[2], ApiBody.None);
        var answer = new ApiResponse(status, System.Text.Encoding.UTF8.GetBytes(body), null, null, null);
        Assert.That(request.IsLeftOpen(answer, out var promise), Is.EqualTo(expected));
        Assert.That((request with { Form = ResponseForm.Text }).IsLeftOpen(answer, out promise), Is.False);
    }
}
