using System.Diagnostics;
using System.IO.Compression;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The packages, made of what was built for these tests and used away from the repository.</summary>
/// <remarks><c>CUSTOMERIO_RELEASE=FOLDER</c> has the packages of a release looked at in their place, as <c>.ci/release</c> does.</remarks>
[NonParallelizable]
[Platform(Exclude = "Win", Reason = "Names the tool as Unix does")]
[Category("Slow")]
public class PackageTests
{
    private static readonly string? s_release = Environment.GetEnvironmentVariable("CUSTOMERIO_RELEASE");
    private string _folder = "";

    [OneTimeSetUp]
    public async Task Pack()
    {
        _folder = Directory.CreateTempSubdirectory("connector-pack-").FullName;
        if (s_release is not null)
        {
            return;
        }

        var filter = Path.Combine(_folder, "product.slnf");
        var projects = Directory
            .GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Repository.Root, p));
        var solution = new Newtonsoft.Json.Linq.JObject
        {
            ["path"] = Path.Combine(Repository.Root, "Connector.sln"),
            ["projects"] = new Newtonsoft.Json.Linq.JArray(projects),
        };
        await File.WriteAllTextAsync(filter, new Newtonsoft.Json.Linq.JObject { ["solution"] = solution }.ToString());
        await RunAsync(
            "dotnet",
            Repository.Root,
            "pack",
            filter,
            // Built anew, as a release is, it would cost as much as the other tests of the tool together; no source depends on the configuration.
            "--no-build",
            "-c",
            Tool.Configuration,
            "-o",
            Packages,
            "--nologo",
            "-v",
            "quiet"
        );
        await RunAsync("bash", Repository.Root, Path.Combine(".ci", "sbom"), Packages);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, true);

    [Test]
    public void Pack_Solution_MakesTheFivePackages()
    {
        var names = Directory.GetFiles(Packages).Select(f => Path.GetFileName(f)).Where(f => f.EndsWith("nupkg", StringComparison.Ordinal));
        Assert.That(
            names,
            Is.EquivalentTo(
                new[]
                {
                    $"CustomerIo.Connector.{Version}.nupkg",
                    $"CustomerIo.Connector.{Version}.snupkg",
                    $"CustomerIo.Connector.AI.{Version}.nupkg",
                    $"CustomerIo.Connector.AI.{Version}.snupkg",
                    $"CustomerIo.Connector.Kafka.{Version}.nupkg",
                    $"CustomerIo.Connector.Mcp.{Version}.nupkg",
                    $"CustomerIo.Connector.Tool.{Version}.nupkg",
                }
            )
        );
    }

    [Test]
    public void Library_Package_HoldsReadmeLicenceAndDocumentation()
    {
        using var package = ZipFile.OpenRead(Path.Combine(Packages, $"CustomerIo.Connector.{Version}.nupkg"));
        var entries = package.Entries.Select(e => e.FullName).ToArray();
        using var reader = new StreamReader(package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        var nuspec = reader.ReadToEnd();
        Assert.Multiple(() =>
        {
            Assert.That(
                entries,
                Does.Contain("README.md").And.Contain("lib/net10.0/CustomerIo.Connector.dll").And.Contain("lib/net10.0/CustomerIo.Connector.xml")
            );
            Assert.That(nuspec, Does.Contain("<license type=\"expression\">MIT</license>").And.Contain("<readme>README.md</readme>"));
            Assert.That(nuspec, Does.Not.Contain("Sandbox").And.Not.Contain("Spectre"), "the library brings no host");
        });
    }

    [TestCase("Tool", "Connector.Cli")]
    [TestCase("Mcp", "Connector.Hosts.Mcp")]
    [TestCase("Kafka", "Connector.Kafka")]
    public void Package_NamesTheAuthorOfEveryFileThatIsNotOurs(string name, string project)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Packages, $"CustomerIo.Connector.{name}.{Version}.nupkg"));
        using var reader = new StreamReader(package.GetEntry("THIRD-PARTY-NOTICES.txt")!.Open());
        var notices = reader.ReadToEnd();
        var others = ThirdParty.Of($"src/{project}/packages.lock.json");
        var code = package.Entries.Where(e =>
            e.FullName.StartsWith("tools/", StringComparison.Ordinal) && Path.GetExtension(e.Name) is ".dll" or ".so" or ".dylib"
        );
        var foreign = code.Where(e => !e.Name.StartsWith("CustomerIo.", StringComparison.Ordinal) && e.Name is not ("connector.dll" or "customerio-mcp.dll"))
            .ToArray();
        Assert.That(foreign, Has.Length.GreaterThan(15));
        foreach (var file in foreign)
        {
            var of = others.FirstOrDefault(p => p.Files.Contains(file.Name));
            Assert.That(of, Is.Not.Null, $"{file.FullName} is of no package of the lock file");
            Assert.That(notices, Does.Contain($"\n{of!.Id} {of.Version}\n    {of.Licence}; "), file.FullName);
        }
    }

    [Test]
    public async Task BillsOfMaterials_BesideEveryArtefact_AreTheLockFiles()
    {
        var artefacts = Directory
            .GetFiles(Packages)
            .Where(f => Path.GetExtension(f) is ".nupkg" or ".tgz" or ".mcpb" or ".zip")
            .Select(f => Path.GetFileName(f))
            .ToArray();
        // A release has two npm packages, a bundle and the files of Power Platform besides.
        Assert.That(artefacts, Has.Length.EqualTo(s_release is null ? 5 : 9));
        foreach (var artefact in artefacts)
        {
            var bill = ConnectorJson.ParseObject(await File.ReadAllTextAsync(Path.Combine(Packages, artefact + ".cdx.json")));
            var of = bill["metadata"]!["component"]!;
            Assert.That((string?)bill["bomFormat"], Is.EqualTo("CycloneDX"), artefact);
            Assert.That(
                (artefact, (string?)of["version"]),
                Is.EqualTo(($"{of["name"]}{artefact[$"{of["name"]}".Length]}{Version}{Path.GetExtension(artefact)}", Version))
            );
            var project = artefact switch
            {
                _ when artefact.StartsWith("CustomerIo.Connector.Tool.", StringComparison.Ordinal) => "Connector.Cli",
                _ when artefact.StartsWith("CustomerIo.Connector.AI.", StringComparison.Ordinal) => "Connector.AI",
                _ when artefact.StartsWith("CustomerIo.Connector.Mcp.", StringComparison.Ordinal) => "Connector.Hosts.Mcp",
                _ when artefact.StartsWith("CustomerIo.Connector.Kafka.", StringComparison.Ordinal) => "Connector.Kafka",
                _ when artefact.StartsWith("CustomerIo.Connector.", StringComparison.Ordinal) => "Connector",
                _ when artefact.Contains("node-red", StringComparison.Ordinal) || artefact.EndsWith(".mcpb", StringComparison.Ordinal) => "Connector.Hosts.Mcp",
                _ => null,
            };
            if (project is null)
            {
                Assert.That(bill["components"], Is.Empty, $"{artefact} brings nothing of others");
            }
            else
            {
                ThirdParty.IsBillOf(bill, $"src/{project}/packages.lock.json");
            }
        }
    }

    [Test]
    public async Task BillOfMaterials_OfTheNodeRedThatUpFetches_IsItsLockFile()
    {
        var bill = ConnectorJson.ParseObject(
            await File.ReadAllTextAsync(Path.Combine(Packages, $"CustomerIo.Connector.Tool.{Version}.nupkg.node-red.cdx.json"))
        );
        var file = Path.Combine(Repository.Root, "src", "Connector.Cli", "Up", "node-red", "package-lock.json");
        var locked = ((Newtonsoft.Json.Linq.JObject)ConnectorJson.ParseObject(await File.ReadAllTextAsync(file))["packages"]!)
            .Properties()
            .Where(p => p.Name.Length > 0)
            .Select(p => (Name: (string?)p.Value["name"] ?? p.Name.Split("node_modules/")[^1], p.Value))
            .ToLookup(p => $"pkg:npm/{p.Name.Replace("@", "%40", StringComparison.Ordinal)}@{p.Value["version"]}", p => p.Value);
        Assert.That(locked, Has.Count.GreaterThan(100));
        Assert.That(bill["components"]!.Select(c => (string?)c["purl"]), Is.EquivalentTo(locked.Select(l => l.Key)));
        // What comes within another package has that one's hash.
        var bare = bill["components"]!.Where(c => c["hashes"] is null).Select(c => (string)c["purl"]!);
        Assert.That(bare.Where(purl => locked[purl].Any(v => (bool?)v["inBundle"] != true)), Is.Empty);
    }

    [Test]
    public async Task BillsOfMaterials_OfNothing_AreRefusedInASentence()
    {
        foreach (var (folder, why) in new[] { (Path.Combine(_folder, "nowhere"), "There is no folder "), (_folder, "No artefact is in ") })
        {
            var start = new ProcessStartInfo("bash", [".ci/sbom", folder])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var ran = await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            Assert.That(ran.Exit, Is.EqualTo(1), ran.ToString());
            Assert.That(ran.Error, Does.StartWith(why));
        }
    }

    [TestCase("")]
    [TestCase(".AI")]
    [TestCase(".Mcp")]
    [TestCase(".Kafka")]
    [TestCase(".Tool")]
    public void Package_HasLicenceIconAndNoteOfTheRelease(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Packages, $"CustomerIo.Connector{name}.{Version}.nupkg"));
        using var reader = new StreamReader(package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        Assert.That(package.Entries.Select(e => e.FullName), Does.Contain("LICENSE").And.Contain("icon.png"));
        Assert.That(reader.ReadToEnd(), Does.Contain("<icon>icon.png</icon>").And.Contain("<releaseNotes>- "));
    }

    [TestCase("")]
    [TestCase(".AI")]
    [TestCase(".Mcp")]
    [TestCase(".Kafka")]
    [TestCase(".Tool")]
    public void Readme_OfAPackage_LeadsToNoFileOfTheRepository(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Packages, $"CustomerIo.Connector{name}.{Version}.nupkg"));
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        var text = reader.ReadToEnd();
        Assert.That(text, Does.StartWith("# ").And.Contain("Customer.io").And.Not.Match(@"\]\((?!https?:)"));
    }

    [TestCase("Tool", "connector")]
    [TestCase("Mcp", "customerio-mcp")]
    public void Package_OfATool_RunsOnALaterRuntime(string name, string program)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Packages, $"CustomerIo.Connector.{name}.{Version}.nupkg"));
        using var reader = new StreamReader(package.GetEntry($"tools/net10.0/any/{program}.runtimeconfig.json")!.Open());
        Assert.That((string?)ConnectorJson.ParseObject(reader.ReadToEnd())["runtimeOptions"]!["rollForward"], Is.EqualTo("Major"));
    }

    [Test]
    public void Tool_Package_BringsTheDatabaseForUsualSystemsOnly()
    {
        var file = new FileInfo(Path.Combine(Packages, $"CustomerIo.Connector.Tool.{Version}.nupkg"));
        using var package = ZipFile.OpenRead(file.FullName);
        var systems = package
            .Entries.Where(e => e.Name.Contains("e_sqlite3", StringComparison.Ordinal) && !e.Name.Contains("SQLitePCL", StringComparison.Ordinal))
            .Select(e => e.FullName.Split("runtimes/")[1].Split('/')[0]);
        Assert.That(
            systems,
            Is.EquivalentTo(
                new[] { "linux-arm", "linux-arm64", "linux-musl-arm64", "linux-musl-x64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64" }
            )
        );
        Assert.That(file.Length, Is.LessThan(25 << 20));
    }

    [Test]
    public async Task Tool_InstalledIntoAnEmptyFolder_RunsThere()
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        await RunAsync("dotnet", home, "tool", "install", "CustomerIo.Connector.Tool", "--tool-path", Path.Combine(home, "bin"), "--source", Packages);
        var tool = Path.Combine(home, "bin", "connector");
        var actions = await RunAsync(tool, home, "actions", "--json");
        var run = await RunAsync(tool, home, "run", "identify", "--sandbox", "--set", "id=u1", "--set", "customerData.plan=pro", "--json");
        var up = await RunAsync(tool, home, "up", "--once", "--data", UpTests.Data);
        Assert.That(up, Does.Contain("POST /signup").And.Not.Contain("failed"));
        Assert.That(ConnectorJson.Parse(actions).Select(a => a["id"]!.ToString()), Does.Contain("track-page-view"));
        Assert.That(ConnectorJson.ParseObject(run)["sandbox"]!["person"]!["attributes"]!["plan"]!.ToString(), Is.EqualTo("pro"));
    }

    [Test]
    public async Task Mcp_Package_RunFromAFolder_ListsItsTools()
    {
        using (var package = ZipFile.OpenRead(Path.Combine(Packages, $"CustomerIo.Connector.Mcp.{Version}.nupkg")))
        {
            using var reader = new StreamReader(package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
            Assert.That(await reader.ReadToEndAsync(), Does.Contain("<packageType name=\"McpServer\" />").And.Contain("<packageType name=\"DotnetTool\" />"));
            using var server = new StreamReader(package.GetEntry(".mcp/server.json")!.Open());
            Assert.That(await server.ReadToEndAsync(), Is.EqualTo(Codegen.ServerJson.Of(Manifest.Catalogue.Embedded)));
        }

        var start = new ProcessStartInfo("dotnet", ["dnx", $"{Codegen.ServerJson.PackageId}@{Version}", "--yes", "--source", Packages, "--", "--read-only"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        // Not the packages of this machine: one of this version may be there from another day.
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "restored");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":2,"method":"tools/list"}

            """
        );
        process.StandardInput.Close();
        var ran = await Tool.EndAsync(process, output, error, TimeSpan.FromMinutes(3));
        Assert.That(ran.Exit, Is.Zero, ran.ToString());
        Assert.That(ran.Lines.Single(l => (int?)l["id"] == 2)["result"]!["tools"]!.Select(t => (string?)t["name"]), Does.Contain("find-people"));
    }

    [Test]
    public async Task Readme_Program_InAnEmptyFolder_RunsWithThePackage()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), ReadmeTests.CSharpBlocks().First());
        await File.WriteAllTextAsync(
            Path.Combine(folder, "program.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <!-- Not the packages of this machine: one of this version may be there from another day. -->
                <RestorePackagesPath>{folder}/restored</RestorePackagesPath>
                <RestoreAdditionalProjectSources>{Packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CustomerIo.Connector" Version="{Version}" />
                <PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="10.0.14" />
              </ItemGroup>
            </Project>
            """
        );
        await RunAsync("dotnet", folder, "build", "-o", "out", "--nologo", "-v", "quiet");

        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var program = Path.Combine(folder, "out", "program");
        var sent = await ProgramAsync(program, Tool.KeysOf(sandbox));
        Assert.That((sent.Exit, sent.Out.Trim()), Is.EqualTo((0, $"PUT {sandbox.Url}api/v1/customers/u1: 200")), sent.ToString());
        Assert.That((string?)sandbox.Person("u1")!["attributes"]!["plan"], Is.EqualTo("pro"));
        var lost = await ProgramAsync(program, []);
        Assert.That(lost.Exit, Is.EqualTo(1));
        Assert.That(lost.Error, Does.StartWith("connection: The Site ID and the API key are not set. Set CUSTOMERIO_SITE_ID and CUSTOMERIO_API_KEY"));
    }

    private static async Task<Ran> ProgramAsync(string program, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CUSTOMERIO_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        return await Tool.EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    private string Packages => s_release ?? Path.Combine(_folder, "packages");

    private static string Version { get; } = typeof(CustomerIoConnector).Assembly.GetName().Version!.ToString(3);

    private static async Task<string> RunAsync(string program, string folder, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(limit.Token);
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', args)}\n{await output}\n{await error}");
        return await output;
    }
}
