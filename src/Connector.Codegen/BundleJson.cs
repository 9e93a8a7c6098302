using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary><c>manifest.json</c> of the bundle (MCPB) that brings <c>customerio-mcp</c> to desktop agents: what it starts and what its form asks.</summary>
public static class BundleJson
{
    /// <summary>Where it lies in the repository.</summary>
    public const string File = "src/Connector.Hosts.Mcp/bundle/manifest.json";

    private const string Program = "server/customerio-mcp.dll";

    // What a person is asked; the other options are for files of configuration.
    private static readonly (string Name, string Title, string Type)[] s_options =
    [
        ("groups", "Groups", "string"),
        ("read-only", "Read Only", "boolean"),
        ("confirm", "Confirm", "boolean"),
        ("files", "Folder for Files", "directory"),
    ];

    /// <summary>Writes it.</summary>
    /// <param name="catalogue">The connector and the fields of its connection.</param>
    /// <returns>JSON.</returns>
    public static string Of(Catalogue catalogue)
    {
        var inputs = catalogue.Connection["fields"]!.Select(OfField).Concat(s_options.Select(OfOption)).ToArray();
        return new JObject
            {
                ["manifest_version"] = "0.3",
                ["name"] = (string)catalogue.Connector["id"]!,
                ["display_name"] = (string)catalogue.Connector["name"]!,
                ["version"] = (string)catalogue.Connector["version"]!,
                ["description"] = (string)catalogue.Connector["description"]!,
                ["long_description"] = "Needs the .NET 10 runtime or a later one; `dotnet` has to be on the path. The keys go to Customer.io alone.",
                ["author"] = new JObject { ["name"] = "The Customer.io Connector authors" },
                ["icon"] = "icon.png",
                ["license"] = "MIT",
                ["keywords"] = new JArray("customer.io", "customerio", "marketing", "events"),
                ["server"] = new JObject
                {
                    ["type"] = "binary",
                    ["entry_point"] = Program,
                    ["mcp_config"] = new JObject
                    {
                        ["command"] = "dotnet",
                        ["args"] = new JArray($"${{__dirname}}/{Program}"),
                        ["env"] = new JObject(inputs.Select(i => new JProperty(i.Variable, $"${{user_config.{i.Key}}}"))),
                    },
                },
                ["tools_generated"] = true,
                ["user_config"] = new JObject(inputs.Select(i => new JProperty(i.Key, i.Form))),
                ["compatibility"] = new JObject { ["platforms"] = new JArray("darwin", "win32", "linux") },
            }
                .With("author", Publication.OfBundle(catalogue))
                .ToString() + "\n";
    }

    private static (string Key, string Variable, JObject Form) OfField(JToken field)
    {
        var isSwitch = field["enum"]?.Select(v => (string?)v).Order(StringComparer.Ordinal).SequenceEqual(["false", "true"]) ?? false;
        var form = new JObject
        {
            ["type"] = isSwitch ? "boolean" : "string",
            ["title"] = field["title"],
            ["description"] = field["enum"] is { } choices && !isSwitch ? $"{field["description"]} One of {string.Join(", ", choices)}." : field["description"],
            ["required"] = false,
            // A variable without a value would stay in the environment as it is written.
            ["default"] = isSwitch ? (string?)field["default"] == "true" : field["default"]?.ToString() ?? "",
        };
        if ((bool)field["secret"]!)
        {
            form["sensitive"] = true;
        }

        return ((string)field["key"]!, (string)field["environment"]!, form);
    }

    private static (string Key, string Variable, JObject Form) OfOption((string Name, string Title, string Type) given)
    {
        var option = McpRunnerOptions.All.Single(o => o.Name == given.Name);
        return (
            given.Name.Replace("-", "_", StringComparison.Ordinal),
            option.Variable,
            new JObject
            {
                ["type"] = given.Type,
                ["title"] = given.Title,
                ["description"] = option.Description,
                ["required"] = false,
                ["default"] = given.Type == "boolean" ? false : "",
            }
        );
    }
}
