using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.OpenApi;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.OpenApi;

/// <summary>The two files of a custom connector of Power Platform: what its actions are, and how a connection reaches its own hub.</summary>
internal static class PowerPlatformFiles
{
    /// <summary>Where the files lie, from the root of the repository.</summary>
    public const string Folder = "src/Connector.Hosts.PowerPlatform";

    // In this order, says Microsoft's coding standard.
    private static readonly string[] s_order =
    [
        "swagger",
        "info",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "paths",
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
        "security",
        "tags",
    ];

    /// <summary>Makes the files.</summary>
    /// <param name="catalogue">The actions and their words.</param>
    /// <returns>Paths inside the folder, and what the files hold.</returns>
    public static IEnumerable<(string Path, string Content)> Generate(Catalogue catalogue)
    {
        yield return ("apiDefinition.swagger.json", Text(Definition(catalogue)));
        yield return ("apiProperties.json", Text(Properties(catalogue)));
    }

    private static JObject Definition(Catalogue catalogue)
    {
        var words = catalogue.Http["powerPlatform"]!;
        var written = ConnectorJson.ParseObject(
            ApiDocuments.WriteAsync(catalogue, [.. catalogue.All], $"https://{words["host"]}", OpenApiSpecVersion.OpenApi2_0).GetAwaiter().GetResult()
        );
        written["consumes"] = new JArray("application/json");
        written["produces"] = new JArray("application/json");
        foreach (var operation in written["paths"]!.Children<JProperty>().SelectMany(p => p.Value.Children<JProperty>()).Select(o => o.Value).OfType<JObject>())
        {
            operation.Remove("consumes");
            operation.Remove("produces");
        }

        written["basePath"] ??= "/";
        var ordered = new JObject(written.Properties().OrderBy(p => Array.IndexOf(s_order, p.Name) is var i and >= 0 ? i : s_order.Length))
        {
            ["x-ms-connector-metadata"] = new JArray(
                Metadata("Website", words["website"]!),
                Metadata("Privacy policy", words["privacyPolicy"]!),
                Metadata("Categories", words["categories"]!)
            ),
        };
        return ordered;
    }

    private static JObject Properties(Catalogue catalogue)
    {
        var (words, key, host) = (catalogue.Http["powerPlatform"]!, catalogue.Http["key"]!, catalogue.Http["host"]!);
        return new JObject
        {
            ["properties"] = new JObject
            {
                ["connectionParameters"] = new JObject { ["api_key"] = Parameter("securestring", key), ["host"] = Parameter("string", host) },
                ["iconBrandColor"] = words["brandColor"],
                ["capabilities"] = new JArray("actions", "triggers"),
                ["publisher"] = words["publisher"],
                ["stackOwner"] = words["stackOwner"],
                ["policyTemplateInstances"] = new JArray(
                    // Each customer has a hub of its own.
                    Policy("dynamichosturl", "Hub host", new JObject { ["x-ms-apimTemplateParameter.urlTemplate"] = "https://@connectionParameters('host')" }),
                    Policy(
                        "setheader",
                        "Hub key",
                        new JObject
                        {
                            ["x-ms-apimTemplateParameter.name"] = "Authorization",
                            ["x-ms-apimTemplateParameter.value"] = "Bearer @connectionParameters('api_key')",
                            ["x-ms-apimTemplateParameter.existsAction"] = "override",
                            ["x-ms-apimTemplate-policySection"] = "Request",
                        }
                    )
                ),
            },
        };
    }

    private static JObject Metadata(string name, JToken value) => new() { ["propertyName"] = name, ["propertyValue"] = value };

    private static JObject Policy(string template, string title, JObject parameters) =>
        new()
        {
            ["templateId"] = template,
            ["title"] = title,
            ["parameters"] = parameters,
        };

    private static JObject Parameter(string type, JToken words) =>
        new()
        {
            ["type"] = type,
            ["uiDefinition"] = new JObject
            {
                ["displayName"] = words["title"],
                ["description"] = words["description"],
                ["tooltip"] = words["description"],
                ["constraints"] = new JObject
                {
                    ["tabIndex"] = type == "string" ? 3 : 2,
                    ["clearText"] = type == "string",
                    ["required"] = "true",
                },
            },
        };

    private static string Text(JObject file)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using (var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 4 })
        {
            file.WriteTo(json);
        }

        return text + "\n";
    }
}
