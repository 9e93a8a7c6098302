using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Manifest;

/// <summary>A manifest with any single thing taken out or replaced.</summary>
[Parallelizable(ParallelScope.All)]
public class ManifestChangesTests
{
    // Files of one folder are alike: each kind of place is changed in this many of them.
    private static readonly int s_filesOfAKind = Amount.Of(8);

    private static readonly JToken[] s_others = [JValue.CreateNull(), 5, "x", new JArray(), new JObject(), new JArray("x"), true];
    private static readonly Dictionary<string, string[]> s_places = Places();

    private static IEnumerable<string> Files => s_places.Keys.Order(StringComparer.Ordinal);

    // The folder loads, or one error names the file. Nothing else may escape.
    [TestCaseSource(nameof(Files))]
    public void Check_AnySingleChange_LoadsOrIsOneNamedError(string file)
    {
        var random = new Random(file.Sum(c => c));
        foreach (var path in s_places[file])
        {
            var changed = Document(file);
            var node = changed.SelectToken(path)!;
            if (random.Next(3) == 0 && node.Parent is JProperty property)
            {
                property.Remove();
            }
            else
            {
                node.Replace(s_others[random.Next(s_others.Length)].DeepClone());
            }

            try
            {
                ManifestCheck.Check(new Changed(file, ConnectorJson.ToBytes(changed)));
            }
            catch (ConnectorException e)
            {
                Assert.That((e.Kind, e.Problems.Count), Is.EqualTo((FailureKind.Input, 1)));
                Assert.That(e.Message, Does.Contain("manifest/").Or.Contains("connector.json"), $"{file} {path}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"{file}: after a change at {path} ({changed.SelectToken(path)}) {e.GetType().Name} escaped: {e.Message}");
            }
        }
    }

    private static Dictionary<string, string[]> Places() =>
        ManifestSource
            .Embedded.Files.Where(f => f.EndsWith(".json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(f => Document(f).Descendants().Where(t => t is not JProperty).Select(t => (File: f, t.Path, Kind: KindOf(f, t))))
            .GroupBy(p => p.Kind)
            .SelectMany(k => Spread([.. k]))
            .GroupBy(p => p.File)
            .ToDictionary(f => f.Key, f => f.Select(p => p.Path).ToArray(), StringComparer.Ordinal);

    /// <summary>The folder and the way to a member, whatever its input is called and wherever it stands in a list.</summary>
    private static string KindOf(string file, JToken token) =>
        string.Join(
            '/',
            token
                .AncestorsAndSelf()
                .Select(t =>
                    t switch
                    {
                        JProperty { Parent.Parent: JProperty { Name: "properties" or "$defs" } } => "*",
                        JProperty member => member.Name,
                        { Parent: JArray } => "[]",
                        _ => "",
                    }
                )
                .Append(Path.GetDirectoryName(file))
        );

    internal static IEnumerable<T> Spread<T>(T[] all) =>
        all.Length <= s_filesOfAKind ? all : Enumerable.Range(0, s_filesOfAKind).Select(i => all[i * (all.Length - 1) / (s_filesOfAKind - 1)]);

    private static JObject Document(string file) => ConnectorJson.ParseObject(ManifestSource.Embedded.Read(file)!);

    /// <summary>The embedded files with one of them replaced.</summary>
    private sealed class Changed(string changed, byte[] bytes) : ManifestSource
    {
        public override IEnumerable<string> Files => Embedded.Files;

        public override byte[]? Read(string file) => file == changed ? bytes : Embedded.Read(file);

        public override string Where(string file) => file;
    }
}
