using System.Diagnostics;
using System.Net;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>The packed package in a real Node-RED, against the sandbox.</summary>
[Platform(Include = "Linux", Reason = "Processes are watched through /proc.")]
[Category("Slow")]
[NonParallelizable]
public sealed class NodeRedTests
{
    private SandboxServer _sandbox = null!;
    private NodeRed _red = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { SiteId = "test-site", ApiKey = "test-key" });
        _red = await NodeRed.SharedAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _red.DeployAsync([]);
        await _sandbox.DisposeAsync();
    }

    [SetUp]
    public void Reset()
    {
        _sandbox.Reset();
        _red.Forget();
    }

    [Test]
    public async Task SignUpExample_PostedForm_CreatesThePersonAndRecordsTheEvent()
    {
        await _red.DeployAsync(Flows.Example("Sign-up endpoint", _sandbox.Url));

        var (status, body) = await _red.PostAsync("signup", JObject.Parse("""{"email": "ada@example.com", "name": "Ada", "plan": "pro"}"""));

        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), body.ToString());
        Assert.That((string?)body["welcome"], Is.EqualTo("ada@example.com"));
        var person = _sandbox.Person("ada@example.com")!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)person["attributes"]?["name"], Is.EqualTo("Ada"), person.ToString());
            Assert.That((long?)person["attributes"]?["signed_up_at"], Is.GreaterThan(1_700_000_000).And.LessThan(10_000_000_000));
            Assert.That(
                _sandbox.Requests.Select(r => $"{r.Method} {r.Path} {r.Status}"),
                Is.EqualTo(new[] { "PUT /api/v1/customers/ada%40example.com 200", "POST /api/v1/customers/ada%40example.com/events 200" })
            );
        });
    }

    [Test]
    public async Task SignUpExample_NoEmail_IsAnsweredWithTheReason()
    {
        await _red.DeployAsync(Flows.Example("Sign-up endpoint", _sandbox.Url));

        var (status, body) = await _red.PostAsync("signup", JObject.Parse("""{"name": "Ada"}"""));

        Assert.That(
            (status, (string?)body["kind"], (string?)body["error"]),
            Is.EqualTo((HttpStatusCode.BadRequest, "input", "ID is required, and msg.form.email is empty."))
        );
        Assert.That(_sandbox.RequestCount, Is.Zero);
    }

    [Test]
    public async Task EventStreamExample_PostedBatch_ArrivesAndTheRefusedOneIsNamed()
    {
        await _red.DeployAsync(Flows.Example("Event stream", _sandbox.Url));

        var (status, body) = await _red.PostAsync(
            "v1/batch",
            JObject.Parse(
                """{"batch":[{"type":"identify","userId":"7","traits":{"plan":"pro"}},"""
                    + """{"type":"track","userId":"7"},{"type":"track","userId":"7","event":"Bought"}]}"""
            )
        );

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        var person = _sandbox.Person("7")!;
        Assert.Multiple(() =>
        {
            Assert.That(((bool?)body["success"], (int?)body["succeeded"]), Is.EqualTo(((bool?)true, (int?)2)), body.ToString());
            Assert.That(body["failed"]!.Select(f => ((int)f["index"]!, (string?)f["field"])), Is.EqualTo(new[] { (1, "/event") }));
            Assert.That(((string?)person["attributes"]?["plan"], (string?)person["events"]?.Single()["name"]), Is.EqualTo(("pro", "Bought")));
        });

        var (refused, why) = await _red.PostAsync("v1/batch", JObject.Parse("""{"batch":[{"type":"track","userId":"7"}]}"""));
        Assert.That((refused, (bool?)why["success"]), Is.EqualTo((HttpStatusCode.BadRequest, (bool?)false)));
        Assert.That((string?)why["message"], Does.Contain("/event: is missing"));
    }

    [Test]
    public async Task TourExample_Injected_RunsFiveActionsAndShowsTheRefusedOne()
    {
        await _red.DeployAsync(Flows.Example("Tour of the actions", _sandbox.Url));
        await _red.InjectAsync("customerio-tour-start");
        await _red.UntilAsync(
            () =>
                _red.DebugMessages.Any(d => (string?)d["id"] == "customerio-tour-done")
                && _red.DebugMessages.Any(d => (string?)d["id"] == "customerio-tour-why"),
            "both branches end"
        );

        Assert.Multiple(() =>
        {
            Assert.That(
                _sandbox.Requests.Select(r => $"{r.Method} {r.Path} {r.Status}"),
                Is.EquivalentTo(
                    new[]
                    {
                        "PUT /api/v1/customers/tour-visitor%40example.com 200",
                        "POST /api/v1/customers/tour-visitor%40example.com/events 200",
                        "POST /api/v1/customers/tour-visitor%40example.com/events 200",
                        "GET /api/v1/accounts/region 200",
                        "DELETE /api/v1/customers/tour-visitor%40example.com 200",
                        "POST /api/v1/customers/tour/events 400",
                    }
                )
            );
            Assert.That(_red.DebugMessages.Select(d => (string?)d["id"]), Has.None.EqualTo("customerio-tour-never"));
            Assert.That(_red.DebugMessages.Last(d => (string?)d["id"] == "customerio-tour-why")["msg"]!.ToString(), Does.Contain("400"));
        });
    }

    [Test]
    public async Task Action_Success_PutsDataInThePayloadAndTheRestBesideIt()
    {
        await _red.DeployAsync(
            Flows.Endpoint(
                Flows.ConnectionNode(_sandbox.Url),
                "track",
                ("id", "msg", "payload.id"),
                ("eventName", "str", "bought"),
                ("eventData", "jsonata", "{\"price\": payload.price * 2}")
            )
        );

        var (_, body) = await _red.PostAsync("run", JObject.Parse("""{"id": "42", "price": 3.5}"""));

        Assert.Multiple(() =>
        {
            Assert.That(body["payload"], Is.EqualTo(new JObject()).Using<JToken>(JToken.DeepEquals), body.ToString());
            Assert.That((string?)body["customerio"]?["status"], Is.EqualTo("succeeded"));
            Assert.That((string?)body["customerio"]?["request"]?["eventId"], Has.Length.EqualTo(26));
            Assert.That(body["customerio"]?["data"], Is.Null);
            Assert.That(_sandbox.Requests.Single().Body!["data"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("{\"price\":7}"));
        });
        await _red.UntilAsync(() => _red.Statuses.Any(s => s.Node == "action" && s.Text.StartsWith("ok, ", StringComparison.Ordinal)), "a green badge");
        Assert.That(_red.Statuses.Where(s => s.Node == "action").Select(s => s.Text), Has.Some.EqualTo("running"));
    }

    [Test]
    public async Task Action_OutputNamed_LeavesThePayloadAsItCame()
    {
        var flows = Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "track", ("id", "str", "42"), ("eventName", "str", "bought"));
        flows.Single(n => (string?)n["id"] == "action")["output"] = "customerio.data";
        await _red.DeployAsync(flows);
        var (_, body) = await _red.PostAsync("run", JObject.Parse("""{"mine": true}"""));
        Assert.Multiple(() =>
        {
            Assert.That((bool?)body["payload"]?["mine"], Is.True, body.ToString());
            Assert.That(body["customerio"]?["data"], Is.EqualTo(new JObject()).Using<JToken>(JToken.DeepEquals));
        });
    }

    [Test]
    public async Task Check_TypedKeys_AreTestedBeforeTheyAreDeployedAndNeverLogged()
    {
        await _red.DeployAsync([Flows.ConnectionNode(_sandbox.Url)]);
        JObject Typed(string apiKey, string connection) =>
            new()
            {
                ["connection"] = connection,
                ["values"] = new JObject
                {
                    ["siteId"] = "test-site",
                    ["apiKey"] = apiKey,
                    ["region"] = "us",
                    ["baseUrl"] = _sandbox.Url.ToString().TrimEnd('/'),
                },
            };
        var (_, kept) = await _red.PostAsync("customerio/check", Typed("__PWRD__", Flows.Connection));
        var (_, wrong) = await _red.PostAsync("customerio/check", Typed("typed-wrong-key", Flows.Connection));
        var (_, fresh) = await _red.PostAsync("customerio/check", Typed("test-key", "not-deployed"));
        var states = new[] { kept, wrong, fresh }.Select(r => (string?)r.SelectToken("credentials[?(@.name == 'track')].state"));
        Assert.That(states, Is.EqualTo(new[] { "works", "refused", "works" }), $"{kept}\n{wrong}\n{fresh}");
        Assert.That(_red.Log, Does.Not.Contain("typed-wrong-key").And.Not.Contain("test-key"));
    }

    [Test]
    public async Task Action_Refused_GoesToTheCatchNodeWithTheMessageAsItWas()
    {
        await _red.DeployAsync(
            Flows.Endpoint(
                Flows.ConnectionNode(_sandbox.Url),
                "raw-request",
                ("url", "str", "/v1/customers/1/events"),
                ("method", "choice", "POST"),
                ("data", "json", "{}")
            )
        );

        var (_, body) = await _red.PostAsync("run", JObject.Parse("""{"mine": true}"""));

        var error = body["error"]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)error["code"], Is.EqualTo("rejected"), body.ToString());
            Assert.That((string?)error["message"], Does.Not.StartWith("Error").And.Not.Contain("CustomerIoError"));
            Assert.That((string?)error["cause"]?["kind"], Is.EqualTo("rejected"));
            Assert.That((int?)error["cause"]?["status"], Is.EqualTo(400));
            Assert.That((int?)error["cause"]?["attempts"], Is.EqualTo(1));
            Assert.That(error["stack"], Is.Null);
            Assert.That(body["payload"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("{\"mine\":true}"));
            Assert.That(body["customerio"], Is.Null);
        });
        await _red.UntilAsync(
            () => _red.Statuses.Any(s => s.Node == "action" && s.Text.Contains("400", StringComparison.Ordinal)),
            "a red badge with the reason"
        );
    }

    [Test]
    public async Task Action_WrongInputs_AreAllNamed()
    {
        await _red.DeployAsync(
            Flows.Endpoint(
                Flows.ConnectionNode(_sandbox.Url),
                "track",
                ("id", "msg", "payload.none"),
                ("eventName", "str", "x"),
                ("timeout", "num", "12x"),
                ("eventData", "jsonata", "$error(\"no\")")
            )
        );

        var (_, body) = await _red.PostAsync("run", new JObject());

        Assert.That(
            body["error"]!["cause"]!["problems"]!.Select(p => (string?)p["path"]),
            Is.EquivalentTo(new[] { "/id", "/eventData", "/timeout" }),
            body.ToString()
        );
    }

    [Test]
    public async Task Action_RateLimitedAnswer_TellsHowLongToWait()
    {
        using var http = new HttpClient();
        using var fault = new StringContent(
            """{"match": {"path": "/api/v1/customers"}, "status": 429, "retryAfter": "200", "times": 1}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        (await http.PostAsync(new Uri(_sandbox.Url, "_sandbox/faults"), fault)).EnsureSuccessStatusCode();
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "1")));

        var (_, body) = await _red.PostAsync("run", new JObject());

        // The runner that was told so would have the other tests wait.
        await _red.DeployAsync([], anew: true);
        Assert.That(((string?)body["error"]?["code"], (int?)body["error"]?["cause"]?["retryAfter"]), Is.EqualTo(("rateLimited", 200)), body.ToString());
    }

    [Test]
    public async Task Messages_TwoHundredAt32InFlight_AllArriveOnce()
    {
        await _red.DeployAsync(Flows.Example("Sign-up endpoint", _sandbox.Url));
        await PostSignUpsAsync(1, 1);
        _sandbox.Reset();

        var time = Stopwatch.StartNew();
        await PostSignUpsAsync(200, 32);
        TestContext.Out.WriteLine($"200 sign-ups (400 actions) at 32 in flight: {time.ElapsedMilliseconds} ms");

        AssertEachPersonOnce(200);
        Assert.That(_sandbox.RequestCount, Is.EqualTo(400));
    }

    [Test]
    public async Task Runner_KilledInTheMiddle_LosesAndDoublesNothing()
    {
        await _red.DeployAsync(Flows.Example("Sign-up endpoint", _sandbox.Url));
        await PostSignUpsAsync(1, 1);
        _sandbox.Reset();
        var killed = new List<int>();
        var posting = PostSignUpsAsync(200, 32);
        foreach (var after in new[] { 60, 180, 300 })
        {
            await _red.UntilAsync(() => _sandbox.RequestCount >= after && _red.Children.Length == 1, $"{after} requests");
            var runner = _red.Children.Single();
            await Command.RunAsync(_red.Folder, "kill", ["-KILL", $"{runner}"]);
            killed.Add(runner);
            await _red.UntilAsync(() => _red.Children.Any(c => !killed.Contains(c)), "a new runner");
        }

        await posting;

        Assert.That(killed, Has.Count.EqualTo(3).And.Unique);
        AssertEachPersonOnce(200);
        TestContext.Out.WriteLine($"{_sandbox.RequestCount} requests for 400 actions with 3 runners killed");
    }

    [Test]
    public async Task Redeploy_CallInFlight_WaitsForItAndLeavesNoOldRunner()
    {
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "slow")));
        await _red.PostAsync("run", new JObject());
        var before = _red.Children.Single();
        await DelayAsync(1500);
        _ = IgnoreAsync(_red.PostAsync("run", new JObject()));
        await _red.UntilAsync(() => _sandbox.RequestCount == 2, "the slow call is in flight");

        var time = Stopwatch.StartNew();
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "next")), anew: true);

        Assert.Multiple(() =>
        {
            Assert.That(time.ElapsedMilliseconds, Is.GreaterThan(1000).And.LessThan(10_000));
            Assert.That(_sandbox.Requests.Select(r => r.Status), Is.All.EqualTo(200));
            Assert.That(NodeRed.IsAlive(before), Is.False);
            Assert.That(_red.Log, Does.Not.Contain("Error stopping node"));
        });
        var (_, body) = await _red.PostAsync("run", new JObject());
        Assert.That((string?)body["customerio"]?["status"], Is.EqualTo("succeeded"), body.ToString());
    }

    [Test]
    public async Task Shutdown_CallInFlight_FinishesItAndLeavesNoProcess()
    {
        await using var red = await NodeRed.StartAsync();
        await red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "slow")));
        await red.PostAsync("run", new JObject());
        var children = red.Children;
        await DelayAsync(1500);
        _ = IgnoreAsync(red.PostAsync("run", new JObject()));
        await red.UntilAsync(() => _sandbox.RequestCount == 2, "the slow call is in flight");

        var code = await red.StopAsync();

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, red.Log);
            Assert.That(children, Has.Length.EqualTo(1));
            Assert.That(children.Where(NodeRed.IsAlive), Is.Empty);
            Assert.That(_sandbox.Requests.Select(r => r.Status), Is.EqualTo(new[] { 200, 200 }));
        });
    }

    [Test]
    public async Task HostKilled_Runner_EndsByItself()
    {
        await using var red = await NodeRed.StartAsync();
        await red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "1")));
        await red.PostAsync("run", new JObject());
        var runner = red.Children.Single();

        await Command.RunAsync(red.Folder, "kill", ["-KILL", $"{red.Pid}"]);

        await red.UntilAsync(() => !NodeRed.IsAlive(runner), "the runner ends");
    }

    [Test]
    public async Task Runner_EnvironmentAndCommandLine_HoldNoSecret()
    {
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "1")));
        await _red.PostAsync("run", new JObject());
        var runner = _red.Children.Single();

        var environment = (await File.ReadAllTextAsync($"/proc/{runner}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Multiple(() =>
        {
            Assert.That(environment, Has.None.Contains("test-key").And.None.Contains("not for the runner").And.None.StartWith("TEST_"));
            Assert.That(environment, Has.Some.StartWith("PATH="));
            Assert.That(File.ReadAllText($"/proc/{runner}/cmdline"), Does.Not.Contain("test-key"));
        });
    }

    [Test]
    public async Task Connection_Secrets_AreEncryptedAtRest()
    {
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "1")));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(Path.Combine(_red.Folder, "flows.json")), Does.Not.Contain("test-key").And.Contain("test-site"));
            Assert.That(File.ReadAllText(Path.Combine(_red.Folder, "flows_cred.json")), Does.Not.Contain("test-key").And.Contain("\"$\""));
        });
    }

    [Test]
    public async Task Connection_EnvironmentNames_AreReplacedOrNamed()
    {
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url, "${TEST_KEY}"), "identify", ("id", "str", "1")));
        var (_, good) = await _red.PostAsync("run", new JObject());
        await _red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url, "${NO_SUCH_KEY}"), "identify", ("id", "str", "1")));
        var (_, bad) = await _red.PostAsync("run", new JObject());

        Assert.Multiple(() =>
        {
            Assert.That((string?)good["customerio"]?["status"], Is.EqualTo("succeeded"), good.ToString());
            Assert.That((string?)bad["error"]?["code"], Is.EqualTo("connection"), bad.ToString());
            Assert.That((string?)bad["error"]?["message"], Does.Contain("${NO_SUCH_KEY}"));
        });
    }

    [Test]
    public async Task Action_NoConnection_SaysSo()
    {
        await _red.DeployAsync([
            .. Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "1")).Where(n => (string?)n["id"] != Flows.Connection),
        ]);
        var (_, body) = await _red.PostAsync("run", new JObject());
        Assert.That((string?)body["error"]?["code"], Is.EqualTo("connection"), body.ToString());
    }

    [Test]
    public async Task Check_Connection_ReportsEachKeyInWords()
    {
        await _red.DeployAsync([Flows.ConnectionNode(_sandbox.Url)]);
        var (_, good) = await _red.PostAsync("customerio/check", new JObject { ["connection"] = Flows.Connection });
        var (unknownStatus, unknown) = await _red.PostAsync("customerio/check", new JObject { ["connection"] = "not-deployed" });
        await _red.DeployAsync([Flows.ConnectionNode(_sandbox.Url, "wrong-key")]);
        var (_, bad) = await _red.PostAsync("customerio/check", new JObject { ["connection"] = Flows.Connection });

        Assert.Multiple(() =>
        {
            Assert.That((string?)good.SelectToken("credentials[?(@.name == 'track')].state"), Is.EqualTo("works"), good.ToString());
            Assert.That((string?)bad.SelectToken("credentials[?(@.name == 'track')].state"), Is.EqualTo("refused"), bad.ToString());
            Assert.That(unknownStatus, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((string?)unknown["message"], Does.Contain("Deploy"));
        });
    }

    [Test]
    public async Task AdminEndpoints_WithAdminAuth_NeedAToken()
    {
        await using var red = await NodeRed.StartAsync(new() { ["TEST_ADMIN_PASSWORD"] = "only for this test" });
        var (check, _) = await red.PostAsync("customerio/check", new JObject { ["connection"] = Flows.Connection });
        using var options = await red.Http.GetAsync($"customerio/options/segments?connection={Flows.Connection}");
        var (tried, _) = await red.PostAsync("customerio/try", new JObject());
        Assert.That((check, options.StatusCode, tried), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
    }

    [Test]
    public async Task Node_WithoutDotnet_SaysWhatToInstall()
    {
        await using var red = await NodeRed.StartAsync(new() { ["PATH"] = "/nonexistent", ["DOTNET_ROOT"] = "" });
        await red.DeployAsync(Flows.Endpoint(Flows.ConnectionNode(_sandbox.Url), "identify", ("id", "str", "1")));
        await red.UntilAsync(() => red.Statuses.Any(s => s.Node == "action" && s.Text == "install the .NET 10 runtime"), "the badge, before any message");

        var (_, body) = await red.PostAsync("run", new JObject());

        Assert.That((string?)body["error"]?["code"], Is.EqualTo("unavailable"), body.ToString());
        Assert.That((string?)body["error"]?["message"], Does.Contain("dotnet-runtime-10.0"));
    }

    private async Task PostSignUpsAsync(int count, int inFlight) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = inFlight },
            async (i, _) =>
            {
                var (status, body) = await _red.PostAsync("signup", new JObject { ["email"] = $"p{i}@example.com", ["plan"] = "pro" });
                Assert.That((status, (string?)body["welcome"]), Is.EqualTo((HttpStatusCode.Created, $"p{i}@example.com")), body.ToString());
            }
        );

    private void AssertEachPersonOnce(int count)
    {
        var events = _sandbox
            .Requests.Where(r => r.Path.EndsWith("/events", StringComparison.Ordinal) && r.Status == 200)
            .Select(r => (r.Path, Id: (string)r.Body!["id"]!))
            .Distinct()
            .ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(events.Select(e => e.Path).Distinct().Count(), Is.EqualTo(count), "people with an event");
            Assert.That(events, Has.Length.EqualTo(count), "distinct events");
            Assert.That(events.Select(e => e.Id), Is.Unique);
            Assert.That(Enumerable.Range(0, count).Count(i => _sandbox.Person($"p{i}@example.com") is not null), Is.EqualTo(count), "people");
        });
    }

    private async Task DelayAsync(int ms)
    {
        using var http = new HttpClient();
        using var fault = new StringContent(
            $$"""{"match": {"path": "/api/v1/customers"}, "delayMs": {{ms}}, "times": 1}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        (await http.PostAsync(new Uri(_sandbox.Url, "_sandbox/faults"), fault)).EnsureSuccessStatusCode();
    }

    // Node-RED drops the answer to a request whose flow it stops.
    private static async Task IgnoreAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (HttpRequestException) { }
        catch (TaskCanceledException) { }
    }
}
