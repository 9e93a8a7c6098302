using System.Diagnostics;
using System.Globalization;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The protocol, over the real process.</summary>
[Parallelizable(ParallelScope.Self)]
[Category("Slow")]
public class McpRunnerTests
{
    private const string Ada = """{"id":"ada","customerData":{"plan":"pro"}}""";
    private Sink _sink = null!;
    private RunnerProcess? _shared;

    [OneTimeSetUp]
    public async Task StartSink() => _sink = await Sink.StartAsync();

    [SetUp]
    public void EmptySink() => _sink.Reset();

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        if (_shared is not null)
        {
            await _shared.DisposeAsync();
        }

        await _sink.DisposeAsync();
    }

    [TestCase("2025-11-25")]
    [TestCase("2025-06-18")]
    [TestCase("2024-11-05")]
    public async Task Initialize_KnownVersion_IsKept(string version)
    {
        await using var runner = RunnerProcess.Start(_sink);

        var result = (await runner.InitializeAsync(version))["result"]!;

        Assert.Multiple(() =>
        {
            Assert.That((string?)result["protocolVersion"], Is.EqualTo(version));
            Assert.That((string?)result["serverInfo"]!["title"], Is.EqualTo("Customer.io"));
            Assert.That((string?)result["instructions"], Does.Contain("check-connection"));
            Assert.That(result["capabilities"]!["tools"], Is.Not.Null);
        });
    }

    [Test]
    public async Task Ping_Always_IsAnswered()
    {
        var runner = await SharedAsync();

        Assert.That((await runner.RequestAsync("ping"))["result"], Is.EqualTo(new JObject()));
    }

    [Test]
    public async Task ListTools_Always_HasEachActionTheHelpersAndTheWayBack()
    {
        var runner = await SharedAsync();

        var tools = (JArray)(await runner.RequestAsync("tools/list"))["result"]!["tools"]!;

        Assert.That(
            tools.Select(t => (string)t["name"]!),
            Is.EqualTo(
                Catalogue.Embedded.Ids.Concat([
                    "check-connection",
                    "dry-run",
                    "list-options",
                    "receive-event",
                    "list-received-events",
                    "register-webhook",
                    "remove-webhook",
                    "run-import",
                    "run-segment-poll",
                    "run-sync",
                ])
            )
        );
        var lists = tools.Single(t => (string)t["name"]! == "list-options");
        Assert.That((string?)lists["description"], Does.EndWith($"Lists: {Connector.Hosts.Mcp.OptionLists.Known}."));
        foreach (var action in Catalogue.Embedded.All)
        {
            var tool = tools.Single(t => (string)t["name"]! == action.Id);
            Assert.Multiple(() =>
            {
                Assert.That((string?)tool["title"], Is.EqualTo(action.Title));
                Assert.That((string?)tool["description"], Is.EqualTo(action.Description));
                Assert.That(((JObject)tool["inputSchema"]!["properties"]!).Properties().Select(p => p.Name), Is.EqualTo(action.Properties.Select(p => p.Key)));
                Assert.That((bool?)tool["inputSchema"]!["additionalProperties"], Is.False);
                Assert.That((tool["inputSchema"]!["required"] ?? new JArray()).Select(r => (string)r!), Is.EqualTo(action.Required));
                Assert.That((string?)tool["outputSchema"]!["type"], Is.EqualTo("object"));
                Assert.That((string?)tool["_meta"]!["customerio/action"]!["effect"], Is.EqualTo(Names.Camel(action.Effect.ToString())));
                Assert.That(tool["icons"]!.Select(i => (string)i["theme"]!), Is.EqualTo(new[] { "light", "dark" }));
                Assert.That(tool["icons"]!.Select(i => (string)i["src"]!), Has.All.StartsWith("data:image/svg+xml;base64,"));
            });
        }
    }

    [Test]
    public async Task ListTools_Always_SchemasHoldStandardKeywordsOnly()
    {
        var runner = await SharedAsync();

        var tools = (JArray)(await runner.RequestAsync("tools/list"))["result"]!["tools"]!;

        var own = tools
            .SelectMany(t => t["inputSchema"]!.SelectTokens("$..*").Concat(t["outputSchema"]!.SelectTokens("$..*")))
            .Select(t => t.Parent)
            .OfType<JProperty>()
            .Select(p => p.Name)
            .Where(n => n.StartsWith("x-", StringComparison.Ordinal));
        Assert.That(own, Is.Empty);
    }

    [TestCase("destroy", false, true, true)]
    [TestCase("identify", false, false, true)]
    [TestCase("raw-request", false, true, false)]
    [TestCase("track", false, false, false)]
    [TestCase("check-connection", true, false, true)]
    [TestCase("receive-event", false, false, true, false)]
    [TestCase("list-received-events", true, false, true, false)]
    [TestCase("register-webhook", false, true, true)]
    [TestCase("create-reporting-webhook", false, true, false)]
    [TestCase("update-reporting-webhook", false, true, true)]
    [TestCase("unsubscribe-delivery", false, true, true)]
    [TestCase("delete-device", false, true, true)]
    [TestCase("batch", false, true, false)]
    [TestCase("send-event", false, true, false)]
    [TestCase("get-export", false, false, true)]
    [TestCase("get-person", true, false, true)]
    [TestCase("remove-webhook", false, true, true)]
    [TestCase("run-import", false, true, false)]
    [TestCase("run-segment-poll", false, true, false)]
    [TestCase("run-sync", false, true, true)]
    public async Task ListTools_Annotations_SayWhatToAskTheUserAbout(string name, bool readOnly, bool destructive, bool idempotent, bool openWorld = true)
    {
        var runner = await SharedAsync();

        var tool = (await runner.RequestAsync("tools/list"))["result"]!["tools"]!.Single(t => (string)t["name"]! == name);

        Assert.That(
            tool["annotations"]!.ToObject<Dictionary<string, bool>>(),
            Is.EquivalentTo(
                new Dictionary<string, bool>
                {
                    ["readOnlyHint"] = readOnly,
                    ["destructiveHint"] = destructive,
                    ["idempotentHint"] = idempotent,
                    ["openWorldHint"] = openWorld,
                }
            )
        );
    }

    [Test]
    public async Task DryRun_OfAnAction_ShowsItsRequestAndSendsNothing()
    {
        var runner = await SharedAsync();

        var shown = (await runner.CallAsync("dry-run", $$"""{"action":"identify","input":{{Ada}}}"""))["result"]!["structuredContent"]!;

        Assert.Multiple(() =>
        {
            Assert.That((string?)shown["requests"]!.Single()["method"], Is.EqualTo("PUT"), shown.ToString());
            Assert.That((string?)shown["requests"]!.Single()["url"], Does.EndWith("/api/v1/customers/ada"));
            Assert.That(_sink.Arrivals, Is.Empty);
        });
        var refused = await runner.FailAsync("dry-run", """{"action":"identify","input":{}}""");
        Assert.That((string?)refused["kind"], Is.EqualTo("input"));
    }

    [Test]
    public async Task CallTool_Accepted_ReturnsTheRunResultTwice()
    {
        var runner = await SharedAsync();

        var result = (JObject)(await runner.CallAsync("identify", Ada))["result"]!;

        var structured = (JObject)result["structuredContent"]!;
        var text = ConnectorJson.ParseObject((string)result["content"]!.Single()["text"]!);
        Assert.That(JToken.DeepEquals(text, structured), Is.True);
        Assert.That((long)structured["request"]!["durationMs"]!, Is.GreaterThanOrEqualTo(0));
        structured["request"]!["durationMs"] = 0;
        Assert.That(
            ConnectorJson.ToText(structured),
            Is.EqualTo(
                $$$"""{"status":"succeeded","data":{},"request":{"method":"PUT","url":"{{{_sink.Url}}}/api/v1/customers/ada","count":1,"attempts":"""
                    + $$$"""1,"durationMs":0,"waitedMs":0,"httpStatus":200},"warnings":[]}"""
            )
        );
        Assert.That(
            _sink.Arrivals.Single(),
            Is.EqualTo(new Arrival("PUT", "/api/v1/customers/ada", _sink.Arrivals.Single().Authorization, _sink.Arrivals.Single().Body))
        );
        Assert.That(_sink.Arrivals.Single().Text, Is.EqualTo("""{"plan":"pro"}"""));
        Assert.That(_sink.Arrivals.Single().Credentials, Is.EqualTo("environment-site:environment-key"));
    }

    [Test]
    public async Task CallTool_NumbersAndText_ArriveUnchanged()
    {
        var runner = await SharedAsync();

        await runner.CallAsync(
            "identify",
            """{"id":"ada","customerData":{"big":123456789012345678901234567890,"date":"2024-01-31T00:00:00Z","emoji":"\ud83d\ude00","n":null}}"""
        );

        var expected = ConnectorJson.ParseObject("""{"big":123456789012345678901234567890,"date":"2024-01-31T00:00:00Z","emoji":"😀","n":null}""");
        Assert.That(JToken.DeepEquals(ConnectorJson.ParseObject(_sink.Arrivals.Single().Body), expected), Is.True, _sink.Arrivals.Single().Text);
    }

    [Test]
    public async Task CallTool_Refused_ReturnsTheErrorObject()
    {
        _sink.Answer = (context, _) =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("""{"meta":{"error":"bad attribute"}}""");
        };
        var runner = await SharedAsync();

        var error = await runner.FailAsync("identify", Ada);

        Assert.That(
            ConnectorJson.ToText(error),
            Is.EqualTo(
                """{"kind":"rejected","message":"Customer.io refused the request (400). It said: bad attribute.","status":400,"problems":[],"retryAfter":"""
                    + """null,"attempts":1}"""
            )
        );
    }

    [TestCase("""{"id":"ada","customerData":"{\"plan\":\"pro\",\"n\":\"1\"}"}""", """{"plan":"pro","n":"1"}""")]
    [TestCase("""{"id":"ada","customerData":{"n":"1","o":"{}"},"unsubscribed":"true"}""", """{"n":"1","o":"{}","unsubscribed":true}""")]
    [TestCase("""{"id":"12","customerData":" {} ","updateOnly":"true"}""", """{"_update":true}""")]
    public async Task CallTool_JsonAsText_IsTakenWhereTheInputIsNoText(string arguments, string body)
    {
        var runner = await SharedAsync();

        var answer = await runner.CallAsync("identify", arguments);

        Assert.That(_sink.Arrivals.SingleOrDefault()?.Text, Is.EqualTo(body), answer.ToString());
    }

    [TestCase("""{"id":"ada","customerData":"{\"a\":1,\"a\":2}"}""")]
    [TestCase("""{"id":"ada","customerData":"[1]"}""")]
    [TestCase("""{"id":"ada","customerData":"plan=pro"}""")]
    [TestCase("""{"id":"ada","customerData":"\"{}\""}""")]
    public async Task CallTool_TextThatIsNotTheJsonOfTheInput_IsAnInputError(string arguments)
    {
        var runner = await SharedAsync();

        var error = await runner.FailAsync("identify", arguments);

        Assert.That(((string?)error["kind"], (string?)error["problems"]![0]!["path"], _sink.Arrivals.Count), Is.EqualTo(("input", "/customerData", 0)));
    }

    [TestCase("{}")]
    [TestCase("""{"capabilities":{},"clientInfo":{"name":"x","version":"1"}}""")]
    [TestCase("""{"protocolVersion":7,"capabilities":{},"clientInfo":{"name":"x","version":"1"}}""")]
    [TestCase("""{"protocolVersion":"2025-06-18","capabilities":{}}""")]
    [TestCase("""[]""")]
    [TestCase("null")]
    public async Task Initialize_WithoutWhatItNeeds_IsInvalidParams(string parameters)
    {
        await using var runner = RunnerProcess.Start(_sink);

        var error = (await runner.RequestAsync("initialize", parameters))["error"]!;

        Assert.That(
            ((int)error["code"]!, (string?)error["message"]),
            Is.EqualTo((-32602, "The request lacks the protocolVersion or the clientInfo (name and version) that initialize needs."))
        );
        Assert.That((await runner.InitializeAsync())["result"]!["serverInfo"], Is.Not.Null, "the same client may try again");
    }

    [TestCase("no-such-tool", "no-such-tool")]
    [TestCase("identfy", "identify")]
    [TestCase("", "There is no action")]
    public async Task CallTool_Unknown_IsAProtocolErrorInOurWords(string name, string named)
    {
        var runner = await SharedAsync();

        var error = (await runner.CallAsync(name))["error"]!;

        Assert.Multiple(() =>
        {
            Assert.That((int)error["code"]!, Is.EqualTo(-32602));
            Assert.That((string?)error["message"], Does.Contain(named));
        });
    }

    [TestCase("""{}""", "/id")]
    [TestCase("""{"id":"a","colour":1,"timeout":"soon"}""", "/colour,/timeout")]
    [TestCase("""{"id":"a","id":"b"}""", "")]
    [TestCase("""{"id":"a","customerData":{"x":1,"x":2}}""", "")]
    [TestCase("""{"id":"\ud800"}""", "")]
    [TestCase("""null""", "")]
    [TestCase("""{"id":"a","customerData":{"n":1e999}}""", "")]
    public async Task CallTool_BadArguments_NamesEveryProblem(string arguments, string paths)
    {
        var runner = await SharedAsync();

        var error = await runner.FailAsync("identify", arguments);

        Assert.Multiple(() =>
        {
            Assert.That((string?)error["kind"], Is.EqualTo("input"));
            Assert.That(error["problems"]!.Select(p => (string)p["path"]!).Order(), Is.EqualTo(paths.Split(',')));
            Assert.That(_sink.Arrivals, Is.Empty);
        });
    }

    [Test]
    public async Task CallTool_NestedTooDeeply_IsAnInputError()
    {
        var runner = await SharedAsync();

        var deep = new string('[', 100) + new string(']', 100);
        var error = await runner.FailAsync("identify", $$$"""{"id":"a","customerData":{"x":{{{deep}}} } }""");

        Assert.That((string?)error["kind"], Is.EqualTo("input"));
    }

    [Test]
    public async Task CallTool_WithoutParameters_IsAnswered()
    {
        var runner = await SharedAsync();

        Assert.That((int?)(await runner.RequestAsync("tools/call"))["error"]!["code"], Is.EqualTo(-32602));
    }

    [Test]
    public async Task Input_GarbageLines_AreRefusedAndNotQuoted()
    {
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        foreach (
            var line in new[]
            {
                "hunter2",
                "{\"hunter2\":",
                "[{\"jsonrpc\":\"2.0\",\"id\":900,\"method\":\"ping\"}]",
                "42",
                "",
                "   ",
                "\u0000\u0001hunter2",
                "{}",
            }
        )
        {
            runner.WriteLine(line);
        }

        var result = (JObject)(await runner.CallAsync("identify", Ada))["result"]!;
        runner.EndInput();

        Assert.That(await runner.ExitAsync(), Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That((string?)result["structuredContent"]!["status"], Is.EqualTo("succeeded"));
            Assert.That(
                runner.Messages.Where(m => m["error"] is not null).Select(m => ((int)m["error"]!["code"]!, m["id"]!.Type)),
                Is.EqualTo(new[] { -32700, -32700, -32600, -32600, -32700, -32600 }.Select(code => (code, JTokenType.Null)))
            );
            Assert.That(string.Concat(runner.Messages), Does.Not.Contain("hunter2"));
            Assert.That(runner.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(6).And.All.Contains("Ignored"));
            Assert.That(runner.Stderr, Does.Not.Contain("hunter2"));
        });
    }

    [TestCase("{", -32700)]
    [TestCase("""{"jsonrpc":"2.0","method":"ping" """, -32700)]
    [TestCase("[]", -32600)]
    [TestCase("null", -32600)]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600)]
    [TestCase("""{"jsonrpc":"2.0","id":{},"method":"ping"}""", -32600)]
    [TestCase("""{"jsonrpc":"2.0","method":7}""", -32600)]
    public async Task Input_WhatIsNoRequest_IsRefusedWithoutAnId(string line, int code)
    {
        await using var runner = RunnerProcess.Start(_sink);

        runner.WriteLine(line);

        Assert.That((int)(await runner.Expect(""))["error"]!["code"]!, Is.EqualTo(code));
    }

    [TestCase("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"x"}}""")]
    [TestCase("""{"jsonrpc":"1.0","id":4,"result":{}}""")]
    public async Task Input_AnAnswerThatCannotBeRead_IsNotAnswered(string line)
    {
        await using var runner = RunnerProcess.Start(_sink);

        runner.WriteLine(line);
        runner.WriteLine("""{"jsonrpc":"2.0","id":"after","method":"ping"}""");

        await runner.Expect("after");
        Assert.That(runner.Messages, Has.Count.EqualTo(1));
    }

    [TestCase("tools/call", "[]")]
    [TestCase("tools/call", """{"name":1}""")]
    [TestCase("tools/call", """{"name":null}""")]
    [TestCase("tools/call", """{"name":"identify","arguments":["a"]}""")]
    [TestCase("tools/call", """{"name":"identify","arguments":"{}"}""")]
    [TestCase("tools/call", """{"arguments":{"id":"ada"}}""")]
    [TestCase("tools/call", """{"name":"identify","_meta":[]}""")]
    [TestCase("tools/list", "[]")]
    [TestCase("tools/list", """{"cursor":5}""")]
    [TestCase("ping", "[]")]
    public async Task Request_WithParametersOfAnotherForm_IsInvalidParams(string method, string parameters)
    {
        var runner = await SharedAsync();

        Assert.That((int?)(await runner.RequestAsync(method, parameters))["error"]?["code"], Is.EqualTo(-32602));
        Assert.That(_sink.Arrivals, Is.Empty);
    }

    [TestCase("""{"jsonrpc":"1.0","id":"seven","method":"ping"}""", "seven")]
    [TestCase("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"identify","arguments":{"id":"a"},"arguments":{"id":"b"}}}""", "7")]
    [TestCase(
        """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"identify","_meta":{"customerio/connection":{}"""
            + ""","customerio/connection":{}}}}""",
        "7"
    )]
    public async Task Input_BadRequestWithAnId_IsRefusedUnderThatId(string line, string id)
    {
        await using var runner = RunnerProcess.Start(_sink);

        runner.WriteLine(line);

        Assert.That((int)(await runner.Expect(id))["error"]!["code"]!, Is.EqualTo(-32600));
        Assert.That(_sink.Arrivals, Is.Empty);
    }

    [Test]
    public async Task Input_LineWithByteOrderMarkAndCarriageReturn_IsRead()
    {
        await using var runner = RunnerProcess.Start(_sink);

        runner.WriteLine("\uFEFF{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}\r");

        Assert.That((await runner.Expect("a"))["result"], Is.Not.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Input_LineBeyondTheLimit_IsRefusedAndTheNextOneRead(bool idFirst)
    {
        await using var runner = await RunnerProcess.ConnectAsync(_sink);
        var call = $$$"""{"name":"raw-request","arguments":{"url":"/v1/x","method":"POST","data":"{{{new string('a', 33 << 20)}}}"}}""";

        runner.WriteLine(
            idFirst
                ? $$$"""{"jsonrpc":"2.0","id":"big","method":"tools/call","params":{{{call}}}}"""
                : $$$"""{"method":"tools/call","params":{{{call}}},"jsonrpc":"2.0","id":"big"}"""
        );

        Assert.That((string?)(await runner.Expect("big"))["error"]!["message"], Does.Contain("32 MiB"));
        Assert.That((await runner.CallAsync("identify", Ada))["result"]!["structuredContent"], Is.Not.Null);
        Assert.That(_sink.Arrivals, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task CallTool_ArgumentOfOneMebibyte_ArrivesWhole()
    {
        var runner = await SharedAsync();
        var large = string.Concat(Enumerable.Range(0, 1 << 17).Select(i => i.ToString("D8", CultureInfo.InvariantCulture)));
        _sink.Answer = (context, arrival) => context.Response.WriteAsync(arrival.Text);

        var result = (await runner.CallAsync("raw-request", $$$"""{"url":"/v1/echo","method":"POST","data":{"text":"{{{large}}}"}}"""))["result"]!;

        Assert.That((string?)result["structuredContent"]!["data"]!["text"], Is.EqualTo(large));
        Assert.That(_sink.Arrivals.Single().Text, Is.EqualTo($$"""{"text":"{{large}}"}"""));
    }

    [Test]
    public async Task CallTool_SixtyFourInFlight_AllRunAtOnce()
    {
        // Nobody is answered before all have arrived: calls that ran one after the other would never end.
        var gate = new TaskCompletionSource();
        var arrived = 0;
        _sink.Answer = async (context, arrival) =>
        {
            if (Interlocked.Increment(ref arrived) == 64)
            {
                gate.SetResult();
            }

            await gate.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await context.Response.WriteAsync("{}");
        };
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(async i =>
                    ((string?)(await runner.CallAsync("identify", $$"""{"id":"p{{i}}"}"""))["result"]!["structuredContent"]!["request"]!["url"], i)
                )
        );

        Assert.That(answers, Has.All.Matches<(string? Url, int I)>(a => a.Url == $"{_sink.Url}/api/v1/customers/p{a.I}"));
    }

    [Test]
    public async Task EndOfInput_CallsPending_AllAreAnswered()
    {
        _sink.Answer = async (context, _) =>
        {
            await Task.Delay(300);
            await context.Response.WriteAsync("{}");
        };
        await using var runner = RunnerProcess.Start(_sink);

        var ping = runner.RequestAsync("ping");
        var calls = Enumerable.Range(0, 50).Select(i => runner.CallAsync("identify", $$"""{"id":"p{{i}}"}""")).ToArray();
        runner.EndInput();

        await ping;
        Assert.That((await Task.WhenAll(calls)).Select(a => (string?)a["result"]!["structuredContent"]!["status"]), Has.All.EqualTo("succeeded"));
        Assert.That(await runner.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task EndOfInput_LastLineWithoutNewline_IsAnswered()
    {
        var start = new ProcessStartInfo(RunnerProcess.Dotnet, [RunnerProcess.Path]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;

        await process.StandardInput.WriteAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        process.StandardInput.Close();

        Assert.That(await process.StandardOutput.ReadToEndAsync(), Is.EqualTo("{\"result\":{},\"id\":1,\"jsonrpc\":\"2.0\"}\n"));
    }

    [Test]
    public async Task Cancelled_CallInFlight_IsNotAnsweredAndItsRequestEnds()
    {
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        _sink.Answer = async (context, arrival) =>
        {
            if (arrival.Path.EndsWith("slow", StringComparison.Ordinal))
            {
                context.RequestAborted.Register(aborted.SetResult);
                arrived.SetResult();
                await aborted.Task.WaitAsync(TimeSpan.FromSeconds(20));
            }

            await context.Response.WriteAsync("{}");
        };
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        var slow = runner.CallAsync("identify", """{"id":"slow"}""", null, out var id);
        await arrived.Task;
        runner.WriteLine($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}},"reason":"test"}}""");
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(5));
        var next = await runner.CallAsync("identify", Ada);
        runner.EndInput();

        Assert.That(await runner.ExitAsync(), Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That((string?)next["result"]!["structuredContent"]!["status"], Is.EqualTo("succeeded"));
            Assert.That(slow.IsCompleted, Is.False);
            Assert.That(runner.Messages.Select(m => (int)m["id"]!), Has.None.EqualTo(id));
        });
    }

    [Test]
    public async Task Terminate_CallInFlight_IsFinishedFirst()
    {
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _sink.Answer = async (context, _) =>
        {
            arrived.SetResult();
            await go.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await context.Response.WriteAsync("{}");
        };
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        var call = runner.CallAsync("identify", Ada);
        await arrived.Task;
        runner.Terminate();
        await Task.Delay(200);
        go.SetResult();

        Assert.That((string?)(await call)["result"]!["structuredContent"]!["status"], Is.EqualTo("succeeded"));
        Assert.That(await runner.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task Terminate_Idle_EndsAtOnce()
    {
        await using var runner = await RunnerProcess.ConnectAsync(_sink);
        var clock = Stopwatch.StartNew();

        runner.Terminate();

        Assert.That(await runner.ExitAsync(), Is.Zero);
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task HostGone_CallInFlight_IsFinishedAndTheRunnerEnds()
    {
        var arrived = new TaskCompletionSource();
        _sink.Answer = async (context, _) =>
        {
            arrived.SetResult();
            await Task.Delay(200);
            await context.Response.WriteAsync("{}");
        };
        await using var runner = RunnerProcess.Start(_sink, read: false);

        _ = runner.CallAsync("identify", Ada);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        runner.Output.Close();
        runner.EndInput();

        Assert.That(await runner.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task Connection_TwoWorkspacesInOneRunner_EachRequestCarriesItsOwnKeys()
    {
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    (i % 3) switch
                    {
                        0 => runner.CallAsync("identify", $$"""{"id":"environment-{{i}}"}"""),
                        1 => runner.CallAsync("identify", $$"""{"id":"first-{{i}}"}""", Meta("first-site", "first-key")),
                        _ => runner.CallAsync("identify", $$"""{"id":"second-{{i}}"}""", Meta("second-site", "second-key")),
                    }
                )
        );

        Assert.That(_sink.Arrivals, Has.Count.EqualTo(60));
        foreach (var arrival in _sink.Arrivals)
        {
            var workspace = arrival.Path.Split('/')[^1].Split('-')[0];
            Assert.That(arrival.Credentials, Is.EqualTo($"{workspace}-site:{workspace}-key"));
        }
    }

    [TestCase("""null""")]
    [TestCase("""[]""")]
    [TestCase("""{"siteId":"a","siteId":"b"}""")]
    [TestCase("""{"siteId":"a","password":"hunter2"}""")]
    [TestCase("""{"siteId":"a","apiKey":{"nested":"hunter2"}}""")]
    [TestCase("""{}""")]
    [TestCase("""{"siteId":"first-site","baseUrl":"BASE"}""")]
    public async Task Connection_NotUsable_NeverFallsBackOnTheEnvironment(string connection)
    {
        var runner = await SharedAsync();

        var error = await runner.FailAsync(
            "identify",
            Ada,
            $$"""{"customerio/connection":{{connection.Replace("BASE", _sink.Url, StringComparison.Ordinal)}}}"""
        );

        Assert.Multiple(() =>
        {
            Assert.That((string?)error["kind"], Is.EqualTo("connection"));
            Assert.That(_sink.Arrivals, Is.Empty);
            Assert.That(runner.Stdout + runner.Stderr, Does.Not.Contain("hunter2"));
        });
    }

    [Test]
    public async Task Connection_EnvironmentNotReadable_FailsTheCallAndNotTheRunner()
    {
        await using var runner = RunnerProcess.Start(new Dictionary<string, string> { ["CUSTOMERIO_REGION"] = "mars" });
        await runner.InitializeAsync();

        Assert.That((string?)(await runner.FailAsync("identify", Ada))["message"], Does.Contain("CUSTOMERIO_REGION"));
        Assert.That((await runner.CallAsync("identify", Ada, Meta("first-site", "first-key")))["result"]!["structuredContent"], Is.Not.Null);
    }

    [Test]
    public async Task Secrets_WhateverHappens_StayOutOfLogsErrorsAndProcessList()
    {
        string[] secrets = ["environment-key", "S3CRET-call-key", "S3CRET-app-key", "S3CRET-pipelines-key", "S3CRET-signing-key"];
        const string Meta =
            """{"customerio/connection":{"siteId":"first-site","apiKey":"S3CRET-call-key","appApiKey":"S3CRET-app-key","pipelinesApiKe"""
            + """y":"S3CRET-pipelines-key","webhookSigningKey":"S3CRET-signing-key","baseUrl":"BASE"}}""";
        var meta = Meta.Replace("BASE", _sink.Url, StringComparison.Ordinal);
        _sink.Answer = (context, arrival) =>
        {
            // An answer that gives the keys away must not carry them into our words.
            context.Response.StatusCode = arrival.Path.EndsWith("refused", StringComparison.Ordinal) ? 401 : 200;
            return context.Response.WriteAsync(context.Response.StatusCode == 401 ? $$$"""{"meta":{"error":"no such key {{{arrival.Credentials}}}"}}""" : "{}");
        };
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        await runner.CallAsync("identify", """{"id":"ada","debugRequest":true}""", meta);
        await runner.CallAsync("identify", """{"id":"refused","debugRequest":true}""", meta);
        await runner.CallAsync("identify", """{"id":"refused","debugRequest":true}""");
        await runner.CallAsync("check-connection", "{}", meta);
        await runner.CallAsync("identify", """{"id":"ada"}""", meta.Replace("\"siteId\"", "\"siteIdd\"", StringComparison.Ordinal));
        await runner.CallAsync("identify", """{"id":"ada"}""", meta.Replace(_sink.Url, "ftp://nowhere", StringComparison.Ordinal));
        runner.WriteLine("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"identify","_meta":""" + meta + "}");
        runner.WriteLine("""{"jsonrpc":"3.0","id":"y","method":"tools/call","params":{"name":"identify","_meta":""" + meta + "}}");
        await runner.Expect("y");
        var commandLine = File.Exists($"/proc/{runner.Id}/cmdline") ? await File.ReadAllTextAsync($"/proc/{runner.Id}/cmdline") : "";
        runner.EndInput();
        await runner.ExitAsync();

        Assert.That(runner.Stderr, Does.Contain("Request, attempt 1: PUT").And.Contain("Response: 401"));
        Assert.Multiple(() =>
        {
            foreach (var secret in secrets)
            {
                var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"first-site:{secret}"));
                Assert.That(runner.Stdout, Does.Not.Contain(secret).And.Not.Contain(encoded));
                Assert.That(runner.Stderr, Does.Not.Contain(secret).And.Not.Contain(encoded));
                Assert.That(commandLine, Does.Not.Contain(secret));
            }
        });
    }

    [Test]
    public async Task InvocationId_SameAgain_GivesTheSameEventId()
    {
        var runner = await SharedAsync();

        async Task<string?> EventIdAsync(string meta) =>
            (string?)(await runner.CallAsync("track", """{"id":"ada","eventName":"bought"}""", meta))["result"]!["structuredContent"]!["request"]!["eventId"];

        var first = await EventIdAsync("""{"customerio/invocationId":"run-1"}""");
        Assert.Multiple(async () =>
        {
            Assert.That(first, Is.EqualTo(EventIds.Derive("run-1", "track", 0)));
            Assert.That(await EventIdAsync("""{"customerio/invocationId":"run-1","customerio/itemIndex":0}"""), Is.EqualTo(first));
            Assert.That(
                await EventIdAsync("""{"customerio/invocationId":"run-1","customerio/itemIndex":1}"""),
                Is.EqualTo(EventIds.Derive("run-1", "track", 1))
            );
            Assert.That(new[] { await EventIdAsync("{}"), await EventIdAsync("{}"), first }, Is.Unique);
        });
    }

    [TestCase("""{"customerio/invocationId":7}""")]
    [TestCase("""{"customerio/itemIndex":-1}""")]
    [TestCase("""{"customerio/itemIndex":"0"}""")]
    [TestCase("""{"customerio/itemIndex":99999999999}""")]
    public async Task Meta_OfTheWrongType_IsAnInputError(string meta)
    {
        var runner = await SharedAsync();

        Assert.That((string?)(await runner.FailAsync("track", """{"id":"ada","eventName":"bought"}""", meta))["kind"], Is.EqualTo("input"));
        Assert.That(_sink.Arrivals, Is.Empty);
    }

    [Test]
    public async Task CheckConnection_KeysWork_ReportsEachKey()
    {
        _sink.Answer = (context, _) => context.Response.WriteAsync("""{"url":"track.customer.io","data_center":"eu","region":"eu","environment_id":77}""");
        await using var runner = await RunnerProcess.ConnectAsync(_sink);

        var report = (await runner.CallAsync("check-connection"))["result"]!["structuredContent"]!;

        Assert.Multiple(() =>
        {
            Assert.That((bool?)report["passed"], Is.True);
            Assert.That((string?)report["region"], Is.EqualTo("eu"));
            Assert.That(
                report["credentials"]!.Select(c => $"{c["name"]} {c["state"]}"),
                Is.EqualTo(new[] { "track works", "app notSet", "pipelines notSet", "webhook notSet" })
            );
        });
    }

    [TestCase("""{"kind":"planets"}""", "/kind: there is no list \"planets\". Known lists: ")]
    [TestCase("""{}""", "/kind: is required.")]
    [TestCase("""{"kind":1}""", "/kind: must be a text.")]
    [TestCase("""{"kind":"x","page":2}""", "/page: is not known here; check its spelling. It has: kind, search.")]
    public async Task ListOptions_BadQuery_IsAnInputError(string arguments, string message)
    {
        var runner = await SharedAsync();

        var error = await runner.FailAsync("list-options", arguments);

        Assert.That((string?)error["kind"], Is.EqualTo("input"));
        Assert.That((string?)error["message"], Does.StartWith(message));
    }

    [TestCase(0, "--help")]
    [TestCase(2, "--gruops", "people")]
    [TestCase(2, "--groups", "pepole")]
    [TestCase(2, "people")]
    public async Task Start_WithArguments_TellsWhatItTakes(int exit, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(RunnerProcess.Dotnet, [RunnerProcess.Path, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;

        var (help, refusal) = (await process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(exit));
        Assert.That(
            exit == 0 ? help : refusal,
            Does.Contain(
                exit == 0 ? "CUSTOMERIO_MCP_GROUPS"
                : arguments[^1] == "people" ? "--help"
                : "\"people\""
            )
        );
        Assert.That(exit == 0 ? refusal : help, Is.Empty, "stdout is the protocol's alone");
    }

    [Test]
    public async Task Environment_NarrowsWhatIsOffered()
    {
        await using var runner = RunnerProcess.Start(
            new Dictionary<string, string> { ["CUSTOMERIO_MCP_GROUPS"] = "people", ["CUSTOMERIO_MCP_READ_ONLY"] = "true" },
            arguments: ["--exclude", "get-person"]
        );
        await runner.InitializeAsync();

        var tools = (JArray)(await runner.RequestAsync("tools/list"))["result"]!["tools"]!;

        Assert.That(tools.Select(t => (string)t["name"]!), Is.EqualTo(new[] { "find-people", "get-people", "search-people", "check-connection" }));
        Assert.That((string?)(await runner.CallAsync("destroy", Ada))["error"]!["message"], Does.Contain("read-only"));
    }

    [Test]
    public void RuntimeConfig_Always_NamesTheBaseRuntimeAlone()
    {
        var options = ConnectorJson.ParseObject(File.ReadAllText(Path.ChangeExtension(RunnerProcess.Path, ".runtimeconfig.json")))["runtimeOptions"]!;

        Assert.Multiple(() =>
        {
            Assert.That((string?)options["framework"]!["name"], Is.EqualTo("Microsoft.NETCore.App"));
            Assert.That((string?)options["rollForward"], Is.EqualTo("Major"));
        });
    }

    // For whoever neither ends it, nor slows it down, nor counts what it said: a start costs more than what most tests ask.
    private async Task<RunnerProcess> SharedAsync() => _shared ??= await RunnerProcess.ConnectAsync(_sink);

    private string Meta(string site, string key) => $$$"""{"customerio/connection":{"siteId":"{{{site}}}","apiKey":"{{{key}}}","baseUrl":"{{{_sink.Url}}}"}}""";
}
