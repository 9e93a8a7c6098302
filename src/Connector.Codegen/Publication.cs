using CustomerIo.Connector.Manifest;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>Where the project is published, as each kind of package says it. All of it is left out while <c>connector.json</c> names no repository.</summary>
internal static class Publication
{
    /// <summary>The address of the repository, without a slash at its end; null while there is none.</summary>
    public static string? AddressOf(Catalogue catalogue) => ((string?)catalogue.Connector["repository"])?.TrimEnd('/');

    /// <summary>The fields of a <c>package.json</c>.</summary>
    /// <param name="catalogue">The connector.</param>
    /// <param name="folder">The package's folder in the repository.</param>
    public static IEnumerable<JProperty> OfNpm(Catalogue catalogue, string folder) =>
        AddressOf(catalogue) is not { } address
            ? []
            :
            [
                new(
                    "repository",
                    new JObject
                    {
                        ["type"] = "git",
                        ["url"] = $"git+{address}.git",
                        ["directory"] = folder,
                    }
                ),
                new("homepage", $"{address}#readme"),
                new("bugs", $"{address}/issues"),
            ];

    /// <summary>The fields of a <c>server.json</c>.</summary>
    /// <param name="catalogue">The connector.</param>
    /// <param name="folder">The server's folder in the repository.</param>
    public static IEnumerable<JProperty> OfServer(Catalogue catalogue, string folder) =>
        AddressOf(catalogue) is not { } address
            ? []
            :
            [
                new(
                    "repository",
                    new JObject
                    {
                        ["url"] = address,
                        ["source"] = new Uri(address).Host.Split('.')[^2],
                        ["subfolder"] = folder,
                    }
                ),
            ];

    /// <summary>The fields of a bundle's <c>manifest.json</c>.</summary>
    /// <param name="catalogue">The connector.</param>
    public static IEnumerable<JProperty> OfBundle(Catalogue catalogue) =>
        AddressOf(catalogue) is not { } address
            ? []
            :
            [
                new("repository", new JObject { ["type"] = "git", ["url"] = $"{address}.git" }),
                new("homepage", address),
                new("documentation", $"{address}/blob/main/docs/agents.md"),
                new("support", $"{address}/issues"),
            ];

    /// <summary>Puts properties behind one, in their order.</summary>
    public static JObject With(this JObject json, string name, IEnumerable<JProperty> properties)
    {
        var last = json.Property(name)!;
        foreach (var property in properties)
        {
            last.AddAfterSelf(property);
            last = property;
        }

        return json;
    }
}
