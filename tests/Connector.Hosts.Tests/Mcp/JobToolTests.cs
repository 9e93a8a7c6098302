using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>The tools that move whole tables, in the runner, within this process.</summary>
[Category("Slow")]
public class JobToolTests
{
    private string _home = "";
    private SandboxServer _sandbox = null!;

    [SetUp]
    public async Task Start()
    {
        _home = Directory.CreateTempSubdirectory("job-tools-").FullName;
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
    }

    [TearDown]
    public async Task Stop()
    {
        await _sandbox.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Test]
    public async Task RunImport_AFile_ArrivesAndTellsItsProgress()
    {
        var file = Write("people.csv", "id,plan\n" + string.Concat(Enumerable.Range(0, 6000).Select(i => $"u{i},pro\n")) + ",nobody\n");
        await using var runner = await StartAsync();

        var result = await runner.CallAsync(
            "run-import",
            new JObject
            {
                ["kind"] = "people",
                ["from"] = file,
                ["throttle"] = 3000,
                ["job"] = "first",
            }.ToString(Newtonsoft.Json.Formatting.None),
            """{"progressToken":"p1"}"""
        );

        var done = result["result"]!["structuredContent"]!;
        var notes = runner.Notifications.Where(n => (string?)n["method"] == "notifications/progress").Select(n => n["params"]!).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(
                ((string?)done["job"], (int)done["rows"]!, (int)done["succeeded"]!, (int)done["failed"]!),
                Is.EqualTo(("first", 6001, 6000, 1)),
                result.ToString()
            );
            Assert.That(done["problems"]!.Single().ToString(), Does.StartWith("line 6002: "));
            Assert.That((string?)_sandbox.Person("u5999")!["attributes"]!["plan"], Is.EqualTo("pro"));
            Assert.That(notes.Select(n => (string?)n["progressToken"]).ToArray(), Has.Length.GreaterThan(2).And.All.EqualTo("p1"));
            Assert.That(notes.Select(n => (long)n["progress"]!), Is.Ordered.Ascending.And.Unique);
            Assert.That(((long)notes[^1]["progress"]!, (string?)notes[^1]["message"]), Is.EqualTo((6001L, "6001 rows, 1 failed")));
        });
    }

    [Test]
    public async Task RunSync_AFile_MakesBothSidesTheSame()
    {
        using (var crm = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_home, "crm.db")};Pooling=False"))
        {
            crm.Open();
            using var command = crm.CreateCommand();
            command.CommandText = "CREATE TABLE people (id TEXT PRIMARY KEY, plan TEXT); INSERT INTO people VALUES ('u1', 'pro'), ('u2', 'free')";
            command.ExecuteNonQuery();
        }

        var file = Write(
            "people.json",
            new JObject
            {
                ["database"] = "sqlite:" + Path.Combine(_home, "crm.db"),
                ["table"] = "people",
                ["attributes"] = new JObject { ["plan"] = "plan" },
            }.ToString()
        );
        await using var runner = await StartAsync();
        var arguments = new JObject { ["file"] = file }.ToString(Newtonsoft.Json.Formatting.None);

        var first = (await runner.CallAsync("run-sync", arguments, """{"progressToken":7}"""))["result"]!["structuredContent"]!;
        var second = (await runner.CallAsync("run-sync", arguments))["result"]!["structuredContent"]!;

        Assert.Multiple(() =>
        {
            Assert.That(((string?)first["sync"], (int)first["pushed"]!, (int)first["failed"]!), Is.EqualTo(("people", 2, 0)), first.ToString());
            Assert.That(((int)second["read"]!, (int)second["written"]!), Is.EqualTo((2, 0)), second.ToString());
            Assert.That((string?)_sandbox.Person("u2")!["attributes"]!["plan"], Is.EqualTo("free"));
            Assert.That(
                runner.Notifications.Where(n => (string?)n["method"] == "notifications/progress").Select(n => (int?)n["params"]!["progressToken"]),
                Is.Not.Empty.And.All.EqualTo(7)
            );
        });
    }

    [TestCase("run-import", """{"from":"x.csv"}""", "/kind")]
    [TestCase("run-import", """{"kind":"people","from":"x.csv","throttle":0}""", "/throttle")]
    [TestCase("run-sync", """{"file":"a.json","full":true}""", "/full")]
    public async Task WrongArguments_AreToldByTheirPath(string tool, string arguments, string path)
    {
        await using var runner = await StartAsync();
        var error = await runner.FailAsync(tool, arguments);
        Assert.That(((string?)error["kind"], (string?)error["problems"]![0]!["path"]), Is.EqualTo(("input", path)), error.ToString());
    }

    [Test]
    public async Task AMissingFile_IsAnInputError()
    {
        await using var runner = await StartAsync();
        Assert.That((string?)(await runner.FailAsync("run-sync", """{"file":"/nowhere/a.json"}"""))["kind"], Is.EqualTo("input"));
        Assert.That((string?)(await runner.FailAsync("run-import", """{"kind":"people","from":"/nowhere/a.csv"}"""))["kind"], Is.EqualTo("input"));
    }

    [TestCase("A_SECRET", TestName = "EnvName_AKey_TellsTheVariableAndNeverItsValue")]
    [TestCase("A_BAD_DATABASE", TestName = "EnvName_AConnectionThatCannotBeRead_TellsTheVariableAndNeverItsValue")]
    [TestCase("A_MISSING_DATABASE", TestName = "EnvName_ADatabaseThatIsNotThere_TellsTheVariableAndNeverItsValue")]
    [TestCase("A_NESTED_NAME", TestName = "EnvName_AnotherVariable_TellsTheVariableAndNeverItsValue")]
    [TestCase("A_FILE", TestName = "EnvName_AFile_TellsTheVariableAndNeverItsValue")]
    public async Task EnvName_IsForDatabasesOnly(string variable)
    {
        await using var runner = await StartAsync(
            ("A_SECRET", "topsecret"),
            ("A_BAD_DATABASE", "postgres:topsecret"),
            ("A_MISSING_DATABASE", "sqlite:/topsecret/x.db"),
            ("A_NESTED_NAME", "env:topsecret"),
            ("A_FILE", "/topsecret/a.csv")
        );
        var error = await runner.FailAsync("run-import", $$"""{"kind":"people","from":"env:{{variable}}","query":"SELECT 1 AS id ORDER BY 1"}""");
        var sync = Write(
            "people.json",
            new JObject
            {
                ["database"] = "env:" + variable,
                ["table"] = "people",
                ["attributes"] = new JObject { ["plan"] = "plan" },
            }.ToString()
        );
        var syncError = await runner.FailAsync("run-sync", new JObject { ["file"] = sync }.ToString(Newtonsoft.Json.Formatting.None));
        foreach (var text in new[] { error.ToString(), syncError.ToString(), runner.Stderr })
        {
            Assert.That(text, Does.Not.Contain("topsecret"));
        }

        Assert.That(((string?)error["kind"], (string?)syncError["kind"]), Is.EqualTo(("input", "input")));
        Assert.That((string?)error["message"], Does.Contain(variable));
        Assert.That((string?)syncError["message"], Does.Contain(variable));
    }

    [Test]
    public async Task RunSegmentPoll_AskedAgain_TellsWhoEntered()
    {
        await using var runner = await StartAsync();
        await runner.CallAsync("create-segment", """{"name":"VIP"}""");
        var first = (await runner.CallAsync("run-segment-poll", """{"segment":"VIP"}"""))["result"]!["structuredContent"]!;
        await runner.CallAsync("identify", """{"id":"u1"}""");
        await runner.CallAsync("add-to-segment", """{"segment":"VIP","ids":["u1"]}""");
        var second = (await runner.CallAsync("run-segment-poll", """{"segment":"VIP"}"""))["result"]!["structuredContent"]!;

        Assert.That(((bool)first["first"]!, first["entered"]!.Count()), Is.EqualTo((true, 0)));
        Assert.That(((bool)second["first"]!, (string?)second["entered"]!.Single()["id"]), Is.EqualTo((false, "u1")));
    }

    [Test]
    public async Task Files_WithoutAFolder_AreNotWritten()
    {
        var file = Write("people.csv", "id,plan\n,nobody\n");
        await using var runner = await StartAsync();
        foreach (
            var (tool, arguments, path) in new[]
            {
                (
                    "run-import",
                    new JObject
                    {
                        ["kind"] = "people",
                        ["from"] = file,
                        ["errors"] = Path.Combine(_home, "errors.csv"),
                    },
                    "/errors"
                ),
                (
                    "run-import",
                    new JObject
                    {
                        ["kind"] = "people",
                        ["from"] = file,
                        ["errors"] = Path.Combine(_home, "errors.csv"),
                        ["dryRun"] = true,
                    },
                    "/errors"
                ),
                (
                    "get-export",
                    new JObject
                    {
                        ["export"] = "1",
                        ["download"] = "file",
                        ["file"] = Path.Combine(_home, "export.csv"),
                    },
                    "/file"
                ),
            }
        )
        {
            var error = await runner.FailAsync(tool, arguments.ToString(Newtonsoft.Json.Formatting.None));
            Assert.That(((string?)error["kind"], (string?)error["problems"]![0]!["path"]), Is.EqualTo(("input", path)));
            Assert.That((string?)error["message"], Does.Contain("--files DIR").And.Contain("CUSTOMERIO_MCP_FILES"));
        }

        Assert.That(Directory.GetFiles(_home).Select(Path.GetFileName), Is.EqualTo(new[] { "people.csv" }));
    }

    [Test]
    public async Task Files_WithAFolder_AreWrittenBelowItOnly()
    {
        var file = Write("people.csv", "id,plan\n,nobody\n");
        var folder = Directory.CreateDirectory(Path.Combine(_home, "out")).FullName;
        Directory.CreateDirectory(Path.Combine(_home, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine(_home, "outside"));
        File.CreateSymbolicLink(Path.Combine(folder, "link.csv"), Path.Combine(_home, "outside", "x.csv"));
        await using var runner = await StartAsync(("CUSTOMERIO_MCP_FILES", folder));
        string Arguments(string errors) =>
            new JObject
            {
                ["kind"] = "people",
                ["from"] = file,
                ["errors"] = errors,
            }.ToString(Newtonsoft.Json.Formatting.None);

        foreach (
            var outside in new[]
            {
                "../people.csv",
                file,
                Path.Combine(folder, "..", "x.csv"),
                "link/x.csv",
                "link.csv",
                Path.Combine(folder, "link", "x.csv"),
                folder + "side.csv",
                folder,
                "a\0.csv",
            }
        )
        {
            var error = await runner.FailAsync("run-import", Arguments(outside));
            Assert.That(((string?)error["kind"], (string?)error["problems"]![0]!["path"]), Is.EqualTo(("input", "/errors")), outside);
        }

        Assert.That(Directory.GetFiles(Path.Combine(_home, "outside")), Is.Empty);
        foreach (var inside in new[] { "errors.csv", Path.Combine(folder, "more.csv") })
        {
            var result = (await runner.CallAsync("run-import", Arguments(inside)))["result"]!;
            Assert.That((int?)result["structuredContent"]?["failed"], Is.EqualTo(1), result.ToString());
        }

        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "errors.csv", "more.csv", "link.csv" }));
    }

    [Test]
    public async Task EnvName_ADatabase_IsRead()
    {
        using (var crm = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_home, "crm.db")};Pooling=False"))
        {
            crm.Open();
        }

        await using var runner = await StartAsync(("A_DATABASE", "sqlite:" + Path.Combine(_home, "crm.db")));
        var result = (await runner.CallAsync("run-import", """{"kind":"people","from":"env:A_DATABASE","query":"SELECT 'u1' AS id ORDER BY 1"}"""))["result"]!;
        Assert.That(
            ((int?)result["structuredContent"]?["succeeded"], (string?)result["structuredContent"]?["job"]),
            Is.EqualTo((1, "import-people-env_A_DATABASE")),
            result.ToString()
        );
    }

    private async Task<RunnerHere> StartAsync(params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["CUSTOMERIO_SITE_ID"] = "s",
            ["CUSTOMERIO_API_KEY"] = "k",
            ["CUSTOMERIO_APP_API_KEY"] = "a",
            ["CUSTOMERIO_BASE_URL"] = _sandbox.Url.ToString(),
            ["CUSTOMERIO_CONNECTOR_HOME"] = Path.Combine(_home, "data"),
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        var runner = await RunnerHere.ConnectAsync(environment);
        return runner;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_home, name);
        File.WriteAllText(path, text);
        return path;
    }
}
