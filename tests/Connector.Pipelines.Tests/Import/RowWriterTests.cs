using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Import;

/// <summary>The road from a row to an operation beside the actions' own: what is sent, for whom, and what is refused.</summary>
public class RowWriterTests
{
    private static readonly int s_rows = Amount.Of(6000);
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private static readonly string[] s_ids =
    [
        "\"u1\"",
        "17",
        "-3",
        "\"ada@example.com\"",
        "\"crm/10+u@example.com\"",
        "\" u1\"",
        "\"u 1\"",
        "\"a\\\"b\"",
        "\"\\u0075\"",
        "\"é\"",
        "\"😀\"",
        "\"null\"",
        "\"cio_a1\"",
        "\"a@b\"",
        "\"..\"",
        "\"" + new string('x', 151) + "\"",
        "null",
        "\"\"",
        "[1]",
        "{}",
    ];

    private static readonly string[] s_names =
    [
        "plan",
        "name",
        "email",
        "created_at",
        "unsubscribed",
        "anonymous_id",
        "_update",
        "_timestamp",
        "cio_relationships",
        "cio_subscription_preferences.topics.topic_1",
        "é",
        "a b",
        "a\\\"b",
        "a\\u0062",
        "",
        new('k', 150),
        new('k', 151),
    ];

    private static readonly string[] s_values =
    [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.50",
        "1e5",
        "1E-400",
        "1e999",
        "123456789012345678901234567890",
        "0.1234567890123456789",
        "1700000000",
        "170000000",
        "17000000",
        "1700000000000",
        "20240501",
        "-1700000000",
        "1700000000.5",
        "\"1700000000\"",
        "\"2026-01-31T09:30:00Z\"",
        "\"yes\"",
        "\"no\"",
        "\"true\"",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"Müller 健太 😀\"",
        "\"\\u2028\u2028\\u007f\u007f\ufdd0\"",
        "\"a\\nb\\\\c\\/d<>&'\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"ada@example.com\"",
        "\"not an address\"",
        "\"" + new string('v', 1000) + "\"",
        "\"" + new string('v', 1001) + "\"",
        "\"" + new string('é', 501) + "\"",
        "[1, [2.0, {\"a\":\"b\"}], null]",
        "{\"a\":{\"b\":[1.5e3]}}",
        "{\"a\":1,\"a\":2}",
        "{\"id\":\"x\",\"email\":\"y\"}",
        "[\"\\ud83d\"]",
        "[1e999]",
        new string('[', 61) + new string(']', 61),
        new string('[', 62) + new string(']', 62),
        new string('[', 63) + new string(']', 63),
    ];

    // Columns that a table types say more than an action's input may: these are what both understand alike.
    private static readonly Dictionary<string, string[]> s_typed = new()
    {
        ["created_at"] =
        [
            "1700000000",
            "170000000",
            "1700000000000",
            "-1700000000",
            "\"1700000000\"",
            "\"2026-01-31T09:30:00Z\"",
            "\"9999-12-31T23:59:59Z\"",
            "\"1972-05-06T00:00:00Z\"",
            "\"1969-12-31T23:59:59Z\"",
            "null",
            "\"\"",
            "\"soon\"",
            "[1]",
        ],
        ["unsubscribed"] = ["true", "false", "0", "1", "2", "\"yes\"", "\"no\"", "\"true\"", "\"\"", "null", "\"x\""],
        ["timestamp"] =
        [
            "1789999000",
            "1790000100",
            "1700000000",
            "\"1789999000\"",
            "\"2026-01-31T09:30:00Z\"",
            "\"1969-12-31T23:59:59Z\"",
            "\"1971-01-01T00:00:00Z\"",
            "\"\"",
            "null",
            "{}",
        ],
    };

    [Test]
    public async Task Write_AnyRowOfCsv_IsWhatTheActionMakesOfItsTexts()
    {
        var random = new Random(20261128);
        var texts = s_values.Where(v => v[0] == '"').Select(Text).OfType<string>().Concat(["1.50", "a\"b", "\u0001", "12", "null"]).ToArray();
        Dictionary<string, string[]> typed = new()
        {
            ["id"] = ["u1", "17", "ada@example.com", "é", " u1", ""],
            ["email"] = ["ada@example.com", "ADA@example.com", "x", ""],
            ["created_at"] =
            [
                "1700000000",
                "170000000",
                "0170000000",
                "017000000",
                "9999999999",
                "2026-01-31T09:30:00Z",
                "9999-12-31T23:59:59Z",
                "1972-05-06",
                "soon",
                "",
            ],
            ["unsubscribed"] = ["true", "false", "TRUE", "no", "1", "x", ""],
        };
        string[] columns = ["id", "email", "created_at", "unsubscribed", "plan", "a b", "a\"b"];
        var rows = Enumerable
            .Range(0, s_rows)
            .Select(_ => columns.Select(c => typed.GetValueOrDefault(c, texts)).Select(of => of[random.Next(3) > 0 ? 0 : random.Next(of.Length)]).ToArray())
            .ToArray();
        string[][] all = [columns, .. rows];
        var csv = string.Join('\n', all.Select(r => string.Join(',', r.Select(t => $"\"{t.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));
        var manifest = OperationReader.Find("identify", Catalogue.Embedded);
        var (accepted, at) = (0, 0);
        foreach (var (_, problem, operation) in await WriteAsync(ImportKind.People, "rows.csv", csv))
        {
            var row = new JObject(columns.Zip(rows[at++]).Select(c => new JProperty(c.First, c.Second)));
            var expected = Expected(manifest, ConnectorJson.ToText(row), "customerData", out var refusal);
            Assert.That((problem is null, operation), Is.EqualTo((refusal is null, expected)), $"{row}\n{problem?.Field} {problem?.Message}\n{refusal}");
            accepted += problem is null ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{accepted} of {at} rows were accepted.");
        Assert.That((at, accepted > s_rows / 20, accepted < s_rows), Is.EqualTo((s_rows, true, true)));

        static string? Text(string json)
        {
            try
            {
                return (string?)ConnectorJson.Parse(Encoding.UTF8.GetBytes(json));
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }

    [TestCase("people", "customerData")]
    [TestCase("objects", "objectData")]
    [TestCase("events", "eventData")]
    public async Task Write_AnyLine_IsWhatTheActionMakesOfIt(string kindName, string map)
    {
        var random = new Random(20261127);
        var lines = Enumerable.Range(0, s_rows).Select(_ => Line(random, kindName)).ToArray();
        var kind = Enum.Parse<ImportKind>(kindName, ignoreCase: true);
        var manifest = OperationReader.Find(RowWriter.Actions(kind).Write, Catalogue.Embedded);
        var (accepted, read) = (0, 0);
        foreach (var (line, problem, operation) in await WriteAsync(kind, "lines.jsonl", string.Join('\n', lines)))
        {
            read++;
            var expected = Expected(manifest, line, map, out var refusal);
            Assert.That((problem is null, operation), Is.EqualTo((refusal is null, expected)), $"{line}\n{problem?.Field} {problem?.Message}\n{refusal}");
            accepted += problem is null ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{kindName}: {accepted} of {read} lines were accepted.");
        Assert.That((read, accepted > s_rows / 20, accepted < s_rows), Is.EqualTo((s_rows, true, true)));
    }

    private static string Line(Random random, string kind)
    {
        string Any(string[] of) => of[random.Next(of.Length)];

        var members = new List<string> { $"\"{(kind == "objects" ? "object_id" : "id")}\":{(random.Next(3) > 0 ? s_ids[0] : Any(s_ids))}" };
        if (kind == "objects")
        {
            members.Add("\"object_type_id\":" + (random.Next(4) > 0 ? "\"1\"" : Any(s_ids)));
        }
        else if (kind == "events")
        {
            members.Add("\"name\":" + (random.Next(4) > 0 ? "\"Order Completed\"" : Any(s_ids)));
            members.AddRange(random.Next(3) == 0 ? [$"\"timestamp\":{Any(s_typed["timestamp"])}"] : []);
        }

        string[] names = [.. s_names.Where(n => kind == "people" || n is not ("name" or "email"))];
        members.AddRange(
            Enumerable
                .Range(0, random.Next(5))
                .Select(_ => Any(names))
                .Distinct()
                .Select(n => $"\"{n}\":{Any(kind == "events" ? s_values : s_typed.GetValueOrDefault(n, s_values))}")
        );
        if (random.Next(40) == 0)
        {
            members.Add(members[^1]);
        }

        return "{" + string.Join(random.Next(2) == 0 ? "," : " , ", members) + "}";
    }

    /// <summary>The operation as the action makes it of its input, by the full reader.</summary>
    private static string? Expected(ActionManifest manifest, string line, string map, out string? refusal)
    {
        try
        {
            var row = ConnectorJson.ParseObject(Encoding.UTF8.GetBytes(line));
            var input = new JObject();
            void Take(string column, string name)
            {
                if (row[column] is { } value)
                {
                    row.Remove(column);
                    if (value is not JValue { Value: null or "" })
                    {
                        input[name] = value.Type == JTokenType.Integer ? ConnectorJson.ScalarText(value) : value;
                    }
                }
            }

            Take("object_id", "objectId");
            Take("object_type_id", "objectTypeId");
            if (map != "objectData")
            {
                Take("id", "id");
                input["idType"] = "id";
            }

            if (map == "eventData")
            {
                Take("name", "eventName");
                Take("timestamp", "timestamp");
            }

            if (map == "customerData" && input["id"] is null && row["email"] is { } email and not JValue { Value: null or "" })
            {
                (input["id"], input["idType"]) = (email.Type == JTokenType.Integer ? ConnectorJson.ScalarText(email) : email, "email");
            }

            foreach (var empty in row.Properties().Where(p => p.Value is JValue { Value: null or "" }).ToArray())
            {
                empty.Remove();
            }

            input[map] = row;
            var item = Item();
            item.Index = 0;
            var operation = OperationReader.Ours((IOperationAction)Catalogue.Embedded.Code(manifest), manifest.Validate(input), item);
            var keys = new List<ulong>();
            operation.AddKeys(keys);
            refusal = BatchLimits.Excess(operation.ToBytes().Length);
            return refusal is null ? Told(ConnectorJson.ParseObject(operation.ToBytes()), keys) : null;
        }
        catch (Exception e) when (e is ConnectorException or FormatException)
        {
            refusal = e.Message + string.Join("|", (e as ConnectorException)?.Problems ?? []);
            return null;
        }
    }

    private static async Task<List<(string Line, RowProblem? Problem, string? Operation)>> WriteAsync(ImportKind kind, string file, string text)
    {
        var folder = Directory.CreateTempSubdirectory("rows-").FullName;
        try
        {
            var path = Path.Combine(folder, file);
            await File.WriteAllTextAsync(path, text);
            await using var source = RowSource.Open(path, null, null);
            var writer = new RowWriter(kind, new ImportMap(), Catalogue.Embedded, Item());
            var (block, operations, keys) = (new RowBlock(), new ByteBuffer(512), new List<ulong>());
            var told = new List<(string, RowProblem?, string?)>();
            while (await source.ReadAsync(block, default))
            {
                for (var i = 0; i < block.Count; i++)
                {
                    operations.Length = 0;
                    keys.Clear();
                    var problem = writer.Write(block, block[i], 0, operations, keys);
                    Assert.That((operations.Length > 0, keys.Count > 0), Is.EqualTo((problem is null, problem is null)), problem?.Message);
                    told.Add(
                        (
                            Encoding.UTF8.GetString(block.Bytes(block[i].Raw)),
                            problem,
                            problem is null ? Told(ConnectorJson.ParseObject(operations.Span), keys) : null
                        )
                    );
                }

                block.Clear();
            }

            return told;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Told(JObject operation, List<ulong> keys)
    {
        operation.Remove("id");
        return $"{ConnectorJson.ToText(operation)} {string.Join(',', keys.Distinct().Order())}";
    }

    private static ItemContext Item() => new(() => s_now, index => "01BX5ZZKBKACTAV9WEVGEMMVR" + (index & 7), false);
}
