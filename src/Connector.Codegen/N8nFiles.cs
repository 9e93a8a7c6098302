using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>The parts of the n8n package that the manifest decides.</summary>
public static partial class N8nFiles
{
    /// <summary>Where the package lies, from the root of the repository.</summary>
    public const string Folder = "src/Connector.Hosts.N8n";

    private const string Node = "nodes/CustomerIoConnector";

    /// <summary>The file of the credential, which names where it is described.</summary>
    public const string CredentialFile = "credentials/CustomerIoConnectorApi.credentials.ts";

    private const string Service = "https://customer.io";

    private const string Head = "// Made from the manifest by \"connector docs\"; do not edit.\nimport type { INodeProperties } from 'n8n-workflow';\n";

    /// <summary>Makes the files.</summary>
    /// <param name="catalogue">The actions and the trigger.</param>
    /// <returns>Paths inside the package, with forward slashes, and what the files hold.</returns>
    public static IEnumerable<(string Path, string Content)> Generate(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var model = new N8nModel(catalogue);
        var connector = catalogue.Connector;
        yield return ($"{Node}/fields.ts", Fields(model));
        yield return ($"{Node}/operations.ts", Operations(model));
        yield return ($"{Node}/trigger.ts", Trigger(model));
        yield return ($"{Node}/CustomerIoConnector.node.json", Codex(catalogue, "customerIoConnector", catalogue.All.SelectMany(a => a.Keywords)));
        yield return (
            $"{Node}/CustomerIoConnectorTrigger.node.json",
            Codex(catalogue, "customerIoConnectorTrigger", catalogue.Triggers.SelectMany(t => t.Keywords))
        );
        foreach (var theme in new[] { "light", "dark" })
        {
            yield return ($"icons/customerio.{theme}.svg", Encoding.UTF8.GetString(catalogue.Icon((string)connector["icon"]!, theme == "dark")!).Trim() + "\n");
        }
    }

    /// <summary>Writes into <c>package.json</c> what the connector says of itself.</summary>
    /// <param name="text">The file.</param>
    /// <param name="catalogue">The connector.</param>
    /// <returns>The file with its version and addresses; n8n wants a homepage also while there is no other.</returns>
    public static string Described(string text, Catalogue catalogue) => Publication.Npm(text, catalogue, Folder, Service);

    /// <summary>Writes into the file of the credential where it is described.</summary>
    /// <param name="text">The file.</param>
    /// <param name="catalogue">The connector.</param>
    /// <returns>The file.</returns>
    public static string Credential(string text, Catalogue catalogue) => DocumentationUrl().Replace(text, $"documentationUrl = '{Documentation(catalogue)}'");

    // The service's own pages, which say where its keys are, while ours have no address.
    private static string Documentation(Catalogue catalogue) =>
        Publication.AddressOf(catalogue) is { } address ? $"{address}/blob/main/docs/n8n.md" : "https://docs.customer.io";

    private static string Fields(N8nModel model)
    {
        var text = new StringBuilder(Head);
        text.Append("\n/** Every field once, by the name under which the forms refer to it. */\nexport const fields: Record<string, INodeProperties> = {\n");
        foreach (var (name, field) in model.Fields)
        {
            text.Append("  ").Append(TypeScript.Key(name)).Append(": ");
            TypeScript.Write(text, field, 1);
            text.Append(",\n");
        }

        return text.Append("};\n").ToString();
    }

    private static string Operations(N8nModel model)
    {
        var text = new StringBuilder(Head);
        text.Append("import type { Form } from './form';\n\n/** What is done to what. */\nexport const choices: INodeProperties[] = ");
        TypeScript.Write(text, model.Choices, 0);
        text.Append(";\n\n/** What every operation takes beside its own. */\nexport const common: INodeProperties[] = ");
        TypeScript.Write(text, model.Common, 0);
        text.Append(";\n\n/** Lists of the workspace that values are chosen from. */\nexport const lists = ");
        TypeScript.Write(text, model.Lists, 0);
        text.Append(";\n\n/** The operations, by resource; fields by the names of fields.ts. */\nexport const forms: Record<string, Record<string, Form>> = ");
        TypeScript.Write(text, model.Forms, 0);
        return text.Append(";\n").ToString();
    }

    private static string Trigger(N8nModel model)
    {
        var text = new StringBuilder(Head);
        text.Append("\n/** The settings of the trigger. */\nexport const settings: Record<'top' | 'filters' | 'options', INodeProperties[]> = ");
        TypeScript.Write(text, model.Trigger, 0);
        return text.Append(";\n").ToString();
    }

    // By these words the node is found in the list of nodes.
    private static string Codex(Catalogue catalogue, string node, IEnumerable<string> words)
    {
        var file = new JObject
        {
            ["node"] = $"{N8nModel.Package}.{node}",
            ["nodeVersion"] = "1.0",
            ["codexVersion"] = "1.0",
            ["categories"] = new JArray("Marketing", "Communication"),
            ["alias"] = new JArray(words.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)),
            ["resources"] = new JObject
            {
                ["credentialDocumentation"] = new JArray(new JObject { ["url"] = Documentation(catalogue) }),
                ["primaryDocumentation"] = new JArray(new JObject { ["url"] = Documentation(catalogue) }),
            },
        };
        return file.ToString(Formatting.Indented) + "\n";
    }

    [GeneratedRegex("documentationUrl = '[^']*'")]
    private static partial Regex DocumentationUrl();
}
