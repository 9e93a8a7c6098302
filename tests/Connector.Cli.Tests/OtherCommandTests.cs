using System.Text.RegularExpressions;
using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

[NonParallelizable]
public partial class OtherCommandTests
{
    [Test]
    public async Task Actions_List_NamesEveryActionWithin80Columns()
    {
        var ran = await Tool.RunAsync("actions");
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            foreach (var id in Catalogue.Embedded.Ids)
            {
                Assert.That(ran.Out, Does.Contain(id));
            }

            Assert.That(ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(Catalogue.Embedded.Ids.Count), "one line each");
            Assert.That(ran.Out, Does.StartWith("add-device ").And.Not.Contain("│"), "people first, no frame in a pipe");
            Assert.That(ran.Out, Does.Not.Contain("\u001b"), "no escapes into a pipe");
        });
    }

    [Test]
    public async Task Actions_One_ShowsInputsAndAnExampleThatRuns()
    {
        var ran = await InProcess.OnceAsync("actions", "track");
        Assert.That(ran.Out, Does.Contain("Event Name").And.Contain("eventName *").And.Contain("10000"));
        string[] example = [.. Example().Matches(ran.Out).SelectMany(m => (string[])["--set", m.Groups[1].Value.Trim('\'')])];
        var run = await InProcess.OnceAsync(["run", "track", .. example, "--dry-run", "--json"]);
        Assert.That(run.Exit, Is.Zero, run.ToString());
    }

    [Test]
    public async Task Actions_Json_IsOneDocument()
    {
        var all = await InProcess.OnceAsync("actions", "--json");
        var one = await InProcess.OnceAsync("actions", "identify", "--json");
        Assert.That(((JArray)ConnectorJson.Parse(all.Out)).Select(a => a["id"]!.ToString()), Is.EqualTo(Catalogue.Embedded.Ids));
        Assert.That(one.Json["input"]!["properties"]!["id"]!["title"]!.ToString(), Is.EqualTo("ID"));
    }

    [Test]
    public async Task Check_AgainstTheSandbox_TellsEachKey()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions
            {
                SiteId = "s",
                ApiKey = "k",
                AppApiKey = "a",
            }
        );
        var good = await InProcess.OnceAsync(["check", "--json"], sandbox, null, ("CUSTOMERIO_APP_API_KEY", ""));
        var app = await InProcess.OnceAsync(["check", "--json"], sandbox, null, ("CUSTOMERIO_APP_API_KEY", "a"));
        var wrongApp = await InProcess.OnceAsync(["check", "--json"], sandbox, null, ("CUSTOMERIO_APP_API_KEY", "wrong"));
        var bad = await InProcess.OnceAsync(["check", "--json"], sandbox, null, ("CUSTOMERIO_API_KEY", "wrong"));
        var swapped = await InProcess.OnceAsync(["check"], sandbox, null, ("CUSTOMERIO_SITE_ID", "k"), ("CUSTOMERIO_API_KEY", "s"));
        var none = await InProcess.OnceAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(good.Exit, Is.Zero, good.ToString());
            Assert.That(
                good.Json["credentials"]!.Select(c => $"{c["name"]} {c["state"]}"),
                Is.EqualTo(new[] { "track works", "app notSet", "pipelines notSet", "webhook notSet" })
            );
            Assert.That(app.Json["credentials"]![1]!["state"]!.ToString(), Is.EqualTo("works"), app.ToString());
            Assert.That(wrongApp.Exit, Is.EqualTo(3), wrongApp.ToString());
            Assert.That(wrongApp.Json["credentials"]![1]!["state"]!.ToString(), Is.EqualTo("refused"));
            Assert.That(good.Json["region"]!.ToString(), Is.EqualTo("us"));
            Assert.That(bad.Exit, Is.EqualTo(3), bad.ToString());
            Assert.That(bad.Json["credentials"]![0]!["message"]!.ToString(), Does.Contain("5 characters"));
            Assert.That(swapped.Exit, Is.EqualTo(3));
            Assert.That(Spaces().Replace(swapped.Out.Replace('│', ' '), " "), Does.Contain("Swap the two values"));
            Assert.That(none.Exit, Is.EqualTo(3));
        });
    }

    [Test]
    public async Task Sandbox_Started_PrintsItsAddressThenTheEnvironment()
    {
        using var process = Tool.Start(["sandbox", "--port", "0"], null);
        var lines = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            lines.Add(await process.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token));
        }

        using var client = new HttpClient();
        var page = await client.GetAsync(new Uri(lines[0]!));
        process.Kill(true);
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.Match("^http://127\\.0\\.0\\.1:[0-9]+$"));
            Assert.That(lines.Skip(1), Is.EqualTo(new[] { $"CUSTOMERIO_BASE_URL={lines[0]}", "CUSTOMERIO_SITE_ID=sandbox", "CUSTOMERIO_API_KEY=sandbox" }));
            Assert.That((int)page.StatusCode, Is.EqualTo(200));
        });
    }

    [Test]
    public async Task Sandbox_OfTheOtherRegion_RedirectsAndTheRunSaysWhere()
    {
        await using var other = await SandboxServer.StartAsync(new SandboxOptions { Region = "eu" });
        using var process = Tool.Start(["sandbox", "--port", "0", "--redirect-to", other.Url.ToString()], null);
        var url = await process.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        var ran = await Tool.RunAsync(
            ["run", "identify", "--set", "id=1"],
            null,
            null,
            ("CUSTOMERIO_BASE_URL", url!),
            ("CUSTOMERIO_SITE_ID", "s"),
            ("CUSTOMERIO_API_KEY", "k")
        );
        process.Kill(true);
        Assert.That(ran.Exit, Is.EqualTo(3), ran.ToString());
        Assert.That(ran.Error, Does.Contain("redirect"));
        Assert.That(other.RequestCount, Is.Zero, "a redirect is never followed");
    }

    [TestCase("ftp://x")]
    [TestCase("http://example.com/")]
    public async Task Sandbox_RedirectBeyondThisMachine_IsRefused(string url)
    {
        var ran = await InProcess.OnceAsync("sandbox", "--port", "0", "--redirect-to", url);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain("another sandbox"));
    }

    [Test]
    public async Task Sandbox_PortTaken_SaysSo()
    {
        await using var other = await SandboxServer.StartAsync(new SandboxOptions());
        var ran = await InProcess.OnceAsync("sandbox", "--port", other.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
            Assert.That(ran.Error, Does.Contain(other.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)).And.Not.Contain("   at "));
        });
    }

    [Test]
    public void Docs_DerivedFiles_AreWhatTheManifestSays()
    {
        foreach (var (path, content) in DerivedFiles.All(Catalogue.Embedded, Repository.Root))
        {
            var file = Path.Combine(Repository.Root, path);
            Assert.That(
                File.Exists(file) ? File.ReadAllText(file) : null,
                Is.EqualTo(content),
                $"{path} has drifted; run: dotnet run --project src/Connector.Cli -- docs"
            );
        }
    }

    [Test]
    public void Docs_ConnectorWithARepository_EveryPackageNamesIt()
    {
        var files = DerivedFiles.All(Published("https://github.com/example/connector"), Repository.Root).ToDictionary(f => f.Path, f => f.Content);
        JObject Json(string path) => ConnectorJson.ParseObject(files[path]);
        var (npm, server, bundle) = (Json("src/Connector.Hosts.NodeRed/package.json"), Json(ServerJson.File), Json(BundleJson.File));
        Assert.Multiple(() =>
        {
            Assert.That((string?)npm["repository"]!["url"], Is.EqualTo("git+https://github.com/example/connector.git"));
            Assert.That((string?)npm["repository"]!["directory"], Is.EqualTo("src/Connector.Hosts.NodeRed"));
            Assert.That((string?)npm["homepage"], Is.EqualTo("https://github.com/example/connector#readme"));
            Assert.That((string?)npm["bugs"], Is.EqualTo("https://github.com/example/connector/issues"));
            Assert.That((string?)server["repository"]!["source"], Is.EqualTo("github"));
            Assert.That((string?)server["repository"]!["url"], Is.EqualTo("https://github.com/example/connector"));
            Assert.That((string?)bundle["repository"]!["url"], Is.EqualTo("https://github.com/example/connector.git"));
        });
    }

    [Test]
    public void Docs_RepositoryThatIsNoAddress_IsRefused() =>
        Assert.That(() => Published("example/connector"), Throws.TypeOf<ConnectorException>().With.Message.Contains("repository"));

    /// <summary>The connector as it is once it has a public address.</summary>
    private static Catalogue Published(string address)
    {
        var folder = Directory.CreateTempSubdirectory("connector-published-").FullName;
        try
        {
            foreach (
                var file in new[] { "manifest", "icons" }.SelectMany(f =>
                    Directory.GetFiles(Path.Combine(Repository.Root, f), "*", SearchOption.AllDirectories)
                )
            )
            {
                var copy = Path.Combine(folder, Path.GetRelativePath(Repository.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            var connector = ConnectorJson.ParseObject(File.ReadAllText(Path.Combine(Repository.Root, "connector.json")));
            connector["repository"] = address;
            File.WriteAllText(Path.Combine(folder, "connector.json"), connector.ToString());
            return Catalogue.FromFolder(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Test]
    public async Task Mcp_PipedIn_AnswersEveryCallAndEnds()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        const string input = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"identify","arguments":{"id":"u1","customerData":{"plan":"pro"}}}}

            """;
        var ran = await Tool.RunAsync(["mcp"], sandbox, System.Text.Encoding.UTF8.GetBytes(input));
        var answers = ran.Lines.ToDictionary(l => (int)l["id"]!);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Exit, Is.Zero, ran.ToString());
            Assert.That(answers[1]["result"]!["serverInfo"]!["name"]!.ToString(), Is.EqualTo("customer-io"));
            Assert.That(answers[2]["result"]!["structuredContent"]!["status"]!.ToString(), Is.EqualTo("succeeded"));
            Assert.That(sandbox.Requests.Single().Text, Is.EqualTo("""{"plan":"pro"}"""));
        });
    }

    [Test]
    public async Task Mcp_Help_HoldsExamples()
    {
        var ran = await InProcess.OnceAsync("mcp", "--help");
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(ran.Out, Does.Contain("CUSTOMERIO_MCP_READ_ONLY").And.Contain("Examples:").And.Contain("  connector mcp --groups people,events"));
    }

    [TestCase("--groups", "pepole", "Did you mean \"people\"?")]
    [TestCase("--schema", "lean", "--schema must be agents or full")]
    [TestCase("--exclude", "", "--exclude")]
    public async Task Mcp_OptionOfASlip_IsRefusedAtTheStart(string option, string text, string expected)
    {
        var ran = await InProcess.OnceAsync("mcp", option, text);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain(expected));
        Assert.That(ran.Out, Is.Empty);
    }

    [Test]
    public async Task Mcp_ReadOnly_RefusesWhatWrites()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        const string input = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"identify","arguments":{"id":"u1"}}}

            """;
        var ran = await Tool.RunAsync(["mcp", "--read-only"], sandbox, System.Text.Encoding.UTF8.GetBytes(input));
        Assert.That(ran.Lines.Single(l => (int)l["id"]! == 2)["error"]!["message"]!.ToString(), Does.Contain("read-only"));
        Assert.That(sandbox.Requests, Is.Empty);
    }

    [TestCase("--help")]
    [TestCase("run", "--help")]
    [TestCase("sandbox", "--help")]
    [TestCase("--version")]
    public async Task Help_OfEachCommand_Exits0(params string[] args)
    {
        var ran = await InProcess.OnceAsync(args);
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(ran.Out, Is.Not.Empty);
    }

    [GeneratedRegex(@"--set ('[^']*'|\S+)")]
    private static partial Regex Example();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
