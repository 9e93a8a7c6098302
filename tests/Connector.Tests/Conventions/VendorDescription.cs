using System.Text.RegularExpressions;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>The vendor's published description of an API, as far as requests go.</summary>
internal sealed class VendorDescription
{
    private readonly JObject _document;
    private readonly (Regex Path, JObject Methods)[] _paths;

    private VendorDescription(string file)
    {
        _document = ConnectorJson.ParseObject(File.ReadAllText(file));
        ExcuseSlips();
        _paths =
        [
            .. ((JObject)_document["paths"]!)
                .Properties()
                .OrderBy(p => p.Name.Count(c => c == '{'))
                .Select(p => (new Regex("^" + Regex.Replace(p.Name, @"\{[^}]*\}", "[^/]+") + "$"), (JObject)p.Value)),
        ];
    }

    private static readonly string[] s_overlapping =
    [
        "paths['/api/v1/merge_customers'].post.requestBody.content['application/json'].schema.properties.*.oneOf",
        "paths['/api/v1/metrics'].post.requestBody.content['application/json'].schema.oneOf",
        "components.schemas.v2_cio_relationships.items.properties.identifiers.oneOf",
    ];

    /// <summary>Null where the file is not at hand.</summary>
    public static VendorDescription? Track { get; } =
        Repository.VendorFile("customer-io-track-api-openapi.json") is { } file ? new VendorDescription(file) : null;

    public bool Knows(WireRequest request) => Operation(request) is not null;

    public IReadOnlyList<string> Problems(WireRequest request)
    {
        var operation = Operation(request)!;
        var body = operation["requestBody"]?["content"]?["application/json"]?["schema"] as JObject;
        if (body is null)
        {
            return request.Body.Length == 0 ? [] : ["the vendor describes no JSON body here"];
        }

        if (request.Header("Content-Type") != "application/json")
        {
            return [$"the content type is {request.Header("Content-Type")}"];
        }

        var schema = JsonSchema.FromJsonAsync(ConnectorJson.ToText(Rewrite(body))).GetAwaiter().GetResult();
        return [.. schema.Validate(ConnectorJson.Parse(request.Body)).Select(e => e.ToString())];
    }

    private JObject? Operation(WireRequest request)
    {
        var path = new Uri(request.Url).AbsolutePath;
        return _paths.Where(p => p.Path.IsMatch(path)).Select(p => p.Methods[request.Method.ToLowerInvariant()] as JObject).FirstOrDefault(o => o is not null);
    }

    // Slips of the description that the API itself does not share: its own examples break these rules too.
    private void ExcuseSlips()
    {
        // Alternatives that do not exclude each other ("exactly one" of them can never hold): merge, relationships, metrics.
        foreach (var path in s_overlapping)
        {
            var choices = _document.SelectTokens(path).Select(t => (JProperty)t.Parent!).ToArray();
            Assert.That(choices, Is.Not.Empty, path);
            foreach (var choice in choices)
            {
                choice.Replace(new JProperty("anyOf", choice.Value));
            }
        }

        var attributes = (JObject)_document.SelectToken("paths['/api/v1/customers/{identifier}'].put.requestBody.content['application/json'].schema")!;
        Assert.That(
            attributes.Remove("additionalProperties"),
            Is.True,
            "the vendor now describes attributes in another way; look whether the excuse is still needed"
        );
        var screen = _document
            .SelectTokens("components.schemas.eventsRequest.oneOf[*]")
            .Cast<JObject>()
            .Single(s => (string?)s.SelectToken("properties.type.enum[0]") == "screen");
        Assert.That(((JArray)screen["required"]!).Remove(screen["required"]!.Single(r => (string?)r == "anonymous_id")), Is.True);
    }

    /// <summary>As NJsonSchema reads it: definitions in place of components, a list of types in place of nullable.</summary>
    private JObject Rewrite(JObject schema)
    {
        var whole = new JObject { ["allOf"] = new JArray(schema), ["definitions"] = _document["components"]!["schemas"] };
        foreach (var reference in whole.Descendants().OfType<JProperty>().Where(p => p is { Name: "$ref", Value.Type: JTokenType.String }))
        {
            reference.Value = ((string)reference.Value!).Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        }

        foreach (
            var nullable in whole
                .Descendants()
                .OfType<JProperty>()
                .Where(p => p is { Name: "nullable", Value.Type: JTokenType.Boolean, Parent: JObject })
                .ToArray()
        )
        {
            if ((bool)nullable.Value && nullable.Parent!["type"] is JValue type)
            {
                nullable.Parent["type"] = new JArray(type, "null");
            }
        }

        return whole;
    }
}
