namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>The vendor's own client is the proof that the sandbox answers as Customer.io does.</summary>
[Category("Slow")]
public sealed class NodeClientTests : SandboxFixture
{
    [Test]
    public async Task PeopleAndEvents_OfTheVendorsClient_AreTakenAsSent()
    {
        var results = await NodeClient.RunAsync(
            Server.Url,
            [
                [
                    "identify",
                    "a/b+c@d",
                    new
                    {
                        plan = "pro",
                        n = 1.5,
                        nested = new { x = (string?)null },
                    },
                ],
                ["identify", "Ünï@example.com", new { first = "Ü" }],
                ["track", "a/b+c@d", new { name = "signed up", data = new { step = 1 } }],
                ["trackPageView", "a/b+c@d", "https://example.com/?a=1&b=2"],
                ["identify", "gone", new { }],
                ["destroy", "gone"],
            ]
        );

        Assert.That(results.Select(r => Compact(r)), Is.All.EqualTo("""{"value":{}}"""));
        var person = Server.Person("a/b+c@d")!;
        Assert.That(Compact(person["attributes"]), Is.EqualTo("""{"plan":"pro","n":1.5,"nested":{"x":null}}"""));
        Assert.That(
            person["events"]!.Select(e => $"{e["type"]} {e["name"]} {Compact(e["data"])}"),
            Is.EqualTo(new[] { """event signed up {"step":1}""", "page https://example.com/?a=1&b=2 null" })
        );
        Assert.That((string?)Server.Person("ünï@example.com")!["attributes"]!["first"], Is.EqualTo("Ü"));
        Assert.That(Server.Person("gone"), Is.Null);
        Assert.That(Server.Requests.Select(r => r.UserAgent), Is.All.EqualTo("Customer.io Node Client/5.2.0"));
        Assert.That(Server.Requests.Select(r => r.Method), Is.EqualTo(new[] { "PUT", "PUT", "POST", "POST", "PUT", "DELETE" }));
    }

    [Test]
    public async Task WrongKey_WithTheVendorsClient_IsItsOwnError()
    {
        var error = (
            await NodeClient.RunAsync(
                Server.Url,
                [
                    ["identify", "u1", new { a = 1 }],
                ],
                apiKey: "wrong"
            )
        )[0]["error"]!;

        Assert.That((bool)error["own"]!, Is.True);
        Assert.That((string?)error["name"], Is.EqualTo("CustomerIORequestError"));
        Assert.That((int)error["statusCode"]!, Is.EqualTo(401));
        Assert.That((string?)error["message"], Is.EqualTo("Unauthorized request"));
        Assert.That(Server.Requests, Has.Count.EqualTo(1), "a 401 is not retried");
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [Test]
    public async Task RefusedBody_WithTheVendorsClient_TellsEveryError()
    {
        var error = (
            await NodeClient.RunAsync(
                Server.Url,
                [
                    ["identify", "u1", new { a = new string('x', 1001), b = new string('x', 1001) }],
                ]
            )
        )[0]["error"]!;

        Assert.That((int)error["statusCode"]!, Is.EqualTo(400));
        Assert.That(
            (string?)error["message"],
            Is.EqualTo("2 errors:\n  - value for attribute 'a' cannot be longer than 1000 bytes\n  - value for attribute 'b' cannot be longer than 1000 bytes")
        );
    }

    [Test]
    public async Task EveryMethod_OfTheVendorsClient_DoesWhatItSays()
    {
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        var results = await NodeClient.RunAsync(
            Server.Url,
            [
                ["getAccountRegion"],
                ["identify", "ann", new { email = "ann@example.com" }],
                ["identify", "bob", new { b = 1 }],
                ["trackAnonymous", "x1", new { name = "looked" }],
                ["trackAnonymous", "", new { name = "invited", data = new { recipient = "c@example.com" } }],
                ["identify", "ann", new { anonymous_id = "x1" }],
                ["addDevice", "ann", "tok/1", "ios", new { last_used = 1700000000, app_version = "1" }],
                ["addDevice", "ann", "tok2", "android"],
                ["deleteDevice", "ann", "tok2"],
                [
                    "trackPush",
                    new
                    {
                        delivery_id = "d1",
                        device_id = "tok/1",
                        @event = "opened",
                        timestamp = 1700000000,
                    },
                ],
                [
                    "reportMetric",
                    new
                    {
                        delivery_id = "d1",
                        metric = "clicked",
                        href = "https://example.com",
                    },
                ],
                ["addCustomersToSegment", 1, new[] { "ann", "bob" }],
                ["addCustomersToSegment", 1, new[] { "ann@example.com" }, "email"],
                ["removeCustomersFromSegment", 1, new[] { "bob" }],
                ["submitForm", "f1", new { email = "form@example.com", first_name = "Eve" }],
                ["mergeCustomers", "id", "ann", "id", "bob"],
                ["suppress", "carl"],
                ["identify", "carl", new { a = 1 }],
                ["unsuppress", "carl"],
                ["identify", "dora", new { a = 1 }],
                ["unsubscribe", "d1"],
                ["unsubscribe", "d1", false],
                [
                    "entity",
                    new
                    {
                        type = "object",
                        action = "identify",
                        identifiers = new { object_type_id = "1", object_id = "acme" },
                        cio_relationships = new[] { new { identifiers = new { id = "ann" } } },
                    },
                ],
                [
                    "batch",
                    new[]
                    {
                        new
                        {
                            type = "person",
                            action = "event",
                            identifiers = new { id = "dora" },
                            name = "bought",
                            attributes = new { n = 1 },
                        },
                    },
                ],
            ]
        );

        Assert.That(results.Where(r => r["error"] is not null), Is.Empty);
        Assert.That((string?)results[0]["value"]!["region"], Is.EqualTo("us"));
        Assert.That(results.Skip(1).Select(r => Compact(r["value"])), Is.All.EqualTo("{}"));
        var ann = Server.Person("ann")!;
        Assert.That(Compact(ann["attributes"]), Is.EqualTo("""{"b":1}"""), "merged");
        Assert.That(ann["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "looked" }));
        Assert.That(Compact(ann["devices"]), Is.EqualTo("""[{"id":"tok/1","platform":"ios","last_used":1700000000,"attributes":{"app_version":"1"}}]"""));
        Assert.That(ann["segments"]!.Select(s => (int)s["id"]!), Is.EqualTo(new[] { 1 }));
        Assert.That(ann["relationships"]!.Count(), Is.EqualTo(1));
        Assert.That((Server.Person("bob"), Server.Person("carl")), Is.EqualTo(((object?)null, (object?)null)));
        Assert.That((string?)Server.Person("form@example.com")!["attributes"]!["first_name"], Is.EqualTo("Eve"));
        Assert.That(Server.Person("dora")!["events"]!.Select(e => $"{e["name"]} {e["data"]!["n"]}"), Is.EqualTo(new[] { "bought 1" }));
        Assert.That(
            (await Get("/_sandbox/deliveries")).Json["deliveries"]![0]!["metrics"]!.Select(m => ((Newtonsoft.Json.Linq.JProperty)m).Name),
            Is.EqualTo(new[] { "opened", "clicked" })
        );
    }

    [TestCase(408)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    [TestCase(524)]
    public async Task Retries_OfTheVendorsClient_SucceedAfterPassingFaults(int status)
    {
        await Post("/_sandbox/faults", $$"""{"status":{{status}},"times":2}""");
        var result = (
            await NodeClient.RunAsync(
                Server.Url,
                [
                    ["identify", "u1", new { a = 1 }],
                ],
                retry: new { minTimeoutMs = 1 }
            )
        ).Single();

        Assert.That(Compact(result), Is.EqualTo("""{"value":{}}"""));
        Assert.That(Server.Requests.Select(r => r.Status), Is.EqualTo(new[] { status, status, 200 }));
    }

    [Test]
    public async Task Retries_OfTheVendorsClient_FollowDroppedConnectionsAndRetryAfter()
    {
        await Post("/_sandbox/faults", """{"drop":true}""");
        await Post("/_sandbox/faults", """{"status":503,"retryAfter":"1"}""");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var result = (
            await NodeClient.RunAsync(
                Server.Url,
                [
                    ["track", "u1", new { name = "n" }],
                ],
                retry: new { minTimeoutMs = 1 }
            )
        ).Single();

        Assert.That(Compact(result), Is.EqualTo("""{"value":{}}"""));
        Assert.That(Server.Requests.Select(r => r.Status), Is.EqualTo(new[] { 0, 503, 200 }));
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(1)));
        Assert.That(Server.Person("u1")!["events"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Retry_OfAnEventThatHadArrived_CountsOnceWhenItHasAnId()
    {
        await Post("/_sandbox/faults", """{"drop":true,"when":"after","times":2}""");
        await NodeClient.RunAsync(
            Server.Url,
            [
                ["track", "u1", new { name = "n", id = "01HB4HBDKTFWYZCK01DMRSWRFD" }],
            ],
            retry: new { minTimeoutMs = 1 }
        );

        Assert.That(Server.Requests, Has.Count.EqualTo(3));
        Assert.That(Server.Person("u1")!["events"]!.Count(), Is.EqualTo(1));
    }

    [TestCase("identify", "u1", """{"meta":{"errors":["one","two"]}}""", "2 errors:\n  - one\n  - two")]
    [TestCase("identify", "u1", """{"meta":{"error":"alone"}}""", "alone")]
    [TestCase("identify", "u1", """{"errors":[{"reason":"r","field":"f","message":"m"}]}""", "Unknown error")]
    public async Task Errors_InEachEnvelope_AreReadByTheVendorsClientInItsWay(string method, string id, string body, string message)
    {
        await Post("/_sandbox/faults", $$"""{"status":422,"body":{{body}}}""");
        var error = (
            await NodeClient.RunAsync(
                Server.Url,
                [
                    [method, id, new { a = 1 }],
                ]
            )
        )[0]["error"]!;

        Assert.That(((string?)error["name"], (int)error["statusCode"]!, (string?)error["message"]), Is.EqualTo(("CustomerIORequestError", 422, message)));
        Assert.That((string?)error["headers"]!["content-type"], Is.EqualTo("application/json; charset=utf-8"));
    }

    [Test]
    public async Task Batch_WithABadItem_IsASuccessForTheVendorsClientThatCarriesTheErrors()
    {
        object[] operations =
        [
            new
            {
                type = "person",
                action = "event",
                identifiers = new { id = "a" },
            },
        ];
        var result = (
            await NodeClient.RunAsync(
                Server.Url,
                [
                    ["batch", operations],
                ]
            )
        ).Single();

        Assert.That(Compact(result), Is.EqualTo("""{"value":{"errors":[{"batch_index":0,"reason":"required","field":"name","message":"cannot be blank"}]}}"""));
    }

    [Test]
    public async Task Redirect_ToAnotherRegion_IsFollowedByTheVendorsClientWithoutItsKeysElsewhere()
    {
        await using var us = await SandboxServer.StartAsync(new() { Region = "eu", RedirectTo = Server.Url });
        var error = (
            await NodeClient.RunAsync(
                us.Url,
                [
                    ["identify", "a/b", new { a = 1 }],
                ]
            )
        )[0]["error"]!;

        Assert.That((int)error["statusCode"]!, Is.EqualTo(401), "the client drops its keys outside *.customer.io");
        Assert.That(Server.Requests.Select(r => $"{r.Method} {r.Path} {r.Text}"), Is.EqualTo(new[] { "PUT /api/v1/customers/a%2Fb {\"a\":1}" }));
    }
}
