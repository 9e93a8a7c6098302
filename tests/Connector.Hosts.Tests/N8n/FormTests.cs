using System.Text.RegularExpressions;
using CustomerIo.Connector.Codegen;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hosts.Tests.N8n;

/// <summary>The forms of the n8n nodes have all that the manifest has.</summary>
public sealed class FormTests
{
    private const string Node = "nodes/CustomerIoConnector";

    // Ends the name of a field that belongs to another: its JSON, how its conditions are joined, and the choice between the two.
    private static readonly string[] s_companions = ["Json", "Match", "Mode"];

    private static readonly Dictionary<string, string> s_files = N8nFiles.Generate(Catalogue.Embedded).ToDictionary(f => f.Path, f => f.Content);
    private static readonly JObject s_fields = (JObject)Exported("fields.ts", "fields");
    private static readonly JArray s_choices = (JArray)Exported("operations.ts", "choices");
    private static readonly JArray s_common = (JArray)Exported("operations.ts", "common");
    private static readonly JObject s_forms = (JObject)Exported("operations.ts", "forms");
    private static readonly JObject s_settings = (JObject)Exported("trigger.ts", "settings");

    private static IEnumerable<string> Actions => Catalogue.Embedded.Ids;

    [Test]
    public void Choices_HaveOneOperationForEachAction_InTheResourceOfItsCategory()
    {
        var resources = s_choices[0]["options"]!.Select(o => (string)o["value"]!).ToArray();
        var operations = s_choices.Skip(1).ToDictionary(c => (string)c["displayOptions"]!["show"]!["resource"]![0]!, c => (JArray)c["options"]!);
        Assert.That(operations.Keys, Is.EqualTo(resources));
        Assert.That(s_forms.Properties().Select(p => p.Name), Is.EqualTo(resources));
        Assert.That(operations.Values.SelectMany(o => o).Select(o => (string)o["value"]!), Is.EquivalentTo(Actions));
        Assert.That(operations.Values.Select(o => o.Select(a => Catalogue.Embedded.Find((string)a["value"]!).Category).Distinct().Count()), Has.All.EqualTo(1));
        foreach (var operation in operations.Values.SelectMany(o => o))
        {
            Assert.That((string?)operation["description"], Is.Not.Empty, $"{operation}");
            Assert.That((string?)operation["action"], Does.Match("^[A-Z]"), $"{operation}");
        }
    }

    [TestCaseSource(nameof(Actions))]
    public void Form_Action_ReachesEveryInput_AndHasTheRequiredOnesAtTheTop(string id)
    {
        var action = Catalogue.Embedded.Find(id);
        var form = FormOf(id);
        var groups = form.Properties().Where(p => p.Value is JArray).ToDictionary(p => p.Name, p => Inputs(p.Value.Select(n => s_fields[(string)n!]!)));
        var common = Inputs(s_common);
        Assert.Multiple(() =>
        {
            Assert.That(groups.Values.SelectMany(g => g).Concat(common), Is.EquivalentTo(action.Properties.Select(p => p.Key)), "inputs");
            Assert.That(groups["top"], Is.EquivalentTo(action.Required), "required");
            Assert.That(groups.Keys, Is.SubsetOf(new[] { "top", "main", "delivery", "advanced" }), "groups that the form shows");
            Assert.That((bool?)form["reads"] ?? false, Is.EqualTo(action.Effect == ActionEffect.Read));
        });
    }

    [TestCaseSource(nameof(Actions))]
    public void Form_Action_NamesNothingTwice_NorAsN8nItself(string id)
    {
        var names = FormOf(id)
            .Properties()
            .Where(p => p.Value is JArray)
            .SelectMany(p => p.Value)
            .Select(n => (string)s_fields[(string)n!]!["name"]!)
            .ToArray();
        Assert.That(names, Is.Unique);
        Assert.That(
            names,
            Has.None.AnyOf("resource", "operation", "additionalFields", "deliveryOptions", "advancedOptions", "requestOptions", "options"),
            "parameters of the node"
        );
        // An input whose name looks like a companion's would be taken for it.
        var keys = Catalogue.Embedded.Find(id).Properties.Select(p => p.Key).ToArray();
        Assert.That(keys.Where(k => s_companions.Any(c => k.EndsWith(c, StringComparison.Ordinal) && keys.Contains(k[..^c.Length]))), Is.Empty);
    }

    [Test]
    public void Fields_StandOnce_WithTheManifestsHelp()
    {
        Assert.That(s_fields.Properties().Select(p => p.Value.ToString()), Is.Unique);
        foreach (var field in s_fields.Properties().Select(p => p.Value).Concat(s_common))
        {
            Assert.That(
                (string?)field["description"] ?? (((string)field["name"]!).EndsWith("Match", StringComparison.Ordinal) ? "-" : null),
                Is.Not.Empty,
                $"{field}"
            );
        }

        var used = s_forms.Descendants().OfType<JArray>().SelectMany(a => a).Select(n => (string)n!).ToHashSet();
        Assert.That(used, Is.EquivalentTo(s_fields.Properties().Select(p => p.Name)), "a field that no form has, or a name without a field");
    }

    [Test]
    public void Lists_EveryOneOfTheManifest_IsOfferedAndKnownToTheHub()
    {
        var lists = Exported("operations.ts", "lists").Select(l => (string)l!).ToArray();
        Assert.That(lists.Where(l => !OptionLists.Has(l)), Is.Empty);
        Assert.That(
            lists,
            Is.SupersetOf(new[] { "segments", "campaigns", "broadcasts", "newsletters", "transactional-messages", "object-types", "subscription-topics" })
        );
        foreach (
            var (id, key, kind) in from a in Catalogue.Embedded.All
            from p in a.Properties
            let k = (string?)p.Value["x-ui"]?["options"]
            where k is not null
            select (a.Id, p.Key, k)
        )
        {
            var fields = FormOf(id).Properties().SelectMany(p => p.Value).Select(n => s_fields[(string)n!]).Where(f => (string?)f?["name"] == key);
            Assert.That(
                fields.Single()!.SelectTokens("$..searchListMethod").Concat(fields.Single()!.SelectTokens("$..loadOptionsMethod")).Select(m => (string)m!),
                Is.EqualTo(new[] { kind }),
                $"{id}, {key}"
            );
        }
    }

    [Test]
    public void Editors_KnowHowToShowEveryInputThatIsNoText()
    {
        foreach (var (id, key, schema) in from a in Catalogue.Embedded.All from p in a.Properties select (a.Id, p.Key, p.Value))
        {
            var type = (string?)(FieldOf(id, key) ?? s_common.First(f => (string)f["name"]! == key))["type"];
            var expected = (string?)schema["x-ui"]?["editor"] switch
            {
                "checkbox" => "boolean",
                "number" => "number",
                "time" => "dateTime",
                "keyValue" => "fixedCollection",
                "code" when schema["x-ui"]!["conditions"] is not null => "fixedCollection",
                "list" when schema["items"]?["properties"] is not null => "fixedCollection",
                _ => null,
            };
            if (expected is not null)
            {
                Assert.That(type, Is.EqualTo(expected), $"{id}, {key}");
            }
        }
    }

    [Test]
    public void Choices_ArePreset_OnlyToWhatTheManifestPresets()
    {
        foreach (
            var (id, key, schema) in from a in Catalogue.Embedded.All
            from p in a.Properties
            where p.Value["enum"] is not null
            select (a.Id, p.Key, p.Value)
        )
        {
            if ((FieldOf(id, key) ?? s_common.First(f => (string)f["name"]! == key)) is { } field && (string?)field["type"] == "options")
            {
                var values = field["options"]!.Select(o => (string)o["value"]!).ToArray();
                var usual = (string?)schema["default"] ?? "";
                Assert.That((string?)field["default"], Is.EqualTo(usual), $"{id}, {key}");
                Assert.That(values, Has.Member(usual), $"{id}, {key}");
                Assert.That(values.Where(v => v.Length > 0), Is.EquivalentTo(schema["enum"]!.Select(v => (string)v!)), $"{id}, {key}");
            }
        }

        Assert.That((string?)FieldOf("raw-request", "method")!["default"], Is.Empty, "it preset DELETE");
        Assert.That(
            FieldOf("live-notification", "operation")!["options"]!.Select(o => (string)o["value"]!),
            Is.EqualTo(new[] { "", "start", "update", "end" }),
            "in the manifest's order"
        );
    }

    [Test]
    public void Switches_DoNotTellOfAnEmptyValue_WhichTheyCannotHave() =>
        Assert.That(
            s_fields
                .Properties()
                .Select(p => p.Value)
                .Where(f => (string?)f["type"] == "boolean")
                .Where(f => ((string)f["description"]!).Contains("empty", StringComparison.OrdinalIgnoreCase))
                .Select(f => $"{f["name"]}: {f["description"]}")
                .Where(d => !d.Contains("empty template", StringComparison.Ordinal)),
            Is.Empty
        );

    [Test]
    public void Batches_AreOffered_WhereTheConnectorHasAnOperation()
    {
        var batches = s_forms.Descendants().OfType<JProperty>().Where(p => p.Name == "batches").Select(p => ((JProperty)p.Parent!.Parent!).Name).ToArray();
        Assert.That(batches, Is.SupersetOf(new[] { "identify", "track", "destroy", "identify-object", "add-device" }));
        Assert.That(batches, Has.None.AnyOf("send-email", "batch", "list-segments", "raw-request"));
    }

    [Test]
    public void Trigger_HasEverySettingButThePath_AndEveryEvent()
    {
        var trigger = Catalogue.Embedded.Triggers.Single();
        var settings = s_settings.Properties().SelectMany(p => p.Value).ToDictionary(f => (string)f["name"]!);
        Assert.That(settings.Keys, Is.EquivalentTo(trigger.Properties.Select(p => p.Key).Where(k => k != "path")));
        Assert.That(settings["events"]["options"]!.Select(o => (string)o["value"]!), Is.EquivalentTo(trigger.Offered.Select(e => e.Name)));
    }

    [Test]
    public void Codex_Words_AreThoseByWhichPeopleLookForTheActions()
    {
        var words = JObject.Parse(s_files[$"{Node}/CustomerIoConnector.node.json"])["alias"]!.Select(w => (string)w!).ToArray();
        Assert.That(
            words,
            Is.Unique.And.SupersetOf(new[] { "person", "upsert", "track", "email" }.Intersect(Catalogue.Embedded.All.SelectMany(a => a.Keywords)))
        );
    }

    private static JObject FormOf(string id) => (JObject)s_forms.Properties().Select(r => r.Value[id]).First(f => f is not null)!;

    private static JToken? FieldOf(string id, string key) =>
        FormOf(id).Properties().SelectMany(p => p.Value).Select(n => s_fields[(string)n!]).FirstOrDefault(f => Input((string?)f?["name"] ?? "") == key);

    /// <summary>The inputs behind fields: a companion has none of its own.</summary>
    private static string[] Inputs(IEnumerable<JToken> fields)
    {
        var names = fields.Select(f => (string)f["name"]!).ToArray();
        return [.. names.Where(n => !s_companions.Any(c => n.EndsWith(c, StringComparison.Ordinal) && names.Contains(n[..^c.Length]))).Select(Input)];
    }

    private static string Input(string name) => name is "operationInput" or "resourceInput" ? name[..^"Input".Length] : name;

    /// <summary>What a generated file exports; its literals are those of JSON, but for their quotes.</summary>
    private static JToken Exported(string file, string name)
    {
        var literal = Regex.Match(s_files[$"{Node}/{file}"], $@"export const {name}(?:: [^=]+?)? = (.*?);\n(?:\n|$)", RegexOptions.Singleline).Groups[1].Value;
        return JToken.Parse(literal);
    }
}
