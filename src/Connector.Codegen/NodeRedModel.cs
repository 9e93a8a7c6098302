using CustomerIo.Connector.Manifest;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>What the package's JavaScript has to know, in the server and in the editor.</summary>
internal static class NodeRedModel
{
    private static readonly string[] s_fromElsewhere = ["msg", "flow", "global", "env", "jsonata"];

    // A trigger has no message to read from when it is deployed.
    private static readonly string[] s_fromTheHost = ["env"];

    // Groups of the palette, in their order, and the categories whose actions they hold.
    private static readonly (string Title, string[] Categories)[] s_areas =
    [
        ("People", ["People", "Subscriptions", "Suppressions"]),
        ("Events", ["Events"]),
        ("Messages", ["Messages", "Broadcasts", "Campaigns", "Newsletters", "Content"]),
        ("Segments", ["Segments"]),
        ("Objects", ["Objects"]),
        ("Data and jobs", ["Exports", "Imports", "Jobs", "Webhooks", "Advanced"]),
    ];
    private static readonly string[] s_forms = ["conditions", "without"];
    private static readonly string[] s_parts = ["actions", "jobs", "triggers"];
    private static readonly string[] s_limits = ["default", "minimum", "maximum"];

    // What of a schema the form refuses by itself, in the runner's words.
    private static readonly string[] s_shape =
    [
        "type",
        "enum",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "minProperties",
        "required",
        "x-expected",
        "x-maxBytes",
        "x-time",
    ];

    /// <summary>The model; a field that several forms have stands once, in <c>fields</c>, and is named where it is used.</summary>
    public static JObject Of(Catalogue catalogue)
    {
        var connectionType = ConnectionType(catalogue);
        var name = (string)catalogue.Connector["name"]!;
        return ShareFields(
            new JObject
            {
                ["palettes"] = new JArray(s_areas.Select(a => Palette(name, a.Title))),
                ["connection"] = new JObject
                {
                    ["type"] = connectionType,
                    ["title"] = catalogue.Connection["title"],
                    ["description"] = catalogue.Connection["description"],
                    ["icon"] = IconFile((string)catalogue.Connector["icon"]!),
                    ["fields"] = new JArray(catalogue.Connection["fields"]!.Cast<JObject>().Select(ConnectionField)),
                },
                ["actions"] = new JArray(
                    catalogue
                        .All.OrderBy(a => Area(a.Category))
                        .ThenBy(a => FacadeCode.Rank(a.Id))
                        .ThenBy(a => a.Effect == ActionEffect.Destroy)
                        .ThenBy(a => a.Category, StringComparer.Ordinal)
                        .ThenBy(a => a.Title, StringComparer.Ordinal)
                        .Select(a => Action(a, connectionType, name))
                ),
                ["jobs"] = new JArray(catalogue.Jobs.Select(j => Action(j, connectionType, name, true))),
                ["triggers"] = new JArray(catalogue.Triggers.Select(t => Trigger(t, connectionType, name))),
            }
        );
    }

    // A field is named by its key; one that differs from another of that key, by the form that has it first too.
    private static JObject ShareFields(JObject model)
    {
        var shared = new JObject();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var form in Forms(model))
        {
            var used = new JArray();
            foreach (var field in form["fields"]!.Cast<JObject>())
            {
                var text = field.ToString(Formatting.None);
                if (!names.TryGetValue(text, out var name))
                {
                    var key = (string)field["key"]!;
                    names[text] = name = shared.ContainsKey(key) ? $"{key}@{form["id"]}" : key;
                    shared[name] = field;
                }

                used.Add(name);
            }

            form["fields"] = used;
        }

        model["fields"] = shared;
        return model;
    }

    /// <summary>What a model has forms for beside the connection: actions, jobs and triggers.</summary>
    public static IEnumerable<JObject> Forms(JObject model) => s_parts.SelectMany(part => model[part]!.Cast<JObject>());

    public static string EscapeCategory(string name) => string.Concat(name.Select(c => c < 0x80 && !char.IsAsciiLetterOrDigit(c) && c != '-' ? '_' : c));

    private static string ConnectionType(Catalogue catalogue) => $"{Prefix(catalogue)}-connection";

    private static string Prefix(Catalogue catalogue) => ((string)catalogue.Connector["id"]!).Replace("-", "", StringComparison.Ordinal);

    private static string IconFile(string name) => $"customerio-{name}.svg";

    private static int Area(string category) => Array.FindIndex(s_areas, a => a.Categories.Contains(category)) is >= 0 and var at ? at : s_areas.Length - 1;

    private static string Palette(string connector, string area) => $"{connector} {area}";

    // Light tints, which the dark strokes of the icons stand on in light and dark themes.
    private static string Color(ActionEffect effect) =>
        effect switch
        {
            ActionEffect.Read => "#C9D7E5",
            ActionEffect.Send => "#BFE5C4",
            ActionEffect.Destroy => "#F5B9B2",
            _ => "#DCD0FF",
        };

    private static JObject Action(ActionManifest action, string connectionType, string palette, bool isJob = false) =>
        new()
        {
            ["type"] = $"{connectionType[..connectionType.LastIndexOf('-')]}-{action.Id}",
            ["id"] = action.Id,
            ["title"] = action.Title,
            ["palette"] = Palette(palette, s_areas[Area(action.Category)].Title),
            ["color"] = Color(action.Effect),
            ["words"] = string.Join(' ', action.Keywords),
            ["confirm"] = action.Effect is ActionEffect.Send || action.IsDestructive,
            ["isJob"] = isJob,
            ["output"] = action.Effect == ActionEffect.Read ? "payload" : "result",
            ["icon"] = IconFile(action.Icon),
            ["connectionType"] = connectionType,
            ["effect"] = action.Effect.ToString().ToLowerInvariant(),
            ["resend"] = action.Effect == ActionEffect.Read || (action.Idempotent && action.Effect != ActionEffect.Send),
            ["description"] = action.Description,
            ["examples"] = new JArray(action.Examples),
            ["fields"] = new JArray(action.Properties.Select(p => Field(p.Key, p.Value, action.Required.Contains(p.Key)))),
        };

    private static JObject Trigger(TriggerManifest trigger, string connectionType, string palette) =>
        new()
        {
            ["type"] = $"{connectionType[..connectionType.LastIndexOf('-')]}-{trigger.Id}",
            ["id"] = trigger.Id,
            ["title"] = trigger.Title,
            ["palette"] = Palette(palette, "Messages"),
            ["color"] = "#FFE2A8",
            ["words"] = string.Join(' ', trigger.Keywords),
            ["icon"] = IconFile(trigger.Icon),
            ["connectionType"] = connectionType,
            ["description"] = trigger.Description,
            ["fields"] = new JArray(trigger.Properties.Select(p => Field(p.Key, p.Value, false, s_fromTheHost))),
            ["events"] = new JArray(
                trigger.Groups.Select(g => new JObject
                {
                    ["title"] = g.Title,
                    ["events"] = new JArray(
                        g.Events.Where(e => e.Offered)
                            .Select(e => new JObject
                            {
                                ["name"] = e.Name,
                                ["title"] = e.Title,
                                ["description"] = e.Description,
                            })
                    ),
                })
            ),
        };

    private static JObject Field(string key, JObject schema, bool required, string[]? elsewhere = null)
    {
        var ui = schema["x-ui"] as JObject;
        var types = Types(schema).ToArray();
        var editor = (string?)ui?["editor"] ?? "text";
        var field = new JObject
        {
            ["key"] = key,
            ["title"] = schema["title"],
            ["editor"] = editor,
            ["group"] = ui?["section"] ?? ui?["group"] ?? "main",
            ["required"] = required,
            ["types"] = new JArray(types),
            ["valueTypes"] = new JArray(ValueTypes(editor, types, ui?["conditions"] is not null, elsewhere ?? s_fromElsewhere)),
            ["help"] = schema["description"],
        };
        if (schema["enum"] is null && Placeholder(schema) is { } placeholder)
        {
            field["placeholder"] = placeholder;
        }

        foreach (var name in s_limits.Where(schema.ContainsKey))
        {
            field[name] = schema[name];
        }

        if (schema["enum"] is JArray values)
        {
            field["options"] = Options(values, ui?["labels"] as JObject);
        }

        if (ui?["options"] is { } dynamic)
        {
            field["dynamic"] = dynamic;
        }

        foreach (var name in s_forms.Where(n => ui?[n] is not null))
        {
            field[name] = ui![name];
        }

        // What a flow of an earlier version means that says nothing of the type.
        if (Untyped(editor) is { } former && former != (string)field["valueTypes"]![0]!)
        {
            field["untyped"] = former;
        }

        field["shape"] = Shape(schema);
        if (schema["items"] is JObject items && items["type"] is not null)
        {
            field["itemTypes"] = new JArray(ItemTypes([.. Types(items)], elsewhere ?? s_fromElsewhere));
        }

        if (schema["type"] is JValue { Value: "object" or "array" } && (schema["examples"] as JArray)?.FirstOrDefault() is JContainer sample)
        {
            field["example"] = sample;
        }

        return field;
    }

    private static JObject Shape(JObject schema)
    {
        var shape = new JObject(s_shape.Where(schema.ContainsKey).Select(n => new JProperty(n, schema[n])));
        if (shape.ContainsKey("pattern") && (schema["examples"] as JArray)?.FirstOrDefault() is JValue example)
        {
            shape["example"] = example;
        }

        if (schema["items"] is JObject items && Shape(items) is { Count: > 0 } each)
        {
            shape["items"] = each;
        }

        if (schema["anyOf"] is JArray forms)
        {
            shape["anyOf"] = new JArray(forms.Cast<JObject>().Select(Shape));
        }

        if (schema["additionalProperties"] is JObject member && Shape(member) is { Count: > 0 } value)
        {
            shape["members"] = value;
        }

        return shape;
    }

    private static string? Untyped(string editor) =>
        editor switch
        {
            "code" => "json",
            "time" => "str",
            _ => null,
        };

    private static IEnumerable<string> ItemTypes(string[] types, string[] elsewhere) =>
        types
            .SelectMany(t =>
                t switch
                {
                    "string" => (string[])["str"],
                    "integer" or "number" => ["num"],
                    "boolean" => ["bool"],
                    _ => ["json"],
                }
            )
            .Distinct(StringComparer.Ordinal)
            .Concat(elsewhere);

    private static string? Placeholder(JObject schema) =>
        (string?)schema["x-ui"]?["placeholder"]
        ?? (string?)schema["placeholder"]
        ?? (schema["default"] is { } value && schema["enum"] is null ? $"Default: {value}" : null)
        ?? ((schema["examples"] as JArray)?.FirstOrDefault() is JValue { Type: JTokenType.String } example ? (string)example! : null);

    private static IEnumerable<string> Types(JObject schema) =>
        schema["type"] switch
        {
            JArray many => many.Select(t => (string)t!),
            { } one => [(string)one!],
            null => [],
        };

    private static IEnumerable<string> ValueTypes(string editor, string[] types, bool isFilter, string[] elsewhere) =>
        editor switch
        {
            "number" => ["num", .. elsewhere],
            "checkbox" => ["bool", .. elsewhere],
            "choice" => ["choice", .. elsewhere],
            "password" => ["cred", .. elsewhere],
            "code" when isFilter => ["conditions", "json", .. elsewhere],
            "code" when types is ["string"] => ["str", "json", .. elsewhere],
            "code" => types.Contains("string") ? ["json", "str", .. elsewhere] : ["json", .. elsewhere],
            "events" => ["events"],
            "keyValue" or "list" => ["rows", "json", .. elsewhere],
            "time" => ["date", "str", "num", .. elsewhere],
            _ => ["str", .. elsewhere],
        };

    private static JArray Options(JArray values, JObject? labels) =>
        new(values.Select(v => new JObject { ["value"] = v, ["label"] = labels?[(string)v!] ?? v.ToString() }));

    private static JObject ConnectionField(JObject field)
    {
        var result = new JObject
        {
            ["key"] = field["key"],
            ["title"] = field["title"],
            ["type"] = field["type"],
            ["secret"] = field["secret"],
            ["group"] = field["group"] ?? "main",
            ["help"] = field["description"],
        };
        if (Placeholder(field) is { } placeholder)
        {
            result["placeholder"] = placeholder;
        }

        if (field["default"] is { } value)
        {
            result["default"] = value;
        }

        if (field["enum"] is JArray values)
        {
            result["options"] = Options(values, field["labels"] as JObject);
        }

        return result;
    }
}
