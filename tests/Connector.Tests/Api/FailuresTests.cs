using System.Text;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>What each end of a request is reported as.</summary>
public class FailuresTests
{
    private const string Once = """{"id":"u1","maxRetryCount":0}""";

    [TestCase(300, FailureKind.Connection)]
    [TestCase(301, FailureKind.Connection)]
    [TestCase(302, FailureKind.Connection)]
    [TestCase(304, FailureKind.Connection)]
    [TestCase(307, FailureKind.Connection)]
    [TestCase(308, FailureKind.Connection)]
    [TestCase(400, FailureKind.Rejected)]
    [TestCase(401, FailureKind.Connection)]
    [TestCase(402, FailureKind.Rejected)]
    [TestCase(403, FailureKind.Connection)]
    [TestCase(404, FailureKind.Rejected)]
    [TestCase(405, FailureKind.Rejected)]
    [TestCase(408, FailureKind.Unavailable)]
    [TestCase(409, FailureKind.Rejected)]
    [TestCase(413, FailureKind.Rejected)]
    [TestCase(422, FailureKind.Rejected)]
    [TestCase(429, FailureKind.RateLimited)]
    [TestCase(499, FailureKind.Rejected)]
    [TestCase(500, FailureKind.Unavailable)]
    [TestCase(501, FailureKind.Unavailable)]
    [TestCase(503, FailureKind.Unavailable)]
    [TestCase(599, FailureKind.Unavailable)]
    public async Task RunAsync_Status_HasItsKind(int status, FailureKind kind)
    {
        using var bench = new Bench(Answer.Status(status));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That((failure.Kind, failure.Status, failure.Attempts), Is.EqualTo((kind, (int?)status, 1)));
        Assert.That(failure.Message, Does.EndWith(".").And.Not.Contains("  "));
    }

    [TestCase(
        "E1",
        400,
        "{\n  \"meta\": {\n    \"errors\": [\n      \"value too long\",\n      \"name missing\"\n    ]\n  }\n}\n",
        "value too long; name missing.",
        new[] { "|value too long", "|name missing" }
    )]
    [TestCase("E2", 400, """{"meta":{"error":"primary is required"}}""", "primary is required.", new string[0])]
    [TestCase(
        "E3",
        400,
        """{"errors":[{"reason":"invalid","field":"attributes.plan","message":"too long"},"""
            + """{"reason":"required","field":"type","message":"missing"}]}""",
        "attributes.plan: too long (invalid); type: missing (required).",
        new[] { "attributes.plan|too long (invalid)", "type|missing (required)" }
    )]
    [TestCase(
        "E4",
        400,
        """{"errors":[{"batch_index":0,"reason":"invalid","field":"type","message":"unknown"}]}""",
        "type: unknown (invalid).",
        new[] { "type|unknown (invalid)" }
    )]
    [TestCase(
        "E5",
        422,
        """{"errors":[{"detail":"name cannot be blank (reference a1b2c3)","status":"422","source":{"pointer":"/name"}}]}""",
        "/name: name cannot be blank (reference a1b2c3).",
        new[] { "/name|name cannot be blank (reference a1b2c3)" }
    )]
    [TestCase("E5 code", 409, """{"errors":[{"detail":"no","status":409,"code":"x","meta":{}}]}""", "no.", new[] { "|no" })]
    [TestCase("E6", 400, """{"errors":[{"detail":"topic is required"}]}""", "topic is required.", new[] { "|topic is required" })]
    [TestCase("reason alone", 400, """{"errors":[{"reason":"invalid"}]}""", "invalid.", new[] { "|invalid" })]
    [TestCase("texts", 400, """{"errors":["one","two"]}""", "one; two.", new[] { "|one", "|two" })]
    [TestCase("same key twice", 400, """{"meta":{"error":"a"},"meta":{"error":"b"}}""", "b.", new string[0])]
    public async Task RunAsync_Envelope_IsReadToItsWords(string envelope, int status, string body, string said, string[] problems)
    {
        using var bench = new Bench(Answer.Status(status, body));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Rejected), envelope);
        Assert.That(failure.Message, Is.EqualTo($"Customer.io refused the request ({status}). It said: {said}"));
        Assert.That(failure.Problems.Select(p => $"{p.Path}|{p.Message}"), Is.EqualTo(problems));
    }

    [TestCase("")]
    [TestCase(" \r\n")]
    [TestCase("{}")]
    [TestCase("{ }\n")]
    public async Task RunAsync_AnswerWithoutWords_SaysSo(string body)
    {
        using var bench = new Bench(Answer.Status(400, body, null));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(failure.Message, Is.EqualTo("Customer.io refused the request (400). It gave no reason; check the input against the action's help."));
        Assert.That(failure.Problems, Is.Empty);
    }

    [TestCase(400, "<html><body><h1>Bad Request</h1></body></html>", "text/html", null)]
    [TestCase(400, "\n <!DOCTYPE html>", null, null)]
    [TestCase(400, "", "text/html; charset=utf-8", null)]
    [TestCase(404, "<html>not found</html>", "text/html", null)]
    [TestCase(405, "<html>not allowed</html>", "text/html", null)]
    [TestCase(407, "<html>who are you</html>", "text/html", null)]
    [TestCase(407, "", null, null)]
    [TestCase(413, "<html>too large</html>", "text/html", null)]
    [TestCase(431, "<html>headers</html>", "text/html", null)]
    [TestCase(422, "<?xml version=\"1.0\"?><error/>", "application/xml", null)]
    [TestCase(404, "404 page not found\n", "text/plain; charset=utf-8", "404 page not found.")]
    [TestCase(400, "it broke", "application/json", "it broke.")]
    [TestCase(400, """{"error":"it broke"}""", "application/json", """{"error":"it broke"}""")]
    [TestCase(404, """{"message":"no Route matched"}""", "application/json", """{"message":"no Route matched"}""")]
    [TestCase(400, "null", "application/json", "null.")]
    [TestCase(400, "[1]", "application/json", "[1].")]
    [TestCase(400, "\"text\"", "application/json", "\"text\".")]
    [TestCase(400, "{\"a\":1e999}", "application/json", "{\"a\":1e999}.")]
    [TestCase(400, "\uFFFD\u0000", "application/json", null)]
    public async Task RunAsync_RefusalThatIsNotCustomerIos_IsNobodysFaultAndTriedAgain(int status, string body, string? type, string? said)
    {
        using var bench = new Bench(Answer.Status(status, body, type), Answer.Status(status, body, type));
        var failure = await bench.FailAsync("identify", """{"id":"u1","maxRetryCount":1}""");
        Assert.That((failure.Kind, failure.Status, failure.Attempts), Is.EqualTo((FailureKind.Unavailable, (int?)status, 2)));
        Assert.That(failure.Message, Does.Contain("proxy").And.Contains($"({status})").And.Not.Contains("<").And.Not.Contains("Customer.io refused"));
        Assert.That(failure.Message, said is null ? Does.Not.Contain("It said") : Does.Contain($"It said: {said} "));
    }

    [TestCase(401)]
    [TestCase(403)]
    public async Task RunAsync_KeyRefusedByAWebPage_BlamesNoKey(int status)
    {
        using var bench = new Bench(Answer.Status(status, "<html>", "text/html"));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Message, Does.Contain("web page").And.Contains("the keys may be right"));
    }

    [TestCase("""{"meta":{"errors":[]}}""")]
    [TestCase("""{"meta":{"error":null}}""")]
    [TestCase("""{"meta":[]}""")]
    [TestCase("""{"errors":{}}""")]
    [TestCase("""{"errors":[null]}""")]
    [TestCase("""{"errors":[[{"detail":"x"}]]}""")]
    [TestCase("""{"errors":[{"detail":{"a":1},"field":["b"],"source":"x"}]}""")]
    [TestCase("""{"meta":{"errors":[{"a":1},null,2]}}""")]
    public async Task RunAsync_MalformedEnvelope_IsStillOneRefusal(string body)
    {
        using var bench = new Bench(Answer.Status(400, body));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Rejected, (int?)400)));
        Assert.That(failure.ToJson()["error"]!["kind"]!.ToString(), Is.EqualTo("rejected"));
    }

    [Test]
    public async Task RunAsync_LongAnswer_IsCut()
    {
        using var bench = new Bench(Answer.Status(400, new string('x', 100_000)));
        Assert.That((await bench.FailAsync("identify", Once)).Message, Has.Length.LessThan(800).And.Contains("…"));
    }

    [Test]
    public async Task RunAsync_BytesThatAreNoText_AreNotShown()
    {
        using var bench = new Bench(Answer.Bytes(400, [0xff, 0xfe, 0x00, 0x80], "application/octet-stream"));
        Assert.That((await bench.FailAsync("identify", Once)).Message, Does.Not.Contain("It said"));
    }

    [TestCase("https://track-eu.customer.io/api/v1/customers/u1", "in the EU", "Set the region to eu")]
    [TestCase("https://track.customer.io/api/v1/customers/u1", "in the US", "Set the region to us")]
    [TestCase("https://login.example.com/x?key=secret", "redirect to login.example.com (307)", "base URL and the region")]
    [TestCase("/api/v1/elsewhere", "was a redirect (307)", "base URL and the region")]
    [TestCase("elsewhere", "was a redirect (307)", "base URL and the region")]
    [TestCase("://", "was a redirect (307)", "base URL and the region")]
    [TestCase(null, "was a redirect (307)", "base URL and the region")]
    public async Task RunAsync_Redirect_IsExplainedFromTheAnswerAlone(string? location, string what, string todo)
    {
        using var bench = new Bench(Answer.Status(307, "<html>", "text/html", location is null ? [] : [("Location", location)]));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Connection));
        Assert.That(failure.Message, Does.Contain(what).And.Contains(todo).And.Not.Contains("secret"));
        Assert.That(bench.Wire.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_RateLimited_SaysHowLong()
    {
        using var bench = new Bench(Answer.Status(429, """{"errors":[{"detail":"rate limited","status":"429"}]}""", headers: ("Retry-After", "7")));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(failure.Message, Does.Contain("wait 7 s").And.Contains("rate limited."));
    }

    [TestCase(401, "Site ID and API key")]
    [TestCase(403, "Site ID and API key")]
    [TestCase(404, "nothing at this address")]
    [TestCase(413, "too large")]
    public async Task RunAsync_Refusal_SaysWhatToLookAt(int status, string words)
    {
        using var bench = new Bench(Answer.Status(status));
        Assert.That((await bench.FailAsync("identify", Once)).Message, Does.Contain(words));
    }

    [TestCase("list-segments", "{}", "may not read segments")]
    [TestCase("create-segment", """{"name":"x"}""", "may not change segments")]
    [TestCase("delete-segment", """{"segment":7}""", "may not delete segments")]
    [TestCase("send-sms", """{"id":"5","transactionalMessageId":"3","to":"+15550001"}""", "may not send transactional messages")]
    [TestCase("trigger-broadcast", """{"broadcast":"4"}""", "may not trigger broadcasts")]
    [TestCase("list-reporting-webhooks", "{}", "may not read reporting webhooks")]
    public async Task RunAsync_Forbidden_SaysWhichPermissionIsMissing(string action, string input, string words)
    {
        using var bench = new Bench(Answer.Status(403, """{"errors":[{"detail":"no (reference a1)","status":"403","source":{"pointer":"/x"}}]}"""));
        var failure = await bench.FailAsync(action, input);
        Assert.That(failure.Message, Does.Contain("The App API key " + words + " (403)").And.Contains("(reference a1)"));
        Assert.That(failure.Problems.Single().Path, Is.EqualTo("/x"));
    }

    [TestCase("list-segments", "{}", "looks like a Track API key")]
    [TestCase("identify", """{"id":"1"}""", "looks like an App API key")]
    public async Task RunAsync_KeyOfTheWrongKind_IsRecognised(string action, string input, string words)
    {
        using var bench = new Bench(Answer.Status(401));
        var connection = new Connection
        {
            SiteId = "site",
            ApiKey = new string('a', 32),
            AppApiKey = new string('t', 20),
            Region = Region.Us,
        };
        Assert.That((await bench.FailAsync(action, input, connection)).Message, Does.Contain(words));
    }

    [TestCase("<html>Welcome</html>", "text/html")]
    [TestCase("OK", "text/plain")]
    public async Task RunAsync_SuccessThatIsNotJson_IsAConnectionError(string body, string type)
    {
        using var bench = new Bench(Answer.Status(200, body, type));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That((failure.Kind, failure.Status, failure.Attempts), Is.EqualTo((FailureKind.Connection, (int?)200, 1)));
        Assert.That(failure.Message, Does.Contain("not JSON").And.Not.Contains("Welcome"));
    }

    [TestCase("<html>Welcome</html>", "text/html", "not JSON")]
    [TestCase("OK", "text/plain", "not JSON")]
    [TestCase("{\"a\":", "application/json", "cut short")]
    [TestCase("{\"a\":", null, "cut short")]
    [TestCase("{\"delivery_id\":\"x\"}{", "application/json", "cut short")]
    [TestCase("OK", "application/json", "cut short")]
    public async Task RunAsync_SendAnsweredWithNoJson_IsUncertain(string body, string? type, string words)
    {
        using var bench = new Bench(Answer.Status(200, body, type));
        var failure = await bench.FailAsync("send-email", """{"to":"a@example.com","transactionalMessageId":"1","id":"u1"}""");
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Uncertain, 1)), failure.Message);
        Assert.That(failure.Message, Does.Contain(words).And.Contains("before you repeat it").And.Not.Contains("Welcome"));
    }

    [TestCase("{\"a\":")]
    [TestCase("{\"a\":1}{\"b\":2}")]
    public async Task RunAsync_SuccessThatIsCut_IsTriedAgain(string body)
    {
        using var bench = new Bench(Answer.Status(200, body), Answer.Ok());
        Assert.That((await bench.RunAsync("identify", """{"id":"u1"}""")).Request.Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_WaitOfADay_IsToldAndCut()
    {
        using var bench = new Bench(Answer.Status(429, headers: ("Retry-After", "86400")));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(300)));
        Assert.That(failure.Message, Does.Contain("wait 300 s (it asked for 86400 s;"));
    }

    [TestCase(200, "")]
    [TestCase(204, "")]
    [TestCase(200, "\n")]
    [TestCase(200, "{}")]
    [TestCase(200, "{}\n")]
    [TestCase(201, " {} ")]
    public async Task RunAsync_EmptySuccess_IsAnEmptyObject(int status, string body)
    {
        using var bench = new Bench(Answer.Status(status, body, null));
        var result = await bench.RunAsync("identify", Once);
        Assert.That((result.Data.ToString(), result.Request.HttpStatus), Is.EqualTo(("{}", (int?)status)));
    }

    [Test]
    public async Task RunAsync_AnswerThatEchoesTheCaller_IsMasked()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Bench.SiteId}:{Bench.ApiKey}"));
        using var bench = new Bench(
            Answer.Status(
                400,
                $$$"""{"meta":{"errors":["ada.l+tag@example.com has the key {{{Bench.ApiKey}}}","Authorization: """
                    + $$$"""Basic {{{basic}}}","/customers/ada%40example.com","jörg@exämple.de"]}}"""
            )
        );
        var failure = await bench.FailAsync("identify", Once);
        var all = failure + failure.Message + failure.ToJson() + string.Join(' ', failure.Problems);
        Assert.That(all, Does.Contain("***@*** has the key ***"));
        foreach (var secret in new[] { "ada", "example.com", "jörg", "exämple", Bench.ApiKey, basic })
        {
            Assert.That(all, Does.Not.Contain(secret));
        }
    }

    [TestCase(470)]
    [TestCase(485)]
    [TestCase(499)]
    public async Task RunAsync_KeyWhereTheAnswerIsCut_LeavesNoPartOfItself(int before)
    {
        using var bench = new Bench(Answer.Status(400, new string('x', before) + " " + Bench.ApiKey + new string('y', 2000)));
        Assert.That((await bench.FailAsync("identify", Once)).Message, Does.Not.Contain("x " + Bench.ApiKey[..1]));
    }

    [TestCase(498)]
    [TestCase(499)]
    [TestCase(500)]
    public async Task RunAsync_EmojiWhereTheAnswerIsCut_LeavesAMessageThatCanBeWritten(int before)
    {
        using var bench = new Bench(Answer.Status(400, new string('x', before) + string.Concat(Enumerable.Repeat("😀", 500))));
        var failure = await bench.FailAsync("identify", Once);
        Assert.That(() => Values.Json.Text(failure.ToJson()), Throws.Nothing);
    }

    [Test]
    public async Task RunAsync_ShortKey_SpoilsNoWordOfOurs()
    {
        using var bench = new Bench(Answer.Status(401, """{"meta":{"error":"k is wrong"}}"""));
        var failure = await bench.FailAsync(
            "identify",
            Once,
            new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                Region = Region.Us,
            }
        );
        Assert.That(
            failure.Message,
            Is.EqualTo(
                "Customer.io refused the Site ID and API key (401). It said: *** is wrong. Check the keys and the region; \"connector check\" says which "
                    + "is wrong."
            )
        );
    }

    [Test]
    public void ToJson_Failure_IsTheObjectOfTheContract()
    {
        var failure = new ConnectorException(FailureKind.RateLimited, "Slow down.", [new Problem("/a", "b")])
        {
            Status = 429,
            RetryAfter = TimeSpan.FromSeconds(1.2),
            Attempts = 4,
        };
        Assert.That(
            JToken.DeepEquals(
                failure.ToJson(),
                Bench.Json(
                    """{"error":{"kind":"rateLimited","message":"Slow down.","status":429,"problems":[{"path":"/a","message":"b"}],"retryAfter":2,"attempts":"""
                        + """4}}"""
                )
            ),
            failure.ToJson().ToString()
        );
    }

    [TestCase(FailureKind.Input, "input")]
    [TestCase(FailureKind.Connection, "connection")]
    [TestCase(FailureKind.Rejected, "rejected")]
    [TestCase(FailureKind.RateLimited, "rateLimited")]
    [TestCase(FailureKind.Unavailable, "unavailable")]
    [TestCase(FailureKind.Uncertain, "uncertain")]
    [TestCase(FailureKind.Cancelled, "cancelled")]
    public void KindName_Kind_IsTheWordOfTheContract(FailureKind kind, string expected) =>
        Assert.That(new ConnectorException(kind, "x").KindName, Is.EqualTo(expected));
}
