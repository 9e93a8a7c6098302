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
    private static readonly int s_runs = Amount.Of(4000);
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
            .Check(Config.QuickThrowOnFailure.WithMaxTest(s_runs).WithReplay(20261126, 9311));
        TestContext.Out.WriteLine($"{id}: {plain} of {s_runs} were accepted.");
        Assert.That(plain, Is.GreaterThan(s_runs / 50), "lines that are never accepted compare nothing but refusals");
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

    private static readonly InputSchema s_small = new(
        JObject.Parse(
            """
            {"properties":{"map":{"type":"object","x-maxBytes":37,"x-maxNameBytes":6,"x-maxValueBytes":8,"x-maxCount":3},
             "id":{"type":["string","integer"]},"on":{"type":"boolean"},"other":{"type":"object"},"n":{"type":"number"}},"required":["id"]}
            """
        )
    );

    [TestCase("""{"id":"u1"}""", "")]
    [TestCase("""{"map":{},"id":"u1"}""", "{}")]
    [TestCase("""{"other":{"a":1},"id":"u1"}""", """{"a":1}""")]
    [TestCase("""{"id":"u1","map":{"a" : 1.50, "b":"x\n"} }""", """{"a" : 1.50, "b":"x\n"}""")]
    [TestCase("""{"map":{"ab":1,"cd":2,"ef":3}}""", """{"ab":1,"cd":2,"ef":3}""")]
    [TestCase("""{"map":{"":"12345678"}}""", """{"":"12345678"}""")]
    [TestCase("""{"map":{"abcdef":null}}""", """{"abcdef":null}""")]
    [TestCase("""{"map":{"a":[1,[],{"_b":"123456789"}]}}""", """{"a":[1,[],{"_b":"123456789"}]}""")]
    [TestCase("""{"map":{"a":{"email":"a@b.de","id":"x"}}}""", """{"a":{"email":"a@b.de","id":"x"}}""")]
    [TestCase("""{"map":{"a":"12345678","b":"12345678","c":1}}""", """{"a":"12345678","b":"12345678","c":1}""")]
    public void TryRead_AnUsualLine_CarriesTheMapAsItWasWritten(string line, string map)
    {
        var keys = new List<ulong>();
        var read = RawInput.TryRead(s_small, Encoding.UTF8.GetBytes(line), Dirty(), keys, out var input);
        Assert.That((read, Encoding.UTF8.GetString(input.Text), keys.Count), Is.EqualTo((true, map, 0)));
    }

    [Test]
    public void TryRead_AnEmailAmongTheAttributes_IsWhomItNames()
    {
        var (keys, line) = (new List<ulong>(), """{"other":{"email":"Ada@b.de","mail":"x@b.de"},"id":"u1"}""");
        Assert.That(RawInput.TryRead(s_small, Encoding.UTF8.GetBytes(line), Dirty(), keys, out _), Is.True);
        Assert.That(keys, Is.EqualTo(new[] { PersonKeys.Of("ada@b.de"u8) }));
    }

    [TestCase("""{"id":"u1","id":"u2"}""")]
    [TestCase("""{"map":{},"other":{}}""")]
    [TestCase("""{"other":{},"map":{}}""")]
    [TestCase("""{"id":{}}""")]
    [TestCase("""{"\u0069d":"u1"}""")]
    [TestCase("""{"id":"\u0075"}""")]
    [TestCase("""{"map":{"a":1,"a":2}}""")]
    [TestCase("""{"map":{"\u0061":1}}""")]
    [TestCase("""{"map":{"a":"\u0061"}}""")]
    [TestCase("""{"map":{"a":1,"b":2,"c":3,"d":4}}""")]
    [TestCase("""{"map":{"abcdefg":1}}""")]
    [TestCase("""{"map":{"a":"123456789"}}""")]
    [TestCase("""{"map":{"_a":1}}""")]
    [TestCase("""{"map":{"cio_a":1}}""")]
    [TestCase("""{"map":{"id":"u1"}}""")]
    [TestCase("""{"map":{"a":[1e999]}}""")]
    [TestCase("""{"map":{"a":[{"b":1,"b":2}]}}""")]
    [TestCase("""{"map":{"a":"12345678","b":"12345678","c":12}}""")]
    [TestCase("""["id"]""")]
    [TestCase("{}}")]
    [TestCase("{} {}")]
    [TestCase("{")]
    [TestCase("")]
    public void TryRead_AnUnusualLine_IsLeftToTheFullReader(string line) =>
        Assert.That(RawInput.TryRead(s_small, Encoding.UTF8.GetBytes(line), Dirty(), [], out _), Is.False);

    [Test]
    public void TryRead_BytesThatAreNoText_AreLeftToTheFullReader() =>
        Assert.That(RawInput.TryRead(s_small, [.. "{\"id\":\""u8, 0xC3, .. "\"}"u8], Dirty(), [], out _), Is.False);

    [TestCase(1000, true)]
    [TestCase(1001, false)]
    public void TryRead_LongNumber_IsReadUpToABound(int digits, bool reads)
    {
        var line = "{\"other\":{\"n\":" + new string('9', digits) + "}}";
        Assert.That(RawInput.TryRead(s_small, Encoding.UTF8.GetBytes(line), Dirty(), [], out _), Is.EqualTo(reads));
    }

    [TestCase(48, true)]
    [TestCase(49, false)]
    public void TryRead_ObjectOfManyNames_IsReadUpToABound(int names, bool reads)
    {
        var map = string.Join(',', Enumerable.Range(10, names).Select(i => $"\"{i}\":{i}"));
        Assert.That(RawInput.TryRead(s_small, Encoding.UTF8.GetBytes($$$"""{"other":{{{{map}}}}}"""), Dirty(), [], out _), Is.EqualTo(reads));
    }

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void TryRead_SchemaOfManyInputs_IsReadUpToABound(int count, bool reads)
    {
        var names = Enumerable.Range(10, count).Select(i => $"n{i}").ToArray();
        var schema = new InputSchema(new JObject { ["properties"] = new JObject(names.Select(n => new JProperty(n, new JObject { ["type"] = "integer" }))) });
        var line = "{" + string.Join(',', names.Select((n, i) => $"\"{n}\":{i}")) + "}";
        Assert.That(RawInput.TryRead(schema, Encoding.UTF8.GetBytes(line), Dirty(), [], out var input), Is.EqualTo(reads));
        if (reads)
        {
            var values = input.ToValues([])!;
            Assert.That(names.Select(n => (long)values[n]!), Is.EqualTo(Enumerable.Range(0, count)));
        }
    }

    [Test]
    public void ToValues_WhatStandsInTheLine_AndAnEmptyObjectForTheMap()
    {
        var map = new JObject();
        RawInput.TryRead(s_small, """{"id":7,"map":{"a":1},"on":true}"""u8, Dirty(), [], out var input);
        var values = input.ToValues(map)!;
        Assert.That(values["map"], Is.SameAs(map));
        Assert.That(((long)values["id"]!, (bool)values["on"]!, values["other"]), Is.EqualTo((7L, true, (JToken?)null)));

        RawInput.TryRead(s_small, """{"id":"é","on":false}"""u8, Dirty(), [], out input);
        values = input.ToValues(map)!;
        Assert.That(((string)values["id"]!, (bool)values["on"]!, values["map"]), Is.EqualTo(("é", false, (JToken?)null)));
    }

    [TestCase("""{"on":true}""")]
    [TestCase("""{"id":true}""")]
    [TestCase("""{"id":null}""")]
    [TestCase("""{"id":"u1","n":1.5}""")]
    [TestCase("""{"id":"u1","n":123456789012345678901}""")]
    [TestCase("""{"id":"u1","on":"x"}""")]
    public void ToValues_WhatMayBeRefused_IsLeftToTheFullReader(string line)
    {
        Assert.That(RawInput.TryRead(s_small, Encoding.UTF8.GetBytes(line), Dirty(), [], out var input), Is.True);
        Assert.That(input.ToValues([]), Is.Null);
    }

    // Room that an earlier line has used: what does not stand in this line must not be taken from there.
    private static RawValue[] Dirty() => [.. Enumerable.Repeat(new RawValue(1, 1, System.Text.Json.JsonTokenType.StartObject), RawInput.MaxProperties + 1)];

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
