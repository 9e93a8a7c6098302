using CustomerIo.Connector.Actions;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

public class ManifestTests
{
    [Test]
    public void Embedded_AllFiles_PassTheCheckOfFolders() => Assert.That(() => ManifestCheck.Check(ManifestSource.Embedded), Throws.Nothing);

    [Test]
    public void Embedded_Files_AreThoseOfTheRepository()
    {
        string[] folders = ["manifest", "icons"];
        var files = folders
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))
            .Append("connector.json");
        Assert.That(ManifestSource.Embedded.Files, Is.EquivalentTo(files));
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void Action_Class_IsFoundByItsIdAndCategory(string id)
    {
        var manifest = Every.Manifest(id);
        Assert.That(manifest.CodeType, Is.Not.Null, manifest.ClassName);
        Assert.That(Catalogue.Embedded.Code(manifest), Is.Not.Null);
    }

    [Test]
    public void Classes_All_HaveAManifest()
    {
        var classes = typeof(ConnectorAction).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ConnectorAction)) && !t.IsAbstract).Select(t => t.FullName);
        Assert.That(classes, Is.EquivalentTo(Catalogue.Embedded.All.Select(a => a.ClassName)));
    }

    [Test]
    public void Actions_TitlesAndDescriptions_ArePresentAndUnique()
    {
        Assert.That(Catalogue.Embedded.All.Select(a => a.Title), Is.Unique.And.All.Not.Empty);
        Assert.That(Catalogue.Embedded.All.Select(a => a.Description), Is.Unique.And.All.Matches<string>(d => Words(d) is >= 5 and <= 40 && d.EndsWith('.')));
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void Action_Inputs_HaveALabelAndHelp(string id)
    {
        foreach (var (name, input) in Every.Manifest(id).Properties)
        {
            Assert.That(Words((string?)input["title"] ?? ""), Is.InRange(1, 5), $"label of {name}");
            Assert.That(Words((string?)input["description"] ?? ""), Is.InRange(5, 20), $"help of {name}");
            Assert.That((string?)input["x-ui"]?["editor"], Is.Not.Null, $"editor of {name}");
            Assert.That((bool?)input["x-time"] ?? false, Is.EqualTo((string?)input["x-ui"]!["editor"] == "time"), $"x-time of {name}");
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void Action_InputExamples_AreValid(string id)
    {
        foreach (var (name, input) in Every.Manifest(id).Properties)
        {
            foreach (var example in input["examples"] ?? new JArray())
            {
                Assert.That(SchemaReport.Problems(input, example.DeepClone()), Is.Empty, $"example {example} of {name}");
            }
        }
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void Action_WhatSends_IsNeverIdempotent(string id)
    {
        var manifest = Every.Manifest(id);
        Assert.That(manifest.Effect == ActionEffect.Send && manifest.Idempotent, Is.False);
    }

    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void Action_Defaults_AreThoseOfTheContract(string id)
    {
        var expected =
            id == "raw-request"
                ? """{"timeout":10000,"debugRequest":false,"retryDelayMs":0,"retryOnAllErrors":false,"maxRetryCount":0,"useExponentialBackoff":false}"""
                : """{"timeout":10000,"debugRequest":false,"retryDelayMs":200,"retryOnAllErrors":false,"maxRetryCount":3,"useExponentialBackoff":true}""";
        var inputs = Every.Manifest(id).Properties.ToDictionary(p => p.Key, p => p.Value);
        Assert.That(
            CustomerIo.Connector.Values.ConnectorJson.ToText(
                new JObject(Kit.Bench.Json(expected).Properties().Select(p => new JProperty(p.Name, inputs[p.Name]["default"])))
            ),
            Is.EqualTo(expected)
        );
        Assert.That(inputs["region"].ContainsKey("default"), Is.False, "an absent region means the connection's");
    }

    [Test]
    public void JobsAndTools_TitlesAndDescriptions_AreUniqueAndSayEnough()
    {
        var words = Catalogue
            .Embedded.Jobs.Select(j => (j.Title, j.Description, j.Properties))
            .Concat(Catalogue.Embedded.Tools.Select(t => (t.Title, t.Description, t.Properties)))
            .ToArray();
        Assert.That(words.Select(w => w.Title).Concat(Catalogue.Embedded.All.Select(a => a.Title)), Is.Unique);
        Assert.That(words.Select(w => w.Description), Is.Unique.And.All.Matches<string>(d => Words(d) is >= 5 and <= 40 && d.EndsWith('.')));
        foreach (var (name, input) in words.SelectMany(w => w.Properties))
        {
            Assert.That((string?)input["description"], Does.EndWith(".").And.Matches<string>(d => Words(d) is >= 3 and <= 25), name);
        }
    }

    [Test]
    public void ConnectionFields_Keys_AreThoseThatConnectionReads()
    {
        foreach (var field in Catalogue.Embedded.Connection["fields"]!.Cast<JObject>())
        {
            var key = (string)field["key"]!;
            var value =
                (string?)field["enum"]?[1]
                ?? (
                    (string?)field["type"] == "number" ? "5000"
                    : (string?)field["placeholder"] is { } shown && key != "region" ? shown
                    : "x"
                );
            Assert.That(() => Connection.FromJson(new JObject { [key] = value }), Throws.Nothing, key);
            Assert.That((string?)field["environment"], Is.EqualTo(Connection.EnvironmentName(key)));
        }
    }

    private static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
