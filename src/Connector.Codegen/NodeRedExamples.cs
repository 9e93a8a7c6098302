using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>Example flows of the Node-RED package: each action and job once, with the first example that the manifest has for it.</summary>
public static class NodeRedExamples
{
    private const string Connection = "customerio-example-connection";

    /// <summary>Makes one flow for each group of the palette.</summary>
    internal static IEnumerable<(string Name, JArray Flow)> Of(JObject model) =>
        model["actions"]!
            .Concat(model["jobs"]!)
            .GroupBy(form => (string)form["palette"]!)
            .Select(group =>
            {
                // The palette puts the connector's name before the group's; the list of examples is the package's own.
                var title = group.Key[(group.Key.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                return ($"{title}, every action", Flow(title, group, model));
            });

    /// <summary>Sets what a node's settings hold for one input.</summary>
    /// <param name="config">The settings, in the names of Node-RED's flow file.</param>
    /// <param name="field">The input's field in the model.</param>
    /// <param name="value">The value, as an action takes it.</param>
    public static void Fill(JObject config, JToken field, JToken value)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(value);
        var key = (string)field["key"]!;
        var first = (string)field["valueTypes"]![0]!;
        if (value is JContainer && first == "rows")
        {
            config[$"p_{key}"] = "";
            config[$"p_{key}_t"] = "rows";
            config[$"p_{key}_r"] = value is JArray list
                ? new JArray(list.Select(v => Row(v, null)))
                : new JArray(((JObject)value).Properties().Select(p => Row(p.Value, p.Name)));
            return;
        }

        var row = Row(value, null);
        config[$"p_{key}"] = row["v"];
        config[$"p_{key}_t"] = (string)row["t"]! switch
        {
            "str" when first is "choice" or "date" => first,
            "num" when first is "str" or "choice" => first,
            var type => type,
        };
    }

    private static JArray Flow(string title, IEnumerable<JToken> forms, JObject model)
    {
        var tab = $"customerio-every-{NodeRedModel.EscapeCategory(title).Replace('_', '-').ToLowerInvariant()}";
        var nodes = new List<JObject>
        {
            new()
            {
                ["id"] = tab,
                ["type"] = "tab",
                ["label"] = $"{title}, every action",
                ["disabled"] = false,
                ["info"] =
                    "Each action with an example of its inputs, to copy from. Numbers and names, such as segment 7, are examples: put yours in their place. "
                    + "A button runs its action alone. What deletes or sends is switched off until you enable the node (its form, below on the left).",
            },
            new()
            {
                ["id"] = Connection,
                ["type"] = model["connection"]!["type"],
                ["name"] = "My workspace",
                ["siteId"] = "",
                ["region"] = "auto",
                ["region_t"] = "choice",
                ["baseUrl"] = "",
                ["rateLimit"] = "",
                ["totalTimeout"] = "",
            },
        };
        var y = 60;
        foreach (var form in forms)
        {
            var (id, example) = ($"{tab}-{form["id"]}", form["examples"]![0]!);
            nodes.Add(
                Node(
                    $"{id}-start",
                    "inject",
                    tab,
                    $"{form["title"]}: {example["title"]}",
                    (300, y),
                    id,
                    new()
                    {
                        ["props"] = new JArray(),
                        ["repeat"] = "",
                        ["crontab"] = "",
                        ["once"] = false,
                        ["onceDelay"] = 0.1,
                        ["topic"] = "",
                    }
                )
            );
            var config = new JObject { ["connection"] = Connection };
            if ((string)form["effect"]! is "destroy" or "send")
            {
                config["d"] = true;
            }

            foreach (var (key, value) in (JObject)example["input"]!)
            {
                Fill(config, form["fields"]!.Select(f => model["fields"]![(string)f!]!).Single(f => (string)f["key"]! == key), value!);
            }

            nodes.Add(Node(id, (string)form["type"]!, tab, "", (760, y), $"{tab}-result", config));
            y += 50;
        }

        nodes.Add(Debug($"{tab}-result", tab, "Result", (1020, 60)));
        nodes.Add(Node($"{tab}-catch", "catch", tab, "Catch", (220, y + 30), $"{tab}-why", new() { ["scope"] = JValue.CreateNull(), ["uncaught"] = false }));
        nodes.Add(Debug($"{tab}-why", tab, "What failed", (760, y + 30)));
        return new JArray(nodes);
    }

    private static JObject Debug(string id, string tab, string name, (int X, int Y) at) =>
        Node(
            id,
            "debug",
            tab,
            name,
            at,
            null,
            new()
            {
                ["active"] = true,
                ["tosidebar"] = true,
                ["console"] = false,
                ["tostatus"] = false,
                ["complete"] = "true",
                ["targetType"] = "full",
            }
        );

    private static JObject Node(string id, string type, string tab, string name, (int X, int Y) at, string? next, JObject config)
    {
        var node = new JObject
        {
            ["id"] = id,
            ["type"] = type,
            ["z"] = tab,
            ["name"] = name,
        };
        foreach (var (key, value) in config)
        {
            node[key] = value;
        }

        node["x"] = at.X;
        node["y"] = at.Y;

        // Not new JArray(new JArray(...)), which is the copy constructor.
        node["wires"] = next is null ? new JArray() : new JArray { new JArray(next) };
        return node;
    }

    private static JObject Row(JToken value, string? key)
    {
        var row = new JObject
        {
            ["t"] = value.Type switch
            {
                JTokenType.String => "str",
                JTokenType.Integer or JTokenType.Float => "num",
                JTokenType.Boolean => "bool",
                JTokenType.Null => "null",
                _ => "json",
            },
            ["v"] = value.Type == JTokenType.String ? value : value.ToString(Formatting.None),
        };
        if (key is not null)
        {
            row["k"] = key;
        }

        return row;
    }
}
