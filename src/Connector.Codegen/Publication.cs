using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
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

    /// <summary>Writes into a <c>package.json</c> what the connector says of itself, behind the author.</summary>
    /// <param name="text">The file.</param>
    /// <param name="catalogue">The connector.</param>
    /// <param name="folder">The package's folder in the repository.</param>
    /// <param name="homepage">What the homepage is while there is no repository. Default null: there is none.</param>
    /// <returns>The file with its version and addresses.</returns>
    public static string Npm(string text, Catalogue catalogue, string folder, string? homepage = null)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var package = JObject.Parse(text);
        package["version"] = catalogue.Connector["version"];
        foreach (var name in new[] { "repository", "homepage", "bugs" })
        {
            package.Remove(name);
        }

        var addresses = OfNpm(catalogue, folder).ToList();
        if (addresses.Count == 0 && homepage is not null)
        {
            addresses.Add(new JProperty("homepage", homepage));
        }

        return package.With("author", addresses).ToString(Formatting.Indented).ReplaceLineEndings("\n") + "\n";
    }

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
