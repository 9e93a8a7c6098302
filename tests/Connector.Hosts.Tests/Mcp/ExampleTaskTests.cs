using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The tasks that people give an AI agent, played through the protocol against the sandbox; each next call uses only what the tools and
/// their answers say.</summary>
[Category("Slow")]
public class ExampleTaskTests
{
    /// <summary>A task as a person would put it, the tool for it, its arguments, and what the answer must hold.</summary>
    private static readonly (string Task, string Tool, string Arguments, string Path, string Expected)[] s_tasks =
    [
        (
            "Create or update the profile of user 123 with the email new@example.com",
            "identify",
            """{"id":"123","customerData":{"email":"new@example.com"}}""",
            "status",
            "succeeded"
        ),
        (
            "Track a completed_purchase event for user 123 with a value of 49",
            "track",
            """{"id":"123","eventName":"completed_purchase","eventData":{"value":49}}""",
            "status",
            "succeeded"
        ),
        (
            "Set the plan attribute of user 123 to pro",
            "identify",
            """{"id":"123","customerData":{"plan":"pro"},"updateOnly":true,"verify":true}""",
            "data.verification",
            "verified"
        ),
        (
            "Add user 123 to the newsletter manual segment",
            "add-to-segment",
            """{"segment":"newsletter","ids":["123"],"createIfMissing":true,"verify":true}""",
            "data.verification",
            "verified"
        ),
        (
            "Look up a person's attributes, segments and devices",
            "get-person",
            """{"id":"123","include":["attributes","segments"]}""",
            "data.customer.attributes.plan",
            "pro"
        ),
        (
            "Send a transactional email to user 123",
            "send-email",
            """{"id":"123","to":"new@example.com","from":"shop@example.com","subject":"Thanks","body":"Thank you"}""",
            "data.delivery_id",
            ""
        ),
        ("List who belongs to the newsletter segment", "list-segment-members", """{"segment":"newsletter"}""", "data.identifiers[0].id", "123"),
        (
            "Count what became of a campaign's messages: its metrics",
            "get-campaign-metrics",
            """{"campaign":"1","period":"days","steps":7}""",
            "status",
            "succeeded"
        ),
    ];

    [Test]
    public async Task EightTasks_ThroughTheProtocol_AreDone()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var runner = await ConnectAsync(sandbox);
        var tools = ((JArray)(await runner.RequestAsync("tools/list"))["result"]!["tools"]!).Cast<JObject>().ToArray();
        Assert.Multiple(() =>
        {
            foreach (var (task, tool, _, _, _) in s_tasks)
            {
                Assert.That(Best(tools, task), Does.Contain(tool), $"the descriptions lead to other tools for: {task}");
            }
        });
        foreach (var (task, tool, arguments, path, expected) in s_tasks)
        {
            var result = (JObject)(await runner.CallAsync(tool, arguments))["result"]!;
            Assert.That((bool?)result["isError"], Is.Not.True, $"{task}: {result["content"]?[0]?["text"]}");
            var found = ConnectorJson.ScalarText(
                result["structuredContent"]!.SelectToken(path) ?? throw new AssertionException($"{task}: nothing at {path} in {result["structuredContent"]}")
            );
            Assert.That(found, expected.Length > 0 ? Is.EqualTo(expected) : Is.Not.Empty, task);
        }

        Assert.That(sandbox.Person("123")!.ToString(), Does.Contain("new@example.com").And.Contain("completed_purchase").And.Contain("newsletter"));
    }

    [Test]
    public async Task EightTasks_ThroughASearch_AreFoundAndDone()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var runner = await ConnectAsync(sandbox.Url.ToString(), ["--search"]);
        foreach (var (task, tool, arguments, path, expected) in s_tasks)
        {
            var query = ConnectorJson.ToText(new JObject { ["query"] = task, ["limit"] = 5 });
            var found = (await runner.CallAsync("find-actions", query))["result"]!["structuredContent"]!;
            Assert.That(found["actions"]!.Select(a => (string)a["action"]!), Does.Contain(tool), task);
            var about = (await runner.CallAsync("describe-action", $$"""{"action":"{{tool}}"}"""))["result"]!["structuredContent"]!;
            Assert.That(
                ConnectorJson.ParseObject(arguments).Properties().Select(p => p.Name),
                Is.SubsetOf(((JObject)about["input"]!["properties"]!).Properties().Select(p => p.Name))
            );
            var result = (JObject)(await runner.CallAsync("run-action", $$"""{"action":"{{tool}}","input":{{arguments}}}"""))["result"]!;
            var value = result["structuredContent"]?.SelectToken(path) ?? throw new AssertionException($"{task}: {result}");
            Assert.That(ConnectorJson.ScalarText(value), expected.Length > 0 ? Is.EqualTo(expected) : Is.Not.Empty, task);
        }
    }

    [TestCase("manual-segments", "VIPs", true)]
    [TestCase("segments", "VIPs", true)]
    [TestCase("campaigns", "", true)]
    [TestCase("broadcasts", "", true)]
    [TestCase("newsletters", "", true)]
    [TestCase("transactional-messages", "", true)]
    [TestCase("object-types", "", true)]
    [TestCase("subscription-topics", "Product news", true)]
    [TestCase("collections", "Events", true)]
    [TestCase("snippets", "", true)]
    [TestCase("transactional-contents", "", true)]
    [TestCase("manual-segments", "no such thing", false)]
    public async Task ListOptions_EachKind_OffersWhatTheWorkspaceHolds(string kind, string search, bool any)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var runner = await ConnectAsync(sandbox);
        await runner.CallAsync("create-segment", """{"name":"VIPs"}""");
        var options = (JArray)
            (await runner.CallAsync("list-options", $$"""{"kind":"{{kind}}","search":"{{search}}"}"""))["result"]!["structuredContent"]!["options"]!;
        Assert.That(options.Count > 0, Is.EqualTo(any), options.ToString());
        Assert.That(options.Select(o => (string)o["label"]!), Is.All.Contains(search).And.All.EndsWith(")"));
    }

    [Test]
    public async Task ListOptions_Languages_AreThoseOfTheTranslations()
    {
        await using var sink = await Sink.StartAsync();
        sink.Answer = (context, arrival) =>
            context.Response.WriteAsync(
                arrival.Path.EndsWith("/contents", StringComparison.Ordinal)
                    ? """{"contents":[{"id":7,"name":"Receipt","language":""},{"id":8,"name":"Receipt","language":"de"},{"id":9,"language":"de"}]}"""
                    : """{"messages":[{"id":1,"name":"Receipt"}],"message":{"id":1,"name":"Receipt"}}"""
            );
        await using var runner = await ConnectAsync(sink.Url);
        Assert.That((await Options(runner, "languages")).ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""[{"value":"de","label":"de"}]"""));
        Assert.That(
            (await Options(runner, "transactional-contents")).Select(o => (string?)o["label"]),
            Is.EqualTo(new[] { "Receipt (7)", "Receipt, de (8)", "Receipt, de (9)" })
        );
    }

    [Test]
    public async Task ListOptions_ManualSegments_LeavesOutThoseWithConditionsAndAsksOnceForAWhile()
    {
        await using var sink = await Sink.StartAsync();
        sink.Answer = (context, _) =>
            context.Response.WriteAsync("""{"segments":[{"id":1,"name":"by hand","type":"manual"},{"id":2,"name":"by rule","type":"dynamic"}]}""");
        await using var runner = await ConnectAsync(sink.Url);
        string[] Values(JArray options) => [.. options.Select(o => (string)o["value"]!)];
        Assert.That(Values(await Options(runner, "segments")), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(Values(await Options(runner, "manual-segments")), Is.EqualTo(new[] { "1" }));
        await Options(runner, "segments");
        Assert.That(sink.Arrivals, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task ListOptions_KeyIsRefused_SaysWhy()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { AppApiKey = "right" });
        await using var runner = await ConnectAsync(sandbox);
        Assert.That((string?)(await runner.FailAsync("list-options", """{"kind":"segments"}"""))["message"], Does.Contain("refused the App API key (401)"));
    }

    [Test]
    public async Task EveryListThatAFormNames_IsThere()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var runner = await ConnectAsync(sandbox);
        var tools = (JArray)(await runner.RequestAsync("tools/list"))["result"]!["tools"]!;
        var named = tools.SelectMany(t => t.SelectTokens("_meta['customerio/action'].forms.*.options")).Select(t => (string)t!).Distinct().ToArray();
        Assert.That(named, Is.Not.Empty.And.Contains("manual-segments"));
        foreach (var kind in named)
        {
            await Options(runner, kind);
        }
    }

    private static async Task<JArray> Options(RunnerHere runner, string kind) =>
        (JArray?)(await runner.CallAsync("list-options", $$"""{"kind":"{{kind}}"}"""))["result"]!["structuredContent"]?["options"]
        ?? throw new AssertionException($"there is no list {kind}");

    private static Task<RunnerHere> ConnectAsync(SandboxServer sandbox) => ConnectAsync(sandbox.Url.ToString());

    private static async Task<RunnerHere> ConnectAsync(string url, string[]? arguments = null)
    {
        var runner = await RunnerHere.ConnectAsync(
            new Dictionary<string, string>
            {
                ["CUSTOMERIO_SITE_ID"] = "site",
                ["CUSTOMERIO_API_KEY"] = "key",
                ["CUSTOMERIO_APP_API_KEY"] = "app",
                ["CUSTOMERIO_BASE_URL"] = url.TrimEnd('/'),
            },
            arguments: arguments
        );
        return runner;
    }

    // As plain as a search can be: the rarer a word among all tools, the more it counts. What it finds, a language model finds too.
    private static string[] Best(JObject[] tools, string task)
    {
        static HashSet<string> Words(string text) =>
            [
                .. text.ToLowerInvariant()
                    .Split([' ', ',', '.', ':', '\'', '-', '(', ')', ';'], StringSplitOptions.RemoveEmptyEntries)
                    .Select(w => w.Length > 3 ? w.TrimEnd('s') : w),
            ];
        var texts = tools.ToDictionary(
            t => (string)t["name"]!,
            t =>
                Words(
                    $"{t["name"]} {t["title"]} {t["description"]} "
                        + $"{string.Join(' ', ((JObject)t["inputSchema"]!["properties"]!).Properties().Select(p => (string?)p.Value["description"]))}"
                )
        );
        double Rarity(string word) => texts.Values.Count(w => w.Contains(word)) is > 0 and var count ? Math.Log((double)texts.Count / count) : 0;
        return [.. texts.OrderByDescending(t => Words(task).Where(t.Value.Contains).Sum(Rarity)).Take(5).Select(t => t.Key)];
    }
}
