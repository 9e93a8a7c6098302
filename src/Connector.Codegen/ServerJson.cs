using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary><c>server.json</c> of the package of <c>customerio-mcp</c>: how registries of MCP servers describe it.</summary>
public static class ServerJson
{
    /// <summary>Where it lies in the repository.</summary>
    public const string File = $"{Folder}/server.json";

    /// <summary>The package that holds the server.</summary>
    public const string PackageId = "CustomerIo.Connector.Mcp";

    private const string Folder = "src/Connector.Hosts.Mcp";

    private const string Name = "io.github.customerio-connector/customer-io";

    /// <summary>Writes it.</summary>
    /// <param name="catalogue">The connector and the fields of its connection.</param>
    /// <returns>JSON.</returns>
    public static string Of(Catalogue catalogue)
    {
        var version = (string)catalogue.Connector["version"]!;
        return new JObject
            {
                ["$schema"] = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
                ["name"] = Name,
                ["title"] = (string)catalogue.Connector["name"]!,
                ["description"] = (string)catalogue.Connector["description"]!,
                ["version"] = version,
                ["packages"] = new JArray(
                    new JObject
                    {
                        ["registryType"] = "nuget",
                        ["registryBaseUrl"] = "https://api.nuget.org/v3/index.json",
                        ["identifier"] = PackageId,
                        ["version"] = version,
                        ["runtimeHint"] = "dnx",
                        ["transport"] = new JObject { ["type"] = "stdio" },
                        ["environmentVariables"] = new JArray(
                            catalogue.Connection["fields"]!
                                .Select(f => Variable((string)f["environment"]!, (string)f["description"]!, (bool)f["secret"]!, f))
                                .Concat(McpRunnerOptions.All.Select(o => Variable(o.Variable, o.Description, false, null)))
                        ),
                    }
                ),
            }
                .With("description", Publication.OfServer(catalogue, Folder))
                .ToString() + "\n";
    }

    private static JObject Variable(string name, string description, bool secret, JToken? field)
    {
        var variable = new JObject
        {
            ["name"] = name,
            ["description"] = description,
            ["isRequired"] = false,
            ["isSecret"] = secret,
        };
        if (field?["default"] is { } value)
        {
            variable["default"] = value.ToString();
        }

        if (field?["enum"] is JArray choices)
        {
            variable["choices"] = choices.DeepClone();
        }

        return variable;
    }
}
