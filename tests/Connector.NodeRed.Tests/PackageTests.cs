using System.Formats.Tar;
using System.IO.Compression;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

[Category("Slow")]
public sealed class PackageTests
{
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

    // The database's native libraries for all systems there are would make it 37 MB.
    [Test]
    public async Task Package_File_IsOfModestSize() => Assert.That(new FileInfo(await Installation.PackageFileAsync()).Length, Is.InRange(1 << 20, 12 << 20));

    [Test]
    public async Task Package_File_NamesTheAuthorOfEveryFileThatIsNotOurs()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var packed = new GZipStream(File.OpenRead(await Installation.PackageFileAsync()), CompressionMode.Decompress);
        await using var tar = new TarReader(packed);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
            files[entry.Name] = entry.Name.EndsWith(".txt", StringComparison.Ordinal) ? await reader.ReadToEndAsync() : "";
        }

        Assert.That(files.Keys, Does.Contain("package/LICENSE"));
        var others = ThirdParty.Of("src/Connector.Hosts.Mcp/packages.lock.json");
        var foreign = files
            .Keys.Where(f => Path.GetExtension(f) is ".dll" or ".so" or ".dylib")
            .Select(f => Path.GetFileName(f))
            .Where(f => !f.StartsWith("CustomerIo.", StringComparison.Ordinal) && f != "customerio-mcp.dll")
            .ToArray();
        Assert.That(foreign, Has.Length.GreaterThan(15));
        foreach (var file in foreign)
        {
            var of = others.FirstOrDefault(p => p.Files.Contains(file));
            Assert.That(of, Is.Not.Null, $"{file} is of no package of the lock file");
            Assert.That(files["package/THIRD-PARTY-NOTICES.txt"], Does.Contain($"\n{of!.Id} {of.Version}\n    {of.Licence}; "), file);
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
}
