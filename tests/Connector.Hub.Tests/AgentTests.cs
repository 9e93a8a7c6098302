using System.Text;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Values;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The tools of MCP over HTTP: by the official C# client in each revision, and as raw requests where clients are too well behaved.</summary>
public class AgentTests : KeyedHubFixture
{
    private const string Stateless = "2026-07-28";

    [TestCase("2025-03-26")]
    [TestCase("2025-06-18")]
    [TestCase("2025-11-25")]
    [TestCase(Stateless)]
    public async Task AClient_OfEachRevision_ListsAndCalls(string revision)
    {
        await using var client = await ConnectAsync(revision);
        Assert.That(client.NegotiatedProtocolVersion, Is.EqualTo(revision));
        var names = (await client.ListToolsAsync()).Select(t => t.Name).ToArray();
        Assert.That(names, Does.Contain("identify").And.Contain("check-connection"));
        Assert.That(
            names.Intersect(["run-import", "run-segment-poll", "run-sync", "receive-event", "list-received-events", "list-options"]),
            Is.Empty,
            "this machine's files are not its callers', and forms are not built from what agents get"
        );

        var result = await client.CallToolAsync("identify", Arguments("""{"id":"7","customerData":{"plan":"pro"}}"""));
        Assert.That(result.IsError, Is.Not.True, Text(result));
        Assert.That(Hub.Sandbox.Person("7")!.ToString(), Does.Contain("\"plan\": \"pro\""));
        Assert.That(Audit, Is.EqualTo(new[] { "- ran identify: succeeded" }));
        Assert.That(
            (await Hub.GetAsync("/metrics")).Text,
            Does.Contain("customerio_actions_total{customerio_action=\"identify\",customerio_outcome=\"succeeded\"} 1")
        );

        var refused = await client.CallToolAsync("identify", Arguments("""{"id":""}"""));
        Assert.That((refused.IsError, Text(refused)), Is.EqualTo(((bool?)true, "/id: must not be empty.")));
    }

    [Test]
    public async Task ToolsOfThisMachine_AreRefusedWhenCalled()
    {
        var answer = await CallAsync("run-import", "{}");
        Assert.That((string?)answer["error"]!["message"], Does.Contain("files or databases").And.Contain("not offered over HTTP"));
    }

    [Test]
    public async Task ACall_ThatBringsAConnection_IsRefused_AndReachesNobody()
    {
        const string Meta = """,{"customerio/connection":{"siteId":"x","apiKey":"stolen-key"}}""";
        var answer = await CallAsync("identify", """{"id":"7"}""", meta: Meta[1..]);
        Assert.That((bool?)answer["result"]!["isError"], Is.True);
        Assert.That(answer.ToString(), Does.Contain("its own workspace").And.Not.Contain("stolen-key"));
        Assert.That(Hub.Sandbox.RequestCount, Is.Zero);
    }

    [TestCase("{", -32700)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"identify","arguments":{"id":"1"},"arguments":{"id":"2"}}}""", -32600)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{}}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"identify","arguments":"{}"}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"identify","arguments":[1]}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"identify","arguments":7}}""", -32602)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"nope"}}""", -32602)]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600)]
    public async Task AMessage_ThatCannotBeRead_IsTheCallersFault(string message, int code)
    {
        var answer = await PostAsync(message);
        Assert.That((answer.Status, (int)answer.Json["error"]!["code"]!), Is.EqualTo((400, code)), answer.Text);
        Assert.That(Hub.Sandbox.RequestCount, Is.Zero);
        Assert.That(Hub.Said, Is.Empty);
    }

    [Test]
    public async Task EqualKeysInArguments_AreRefused_NotChosenFrom()
    {
        var answer = await CallAsync("identify", """{"id":"1","id":"2"}""");
        Assert.That((bool?)answer["result"]!["isError"], Is.True, answer.ToString());
        Assert.That(Hub.Sandbox.RequestCount, Is.Zero);
    }

    [Test]
    public async Task ABody_BeyondTheLimit_Is413()
    {
        var answer = await PostAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"" + new string('x', 1 << 20) + "\"}}");
        Assert.That((answer.Status, (string?)answer.Error["message"]), Is.EqualTo((413, "The body is longer than 1 MiB.")));
    }

    [Test]
    public async Task TheStatelessRevision_IsAnsweredAsItSays()
    {
        var discovered = Message(await StatelessAsync("server/discover", "{}"));
        Assert.That(discovered["result"]!["supportedVersions"]!.Select(v => (string?)v), Does.Contain(Stateless));

        var list = await StatelessAsync("tools/list", "{}");
        Assert.That(((int?)Message(list)["result"]!["ttlMs"], (string?)Message(list)["result"]!["cacheScope"]), Is.EqualTo((3_600_000, "private")));
        Assert.That(list.Header("Mcp-Session-Id"), Is.Null);
        Assert.That((await StatelessAsync("tools/list", "{}")).Text, Is.EqualTo(list.Text), "the list does not change by itself");

        var called = Message(await StatelessAsync("tools/call", """{"name":"identify","arguments":{"id":"7"}}""", ("Mcp-Name", "identify")));
        Assert.That((string?)called["result"]!["resultType"], Is.EqualTo("complete"), called.ToString());
        var other = await StatelessAsync("tools/call", """{"name":"destroy","arguments":{"id":"7"}}""", ("Mcp-Name", "identify"));
        Assert.That((other.Status, (int)other.Json["error"]!["code"]!), Is.EqualTo((400, -32020)), "what a proxy let pass by its header is what is called");
        Assert.That(Hub.Sandbox.Person("7"), Is.Not.Null);
    }

    [Test]
    public async Task ARevision_ThatIsNotServed_IsToldAllThatAre()
    {
        var answer = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", ("MCP-Protocol-Version", "1999-01-01"));
        var error = answer.Json["error"]!;
        Assert.That((answer.Status, (int)error["code"]!, (string?)error["data"]!["requested"]), Is.EqualTo((400, -32022, "1999-01-01")), answer.Text);
        var named = error["data"]!["supported"]!.Select(v => (string)v!).ToArray();
        Assert.That(named, Is.SupersetOf(new[] { "2025-03-26", "2025-06-18", "2025-11-25", Stateless }), "those of the clients above");
        foreach (var revision in named.Except([Stateless]))
        {
            var served = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", ("MCP-Protocol-Version", revision));
            Assert.That(served.Status, Is.EqualTo(200), served.ToString());
        }
    }

    [TestCase("Host", "evil.example")]
    [TestCase("Origin", "https://evil.example")]
    [TestCase("Origin", "null")]
    public async Task AForeignName_OrPage_Is403(string header, string value)
    {
        var answer = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", (header, value));
        Assert.That(answer.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task AKey_DecidesWhatIsListedAndCalled()
    {
        var people = await AddAsync(new Rights("shop", ["people"], false));
        var reader = await AddAsync(new Rights("reader", null, true));

        var none = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        Assert.That(none.Status, Is.EqualTo(401));
        Assert.That(none.Header("WWW-Authenticate"), Does.StartWith("Bearer resource_metadata=\"").And.EndWith("/.well-known/oauth-protected-resource\""));
        Assert.That((await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Bearer("wrong"))).Status, Is.EqualTo(401));

        Assert.That(await NamesAsync("", Bearer(people)), Does.Contain("destroy").And.Not.Contain("track"));
        Assert.That(await NamesAsync("", Bearer(reader)), Does.Contain("get-person").And.Not.Contain("identify"));
        var hidden = await CallAsync("track", """{"id":"7","eventName":"x"}""", headers: Bearer(people));
        Assert.That((string?)hidden["error"]!["message"], Does.Contain("not among the tools offered"));
        Assert.That((await CallAsync("identify", """{"id":"7"}""", headers: Bearer(reader))).ToString(), Does.Contain("read-only"));
        Assert.That(Hub.Sandbox.RequestCount, Is.Zero);

        await CallAsync("identify", """{"id":"7"}""", headers: Bearer(people));
        Assert.That(Audit, Is.EqualTo(new[] { "shop ran identify: succeeded" }));
    }

    [TestCase("?groups=events", "", "")]
    [TestCase("?groups=people,events&exclude=destroy", "get-person", "destroy")]
    [TestCase("?groups=people", "destroy", "track")]
    [TestCase("?tools=identify,track", "identify", "track,destroy")]
    [TestCase("?read-only=true", "get-person", "identify")]
    [TestCase("?read-only=false", "identify", "track")]
    [TestCase("?search=true", "find-actions", "identify")]
    public async Task AnAddress_OnlyNarrowsWhatTheKeyAllows(string query, string has, string hasNot)
    {
        var key = Bearer(await AddAsync(new Rights("shop", ["people"], false)));
        var names = await NamesAsync(query, key);
        Assert.That(has.Split(',', StringSplitOptions.RemoveEmptyEntries).Except(names), Is.Empty);
        Assert.That(hasNot.Split(',', StringSplitOptions.RemoveEmptyEntries).Intersect(names), Is.Empty);

        // The same by headers, which narrow what the address says as well.
        var headers = query[1..].Split('&').Select(p => p.Split('=')).Select(p => ($"X-MCP-{p[0]}", p[1])).ToArray();
        Assert.That(await NamesAsync("", [key, .. headers]), Is.EqualTo(names));
        Assert.That(await NamesAsync("?read-only=true", [key, ("X-MCP-Read-Only", "false")]), Does.Not.Contain("identify"));
    }

    [TestCase("?readonly=1", "Did you mean read-only?")]
    [TestCase("?groups=peopel", "Did you mean \"people\"?")]
    [TestCase("?tools=identfy", "Did you mean \"identify\"?")]
    [TestCase("?read-only=maybe", "must be true or false")]
    [TestCase("?groups=people&groups=events", "given 2 times")]
    [TestCase("?schema=full", "says nothing here")]
    [TestCase("?read-only", "?read-only has no value")]
    [TestCase("?read-only=", "?read-only has no value")]
    [TestCase("?read-only=%20", "?read-only has no value")]
    [TestCase("?groups=", "?groups has no value")]
    [TestCase("?tools=", "?tools has no value")]
    [TestCase("?exclude=", "?exclude has no value")]
    [TestCase("?search=", "?search has no value")]
    [TestCase("?confirm", "?confirm has no value")]
    public async Task AnAddress_WithASlip_IsRefused_AndOffersNothing(string query, string says)
    {
        var answer = await Hub.SendAsync(HttpMethod.Post, "/mcp" + query, Body("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""), s_accept);
        Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((400, "input")));
        Assert.That((string?)answer.Error["message"], Does.Contain(says));
    }

    [Test]
    public async Task AHeader_ThatIsEmpty_IsRefused_AndOffersNothing()
    {
        foreach (var name in (string[])["X-MCP-Read-Only", "X-MCP-Groups", "X-MCP-Tools", "X-MCP-Exclude", "X-MCP-Search", "X-MCP-Confirm"])
        {
            var answer = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", (name, ""));
            Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((400, "input")), name);
            Assert.That(((string)answer.Error["message"]!).ToUpperInvariant(), Does.StartWith(name.ToUpperInvariant() + " HAS NO VALUE"));
        }
    }

    [Test]
    public async Task Confirm_AsksTheUserByTheProtocol_AndDoesNothingBefore()
    {
        await using var asking = await RunningHub.StartAsync(o => o with { Confirm = true });
        await asking.RunAsync("identify", """{"id":"7"}""");
        var asked = new List<string?>();
        var agrees = false;
        await using var client = await McpClient.CreateAsync(
            Transport(asking),
            new McpClientOptions
            {
                ProtocolVersion = Stateless,
                Handlers = new McpClientHandlers
                {
                    ElicitationHandler = (request, _) =>
                    {
                        asked.Add(request?.Message);
                        return ValueTask.FromResult(new ElicitResult { Action = agrees ? "accept" : "decline" });
                    },
                },
            }
        );
        var declined = await client.CallToolAsync("destroy", Arguments("""{"id":"7"}"""));
        Assert.That(
            (declined.IsError, Text(declined)),
            Is.EqualTo(((bool?)true, "The user did not agree to Destroy; nothing was done. Do not call it again unless the user asks for it."))
        );
        Assert.That(asking.Sandbox.Person("7"), Is.Not.Null);
        agrees = true;
        Assert.That((await client.CallToolAsync("destroy", Arguments("""{"id":"7"}"""))).IsError, Is.Not.True);
        Assert.That(asking.Sandbox.Person("7"), Is.Null);
        Assert.That(asked, Has.Count.EqualTo(2).And.All.Contain("\"id\":\"7\""));

        await using var mute = await McpClient.CreateAsync(Transport(asking), new McpClientOptions { ProtocolVersion = "2025-06-18" });
        Assert.That(Text(await mute.CallToolAsync("destroy", Arguments("""{"id":"8"}"""))), Does.Contain("needs the user's consent"));
        Assert.That((await mute.CallToolAsync("identify", Arguments("""{"id":"8"}"""))).IsError, Is.Not.True);
    }

    [Test]
    public async Task TheSameInvocation_CountsOnce_AndOfTwoKeysTwice()
    {
        const string Track = """{"id":"7","eventName":"Bought"}""";
        const string Meta = """{"customerio/invocationId":"order 1"}""";
        var (one, other) = (Bearer(await AddAsync(new Rights("one", null, false))), Bearer(await AddAsync(new Rights("other", null, false))));
        foreach (var key in new[] { one, one, other })
        {
            await CallAsync("track", Track, Meta, key);
        }

        Assert.That(Hub.Events("7"), Is.EqualTo(new[] { "Bought", "Bought" }));
    }

    [Test]
    public async Task TwoHubs_TakeTheRequestsOfOneClientInTurn()
    {
        await using var second = await RunningHub.StartAsync(o => o with { Connection = Hub.Connection });
        var turn = 0;
        using var http = new HttpClient(new Alternate([Hub.Hub.Url, second.Hub.Url], () => Interlocked.Increment(ref turn)));
        foreach (var revision in new[] { "2025-06-18", Stateless })
        {
            await using var client = await McpClient.CreateAsync(
                new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(Hub.Hub.Url + "/mcp") }, http, ownsHttpClient: false),
                new McpClientOptions { ProtocolVersion = revision }
            );
            await Parallel.ForAsync(
                0,
                100,
                async (i, ct) =>
                {
                    var result = await client.CallToolAsync("identify", Arguments($$"""{"id":"{{revision}}-{{i}}"}"""), cancellationToken: ct);
                    Assert.That(result.IsError, Is.Not.True, Text(result));
                }
            );
            Assert.That(Enumerable.Range(0, 100).Count(i => Hub.Sandbox.Person($"{revision}-{i}") is not null), Is.EqualTo(100));
        }

        Assert.That(turn, Is.GreaterThanOrEqualTo(200));
        Assert.That((await second.GetAsync("/metrics")).Text, Does.Match("actions_total.*outcome=\"succeeded\"} (9[0-9]|1[01][0-9])\n"), "each had about half");
    }

    private static readonly (string, string) s_accept = ("Accept", "application/json, text/event-stream");

    private async Task<string> AddAsync(Rights rights) => await Keys.AddAsync(rights, DateTimeOffset.UnixEpoch);

    private static StringContent Body(string text) => new(text, Encoding.UTF8, "application/json");

    private Task<HubAnswer> PostAsync(string message, params (string Name, string Value)[] headers) =>
        Hub.SendAsync(HttpMethod.Post, "/mcp", Body(message), [s_accept, .. headers]);

    private Task<HubAnswer> StatelessAsync(string method, string parameters, params (string Name, string Value)[] headers)
    {
        var message = new JObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = method,
            ["params"] = ConnectorJson.ParseObject(parameters),
        };
        message["params"]!["_meta"] = new JObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Stateless,
            ["io.modelcontextprotocol/clientInfo"] = new JObject { ["name"] = "test", ["version"] = "1" },
            ["io.modelcontextprotocol/clientCapabilities"] = new JObject(),
        };
        return PostAsync(ConnectorJson.ToText(message), [("MCP-Protocol-Version", Stateless), ("Mcp-Method", method), .. headers]);
    }

    private async Task<JObject> CallAsync(string tool, string arguments, string meta = "{}", params (string Name, string Value)[] headers)
    {
        var message = $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}},"_meta":{{{meta}}}}}""";
        return Message(await PostAsync(message, [("MCP-Protocol-Version", "2025-06-18"), .. headers]));
    }

    private async Task<string[]> NamesAsync(string query, params (string Name, string Value)[] headers)
    {
        var answer = await Hub.SendAsync(HttpMethod.Post, "/mcp" + query, Body("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""), [s_accept, .. headers]);
        return [.. Message(answer)["result"]!["tools"]!.Select(t => (string)t["name"]!)];
    }

    /// <summary>The message of an answer, which comes as an event.</summary>
    private static JObject Message(HubAnswer answer)
    {
        var line = answer.Text.Split('\n').FirstOrDefault(l => l.StartsWith("data: ", StringComparison.Ordinal));
        Assert.That(line, Is.Not.Null, answer.ToString());
        return ConnectorJson.ParseObject(line!["data: ".Length..]);
    }

    private Task<McpClient> ConnectAsync(string revision) => McpClient.CreateAsync(Transport(Hub), new McpClientOptions { ProtocolVersion = revision });

    private static HttpClientTransport Transport(RunningHub hub) =>
        new(new HttpClientTransportOptions { Endpoint = new Uri(hub.Hub.Url + "/mcp") }, hub.Http, ownsHttpClient: false);

    private static Dictionary<string, object?> Arguments(string json) => System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object?>>(json)!;

    private static string Text(CallToolResult result) => ((TextContentBlock)result.Content[0]).Text;

    /// <summary>Sends each request to the next of several servers.</summary>
    private sealed class Alternate(string[] urls, Func<int> next) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(urls[next() % urls.Length] + request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
