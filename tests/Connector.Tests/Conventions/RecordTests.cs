using System.Reflection;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>Locks each action's input record to its manifest.</summary>
public class RecordTests
{
    [TestCaseSource(typeof(Every), nameof(Every.ActionId))]
    public void Record_NamesAndTypes_AreThoseOfTheManifest(string id)
    {
        var manifest = Every.Manifest(id);
        var expected = Lines(
            Every
                .OwnInputs(manifest)
                .Select(name => $"{name}: {TypeOf((JObject)manifest.Input["properties"]![name]!)}{(IsAlwaysThere(manifest, name) ? "" : "?")}")
        );
        var actual = Lines(
            Parameters(Catalogue.Embedded.Code(manifest).InputType).Select(p => $"{Names.Camel(p.Name!)}: {NameOf(p.ParameterType)}{(MayBeNull(p) ? "?" : "")}")
        );
        Assert.That(
            actual,
            Is.EqualTo(expected),
            $"{manifest.ClassName}.Input has drifted from manifest/actions/{id}.json.\nmanifest:\n{expected}\nrecord:\n{actual}\n"
        );
    }

    private static bool IsAlwaysThere(ActionManifest manifest, string name) =>
        manifest.Required.Contains(name) || manifest.Input["properties"]![name]!["default"] is not null;

    private static string TypeOf(JObject input)
    {
        string[] types = input["type"] is JArray many ? [.. many.Select(t => (string)t!).Order(StringComparer.Ordinal)] : [(string?)input["type"] ?? "any"];
        return string.Join(' ', types) switch
        {
            "string" or "integer string" => "string",
            "integer" => "long",
            "number" => "double",
            "boolean" => "bool",
            "object" => "JObject",
            "array" when (string?)(input["items"]?["type"] as JValue) == "string" => "list of string",
            "array" => "JArray",
            _ => "JToken",
        };
    }

    private static string NameOf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(string) => "string",
            var t when t == typeof(int) || t == typeof(long) => "long",
            var t when t == typeof(double) => "double",
            var t when t == typeof(bool) => "bool",
            var t when t == typeof(IReadOnlyList<string>) => "list of string",
            var t => t.Name,
        };

    private static ParameterInfo[] Parameters(Type record) =>
        record.GetConstructors().Single(c => c.GetParameters() is not [{ ParameterType: var only }] || only != record).GetParameters();

    private static bool MayBeNull(ParameterInfo parameter) => new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));
}
