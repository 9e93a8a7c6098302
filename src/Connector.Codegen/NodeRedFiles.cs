using System.Text;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>The parts of the Node-RED package that the manifest decides.</summary>
public static class NodeRedFiles
{
    /// <summary>Where the package lies, from the root of the repository.</summary>
    public const string Folder = "src/Connector.Hosts.NodeRed";

    private const string Package = "@customerio-connector/node-red";

    /// <summary>Makes the files.</summary>
    /// <param name="catalogue">The actions and the connection.</param>
    /// <returns>Paths inside the package, with forward slashes, and what the files hold.</returns>
    public static IEnumerable<(string Path, string Content)> Generate(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var model = NodeRedModel.Of(catalogue);
        yield return ("resources/model.js", Script(model));
        yield return ("customerio.html", NodeRedHtml.Write(model, Package));
        yield return ("locales/en-US/customerio.json", Text(Locale(model)));
        foreach (var (name, flow) in NodeRedExamples.Of(model))
        {
            yield return ($"examples/{name}.json", Text(flow));
        }

        foreach (
            var icon in model["actions"]!
                .Concat(model["jobs"]!)
                .Concat(model["triggers"]!)
                .Select(a => (string)a["icon"]!)
                .Append((string)model["connection"]!["icon"]!)
                .Distinct(StringComparer.Ordinal)
        )
        {
            yield return ($"icons/{icon}", NodeRedIcon.Write(catalogue, icon));
        }
    }

    /// <summary>Writes into <c>package.json</c> what the connector says of itself.</summary>
    /// <param name="text">The file.</param>
    /// <param name="catalogue">The connector.</param>
    /// <returns>The file with its version and addresses.</returns>
    public static string Described(string text, Catalogue catalogue) => Publication.Npm(text, catalogue, Folder);

    // For the server, which requires it, and for the editor, which loads it: there each form gets the fields that it names.
    private static string Script(JObject model) =>
        $$"""
            // Made from the manifest by "connector docs"; do not edit.
            (model => {
            for (const form of [...model.actions, ...model.jobs, ...model.triggers]) {
                form.fields = form.fields.map(name => model.fields[name]);
            }

            (typeof module === 'object' ? module.exports : window).customerIoModel = model;
            })({{Text(model).TrimEnd()}});

            """.ReplaceLineEndings("\n");

    // Node-RED replaces punctuation in a category's name, but shows what a catalogue says for it.
    private static JObject Locale(JObject model)
    {
        var labels = model["palettes"]!.Select(name => (string)name!).Select(name => new JProperty(NodeRedModel.EscapeCategory(name), name));
        return new JObject { ["palette"] = new JObject { ["label"] = new JObject(labels) } };
    }

    private static string Text(JContainer json)
    {
        using var text = new StringWriter(new StringBuilder(4096)) { NewLine = "\n" };
        using (var writer = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 })
        {
            json.WriteTo(writer);
        }

        return text.ToString() + "\n";
    }
}
