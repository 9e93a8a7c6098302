using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.OpenApi;

/// <summary>Says in a document of version 2.0 once what many of its schemas say: Power Platform takes definitions below 1 MB only.</summary>
internal sealed class SharedSchemas
{
    // A reference saves nothing for less.
    private const int LeastSaved = 200;

    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly JObject _definitions;

    private SharedSchemas(JObject definitions)
    {
        _definitions = definitions;
    }

    /// <summary>Moves schemas that stand in several places under <c>definitions</c>, named after the property they were first met at.</summary>
    public static void Hoist(JObject document)
    {
        if (document["definitions"] is not JObject definitions)
        {
            document["definitions"] = definitions = [];
        }

        var shared = new SharedSchemas(definitions);
        JObject[] schemas = [.. document["paths"]!.Children<JProperty>().SelectMany(p => p.Value.Children<JProperty>()).SelectMany(Schemas)];
        foreach (var schema in schemas)
        {
            shared.Count(schema);
        }

        foreach (var schema in schemas)
        {
            shared.Replace(schema);
        }
    }

    private static IEnumerable<JObject> Schemas(JProperty operation) =>
        operation.Value is not JObject parts || !parts.ContainsKey("responses")
            ? []
            : (parts["parameters"] as JArray ?? [])
                .Select(p => p["schema"])
                .Concat(parts["responses"]!.Children<JProperty>().Select(r => r.Value["schema"]))
                .OfType<JObject>();

    private static IEnumerable<JProperty> Places(JObject schema) =>
        ((schema["properties"] as JObject)?.Properties() ?? [])
            .Concat(((string[])["items", "additionalProperties"]).Select(schema.Property).OfType<JProperty>())
            .Where(p => p.Value is JObject inner && !inner.ContainsKey("$ref"));

    // What is a part of something met before is counted there alone.
    private void Count(JObject schema)
    {
        foreach (var place in Places(schema))
        {
            var text = ConnectorJson.ToText(place.Value);
            _seen[text] = _seen.GetValueOrDefault(text) + 1;
            if (_seen[text] == 1)
            {
                Count((JObject)place.Value);
            }
        }
    }

    private void Replace(JObject schema, string within = "")
    {
        foreach (var place in Places(schema).ToArray())
        {
            var (text, inner) = (ConnectorJson.ToText(place.Value), (JObject)place.Value);
            var name = place.Name == "items" ? within + "Item" : Names.Pascal(place.Name.Replace('_', '-'));
            if ((_seen[text] - 1) * text.Length < LeastSaved)
            {
                Replace(inner, name);
                continue;
            }

            if (!_names.TryGetValue(text, out var known))
            {
                known = _names[text] = Free(name);
                // Taken before its parts are looked at, so that none of them takes its name.
                _definitions[known] = inner.DeepClone();
                Replace((JObject)_definitions[known]!, name);
            }

            place.Value = new JObject { ["$ref"] = $"#/definitions/{known}" };
        }
    }

    private string Free(string name)
    {
        var number = 1;
        var free = name;
        while (_definitions.ContainsKey(free))
        {
            free = $"{name}{++number}";
        }

        return free;
    }
}
