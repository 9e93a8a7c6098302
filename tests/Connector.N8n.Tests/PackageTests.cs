using System.Formats.Tar;
using System.IO.Compression;
using Newtonsoft.Json.Linq;

// Beside the namespace whose tests share a running n8n: these need none.
namespace CustomerIo.Connector.N8n.PackageTests;

/// <summary>The package as it is published: n8n's verification lint, its types, its size and its parts; and its own code without n8n.</summary>
public sealed class PackageTests
{
    private const int LongestPackage = 60_000;

    private static readonly Lazy<Task<Copy>> s_copy = new(MakeAsync);

    private static readonly string s_lint = Path.Combine(Repository.Root, "..", "shared", "lab", "n8n-lint.mjs");

    /// <summary>A copy of the package, where it is built and packed, and the packages by which it is checked.</summary>
    private sealed record Copy(string Folder, string Modules, string Tools);

    private static IEnumerable<string> UnitTests =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "lint"), "*.test.cjs").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    [SetUp]
    public void RequireSwitch() => Tests.Stage.RequireSwitch();

    [Test]
    public async Task Sources_ByTheLintOfN8nsVerification_HaveNoFinding()
    {
        if (!File.Exists(s_lint))
        {
            Assert.Ignore($"The lint is not here: {s_lint}.");
        }

        var copy = await s_copy.Value;
        var program = Path.Combine(copy.Tools, "n8n-lint.mjs");
        File.Copy(s_lint, program, overwrite: true);
        var (exit, stdout, stderr) = await RunAsync("node", program, copy.Folder);
        Assert.That(exit, Is.Zero, stdout + stderr);
        var files = Directory.GetFiles(copy.Folder, "*.ts", SearchOption.AllDirectories).Count(f => !f.Contains("node_modules", StringComparison.Ordinal));
        Assert.That(stdout.Trim(), Is.EqualTo($"{files + 1} files"), "no error, and no warning either");
    }

    [Test]
    public async Task Sources_FitTheTypesOfN8n()
    {
        var copy = await s_copy.Value;
        var compiler = Path.Combine(copy.Modules, "typescript", "bin", "tsc");
        var (exit, stdout, _) = await RunAsync("node", compiler, "--preserveSymlinks", "-p", copy.Folder);
        Assert.That(exit, Is.Zero, stdout);
    }

    [TestCaseSource(nameof(UnitTests))]
    public async Task Code_WithoutN8n_PassesItsTests(string file)
    {
        var copy = await s_copy.Value;
        var (exit, stdout, stderr) = await RunAsync("node", "--test", "--test-reporter=tap", Path.Combine(copy.Tools, file));
        Assert.That(exit, Is.Zero, stdout + stderr);
        Assert.That(stdout, Does.Contain("# fail 0").And.Not.Contain("# pass 0"), stdout);
        TestContext.Out.WriteLine(stdout.Split('\n').First(l => l.StartsWith("# pass", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Package_IsSmall_NeedsNothing_AndHasAllItsParts()
    {
        var copy = await s_copy.Value;
        var file = Directory.GetFiles(copy.Folder, "*.tgz").Single();
        Assert.That(new FileInfo(file).Length, Is.InRange(10_000, LongestPackage));
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        await using var tar = new TarReader(packed);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
            files[entry.Name["package/".Length..]] = await reader.ReadToEndAsync();
        }

        var package = JObject.Parse(files["package.json"]);
        Assert.Multiple(() =>
        {
            Assert.That(package.Properties().Select(p => p.Name), Has.None.AnyOf("dependencies", "bundledDependencies", "optionalDependencies", "overrides"));
            Assert.That(package["peerDependencies"]!.Select(p => ((JProperty)p).Name), Is.EqualTo(new[] { "n8n-workflow" }));
            Assert.That(package["keywords"]!.Select(k => (string)k!), Has.Member("n8n-community-node-package"));
            foreach (var name in new[] { "description", "homepage", "license", "author" })
            {
                Assert.That(package[name]?.ToString(), Is.Not.Null.And.Not.Empty, name);
            }

            var loaded = package["n8n"]!["nodes"]!.Concat(package["n8n"]!["credentials"]!).Select(f => (string)f!).ToArray();
            Assert.That(loaded, Has.Length.EqualTo(3));
            Assert.That(
                files.Keys,
                Is.SupersetOf(loaded.Concat(["LICENSE", "README.md", "dist/icons/customerio.light.svg", "dist/icons/customerio.dark.svg"]))
            );
            Assert.That(files["dist/icons/customerio.light.svg"], Is.Not.EqualTo(files["dist/icons/customerio.dark.svg"]));
            Assert.That(files.Keys.Where(f => f.EndsWith(".ts", StringComparison.Ordinal)), Is.Empty, "sources");
        });
        TestContext.Out.WriteLine($"{new FileInfo(file).Length} bytes, {files.Count} files");
    }

    private static async Task<Copy> MakeAsync()
    {
        var tools = await NodeTools.FolderAsync("lint");
        var modules = Path.Combine(tools, "node_modules");
        var root = Path.Combine(AppContext.BaseDirectory, "package");
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }

        var from = Path.Combine(Repository.Root, "src", "Connector.Hosts.N8n");
        var folder = Path.Combine(root, "src", "Connector.Hosts.N8n");
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, file);
            if (name.Split(Path.DirectorySeparatorChar)[0] is not ("dist" or "node_modules" or "LICENSE") && !name.EndsWith(".tgz", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
                File.Copy(file, Path.Combine(folder, name));
            }
        }

        File.Copy(Path.Combine(Repository.Root, "LICENSE"), Path.Combine(root, "LICENSE"));
        var copy = new Copy(folder, modules, tools);
        Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), modules);
        var (exit, stdout, stderr) = await RunAsync(copy, "npm", "pack");
        Assert.That(exit, Is.Zero, stdout + stderr);
        return copy;
    }

    private static async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(string program, params string[] arguments) =>
        await RunAsync(await s_copy.Value, program, arguments);

    private static async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(Copy copy, string program, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = copy.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = copy.Modules;
        start.Environment["N8N_PACKAGE"] = copy.Folder;
        using var process = System.Diagnostics.Process.Start(start)!;
        var (stdout, stderr) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await stdout, await stderr);
    }
}
