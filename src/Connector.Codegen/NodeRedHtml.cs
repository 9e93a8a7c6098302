using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>The page that Node-RED's editor loads: for each type an empty form, filled in the browser, and its registration as a literal.</summary>
/// <remarks>
/// Node-RED knows a package's types by their templates, and its catalogue by calls of <c>registerType</c> with a literal name and object:
/// both read this file without running it. All the rest is made by <c>resources/editor.js</c> from <c>resources/model.js</c>.
/// </remarks>
internal static class NodeRedHtml
{
    private const int Columns = 150;
    private static readonly string[] s_scripts = ["model", "shape", "form", "editor"];

    public static string Write(JObject model, string package)
    {
        var forms = NodeRedModel.Forms(model).ToArray();
        var html = new StringBuilder("<!-- Made from the manifest by \"connector docs\"; do not edit. -->\n");
        html.Append($"<link rel=\"stylesheet\" href=\"resources/{package}/editor.css\">\n");
        foreach (var script in s_scripts)
        {
            html.Append($"<script src=\"resources/{package}/{script}.js\"></script>\n");
        }

        foreach (var type in forms.Prepend((JObject)model["connection"]!).Select(f => (string)f["type"]!))
        {
            html.Append(
                $"<script type=\"text/html\" data-template-name=\"{type}\"></script>\n<script type=\"text/html\" data-help-name=\"{type}\"></script>\n"
            );
        }

        html.Append("<script type=\"text/javascript\">\n");
        Connection(html, (JObject)model["connection"]!);
        foreach (var form in forms)
        {
            var fields = form["fields"]!.Select(name => (JObject)model["fields"]![(string)name!]!).ToArray();
            Node(html, form, fields);
        }

        return html.Append("</script>\n").ToString();
    }

    private static void Connection(StringBuilder html, JObject connection)
    {
        var fields = connection["fields"]!.Cast<JObject>().ToLookup(f => (bool)f["secret"]!);
        var defaults = fields[false].SelectMany(f => f["options"] is null ? [(string)f["key"]!] : new[] { (string)f["key"]!, f["key"] + "_t" });
        Register(
            html,
            (string)connection["type"]!,
            "category: 'config',",
            defaults.Prepend("name"),
            fields[true].Select(f => (string)f["key"]!),
            "label, oneditprepare"
        );
    }

    private static void Node(StringBuilder html, JObject form, JObject[] fields)
    {
        var isTrigger = form["events"] is not null;
        var defaults = fields.SelectMany(f => (string)f["editor"]! == "events" ? ["p_events"] : Keys(f)).Prepend("connection").Prepend("name");
        Register(
            html,
            (string)form["type"]!,
            $"category: '{form["palette"]}', color: '{form["color"]}', icon: '{form["icon"]}', inputs: {(isTrigger ? 0 : 1)}, outputs: {(isTrigger ? 2 : 1)},",
            defaults.Append(isTrigger ? "publicUrl" : "output"),
            fields.Where(f => (string)f["editor"]! == "password").Select(f => $"s_{f["key"]}"),
            (isTrigger ? "outputLabels, " : "") + "paletteLabel, label, labelStyle, onadd, oneditprepare, oneditsave"
        );
    }

    private static IEnumerable<string> Keys(JObject field)
    {
        var key = $"p_{field["key"]}";
        return field["valueTypes"]!.Any(t => (string)t! is "rows" or "conditions") ? [key, key + "_t", key + "_r"]
            : field["dynamic"] is null ? [key, key + "_t"]
            : [key, key + "_t", key + "_n"];
    }

    private static void Register(StringBuilder html, string type, string literals, IEnumerable<string> defaults, IEnumerable<string> credentials, string rest)
    {
        html.Append($"customerIo.define('{type}', ({{ defaults: d, credentials: c, ...its }}) => RED.nodes.registerType('{type}', {{\n    {literals}\n");
        Object(html, "defaults", "d", defaults);
        Object(html, "credentials", "c", credentials);
        html.Append($"    {string.Join(", ", rest.Split(", ").Select(m => $"{m}: its.{m}"))},\n}}));\n");
    }

    private static void Object(StringBuilder html, string name, string from, IEnumerable<string> keys)
    {
        html.Append($"    {name}: {{");
        var start = html.Length;
        foreach (var key in keys)
        {
            var member = $" {key}: {from}.{key},";
            if (html.Length - start + member.Length > Columns)
            {
                html.Append("\n       ");
                start = html.Length;
            }

            html.Append(member);
        }

        html.Append(" },\n");
    }
}
