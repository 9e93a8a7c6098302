using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Codegen;

/// <summary>An input as fields of an n8n form: one, or the editor of rows and beside it the same as JSON.</summary>
internal static class N8nField
{
    /// <summary>Ends the name of the field that takes an input as JSON.</summary>
    public const string JsonSuffix = "Json";

    /// <summary>Ends the name of the field that says how a filter's conditions are joined.</summary>
    public const string MatchSuffix = "Match";

    // Sorts before every word.
    private const string Unchosen = "(Choose)";

    // n8n's lint wants so many choices sorted.
    private const int SortedFrom = 5;

    private static readonly string[] s_scalars = ["string", "number", "integer", "boolean", "null"];

    // n8n has fields of these names itself.
    private static readonly string[] s_taken = ["resource", "operation"];

    /// <summary>Makes the fields of an input.</summary>
    /// <param name="key">The input's name.</param>
    /// <param name="schema">Its schema.</param>
    public static IEnumerable<JObject> Of(string key, JObject schema)
    {
        var editor = Editor(schema);
        if (editor["type"] is null)
        {
            return [Field(key, schema, new JObject { ["type"] = "json", ["default"] = schema["type"] is JValue { Value: "array" } ? "[]" : "{}" })];
        }

        var field = Field(key, schema, editor);
        if ((string)editor["type"]! != "fixedCollection")
        {
            return [field];
        }

        var title = (string)field["displayName"]!;
        var json = new JObject
        {
            ["displayName"] = title + " (JSON)",
            ["name"] = key + JsonSuffix,
            ["type"] = "json",
            ["default"] = schema["type"] is JValue { Value: "array" } ? "[]" : "{}",
            ["description"] = N8nWords.Help((string)schema["description"]!),
        };
        return schema["x-ui"]?["conditions"] is null
            ? [field, json]
            :
            [
                new JObject
                {
                    ["displayName"] = title + " Must Match",
                    ["name"] = key + MatchSuffix,
                    ["type"] = "options",
                    ["options"] = new JArray(Choice("All Conditions", "and"), Choice("Any Condition", "or")),
                    ["default"] = "and",
                },
                field,
                json,
            ];
    }

    private static JObject Field(string key, JObject schema, JObject editor)
    {
        var help = (string)schema["description"]!;
        var type = (string)editor["type"]!;
        var field = Part(N8nWords.Title((string)schema["title"]!), s_taken.Contains(key) ? key + "Input" : key, editor);
        if (key == "limit")
        {
            // n8n has one description for all fields of this name.
            (field["description"], field["hint"]) = ("Max number of results to return", N8nWords.Help(help));
        }
        else if (type == "multiOptions" && editor["typeOptions"]?["loadOptionsMethod"] is not null)
        {
            field["displayName"] = Singular((string)field["displayName"]!) + " Names or IDs";
            field["description"] = "Choose from the list, or specify IDs using an <a href=\"https://docs.n8n.io/code/expressions/\">expression</a>";
            field["hint"] = N8nWords.Help(help);
        }
        else
        {
            field["description"] = type == "boolean" ? N8nWords.Whether(help) : N8nWords.Help(help);
        }

        return field;
    }

    private static string Singular(string title) => title.EndsWith('s') ? title[..^1] : title;

    private static JObject Editor(JObject schema)
    {
        var ui = schema["x-ui"] as JObject;
        return (string?)ui?["editor"] switch
        {
            "checkbox" => new JObject { ["type"] = "boolean", ["default"] = schema["default"] ?? false },
            "number" => Number(schema),
            "time" => new JObject { ["type"] = "dateTime", ["default"] = "" },
            "keyValue" => Rows(schema, (string?)ui["options"]),
            "list" => List(schema, (string?)ui["options"]),
            "code" when ui["conditions"] is { } kind => Conditions((string)kind!),
            "code" when schema["type"] is JArray || (string?)schema["type"] == "string" => Text(schema, rows: 5),
            "code" when schema["properties"] is JObject members => Members(members, many: false),
            "code" => [],
            _ when schema["enum"] is JArray values => Options(values, ui?["labels"] as JObject, schema["default"]),
            _ when ui?["options"] is { } kind => Locator((string)kind!, Placeholder(schema)),
            _ => Text(schema),
        };
    }

    private static JObject Number(JObject schema)
    {
        var limits = new JObject();
        foreach (var (from, to) in new[] { ("minimum", "minValue"), ("maximum", "maxValue") })
        {
            if (schema[from] is { } limit)
            {
                limits[to] = limit;
            }
        }

        var number = new JObject { ["type"] = "number" };
        if (limits.Count > 0)
        {
            number["typeOptions"] = limits;
        }

        number["default"] = (string?)schema["title"] == "Limit" ? 50 : schema["default"] ?? schema["minimum"] ?? 0;
        return number;
    }

    private static JObject Text(JObject schema, int rows = 0)
    {
        var text = new JObject { ["type"] = "string" };
        if (rows > 0)
        {
            text["typeOptions"] = new JObject { ["rows"] = rows };
        }

        text["default"] = "";
        if (Placeholder(schema) is { } placeholder)
        {
            text["placeholder"] = placeholder;
        }

        return text;
    }

    private static string? Placeholder(JObject schema) =>
        ((string?)schema["x-ui"]?["placeholder"] ?? (schema["examples"] as JArray)?.OfType<JValue>().FirstOrDefault()?.ToString()) is { Length: > 0 } example
            ? $"e.g. {example}"
            : null;

    // Fewer stand in the manifest's order, more in that of their labels, which is a rule of n8n's; without a usual value nothing is chosen, and
    // nothing sent.
    private static JObject Options(JArray values, JObject? labels, JToken? usual)
    {
        var options = values
            .Select(v => Choice((string?)labels?[$"{v}"] ?? N8nWords.Title($"{v}".Replace('_', ' ')), v))
            .Prepend(usual is null ? new JObject { ["name"] = Unchosen, ["value"] = "" } : null)
            .OfType<JObject>()
            .ToArray();
        return new JObject
        {
            ["type"] = "options",
            ["options"] = new JArray(options.Length < SortedFrom ? options : options.OrderBy(o => (string)o["name"]!, StringComparer.OrdinalIgnoreCase)),
            ["default"] = usual ?? "",
        };
    }

    private static JObject Choice(string name, JToken value) => new() { ["name"] = N8nWords.Title(name), ["value"] = value };

    /// <summary>A choice from a list that is kept in the workspace, or a number or name.</summary>
    private static JObject Locator(string kind, string? placeholder)
    {
        var byName = new JObject
        {
            ["displayName"] = "ID or Name",
            ["name"] = "id",
            ["type"] = "string",
        };
        if (placeholder is not null)
        {
            byName["placeholder"] = placeholder;
        }

        return new JObject
        {
            ["type"] = "resourceLocator",
            ["default"] = new JObject { ["mode"] = "list", ["value"] = "" },
            ["modes"] = new JArray(
                new JObject
                {
                    ["displayName"] = "From List",
                    ["name"] = "list",
                    ["type"] = "list",
                    ["typeOptions"] = new JObject { ["searchListMethod"] = kind, ["searchable"] = true },
                },
                byName
            ),
        };
    }

    private static JObject Rows(JObject schema, string? names)
    {
        var name = names is null ? new JObject { ["type"] = "string", ["default"] = "" } : Locator(names, null);
        var values = new JArray(Values(schema["additionalProperties"] as JObject).Prepend(Part("Name", "name", name)));
        return Collection("rows", "Row", values, many: true);
    }

    /// <summary>The value of a row, and before it its type where there is a choice.</summary>
    private static IEnumerable<JObject> Values(JObject? members)
    {
        string[] types = members?["type"] switch
        {
            JArray many => [.. many.Select(t => (string)t!)],
            JValue { Value: string one } => [one],
            _ when members?["anyOf"] is not null => ["string"],
            _ => [.. s_scalars, "object"],
        };
        if (types is ["boolean"])
        {
            return [Part("Value", "booleanValue", new JObject { ["type"] = "boolean", ["default"] = true })];
        }

        if (types is ["string"])
        {
            return [Part("Value", "stringValue", new JObject { ["type"] = "string", ["default"] = "" })];
        }

        var choices = new List<(string Name, string Value, JObject Editor)>
        {
            ("Text", "string", new JObject { ["type"] = "string", ["default"] = "" }),
            ("Number", "number", new JObject { ["type"] = "number", ["default"] = 0 }),
            ("True or False", "boolean", new JObject { ["type"] = "boolean", ["default"] = true }),
            ("Date", "date", new JObject { ["type"] = "dateTime", ["default"] = "" }),
        };
        if (types.Contains("object") || types.Contains("array"))
        {
            choices.Add(("JSON", "json", new JObject { ["type"] = "json", ["default"] = "" }));
        }

        if (types.Contains("null"))
        {
            choices.Add(("Nothing", "null", []));
        }

        var type = new JObject
        {
            ["type"] = "options",
            ["options"] = new JArray(choices.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Select(c => Choice(c.Name, c.Value))),
            ["default"] = "string",
        };
        return
        [
            Part("Type", "type", type),
            .. choices
                .Where(c => c.Editor.Count > 0)
                .Select(c =>
                {
                    var part = Part("Value", c.Value + "Value", c.Editor);
                    part["displayOptions"] = new JObject { ["show"] = new JObject { ["type"] = new JArray(c.Value) } };
                    return part;
                }),
        ];
    }

    private static JObject List(JObject schema, string? kind)
    {
        var items = schema["items"] as JObject;
        if (kind is not null)
        {
            return new JObject
            {
                ["type"] = "multiOptions",
                ["typeOptions"] = new JObject { ["loadOptionsMethod"] = kind },
                ["default"] = new JArray(),
            };
        }

        if (items?["enum"] is JArray values)
        {
            var choices = Options(values, schema["x-ui"]?["labels"] as JObject, values[0]);
            (choices["type"], choices["default"]) = ("multiOptions", schema["default"] ?? new JArray());
            return choices;
        }

        if (items?["properties"] is JObject members)
        {
            return Members(members, many: true);
        }

        return items?["type"] is JValue { Value: "object" } or null
            ? []
            : new JObject
            {
                ["type"] = "string",
                ["typeOptions"] = new JObject { ["multipleValues"] = true },
                ["default"] = new JArray(),
            };
    }

    /// <summary>An object with known members, or a list of them.</summary>
    private static JObject Members(JObject members, bool many)
    {
        var parts = members
            .Properties()
            .Select(p => (p.Name, Schema: (JObject)p.Value, Title: N8nWords.Title(Spaced(p.Name))))
            .Select(p =>
                Part(
                    p.Title,
                    p.Name,
                    p.Schema["enum"] is JArray values ? Options(values, null, values[0])
                        : p.Schema["type"] is JValue { Value: "object" } ? Rows(p.Schema, null)
                        : p.Name == "objectTypeId" ? Locator("object-types", null)
                        : Text(p.Schema)
                )
            );
        return Collection(many ? "items" : "item", "Entry", new JArray(parts), many);
    }

    private static JObject Conditions(string kind)
    {
        var isPerson = kind == "attribute";
        var operators = new[] { ("Equals", "eq"), ("Does Not Equal", "notEq"), ("Exists", "exists"), ("Does Not Exist", "notExists") };
        var attribute = new List<JObject>
        {
            Part(
                "Attribute",
                "field",
                new JObject
                {
                    ["type"] = "string",
                    ["default"] = "",
                    ["placeholder"] = "e.g. plan",
                }
            ),
            Part(
                "Operator",
                "operator",
                new JObject
                {
                    ["type"] = "options",
                    ["options"] = new JArray(operators.Select(o => Choice(o.Item1, o.Item2))),
                    ["default"] = "eq",
                }
            ),
        };
        foreach (var value in Values(new JObject { ["type"] = new JArray("string", "number", "boolean") }))
        {
            var show = value["displayOptions"]?["show"] as JObject ?? [];
            show["operator"] = new JArray("eq", "notEq");
            value["displayOptions"] = new JObject { ["show"] = show };
            attribute.Add(value);
        }

        if (!isPerson)
        {
            attribute.Insert(0, Part("Object Type", "type_id", Locator("object-types", null)));
        }

        var conditions = Collection(kind, "Condition", new JArray(attribute), many: true);
        conditions["options"]![0]!["displayName"] = "Attribute";
        if (isPerson)
        {
            var member = new JObject
            {
                ["type"] = "options",
                ["options"] = new JArray(Choice("Is a Member", "in"), Choice("Is Not a Member", "notIn")),
                ["default"] = "in",
            };
            ((JArray)conditions["options"]!).Add(
                new JObject
                {
                    ["displayName"] = "Segment",
                    ["name"] = "segment",
                    ["values"] = new JArray(Part("Membership", "membership", member), Part("Segment", "segment", Locator("segments", null))),
                }
            );
        }

        return conditions;
    }

    private static JObject Collection(string name, string entry, JArray values, bool many)
    {
        // Five or more stand in the order of their labels everywhere in n8n.
        if (values.Count >= 5)
        {
            values = new JArray(values.OrderBy(v => (string)v["displayName"]!, StringComparer.OrdinalIgnoreCase));
        }

        var collection = new JObject { ["type"] = "fixedCollection" };
        if (many)
        {
            collection["typeOptions"] = new JObject { ["multipleValues"] = true };
            if (values.Count == 2)
            {
                // More do not fit beside each other.
                collection["typeOptions"]!["fixedCollection"] = new JObject { ["layout"] = "inline" };
            }
        }

        collection["placeholder"] = $"Add {entry}";
        collection["default"] = new JObject();
        collection["options"] = new JArray(
            new JObject
            {
                ["displayName"] = entry,
                ["name"] = name,
                ["values"] = values,
            }
        );
        return collection;
    }

    private static JObject Part(string title, string name, JObject editor)
    {
        var part = new JObject { ["displayName"] = title, ["name"] = name };
        part.Merge(editor);
        if ((string?)part["type"] == "string" && name.Contains("token", StringComparison.OrdinalIgnoreCase))
        {
            // A rule of n8n's, which sees a secret in every token.
            part["typeOptions"] = new JObject { ["password"] = true };
        }

        if ((string?)part["type"] == "string" && name.Equals("email", StringComparison.OrdinalIgnoreCase))
        {
            part["placeholder"] = "name@email.com";
        }

        return part;
    }

    private static string Spaced(string key) =>
        string.Concat(
                key.Select(
                    (c, i) =>
                        i == 0 ? char.ToUpperInvariant(c).ToString()
                        : char.IsAsciiLetterUpper(c) ? $" {c}"
                        : $"{c}"
                )
            )
            .Replace(" Id", " ID", StringComparison.Ordinal);
}
