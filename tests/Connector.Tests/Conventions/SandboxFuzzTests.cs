using System.Text;
using CustomerIo.Connector.Sandbox;
using FsCheck;
using FsCheck.Fluent;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Conventions;

/// <summary>What is accepted arrives: a server that decodes the requests on its own sees the same values.</summary>
public class SandboxFuzzTests
{
    private const int Runs = 200;
    private SandboxServer _sandbox = null!;
    private CustomerIoConnector _connector = null!;
    private Connection _connection = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        _connector = new CustomerIoConnector();
        _connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = _sandbox.Url.ToString(),
        };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _connector.Dispose();
        await _sandbox.DisposeAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Identify_AnyPersonAndAttributes_ArriveAsTheyAre(bool inABatch) =>
        Check(
            (id, data) =>
            {
                var input = new JObject
                {
                    ["id"] = id,
                    ["idType"] = "id",
                    ["customerData"] = data,
                };
                Run("identify", input, inABatch);
                var person = _sandbox.Person(id)!;
                Assert.That((string?)person["identifiers"]!["id"], Is.EqualTo(id));
                Same(person["attributes"]!, data);
            }
        );

    [TestCase(false)]
    [TestCase(true)]
    public void Track_AnyPersonAndData_ArriveAsTheyAre(bool inABatch) =>
        Check(
            (id, data) =>
            {
                Run(
                    "track",
                    new JObject
                    {
                        ["id"] = id,
                        ["idType"] = "id",
                        ["eventName"] = "fuzz",
                        ["eventData"] = data,
                    },
                    inABatch
                );
                Same(_sandbox.Person(id)!["events"]!.Last!["data"]!, data);
            }
        );

    [Test]
    public void AddDevice_AnyToken_ArrivesAndCanBeDeletedAgain() =>
        Check(
            (token, _) =>
            {
                Run(
                    "add-device",
                    new JObject
                    {
                        ["id"] = "d",
                        ["deviceToken"] = token,
                        ["platform"] = "ios",
                    },
                    false
                );
                Assert.That(_sandbox.Person("d")!["devices"]!.Select(d => (string?)d["id"]), Does.Contain(token));
                Run("delete-device", new JObject { ["id"] = "d", ["deviceToken"] = token }, false);
                Assert.That(_sandbox.Person("d")!["devices"]!.Select(d => (string?)d["id"]), Does.Not.Contain(token));
            }
        );

    private static void Same(JToken actual, JToken expected) =>
        Assert.That(JToken.DeepEquals(Sorted(actual), Sorted(expected)), Is.True, $"{actual}\nis not\n{expected}");

    private static JToken Sorted(JToken token) =>
        token switch
        {
            JObject o => new JObject(o.Properties().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => new JProperty(p.Name, Sorted(p.Value)))),
            JArray a => new JArray(a.Select(Sorted)),
            _ => token,
        };

    private void Run(string action, JObject input, bool inABatch)
    {
        var given = inABatch ? new JObject { ["operations"] = new JArray(new JObject { ["action"] = action, ["input"] = input }) } : input;
        _connector.RunAsync(inABatch ? "batch" : action, given, _connection).GetAwaiter().GetResult();
    }

    private void Check(Action<string, JObject> property) =>
        Prop.ForAll(
                Arb.From(Id),
                Arb.From(Data),
                (id, data) =>
                {
                    _sandbox.Reset();
                    property(id, data);
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(20260131, 9301));

    private static Gen<string> Id =>
        Gen.OneOf(Text, Gen.Elements("a/b?c#d%e+f g", "ada@example.com", "cio_a1", "%2F", "ü😀", "a\"b\\c", "nullable", "007"))
            .Where(id => Gate.Name(id) is { Problem: null, Trimmed: false } && id is not ("." or ".." or "d") && Encoding.UTF8.GetByteCount(id) <= 150);

    // No web server takes a NUL in a path, however it is escaped.
    private static Gen<string> Text =>
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(t => t.Get.Replace("\0", "", StringComparison.Ordinal)).Where(IsWhole);

    private static Gen<JObject> Data =>
        Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(Text.SelectMany(k => Value(2).Select(v => (Key: "k" + k, Value: v))), n)).Select(ToObject);

    private static Gen<JToken> Value(int depth) =>
        depth == 0
            ? Scalar
            : Gen.OneOf(
                Scalar,
                Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Value(depth - 1), n)).Select(all => (JToken)new JArray(all.Select(v => v.DeepClone()))),
                Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Text.SelectMany(k => Value(depth - 1).Select(v => (k, v))), n)).Select(m => (JToken)ToObject(m))
            );

    // An empty text or a null takes an attribute away, so it cannot be read back.
    private static Gen<JToken> Scalar =>
        Gen.OneOf(
            Text.Where(t => t.Length is > 0 and < 300).Select(t => (JToken)t),
            ArbMap.Default.GeneratorFor<long>().Select(n => (JToken)n),
            ArbMap.Default.GeneratorFor<NormalFloat>().Select(n => (JToken)n.Get),
            Gen.Elements<JToken>(true, false, "2026-01-31T09:30:00Z", long.MaxValue, 0.1, 1e300)
        );

    private static JObject ToObject((string Key, JToken Value)[] members)
    {
        var o = new JObject();
        foreach (var (key, value) in members)
        {
            o[key] = value.DeepClone();
        }

        return o;
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
