using CustomerIo.Connector.Hub.OpenApi;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>The files of the Power Platform connector keep Microsoft's coding standard and fit its schemas.</summary>
public class PowerPlatformTests
{
    // What the platform takes at most.
    private const int LongestDefinition = 1 << 20;

    private static readonly Dictionary<string, string> s_files = PowerPlatformFiles.Generate(Catalogue.Embedded).ToDictionary(f => f.Path, f => f.Content);

    private static readonly string s_text = s_files["apiDefinition.swagger.json"];

    private static readonly JObject s_definition = ConnectorJson.ParseObject(s_text);

    private static readonly JObject s_properties = (JObject)ConnectorJson.ParseObject(s_files["apiProperties.json"])["properties"]!;

    private static IEnumerable<JObject> Operations => ((JObject)s_definition["paths"]!).Properties().Select(p => (JObject)((JProperty)p.Value.First!).Value);

    [Test]
    public void Definition_BeginsInTheOrderOfTheStandard_WithFourSpaces()
    {
        string[] order = ["swagger", "info", "host", "basePath", "schemes", "consumes", "produces", "paths", "definitions", "parameters"];
        Assert.That(s_definition.Properties().Select(p => p.Name).Take(order.Length), Is.EqualTo(order));
        Assert.That(s_text, Does.StartWith("{\n    \"swagger\": \"2.0\",\n").And.EndWith("}\n"));
        Assert.That(s_text, Has.Length.LessThan(LongestDefinition));
    }

    [Test]
    public void Definitions_AreUsedMoreThanOnce_AndSaveMoreThanHalf()
    {
        var definitions = (JObject)s_definition["definitions"]!;
        var used = s_definition
            .Descendants()
            .OfType<JProperty>()
            .Where(p => p.Name == "$ref")
            .Select(p => ((string)p.Value!).Split('/'))
            .Where(r => r[1] == "definitions")
            .ToLookup(r => r[2]);
        Assert.That(definitions.Properties().Select(d => d.Name).Where(d => !used.Contains(d)), Is.Empty);
        Assert.That(used.Select(u => u.Key), Is.SubsetOf(definitions.Properties().Select(d => d.Name)));
        var whole = ConnectorJson.ToText(OpenApiTests.Whole((JObject)s_definition["paths"]!, s_definition)).Length;
        Assert.That(ConnectorJson.ToText(s_definition).Length, Is.LessThan(whole * 3 / 4));
        TestContext.Out.WriteLine($"{s_text.Length} bytes, {definitions.Count} definitions");
    }

    [Test]
    public void Info_SaysWhoItIs()
    {
        var info = s_definition["info"]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)info["title"], Does.Not.Match("(?i)API|connector|Microsoft|Power (Apps|Automate)").And.Length.AtMost(30));
            Assert.That(((string)info["description"]!).Length, Is.InRange(30, 500));
            Assert.That(info["contact"]!.Select(c => ((JProperty)c).Name), Is.EqualTo(new[] { "name", "url", "email" }));
            Assert.That(
                s_definition["x-ms-connector-metadata"]!.Select(m => (string?)m["propertyName"]),
                Is.EqualTo(new[] { "Website", "Privacy policy", "Categories" })
            );
        });
    }

    [Test]
    public void Operations_KeepTheStandard()
    {
        var ids = Operations.Select(o => (string)o["operationId"]!).ToArray();
        Assert.That(ids, Is.Unique.And.All.Match("^([A-Z][a-z0-9]*)+$"));
        foreach (var operation in Operations)
        {
            Assert.Multiple(() =>
            {
                var (summary, description) = ((string)operation["summary"]!, (string)operation["description"]!);
                Assert.That(summary, Does.Match("^[A-Z]").And.Not.Match("[.!?/]$").And.Length.AtMost(80));
                Assert.That(description, Does.Match("^[A-Z]").And.EndWith(".").And.Not.EqualTo(summary + "."));
                Assert.That((operation["responses"]!["200"] ?? operation["responses"]!["201"])!["schema"], Is.Not.Null.And.Not.Empty, summary);
                Assert.That(operation["responses"]!.Count(), Is.GreaterThan(10), "the known failures");
                foreach (var parameter in operation["parameters"]!.Select(Resolved))
                {
                    Assert.That((string?)parameter["x-ms-summary"], Is.Not.Null.And.Not.Empty, $"{summary} {parameter["name"]}");
                    Assert.That((string?)parameter["description"], Does.EndWith("."), $"{summary} {parameter["name"]}");
                }

                foreach (var property in Inputs(operation))
                {
                    Assert.That((string?)property.Value["x-ms-summary"], Is.Not.Null.And.Not.Empty, $"{summary} {property.Name}");
                    Assert.That((string?)property.Value["description"], Is.Not.Null.And.Not.Empty, $"{summary} {property.Name}");
                }
            });
        }
    }

    [Test]
    public void Definition_HasOneTypeEverywhere_AndNothingEmpty()
    {
        Assert.Multiple(() =>
        {
            foreach (var schema in s_definition.Descendants().OfType<JProperty>())
            {
                // An input may be called "type"; a keyword of that name is text.
                if (schema.Name == "type" && schema.Value is not JObject && !schema.Path.Contains("example", StringComparison.Ordinal))
                {
                    Assert.That(schema.Value.Type, Is.EqualTo(JTokenType.String), schema.Path);
                    Assert.That((string?)schema.Value, Is.Not.EqualTo("null"), schema.Path);
                }

                if (
                    schema.Name is "properties" or "required" or "enum" or "parameters" or "description"
                    && !schema.Path.Contains("example", StringComparison.Ordinal)
                )
                {
                    Assert.That(schema.Value is JContainer { Count: 0 } or JValue { Value: "" }, Is.False, schema.Path);
                }

                Assert.That(schema.Name, Is.Not.AnyOf("anyOf", "oneOf", "allOf", "not"), schema.Path);
            }
        });
    }

    [Test]
    public void DropDowns_AskOperationsThatAreThere()
    {
        var asked = s_definition.SelectTokens("$..x-ms-dynamic-values").ToArray();
        Assert.That(asked, Has.Length.GreaterThan(20));
        var operation = Operations.Single(o => (string?)o["operationId"] == ApiSchemas.ListOptions);
        Assert.That(asked.Select(a => (string?)a["operationId"]), Has.All.EqualTo(ApiSchemas.ListOptions));
        Assert.That((string?)operation["x-ms-visibility"], Is.EqualTo("internal"));
        var item = operation["responses"]!["200"]!["schema"]!["properties"]!["options"]!["items"]!["properties"]!;
        foreach (var one in asked)
        {
            Assert.That(
                (item[(string)one["value-path"]!] is not null, item[(string)one["value-title"]!] is not null, (string?)one["value-collection"]),
                Is.EqualTo((true, true, "options"))
            );
        }
    }

    [Test]
    public void Trigger_HasWhatThePlatformRegistersAndDeletesItBy()
    {
        var path = s_definition["paths"]!["/subscriptions"]!;
        var begin = path["post"]!;
        var input = begin["parameters"]!.Single(p => (string?)p["in"] == "body")["schema"]!["properties"]!;
        var shown = s_definition["definitions"]![((string)path["x-ms-notification-content"]!["schema"]!["$ref"]!).Split('/')[^1]]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)begin["x-ms-trigger"], Is.EqualTo("single"));
            Assert.That((string?)begin["summary"], Is.EqualTo(Catalogue.Embedded.Triggers[0].Title));
            Assert.That((bool?)input["endpoint"]!["x-ms-notification-url"], Is.True);
            Assert.That(
                input.Where(i => ((JProperty)i).Value["x-ms-notification-url"] is not null).Select(i => ((JProperty)i).Name),
                Is.EqualTo(new[] { "endpoint" })
            );
            Assert.That((string?)input["endpoint"]!["x-ms-visibility"], Is.EqualTo("internal"));
            Assert.That(begin["responses"]!["201"]!["headers"]!["Location"], Is.Not.Null);
            Assert.That((string?)s_definition["paths"]!["/subscriptions/{id}"]!["delete"]!["x-ms-visibility"], Is.EqualTo("internal"));
            Assert.That(((JObject)shown["properties"]!).ContainsKey("event_id"));
            Assert.That(s_properties["capabilities"]!.Select(c => (string?)c), Does.Contain("triggers"));
        });
    }

    [Test]
    public void Connection_ReachesItsOwnHub_WithItsOwnKey()
    {
        var parameters = (JObject)s_properties["connectionParameters"]!;
        Assert.That(
            parameters.Properties().Select(p => (p.Name, (string?)p.Value["type"])),
            Is.EqualTo(new[] { ("api_key", "securestring"), ("host", "string") })
        );
        var policies = s_properties["policyTemplateInstances"]!.ToDictionary(p => (string)p["templateId"]!, p => p["parameters"]!);
        Assert.That((string?)policies["dynamichosturl"]["x-ms-apimTemplateParameter.urlTemplate"], Is.EqualTo("https://@connectionParameters('host')"));
        Assert.That((string?)policies["setheader"]["x-ms-apimTemplateParameter.name"], Is.EqualTo("Authorization"));
        Assert.That((string?)policies["setheader"]["x-ms-apimTemplateParameter.value"], Is.EqualTo("Bearer @connectionParameters('api_key')"));
    }

    [Test]
    [Category("Slow")]
    public async Task Files_FitMicrosoftsSchemas_AndSwaggerParser()
    {
        var check = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "lab", "power-platform-check.mjs"));
        if (!File.Exists(check))
        {
            Assert.Ignore("The check with Microsoft's schemas lies beside the repository, in ../shared, which is not here.");
        }

        // Node looks for packages beside the program that asks for them.
        var folder = await NodeTools.FolderAsync();
        var work = Directory.CreateDirectory(Path.Combine(folder, "power-platform", "lab"));
        var program = Path.Combine(work.FullName, Path.GetFileName(check));
        var text = await File.ReadAllTextAsync(check);
        await File.WriteAllTextAsync(program, text.Replace("import.meta.url", $"'{new Uri(check)}'", StringComparison.Ordinal));
        foreach (var (name, content) in s_files)
        {
            await File.WriteAllTextAsync(Path.Combine(work.FullName, name), content);
        }

        var (exit, stdout, stderr) = await NodeTools.RunAsync("node", [program, .. s_files.Keys.Select(f => Path.Combine(work.FullName, f))]);
        Assert.That((exit, stdout.TrimEnd()), Is.EqualTo((0, "swagger: valid\nproperties: valid\nswagger-parser: valid")), stderr);
    }

    private static JToken Resolved(JToken parameter) =>
        (string?)parameter["$ref"] is { } reference ? s_definition["parameters"]![reference.Split('/')[^1]]! : parameter;

    private static IEnumerable<JProperty> Inputs(JObject operation) =>
        (
            operation["parameters"]!.FirstOrDefault(p => (string?)p["in"] == "body")?["schema"] is JObject schema
                ? (OpenApiTests.Whole(schema, s_definition)["properties"] as JObject)?.Properties()
                : null
        ) ?? [];
}
