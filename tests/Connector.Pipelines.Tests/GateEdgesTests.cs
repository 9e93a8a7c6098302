using System.Diagnostics;
using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;
using FsCheck;
using FsCheck.Fluent;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests;

/// <summary>The gate at every edge: the same identifiers and attributes, handed in everywhere, must become the same operation or be refused
/// everywhere.</summary>
public class GateEdgesTests : Bench
{
    private static readonly int s_many = Amount.Of(80);
    private const string Plain = "plan";
    private static readonly string[] s_ends =
    [
        "",
        "",
        "",
        " ",
        "\t",
        "\r\n",
        "\u00a0",
        "\u200b",
        "\u200f",
        "\u2028",
        "\u202f",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u180e",
        "\u3000",
    ];
    private static readonly string[] s_names =
    [
        "u§",
        "u§",
        "007§",
        "a b §",
        "ada§@example.com",
        "Ada§@Example.COM",
        "cio_a§",
        "ü§",
        "👩‍🚀§",
        "1e§",
        "null§",
        "ada §@example.com",
        "ada§@exa\u200bmple.com",
        "a\u0001§",
        "a\n§",
        "",
        "undefined",
        "null",
        "NULL",
        "None",
        "NaN",
        "nil",
        "[object Object]",
        "\\N",
        "#N/A",
        "1.23E+11",
        "1e+21",
        "12E+3",
        "1E+05",
        "1.0e16",
        "\"null\"",
        "'undefined'",
        "\"\"",
        "u\u202e§",
        "u\u2066§\u2069",
        "u\u200d§",
        "a§@@b.com",
        "a§@b@c.com",
        "mailto:x§@y.z",
        "<x§@y.z>",
        "a§@b.de, c@d.de",
        "a§@b.de;c@d.de",
        "a§@b.de;",
        "ada§ @ home",
        "[null]",
        "`null`",
        "undefined undefined",
        "(none)",
        "#CALC!",
        "[\"\"]",
        "\u3164",
        "n\u200bull",
    ];

    private static readonly (string Name, JToken[] Values)[] s_attributes =
    [
        (Plain, ["pro", " pro ", "yes", "undefined", 7, 1.5, true, new JArray(1), new JObject { ["a"] = "b" }]),
        ("unsubscribed", ["yes", "No", " TRUE ", "off", "1", "0", "maybe", "", JValue.CreateNull(), 1, 0, 2, true, false, new JArray(), new JObject()]),
        (
            "created_at",
            [
                "2024-05-01T10:00:00",
                "2024-05-01 10:00",
                "1714557600.5",
                1714557600.5,
                -1,
                "-1",
                "",
                " ",
                JValue.CreateNull(),
                "Wed, 01 May 2024 10:00:00 GMT",
                "2024-05-01",
                "2024-05-01T10:00:00Z",
                "2024-05-01 10:00:00.5+02:00",
                "1714521600",
                "1714521600000",
                "01/02/2024",
                "soon",
                20240501,
                "20240501",
                2024,
                45413,
                1714521600,
                1714521600000,
                true,
                new JObject(),
            ]
        ),
        (
            "cio_subscription_preferences",
            [
                new JObject
                {
                    ["topics"] = new JObject { ["topic_1"] = "false", ["topic_2"] = true },
                },
                new JObject { ["topics"] = new JObject { ["topic_1"] = "maybe" } },
                new JObject { ["Topics"] = new JObject { ["topic_1"] = "no" } },
                "{\"topics\":{\"topic_1\":\"no\"}}",
                "x",
                3,
            ]
        ),
        ("cio_subscription_preferences.topics.topic_1", ["false", "on", true, "maybe", 5]),
        ("id", ["u§", " u§ ", "007§", "other§", 7, 1.5, "null", "", JValue.CreateNull()]),
        (
            "email",
            [
                "x§@example.com",
                " x§@example.com\u00a0",
                "a§@@b.com",
                "mailto:x§@y.z",
                "",
                JValue.CreateNull(),
                "x",
                "a;b@example.com",
                "x§@exa mple.com",
                "null",
                5,
                true,
            ]
        ),
        ("anonymous_id", ["anon-§", " anon-§", "undefined", "", JValue.CreateNull(), 5, new JArray()]),
    ];

    private static readonly Gen<(JToken Id, string Attribute, JToken Value)> s_cases =
        from before in Gen.Elements(s_ends)
        from name in Gen.Elements(s_names)
        from after in Gen.Elements(s_ends)
        from kind in Gen.Choose(0, 9)
        from odd in Gen.Elements<JToken>(7, 9007199254740993L, 1.5, true, new JArray("u"), new JObject { ["a"] = 1 })
        from attribute in Gen.Elements(s_attributes)
        from value in Gen.Elements(attribute.Values)
        select (kind == 0 ? odd : (JToken)(before + name + after), attribute.Name, value);

    // Every name, and every value of every attribute, whatever chance takes.
    private static readonly (JToken Id, string Attribute, JToken Value)[] s_fixed =
    [
        .. s_names.Select(n => ((JToken)n, Plain, (JToken)"pro")),
        .. s_attributes.SelectMany(a => a.Values.Select(v => ((JToken)"u§", a.Name, v))),
        .. s_attributes.Single(a => a.Name == "id").Values.Select(v => ((JToken)"ada§@example.com", "id", v)),
    ];

    private static readonly string[] s_edges =
    [
        "run",
        "each",
        "each --batch",
        "batch",
        "import",
        "import CSV",
        "events",
        "serve",
        "send-event",
        "mcp",
        "Node-RED",
        "sync",
    ];

    [Test]
    public async Task AnyIdentifierAndAttribute_AtEveryEdge_BecomesTheSameOperationOrIsRefused()
    {
        Case[] cases =
        [
            .. s_fixed
                .Concat(s_cases.Sample(s_many, 40))
                .Select((c, i) => new Case(i, Numbered(c.Id, i, true), c.Attribute, Numbered(c.Value, i, false)))
                .DistinctBy(c => c.Id.ToString(Formatting.None)),
        ];
        var expected = await SeenAsync("run", cases);
        Assert.That(expected.Count, Is.InRange(10, cases.Length - 10), "the cases must hold both kinds");
        var wrong = new List<string>();
        foreach (var edge in s_edges.Skip(1))
        {
            var fitting = cases.Where(c => Fits(edge, c)).ToArray();
            Assert.That(fitting, Has.Length.AtLeast(10), edge);
            var seen = await SeenAsync(edge, fitting);
            wrong.AddRange(
                fitting
                    .Select(c =>
                        (
                            Case: c,
                            Run: Sends(edge, c) ? expected.GetValueOrDefault(c.Number, "refused") : "refused",
                            Here: seen.GetValueOrDefault(c.Number, "refused")
                        )
                    )
                    .Where(c => c.Run != c.Here)
                    .Select(c => $"{edge}: {c.Case}\n   run:  {c.Run}\n   here: {c.Here}")
            );
        }

        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
    }

    // A table knows no lists and a sync by id no other kinds of identifier; what a table leaves empty is not sent at all.
    // An event without a user id may name the person otherwise, and JavaScript cannot hold every integer.
    private static bool Fits(string edge, Case c) =>
        edge switch
        {
            "events" or "serve" or "send-event" => c.Id is not JValue { Value: string blank } || !string.IsNullOrWhiteSpace(blank),
            "Node-RED" => c.Id is not JValue { Value: > 9007199254740991L },
            "import" => c.Value is not JValue { Value: "" },
            "import CSV" => c.Id is JValue { Value: string } && c.Value is JValue { Value: string { Length: > 0 } },
            "sync" => c.Id is JValue { Value: string id }
                && !id.Contains('@')
                && !id.Contains("cio_")
                && c.Value is JValue { Value: string { Length: > 0 } }
                && !c.Attribute.StartsWith("cio_", StringComparison.Ordinal)
                && c.Attribute != "id",
            _ => true,
        };

    // A sync finds rows by the identifiers of people, so a key that would have to be cleaned is told, not sent under another one.
    private static bool Sends(string edge, Case c) => edge != "sync" || Gate.Clean((string)c.Id!) == (string)c.Id!;

    // Each case is about somebody of its own.
    private static JToken Numbered(JToken value, int i, bool isId) =>
        value switch
        {
            JValue { Value: string text } => text.Replace("§", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal),
            JValue { Value: long number } when isId => number + (i * 1000L),
            _ => value,
        };

    private async Task<Dictionary<int, string>> SeenAsync(string edge, Case[] cases)
    {
        var before = Sandbox.Requests.Count > 0 ? Sandbox.Requests[^1].Number : 0;
        using var connector = new CustomerIoConnector();
        await (
            edge switch
            {
                "run" => RunAsync(connector, cases.Select(c => c.Input)),
                "each" => ToolAsync(cases.Select(c => c.Input), "run", "identify", "--each"),
                "each --batch" => ToolAsync(cases.Select(c => c.Input), "run", "identify", "--batch", "--each"),
                "batch" => connector.RunAsync(
                    "batch",
                    new JObject { ["operations"] = new JArray(cases.Select(c => new JObject { ["action"] = "identify", ["input"] = c.Input })) },
                    Connection
                ),
                "import" => ImportAsync(ImportKind.People, Write("people.jsonl", string.Join('\n', cases.Select(c => ConnectorJson.ToText(c.Row)))), Map),
                "import CSV" => ImportAsync(ImportKind.People, Write("people.csv", Csv(cases)), Map),
                "events" => ToolAsync(cases.Select(c => c.Event), "events", "send", "--in"),
                "serve" => ServeAsync(connector, cases),
                "send-event" => connector.RunAsync("send-event", new JObject { ["events"] = new JArray(cases.Select(c => c.Event)) }, Connection),
                "mcp" => McpAsync(connector, cases),
                "Node-RED" => RunAsync(connector, await NodeRedAsync(cases)),
                _ => SyncAsync(connector, cases),
            }
        );
        await TestContext.Progress.WriteLineAsync($"{edge}: {cases.Length} cases");
        var seen = new Dictionary<int, string>();
        foreach (var (number, operation) in Sandbox.Requests.Where(r => r.Number > before && r.Body is JObject).SelectMany(Operations))
        {
            Assert.That(seen.TryAdd(number, operation), edge + " sent one of them twice: " + operation);
        }

        return seen;
    }

    private const string Map = """{"identifier":{"column":"key","type":"auto"}}""";

    /// <summary>The operations of a request, in one form for v1 and v2.</summary>
    private static IEnumerable<(int Number, string Operation)> Operations(RecordedRequest request)
    {
        var body = (JObject)request.Body!;
        if (request.Method == "PUT")
        {
            var segment = Uri.UnescapeDataString(request.Path.Split('/')[^1]);
            var cio = segment.StartsWith("cio_", StringComparison.Ordinal);
            yield return Form(
                new JObject
                {
                    [
                        cio ? "cio_id"
                        : Track.Person.LooksLikeEmail(segment) ? "email"
                        : "id"
                    ] = cio ? segment[4..] : segment,
                },
                body
            );
            yield break;
        }

        foreach (var operation in (body["batch"] as JArray ?? [body]).OfType<JObject>().Where(o => (string?)o["action"] == "identify"))
        {
            yield return Form((JObject)operation["identifiers"]!, (JObject)operation["attributes"]!);
        }
    }

    private static (int Number, string Operation) Form(JObject identifiers, JObject attributes)
    {
        var number = int.Parse(ConnectorJson.ScalarText(attributes["n"]!), System.Globalization.CultureInfo.InvariantCulture);
        return (
            number,
            $"{identifiers.ToString(Formatting.None)} "
                + $"{new JObject(attributes.Properties().Where(p => p.Name != "n").OrderBy(p => p.Name, StringComparer.Ordinal)).ToString(Formatting.None)}"
        );
    }

    private async Task RunAsync(CustomerIoConnector connector, IEnumerable<JObject> inputs)
    {
        foreach (var input in inputs)
        {
            try
            {
                await connector.RunAsync("identify", input, Connection);
            }
            catch (ConnectorException e) when (e.Kind == FailureKind.Input)
            {
                // Refused before it left, as it should be.
            }
        }
    }

    private async Task ToolAsync(IEnumerable<JObject> lines, params string[] args)
    {
        var ran = await Tool.RunAsync([.. args, Write("lines.jsonl", string.Join('\n', lines.Select(l => ConnectorJson.ToText(l))))], Sandbox);
        Assert.That(ran.Exit, Is.AnyOf(0, 4), ran.ToString());
    }

    private async Task ServeAsync(CustomerIoConnector connector, Case[] cases)
    {
        foreach (var some in cases.Chunk(50))
        {
            var body = Encoding.UTF8.GetBytes(ConnectorJson.ToText(new JObject { ["batch"] = new JArray(some.Select(c => c.Event)) }));
            var events = IncomingBody.Events(body, null, new Arrival(DateTimeOffset.UtcNow), _ => { });
            EventItem[] items =
            [
                .. events
                    .Select(e => ConnectorJson.ParseObject(e.Text))
                    .Select(e => new EventItem(
                        Translator.Translate(e, EventSettings.Of("connector"), DateTimeOffset.UtcNow),
                        EventPersonKeys.Of(new JsonView(e))
                    )),
            ];
            await new EventPartitions(held => connector.Events(Connection, new RunOptions(), held), 4).SendAsync(items, new HeldPeople("event"), default);
        }
    }

    private async Task McpAsync(CustomerIoConnector connector, Case[] cases)
    {
        JObject[] lines =
        [
            new()
            {
                ["id"] = 0,
                ["method"] = "initialize",
                ["params"] = JObject.Parse("""{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}"""),
            },
            new() { ["method"] = "notifications/initialized" },
            .. cases.Select(c => new JObject
            {
                ["id"] = c.Number + 1,
                ["method"] = "tools/call",
                ["params"] = new JObject { ["name"] = "identify", ["arguments"] = c.Input },
            }),
        ];
        using var input = new MemoryStream(
            Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => ConnectorJson.ToText(new JObject(l) { ["jsonrpc"] = "2.0" }) + "\n")))
        );
        using var output = new MemoryStream();
        Assert.That(await McpRunner.RunAsync(input, output, connector, () => Connection, TextWriter.Null), Is.True);
    }

    /// <summary>What the node's form makes of messages that hold the cases.</summary>
    private static async Task<JObject[]> NodeRedAsync(Case[] cases)
    {
        const string Script = """
            const { readInputs } = require(process.argv[1] + '/values.js');
            const action = require(process.argv[1] + '/resources/model').customerIoModel.actions.find(a => a.id === 'identify');
            const RED = { util: { evaluateNodeProperty: (text, type, node, msg, done) => done(null, msg[text]) } };
            const config = { p_id: 'id', p_id_t: 'msg', p_customerData: 'data', p_customerData_t: 'msg' };
            (async () => {
                for (const msg of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
                    console.log(JSON.stringify(await readInputs(RED, {}, action, config, msg).catch(e => ({ refused: e.message }))));
                }
            })();
            """;
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        foreach (var arg in (string[])["-e", Script, Path.Combine(Repository.Root, "src", "Connector.Hosts.NodeRed")])
        {
            start.ArgumentList.Add(arg);
        }

        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(
            ConnectorJson.ToText(new JArray(cases.Select(c => new JObject { ["id"] = c.Id, ["data"] = c.Input["customerData"] })))
        );
        node.StandardInput.Close();
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(cases.Length));
        return [.. lines.Select(ConnectorJson.ParseObject)];
    }

    private async Task SyncAsync(CustomerIoConnector connector, Case[] cases)
    {
        string[] names = [.. s_attributes.Select(a => a.Name).Where(n => n != "id" && !n.StartsWith("cio_", StringComparison.Ordinal))];
        var database = Database.Parse("sqlite:" + Path.Combine(Folder, "crm.db"))!;
        using (var table = database.Open(create: true))
        {
            table.Execute($"CREATE TABLE people (key TEXT, n INTEGER, {string.Join(", ", names.Select(n => $"\"{n}\" TEXT"))})");
            foreach (var c in cases)
            {
                table.Execute($"INSERT INTO people (key, n, \"{c.Attribute}\") VALUES (@0, @1, @2)", (string)c.Id!, c.Number, (string)c.Value!);
            }
        }

        var attributes = new JObject(names.Append("n").Select(n => new JProperty(n, n)));
        var file = Write(
            "sync.json",
            new JObject
            {
                ["name"] = "people",
                ["database"] = "sqlite:" + Path.Combine(Folder, "crm.db"),
                ["table"] = "people",
                ["key"] = "key",
                ["direction"] = "push",
                ["attributes"] = attributes,
            }.ToString()
        );
        await new SyncRun(connector, Connection, Database.Parse("sqlite:" + Path.Combine(Folder, "state.db"))!, Folder, TimeProvider.System).RunAsync(
            SyncFile.Read(file),
            default
        );
    }

    private static string Csv(Case[] cases)
    {
        string[] names = [.. s_attributes.Select(a => a.Name)];
        static string Cell(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return string.Join(
            '\n',
            cases
                .Select(c => $"{Cell((string)c.Id!)},{c.Number},{string.Join(',', names.Select(n => n == c.Attribute ? Cell((string)c.Value!) : ""))}")
                .Prepend("key,n," + string.Join(',', names))
        );
    }

    private sealed record Case(int Number, JToken Id, string Attribute, JToken Value)
    {
        public JObject Input =>
            new()
            {
                ["id"] = Id,
                ["customerData"] = new JObject { ["n"] = Number, [Attribute] = Value },
            };

        public JObject Row =>
            new()
            {
                ["key"] = Id,
                ["n"] = Number,
                [Attribute] = Value,
            };

        public JObject Event =>
            new()
            {
                ["type"] = "identify",
                ["userId"] = Id,
                ["traits"] = new JObject { ["n"] = Number, [Attribute] = Value },
            };

        public override string ToString() => ConnectorJson.ToText(Row);
    }
}
