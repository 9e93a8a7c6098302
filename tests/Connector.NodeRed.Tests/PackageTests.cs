using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

[Category("Slow")]
public sealed class PackageTests
{
    private const string Runner = "package/runner/";

    private static readonly Lazy<Task<IReadOnlyDictionary<string, byte[]>>> s_files = new(ReadAsync);
    private static readonly JObject s_package = JObject.Parse(File.ReadAllText(Path.Combine(Repo.Package, "package.json")));

    [Test]
    public void Package_Version_IsTheConnectors() => Assert.That((string?)s_package["version"], Is.EqualTo((string?)Catalogue.Embedded.Connector["version"]));

    [Test]
    public void Package_NeedsNoOtherPackage() => Assert.That(s_package.Properties().Select(p => p.Name), Has.None.EndsWith("ependencies"));

    [Test]
    public void Package_EveryFileInTheFolder_IsPackedOrIsForPacking() =>
        Assert.That(
            Directory
                .GetFileSystemEntries(Repo.Package)
                .Select(Path.GetFileName)
                .Except([".gitignore", "build", "package.json", "README.md", "LICENSE", "THIRD-PARTY-NOTICES.txt", "runner"])
                .Where(f => !f!.EndsWith(".tgz", StringComparison.Ordinal)),
            Is.SubsetOf(s_package["files"]!.Select(f => (string)f!))
        );

    // npm counts in millions of bytes.
    [Test]
    public async Task Package_File_IsOfModestSize()
    {
        Assert.That(new FileInfo(await Installation.PackageFileAsync()).Length, Is.InRange(1_000_000, 6_000_000), "packed");
        Assert.That((await s_files.Value).Sum(f => (long)f.Value.Length), Is.InRange(2_000_000, 14_000_000), "unpacked");
    }

    [Test]
    public async Task Package_File_BringsWhatItsPlatformRunsAndNothingElse()
    {
        var runner = (await s_files.Value).Keys.Where(f => f.StartsWith(Runner, StringComparison.Ordinal)).Select(f => f[Runner.Length..]).ToArray();
        Assert.That(
            runner.Where(f => f.Contains('/')),
            Is.EquivalentTo(
                new[] { "runtimes/linux-x64/native/libe_sqlite3.so", "runtimes/linux-arm64/native/libe_sqlite3.so", "runtimes/win-x64/native/e_sqlite3.dll" }
            )
        );
        Assert.That(runner.Select(Path.GetExtension).Distinct(), Is.SubsetOf(new[] { ".dll", ".so", ".json" }));
        Assert.That((string?)(await JsonAsync("customerio-mcp.runtimeconfig.json"))["runtimeOptions"]!["rollForward"], Is.EqualTo("Major"));
    }

    // On a system whose SQLite is not in the package.
    [Test]
    public async Task Runner_WithoutASqliteOfItsOwn_TakesTheSystems()
    {
        if (!NativeLibrary.TryLoad("libsqlite3.so.0", out _))
        {
            Assert.Ignore("This machine has no libsqlite3.so.0.");
        }

        using var folder = new Folder();
        foreach (var (name, content) in (await s_files.Value).Where(f => f.Key.StartsWith(Runner, StringComparison.Ordinal) && !f.Key.Contains("/runtimes/")))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, name[Runner.Length..]), content);
        }

        var dependencies = await JsonAsync("customerio-mcp.deps.json");
        foreach (var natives in dependencies.SelectTokens("$.targets.*.*.runtimeTargets").ToArray())
        {
            natives.Parent!.Remove();
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Path, "customerio-mcp.deps.json"), dependencies.ToString());
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "people.csv"), "id,plan\nada,pro\n");
        var output = await Command.RunAsync(
            folder.Path,
            "dotnet",
            ["customerio-mcp.dll"],
            new(Tool.KeysOf(sandbox).ToDictionary(k => k.Name, k => k.Value)) { ["CUSTOMERIO_CONNECTOR_HOME"] = folder.Path },
            input: """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"run-import","arguments":{"kind":"people","from":"people.csv"}}}

            """
        );
        Assert.That((string?)sandbox.Person("ada")?["attributes"]!["plan"], Is.EqualTo("pro"), output);
        Assert.That(Directory.GetFiles(folder.Path, "*.db"), Is.Not.Empty, "a checkpoint was kept");
    }

    [Test]
    public async Task Package_File_NamesTheAuthorOfEveryFileThatIsNotOurs()
    {
        var files = await s_files.Value;
        Assert.That(files.Keys, Does.Contain("package/LICENSE"));
        var notices = Encoding.UTF8.GetString(files["package/THIRD-PARTY-NOTICES.txt"]);
        var others = ThirdParty.Of("src/Connector.Hosts.Mcp/packages.lock.json");
        var foreign = files
            .Where(f => Path.GetExtension(f.Key) is ".dll" or ".so" or ".dylib")
            .Select(f => (Name: Path.GetFileName(f.Key), Content: f.Value))
            .Where(f => !f.Name.StartsWith("CustomerIo.", StringComparison.Ordinal) && f.Name != "customerio-mcp.dll")
            .ToArray();
        Assert.That(foreign, Has.Length.GreaterThan(15));
        foreach (var (name, content) in foreign)
        {
            var of = others.FirstOrDefault(p => p.Files.Contains(name));
            Assert.That(of, Is.Not.Null, $"{name} is of no package of the lock file");
            Assert.That(notices, Does.Contain($"\n{of!.Id} {of.Version}\n    {of.Licence}; "), name);
            Assert.That(of.Brings(name, content), $"{name} is not as its author made it");
        }
    }

    [Test]
    public void Examples_Inputs_AreThoseOfTheManifest()
    {
        var settings = Catalogue
            .Embedded.All.Select(a => (a.Id, a.Properties))
            .Concat(Catalogue.Embedded.Triggers.Select(t => (t.Id, t.Properties)))
            .ToDictionary(n => $"customerio-{n.Id}", n => n.Properties.Select(p => p.Key));
        Assert.Multiple(() =>
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Repo.Package, "examples")))
            {
                foreach (var node in JArray.Parse(File.ReadAllText(file)).Cast<JObject>().Where(n => settings.ContainsKey((string)n["type"]!)))
                {
                    var inputs = node.Properties()
                        .Select(p => p.Name)
                        .Where(n => n.StartsWith("p_", StringComparison.Ordinal))
                        .Select(n => n.Split('_')[1])
                        .Distinct();
                    Assert.That(inputs, Is.SubsetOf(settings[(string)node["type"]!]), $"{Path.GetFileName(file)}, {node["id"]}");
                }
            }
        });
    }

    private static async Task<JObject> JsonAsync(string file) => JObject.Parse(Encoding.UTF8.GetString((await s_files.Value)[Runner + file]));

    /// <summary>Everything in the package file, by its path there.</summary>
    private static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var packed = new GZipStream(File.OpenRead(await Installation.PackageFileAsync()), CompressionMode.Decompress);
        await using var tar = new TarReader(packed);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var content = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(content);
            files[entry.Name] = content.ToArray();
        }

        return files;
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("customerio-runner-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
