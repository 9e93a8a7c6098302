using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>Checks every file of a manifest before anything is used: a broken one is named, with the place in it and the reason.</summary>
internal static class ManifestCheck
{
    private const string Actions = "manifest/actions/",
        Inputs = "manifest/inputs/",
        Triggers = "manifest/triggers/",
        Jobs = "manifest/jobs/",
        Tools = "manifest/tools/",
        Schemas = "manifest/schema/";

    private static readonly ConcurrentDictionary<string, JObject> s_embedded = new(StringComparer.Ordinal);
    private static readonly HashSet<string> s_types = new(["string", "integer", "number", "boolean", "object", "array", "null"], StringComparer.Ordinal);

    /// <summary>The keywords that NJsonSchema honours, each with what it must be: it loads many a wrong value without a word.</summary>
    private static readonly Dictionary<string, (string Expected, Func<JToken, bool> Fits)> s_keywords = new(StringComparer.Ordinal)
    {
        ["type"] = ("a type of JSON Schema, or a list of them", t => t is JArray { Count: > 0 } many ? many.All(IsType) : IsType(t)),
        ["properties"] = ("an object", IsObject),
        ["required"] = ("a list of names", IsListOfTexts),
        ["additionalProperties"] = ("true, false or a schema", t => IsObject(t) || IsSwitch(t)),
        ["items"] = ("a schema", IsObject),
        ["not"] = ("a schema", IsObject),
        ["enum"] = ("a list that is not empty", t => t is JArray { Count: > 0 }),
        ["minimum"] = ("a number", IsNumber),
        ["maximum"] = ("a number", IsNumber),
        ["minLength"] = ("a whole number from 0", IsCount),
        ["maxLength"] = ("a whole number from 0", IsCount),
        ["minItems"] = ("a whole number from 0", IsCount),
        ["maxItems"] = ("a whole number from 0", IsCount),
        ["minProperties"] = ("a whole number from 0", IsCount),
        ["pattern"] = ("a regular expression", IsPattern),
        ["oneOf"] = ("a list of schemas", IsListOfSchemas),
        ["anyOf"] = ("a list of schemas", IsListOfSchemas),
        ["allOf"] = ("a list of schemas", IsListOfSchemas),
        ["$ref"] = ("a text", IsText),
        ["format"] = ("a text", IsText),
        ["title"] = ("a text", IsText),
        ["description"] = ("a text", IsText),
        ["examples"] = ("a list", t => t is JArray),
        ["default"] = ("a value", _ => true),
        ["x-maxBytes"] = ("a whole number from 0", IsCount),
        ["x-maxNameBytes"] = ("a whole number from 0", IsCount),
        ["x-maxValueBytes"] = ("a whole number from 0", IsCount),
        ["x-maxCount"] = ("a whole number from 0", IsCount),
        ["x-time"] = ("true or false", IsSwitch),
        ["x-writes"] = ("true or false", IsSwitch),
        [InputSchema.ForAgents] = ("false, or a text", t => t is JValue { Value: false or string }),
        [SchemaReport.InWords] = ("a text", IsText),
        [ToolManifest.FromTrigger] = ("settings or events", t => t is JValue { Value: "settings" or "events" }),
    };

    /// <summary>Checks what differs from the build's own files, which the build's tests check; of those only what they refer to.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the first file that is wrong.</exception>
    public static void Check(ManifestSource source)
    {
        var files = new Files(source);
        foreach (var file in files.All.Where(f => SchemaOf(f) is { } schema && !(files.IsOwn(f) && (files.IsOwn(schema) || !files.All.Contains(schema)))))
        {
            Validate(source, file, files.Document(file), files.Find(SchemaOf(file)!) ?? Embedded(SchemaOf(file)!));
        }

        CheckIcon(source, "connector.json", "/icon", (string)files.Document("connector.json")["icon"]!);
        files.Document("manifest/connection.json");
        foreach (var file in files.All.Where(f => f.StartsWith(Inputs, StringComparison.Ordinal) && !files.IsOwn(f)))
        {
            CheckKeywords(source, file, (JObject)files.Document(file)["properties"]!, "/properties");
        }

        CheckActions(files);
        files.Each(Triggers, file => TriggerCheck.Check(source, file, files.Document(file)));
        files.Each(
            Jobs,
            file => CheckJob(source, file, files.Document(file), files.Find, files.IsOwn(file) && files.AreOwn(Texts(files.Document(file), "include")))
        );
        files.Each(Tools, file => CheckTool(source, file, files.Document(file), files.Find, files.IsOwn(file)));
    }

    private static void CheckActions(Files files)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        files.Each(
            Actions,
            file =>
            {
                if (files.IsOwn(file) && Catalogue.Embedded.Find(Path.GetFileNameWithoutExtension(file)) is var built && files.AreOwn(built.Include))
                {
                    ids[built.Id] = file;
                    CheckIcon(files.Source, file, "/icon", built.Icon);
                }
                else
                {
                    CheckAction(files.Source, file, files.Document(file), files.Find, ids);
                }
            }
        );
        if (ids.Count == 0)
        {
            throw Bad(files.Source, Actions, "", "holds no action.");
        }
    }

    /// <summary>The files of a source, which of them are the build's own, and what was read of the others.</summary>
    private sealed class Files
    {
        private readonly HashSet<string> _own;
        private readonly Dictionary<string, JObject> _documents;

        public Files(ManifestSource source)
        {
            Source = source;
            All = [.. source.Files.Where(f => f.EndsWith(".json", StringComparison.Ordinal))];
            _own = All.Where(f => IsEmbedded(source, f)).ToHashSet(StringComparer.Ordinal);
            _documents = All.Where(f => !IsOwn(f)).ToDictionary(f => f, f => Parse(source, f));
        }

        public ManifestSource Source { get; }

        public string[] All { get; }

        public bool IsOwn(string file) => _own.Contains(file);

        public bool AreOwn(IEnumerable<string> groups) => groups.All(g => IsOwn($"{Inputs}{g}.json"));

        /// <summary>What a file holds; null when there is none of the name.</summary>
        public JObject? Find(string name) => _documents.TryGetValue(name, out var known) || !IsOwn(name) ? known : Embedded(name);

        public JObject Document(string name) => Find(name) ?? throw Bad(Source, name, "", "is missing.");

        /// <summary>Checks each file of a folder; one that nobody expected so is named like any other that is wrong.</summary>
        public void Each(string folder, Action<string> check)
        {
            foreach (var file in All.Where(f => f.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                try
                {
                    check(file);
                }
                catch (Exception e) when (e is not ConnectorException)
                {
                    throw Bad(Source, file, "", "cannot be used: " + e.Message.ReplaceLineEndings(" "));
                }
            }
        }
    }

    private static void CheckAction(ManifestSource source, string file, JObject document, Func<string, JObject?> find, Dictionary<string, string> ids)
    {
        var id = (string)document["id"]!;
        if (!ids.TryAdd(id, file))
        {
            throw Bad(source, file, "/id", $"\"{id}\" is already the id of {ids[id]}.");
        }

        var manifest = Merged(source, file, document, find);
        if (manifest.CodeType is null)
        {
            throw Bad(source, file, "/id", $"no class {manifest.ClassName} runs this action.");
        }

        CheckBuilt(source, file, manifest, Catalogue.Embedded.Find);
    }

    private static void CheckJob(ManifestSource source, string file, JObject document, Func<string, JObject?> find, bool isOwn)
    {
        if (isOwn)
        {
            CheckIcon(source, file, "/icon", (string)document["icon"]!);
            return;
        }

        CheckBuilt(source, file, Merged(source, file, document, find), id => Catalogue.Embedded.Jobs.FirstOrDefault(j => j.Id == id));
    }

    private static void CheckTool(ManifestSource source, string file, JObject document, Func<string, JObject?> find, bool isOwn)
    {
        CheckId(source, file, document);
        if ((string?)document["icon"] is { } icon)
        {
            CheckIcon(source, file, "/icon", icon);
        }

        // A tool whose trigger was left out is left out with it.
        var needed = (string?)document["trigger"];
        var trigger = needed is null ? null : find($"{Triggers}{needed}.json");
        if (isOwn || (needed is not null && trigger is null && Catalogue.Embedded.Triggers.Any(t => t.Id == needed)))
        {
            return;
        }

        if (needed is not null && trigger is null)
        {
            throw Bad(source, file, "/trigger", $"there is no trigger \"{needed}\".");
        }

        CheckKeywords(source, file, (JObject)document["input"]!["properties"]!, "/input/properties");
        CheckKeywords(source, file, new JObject { ["output"] = document["output"] }, "");
        if (trigger is null && document["input"]!.SelectTokens($"$..{ToolManifest.FromTrigger}").Any())
        {
            throw Bad(source, file, "/trigger", $"is required, because an input says {ToolManifest.FromTrigger}.");
        }

        var manifest = new ToolManifest(document, trigger is null ? null : new TriggerManifest(trigger));
        if (source != ManifestSource.Embedded)
        {
            var built =
                Catalogue.Embedded.Tools.FirstOrDefault(t => t.Id == manifest.Id)
                ?? throw Bad(source, file, "/id", "is not a tool that the connector's code knows.");
            CheckInputs(source, file, manifest.Input, built.Input);
        }

        CheckRequired(source, file, manifest.Input);
        CheckExamples(source, file, manifest.Examples, manifest.Validate, manifest.Properties);
    }

    private static ActionManifest Merged(ManifestSource source, string file, JObject document, Func<string, JObject?> find)
    {
        CheckId(source, file, document);
        foreach (var (group, i) in Texts(document, "include").Select((g, i) => (g, i)))
        {
            if (find($"{Inputs}{group}.json") is null)
            {
                throw Bad(source, file, $"/include/{i}", $"there is no {Inputs}{group}.json.");
            }
        }

        CheckIcon(source, file, "/icon", (string)document["icon"]!);
        CheckKeywords(source, file, (JObject)document["input"]!["properties"]!, "/input/properties");
        CheckKeywords(source, file, new JObject { ["output"] = document["output"] }, "");
        return Catalogue.Merge(document, group => find($"{Inputs}{group}.json")!);
    }

    private static void CheckBuilt(ManifestSource source, string file, ActionManifest manifest, Func<string, ActionManifest?> known)
    {
        // The code was built for its own manifest's inputs: a folder may word them anew and narrow them, not add, drop or retype them.
        if (source != ManifestSource.Embedded)
        {
            var built = known(manifest.Id) ?? throw Bad(source, file, "/id", "is none that the connector's code knows.");
            CheckInputs(source, file, manifest.Input, built.Input);
        }

        CheckRequired(source, file, manifest.Input);
        CheckExamples(source, file, manifest.Examples, manifest.Validate, manifest.Properties);
    }

    internal static void CheckId(ManifestSource source, string file, JObject document)
    {
        var id = (string)document["id"]!;
        if (file.Split('/') is not [_, _, var name] || name != $"{id}.json")
        {
            throw Bad(source, file, "/id", $"\"{id}\" does not match the file's name; name the file {id}.json.");
        }
    }

    private static void CheckRequired(ManifestSource source, string file, JObject input)
    {
        foreach (var name in Texts(input, "required").Where(name => input["properties"]![name] is null))
        {
            throw Bad(source, file, "/input/required", $"\"{name}\" is not among the properties.");
        }
    }

    private static IEnumerable<string> Texts(JObject document, string key) => (document[key] as JArray ?? []).Select(t => (string)t!);

    internal static void CheckExamples(
        ManifestSource source,
        string file,
        IEnumerable<JObject> examples,
        Func<JObject, InputValues> validate,
        IEnumerable<KeyValuePair<string, JObject>> inputs
    )
    {
        foreach (var (example, i) in examples.Select((e, i) => (e, i)))
        {
            try
            {
                validate((JObject)example["input"]!);
            }
            catch (ConnectorException e)
            {
                throw Bad(source, file, $"/examples/{i}/input", "is not valid: " + e.Message);
            }
        }

        foreach (var (name, property) in inputs.Where(p => p.Value.ContainsKey("default")))
        {
            if (SchemaReport.Problems(property, property["default"]!.DeepClone()) is [var problem, ..])
            {
                throw Bad(source, file, $"/input/properties/{name}/default", problem.Message);
            }
        }
    }

    internal static void CheckInputs(ManifestSource source, string file, JObject schema, JObject built)
    {
        var (here, known) = ((JObject)schema["properties"]!, (JObject)built["properties"]!);
        foreach (var (name, _) in here)
        {
            if (known[name] is null)
            {
                throw Bad(source, file, $"/input/properties/{Names.Escape(name)}", "is not an input that this action's code knows.");
            }
        }

        foreach (var (name, input) in known)
        {
            var path = $"/input/properties/{Names.Escape(name)}";
            if (here[name] is not JObject given)
            {
                throw Bad(source, file, path, "is missing; this action's code needs it.");
            }

            if (!JToken.DeepEquals(given["type"], input!["type"]))
            {
                throw Bad(
                    source,
                    file,
                    path + "/type",
                    $"must be {ConnectorJson.ToText(input["type"] ?? JValue.CreateNull())}, as this action's code takes it."
                );
            }

            if (IsRequired(built, name) && !IsRequired(schema, name))
            {
                throw Bad(source, file, "/input/required", $"must hold \"{name}\"; this action's code needs it.");
            }

            if (((JObject)input).ContainsKey("default") && given["default"] is null)
            {
                throw Bad(source, file, path + "/default", "is missing; this action's code needs it.");
            }
        }
    }

    private static bool IsRequired(JObject schema, string name) => schema["required"] is JArray required && required.Any(r => (string?)r == name);

    private static string? SchemaOf(string file) =>
        file switch
        {
            "connector.json" => Schemas + "connector.schema.json",
            "manifest/connection.json" => Schemas + "connection.schema.json",
            "manifest/http.json" => Schemas + "http.schema.json",
            "manifest/profiles.json" => Schemas + "profiles.schema.json",
            _ when file.StartsWith(Actions, StringComparison.Ordinal) || file.StartsWith(Jobs, StringComparison.Ordinal) => Schemas + "action.schema.json",
            _ when file.StartsWith(Inputs, StringComparison.Ordinal) => Schemas + "inputs.schema.json",
            _ when file.StartsWith(Triggers, StringComparison.Ordinal) => Schemas + "trigger.schema.json",
            _ when file.StartsWith(Tools, StringComparison.Ordinal) => Schemas + "tool.schema.json",
            _ => null,
        };

    // A folder's files are mostly copies of the embedded ones.
    private static bool IsEmbedded(ManifestSource source, string file) =>
        source != ManifestSource.Embedded
        && ManifestSource.Embedded.Read(file) is { } embedded
        && embedded.AsSpan().SequenceEqual(source.Read(file) ?? embedded);

    // Read once, so that its schemas are compiled once, too. Nobody changes it.
    private static JObject Embedded(string file) => s_embedded.GetOrAdd(file, f => Parse(ManifestSource.Embedded, f));

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
    internal static void CheckKeywords(ManifestSource source, string file, JObject properties, string path)
    {
        foreach (var (name, value) in properties)
        {
            CheckSchema(
                source,
                file,
                value as JObject ?? throw Bad(source, file, $"{path}/{name}", "must be a schema object."),
                $"{path}/{Names.Escape(name)}"
            );
        }
    }

    private static void CheckSchema(ManifestSource source, string file, JObject schema, string path)
    {
        foreach (var (keyword, value) in schema)
        {
            if (s_keywords.TryGetValue(keyword, out var rule) ? !rule.Fits(value!) : !keyword.StartsWith("x-", StringComparison.Ordinal))
            {
                throw Bad(
                    source,
                    file,
                    $"{path}/{Names.Escape(keyword)}",
                    rule.Fits is null ? "is not a keyword that schemas of this manifest use." : $"must be {rule.Expected}."
                );
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

    private static bool IsText(JToken token) => token.Type == JTokenType.String;

    private static bool IsObject(JToken token) => token is JObject;

    private static bool IsSwitch(JToken token) => token.Type == JTokenType.Boolean;

    private static bool IsNumber(JToken token) => token is JValue { Value: long or double };

    private static bool IsCount(JToken token) => token is JValue { Value: long and >= 0 and <= int.MaxValue };

    private static bool IsType(JToken token) => token is JValue { Value: string text } && s_types.Contains(text);

    private static bool IsListOfTexts(JToken token) => token is JArray list && list.All(IsText);

    private static bool IsListOfSchemas(JToken token) => token is JArray { Count: > 0 } list && list.All(IsObject);

    private static bool IsPattern(JToken token)
    {
        try
        {
            return token is JValue { Value: string text } && new Regex(text, RegexOptions.CultureInvariant) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    internal static void CheckIcon(ManifestSource source, string file, string path, string icon)
    {
        foreach (var variant in new[] { "light", "dark" })
        {
            if (source.Read($"icons/{icon}.{variant}.svg") is not { } svg || !svg.AsSpan().TrimStart("\uFEFF \t\r\n"u8).StartsWith("<svg"u8))
            {
                throw Bad(source, file, path, $"there is no SVG icons/{icon}.{variant}.svg.");
            }
        }
    }

    internal static ConnectorException Bad(ManifestSource source, string file, string path, string reason) =>
        new(
            FailureKind.Input,
            $"The manifest cannot be used: {source.Where(file)}{(path.Length > 0 ? $", at {path}" : "")}: {reason}",
            [new Problem(file + "#" + path, reason)]
        );
}
