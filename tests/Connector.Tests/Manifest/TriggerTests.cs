using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Manifest;

public class TriggerTests
{
    private const string File = "manifest/triggers/reporting-event.json";
    private static readonly TriggerManifest s_trigger = Catalogue.Embedded.Triggers.Single();

    [Test]
    public void Offered_Events_AreThoseThatAWebhookCanBeSetUpFor()
    {
        var choices = Catalogue.Embedded.Find("create-reporting-webhook").Input["properties"]!["events"]!["items"]!["enum"]!.Select(e => (string?)e);
        Assert.That(s_trigger.Offered.Select(e => e.Name), Is.EquivalentTo(choices).And.Exactly(72).Items);
        Assert.That(s_trigger.Input["properties"]!["events"]!["items"]!["enum"]!.Select(e => (string?)e), Is.EquivalentTo(choices));
    }

    [Test]
    public void Settings_Each_HaveALabelAndHelp()
    {
        foreach (var (name, input) in s_trigger.Properties)
        {
            Assert.That(((string)input["title"]!).Split(' '), Has.Length.InRange(1, 4), name);
            Assert.That(((string)input["description"]!).Split(' '), Has.Length.InRange(5, 20), name);
            Assert.That((string?)input["description"], Does.EndWith("."), name);
        }
    }

    [Test]
    public void Events_Each_HaveATitleAndAMeaningOfTheirOwn()
    {
        var events = s_trigger.Groups.SelectMany(g => g.Events).ToArray();
        Assert.That(events.Select(e => e.Title), Is.Unique);
        Assert.That(events.Select(e => e.Description), Has.All.EndsWith("."));
        Assert.That(s_trigger.Groups.Select(g => g.Title), Is.Unique);
    }

    [Test]
    public void Sample_Each_FitsItsOutput()
    {
        foreach (var one in s_trigger.Groups.SelectMany(g => g.Events))
        {
            var sample = s_trigger.Sample(one, "e1", DateTimeOffset.UnixEpoch);
            Assert.That(SchemaReport.Problems(s_trigger.Output(one), sample), Is.Empty, one.Name);
            Assert.That(one.Data.Contains("recipient"), Is.EqualTo((string?)sample["data"]!["recipient"] is { Length: > 0 }), one.Name);
        }
    }

    // The typed output must be able to say no.
    [TestCase("email_sent", "object_type", "\"sms\"")]
    [TestCase("email_sent", "metric", "\"opened\"")]
    [TestCase("email_clicked", "data.link_id", "\"one\"")]
    [TestCase("push_sent", "data.recipients", "\"ada\"")]
    public void Output_OtherValue_DoesNotFit(string name, string path, string value)
    {
        var one = s_trigger.Find(name)!;
        var sample = s_trigger.Sample(one, "e1", DateTimeOffset.UnixEpoch);
        sample.SelectToken(path)!.Replace(JToken.Parse(value));
        Assert.That(SchemaReport.Problems(s_trigger.Output(one), sample), Is.Not.Empty);
    }

    [TestCase("id", "\"other\"", "does not match the file's name")]
    [TestCase("icon", "\"none\"", "there is no SVG")]
    [TestCase("common[0]", "\"nothing\"", "not among the fields")]
    [TestCase("events[1].events[0].name", "\"email_sent\"", "stands twice")]
    [TestCase("events[1].events[0].metric", "\"sent\"", "stands twice")]
    [TestCase("events[1].events[0].metric", "\"teleported\"", "not among the metrics")]
    [TestCase("events[1].events[0].data", "[\"nothing\"]", "not among the fields")]
    [TestCase("examples[0].input", """{"events":["email_snet"]}""", "is not valid")]
    [TestCase("input.properties.replayWindow.default", "-1", "")]
    [TestCase("input.properties.path.type", "\"integer\"", "must be")]
    [TestCase("fields.subject.type", "\"text\"", "must be a type")]
    public void Check_BrokenFile_IsNamedWithItsReason(string path, string value, string reason)
    {
        var folder = Directory.CreateTempSubdirectory("connector-trigger-").FullName;
        try
        {
            foreach (var file in ManifestSource.Embedded.Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
                System.IO.File.WriteAllBytes(Path.Combine(folder, file), ManifestSource.Embedded.Read(file)!);
            }

            var document = Bench.Json(System.IO.File.ReadAllText(Path.Combine(folder, File)));
            document.SelectToken(path)!.Replace(JToken.Parse(value));
            var broken = ManifestSource.Folder(folder);
            var e = Assert.Throws<ConnectorException>(() => TriggerCheck.Check(broken, File, document))!;
            Assert.That(e.Kind, Is.EqualTo(FailureKind.Input));
            Assert.That(e.Message, Does.Contain(File).And.Contain(reason));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
