using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Manifest;

/// <summary>A manifest read from a folder: whole and right, or not at all.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class CatalogueTests
{
    private static readonly string[] s_badTexts = ["{", "", "[]", "null", """{"a":1,"a":2}""", "{} // comment"];
    private string _folder = "";

    private static IEnumerable<string> Files => ManifestSource.Embedded.Files.Order(StringComparer.Ordinal);

    private static IEnumerable<string> JsonFiles => Files.Where(f => f.EndsWith(".json", StringComparison.Ordinal));

    // Files of one folder are checked by the same code and schema.
    private static IEnumerable<string> Described => SomeOfEachFolder.Where(f => !f.StartsWith("manifest/schema/", StringComparison.Ordinal));

    // Each file with one bad text, and each text with many files: all are read by the same few lines.
    private static IEnumerable<string> SomeOfEachFolder => JsonFiles.GroupBy(Path.GetDirectoryName).SelectMany(f => ManifestChangesTests.Spread([.. f]));

    private static IEnumerable<object[]> BadJson => SomeOfEachFolder.Select((file, i) => new object[] { file, s_badTexts[i % s_badTexts.Length] });

    [SetUp]
    public void CopyTheManifest()
    {
        _folder = Directory.CreateTempSubdirectory("connector-manifest-").FullName;
        foreach (var file in Files)
        {
            Write(file, ManifestSource.Embedded.Read(file)!);
        }
    }

    [TearDown]
    public void RemoveTheFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task FromFolder_WholeManifest_IsThatOfTheBuild()
    {
        Assert.That(Catalogue.FromFolder(_folder).Ids, Is.EqualTo(Catalogue.Embedded.Ids));
        using var wire = Wire.Ok();
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { ManifestFolder = _folder, Handler = wire });
        await connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), Bench.Us);
        Assert.That(wire.Only.Url, Is.EqualTo("https://track.customer.io/api/v1/customers/u1"));
    }

    [Test]
    public void FromFolder_RewordedAndShortened_IsUsedAsItStands()
    {
        Edit("manifest/actions/identify.json", a => a["title"] = "Upsert a person");
        File.Delete(PathOf("manifest/actions/raw-request.json"));
        Directory.Delete(PathOf("manifest/schema"), recursive: true);
        var catalogue = Catalogue.FromFolder(_folder);
        Assert.That(catalogue.Find("identify").Title, Is.EqualTo("Upsert a person"));
        Assert.That(catalogue.Ids, Does.Not.Contain("raw-request"));
        Assert.That(Assert.Throws<ConnectorException>(() => catalogue.Find("raw-request"))!.Kind, Is.EqualTo(FailureKind.Input));
    }

    [Test]
    public async Task FromFolder_FilesThatChangeLater_AreNotReadAnew()
    {
        using var wire = Wire.Ok();
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { ManifestFolder = _folder, Handler = wire });
        Write("manifest/actions/identify.json", "{ broken"u8.ToArray());
        File.Delete(PathOf("manifest/inputs/region.json"));
        File.Delete(PathOf("connector.json"));
        await connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), Bench.Us);
        Assert.That((string?)connector.Catalogue.Connector["id"], Is.EqualTo("customer-io"));
    }

    [TestCaseSource(nameof(BadJson))]
    public void FromFolder_BadJson_NamesTheFile(string file, string text)
    {
        Write(file, Encoding.UTF8.GetBytes(text));
        Refused(file, "");
    }

    [TestCaseSource(nameof(Described))]
    public void FromFolder_UnknownKey_NamesFileAndKey(string file)
    {
        Edit(file, o => o["colour"] = "blue");
        Refused(file, "/colour");
    }

    [TestCaseSource(nameof(Described))]
    public void FromFolder_MissingKey_NamesFileAndKey(string file)
    {
        Edit(file, o => o.Remove("title"));
        Edit(file, o => o.Remove("version"));
        Refused(file, file == "connector.json" ? "/version" : "/title");
    }

    [TestCaseSource(nameof(Described))]
    public void FromFolder_WrongType_NamesFileAndPlace(string file)
    {
        var key = file == "connector.json" ? "name" : "title";
        Edit(file, o => o[key] = 5);
        Refused(file, "/" + key);
    }

    [TestCase("connector.json")]
    [TestCase("manifest/connection.json")]
    [TestCase("manifest/inputs/region.json")]
    [TestCase("manifest/inputs/resilience.json")]
    [TestCase("icons/connector.dark.svg")]
    [TestCase("icons/event.light.svg")]
    public void FromFolder_MissingFile_IsNamed(string file)
    {
        File.Delete(PathOf(file));
        Assert.That(Refused().Message, Does.Contain(file).And.Contains(_folder));
    }

    [Test]
    public void FromFolder_MissingFolder_IsNamed() =>
        Assert.That(
            Assert.Throws<ConnectorException>(() => Catalogue.FromFolder(_folder + "-not"))!.Message,
            Does.Contain(_folder + "-not").And.Contains("connector.json")
        );

    [Test]
    public void FromFolder_NoAction_IsRefused()
    {
        Directory.Delete(PathOf("manifest/actions"), recursive: true);
        Assert.That(Refused().Message, Does.Contain("manifest/actions"));
    }

    [Test]
    public void FromFolder_IconThatIsNoSvg_IsNamed()
    {
        foreach (var icon in Files.Where(f => f.EndsWith(".svg", StringComparison.Ordinal)))
        {
            Write(icon, "<html>"u8.ToArray());
            Assert.That(Refused().Message, Does.Contain(icon));
            Write(icon, ManifestSource.Embedded.Read(icon)!);
        }
    }

    [Test]
    public void FromFolder_ActionWithoutAClass_IsNamed()
    {
        Write("manifest/actions/fly.json", ManifestSource.Embedded.Read("manifest/actions/identify.json")!);
        Edit("manifest/actions/fly.json", a => a["id"] = "fly");
        Assert.That(Refused("manifest/actions/fly.json", "/id").Message, Does.Contain("CustomerIo.Connector.Actions.People.Fly"));
    }

    [Test]
    public void FromFolder_OtherCategory_HasNoClass()
    {
        Edit("manifest/actions/identify.json", a => a["category"] = "Pets");
        Refused("manifest/actions/identify.json", "/id");
    }

    [Test]
    public void FromFolder_ClassThatIsNoAction_IsRefused()
    {
        // There is a class Actions.Events.EventBody, but it is no action.
        Write("manifest/actions/event-body.json", ManifestSource.Embedded.Read("manifest/actions/track.json")!);
        Edit("manifest/actions/event-body.json", a => a["id"] = "event-body");
        Refused("manifest/actions/event-body.json", "/id");
    }

    [Test]
    public void FromFolder_SameIdTwice_NamesBothFiles()
    {
        Write("manifest/actions/zz.json", ManifestSource.Embedded.Read("manifest/actions/track.json")!);
        Assert.That(Refused("manifest/actions/zz.json", "/id").Message, Does.Contain("manifest/actions/track.json"));
    }

    [Test]
    public void FromFolder_IdUnlikeItsFile_IsRefused()
    {
        File.Move(PathOf("manifest/actions/track.json"), PathOf("manifest/actions/trick.json"));
        Refused("manifest/actions/trick.json", "/id");
    }

    [Test]
    public void FromFolder_MissingIcon_NamesActionAndIcon()
    {
        Edit("manifest/actions/track.json", a => a["icon"] = "nothing");
        Assert.That(Refused("manifest/actions/track.json", "/icon").Message, Does.Contain("icons/nothing.light.svg"));
    }

    [Test]
    public void FromFolder_MissingInclude_NamesIt()
    {
        Edit("manifest/actions/track.json", a => a["include"] = new JArray("region", "nothing"));
        Assert.That(Refused("manifest/actions/track.json", "/include/1").Message, Does.Contain("manifest/inputs/nothing.json"));
    }

    [TestCase("minLenght", "1")]
    [TestCase("const", "\"x\"")]
    [TestCase("if", "{}")]
    [TestCase("dependencies", "{}")]
    public void FromFolder_KeywordThatWouldBePassedOver_IsNamed(string keyword, string value)
    {
        Edit("manifest/actions/track.json", a => a["input"]!["properties"]!["eventName"]![keyword] = ConnectorJson.Parse(value));
        Refused("manifest/actions/track.json", $"/input/properties/eventName/{keyword}");
    }

    [Test]
    public void FromFolder_KeywordDeepInside_IsNamed()
    {
        Edit(
            "manifest/actions/raw-request.json",
            a => a["input"]!["properties"]!["fileData"]!["additionalProperties"]!["anyOf"]![1]!["properties"]!["base64"]!["contains"] = new JObject()
        );
        Refused("manifest/actions/raw-request.json", "/input/properties/fileData/additionalProperties/anyOf/1/properties/base64/contains");
    }

    [Test]
    public void FromFolder_KeywordOfASharedInput_IsNamed()
    {
        Edit("manifest/inputs/resilience.json", a => a["properties"]!["timeout"]!["exclusiveMinimum"] = 5);
        Refused("manifest/inputs/resilience.json", "/properties/timeout/exclusiveMinimum");
    }

    [TestCase("type", "\"objekt\"")]
    [TestCase("type", "[\"string\",\"integre\"]")]
    [TestCase("minLength", "\"1\"")]
    [TestCase("maxLength", "-1")]
    [TestCase("pattern", "\"(\"")]
    [TestCase("pattern", "5")]
    [TestCase("enum", "\"a\"")]
    [TestCase("enum", "[]")]
    [TestCase("items", "true")]
    [TestCase("oneOf", "{}")]
    [TestCase("required", "\"a\"")]
    [TestCase("minimum", "\"1\"")]
    [TestCase("x-maxBytes", "\"150\"")]
    [TestCase("x-maxBytes", "0")]
    [TestCase("x-ui", "5")]
    [TestCase("x-time", "\"yes\"")]
    [TestCase("title", "\"\"")]
    public void FromFolder_KeywordOfTheWrongKind_NamesFileAndPlace(string keyword, string value)
    {
        Edit("manifest/actions/track.json", a => a["input"]!["properties"]!["eventName"]![keyword] = ConnectorJson.Parse(value));
        Refused("manifest/actions/track.json", $"/input/properties/eventName/{keyword}");
    }

    [Test]
    public void FromFolder_RequiredInputThatIsNotThere_IsRefused()
    {
        Edit("manifest/actions/track.json", a => ((JArray)a["input"]!["required"]!).Add("nothing"));
        Assert.That(Refused("manifest/actions/track.json", "/input/required").Message, Does.Contain("nothing"));
    }

    [Test]
    public void FromFolder_InputTheClassDoesNotKnow_IsRefused()
    {
        Edit(
            "manifest/actions/track.json",
            a => a["input"]!["properties"]!["colour"] = Bench.Json("""{"type":"string","title":"Colour","description":"Nobody reads this input."}""")
        );
        Refused("manifest/actions/track.json", "/input/properties/colour");
    }

    [Test]
    public void FromFolder_InputOfAnotherType_IsRefused()
    {
        Edit("manifest/actions/identify.json", a => a["input"]!["properties"]!["customerData"]!["type"] = "array");
        Edit("manifest/actions/identify.json", a => ((JArray)a["examples"]!).RemoveAt(0));
        Refused("manifest/actions/identify.json", "/input/properties/customerData/type");
    }

    [Test]
    public void FromFolder_DefaultTheClassNeeds_IsRefusedWhenItIsGone()
    {
        Edit("manifest/actions/raw-request.json", a => ((JObject)a["input"]!["properties"]!["responseType"]!).Remove("default"));
        Refused("manifest/actions/raw-request.json", "/input/properties/responseType/default");
    }

    [Test]
    public void FromFolder_RequiredInputMadeOptional_IsRefused()
    {
        Edit("manifest/actions/track.json", a => a["input"]!["required"] = new JArray("id"));
        Refused("manifest/actions/track.json", "/input/required");
    }

    [Test]
    public void FromFolder_InputTheClassNeeds_IsRefusedWhenItIsGone()
    {
        Edit(
            "manifest/actions/track.json",
            a =>
            {
                ((JObject)a["input"]!["properties"]!).Remove("eventName");
                a["input"]!["required"] = new JArray("id");
                a["examples"] = new JArray(Bench.Json("""{"title":"x","input":{"id":"1"}}"""));
            }
        );
        Refused("manifest/actions/track.json", "/input/properties/eventName");
    }

    [Test]
    public void FromFolder_ToolOrJobTheCodeDoesNotKnow_IsRefused()
    {
        foreach (var (folder, id) in (IEnumerable<(string, string)>)[("tools", "check-connection"), ("jobs", "run-sync")])
        {
            Write($"manifest/{folder}/fly.json", ManifestSource.Embedded.Read($"manifest/{folder}/{id}.json")!);
            Edit($"manifest/{folder}/fly.json", t => t["id"] = "fly");
            Refused($"manifest/{folder}/fly.json", "/id");
            File.Delete(PathOf($"manifest/{folder}/fly.json"));
        }
    }

    [TestCase("manifest/tools/list-options.json", "kind")]
    [TestCase("manifest/jobs/run-import.json", "map")]
    public void FromFolder_InputOfAToolOrJobThatIsGone_IsRefused(string file, string input)
    {
        Edit(
            file,
            t =>
            {
                ((JObject)t["input"]!["properties"]!).Remove(input);
                t["input"]!["required"]!.FirstOrDefault(r => (string?)r == input)?.Remove();
            }
        );
        Refused(file, $"/input/properties/{input}");
    }

    [TestCase("receive-event", "/input/properties/settings/x-trigger", "\"all\"")]
    [TestCase("receive-event", "/trigger", null)]
    public void FromFolder_ToolThatDescribesAnInputByNoTrigger_IsRefused(string id, string path, string? value)
    {
        var key = path.Split('/')[^1];
        Edit(
            $"manifest/tools/{id}.json",
            t =>
            {
                if (value is null)
                {
                    t.Remove(key);
                }
                else
                {
                    t["input"]!["properties"]!["settings"]![key] = ConnectorJson.Parse(value);
                }
            }
        );
        Refused($"manifest/tools/{id}.json", path);
    }

    [Test]
    public void FromFolder_RewordedTool_IsUsed_AndGoesWithItsTrigger()
    {
        Edit("manifest/tools/list-options.json", t => t["title"] = "Choices");
        Directory.Delete(PathOf("manifest/triggers"), recursive: true);
        Assert.That(
            Catalogue.FromFolder(_folder).Tools.Select(t => t.Title),
            Is.EqualTo(new[] { "Check Connection", "Describe Action", "Dry Run", "Find Actions", "Choices", "Run Action" })
        );
    }

    [Test]
    public void FromFolder_ExampleThatIsNotValid_IsNamed()
    {
        Edit("manifest/actions/track.json", a => a["examples"]![0]!["input"]!["eventName"] = 5);
        Refused("manifest/actions/track.json", "/examples/0/input");
    }

    [Test]
    public void FromFolder_DefaultThatIsNotValid_IsNamed()
    {
        Edit("manifest/actions/raw-request.json", a => a["input"]!["properties"]!["maxRetryCount"]!["default"] = 21);
        Refused("manifest/actions/raw-request.json", "/input/properties/maxRetryCount/default");
    }

    [Test]
    public void FromFolder_SchemaOfTheFoldersOwn_IsUsed()
    {
        Edit("manifest/schema/action.schema.json", s => s["properties"]!["title"]!["maxLength"] = 3);
        Assert.That(Refused().Message, Does.Contain("/title"));
    }

    private ConnectorException Refused() =>
        Assert.Throws<ConnectorException>(() => new CustomerIoConnector(new CustomerIoConnectorOptions { ManifestFolder = _folder }).Dispose())!;

    private ConnectorException Refused(string file, string path)
    {
        var failure = Refused();
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(failure.Message, Does.Contain(PathOf(file)), failure.Message);
        Assert.That(failure.Problems.Single().Path, Is.EqualTo($"{file}#{path}"), failure.Message);
        return failure;
    }

    private string PathOf(string file) => Path.Combine(_folder, file);

    private void Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllBytes(PathOf(file), bytes);
    }

    private void Edit(string file, Action<JObject> change)
    {
        var document = ConnectorJson.ParseObject(File.ReadAllBytes(PathOf(file)));
        change(document);
        Write(file, ConnectorJson.ToBytes(document));
    }
}
