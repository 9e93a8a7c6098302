using CustomerIo.Connector.Actions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>Checks every file of a manifest before anything is used: a broken one is named, with the place in it and the reason.</summary>
internal static class ManifestCheck
{
    private const string Actions = "manifest/actions/", Inputs = "manifest/inputs/", Triggers = "manifest/triggers/", Schemas = "manifest/schema/";

    private static readonly HashSet<string> s_keywords = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
        "pattern", "oneOf", "anyOf", "allOf", "not", "$ref", "format", "title", "description", "default", "examples",
    };

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the first file that is wrong.</exception>
    public static void Check(ManifestSource source)
    {
        var files = source.Files.ToArray();
        var documents = files.Where(f => f.EndsWith(".json", StringComparison.Ordinal)).ToDictionary(f => f, f => Parse(source, f));
        JObject Document(string name) => documents.GetValueOrDefault(name) ?? throw Bad(source, name, "", "is missing.");

        foreach (var (file, document) in documents.Where(d => SchemaOf(d.Key) is not null))
        {
            Validate(source, file, document, documents.GetValueOrDefault(SchemaOf(file)!) ?? Parse(ManifestSource.Embedded, SchemaOf(file)!));
        }

        CheckIcon(source, "connector.json", "/icon", (string)Document("connector.json")["icon"]!);
        Document("manifest/connection.json");
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (file, document) in documents.Where(d => d.Key.StartsWith(Inputs, StringComparison.Ordinal)))
        {
            CheckKeywords(source, file, (JObject)document["properties"]!, "/properties");
        }

        foreach (var (file, document) in documents.Where(d => d.Key.StartsWith(Actions, StringComparison.Ordinal)).OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            CheckAction(source, file, document, documents, ids);
        }

        if (ids.Count == 0)
        {
            throw Bad(source, Actions, "", "holds no action.");
        }
    }

    private static void CheckAction(ManifestSource source, string file, JObject document, Dictionary<string, JObject> documents, Dictionary<string, string> ids)
    {
        var id = (string)document["id"]!;
        if (!ids.TryAdd(id, file))
        {
            throw Bad(source, file, "/id", $"\"{id}\" is already the id of {ids[id]}.");
        }

        if (file != $"{Actions}{id}.json")
        {
            throw Bad(source, file, "/id", $"\"{id}\" does not match the file's name; name the file {id}.json.");
        }

        foreach (var (group, i) in (document["include"] as JArray ?? []).Select((g, i) => ((string)g!, i)))
        {
            if (!documents.ContainsKey($"{Inputs}{group}.json"))
            {
                throw Bad(source, file, $"/include/{i}", $"there is no {Inputs}{group}.json.");
            }
        }

        CheckIcon(source, file, "/icon", (string)document["icon"]!);
        CheckKeywords(source, file, (JObject)document["input"]!["properties"]!, "/input/properties");
        CheckKeywords(source, file, new JObject { ["output"] = document["output"] }, "");
        var manifest = Catalogue.Merge(document, group => documents[$"{Inputs}{group}.json"]);
        if (ConnectorAction.Find(manifest) is null)
        {
            throw Bad(source, file, "/id", $"no class {manifest.ClassName} runs this action.");
        }

        foreach (var name in manifest.Required.Where(name => manifest.Input["properties"]![name] is null))
        {
            throw Bad(source, file, "/input/required", $"\"{name}\" is not among the properties.");
        }

        foreach (var (example, i) in manifest.Examples.Select((e, i) => (e, i)))
        {
            try
            {
                manifest.Validate((JObject)example["input"]!);
            }
            catch (ConnectorException e)
            {
                throw Bad(source, file, $"/examples/{i}/input", "is not valid: " + e.Message);
            }
        }

        foreach (var (name, property) in manifest.Properties.Where(p => p.Value.ContainsKey("default")))
        {
            if (SchemaReport.Problems(property, property["default"]!.DeepClone()) is [var problem, ..])
            {
                throw Bad(source, file, $"/input/properties/{name}/default", problem.Message);
            }
        }
    }

    private static string? SchemaOf(string file) => file switch
    {
        "connector.json" => Schemas + "connector.schema.json",
        "manifest/connection.json" => Schemas + "connection.schema.json",
        _ when file.StartsWith(Actions, StringComparison.Ordinal) => Schemas + "action.schema.json",
        _ when file.StartsWith(Inputs, StringComparison.Ordinal) => Schemas + "inputs.schema.json",
        _ when file.StartsWith(Triggers, StringComparison.Ordinal) => Schemas + "trigger.schema.json",
        _ => null,
    };

    private static JObject Parse(ManifestSource source, string file)
    {
        try
        {
            return ConnectorJson.ParseObject(source.Read(file) ?? throw Bad(source, file, "", "is missing."));
        }
        catch (FormatException e)
        {
            throw Bad(source, file, "", "is not valid JSON: " + e.Message);
        }
    }

    private static void Validate(ManifestSource source, string file, JObject document, JObject schema)
    {
        IReadOnlyList<Problem> problems;
        try
        {
            problems = SchemaReport.Problems(schema, document.DeepClone());
        }
        catch (Exception e) when (e is not ConnectorException)
        {
            throw Bad(source, SchemaOf(file)!, "", "is not a usable JSON Schema: " + e.Message.ReplaceLineEndings(" "));
        }

        if (problems is [var first, ..])
        {
            throw Bad(source, file, first.Path, first.Message);
        }
    }

    // NJsonSchema passes over the keywords it does not know, so a misspelt limit would limit nothing.
    private static void CheckKeywords(ManifestSource source, string file, JObject properties, string path)
    {
        foreach (var (name, value) in properties)
        {
            CheckSchema(source, file, value as JObject ?? throw Bad(source, file, $"{path}/{name}", "must be a schema object."), $"{path}/{Names.Escape(name)}");
        }
    }

    private static void CheckSchema(ManifestSource source, string file, JObject schema, string path)
    {
        foreach (var (keyword, value) in schema)
        {
            if (!s_keywords.Contains(keyword) && !keyword.StartsWith("x-", StringComparison.Ordinal))
            {
                throw Bad(source, file, $"{path}/{Names.Escape(keyword)}", "is not a keyword that schemas of this manifest use.");
            }

            switch (keyword, value)
            {
                case ("properties", JObject properties):
                    CheckKeywords(source, file, properties, path + "/properties");
                    break;
                case ("items" or "additionalProperties" or "not", JObject inner):
                    CheckSchema(source, file, inner, $"{path}/{keyword}");
                    break;
                case ("oneOf" or "anyOf" or "allOf", JArray all):
                    foreach (var (one, i) in all.OfType<JObject>().Select((s, i) => (s, i)))
                    {
                        CheckSchema(source, file, one, $"{path}/{keyword}/{i}");
                    }

                    break;
            }
        }
    }

    private static void CheckIcon(ManifestSource source, string file, string path, string icon)
    {
        foreach (var variant in new[] { "light", "dark" })
        {
            if (source.Read($"icons/{icon}.{variant}.svg") is not { } svg || !svg.AsSpan().TrimStart("\uFEFF \t\r\n"u8).StartsWith("<svg"u8))
            {
                throw Bad(source, file, path, $"there is no SVG icons/{icon}.{variant}.svg.");
            }
        }
    }

    private static ConnectorException Bad(ManifestSource source, string file, string path, string reason) =>
        new(FailureKind.Input, $"The manifest cannot be used: {source.Where(file)}{(path.Length > 0 ? $", at {path}" : "")}: {reason}", [new Problem(file + "#" + path, reason)]);
}
