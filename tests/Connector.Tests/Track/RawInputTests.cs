using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Conventions;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using FsCheck;
using FsCheck.Fluent;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Track;

/// <summary>The fast road from a line to an operation beside the slow one: the same bytes, people, warnings and problems.</summary>
public class RawInputTests
{
    private const int Runs = 4000;
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    private static readonly string[] s_actions = [.. Every.ActionId.Where(id => Catalogue.Embedded.Code(Every.Manifest(id)) is IOperationAction)];

    private static readonly string[] s_names =
    [
        "u1",
        "U-1",
        "ada",
        "123",
        "00123",
        "-1",
        "1.0",
        "1e5",
        "1E+5",
        "12E+3",
        "1.23E+11",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "crm/10+user.10@example.com",
        "ada@example.com",
        "Ada@Example.com",
        "a@b",
        "a@b.",
        "@b.c",
        "a@.b",
        "a@@b.com",
        "a@b@c.de",
        "mailto:a@b.com",
        "a b@c.de",
        "a,b@c.de",
        "a+b@c.de",
        "<a@b.de>",
        "cio_",
        "cio_a1",
        "cio",
        "+43123456789",
        ".",
        "..",
        "...",
        "a.b",
        "",
        " ",
        " u1",
        "u1 ",
        "u 1",
        "u\u00a01",
        "\u200bu1",
        "é",
        "😀",
        "a\"b",
        "a\\b",
        "a/b",
        "a<b",
        "a'b",
        "a&b",
        "\t",
        "u\u007f",
        "u\u0001",
        "null",
        "NULL",
        "none",
        "NaN",
        "NaT",
        "undefined",
        "[object Object]",
        "#N/A",
        "#DIV/0!",
        @"\N",
        "n/a",
        "Infinity",
        "<nil>",
        "%!s(<nil>)",
        "Optional(nil)",
        "{}",
        "[]",
        "\"null\"",
        "'null'",
        "[object A_b]",
        "'[object a@b]'",
        "[null]",
        "[undefined]",
        "{null}",
        "[ ]",
        "[\"\"]",
        "`null`",
        "\u201cnull\u201d",
        "undefined undefined",
        "null_null",
        "null-null",
        "null@null",
        "(none)",
        "#CALC!",
        "#SPILL!",
        "#GETTING_DATA",
        "#SALE!",
        "1.#QNAN",
        "inf",
        "-inf",
        "System.DBNull",
        "[Function: id]",
        "Promise { <pending> }",
        "Promise",
        "%!d(<nil>)",
        "([object a@b])",
        "\u3164",
        "\u2800",
        "\ufe0f",
        "n\u200bull",
        "❤️",
        "signed_up",
        "a@b.de;",
        "a@b.de, c@d.de",
        "a@b.de;c@d.de",
        "ada @ home",
        "@ada@mastodon.social",
        "\"a, b\"@c.de",
        new('x', 150),
        new('x', 151),
        new('é', 76),
        new('n', 200),
    ];

    private static readonly string[] s_attributes =
    [
        "plan",
        "name",
        "email",
        "id",
        "cio_id",
        "anonymous_id",
        "created_at",
        "unsubscribed",
        "_timestamp",
        "_update",
        "cio_relationships",
        "cio_subscription_preferences",
        "cio_subscription_preferences.topics.topic_1",
        "é",
        "a b",
        "",
        new('k', 151),
    ];

    private static readonly object?[] s_values =
    [
        null,
        true,
        false,
        0,
        1,
        -1,
        12L,
        1790000000L,
        1789999000L,
        1790000100L,
        1700000000L,
        1790000000000L,
        12345678901L,
        2024L,
        45413L,
        20240501L,
        99999999L,
        100000000L,
        202405010930L,
        20240501093000L,
        "20240501",
        1.5,
        1e300,
        "2026-01-31T09:30:00Z",
        "2026-01-31",
        "yes",
        "no",
        "",
        "x",
        "é\n",
        "ada@example.com",
        "a b",
        "null",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01arz3ndektsv4rrffq69g5fav",
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "not-a-ulid",
        new string('v', 1001),
    ];

    [TestCaseSource(nameof(s_actions))]
    public void Write_AnyLine_IsWhatTheSlowRoadWrites(string id)
    {
        var manifest = Every.Manifest(id);
        var plain = 0;
        Prop.ForAll(
                Arb.From(LineGen(manifest)),
                line =>
                {
                    plain += Compare(manifest, ConnectorJson.ToBytes(line), exact: true) ? 1 : 0;
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(20261126, 9311));
        TestContext.Out.WriteLine($"{id}: {plain} of {Runs} were accepted.");
        Assert.That(plain, Is.GreaterThan(Runs / 50), "lines that are never accepted compare nothing but refusals");
    }

    [TestCaseSource(nameof(s_actions))]
    public void Write_AnyNameInAnyPlace_IsWhatTheSlowRoadWrites(string id)
    {
        var manifest = Every.Manifest(id);
        foreach (var (input, example) in (JObject)manifest.Examples.First()["input"]!)
        {
            foreach (var name in example is JValue { Value: string } ? s_names : [])
            {
                foreach (var kind in (string?[])[null, "auto", "id", "email", "cio_id", "phone", "x", ""])
                {
                    var line = new JObject((JObject)manifest.Examples.First()["input"]!) { [input] = name };
                    if (kind is not null)
                    {
                        line["idType"] = kind;
                    }

                    Compare(manifest, ConnectorJson.ToBytes(line), exact: true);
                }
            }
        }
    }

    [TestCase("""{"id" : "u1" , "customerData" : { "a" : 1.50, "b" : [ 1 , {"c":"\u00e9"} ] } }""")]
    [TestCase("""{"customerData":{"a":"\/","b":"A"},"id":"A1"}""")]
    [TestCase("""{"id":"u1","customerData":{"a":1,"a":2}}""")]
    [TestCase("""{"id":"u1","id":"u2"}""")]
    [TestCase("""{"id":"u1","customerData":{"a":"\ud800"}}""")]
    [TestCase("""{"id":"u1","customerData":{"a":1e999}}""")]
    [TestCase("""{"id":"u1","customerData":null}""")]
    [TestCase("""{"id":"u1","customerData":[]}""")]
    [TestCase("""{"id":1.0}""")]
    [TestCase("""{"id":123456789012345678901234567890}""")]
    [TestCase("""{"id":true}""")]
    [TestCase("""{"id":{}}""")]
    [TestCase("""{"id":"u1"} x""")]
    [TestCase("""{"id":"u1",}""")]
    [TestCase("""["id"]""")]
    [TestCase("""{"nothing":1,"id":"u1"}""")]
    [TestCase("""{"id":"u1","region":"eu"}""")]
    public void Write_OddText_SaysTheSameAsTheSlowRoad(string line) => Compare(Every.Manifest("identify"), Encoding.UTF8.GetBytes(line), exact: false);

    [TestCase("identify", """{"id":"u1","customerData":{"email":"ada@example.com","created_at":1700000000,"n":[1,{"x":1.5}]}}""")]
    [TestCase("identify", """{"id":"crm/10+user.10@example.com","idType":"auto"}""")]
    [TestCase("track", """{"id":17,"eventName":"Order Completed","eventData":{"total":12.5},"timestamp":1789999000}""")]
    [TestCase("track", """{"id":"u1","eventName":"signed_up","eventId":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}""")]
    [TestCase("track-page-view", """{"id":"ada@example.com","url":"https://example.com/a?b=c"}""")]
    [TestCase("track-screen-view", """{"id":"u1","screenName":"Home"}""")]
    public void TryCarry_APlainLine_IsTaken(string id, string line)
    {
        var manifest = Every.Manifest(id);
        var (output, keys) = (new ByteBuffer(512), new List<ulong>());
        Assert.That(RawInput.TryRead(manifest.Schema, Encoding.UTF8.GetBytes(line), new RawValue[RawInput.MaxProperties], keys, out var input), Is.True);
        Assert.That(((IOperationAction)Catalogue.Embedded.Code(manifest)).TryCarry(input, Item(), output, keys), Is.True);
        Assert.That(output.Length, Is.GreaterThan(20));
        Compare(manifest, Encoding.UTF8.GetBytes(line), exact: true);
    }

    private static bool Compare(ActionManifest manifest, byte[] line, bool exact)
    {
        var fast = Outcome.Of(item =>
        {
            var (output, keys) = (new ByteBuffer(512), new List<ulong>());
            var repeatable = new OperationWriter(Catalogue.Embedded, manifest, item).Write(line, 0, output, keys);
            return (output.Span.ToArray(), keys, repeatable);
        });
        var slow = Outcome.Of(item =>
        {
            JObject input;
            try
            {
                input = ConnectorJson.ParseObject(line);
            }
            catch (FormatException e)
            {
                throw new ConnectorException(FailureKind.Input, "The line cannot be read: " + e.Message, [new Problem("", e.Message)]);
            }

            var operation = OperationReader.Ours((IOperationAction)Catalogue.Embedded.Code(manifest), manifest.Validate(input), item);
            var keys = new List<ulong>();
            operation.AddKeys(keys);
            var bytes = operation.ToBytes();
            return BatchLimits.Excess(bytes.Length) is { } excess ? throw ConnectorException.Input("", excess) : (bytes, keys, operation.Type != "delivery");
        });
        var text = Encoding.UTF8.GetString(line);
        Assert.That(fast.Refusal, Is.EqualTo(slow.Refusal), text);
        Assert.That(exact ? fast.Operation : Normal(fast.Operation), Is.EqualTo(exact ? slow.Operation : Normal(slow.Operation)), text);
        Assert.That(fast.Rest, Is.EqualTo(slow.Rest), text);
        return slow.Refusal is null;

        static string Normal(string operation) => operation.Length == 0 ? "" : ConnectorJson.ToText(ConnectorJson.Parse(operation));
    }

    private static ItemContext Item() => new(() => s_now, index => "01BX5ZZKBKACTAV9WEVGEMMVR" + index, false);

    private static Gen<JObject> LineGen(ActionManifest manifest)
    {
        string[] inputs = [.. ((JObject)manifest.Input["properties"]!).Properties().Select(p => p.Name)];
        var example = (JObject)manifest.Examples.First()["input"]!;
        var map = from names in Gen.SubListOf(s_attributes) from values in Gen.ArrayOf(Gen.Elements(s_values), names.Count) select Map(names, values);
        var value = Gen.Frequency(
            (3, Gen.Elements(s_names).Select(n => (JToken)n)),
            (2, Gen.Elements(s_values).Select(v => v is null ? JValue.CreateNull() : JToken.FromObject(v))),
            (2, map.Select(m => (JToken)m)),
            (1, Gen.Constant((JToken)new JArray(1)))
        );
        var change = from name in Gen.Elements(inputs) from with in value select (Name: name, With: with);
        return from changes in Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(change, n))
            from data in map
            from withData in Gen.Elements(true, false)
            select Line(changes, data, withData);

        JObject Line((string Name, JToken With)[] changes, JObject data, bool withData)
        {
            var line = new JObject(example);
            if (withData && example.Properties().FirstOrDefault(p => p.Value is JObject) is { } into)
            {
                line[into.Name] = data;
            }

            foreach (var (name, with) in changes)
            {
                line[name] = with.DeepClone();
            }

            return line;
        }
    }

    private static JObject Map(IEnumerable<string> names, object?[] values)
    {
        var map = new JObject();
        foreach (var (name, value) in names.Zip(values))
        {
            map[name] = value is null ? JValue.CreateNull() : JToken.FromObject(value);
        }

        return map;
    }

    private sealed record Outcome(string Operation, string Rest, string? Refusal)
    {
        public static Outcome Of(Func<ItemContext, (byte[] Operation, List<ulong> Keys, bool Repeatable)> write)
        {
            var item = Item();
            item.Index = 0;
            try
            {
                var (operation, keys, repeatable) = write(item);
                return new(
                    Encoding.UTF8.GetString(operation),
                    $"{string.Join(",", keys.Order())} {repeatable} {item.UsedEventId} {item.WasTrimmed} {string.Join("|", item.Warnings)}",
                    null
                );
            }
            catch (ConnectorException e)
            {
                return new("", "", $"{e.Kind} {e.Message} {string.Join("|", e.Problems)}");
            }
        }
    }
}
