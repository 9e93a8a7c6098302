using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>Flows that work with the last release must go on working: compared with <c>Released/manifest.json</c>, which <c>UPDATE_RELEASED=1</c>
/// writes at a release.</summary>
public class ReleasedManifestTests
{
    private static readonly string s_file = Path.Combine(Repository.Root, "tests", "Connector.Tests", "Released", "manifest.json");

    [Test]
    public void Manifest_SinceTheLastRelease_BreaksNoFlow()
    {
        var now = Snapshot(Catalogue.Embedded.All);
        if (Environment.GetEnvironmentVariable("UPDATE_RELEASED") == "1")
        {
            File.WriteAllText(s_file, ConnectorJson.ToText(now, indented: true) + "\n");
            Assert.Fail($"{s_file} was written anew. Commit it with the release, then run the tests without UPDATE_RELEASED.");
        }

        Assert.That(Breaks(ConnectorJson.ParseObject(File.ReadAllBytes(s_file)), now), Is.Empty);
    }

    [TestCase("""{}""", "a: the action is gone")]
    [TestCase("""{"a":{"required":["id","x"],"inputs":{"id":"string","x":"string","y":"integer|string"},"outputs":["o"]}}""", "a: the input x is now required")]
    [TestCase(
        """{"a":{"required":["id","z"],"inputs":{"id":"string","x":"string","y":"integer|string","z":"string"},"outputs":["o"]}}""",
        "a: the input z is now required"
    )]
    [TestCase("""{"a":{"required":["id"],"inputs":{"id":"string","y":"integer|string"},"outputs":["o"]}}""", "a: the input x is gone")]
    [TestCase("""{"a":{"required":["id"],"inputs":{"id":"string","x":"string","y":"string"},"outputs":["o"]}}""", "a: the input y no longer takes integer")]
    [TestCase("""{"a":{"required":["id"],"inputs":{"id":"string","x":"string","y":"integer|string"},"outputs":[]}}""", "a: the output o is gone")]
    public void Breaks_ChangedManifest_AreNamed(string now, string expected) => Assert.That(Breaks(s_before, Bench.Json(now)), Is.EqualTo(new[] { expected }));

    [TestCase(
        """{"a":{"required":[],"inputs":{"id":"string","x":"string|number","y":"integer|string","new":"string"},"outputs":["o","p"]},"b":"""
            + """{"required":["q"],"inputs":{"q":"string"},"outputs":[]}}"""
    )]
    public void Breaks_WidenedManifest_AreNone(string now) => Assert.That(Breaks(s_before, Bench.Json(now)), Is.Empty);

    private static readonly JObject s_before = Bench.Json(
        """{"a":{"required":["id"],"inputs":{"id":"string","x":"string","y":"integer|string"},"outputs":["o"]}}"""
    );

    private static JObject Snapshot(IEnumerable<ActionManifest> actions) =>
        new(
            actions.Select(a => new JProperty(
                a.Id,
                new JObject
                {
                    ["required"] = new JArray(a.Required.Order(StringComparer.Ordinal)),
                    ["inputs"] = new JObject(a.Properties.Select(p => new JProperty(p.Key, Types(p.Value)))),
                    ["outputs"] = new JArray((a.Output["properties"] as JObject ?? []).Properties().Select(p => p.Name)),
                }
            ))
        );

    private static string Types(JObject input) =>
        input["type"] is JArray many ? string.Join('|', many.Select(t => (string)t!).Order(StringComparer.Ordinal)) : (string?)input["type"] ?? "any";

    private static IEnumerable<string> Breaks(JObject released, JObject now)
    {
        foreach (var (id, before) in released)
        {
            if (now[id] is not JObject after)
            {
                yield return $"{id}: the action is gone";
                continue;
            }

            foreach (var name in after["required"]!.Select(r => (string)r!).Except(before!["required"]!.Select(r => (string)r!)))
            {
                yield return $"{id}: the input {name} is now required";
            }

            foreach (var (name, types) in (JObject)before["inputs"]!)
            {
                if (after["inputs"]![name] is not { } current)
                {
                    yield return $"{id}: the input {name} is gone";
                    continue;
                }

                foreach (var lost in ((string)types!).Split('|').Except(((string)current!).Split('|')))
                {
                    yield return $"{id}: the input {name} no longer takes {lost}";
                }
            }

            foreach (var name in before["outputs"]!.Select(o => (string)o!).Except(after["outputs"]!.Select(o => (string)o!)))
            {
                yield return $"{id}: the output {name} is gone";
            }
        }
    }
}
