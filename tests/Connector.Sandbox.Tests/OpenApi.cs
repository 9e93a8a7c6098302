using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>The vendor's OpenAPI file, which every answer of every test is held against where it is at hand.</summary>
internal static class OpenApi
{
    private static readonly Lazy<JObject?> s_file = new(() => Load("customer-io-track-api-openapi.json"));
    private static readonly ConcurrentDictionary<string, JsonSchema> s_schemas = new();

    /// <summary>Path template, method and status of every answer that the file describes.</summary>
    public static IEnumerable<(string Method, string Template, int Status)> Described =>
        from path in ((JObject)Spec!["paths"]!).Properties()
        from operation in ((JObject)path.Value).Properties()
        where operation.Value is JObject o && o["responses"] is JObject
        from response in ((JObject)operation.Value["responses"]!).Properties()
        select (operation.Name.ToUpperInvariant(), path.Name, int.Parse(response.Name, null));

    public static bool IsAtHand => s_file.Value is not null;

    private static JObject? Spec => s_file.Value;

    /// <summary>What contradicts the file; nothing where it is silent, or absent.</summary>
    public static IReadOnlyList<string> Check(string method, string path, int status, string body)
    {
        if (
            Spec is null
            || Template(path) is not { } template
            || Spec["paths"]![template]![method.ToLowerInvariant()]?["responses"]?[$"{status}"] is not JObject response
        )
        {
            return [];
        }
        response = (JObject)Inlined(response, Spec);
        if (response["content"]?["application/json"]?["schema"] is not JObject schema)
        {
            return status switch
            {
                200 when body != "{}\n" => ["a success is an empty object and a line feed"],
                204 when body.Length > 0 => ["204 has no body"],
                _ => [],
            };
        }
        var compiled = s_schemas.GetOrAdd($"{method} {template} {status}", _ => JsonSchema.FromJsonAsync(Strict(schema).ToString()).GetAwaiter().GetResult());
        return [.. compiled.Validate(SandboxFixture.Parse(body)).Select(e => e.ToString())];
    }

    /// <summary>The file's name for a path; null when it has none.</summary>
    public static string? Template(string path)
    {
        var segments = path.Split('/');
        return ((JObject)Spec!["paths"]!).Properties().Select(p => p.Name).FirstOrDefault(template => Fits(template.Split('/'), segments));
    }

    private static bool Fits(string[] parts, string[] segments) =>
        parts.Length == segments.Length && parts.Zip(segments).All(z => z.First.StartsWith('{') || z.First == z.Second);

    /// <summary>The file's schemas require nothing and allow anything; here every property must be there, and no other.</summary>
    private static JObject Strict(JObject schema)
    {
        foreach (var o in schema.DescendantsAndSelf().OfType<JObject>().Where(o => o["properties"] is JObject).ToList())
        {
            o["required"] = new JArray(((JObject)o["properties"]!).Properties().Select(p => p.Name));
            o["additionalProperties"] = false;
        }
        return schema;
    }

    /// <summary>A part of a file with every reference in it replaced by what it refers to.</summary>
    public static JToken Inlined(JToken token, JObject spec) =>
        token switch
        {
            JObject o when (string?)o["$ref"] is { } reference => Inlined(
                spec.SelectToken(reference[2..].Replace("/", "']['") is var p ? $"['{p}']" : "")!,
                spec
            ),
            JObject o => new JObject(o.Properties().Select(p => new JProperty(p.Name, Inlined(p.Value, spec)))),
            JArray a => new JArray(a.Select(item => Inlined(item, spec))),
            _ => token.DeepClone(),
        };

    /// <summary>One of the vendor's files; null where they are not at hand.</summary>
    public static JObject? Load(string name) => Repository.VendorFile(name) is { } file ? SandboxFixture.Parse(System.IO.File.ReadAllText(file)) : null;
}
