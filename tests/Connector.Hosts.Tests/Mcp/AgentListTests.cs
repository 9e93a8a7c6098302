using System.Text.RegularExpressions;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using ModelContextProtocol;
using Newtonsoft.Json.Linq;
using Tool = ModelContextProtocol.Protocol.Tool;

namespace CustomerIo.Connector.Hosts.Tests.Mcp;

/// <summary>What agents get: how much of it, in which words, and what is refused.</summary>
public partial class AgentListTests
{
    private static readonly ToolOffer s_all = new();
    private static readonly ToolOffer s_searched = new() { Search = true };

    private static readonly string[] s_keywords =
    [
        "type",
        "description",
        "enum",
        "minimum",
        "maximum",
        "default",
        "pattern",
        "properties",
        "required",
        "items",
        "additionalProperties",
    ];

    private static IEnumerable<TestCaseData> EachTool() =>
        List(s_all).Concat(List(s_searched)).Select(t => new TestCaseData(t.Name, Json(t)).SetArgDisplayNames(t.Name));

    private static IEnumerable<string> EachAction() => Catalogue.Embedded.Ids;

    [TestCase("groups", ",")]
    [TestCase("groups", " , ,")]
    [TestCase("tools", ",")]
    [TestCase("tools", " ")]
    [TestCase("exclude", ",")]
    public void AListOfCommas_OffersNotEverything(string name, string value) =>
        Assert.That(
            () => ToolOffer.Read(n => n == name ? value : null).Check(Catalogue.Embedded),
            Throws.TypeOf<ConnectorException>().With.Message.Contains("There is no ")
        );

    [Test]
    public void Lists_Bytes_StayWithinTheirBudget()
    {
        (string Name, ToolOffer Offer, int Most)[] lists =
        [
            ("default", s_all, 1100 * List(s_all).Count),
            ("read-only", new ToolOffer { ReadOnly = true }, 30_000),
            ("groups people,events", new ToolOffer { Groups = ["people", "events"] }, 20_000),
            ("search", s_searched, 4_000),
        ];
        var whole = List(new ToolOffer { Schema = ToolSchema.Full });
        TestContext.Out.WriteLine($"full: {whole.Count} tools, {whole.Sum(Bytes)} bytes, {whole.Sum(Bytes) / whole.Count} a tool");
        Assert.Multiple(() =>
        {
            foreach (var (name, offer, most) in lists)
            {
                var tools = List(offer);
                var bytes = tools.Sum(Bytes);
                TestContext.Out.WriteLine($"{name}: {tools.Count} tools, {bytes} bytes, {bytes / tools.Count} a tool");
                Assert.That(bytes, Is.LessThanOrEqualTo(most), name);
            }
        });
    }

    [TestCaseSource(nameof(EachTool))]
    public void Tool_InputSchema_HoldsWhatEveryClientReads(string name, JObject schema)
    {
        Assert.That((string?)schema["type"], Is.EqualTo("object"), name);
        Assert.That(schema["properties"], Is.TypeOf<JObject>());
        foreach (var (path, part) in Schemas(schema, ""))
        {
            Assert.Multiple(() =>
            {
                Assert.That(part.Properties().Select(p => p.Name), Is.SubsetOf(s_keywords), path);
                Assert.That(part["type"]?.Type, Is.EqualTo(JTokenType.String), $"{path} has one type");
                Assert.That((string?)part["pattern"] ?? "", Does.Not.Contain("(?"), path);
                Assert.That(part["additionalProperties"], Is.Null.Or.TypeOf<JObject>(), path);
                Assert.That(
                    (part["required"] ?? new JArray()).Select(r => (string)r!),
                    Is.SubsetOf((part["properties"] as JObject ?? []).Properties().Select(p => p.Name)),
                    path
                );
            });
        }
    }

    [TestCaseSource(nameof(EachAction))]
    public void Action_Choices_AreNamedInTheDescription(string id)
    {
        var action = Catalogue.Embedded.Find(id);
        var shown = AgentSchema.Of(action.Input);
        foreach (var (name, input) in action.Properties.Where(p => shown["properties"]![p.Key] is not null))
        {
            foreach (var choice in input["enum"] ?? input["items"]?["enum"] ?? new JArray())
            {
                Assert.That((string?)shown["properties"]![name]!["description"], Does.Contain(ConnectorJson.ScalarText((JValue)choice)), name);
            }
        }
    }

    // A client that keeps to the short schema must never be refused for it.
    [TestCaseSource(nameof(EachAction))]
    public void Action_ShortSchema_IsPartOfTheWhole(string id)
    {
        var whole = Catalogue.Embedded.Find(id).Input;
        Compare(AgentSchema.Of(whole), whole, id);
        Assert.That(AgentSchema.Of(whole)["required"] ?? new JArray(), Is.EqualTo(whole["required"] is JArray { Count: > 0 } all ? all : new JArray()));

        static void Compare(JObject shown, JObject full, string path)
        {
            var types = full["type"] is JArray many ? many.Select(t => (string)t!).ToArray() : [(string)full["type"]!];
            Assert.That(types, Does.Contain((string)shown["type"]!), path);
            foreach (var (name, property) in shown["properties"] as JObject ?? [])
            {
                Compare((JObject)property!, (JObject)full["properties"]![name]!, $"{path}/{name}");
            }

            if (shown["items"] is JObject items)
            {
                Compare(items, (JObject)full["items"]!, path + "/items");
            }
        }
    }

    [Test]
    public void Tools_WithoutForms_HoldNoIconsMetadataOrOutputSchemas()
    {
        Assert.That(List(s_all).Where(t => t.Icons is not null || t.Meta is not null || t.OutputSchema is not null).Select(t => t.Name), Is.Empty);
        Assert.That(
            List(s_all).Where(t => t.Annotations is not { ReadOnlyHint: not null, DestructiveHint: not null, IdempotentHint: not null }).Select(t => t.Name),
            Is.Empty
        );
    }

    [Test]
    public void Tools_WhatOnlySteersTheTransport_IsNotShown()
    {
        string[] steering = ["region", "timeout", "debugRequest", "retryDelayMs", "retryOnAllErrors", "maxRetryCount", "useExponentialBackoff"];
        foreach (var tool in List(s_all))
        {
            Assert.That(((JObject)Json(tool)["properties"]!).Properties().Select(p => p.Name).Intersect(steering), Is.Empty, tool.Name);
        }

        Assert.That(Json(List(s_all).Single(t => t.Name == "identify"))["properties"]!["idType"], Is.Null);
        Assert.That(Json(List(s_all).Single(t => t.Name == "add-to-segment"))["properties"]!["idType"], Is.Not.Null, "there it says what the IDs are");
    }

    [Test]
    public void SearchPeople_Filter_IsDescribedInFull()
    {
        var filter = (string)Json(List(s_all).Single(t => t.Name == "search-people"))["properties"]!["filter"]!["description"]!;
        Assert.That(
            new[] { "and", "or", "not", "segment", "attribute", "eq", "exists", "field", "operator", "value", "nest" }.Where(w =>
                !Regex.IsMatch(filter, $@"\b{w}\b")
            ),
            Is.Empty
        );
        // The examples in it are JSON as it would be sent.
        Assert.That(
            Leaf().Matches(filter).Select(m => ConnectorJson.ParseObject(m.Value)).ToArray(),
            Has.Length.EqualTo(2).And.All.Matches<JObject>(o => o["segment"]?["id"] is not null || o["attribute"]?["operator"] is not null)
        );
    }

    [Test]
    public void Groups_Named_AreThoseOfTheManifestAndWhatBelongsToNone()
    {
        var names = Names(new ToolOffer { Groups = ["people", "Events"] });
        Assert.That(names, Is.EqualTo(Catalogue.Embedded.All.Where(a => a.Category is "People" or "Events").Select(a => a.Id).Append(Tools.CheckConnection)));
    }

    [Test]
    public void Tools_Named_AreAloneOrBesideTheGroups()
    {
        Assert.That(Names(new ToolOffer { Tools = ["track", "identify"] }), Is.EqualTo(new[] { "identify", "track" }));
        Assert.That(Names(new ToolOffer { Groups = ["exports"], Tools = ["track"] }), Does.Contain("track").And.Contain("get-export"));
        Assert.That(Names(new ToolOffer { Tools = ["list-options"] }), Is.EqualTo(new[] { "list-options" }), "what is for hosts can be named");
        Assert.That(
            Names(
                new ToolOffer
                {
                    Groups = ["people"],
                    Tools = ["track"],
                    Exclude = ["track", "destroy"],
                }
            ),
            Does.Not.Contain("track")
        );
    }

    [Test]
    public void ReadOnly_Always_OffersOnlyWhatIsMarkedSo()
    {
        var offered = Names(new ToolOffer { ReadOnly = true });
        Assert.That(offered, Is.EqualTo(List(s_all).Where(t => t.Annotations!.ReadOnlyHint == true).Select(t => t.Name)));
        Assert.That(Names(new ToolOffer { ReadOnly = true, Tools = ["destroy", "get-person"] }), Is.EqualTo(new[] { "get-person" }));
        Assert.That(offered, Does.Not.Contain("get-export"), "it can write a file");
    }

    [Test]
    public void Within_AnotherOffer_OnlyTightens()
    {
        var key = new ToolOffer { Groups = ["people"], ReadOnly = true };
        Assert.Multiple(() =>
        {
            Assert.That(Names(new ToolOffer { Within = key }), Is.EqualTo(Names(key)));
            Assert.That(Names(new ToolOffer { Groups = ["events", "people"], Within = key }), Is.EqualTo(Names(key)));
            Assert.That(Names(new ToolOffer { Tools = ["destroy", "list-options", "get-person"], Within = key }), Is.EqualTo(new[] { "get-person" }));
            Assert.That(Names(new ToolOffer { Schema = ToolSchema.Full, Within = s_all }), Is.EqualTo(Names(s_all)), "tools for hosts stay out");
            Assert.That(List(new ToolOffer { Schema = ToolSchema.Full, Within = s_all })[0].Icons, Is.Null);
            Assert.That(Names(new ToolOffer { Within = s_searched }), Is.EqualTo(SearchTools.Names));
        });
    }

    [TestCase("site", null, "identify", "search-people")]
    [TestCase(null, "app", "search-people", "identify")]
    public void Keys_OneIsThere_WhatNeedsAnotherIsLeftOut(string? track, string? app, string there, string left)
    {
        var names = Names(
            s_all,
            new Connection
            {
                SiteId = track,
                ApiKey = track,
                AppApiKey = app,
            }
        );
        Assert.That(names, Does.Contain(there).And.Not.Contain(left).And.Contain("raw-request").And.Contain(Tools.CheckConnection));
        Assert.That(Names(new ToolOffer { Schema = ToolSchema.Full }, new Connection { AppApiKey = "app" }), Does.Contain("identify"));
    }

    [Test]
    public void Keys_NoneIsThereOrTheyCannotBeRead_AllAreOffered()
    {
        var unread = new ToolSet(Catalogue.Embedded, s_all, () => throw new ConnectorException(FailureKind.Connection, "no"));
        Assert.That(unread.List.Tools.Select(t => t.Name), Is.EqualTo(Names(s_all)).And.SupersetOf(Catalogue.Embedded.Ids));
    }

    [Test]
    public void Hidden_Called_IsRefusedWithTheReason()
    {
        (ToolOffer Offer, string Tool, string Why)[] cases =
        [
            (new ToolOffer { ReadOnly = true }, "destroy", "read-only"),
            (new ToolOffer { Groups = ["events"] }, "destroy", "groups, tools"),
            (new ToolOffer { Exclude = ["destroy"] }, "destroy", "excluded"),
            (s_all, "receive-event", "hosts that build forms"),
            (s_searched, "destroy", "run-action"),
            (s_all, "run-action", "There is no action"),
            (new ToolOffer { ReadOnly = true }, "run-import", "read-only"),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (offer, tool, why) in cases)
            {
                Assert.That(() => Set(offer).Find(tool), Throws.TypeOf<McpProtocolException>().With.Message.Contains(why), tool);
            }
        });
        Assert.That(() => Set(new ToolOffer { Search = true, ReadOnly = true }).Action("destroy"), Throws.TypeOf<ConnectorException>());
    }

    [TestCase("groups", "pepole", "\"people\"")]
    [TestCase("tools", "idenfity", "\"identify\"")]
    [TestCase("exclude", "destory", "\"destroy\"")]
    [TestCase("read-only", "yes", "CUSTOMERIO_MCP_READ_ONLY must be true or false")]
    [TestCase("schema", "lean", "CUSTOMERIO_MCP_SCHEMA must be agents or full")]
    public void Options_OfASlip_AreRefusedWithWhatWasMeant(string option, string text, string expected)
    {
        var variable = McpRunnerOptions.All.Single(o => o.Name == option).Variable;
        Assert.That(
            () => McpRunnerOptions.Read(_ => null, name => name == variable ? text : null),
            Throws.TypeOf<ConnectorException>().With.Property(nameof(ConnectorException.Kind)).EqualTo(FailureKind.Input).And.Message.Contains(expected)
        );
    }

    [Test]
    public void Options_OfTheCommandLine_WinOverTheEnvironment()
    {
        var environment = new Dictionary<string, string>
        {
            ["CUSTOMERIO_MCP_GROUPS"] = "people, events",
            ["CUSTOMERIO_MCP_TOOLS"] = "",
            ["CUSTOMERIO_MCP_EXCLUDE"] = "destroy",
            ["CUSTOMERIO_MCP_READ_ONLY"] = "1",
            ["CUSTOMERIO_MCP_FILES"] = "/data",
        };
        var read = McpRunnerOptions.Read(name => name == "exclude" ? "track" : null, environment.GetValueOrDefault);
        Assert.Multiple(() =>
        {
            Assert.That(read.Offer.Groups, Is.EqualTo(new[] { "people", "events" }));
            Assert.That(read.Offer.Tools, Is.Empty);
            Assert.That(read.Offer.Exclude, Is.EqualTo(new[] { "track" }));
            Assert.That(read.Offer.ReadOnly, Is.True);
            Assert.That(read.Files, Is.EqualTo("/data"));
        });
    }

    [Test]
    public void CommandLine_OfTheExecutable_TakesTheSameOptions()
    {
        Assert.Multiple(() =>
        {
            Assert.That(CommandLine.Read(["--groups", "people", "--read-only", "--exclude=track"])!["exclude"], Is.EqualTo("track"));
            Assert.That(CommandLine.Read(["--read-only"])!["read-only"], Is.EqualTo("true"));
            Assert.That(CommandLine.Read(["--search", "--help"]), Is.Null);
            Assert.That(() => CommandLine.Read(["--gruops", "a"]), Throws.TypeOf<ConnectorException>().With.Message.Contains("--groups"));
            Assert.That(() => CommandLine.Read(["--groups"]), Throws.TypeOf<ConnectorException>().With.Message.Contains("needs a value"));
            Assert.That(() => CommandLine.Read(["--search", "--search"]), Throws.TypeOf<ConnectorException>().With.Message.Contains("twice"));
            Assert.That(McpRunnerOptions.All.Where(o => !CommandLine.Help.Contains(o.Description, StringComparison.Ordinal)), Is.Empty);
            Assert.That(CommandLine.Help, Does.Contain("customerio-mcp --read-only"));
        });
    }

    [TestCaseSource(nameof(Examples))]
    public void Examples_OfTheHelp_AreTaken(string example) =>
        Assert.That(() => McpRunnerOptions.Read(CommandLine.Read(example.Split(' '))!.GetValueOrDefault, _ => null), Throws.Nothing);

    private static IEnumerable<string> Examples() => McpRunnerOptions.Examples;

    private static ToolSet Set(ToolOffer offer, Connection? connection = null) => new(Catalogue.Embedded, offer, () => connection ?? new Connection());

    private static IList<Tool> List(ToolOffer offer, Connection? connection = null) => Set(offer, connection).List.Tools;

    private static string[] Names(ToolOffer offer, Connection? connection = null) => [.. List(offer, connection).Select(t => t.Name)];

    private static JObject Json(Tool tool) => ConnectorJson.ParseObject(tool.InputSchema.GetRawText());

    private static int Bytes(Tool tool) =>
        ConnectorJson
            .ToBytes(
                new JObject
                {
                    ["name"] = tool.Name,
                    ["description"] = tool.Description,
                    ["inputSchema"] = Json(tool),
                }
            )
            .Length;

    private static IEnumerable<(string Path, JObject Schema)> Schemas(JObject schema, string path)
    {
        yield return (path, schema);
        var below = (schema["properties"] as JObject ?? [])
            .Properties()
            .Select(p => (Path: $"{path}/{p.Name}", p.Value))
            .Append((Path: path + "/items", Value: schema["items"]!))
            .Append((Path: path + "/*", Value: schema["additionalProperties"]!));
        foreach (var (at, value) in below)
        {
            if (value is JObject inner)
            {
                foreach (var found in Schemas(inner, at))
                {
                    yield return found;
                }
            }
        }
    }

    [GeneratedRegex("""\{"(?:segment|attribute)":\{[^{}…]*\}\}""")]
    private static partial Regex Leaf();
}
