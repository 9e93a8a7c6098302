using System.Text.RegularExpressions;
using CustomerIo.Connector.Docs;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

public sealed partial class GeneratedFilesTests
{
    private static readonly Dictionary<string, string> s_files = NodeRedFiles.Generate(Catalogue.Embedded).ToDictionary(f => f.Path, f => f.Content);

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

        Assert.That(File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "", Is.EqualTo(s_files[path]),
            $"{path} is not what the manifest gives. Regenerate it with \"connector docs\", or run this test with CUSTOMERIO_REGENERATE=1.");
    }

    [Test]
    public void Icons_FolderOfThePackage_HoldsNoneThatIsNotGenerated() =>
        Assert.That(Directory.GetFiles(Path.Combine(Repo.Package, "icons")).Select(f => $"icons/{Path.GetFileName(f)}"), Is.SubsetOf(s_files.Keys));

    [Test]
    public void Html_EveryAction_HasOneTemplateAndOneHelpText()
    {
        var expected = Catalogue.Embedded.Ids.Concat(Catalogue.Embedded.Jobs.Select(j => j.Id)).Concat(Catalogue.Embedded.Triggers.Select(t => t.Id)).Append("connection").Select(id => $"customerio-{id}").ToArray();
        var html = s_files["customerio.html"];
        Assert.Multiple(() =>
        {
            Assert.That(TemplateName().Matches(html).Select(m => m.Groups[1].Value), Is.EquivalentTo(expected));
            Assert.That(HelpName().Matches(html).Select(m => m.Groups[1].Value), Is.EquivalentTo(expected));
        });
    }

    [Test]
    public void Html_EveryInput_HasItsEditorAndItsHelpInTheForm()
    {
        var html = s_files["customerio.html"];
        Assert.Multiple(() =>
        {
            foreach (var action in Catalogue.Embedded.All)
            {
                var form = Regex.Match(html, $"data-template-name=\"customerio-{action.Id}\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;
                foreach (var (name, schema) in action.Properties)
                {
                    Assert.That(form, Does.Contain($"id=\"node-input-p_{name}\"").And.Contain($"id=\"node-input-p_{name}_t\""), $"{action.Id}, {name}");
                    Assert.That(form, Does.Contain($"<div class=\"cio-help\">{System.Net.WebUtility.HtmlEncode((string)schema["description"]!)}"), $"{action.Id}, {name}");
                }
            }
        });
    }

    [Test]
    public void Html_EverySettingOfATrigger_HasItsEditorAndItsHelpInTheForm()
    {
        var html = s_files["customerio.html"];
        Assert.Multiple(() =>
        {
            foreach (var trigger in Catalogue.Embedded.Triggers)
            {
                var form = Regex.Match(html, $"data-template-name=\"customerio-{trigger.Id}\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;
                foreach (var (name, schema) in trigger.Properties)
                {
                    Assert.That(form, Does.Contain(name == "events" ? "id=\"cio-events\"" : $"id=\"node-input-p_{name}_t\""), $"{trigger.Id}, {name}");
                    Assert.That(form, Does.Contain($"<div class=\"cio-help\">{System.Net.WebUtility.HtmlEncode((string)schema["description"]!)}"), $"{trigger.Id}, {name}");
                }

                var model = JObject.Parse(s_files["actions.json"])["triggers"]!.Single(t => (string)t["id"]! == trigger.Id);
                Assert.That(model["events"]!.SelectMany(g => g["events"]!).Select(e => (string)e["name"]!), Is.EqualTo(trigger.Offered.Select(e => e.Name)));
                Assert.That(model["fields"]!.SelectMany(f => f["valueTypes"]!).Select(t => (string)t!), Has.None.EqualTo("msg"), "a trigger is deployed without a message");
            }
        });
    }

    [Test]
    public void Html_Connection_KeepsEverySecretInAPasswordField()
    {
        var form = Regex.Match(s_files["customerio.html"], "data-template-name=\"customerio-connection\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;
        var secrets = Catalogue.Embedded.Connection["fields"]!.Where(f => (bool)f["secret"]!).Select(f => (string)f["key"]!);
        var passwords = Regex.Matches(form, "type=\"password\" id=\"node-config-input-([A-Za-z]+)\"").Select(m => m.Groups[1].Value);
        Assert.That(passwords, Is.EquivalentTo(secrets));
    }

    [Test]
    public void Actions_NotIdempotentOrSending_AreNotSentTwice()
    {
        var actions = JObject.Parse(s_files["actions.json"])["actions"]!;
        Assert.Multiple(() =>
        {
            foreach (var action in Catalogue.Embedded.All)
            {
                var resend = (bool)actions.Single(a => (string)a["id"]! == action.Id)["resend"]!;
                Assert.That(resend, Is.EqualTo(action.Effect == ActionEffect.Read || (action.Idempotent && action.Effect != ActionEffect.Send)), action.Id);
            }
        });
    }

    [GeneratedRegex("data-template-name=\"([^\"]+)\"")]
    private static partial Regex TemplateName();

    [GeneratedRegex("data-help-name=\"([^\"]+)\"")]
    private static partial Regex HelpName();
}
