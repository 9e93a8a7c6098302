using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The actions over HTTP, against a sandbox.</summary>
public class ActionTests
{
    private const string Track = """{"id":"7","eventName":"Bought"}""";

    [TestCase("/actions")]
    [TestCase("/openapi.json")]
    [TestCase("/swagger.json")]
    public async Task EveryAction_WithNothingButItsExample_IsRun(string list)
    {
        await using var hub = await RunningHub.StartAsync();
        var actions = Examples((await hub.GetAsync(list)).Json).ToArray();
        Assert.That(actions.Select(a => a.Action), Is.EqualTo(Catalogue.Embedded.Ids));
        var answers = new List<string>();
        foreach (var (action, examples) in actions)
        {
            // Nobody is there, no segment and no message: what names one is refused by the sandbox, as by Customer.io.
            hub.Sandbox.Reset();
            Assert.That(examples, Is.Not.Empty, action);
            foreach (var example in examples)
            {
                var answer = await hub.RunAsync(action, ConnectorJson.ToText(example));
                answers.Add($"{answer.Status} {action} {(answer.Status == 200 ? answer.Json["status"] : answer.Text)}");
            }
        }

        Assert.That(answers, Has.All.Match("^(200|422) "), string.Join('\n', answers));
        var ran = answers.Where(a => a.StartsWith("200 ", StringComparison.Ordinal)).Select(a => a.Split(' ')[1]).ToHashSet();
        Assert.That(ran, Is.SupersetOf(new[] { "identify", "track", "batch", "send-event", "list-segments", "get-account-region", "raw-request" }));
        Assert.That(ran, Has.Count.GreaterThan(30), string.Join('\n', answers));
        Assert.That(hub.Said, Is.Empty);
    }

    // What a client has that knows nothing but the list.
    private static IEnumerable<(string Action, JToken[] Examples)> Examples(JObject list) =>
        list["actions"] is JArray actions
            ? actions.Select(a => ((string)a["id"]!, a["examples"]!.Select(e => e["input"]!).ToArray()))
            : ((JObject)list["paths"]!)
                .Properties()
                .Where(p => p.Name.StartsWith("/actions/", StringComparison.Ordinal))
                .Select(p => (p.Name["/actions/".Length..], Operation: p.Value["post"]!))
                .Select(p =>
                    (
                        p.Item1,
                        p.Operation["requestBody"] is { } body
                            ? body["content"]!["application/json"]!["examples"]!.Select(e => ((JProperty)e).Value["value"]!).ToArray()
                            : p.Operation["parameters"]!.Where(q => (string?)q["in"] == "body").Select(Example).ToArray()
                    )
                );

    // An example without inputs is none to those who write 2.0: the body may be left out.
    private static JToken Example(JToken body) => body["schema"]!["example"] ?? (body["required"] is null ? new JObject() : JValue.CreateNull());

    [Test]
    public async Task Action_IsDescribedAsTheManifestHasIt()
    {
        await using var hub = await RunningHub.StartAsync();
        var one = await hub.GetAsync("/actions/track");
        var track = Catalogue.Embedded.Find("track");
        Assert.Multiple(() =>
        {
            Assert.That((string?)one.Json["title"], Is.EqualTo(track.Title));
            Assert.That(JToken.DeepEquals(one.Json["input"], track.Input));
            Assert.That(JToken.DeepEquals(one.Json["output"], track.Output));
        });
    }

    [Test]
    public async Task SameIdempotencyKey_IsCountedOnce_AnotherOneAgain()
    {
        await using var hub = await RunningHub.StartAsync();
        var first = await hub.RunAsync("track", Track, ("Idempotency-Key", "order 1"));
        var second = await hub.RunAsync("track", Track, ("Idempotency-Key", "order 1"));
        Assert.That((first.Status, second.Status), Is.EqualTo((200, 200)));
        Assert.That((string?)second.Json["request"]!["eventId"], Is.EqualTo(EventIds.Derive("order 1", "track", 0)));
        Assert.That(hub.Sandbox.Requests.Count(r => r.Method == "POST"), Is.EqualTo(2), "both were sent");
        Assert.That(hub.Events("7"), Is.EqualTo(new[] { "Bought" }));
        await hub.RunAsync("track", Track, ("Idempotency-Key", "order 2"));
        await hub.RunAsync("track", Track);
        Assert.That(hub.Events("7"), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task IdempotencyKey_OfNoUse_IsRefused()
    {
        await using var hub = await RunningHub.StartAsync();
        var longest = await hub.RunAsync("track", Track, ("Idempotency-Key", new string('x', 255)));
        var longer = await hub.RunAsync("track", Track, ("Idempotency-Key", new string('x', 256)));
        Assert.That((longest.Status, longer.Status), Is.EqualTo((200, 400)), $"{longer}");
        Assert.That((string?)longer.Error["message"], Does.Contain("Idempotency-Key"));
    }

    [TestCase("Bestellung \u00e4")]
    [TestCase("order\u0001")]
    [TestCase("order\u007f")]
    public async Task IdempotencyKey_OfOtherThanAscii_IsRefusedInWords(string key)
    {
        await using var hub = await RunningHub.StartAsync();
        var address = new Uri(hub.Hub.Url);
        foreach (var encoding in (Encoding[])[Encoding.Latin1, Encoding.UTF8])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            var head = $"POST /actions/track HTTP/1.1\r\nHost: {address.Authority}\r\nIdempotency-Key: {key}\r\n";
            await client.GetStream().WriteAsync(encoding.GetBytes(head + "Content-Length: 2\r\nConnection: close\r\n\r\n{}"));
            using var reader = new StreamReader(client.GetStream());
            var answer = await reader.ReadToEndAsync();
            Assert.That(answer, Does.StartWith("HTTP/1.1 400 ").And.Contain("Idempotency-Key must be one text of 1 to 255 ASCII characters"));
        }
    }

    [Test]
    public async Task UnknownActionOrList_Is404AndNamesTheNearest()
    {
        await using var hub = await RunningHub.StartAsync();
        foreach (
            var (answer, nearest) in new[]
            {
                (await hub.RunAsync("idenfity", "{}"), "\"identify\""),
                (await hub.GetAsync("/actions/trak"), "\"track\""),
                (await hub.GetAsync("/options/segment"), "\"segments\""),
                // What moves files and tables is no action, and not to be had over HTTP.
                (await hub.RunAsync("run-import", "{}"), "There is no action \"run-import\""),
                (await hub.RunAsync("receive-event", "{}"), "There is no action \"receive-event\""),
            }
        )
        {
            Assert.That(answer.Status, Is.EqualTo(404));
            Assert.That((string?)answer.Error["kind"], Is.EqualTo("input"));
            Assert.That((string?)answer.Error["message"], Does.Contain(nearest));
        }

        Assert.That(hub.Sandbox.RequestCount, Is.Zero);
    }

    [Test]
    public async Task WrongInput_Is400AndSaysWhere()
    {
        await using var hub = await RunningHub.StartAsync();
        var missing = await hub.RunAsync("track", """{"eventData":[1],"eventNam":"Bought"}""");
        Assert.That(missing.Status, Is.EqualTo(400));
        Assert.That(missing.Error["problems"]!.Select(p => (string)p["path"]!), Is.SupersetOf(new[] { "/id", "/eventName", "/eventData", "/eventNam" }));
        foreach (var body in (string[])["[]", "null", "{", """{"id":"7","id":"8"}""", "7"])
        {
            var answer = await hub.RunAsync("track", body);
            Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((400, "input")), answer.ToString());
        }
    }

    [TestCase(400, null, 422, "rejected", null)]
    [TestCase(401, null, 502, "connection", null)]
    [TestCase(429, "7", 429, "rateLimited", "7")]
    [TestCase(429, null, 429, "rateLimited", "1")]
    [TestCase(503, "9", 503, "unavailable", "9")]
    [TestCase(500, null, 503, "unavailable", "30")]
    public async Task Failure_HasTheStatusOfItsKind(int theirs, string? asked, int ours, string kind, string? wait)
    {
        await using var hub = await RunningHub.StartAsync();
        await hub.FaultAsync(
            ConnectorJson.ToText(
                new JObject
                {
                    ["status"] = theirs,
                    ["retryAfter"] = asked,
                    ["times"] = 0,
                }
            )
        );
        var answer = await hub.RunAsync("track", """{"id":"7","eventName":"Bought","maxRetryCount":0}""");
        Assert.Multiple(() =>
        {
            Assert.That(
                (answer.Status, (string?)answer.Error["kind"], (int?)answer.Error["status"]),
                Is.EqualTo((ours, kind, (int?)theirs)),
                answer.ToString()
            );
            Assert.That(answer.Header("Retry-After"), Is.EqualTo(wait));
            Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json"));
        });
    }

    [Test]
    public async Task Send_WithoutAnAnswer_IsUncertainAnd504()
    {
        await using var hub = await RunningHub.StartAsync();
        await hub.FaultAsync("""{"drop":true,"when":"after","times":0}""");
        var answer = await hub.RunAsync("send-email", ConnectorJson.ToText(Catalogue.Embedded.Find("send-email").Examples.First()["input"]!));
        Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((504, "uncertain")), answer.ToString());
    }

    [Test]
    public void EveryKind_HasAStatusOfItsOwn_AndNoneIsOfTheHubsKeys()
    {
        var statuses = Enum.GetValues<FailureKind>().Select(Listening.Answers.StatusOf).ToArray();
        Assert.That(statuses, Is.EqualTo(new[] { 400, 502, 422, 429, 503, 504, 499 }));
    }

    [Test]
    public async Task Stop_WhileAnActionRuns_Answers499()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = await RunningHub.StartAsync(o => o with { Run = RunningHub.Never(begun) });
        var answer = hub.RunAsync("track", Track);
        await begun.Task;
        Assert.That((int)(await hub.GetAsync("/health")).Json["actions"]!["running"]!, Is.EqualTo(1));
        await hub.Hub.DisposeAsync();
        Assert.That(((await answer).Status, (string?)(await answer).Error["kind"]), Is.EqualTo((499, "cancelled")));
    }

    [Test]
    public async Task CallerThatGoesAway_EndsItsAction()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = await RunningHub.StartAsync(o => o with { Run = RunningHub.Never(begun) });
        using var impatient = new CancellationTokenSource();
        using var content = new StringContent(Track);
        var answer = hub.Http.PostAsync(new Uri(hub.Hub.Url + "/actions/track"), content, impatient.Token);
        await begun.Task;
        await impatient.CancelAsync();
        Assert.That(async () => await answer, Throws.InstanceOf<OperationCanceledException>());
        await Eventually.TrueAsync(
            async () =>
                (await hub.GetAsync("/metrics")).Text.Contains(
                    "customerio_actions_total{customerio_action=\"track\",customerio_outcome=\"cancelled\"} 1\n",
                    StringComparison.Ordinal
                ),
            "the action still runs"
        );
    }

    [Test]
    public async Task Defect_Is500_AndTellsNoData()
    {
        await using var hub = await RunningHub.StartAsync(o => o with { Run = (_, _, _, _, _) => throw new NotSupportedException("ada@example.com") });
        var answer = await hub.RunAsync("track", Track);
        Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((500, "defect")));
        Assert.That(hub.Said, Has.Length.EqualTo(1).And.All.Contains("NotSupportedException"));
        Assert.That(answer.Text + hub.Said[0], Does.Not.Contain("ada@example.com"));
    }

    [Test]
    public async Task Body_IsTakenPlainPackedAndEmpty_AndRefusedBeyondItsBounds()
    {
        await using var hub = await RunningHub.StartAsync();
        var post = HttpMethod.Post;
        using var packed = RunningHub.Packed(Track);
        Assert.That((await hub.SendAsync(post, "/actions/track", packed)).Status, Is.EqualTo(200));
        Assert.That((await hub.SendAsync(post, "/actions/list-segments")).Status, Is.EqualTo(200), "no input, no body");
        using var bomb = RunningHub.Packed(new string(' ', 2 << 20));
        Assert.That((await hub.SendAsync(post, "/actions/track", bomb)).Status, Is.EqualTo(413));
        using var large = new ByteArrayContent(new byte[(1 << 20) + 1]);
        Assert.That((await hub.SendAsync(post, "/actions/track", large)).Status, Is.EqualTo(413));
        using var broken = new ByteArrayContent("nothing packed"u8.ToArray());
        broken.Headers.ContentEncoding.Add("gzip");
        Assert.That((await hub.SendAsync(post, "/actions/track", broken)).Status, Is.EqualTo(400));
        using var other = new ByteArrayContent([]);
        other.Headers.ContentEncoding.Add("br");
        Assert.That((await hub.SendAsync(post, "/actions/track", other)).Status, Is.EqualTo(415));
        Assert.That(hub.Events("7"), Is.EqualTo(new[] { "Bought" }));
    }

    [Test]
    public async Task ObjectAsText_IsTakenAsWhatTheInputIs()
    {
        await using var hub = await RunningHub.StartAsync();
        var answer = await hub.RunAsync("identify", """{"id":"7","customerData":"{\"plan\":\"pro\"}","maxRetryCount":"0"}""");
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((string?)hub.Sandbox.Person("7")!["attributes"]!["plan"], Is.EqualTo("pro"));
    }

    [Test]
    public async Task Files_AreNotWrittenUnlessAFolderWasNamed()
    {
        const string Input = """{"export":"9","download":"file","file":"people.csv"}""";
        await using var none = await RunningHub.StartAsync();
        var refused = await none.RunAsync("get-export", Input);
        Assert.That((refused.Status, (string?)refused.Error["problems"]![0]!["path"]), Is.EqualTo((400, "/file")), refused.ToString());
        Assert.That((string?)refused.Error["message"], Does.Contain("--files"));
        var audit = new List<string>();
        await using var some = await RunningHub.StartAsync(o => o with { Files = TestContext.CurrentContext.WorkDirectory, Audit = audit.Add });
        var outside = await some.RunAsync("get-export", """{"export":"9","download":"file","file":"../people.csv"}""");
        Assert.That((outside.Status, (string?)outside.Error["problems"]![0]!["path"]), Is.EqualTo((400, "/file")), outside.ToString());
        Assert.That(audit, Is.EqualTo(new[] { "- ran get-export: input" }));
        Assert.That((await some.RunAsync("get-export", Input)).Status, Is.EqualTo(422), "there is no such export");
        Assert.That(none.Sandbox.RequestCount, Is.Zero);
    }

    [Test]
    public async Task Options_AreThoseOfTheWorkspace()
    {
        await using var hub = await RunningHub.StartAsync();
        foreach (var name in (string[])["VIP", "Trial"])
        {
            Assert.That((await hub.RunAsync("create-segment", $$"""{"name":"{{name}}"}""")).Status, Is.EqualTo(200));
        }

        var all = (await hub.GetAsync("/options/segments")).Json["options"]!;
        var some = (await hub.GetAsync("/options/segments?search=vip")).Json["options"]!;
        Assert.That(all.Select(o => ((string)o["label"]!).Split(' ')[0]), Is.EqualTo(new[] { "Trial", "VIP" }));
        Assert.That(some.Single()["value"]!.Type, Is.EqualTo(JTokenType.String));
    }

    [Test]
    public async Task WrongMethod_Is405AndNamesTheRightOnes()
    {
        await using var hub = await RunningHub.StartAsync();
        foreach (
            var (path, allow) in new[] { ("/actions", "GET, HEAD"), ("/options/segments", "GET, HEAD"), ("/health", "GET, HEAD"), ("/metrics", "GET, HEAD") }
        )
        {
            var answer = await hub.SendAsync(HttpMethod.Delete, path);
            Assert.That((answer.Status, answer.Header("Allow")), Is.EqualTo((405, allow)), path);
            Assert.That((string?)answer.Error["message"], Does.Contain(allow));
        }

        var one = await hub.SendAsync(HttpMethod.Put, "/actions/track");
        Assert.That(one.Header("Allow")!.Split(", "), Is.EquivalentTo(["GET", "HEAD", "POST"]));
    }

    [TestCase("Host", "evil.example")]
    [TestCase("Origin", "https://evil.example")]
    [TestCase("Sec-Fetch-Site", "cross-site")]
    public async Task ForeignNameOrPage_Is403Everywhere(string header, string value)
    {
        await using var hub = await RunningHub.StartAsync();
        foreach (var path in (string[])["/actions", "/actions/track", "/options/segments", "/health", "/metrics", "/nothing"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Options])
            {
                Assert.That((await hub.SendAsync(method, path, null, (header, value))).Status, Is.EqualTo(403), $"{method} {path}");
            }
        }

        Assert.That(hub.Sandbox.RequestCount, Is.Zero);
    }
}
