using System.Globalization;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>Our node in a real n8n: what becomes of each item.</summary>
public sealed class NodeTests
{
    private const string Continue = """{ "onError": "continueRegularOutput" }""";

    [Test]
    public async Task Flow_GoesOnAfterAFailure_WithOurSentenceAndProblems()
    {
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Sign-up", new JObject())
                .Operation("Identify", "person/identify", Plan("flow-1", "pro"))
                .Operation("Track", "event/track", """{ "id": "flow-1", "eventName": "signed_up" }""")
                .Operation("Fail", "event/track", """{ "id": "={{ '' }}", "eventName": "={{ '' }}" }""", Continue)
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        var failure = execution.JsonOf("Fail").Single();
        TestContext.Out.WriteLine(failure);
        var person = Stage.Sandbox.Person("flow-1")!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)person["attributes"]!["plan"], Is.EqualTo("pro"));
            Assert.That(person["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "signed_up" }));
            Assert.That((string?)execution.JsonOf("Track").Single()["status"], Is.EqualTo("succeeded"));
            Assert.That((string?)failure["message"], Is.EqualTo("/id: is required. (1 more problem)"));
            Assert.That(failure["error"]!["problems"]!.Select(p => (string?)p["path"]), Is.EquivalentTo(new[] { "/eventName", "/id" }), failure.ToString());
        });
    }

    [Test]
    public async Task Failure_ThatStopsTheFlow_SaysOurSentence_AndNamesTheItem()
    {
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Stops", new JObject { ["name"] = "ok" }, new JObject { ["name"] = "" })
                .Operation("Track", "event/track", """{ "id": "stops-1", "eventName": "={{ $json.name }}", "requestOptions": { "batching": false } }""")
        );

        TestContext.Out.WriteLine(execution.Error);
        Assert.That(execution.Status, Is.EqualTo("error"), execution.ToString());
        Assert.Multiple(() =>
        {
            Assert.That((string?)execution.Error!["message"], Does.Contain("eventName"));
            Assert.That((int?)execution.Error!["context"]!["itemIndex"], Is.EqualTo(1));
        });
    }

    [Test]
    public async Task IdempotencyKey_CountsAnEventOnce_WhereverItsItemStands()
    {
        var items = new[] { "order 1", "order 1", "order 2", "", " " }.Select(k => new JObject { ["key"] = k }).ToArray();
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Orders", items)
                .Operation(
                    "Track",
                    "event/track",
                    """{ "id": "orders-1", "eventName": "ordered", "requestOptions": { "idempotencyKey": "={{ $json.key }}" } }"""
                )
                .Operation(
                    "Again",
                    "event/track",
                    """{ "id": "orders-1", "eventName": "ordered", "requestOptions": { "idempotencyKey": "={{ [1] }}" } }""",
                    Continue
                )
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        Assert.That(execution.JsonOf("Track").Select(j => (string?)j["status"]), Has.Exactly(5).EqualTo("succeeded"));
        Assert.That(Stage.Sandbox.Person("orders-1")!["events"]!.Count(), Is.EqualTo(4), "two orders, and two without a name");
        Assert.That(execution.JsonOf("Again").Select(j => (string?)j["message"]), Has.All.StartsWith("Idempotency Key must be a text or a number"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task ExecutionThatIsRetriedFromTheList_CountsNoEventTwice(bool batching)
    {
        var person = $"retried-{batching}";
        var items = Enumerable.Range(0, 12).Select(n => new JObject { ["name"] = n == 7 ? "" : $"event {n}" }).ToArray();
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Retried", items)
                .Operation(
                    "Track",
                    "event/track",
                    new JObject
                    {
                        ["id"] = person,
                        ["eventName"] = "={{ $json.name }}",
                        ["requestOptions"] = new JObject { ["batching"] = batching },
                    }.ToString()
                )
        );
        Assert.That(execution.Status, Is.EqualTo("error"));
        var before = Stage.Sandbox.Person(person)!["events"]!.Count();
        var answer = await Stage.N8n.PostAsync($"rest/executions/{execution.Id}/retry", new JObject { ["loadWorkflow"] = false });
        Assert.That((string?)answer["id"], Is.Not.EqualTo(execution.Id), answer.ToString());
        var events = Stage.Sandbox.Person(person)!["events"]!.Select(e => (string?)e["name"]).ToArray();
        Assert.That(before, Is.EqualTo(batching ? 11 : 7));
        Assert.That(events, Has.Length.EqualTo(before).And.Unique);
    }

    [Test]
    public async Task MessageWhoseAnswerIsLost_IsUncertain_AndARead_MayBeRepeated()
    {
        await using var peer = new TcpPeer(async p => await p.ReadAsync());
        var credential = await Stage.N8n.CredentialAsync(Node.Credential, new JObject { ["url"] = peer.Origin, ["apiKey"] = "none" });
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Lost", new JObject())
                .Then(
                    "Mail",
                    Node.Type,
                    1,
                    Node.Parameters("message/send-email", """{ "id": "1001", "to": "a@example.com" }"""),
                    (Node.Credential, credential),
                    JObject.Parse(Continue)
                )
                .Then(
                    "Read",
                    Node.Type,
                    1,
                    Node.Parameters("person/get-person", """{ "id": "1001" }"""),
                    (Node.Credential, credential),
                    JObject.Parse(Continue)
                )
        );

        var mail = execution.JsonOf("Mail").Single();
        TestContext.Out.WriteLine(mail["message"]);
        Assert.That((string?)mail["error"]?["kind"], Is.EqualTo("uncertain"), execution.ToString());
        Assert.That((string?)mail["message"], Does.Contain("may have done it, but its answer was lost: the connection ended."));
        Assert.That((string?)execution.JsonOf("Read").Single()["error"]?["kind"], Is.EqualTo("unavailable"));
    }

    [Test]
    public async Task ValuesOfExpressions_ReachCustomerIoAsTheyAre_OrAreRefused()
    {
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Values", new JObject { ["car"] = """{"constructor":"Mc","prototype":{"__proto__":1}}""" })
                .Operation("Names", "person/identify", """{ "id": "values-1", "additionalFields": { "customerDataJson": "={{ $json.car }}" } }""")
                .Operation("NaN", "person/identify", """{ "id": "values-1", "additionalFields": { "customerDataJson": "={{ { n: NaN } }}" } }""", Continue)
                .Operation("Date", "person/identify", Since("={{ new Date('soon') }}"), Continue)
                .Operation("Luxon", "person/identify", Since("={{ DateTime.fromISO('soon') }}"), Continue)
                .Operation("Day", "person/identify", Since("={{ 46053.4 }}"), Continue)
                .Operation("Good", "person/identify", Since("={{ DateTime.fromISO('2026-01-31T00:00:00Z') }}"))
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        string Said(string node) => (string)execution.JsonOf(node).Single()["message"]!;
        var attributes = Attributes("values-1");
        TestContext.Out.WriteLine(attributes);
        Assert.Multiple(() =>
        {
            Assert.That((string?)attributes["constructor"], Is.EqualTo("Mc"));
            Assert.That((int?)attributes["prototype"]?["__proto__"], Is.EqualTo(1));
            Assert.That((long?)attributes["since"], Is.EqualTo(1769817600));
            Assert.That(Said("NaN"), Does.Contain("holds NaN, which is what JavaScript makes of a calculation without a result"));
            Assert.That(Said("Date"), Does.Contain("holds a date that there is not"));
            Assert.That(Said("Luxon"), Does.Contain("holds a date that there is not"));
            Assert.That(Said("Day"), Does.Contain("the number of a day in a spreadsheet"));
        });
    }

    [TestCase("continueRegularOutput", 0, "item", "customerio")]
    [TestCase("continueErrorOutput", 1, "item", "message", "error")]
    public async Task InputAndResult_LetsWhatFailedGoOnAsItWas(string onError, int output, params string[] names)
    {
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Kept", new JObject { ["item"] = "kept-1" }, new JObject { ["item"] = "" })
                .Operation(
                    "Identify",
                    "person/identify",
                    """{ "id": "={{ $json.item }}", "requestOptions": { "output": "input" } }""",
                    new JObject { ["onError"] = onError }.ToString()
                )
        );

        var failed = execution.JsonOf("Identify", output).Single(j => (string?)j["item"] == "");
        var told = failed["customerio"] ?? failed;
        Assert.That(failed.Properties().Select(p => p.Name), Is.EquivalentTo(names), failed.ToString());
        Assert.That(((string?)told["message"], (string?)told["error"]!["kind"]), Is.EqualTo(("/id: is required.", "input")));
        Assert.That((string?)execution.JsonOf("Identify")[0]["customerio"]!["status"], Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task ErrorOutput_TakesWhatFailed_AndTheOtherWhatDidNot()
    {
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Branches", new JObject { ["name"] = "ok" }, new JObject { ["name"] = "" })
                .Operation("Track", "event/track", """{ "id": "branches-1", "eventName": "={{ $json.name }}" }""", """{ "onError": "continueErrorOutput" }""")
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        Assert.That(execution.JsonOf("Track").Select(j => (string?)j["status"]), Is.EqualTo(new[] { "succeeded" }));
        Assert.That(execution.JsonOf("Track", output: 1).Single().ToString(), Does.Contain("/eventName"));
    }

    [Test]
    public async Task Hub_ThatIsNotThere_IsNamedInTheError()
    {
        var address = $"http://127.0.0.1:{TcpPeer.DeadPort()}";
        var credential = await Stage.N8n.CredentialAsync(Node.Credential, new JObject { ["url"] = address, ["apiKey"] = "none" });
        var execution = await Stage.N8n.RunAsync(
            Node.Started("No hub", new JObject())
                .Then("Track", Node.Type, 1, Node.Parameters("event/track", """{ "id": "nobody", "eventName": "lost" }"""), (Node.Credential, credential))
        );

        TestContext.Out.WriteLine($"{execution}");
        Assert.That(execution.Status, Is.EqualTo("error"));
        Assert.That((string?)execution.Error!["message"], Does.Contain(address).And.Contain("could not be reached"));
    }

    [Test]
    public async Task Items_AreIsolated_AndPaired()
    {
        // An id that an address must escape; values of each type; one item that fails between two that do not.
        var execution = await Stage.N8n.RunAsync(
            Node.Started(
                    "Isolated",
                    Item("iso/1 ?#%", """{ "plan": "pro", "tags": ["a", 1] }""", 1700000000),
                    Item("", """{ "age": 5 }""", null),
                    Item("iso-3", """{ "age": 41, "active": false, "note": null }""", null)
                )
                .Operation(
                    "Identify",
                    "person/identify",
                    """
                    {
                      "id": "={{ $json.id }}", "additionalFields": { "customerDataJson": "={{ JSON.stringify($json.attributes) }}" },
                      "advancedOptions": { "createdAt": "={{ $json.created }}" }
                    }
                    """,
                    Continue
                )
                .Operation("Read", "person/get-person", """{ "id": "={{ $('Start').item.json.id }}" }""", Continue)
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        var (first, third) = (Attributes("iso/1 ?#%"), Attributes("iso-3"));
        TestContext.Out.WriteLine(first + "\n" + third);
        var identified = execution.ItemsOf("Identify");
        Assert.Multiple(() =>
        {
            Assert.That((string?)first["plan"], Is.EqualTo("pro"));
            Assert.That((long?)first["created_at"], Is.EqualTo(1700000000));
            Assert.That(first["age"], Is.Null, "of another item");
            Assert.That((int?)third["age"], Is.EqualTo(41));
            Assert.That((bool?)third["active"], Is.False);
            Assert.That(third["plan"] ?? third["tags"], Is.Null, "of another item");
            Assert.That(identified.Select(i => (int?)Paired(i)), Is.EqualTo(new int?[] { 0, 1, 2 }));
            Assert.That(
                identified.Select(i => (string?)i["json"]!["status"] ?? (string?)i["json"]!["error"]!["kind"]),
                Is.EqualTo(new[] { "succeeded", "input", "succeeded" })
            );

            // The second node finds the trigger's items through the first: that is what pairs are for.
            Assert.That(execution.ItemsOf("Read").Select(i => (int?)Paired(i)), Is.EqualTo(new int?[] { 0, 1, 2 }));
            Assert.That(execution.JsonOf("Read")[2].ToString(), Does.Contain("iso-3"));
        });
    }

    [Test]
    public async Task FiveThousandItems_GoInBatches_EachWithItsOwnOutcome()
    {
        var items = Enumerable.Range(0, 5_000).Select(i => new JObject { ["id"] = i % 500 == 250 ? "" : $"many-{i}", ["n"] = i });
        var before = Stage.Sandbox.RequestCount;
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Many", [.. items])
                .Operation(
                    "Identify",
                    "person/identify",
                    """{ "id": "={{ $json.id }}", "additionalFields": { "customerDataJson": "={{ JSON.stringify({ n: $json.n }) }}" } }""",
                    Continue
                ),
            seconds: 300
        );

        Assert.That(execution.Status, Is.EqualTo("success"), execution.Error?.ToString());
        var outcomes = execution.ItemsOf("Identify");
        var requests = Stage.Sandbox.RequestCount - before;
        var refused = outcomes.Where(o => o["json"]!["error"] is not null).Select(o => (int)Paired(o)!).ToArray();
        TestContext.Out.WriteLine(
            $"5,000 items in {requests} requests to Customer.io; {refused.Length} refused: {outcomes.First(o => o["json"]!["error"] is not null)["json"]}"
        );
        Assert.Multiple(() =>
        {
            Assert.That(outcomes.Select(o => (int?)Paired(o)), Is.EqualTo(Enumerable.Range(0, 5_000).Cast<int?>()));
            Assert.That(refused, Is.EqualTo(Enumerable.Range(0, 10).Select(i => (500 * i) + 250)));
            Assert.That(requests, Is.LessThan(60));
            for (var i = 0; i < 5_000; i += 611)
            {
                Assert.That((int?)Attributes($"many-{i}")["n"], Is.EqualTo(i));
            }
        });
    }

    [Test]
    public async Task ItemsThatNeedARequestEach_AreNotAllUnderWayAtOnce()
    {
        await using var proxy = await Proxy.StartAsync(Stage.Hub.Url);
        var credential = await Stage.N8n.CredentialAsync(Node.Credential, new JObject { ["url"] = proxy.Url, ["apiKey"] = Stage.Hub.Key });
        var execution = await Stage.N8n.RunAsync(
            Node.Started("Bounded", [.. Enumerable.Range(0, 300).Select(i => new JObject { ["n"] = i })])
                .Then(
                    "Track",
                    Node.Type,
                    1,
                    Node.Parameters(
                        "event/track-anonymous",
                        """{ "eventName": "bounded", "additionalFields": { "anonymousId": "=b-{{ $json.n }}" }, "requestOptions": { "concurrency": 5 } }"""
                    ),
                    (Node.Credential, credential)
                )
        );

        TestContext.Out.WriteLine($"{proxy.Count} requests to the hub, at most {proxy.Most} at once");
        Assert.That(execution.Status, Is.EqualTo("success"), execution.ToString());
        Assert.That((proxy.Count, proxy.Most), Is.EqualTo((300, 5)));
    }

    [TestCase("", 3)]
    [TestCase("beta", 1)]
    public async Task Segments_AreOffered_AndSearched(string filter, int least)
    {
        var answer = await Stage.N8n.PostAsync(
            "rest/dynamic-node-parameters/resource-locator-results",
            JObject.Parse(
                $$$"""
                {
                  "path": "parameters.segmentId", "methodName": "segments", "filter": "{{{filter}}}",
                  "nodeTypeAndVersion": { "name": "{{{Node.Type}}}", "version": 1 },
                  "currentNodeParameters": { "resource": "segment", "operation": "add-to-segment" },
                  "credentials": { "{{{Node.Credential}}}": { "id": "{{{Stage.Credential}}}", "name": "hub" } }
                }
                """
            )
        );

        TestContext.Out.WriteLine(answer);
        var names = answer["results"]!.Select(r => (string)r["name"]!).ToArray();
        Assert.That(names, Has.Length.AtLeast(least));
        Assert.That(names, Has.All.Contains(filter).IgnoreCase);
    }

    [TestCase(null, null, "OK", "")]
    [TestCase("apiKey", "ciohub_another", "Error", "The hub does not know this key.")]
    [TestCase("apiKey", "ü", "Error", "has a character that no key has")]
    [TestCase("url", "127.0.0.1:8028", "Error", "Write it like http://127.0.0.1:8028.")]
    public async Task Credential_IsTested(string? field, string? value, string status, string said)
    {
        var data = Node.CredentialOf(Stage.Hub);
        if (field is not null)
        {
            data[field] = value;
        }

        var answer = await Stage.N8n.PostAsync(
            "rest/credentials/test",
            new JObject
            {
                ["credentials"] = new JObject
                {
                    ["id"] = "",
                    ["name"] = "hub",
                    ["type"] = Node.Credential,
                    ["data"] = data,
                },
            }
        );

        TestContext.Out.WriteLine(answer);
        Assert.That((string?)answer["status"], Is.EqualTo(status), answer.ToString());
        Assert.That((string?)answer["message"], Does.Contain(said));
    }

    [Test]
    public async Task Secrets_AreInNoAnswerToTheEditor()
    {
        // Every answer is looked at; these are the ones in which they would stand.
        var whole = await Stage.N8n.GetAsync($"rest/credentials/{Stage.Credential}?includeData=true");
        await Stage.N8n.GetAsync("rest/credentials?includeData=true");
        Assert.That((string?)whole["data"]!["url"], Is.EqualTo(Stage.Hub.Url));
        Assert.That((string?)whole["data"]!["apiKey"], Is.Not.Null.And.Not.EqualTo(Stage.Hub.Key));
    }

    private static string Since(string value) =>
        new JObject
        {
            ["id"] = "values-1",
            ["additionalFields"] = new JObject
            {
                ["customerData"] = new JObject
                {
                    ["rows"] = new JArray(
                        new JObject
                        {
                            ["name"] = "since",
                            ["type"] = "date",
                            ["dateValue"] = value,
                        }
                    ),
                },
            },
        }.ToString();

    private static string Plan(string id, string plan) =>
        $$$"""
            {
              "id": "{{{id}}}",
              "additionalFields": { "customerData": { "rows": [{ "name": "plan", "type": "string", "stringValue": "{{{plan}}}" }] } }
            }
            """;

    private static JObject Item(string id, string attributes, long? created) =>
        new()
        {
            ["id"] = id,
            ["attributes"] = JObject.Parse(attributes),
            ["created"] = created?.ToString(CultureInfo.InvariantCulture),
        };

    private static JToken? Paired(JObject item) => item["pairedItem"] is JObject one ? one["item"] : item["pairedItem"]?[0]?["item"] ?? item["pairedItem"];

    private static JObject Attributes(string id) => (JObject)Stage.Sandbox.Person(id)!["attributes"]!;
}
