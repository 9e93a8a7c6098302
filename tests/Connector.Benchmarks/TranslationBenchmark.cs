using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Benchmarks;

/// <summary>Translation of events, one thread, beside what Newtonsoft needs for reading, mapping by hand and writing the same events.</summary>
internal static class TranslationBenchmark
{
    private const int Count = 10_000;

    public static void Run(int rounds)
    {
        var texts = Enumerable.Range(0, Count).Select(Event).ToArray();
        var utf8 = texts.Select(Encoding.UTF8.GetBytes).ToArray();
        var objects = texts.Select(t => ConnectorJson.ParseObject(t)).ToArray();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count} events, 40 % identify, 40 % track, 20 % page, {texts.Average(t => t.Length):F0} bytes each; events/s, median of {rounds}"
            )
        );
        var plain = Measure(rounds, () => PlainText(texts));
        var mapping = Measure(rounds, () => Mapped(objects));
        Show("Newtonsoft, text to text, no mapping", plain, null);
        Show("Newtonsoft, object to object, by hand", mapping, null);
        foreach (var profile in Profile.All)
        {
            var settings = EventSettings.Of(profile.Name);
            Show($"{profile.Name}, text to text", Measure(rounds, () => Text(utf8, settings)), plain);
            Show($"{profile.Name}, object to request", Measure(rounds, () => Objects(objects, settings)), mapping);
        }
    }

    private static void Show(string name, double speed, double? beside) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name, -42}{speed, 12:N0}{(beside is { } other ? speed / other : 1), 8:F2}"));

    private static double Measure(int rounds, Func<long> run)
    {
        var samples = new List<double>();
        for (var round = -5; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            if (run() == 0)
            {
                throw new InvalidOperationException("Nothing was made.");
            }

            if (round >= 0)
            {
                samples.Add(Count / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return samples.Order().ElementAt(samples.Count / 2);
    }

    private static long Text(byte[][] events, EventSettings settings)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using var writer = ConnectorJson.Writer(buffer);
        var bytes = 0L;
        foreach (var json in events)
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            writer.WriteStartObject();
            Translator.Translate(JsonText.ReadObject(json), settings, DateTimeOffset.UnixEpoch, null, json.Length).WriteMembers(writer, Region.Us);
            writer.WriteEndObject();
            writer.Flush();
            bytes += buffer.WrittenCount;
        }

        return bytes;
    }

    private static long Objects(JObject[] events, EventSettings settings)
    {
        var requests = 0L;
        foreach (var json in events)
        {
            requests += Translator.Translate(json, settings, DateTimeOffset.UnixEpoch, null, 1).Requests.Count;
        }

        return requests;
    }

    private static long PlainText(string[] texts)
    {
        var serializer = new JsonSerializer { DateParseHandling = DateParseHandling.None };
        var length = 0L;
        foreach (var text in texts)
        {
            using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None };
            length += JObject.Load(reader).ToString(Formatting.None).Length;
        }

        return length;
    }

    private static long Mapped(JObject[] events)
    {
        var members = 0L;
        foreach (var json in events)
        {
            var body =
                (string?)json["type"] == "identify"
                    ? (JObject)json["traits"]!.DeepClone()
                    : new JObject { ["name"] = json["event"] ?? json["name"], ["data"] = json["properties"]!.DeepClone() };
            body["timestamp"] = DateTimeOffset.Parse((string)json["timestamp"]!, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
            members += new JObject
            {
                ["method"] = "POST",
                ["url"] = "https://track.customer.io/api/v1/customers/" + Uri.EscapeDataString((string)json["userId"]!),
                ["body"] = body,
            }.Count;
        }

        return members;
    }

    private static string Event(int i)
    {
        var common =
            $$$"""
            "messageId":"ajs-next-{{{i}}}-5f2c1a","userId":"user-{{{i % 977}}}","anonymousId":"f3a1-{{{i}}}","timestamp":"2026-01-31T09:30:{{{i
                % 60:00}}}.123Z","originalTimestamp":"2026-01-31T09:30:00.100Z","sentAt":"2026-01-31T09:30:01.000Z","receivedAt":"2026-01-31T09:30:02.000Z",
            "context":{"ip":"203.0.113.7","locale":"en-GB","timezone":"Europe/London","library":{"name":"analytics-node","version":"2.1.0"},
            "userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0","page":{"path":"/pricing","title":"Pricing",
            "url":"https://example.com/pricing","referrer":"https://www.example.org/search"},
            "campaign":{"name":"spring","source":"newsletter","medium":"email"}},"integrations":{"All":true}
            """.ReplaceLineEndings(
                ""
            );
        return (i % 5) switch
        {
            0 or 1 => $$$"""{"type":"identify",{{{common}}},"traits":{"email":"user{{{i}}}@example.com","firstName":"Ada","lastName":"Lovelace","pla"""
                + $$$"""n":"pro","seats":12,"value":1234.5,"active":true,"tags":["pro","cohort-7"],"company":{"name":"Acme","size":"""
                + $$$"""120},"address":{"city":"London","postalCode":"N1","country":"GB"} } }""",
            2 or 3 => $$$"""{"type":"track",{{{common}}},"event":"Order Completed","properties":{"orderId":"o-{{{i}}}","total":"""
                + $$$"""99.5,"currency":"EUR","coupon":"SPRING","products":[{"sku":"a-1","price":49.5,"quantity":1},{"sku":"b-2","price":"""
                + $$$"""50,"quantity":1}],"first":false} }""",
            _ => $$$"""{"type":"page",{{{common}}},"name":"Pricing","properties":{"url":"https:"""
                + $$$"""//example.com/pricing?x={{{i}}}","path":"/pricing","referrer":"https://example.com/","title":"Pricing","search":"?x=1"} }""",
        };
    }
}
