using System.Text;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>The Pipelines API: its calls do in the workspace what Customer.io says they do.</summary>
public sealed class PipelinesTests : SandboxFixture
{
    protected override SandboxOptions Options => new() { PipelinesApiKey = "source" };

    [Test]
    public async Task Calls_MakePeopleEventsObjectsAndDevices()
    {
        await Call("identify", """{"userId":"7","anonymousId":"a1","traits":{"email":"ada@example.com","createdAt":"2026-01-30T00:00:00Z"}}""");
        await Call("track", """{"userId":"7","event":"Bought","messageId":"m","timestamp":"2026-01-31T09:30:00.5Z","properties":{"total":1.5}}""");
        await Call("page", """{"anonymousId":"a1","name":"Pricing","properties":{"url":"https://example.com/"}}""");
        await Call("screen", """{"userId":"ada@example.com","name":"Home"}""");
        await Call("group", """{"userId":"7","groupId":"acme","traits":{"objectTypeId":1,"size":3,"relationshipAttributes":{"role":"owner"}}}""");
        await Call("track", """{"userId":"7","event":"Device Created or Updated","context":{"device":{"token":"t1","type":"ios"}}}""");
        var person = Server.Person("7")!;
        Assert.Multiple(() =>
        {
            Assert.That(Compact(person), Does.Contain("ada@example.com"));
            Assert.That((long)person["attributes"]!["created_at"]!, Is.EqualTo(1769731200));
            Assert.That(
                person["events"]!.Select(e => $"{e["type"]} {e["name"]} {Compact(e["data"])}"),
                Is.EqualTo(new[] { """event Bought {"total":1.5}""", """page Pricing {"url":"https://example.com/"}""", "screen Home null" })
            );
            Assert.That((long)person["events"]![0]!["timestamp"]!, Is.EqualTo(1769851800));
            Assert.That(Compact(person), Does.Contain("acme").And.Contain("\"t1\""));
        });

        await Call("identify", """{"userId":"8","traits":{"plan":"pro"}}""");
        await Call("alias", """{"userId":"7","previousId":"8"}""");
        await Call("track", """{"userId":"7","event":"Device Deleted","context":{"device":{"token":"t1","type":"ios"}}}""");
        Assert.That(Server.Person("8"), Is.Null);
        Assert.That(Server.Person("7")!["devices"], Is.Empty);
        Assert.That((string?)Server.Person("7")!["attributes"]!["plan"], Is.EqualTo("pro"));
        await Call("track", """{"userId":"7","event":"User Deleted"}""");
        Assert.That(Server.Person("7"), Is.Null);
    }

    [Test]
    public async Task Batch_SharesItsContext_AndTakesEachCall()
    {
        await Call(
            "batch",
            """
            {"context":{"device":{"token":"t1","type":"ios"}},"batch":[{"type":"identify","userId":"7","traits":{"plan":"pro"}},
             {"type":"track","userId":"7","event":"Device Created or Updated"},{"type":"track","userId":"7","event":"Bought"}]}
            """
        );
        Assert.That(Compact(Server.Person("7")), Does.Contain("\"t1\"").And.Contain("Bought").And.Contain("\"pro\""));
    }

    [TestCase("track", """{"userId":"7"}""", "event cannot be blank")]
    [TestCase("track", """{"event":"e"}""", "userId userId or anonymousId cannot be blank")]
    [TestCase("batch", """{"batch":[{"type":"identify","userId":"7"},{"type":"record","userId":"7"}]}""", "type must be one of")]
    [TestCase("batch", """{"batch":[]}""", "batch must be a list")]
    public async Task InvalidCall_IsSilentlyDropped_AndRefusedWhereSomebodyAsks(string call, string body, string words)
    {
        var strict = await Call(call, body, strict: true);
        Assert.That((strict.Status, strict.Errors.Single()), Is.EqualTo((400, strict.Errors.Single())));
        Assert.That(strict.Errors.Single(), Does.StartWith(words));
        Assert.That(Server.Person("7"), Is.Null, "nothing of it is done");
        Assert.That((await Call(call, body)).Status, Is.EqualTo(200));
        Assert.That(await Dropped(), Has.One.Contains(words));
    }

    [Test]
    public async Task WrongKey_IsLost_AndRefusedWhereSomebodyAsks()
    {
        const string Identify = """{"userId":"7"}""";
        Assert.That((await Call("identify", Identify, key: "other")).Status, Is.EqualTo(200));
        Assert.That((await Call("identify", Identify, strict: true, key: "other")).Status, Is.EqualTo(401));
        Assert.That(Server.Person("7"), Is.Null);
    }

    [Test]
    [Category("Slow")]
    public async Task VendorsClient_IsAnsweredInEveryMethod()
    {
        object[][] calls =
        [
            ["identify", new { userId = "7", traits = new { plan = "pro" } }],
            ["track", new { userId = "7", @event = "Bought" }],
            ["page", new { userId = "7", name = "Pricing" }],
            ["screen", new { userId = "7", name = "Home" }],
            ["group", new { userId = "7", groupId = "acme" }],
            ["alias", new { userId = "7", previousId = "a1" }],
            [
                "batch",
                new object[]
                {
                    new
                    {
                        type = "track",
                        userId = "7",
                        @event = "Shipped",
                    },
                },
            ],
        ];
        var results = await NodeClient.RunPipelinesAsync(Server.Url, [.. calls, ["$methods"]], strict: true);
        Assert.Multiple(() =>
        {
            Assert.That(results[..^1].Select(Compact), Is.All.EqualTo("""{"value":{}}"""));
            Assert.That(calls.Select(c => (string)c[0]), Is.SubsetOf(results[^1]["value"]!.Select(m => (string)m!)));
            Assert.That(Server.Person("7")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "Bought", "Pricing", "Home", "Shipped" }));
        });
    }

    private async Task<Reply> Call(string call, string body, bool strict = false, string key = "source")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Url, "/v1/" + call));
        request.Headers.Add("Authorization", Basic(key + ":"));
        if (strict)
        {
            request.Headers.Add("X-Strict-Mode", "1");
        }
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
    }
}
