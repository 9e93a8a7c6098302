using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Values;

/// <summary>Random JSON for property tests: a seed is a value.</summary>
internal static class Json
{
    private static readonly string[] s_texts =
    [
        "",
        "a",
        "ä",
        "😀",
        "\u2028",
        "\"",
        "\\",
        "/",
        "</script>",
        "\n\t\u0001",
        "2026-01-31T09:30:00Z",
        "/Date(0)/",
        "null",
        "1.50",
        "\uFEFF",
        "$type",
        "a.b",
        "a~/b",
        " ",
    ];

    public static string Text(JToken value) => ConnectorJson.ToText(value);

    public static JToken Value(int seed) => Value(new Random(seed), 4);

    public static JObject Object(int seed) => Object(new Random(seed), 4);

    private static JObject Object(Random random, int depth)
    {
        var o = new JObject();
        for (var i = random.Next(5); i > 0; i--)
        {
            o[s_texts[random.Next(s_texts.Length)] + random.Next(3)] = Value(random, depth - 1);
        }

        return o;
    }

    private static JToken Value(Random random, int depth) =>
        random.Next(depth > 0 ? 9 : 7) switch
        {
            0 => JValue.CreateNull(),
            1 => new JValue(random.Next(2) == 0),
            2 => new JValue(random.NextInt64(long.MinValue, long.MaxValue)),
            3 => new JValue(System.Numerics.BigInteger.Pow(random.Next(-9, 9) * 2 + 1, 90) * 10),
            4 => new JValue((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)) + 0.5),
            5 => new JValue(s_texts[random.Next(s_texts.Length)] + s_texts[random.Next(s_texts.Length)]),
            6 => new JValue((long)random.Next(-3, 3)),
            7 => Object(random, depth),
            _ => new JArray(Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))),
        };
}
