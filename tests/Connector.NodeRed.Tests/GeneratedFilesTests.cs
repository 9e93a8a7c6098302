using System.Text.RegularExpressions;
using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

public sealed partial class GeneratedFilesTests
{
    private static readonly Dictionary<string, string> s_files = NodeRedFiles.Generate(Catalogue.Embedded).ToDictionary(f => f.Path, f => f.Content);

    private static readonly Lazy<Task<JObject>> s_page = new(LoadPageAsync);

    private static IEnumerable<string> Paths => s_files.Keys;

    [TestCaseSource(nameof(Paths))]
    public void Generate_FileInThePackage_IsWhatTheManifestSays(string path)
    {
        var file = Path.Combine(Repo.Package, path);
        if (Environment.GetEnvironmentVariable("CUSTOMERIO_REGENERATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, s_files[path]);
        }

        Assert.That(
            File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "",
            Is.EqualTo(s_files[path]),
            $"{path} is not what the manifest gives. Regenerate it with \"connector docs\", or run this test with CUSTOMERIO_REGENERATE=1."
        );
    }

    [Test]
    public void Icons_FolderOfThePackage_HoldsNoneThatIsNotGenerated() =>
        Assert.That(Directory.GetFiles(Path.Combine(Repo.Package, "icons")).Select(f => $"icons/{Path.GetFileName(f)}"), Is.SubsetOf(s_files.Keys));

    [Test]
    public void Palette_EveryNode_IsFoundByWhatItMeansAndShowsItsEffect()
    {
        var model = Flows.Model(s_files["resources/model.js"]);
        Assert.Multiple(() =>
        {
            foreach (var node in model["actions"]!.Concat(model["jobs"]!).Concat(model["triggers"]!))
            {
                var (title, words, id) = ((string)node["title"]!, (string)node["words"]!, (string)node["id"]!);
                Assert.That(words.Split(' '), Has.Length.AtLeast(1).And.None.Empty, id);
                Assert.That(model["palettes"]!.Select(p => (string)p!), Has.Member((string)node["palette"]!), id);
                if (Regex.IsMatch(title, "^(Delete|Destroy|Remove)"))
                {
                    Assert.That($"{title} {words}".ToLowerInvariant(), Does.Contain("delete").And.Contain("remove"), id);
                }
            }

            foreach (var action in Catalogue.Embedded.All.Where(a => a.Category == "People"))
            {
                Assert.That(action.Keywords, Is.SupersetOf(new[] { "person", "user", "contact" }), action.Id);
            }

            foreach (var effects in model["actions"]!.GroupBy(a => (string)a["color"]!))
            {
                Assert.That(effects.Select(a => (string)a["effect"]!).Distinct().Count(), Is.EqualTo(1), effects.Key);
            }

            Assert.That(
                model["actions"]!.Where(a => (string)a["effect"]! == "destroy" && (string)a["icon"]! != "customerio-bin.svg").Select(a => (string)a["id"]!),
                Is.EqualTo(new[] { "merge-people" }),
                "what deletes has a bin"
            );
        });
    }

    [Test]
    public async Task Html_EveryAction_HasOneTemplateAndOneHelpText()
    {
        var expected = Catalogue
            .Embedded.Ids.Concat(Catalogue.Embedded.Jobs.Select(j => j.Id))
            .Concat(Catalogue.Embedded.Triggers.Select(t => t.Id))
            .Append("connection")
            .Select(id => $"customerio-{id}")
            .ToArray();
        var html = s_files["customerio.html"];
        Assert.Multiple(() =>
        {
            Assert.That(TemplateName().Matches(html).Select(m => m.Groups[1].Value), Is.EquivalentTo(expected));
            Assert.That(HelpName().Matches(html).Select(m => m.Groups[1].Value), Is.EquivalentTo(expected));
        });
        var page = await s_page.Value;
        foreach (var part in new[] { "forms", "help", "types" })
        {
            Assert.That(((JObject)page[part]!).Properties().Select(p => p.Name), Is.EquivalentTo(expected), part);
        }
    }

    [Test]
    public async Task Examples_EveryTypeOfThePackage_OccursInOne()
    {
        var types = ((JObject)(await s_page.Value)["types"]!).Properties().Select(p => p.Name);
        var shown = Repo.Examples.SelectMany(name => JArray.Parse(File.ReadAllText(Path.Combine(Repo.Package, "examples", $"{name}.json"))));
        Assert.That(shown.Select(n => (string)n["type"]!).ToHashSet(), Is.SupersetOf(types));
    }

    // Node-RED's catalogue does not run the page: it looks for calls with a literal name and a literal object, and for the keys in that.
    [Test]
    public async Task Html_EveryType_IsRegisteredWithALiteralThatNeedsNoRunning()
    {
        var types = (JObject)(await s_page.Value)["types"]!;
        foreach (var (type, registered) in types)
        {
            var call = Regex
                .Match(s_files["customerio.html"], $$"""RED\.nodes\.registerType\('{{type}}', \{(.*?)\n\}\)""", RegexOptions.Singleline)
                .Groups[1]
                .Value;
            var isConfig = type == "customerio-connection";
            Assert.That(
                call,
                Does.Match(
                    isConfig ? @"^\s+category: 'config'," : @"^\s+category: '[^']+', color: '#[0-9A-F]{6}', icon: '[a-z-]+\.svg', inputs: [01], outputs: [12],"
                ),
                type
            );
            foreach (var part in new[] { "defaults", "credentials" })
            {
                var keys = Regex.Match(call, part + @": \{(.*?)\}", RegexOptions.Singleline).Groups[1].Value;
                Assert.That(
                    Key().Matches(keys).Select(m => m.Groups[1].Value),
                    Is.EqualTo(((JObject)registered![part]!).Properties().Select(p => p.Name)),
                    $"{type}, {part}"
                );
                Assert.That(registered[part]!.Children<JProperty>().Select(p => p.Value.ToString()), Has.None.EqualTo("MISSING"), $"{type}, {part}");
            }

            Assert.That(((JObject)registered!).Properties().Where(p => p.Value.ToString() == "MISSING").Select(p => p.Name), Is.Empty, type);
        }
    }

    [Test]
    public void Model_Field_StandsOnce()
    {
        var script = s_files["resources/model.js"];
        var fields = JObject.Parse(script[(script.LastIndexOf("})(", StringComparison.Ordinal) + 3)..script.LastIndexOf(')')])["fields"]!
            .Children<JProperty>()
            .Select(p => p.Value.ToString());
        Assert.That(fields, Is.Unique);
    }

    [Test]
    public async Task Html_EveryInput_HasItsEditorAndItsHelpInTheForm()
    {
        var forms = (await s_page.Value)["forms"]!;
        Assert.Multiple(() =>
        {
            foreach (var action in Catalogue.Embedded.All)
            {
                var form = (string)forms[$"customerio-{action.Id}"]!;
                foreach (var (name, schema) in action.Properties)
                {
                    Assert.That(form, Does.Contain($"id=\"node-input-p_{name}\"").And.Contain($"id=\"node-input-p_{name}_t\""), $"{action.Id}, {name}");
                    Assert.That(form, Does.Contain($"<div class=\"cio-help\">{Encode((string)schema["description"]!)}"), $"{action.Id}, {name}");
                }
            }
        });
    }

    [Test]
    public async Task Html_EverySettingOfATrigger_HasItsEditorAndItsHelpInTheForm()
    {
        var forms = (await s_page.Value)["forms"]!;
        Assert.Multiple(() =>
        {
            foreach (var trigger in Catalogue.Embedded.Triggers)
            {
                var form = (string)forms[$"customerio-{trigger.Id}"]!;
                foreach (var (name, schema) in trigger.Properties)
                {
                    Assert.That(form, Does.Contain(name == "events" ? "id=\"cio-events\"" : $"id=\"node-input-p_{name}_t\""), $"{trigger.Id}, {name}");
                    Assert.That(form, Does.Contain($"<div class=\"cio-help\">{Encode((string)schema["description"]!)}"), $"{trigger.Id}, {name}");
                }

                var model = Flows.Model(s_files["resources/model.js"])["triggers"]!.Single(t => (string)t["id"]! == trigger.Id);
                Assert.That(model["events"]!.SelectMany(g => g["events"]!).Select(e => (string)e["name"]!), Is.EqualTo(trigger.Offered.Select(e => e.Name)));
                Assert.That(
                    model["fields"]!.SelectMany(f => f["valueTypes"]!).Select(t => (string)t!),
                    Has.None.EqualTo("msg"),
                    "a trigger is deployed without a message"
                );
            }
        });
    }

    [Test]
    public async Task Html_Connection_KeepsEverySecretInAPasswordField()
    {
        var form = (string)(await s_page.Value)["forms"]!["customerio-connection"]!;
        var secrets = Catalogue.Embedded.Connection["fields"]!.Where(f => (bool)f["secret"]!).Select(f => (string)f["key"]!);
        var passwords = Regex.Matches(form, "type=\"password\" id=\"node-config-input-([A-Za-z]+)\"").Select(m => m.Groups[1].Value);
        Assert.That(passwords, Is.EquivalentTo(secrets));
    }

    [Test]
    public void Actions_NotIdempotentOrSending_AreNotSentTwice()
    {
        var actions = Flows.Model(s_files["resources/model.js"])["actions"]!;
        Assert.Multiple(() =>
        {
            foreach (var action in Catalogue.Embedded.All)
            {
                var resend = (bool)actions.Single(a => (string)a["id"]! == action.Id)["resend"]!;
                Assert.That(resend, Is.EqualTo(action.Effect == ActionEffect.Read || (action.Idempotent && action.Effect != ActionEffect.Send)), action.Id);
            }
        });
    }

    private static async Task<JObject> LoadPageAsync() => JObject.Parse(await Command.RunAsync(Repo.Node, "node", ["page.js", Repo.Package]));

    private static string Encode(string text) => string.Concat(text.Select(c => "&<>\"'".Contains(c) ? $"&#{(int)c};" : c.ToString()));

    [GeneratedRegex(@"(\w+): [dc]\.")]
    private static partial Regex Key();

    [GeneratedRegex("data-template-name=\"([^\"]+)\"")]
    private static partial Regex TemplateName();

    [GeneratedRegex("data-help-name=\"([^\"]+)\"")]
    private static partial Regex HelpName();
}
