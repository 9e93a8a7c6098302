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
                .Except([".gitignore", "build", "package.json", "README.md", "LICENSE", "runner"])
                .Where(f => !f!.EndsWith(".tgz", StringComparison.Ordinal)),
            Is.SubsetOf(s_package["files"]!.Select(f => (string)f!))
        );

    // The database's native libraries for all systems there are would make it 37 MB.
    [Test]
    public async Task Package_File_IsOfModestSize() => Assert.That(new FileInfo(await Installation.PackageFileAsync()).Length, Is.InRange(1 << 20, 12 << 20));

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
