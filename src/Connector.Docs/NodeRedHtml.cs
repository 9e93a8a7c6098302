using System.Net;
using System.Text;
using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Docs;

/// <summary>The editor's side of the nodes: a form and a help text for each type, and the call that registers it.</summary>
internal static class NodeRedHtml
{
    public static string Write(Catalogue catalogue, JObject model, string package)
    {
        var html = new StringBuilder();
        html.Append("<!-- Made from the manifest by \"connector docs\"; do not edit. -->\n");
        html.Append($"<link rel=\"stylesheet\" href=\"resources/{package}/editor.css\">\n");
        html.Append($"<script src=\"resources/{package}/editor.js\"></script>\n");
        Connection(html, catalogue, (JObject)model["connection"]!);
        foreach (var action in model["actions"]!.Cast<JObject>())
        {
            Action(html, catalogue.Find((string)action["id"]!), action);
        }

        foreach (var (job, json) in catalogue.Jobs.Zip(model["jobs"]!.Cast<JObject>()))
        {
            Action(html, job, json);
        }

        foreach (var (trigger, json) in catalogue.Triggers.Zip(model["triggers"]!.Cast<JObject>()))
        {
            Trigger(html, trigger, json);
        }

        return html.ToString();
    }

    private static void Connection(StringBuilder html, Catalogue catalogue, JObject model)
    {
        var type = (string)model["type"]!;
        var fields = catalogue.Connection["fields"]!.Cast<JObject>().ToArray();
        Template(html, type, "cio-connection", () =>
        {
            Row(html, "config-input", "name", "Name", null, false, "What this connection is called in the editor, such as Production.");
            Groups(html, fields, f => (string?)f["group"], f => Row(
                html, "config-input", (string)f["key"]!, (string)f["title"]!, Placeholder(f), false, (string)f["description"]!, (bool)f["secret"]!, f["enum"] is not null), CheckButton);
        });
        Help(html, type, () =>
        {
            html.Append($"<p>{Encode((string)catalogue.Connection["description"]!)}</p>\n<h3>Properties</h3>\n<dl class=\"message-properties\">\n");
            Term(html, "Name", "string", "What this connection is called in the editor.");
            foreach (var field in fields)
            {
                Term(html, (string)field["title"]!, (bool)field["secret"]! ? "secret" : (string)field["type"]!, (string)field["description"]!);
            }

            html.Append("</dl>\n<h3>Details</h3>\n");
            html.Append("<p>Secrets are kept in Node-RED's credentials. Every field may be <code>${NAME}</code>, the value of an environment variable. ");
            html.Append("<b>Test connection</b> asks Customer.io about each key that is deployed.</p>\n");
        });
        Register(html, "registerConnection", model);
    }

    private static void Action(StringBuilder html, ActionManifest action, JObject model)
    {
        var type = (string)model["type"]!;
        var fields = model["fields"]!.Cast<JObject>().ToDictionary(f => (string)f["key"]!);
        Template(html, type, "cio-action", () =>
        {
            Row(html, "input", "name", "Name", action.Title, false, null);
            html.Append(ConnectionRow);
            Groups(html, action.Properties, p => (string)fields[p.Key]["group"]!, p => Field(html, fields[p.Key], p.Value));
        });
        Help(html, type, () => ActionHelp(html, action));
        Register(html, "registerAction", model);
    }

    private static void Trigger(StringBuilder html, TriggerManifest trigger, JObject model)
    {
        var type = (string)model["type"]!;
        var fields = model["fields"]!.Cast<JObject>().ToDictionary(f => (string)f["key"]!);
        Template(html, type, "cio-trigger", () =>
        {
            Row(html, "input", "name", "Name", trigger.Title, false, null);
            html.Append(ConnectionRow);
            foreach (var (key, schema) in trigger.Properties.Where(p => s_first.Contains(p.Key)))
            {
                Field(html, fields[key], schema);
            }

            Row(html, "input", "publicUrl", "Public URL", "https://flows.example.com", false, PublicUrlHelp, note: "cio-note-address");
            Groups(html, trigger.Properties.Where(p => !s_first.Contains(p.Key)), p => (string)fields[p.Key]["group"]!, p => Field(html, fields[p.Key], p.Value));
        });
        Help(html, type, () => TriggerHelp(html, trigger));
        Register(html, "registerTrigger", model);
    }

    // What, and where from; then the narrowing.
    private static readonly string[] s_first = ["events", "path"];

    private const string PublicUrlHelp = "Where Customer.io reaches this Node-RED; with an App API key the webhook is then set up and removed by itself.";

    private const string ConnectionRow = """
          <div class="form-row">
            <label for="node-input-connection">Connection <span class="cio-required" title="required">*</span></label>
            <input type="text" id="node-input-connection">
          </div>

        """;

    private static void Field(StringBuilder html, JObject field, JObject schema)
    {
        var key = (string)field["key"]!;
        if ((string)field["editor"]! == "events")
        {
            html.Append($"""
                  <div class="form-row">
                    <label>{Encode((string)field["title"]!)} <span class="cio-help" id="cio-events-count"></span></label>
                    <div class="cio-events" id="cio-events"></div>
                    <div class="cio-help">{Encode((string)schema["description"]!)}</div>
                  </div>

                """);
            return;
        }

        var after = $"<input type=\"hidden\" id=\"node-input-p_{key}_t\">";
        if (field["valueTypes"]!.Any(t => (string)t! == "rows"))
        {
            after += $"\n    <div class=\"cio-rows\"><ol id=\"cio-rows-{key}\"></ol></div>";
        }

        if ((string)field["editor"]! == "password")
        {
            after += $"<input type=\"password\" id=\"node-input-s_{key}\" autocomplete=\"new-password\" hidden style=\"display: none\">";
        }

        var help = (string)schema["description"]!;
        if (field["valueTypes"]!.Any(t => (string)t! == "rows"))
        {
            help += field["valueTypes"]!.Any(t => (string)t! == "msg") ? " A date is sent in Unix seconds; an empty one is now." : "";
        }

        Row(html, "input", $"p_{key}", (string)field["title"]!, Placeholder(schema), (bool)field["required"]!, help, false, false, after, $"cio-note-{key}");
    }

    private static string? Placeholder(JObject schema) =>
        (string?)schema["x-ui"]?["placeholder"] ?? (string?)schema["placeholder"] ?? (schema["default"] is { } value && schema["enum"] is null ? $"Default: {value}" : null) ?? ((schema["examples"] as JArray)?.FirstOrDefault() is JValue { Type: JTokenType.String } example ? (string)example! : null);

    private const string CheckButton = """
          <div class="form-row">
            <button type="button" class="red-ui-button" id="cio-check">Test connection</button>
            <ul class="cio-check-result" id="cio-check-result" role="status" aria-live="polite"></ul>
          </div>

        """;

    private static void Groups<T>(StringBuilder html, IEnumerable<T> all, Func<T, string?> group, Action<T> row, string between = "")
    {
        var parts = all.ToLookup(f => group(f) == "advanced");
        foreach (var field in parts[false])
        {
            row(field);
        }

        html.Append(between);
        if (parts[true].Any())
        {
            html.Append("  <details class=\"cio-advanced\">\n    <summary>Advanced</summary>\n");
            foreach (var field in parts[true])
            {
                row(field);
            }

            html.Append("  </details>\n");
        }
    }

    private static void Row(
        StringBuilder html, string kind, string key, string title, string? placeholder, bool required, string? help, bool secret = false, bool typed = false, string after = "", string? note = null)
    {
        var id = $"node-{kind}-{key}";
        html.Append("  <div class=\"form-row\">\n");
        html.Append($"    <label for=\"{id}\">{Encode(title)}{(required ? " <span class=\"cio-required\" title=\"required\">*</span>" : "")}</label>\n");
        html.Append($"    <input type=\"{(secret ? "password" : "text")}\" id=\"{id}\"{(typed || after.Length > 0 ? " style=\"width: 100%\"" : "")}");
        html.Append(placeholder is null ? "" : $" placeholder=\"{Encode(placeholder)}\"");
        html.Append(secret ? " autocomplete=\"new-password\">" : ">");
        html.Append(typed ? $"<input type=\"hidden\" id=\"{id}_t\">" : after).Append('\n');
        html.Append(help is null ? "" : $"    <div class=\"cio-help\">{Encode(help)}</div>\n");
        html.Append(note is null ? "" : $"    <div class=\"cio-help\" id=\"{note}\"></div>\n");
        html.Append("  </div>\n");
    }

    private static void ActionHelp(StringBuilder html, ActionManifest action)
    {
        html.Append($"<p>{Encode(action.Description)}</p>\n<h3>Inputs</h3>\n<p>Each input is a fixed value, or comes from the message, the context, the environment or an expression. ");
        html.Append("What is left empty is not sent.</p>\n<dl class=\"message-properties\">\n");
        foreach (var (name, schema) in action.Properties)
        {
            var type = schema["type"] is JArray types ? string.Join(" | ", types) : (string?)schema["type"] ?? "any";
            var text = (string)schema["description"]!;
            text += schema["default"] is { } value ? $" Default: {value.ToString(Formatting.None)}." : "";
            Term(html, (string)schema["title"]!, type, text, !action.Required.Contains(name));
        }

        html.Append("</dl>\n<h3>Outputs</h3>\n<dl class=\"message-properties\">\n");
        Term(html, "payload", "object", "What Customer.io answered.");
        Term(html, "customerio", "object", "The rest of the result: status, request and warnings.");
        html.Append("</dl>\n<h3>Errors</h3>\n<p>A failed call goes to a Catch node. <code>msg.error.code</code> says who has to act: <code>input</code>, <code>connection</code>, ");
        html.Append("<code>rejected</code>, <code>rateLimited</code>, <code>unavailable</code>, <code>uncertain</code> or <code>cancelled</code>. ");
        html.Append("<code>msg.error.cause</code> has the same as <code>kind</code>, with <code>status</code>, <code>problems</code>, <code>retryAfter</code> and <code>attempts</code>.</p>\n");
        html.Append("<h3>Examples</h3>\n");
        foreach (var example in action.Examples)
        {
            html.Append($"<p>{Encode((string)example["title"]!)}</p>\n<pre>{Encode(example["input"]!.ToString(Formatting.Indented).ReplaceLineEndings("\n"))}</pre>\n");
        }
    }

    private static void TriggerHelp(StringBuilder html, TriggerManifest trigger)
    {
        html.Append($"<p>{Encode(trigger.Description)}</p>\n<h3>Properties</h3>\n<dl class=\"message-properties\">\n");
        foreach (var (_, schema) in trigger.Properties)
        {
            var text = (string)schema["description"]! + (schema["default"] is { } value ? $" Default: {value.ToString(Formatting.None)}." : "");
            Term(html, (string)schema["title"]!, (string)schema["type"]!, text, true);
        }

        Term(html, "Public URL", "string", PublicUrlHelp, true);
        html.Append("</dl>\n<h3>Outputs</h3>\n<ol class=\"node-ports\">\n<li>Events\n<dl class=\"message-properties\">\n");
        Term(html, "payload", "object", "The event as Customer.io sent it, or the track call.");
        Term(html, "topic", "string", "The event's name, such as email_delivered.");
        Term(html, "customerio", "object", "The event's id as eventId, and whether its signature was verified.");
        html.Append("</dl></li>\n<li>Refused deliveries\n<dl class=\"message-properties\">\n");
        Term(html, "payload", "object", "The status that was answered and the reason, without anybody's data.");
        html.Append("</dl></li>\n</ol>\n<h3>Details</h3>\n");
        html.Append("<p>Node-RED's own HTTP server takes what Customer.io posts to the path. Each event is kept before it is answered, and comes out once, however often it is sent. ");
        html.Append("With a <b>Webhook Signing Key</b> in the connection, what is not signed with it is refused; without one, anybody who knows the address can start the flow.</p>\n");
        html.Append("<p>With an <b>App API Key</b> and a Public URL the reporting webhook is made when the node is deployed, and removed when the node is. ");
        html.Append("Otherwise the badge under the node says which address to give to Customer.io.</p>\n");
    }

    private static void Term(StringBuilder html, string name, string type, string text, bool optional = false) =>
        html.Append($"<dt{(optional ? " class=\"optional\"" : "")}>{Encode(name)} <span class=\"property-type\">{Encode(type)}</span></dt>\n<dd>{Encode(text)}</dd>\n");

    private static void Template(StringBuilder html, string type, string style, Action body)
    {
        html.Append($"\n<script type=\"text/html\" data-template-name=\"{type}\">\n<div class=\"cio-form {style}\">\n");
        body();
        html.Append("</div>\n</script>\n");
    }

    private static void Help(StringBuilder html, string type, Action body)
    {
        html.Append($"<script type=\"text/html\" data-help-name=\"{type}\">\n");
        body();
        html.Append("</script>\n");
    }

    private static void Register(StringBuilder html, string function, JObject model) =>
        html.Append($"<script>\ncustomerIo.{function}({model.ToString(Formatting.None).Replace("<", "\\u003c", StringComparison.Ordinal)});\n</script>\n");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
