using System.Reflection;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Sync;
using CustomerIo.Connector.Pipelines.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests;

/// <summary>Import maps and syncs are checked by the schemas that editors get.</summary>
[Parallelizable(ParallelScope.All)]
public class FileSchemaTests
{
    private static IEnumerable<string> Names => ["import-map", "sync"];

    private static IEnumerable<(FileSchema Schema, string Name, string Kind, Type Record)> Kinds =>
        [
            .. Enum.GetValues<ImportKind>().Select(k => (FileSchema.ImportMap, "import-map", ImportJob.KindName(k), typeof(MapFile))),
            (FileSchema.Sync, "sync", "people", typeof(SyncForm)),
            (FileSchema.Sync, "sync", "segment", typeof(SyncForm)),
        ];

    [TestCaseSource(nameof(Names))]
    public void Schema_Keywords_AreThoseThatAreHonoured(string name)
    {
        var schema = Catalogue.Embedded.FileSchema(name);
        Assert.That(() => ManifestCheck.CheckKeywords(ManifestSource.Embedded, name, new JObject { ["file"] = schema }, ""), Throws.Nothing);
        foreach (var property in ((JObject)schema["properties"]!).Properties())
        {
            Assert.That((string?)property.Value["description"], Does.EndWith(".").And.Matches<string>(d => d.Split(' ').Length >= 2), property.Name);
            foreach (var value in (property.Value["examples"] ?? new JArray()).Concat(property.Value["default"] is { } usual ? [usual] : []))
            {
                Assert.That(SchemaReport.Problems((JObject)property.Value, value.DeepClone()), Is.Empty, $"{property.Name}: {value}");
            }
        }
    }

    [Test]
    public void Record_NamesAndTypes_AreThoseOfTheSchema()
    {
        foreach (var kind in Kinds)
        {
            var all = (JObject)Catalogue.Embedded.FileSchema(kind.Name)["properties"]!;
            var parameters = kind.Record.GetConstructors().Single(c => c.GetParameters().Length > 1).GetParameters();
            Assert.That(parameters.Select(p => Values.Names.Camel(p.Name!)).Append("$schema"), Is.EquivalentTo(all.Properties().Select(p => p.Name)));
            foreach (var parameter in parameters)
            {
                var name = Values.Names.Camel(parameter.Name!);
                var property = (JObject)all[name]!;
                Assert.That(TypeOf(parameter.ParameterType), Is.EqualTo(TypeOf(property)), name);
                if (new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull)
                {
                    var schema = kind.Schema.Of(kind.Kind);
                    var isRequired = schema["required"] is JArray required && required.Any(r => (string?)r == name);
                    Assert.That(isRequired || schema["properties"]![name]?["default"] is not null || name == "name", Is.True, name);
                }
            }
        }
    }

    [Test]
    public void Choices_OfTheCode_AreThoseOfTheSchema()
    {
        static IEnumerable<string> Of<T>()
            where T : struct, Enum => Enum.GetNames<T>().Where(n => n != nameof(CellType.AsIs)).Select(n => n.ToLowerInvariant());

        static IEnumerable<string?> In(string schema, string path) => Catalogue.Embedded.FileSchema(schema).SelectToken(path)!.Select(v => (string?)v);

        const string attribute = "properties.attributes.additionalProperties.anyOf[1].properties";
        Assert.That(In("import-map", $"{attribute}.type.enum"), Is.EqualTo(Of<CellType>()));
        Assert.That(In("import-map", $"{attribute}.empty.enum"), Is.EqualTo(Of<EmptyValue>()));
        Assert.That(In("import-map", "properties.empty.enum"), Is.EqualTo(Of<EmptyValue>()));
        Assert.That(In("sync", $"{attribute}.type.enum"), Is.EqualTo(Of<CellType>()));
        Assert.That(In("sync", $"{attribute}.conflict.enum"), Is.EqualTo(Of<Winner>()));
        Assert.That(In("sync", "properties.conflict.enum"), Is.EqualTo(Of<Winner>()));
        Assert.That(In("sync", "properties.direction.enum"), Is.EqualTo(Of<Direction>()));
        var kinds = Catalogue.Embedded.FileSchema("import-map").SelectTokens("$..x-kinds").SelectMany(k => k).Select(k => (string)k!).Distinct();
        Assert.That(kinds, Is.EquivalentTo(Enum.GetValues<ImportKind>().Select(ImportJob.KindName)));
    }

    [Test]
    public void Map_EachKey_BecomesWhatItSays()
    {
        var map = Map(
            ImportKind.People,
            """
            {"$schema":"./import-map.schema.json","identifier":{"column":"who","type":"auto"},"attributes":{"plan":"p","seats":{"type":"integer"},
             "nick":{"column":"n","empty":"skip"}},"empty":"remove","remove":["old"],"ignore":["x"],"delete":"gone","time":"at","delimiter":"\\t",
             "timeZone":"UTC"}
            """.Replace("\\\\t", "\\t", StringComparison.Ordinal)
        );
        Assert.That((map.Identifier, map.IdentifierType, map.Others, map.Delimiter, map.TimeZone), Is.EqualTo(("who", "auto", false, '\t', TimeZoneInfo.Utc)));
        Assert.That(
            map.Attributes,
            Is.EqualTo(
                new[]
                {
                    new MapAttribute("plan", "p", CellType.AsIs, EmptyValue.Remove),
                    new MapAttribute("seats", "seats", CellType.Integer, EmptyValue.Remove),
                    new MapAttribute("nick", "n", CellType.AsIs, EmptyValue.Skip),
                }
            )
        );
        Assert.That((map.Remove.Single(), map.Ignore.Single(), map.Delete, map.Time), Is.EqualTo(("old", "x", "gone", "at")));
        Assert.That(Map(ImportKind.Events, """{"event":{"value":"paid"},"identifier":"CIO_ID"}"""), Has.Property("Event").EqualTo(new MapValue(null, "paid")));
        Assert.That(Map(ImportKind.SegmentMembers, """{"segment":"s","identifier":"CIO_ID"}""").IdentifierType, Is.EqualTo("cio_id"));
        Assert.That(Map(ImportKind.Objects, "{}"), Has.Property("Others").True.And.Property("Empty").EqualTo(EmptyValue.Skip));
    }

    [TestCase("people", """{"atributes":{}}""", "/atributes: is not known here; did you mean \"attributes\"?")]
    [TestCase("segment-members", """{"attributes":{}}""", "/attributes: goes with people, events, objects, relationships, and this is segment-members.")]
    [TestCase("events", """{"delete":"x"}""", "/delete: goes with people, objects, relationships, segment-members, suppressions, and this is events.")]
    [TestCase("people", """{"identifier":5}""", "/identifier: must be the name of a column, or an object with column and type.")]
    [TestCase("people", """{"identifier":""}""", "/identifier: ")]
    [TestCase("people", """{"identifier":{"type":"id"}}""", "/identifier/column: is required.")]
    [TestCase("people", """{"identifier":{"column":"c","type":"ids"}}""", "/identifier/type: must be one of: id, email, cio_id, phone, auto.")]
    [TestCase("people", """{"attributes":[]}""", "/attributes: must be an object of attribute names, each with its column.")]
    [TestCase("people", """{"attributes":{"a/b":5}}""", "/attributes/a~1b: must be the name of a column, or an object with column, type and empty.")]
    [TestCase("people", """{"attributes":{"it's a.b":{"typ":1}}}""", "/attributes/it's a.b/typ: is not known here; ")]
    [TestCase("people", """{"attributes":{"a":{"typ":"time"}}}""", "/attributes/a/typ: is not known here; did you mean \"type\"?")]
    [TestCase("people", """{"attributes":{"a":{"type":"date"}}}""", "/attributes/a/type: must be one of: string, integer, number, boolean, time, json.")]
    [TestCase("people", """{"others":"yes"}""", "/others: must be true or false.")]
    [TestCase("people", """{"empty":"keep"}""", "/empty: must be one of: skip, remove.")]
    [TestCase("people", """{"ignore":"x"}""", "/ignore: must be a list of names.")]
    [TestCase("people", """{"remove":[""]}""", "/remove/0: must not be empty.")]
    [TestCase("people", """{"delete":null}""", "/delete: must be the name of a column.")]
    [TestCase("events", """{"event":{"name":"x"}}""", "/event/")]
    [TestCase("people", """{"delimiter":";;"}""", "/delimiter: must be one ASCII character, such as ; or \\t.")]
    [TestCase("people", """{"delimiter":"\\n"}""", "/delimiter: must be one ASCII character, such as ; or \\t.")]
    [TestCase("people", """{"timeZone":"Mars/Olympus"}""", "/timeZone: is no time zone that this machine knows; write it like Europe/Vienna or UTC.")]
    public void Map_WhatIsWrong_IsSaid(string kind, string json, string expected) =>
        Assert.That(
            Assert.Throws<ConnectorException>(() => Map(Enum.GetValues<ImportKind>().Single(k => ImportJob.KindName(k) == kind), json))!.Message,
            Does.StartWith(expected)
        );

    [Test]
    public void Map_AllThatIsWrong_IsSaidAtOnce()
    {
        var e = Assert.Throws<ConnectorException>(() => Map(ImportKind.People, """{"others":1,"timeZone":"Mars/Olympus","spread":2,"colour":3}"""))!;
        Assert.That(e.Problems.Select(p => p.Path), Is.EquivalentTo(new[] { "/others", "/timeZone", "/spread", "/colour" }));
    }

    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"keys":"id"}""", "/keys: is not known here; did you mean \"key\"?")]
    [TestCase("""{"database":"sqlite:x.db","segment":"s","query":"q","table":"t"}""", "/table: goes with people, and this is segment.")]
    [TestCase("""{"table":"t","attributes":{"a":"a"}}""", "/database: is required.")]
    [TestCase("""{"database":"sqlite:x.db","segment":"s"}""", "/query: is required.")]
    [TestCase("""{"database":"sqlite:x.db"}""", "/table: is required.")]
    [TestCase("""{"database":"mysql:x","table":"t","attributes":{"a":"a"}}""", "/database: must be sqlite:FILE, postgres:CONNECTION, or env: and the name of ")]
    [TestCase("""{"database":"sqlite:x.db","table":" ","attributes":{"a":"a"}}""", "/table: must be a text that is not empty.")]
    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{}}""", "/attributes: must be an object of attribute names, each with its column.")]
    [TestCase(
        """{"database":"sqlite:x.db","table":"t","attributes":{"a":1}}""",
        "/attributes/a: must be the name of a column, or an object with column, type and conflict."
    )]
    [TestCase(
        """{"database":"sqlite:x.db","table":"t","attributes":{"a":{"conflict":"mine"}}}""",
        "/attributes/a/conflict: must be one of: newest, table, customerio."
    )]
    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"overlap":"0m"}""", "/overlap: must be a span such as 30s, 5m, 2h or 1d.")]
    [TestCase(
        """{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"overlap":"123456789m"}""",
        "/overlap: must be a span such as 30s, 5m, 2h or 1d."
    )]
    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"maxDeleted":1.5}""", "/maxDeleted: must be a share from 0 to 1, such as 0.05.")]
    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"insertRows":"yes"}""", "/insertRows: must be true or false.")]
    [TestCase("""{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"idType":"phone"}""", "/idType: must be one of: id, email.")]
    [TestCase(
        """{"database":"sqlite:x.db","table":"t","attributes":{"a":"a"},"name":"a b"}""",
        "/name: must be letters, digits, points, hyphens and underscores only, at "
    )]
    public void Sync_WhatIsWrong_IsSaid(string json, string expected)
    {
        Assert.That(Assert.Throws<ConnectorException>(() => Sync(json))!.Message, Does.StartWith(expected));
        if (!expected.Contains("env:", StringComparison.Ordinal))
        {
            Assert.That(SchemaReport.Problems(Catalogue.Embedded.FileSchema("sync"), JObject.Parse(json)), Is.Not.Empty, "an editor says nothing");
        }
    }

    [TestCase("""{"$schema":"./sync.schema.json","database":"sqlite:x.db","table":"t","attributes":{"a":{"type":"time"}},"overlap":"5m"}""")]
    [TestCase("""{"database":"sqlite:x.db","segment":"s","query":"q","idType":"email","maxDeleted":1,"schedule":"0 0 3 * * ?"}""")]
    public void Sync_WhatIsRight_IsRightForAnEditor(string json)
    {
        var file = Sync(json);
        Assert.That((file.Name, file.Key, file.MaxDeleted is 0.1 or 1), Is.EqualTo(("crm", "id", true)));
        Assert.That(SchemaReport.Problems(Catalogue.Embedded.FileSchema("sync"), JObject.Parse(json)), Is.Empty);
    }

    // Whatever single thing is taken out or replaced: what the cheap check lets pass, the full one lets pass.
    [TestCase(
        "people",
        """
            {"name":"n","database":"sqlite:x.db","table":"t","attributes":{"a":{"column":"c","type":"time","conflict":"table"},"b":"b"},
             "overlap":"5m","direction":"push","insertRows":true,"maxDeleted":0.5,"schedule":"5m"}
            """
    )]
    [TestCase("segment", """{"database":"sqlite:x.db","segment":"s","query":"q","idType":"email","maxDeleted":1}""")]
    public void Check_AnySingleChange_IsJudgedAsTheFullCheckDoes(string kind, string json)
    {
        JToken[] others = [JValue.CreateNull(), 5, 0.5, "x", "", "5m", new JArray(), new JObject(), new JArray("x"), true];
        var schema = FileSchema.Sync.Of(kind);
        var plain = new PlainCheck(schema);
        Assert.That(plain.Accepts(JObject.Parse(json)), Is.True);
        var accepted = 0;
        foreach (var path in JObject.Parse(json).Descendants().Where(t => t is not JProperty).Select(t => t.Path))
        {
            foreach (var other in others.Append(null))
            {
                var changed = JObject.Parse(json);
                var node = changed.SelectToken(path)!;
                if (other is null)
                {
                    node.Parent!.Remove();
                }
                else
                {
                    node.Replace(other.DeepClone());
                }

                var accepts = plain.Accepts(changed);
                accepted += accepts ? 1 : 0;
                Assert.That(accepts, Is.EqualTo(SchemaReport.Problems(schema, changed.DeepClone()).Count == 0), $"{path}: {other?.ToString() ?? "gone"}");
            }
        }

        Assert.That(accepted, Is.GreaterThan(5));
    }

    [Test]
    public void Sync_FileNameThatCanBeNoName_IsRefused() =>
        Assert.That(
            Assert.Throws<ConnectorException>(() => SyncForm.Read(JObject.Parse("""{"database":"sqlite:x.db","segment":"s","query":"q"}"""), "a b"))!.Message,
            Does.StartWith("/name: must be letters")
        );

    private static ImportMap Map(ImportKind kind, string json) => MapFile.Read(JObject.Parse(json), kind);

    private static SyncFile Sync(string json) => SyncForm.Read(JObject.Parse(json), "crm");

    private static string TypeOf(JObject property) =>
        property["enum"] is not null ? "choice or string"
        : property["type"] is not JValue type ? "JToken"
        : (string?)type switch
        {
            "string" => "choice or string",
            "boolean" => "Boolean",
            "number" => "Double",
            "array" => "list",
            _ => "JObject",
        };

    private static string TypeOf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            { IsEnum: true } => "choice or string",
            var t when t == typeof(string) => "choice or string",
            var t when t == typeof(IReadOnlyList<string>) => "list",
            var t => t.Name,
        };
}
