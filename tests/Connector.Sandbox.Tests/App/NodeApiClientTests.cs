using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>The vendor's own App API client works against the sandbox.</summary>
[Category("Slow")]
public sealed class NodeApiClientTests : AppFixture
{
    [SetUp]
    public async Task MakePeople()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com","plan":"pro"}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t1","platform":"ios"}}""");
        await Put("/api/v1/customers/a%2Fb+c", """{"email":"b+c@example.com"}""");
        await Post(
            "/api/v2/entity",
            """
            {"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"identify","attributes":{"size":3},
            "cio_relationships":[{"identifiers":{"id":"u1"}}]}
            """
        );
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1"]}""");
    }

    [Test]
    public async Task People_OfTheVendorsClient_AreThoseOfTrack()
    {
        var pro = new
        {
            attribute = new
            {
                field = "plan",
                @operator = "eq",
                value = "pro",
            },
        };
        var values = await Values(
            ["getCustomersByEmail", "B+C@example.com"],
            ["getAttributes", "a/b+c"],
            ["getAttributes", "a@example.com", "email"],
            ["getCustomersAttributes", new[] { "u1", "a/b+c", "nobody" }],
            ["searchCustomers", pro, new { limit = 1 }],
            ["getCustomerSegments", "u1"],
            ["getCustomerActivities", "u1", new { type = "attribute_change", limit = 5 }],
            ["getCustomerMessages", "u1"],
            ["getCustomerRelationships", "u1"],
            ["getCustomerSubscriptionPreferences", "u1"],
            ["listActivities", new { limit = 3 }],
            ["listObjectTypes"],
            [
                "findObjects",
                "1",
                new
                {
                    object_attribute = new
                    {
                        field = "size",
                        @operator = "eq",
                        value = "3",
                        type_id = "1",
                    },
                },
            ],
            ["getObjectAttributes", "1", "acme", "object_id"],
            ["getObjectRelationships", "1", "acme"],
            ["listSubscriptionTopics"]
        );

        Assert.That((string?)values[0]["results"]![0]!["id"], Is.EqualTo("a/b+c"));
        Assert.That((string?)values[1]["customer"]!["attributes"]!["email"], Is.EqualTo("b+c@example.com"));
        Assert.That((string?)values[2]["customer"]!["attributes"]!["plan"], Is.EqualTo("pro"));
        Assert.That(values[3]["customers"]!.Count(), Is.EqualTo(2));
        Assert.That(Compact(values[4]["ids"]), Is.EqualTo("""["u1"]"""));
        Assert.That((string?)values[5]["segments"]![0]!["name"], Is.EqualTo("beta"));
        Assert.That((string?)values[6]["activities"]![0]!["customer_id"], Is.EqualTo("u1"));
        Assert.That(values[7]["messages"]!, Is.Empty);
        Assert.That((string?)values[8]["cio_relationships"]![0]!["identifiers"]!["object_id"], Is.EqualTo("acme"));
        Assert.That(values[10]["activities"]!.Count(), Is.EqualTo(3));
        Assert.That(Compact(values[12]["ids"]), Is.EqualTo("""["acme"]"""));
    }

    [Test]
    public async Task SendsAndBroadcasts_OfTheVendorsClient_MakeMessages()
    {
        var who = new { id = "u1" };
        var values = await Values(
            [
                "sendEmail",
                new
                {
                    to = "a@example.com",
                    identifiers = who,
                    transactional_message_id = "receipt",
                    attach = new { x = "hello" },
                },
            ],
            [
                "sendPush",
                new
                {
                    identifiers = who,
                    transactional_message_id = "2",
                    title = "Hi",
                },
            ],
            [
                "sendSMS",
                new
                {
                    identifiers = who,
                    transactional_message_id = 2,
                    to = "+43123456789",
                },
            ],
            [
                "sendWhatsApp",
                new
                {
                    identifiers = who,
                    transactional_message_id = 2,
                    to = "+43123456789",
                },
            ],
            ["sendInApp", new { identifiers = who, transactional_message_id = 2 }],
            ["sendInboxMessage", new { identifiers = new { email = "new@example.com" }, transactional_message_id = 2 }],
            ["getMessages", new { transactional_id = 2 }],
            ["getMessage", new Dictionary<string, string> { ["$0"] = "delivery_id" }],
            ["getArchivedMessage", new Dictionary<string, string> { ["$0"] = "delivery_id" }],
            ["listBroadcasts"],
            ["triggerBroadcast", 2, new { hello = "world" }, new { ids = new[] { "u1", "x" }, id_ignore_missing = true }],
            ["getBroadcastTriggerStatus", 2, 1],
            ["getBroadcastTriggerErrors", 2, 1],
            ["getBroadcastTriggers", 2],
            ["getBroadcastMessages", 2],
            ["getBroadcastMetrics", 2, new { period = "days", steps = 2 }],
            ["triggerBroadcast", 2, null!, new { segment = new { id = 1 } }],
            ["listTransactionalMessages"],
            ["getTransactionalMessage", 2],
            ["getTransactionalMessageDeliveries", 2],
            ["getTransactionalMessageMetrics", 2]
        );

        Assert.That(values[..6].Select(v => (string)v["delivery_id"]!), Is.Unique.And.All.Not.Empty);
        Assert.That(values[6]["messages"]!.Select(m => (string?)m["type"]), Is.EqualTo(new[] { "inbox", "in_app", "whatsapp", "twilio", "push", "email" }));
        Assert.That((string?)values[7]["message"]!["recipient"], Is.EqualTo("a@example.com"));
        Assert.That((int)values[10]["id"]!, Is.EqualTo(1));
        Assert.That((int)values[11]["broadcast_id"]!, Is.EqualTo(2));
        Assert.That(values[14]["messages"]!.Count(), Is.EqualTo(1));
        Assert.That(values[15]["metric"]!["series"]!["sent"]!.Values<int>(), Is.EqualTo(new[] { 0, 1 }));
        Assert.That((int)values[16]["id"]!, Is.EqualTo(2));
        Assert.That(values[19]["messages"]!.Count(), Is.EqualTo(6));
        Assert.That(Server.Person("new@example.com"), Is.Not.Null);
    }

    [Test]
    public async Task Resources_OfTheVendorsClient_AreListedMadeAndDeleted()
    {
        var everybody = new { attribute = new { field = "cio_id", @operator = "exists" } };
        var values = await Values(
            ["listExports"],
            ["createCustomersExport", everybody],
            ["createDeliveriesExport", 1, new { metric = "sent" }],
            ["getExport", 1],
            ["downloadExport", 1],
            ["listSegments"],
            ["createSegment", new { name = "made", description = "d" }],
            ["getSegment", 2],
            ["getSegmentCustomerCount", 1],
            ["getSegmentMembership", 1, new { limit = 1 }],
            ["getSegmentUsedBy", 1],
            ["deleteSegment", 2],
            [
                "createReportingWebhook",
                new
                {
                    name = "n",
                    endpoint = "https://example.com/",
                    events = new[] { "email_sent" },
                },
            ],
            ["updateReportingWebhook", 1, new { disabled = true }],
            ["getReportingWebhook", 1],
            ["listReportingWebhooks"],
            ["deleteReportingWebhook", 1],
            ["listCampaigns"],
            ["getCampaign", 1],
            ["getCampaignActions", 1],
            ["getCampaignAction", 1, 1],
            ["getCampaignMessages", 1],
            ["getCampaignMetrics", 1],
            ["getCampaignMetricsLinks", 1],
            ["getBroadcast", 2],
            ["getBroadcastActions", 2],
            ["listNewsletters", new { limit = 1 }],
            ["getNewsletter", 1],
            ["getNewsletterContents", 1],
            ["getNewsletterMessages", 1],
            ["getNewsletterMetrics", 1],
            ["deleteNewsletter", 1],
            ["getSenderIdentities"],
            ["listWorkspaces"],
            ["getIpAddresses"]
        );

        Assert.That(values[0]["exports"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That((int)values[3]["export"]!["total"]!, Is.EqualTo(2));
        Assert.That((string)values[4]["url"]!, Does.StartWith(Server.Url.AbsoluteUri));
        Assert.That((string?)values[7]["segment"]!["name"], Is.EqualTo("made"));
        Assert.That((int)values[8]["count"]!, Is.EqualTo(1));
        Assert.That((bool)values[14]["disabled"]!, Is.True);
        Assert.That((string?)values[18]["campaign"]!["name"], Is.EqualTo("Welcome"));
    }

    /// <summary>Every method that the client has is answered, or named in <c>app-client-calls.json</c> as one whose endpoint the sandbox lacks.</summary>
    [Test]
    public async Task Methods_OfTheVendorsClient_AreAnsweredOrNamed()
    {
        var file = Path.Combine(Repository.Root, "tests", "Connector.Sandbox.Tests", "App", "app-client-calls.json");
        var calls = Parse(await File.ReadAllTextAsync(file));
        object[][] answered = Calls("answered"),
            unanswered = Calls("unanswered");
        var results = await NodeClient.RunAppAsync(Server.Url, [.. answered, .. unanswered, ["$methods"]]);
        Assert.Multiple(() =>
        {
            Assert.That(
                answered.Zip(results).Where(c => c.Second["error"] is not null).Select(c => $"{c.First[0]}: {c.Second["error"]!["message"]}"),
                Is.Empty,
                "answered"
            );
            Assert.That(
                unanswered
                    .Zip(results.Skip(answered.Length))
                    .Where(c => c.Second["error"]?["body"]?.ToString().Contains("is not a path of this API", StringComparison.Ordinal) != true)
                    .Select(c => $"{c.First[0]}: {Compact(c.Second)}"),
                Is.Empty,
                "they are answered, or fail otherwise than by the path: name them among the answered"
            );
            Assert.That(answered.Concat(unanswered).Select(c => $"{c[0]}"), Is.Unique.And.EquivalentTo(results[^1]["value"]!.Select(m => (string)m!)));
        });
        TestContext.Out.WriteLine($"{answered.Length} of {answered.Length + unanswered.Length} methods are answered.");

        object[][] Calls(string name) => [.. calls[name]!.Select(c => c.Select(part => (object)part).ToArray())];
    }

    [Test]
    public async Task Failures_AreTheVendorsOwnErrors()
    {
        var results = await NodeClient.RunAppAsync(
            Server.Url,
            [
                ["getAttributes", "nobody"],
                [
                    "sendEmail",
                    new
                    {
                        to = "a@example.com",
                        identifiers = new { id = "u1" },
                        transactional_message_id = 99,
                    },
                ],
                ["triggerBroadcast", 2, new { }, new { ids = new[] { "nobody" } }],
            ]
        );
        Assert.That(results.Select(r => (bool)r["error"]!["own"]!), Is.All.True);
        Assert.That(results.Select(r => (int)r["error"]!["statusCode"]!), Is.EqualTo(new[] { 404, 400, 422 }));
        Assert.That((string?)results[1]["error"]!["message"], Is.EqualTo("transactional message 99 was not found"));

        var wrong = (
            await NodeClient.RunAppAsync(
                Server.Url,
                [
                    ["listSegments"],
                ],
                appKey: "wrong"
            )
        )[0]["error"]!;
        Assert.That((int)wrong["statusCode"]!, Is.EqualTo(401));
    }

    /// <summary>Makes the calls, of which none may fail, and returns what each resolved to.</summary>
    private async Task<JObject[]> Values(params object[][] calls)
    {
        var results = await NodeClient.RunAppAsync(Server.Url, calls);
        Assert.That(results.Select((r, i) => (calls[i][0], r["error"])).Where(r => r.Item2 is not null), Is.Empty);
        Assert.That(results, Has.Length.EqualTo(calls.Length));
        return [.. results.Select(r => (JObject)r["value"]!)];
    }
}
