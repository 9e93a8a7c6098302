using System.Collections.Concurrent;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>The schema of a file that users write, for each kind of that file.</summary>
internal sealed class FileSchema
{
    private const string Kinds = "x-kinds";
    private readonly JObject _document;
    private readonly ConcurrentDictionary<string, (JObject Schema, InputSchema Compiled, PlainCheck Plain)> _kinds = new(StringComparer.Ordinal);

    private FileSchema(string name)
    {
        _document = Catalogue.Embedded.FileSchema(name);
    }

    /// <summary>What the columns of an import mean; its kinds are those of imports.</summary>
    public static FileSchema ImportMap { get; } = new("import-map");

    /// <summary>A sync; its kinds are <c>people</c> and <c>segment</c>.</summary>
    public static FileSchema Sync { get; } = new("sync");

    /// <summary>The schema of one kind: only its properties, and what of them it requires.</summary>
    public JObject Of(string kind) => Compiled(kind).Schema;

    /// <summary>What a property must be, in words: the schema's <c>x-expected</c>.</summary>
    public string Expected(string property) => (string)_document["properties"]![property]![SchemaReport.InWords]!;

    /// <summary>Checks a file and puts its values in place.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">Which kind it is.</param>
    /// <param name="own">Finds what a schema cannot say.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem.</exception>
    public InputValues Bind(JObject file, string kind, Func<JObject, IEnumerable<Problem>> own)
    {
        var (schema, compiled, plain) = Compiled(kind);
        Problem[] problems = [.. plain.Accepts(file) ? [] : Report(file, kind, schema), .. own(file)];
        return problems.Length == 0 ? compiled.Bind(file) : throw ConnectorException.Input(problems);
    }

    // A key of another kind is spelled right, and only in the wrong place.
    private IEnumerable<Problem> Report(JObject file, string kind, JObject schema)
    {
        var rest = (JObject)file.DeepClone();
        var misplaced = new List<Problem>();
        foreach (var property in file.Properties().Where(p => _document["properties"]![p.Name] is { } known && !Has(known, kind)))
        {
            rest.Remove(property.Name);
            var kinds = string.Join(", ", _document["properties"]![property.Name]![Kinds]!);
            misplaced.Add(new Problem("/" + Names.Escape(property.Name), $"goes with {kinds}, and this is {kind}."));
        }

        return misplaced.Concat(SchemaReport.Problems(schema, rest));
    }

    private (JObject Schema, InputSchema Compiled, PlainCheck Plain) Compiled(string kind) =>
        _kinds.GetOrAdd(
            kind,
            _ =>
            {
                var schema = (JObject)_document.DeepClone();
                var form = (schema["oneOf"] as JArray ?? []).FirstOrDefault(f => Has(f, kind));
                schema.Remove("oneOf");
                schema["required"] = form?["required"];
                foreach (var property in ((JObject)schema["properties"]!).Properties().Where(p => !Has(p.Value, kind)).ToArray())
                {
                    property.Remove();
                }

                return (schema, new InputSchema(schema), new PlainCheck(schema));
            }
        );

    private static bool Has(JToken schema, string kind) => schema[Kinds] is not JArray kinds || kinds.Any(k => (string?)k == kind);
}
