using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>What Node-RED's catalogue would say of the packed package: its own validator, without the two addresses that it asks.</summary>
[Category("Slow")]
public sealed class CatalogueTests
{
    [Test]
    public async Task Validator_PackedPackage_IsGreenOnEveryRuleAndFindsEveryNode()
    {
        var stub = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "lab", "flow-library-stub.cjs"));
        if (!Installation.IsNext)
        {
            Assert.Ignore($"The validator comes with the packages of the next Node-RED: set {Installation.Switch}=5 to run it.");
        }

        if (!File.Exists(stub))
        {
            Assert.Ignore("What answers the validator's two questions is not at hand (../shared/lab beside the repository).");
        }

        var (node, script) = await Installation.NextAsync();
        var folder = await Installation.NewUserFolderAsync();
        try
        {
            var (package, card) = (Path.Combine(folder, "node_modules", "@customerio-connector", "node-red"), Path.Combine(folder, "card.json"));
            await PublishAsync(Path.Combine(package, "package.json"));
            await Command.RunAsync(
                folder,
                node,
                [Path.Combine(Path.GetDirectoryName(script)!, "..", "node-red-dev", "bin", "run"), "validate", "-p", package, "-o", card],
                new() { ["NODE_OPTIONS"] = $"--require={stub}", ["TAGS"] = """{"latest":"5.0.7"}""" }
            );
            var rules = JObject.Parse(await File.ReadAllTextAsync(card)).Properties().Where(p => p.Name != "package").ToArray();
            Assert.That(rules, Has.Length.GreaterThan(10));
            Assert.That(rules.Where(r => (bool?)r.Value["test"] != true).Select(r => r.ToString()), Is.Empty);

            // Types that it cannot read it counts as none, and is content.
            var catalogue = Catalogue.Embedded;
            var ids = catalogue.Ids.Concat(catalogue.Jobs.Select(j => j.Id)).Concat(catalogue.Triggers.Select(t => t.Id));
            Assert.That(rules.Single(r => r.Name == "N02").Value["nodes"]!.Select(n => (string)n!), Is.EquivalentTo(ids.Select(id => $"customerio-{id}")));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    // The project has no public address yet: with any, the package says what the catalogue wants to know.
    private static async Task PublishAsync(string file)
    {
        var catalogue = Catalogue.FromFolder(Repository.Root);
        catalogue.Connector["repository"] ??= "https://github.com/example/connector";
        var published = DerivedFiles.All(catalogue, Repository.Root).Single(f => f.Path == $"{NodeRedFiles.Folder}/package.json");
        await File.WriteAllTextAsync(file, published.Content);
    }
}
