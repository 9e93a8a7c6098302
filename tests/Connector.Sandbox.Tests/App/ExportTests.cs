namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Exports, reporting webhooks and objects.</summary>
public sealed class ExportTests : AppFixture
{
    private const string Everybody = """{"attribute":{"field":"cio_id","operator":"exists"}}""";
    private readonly FakeTime _time = FakeTime.Manual();

    protected override SandboxOptions Options => base.Options with { Time = _time };

    [Test]
    public async Task Exports_OfNothing_AreNull() => Assert.That((await AppGet("/v1/exports")).Body, Is.EqualTo("""{"exports":null}""" + "\n"));

    [Test]
    public async Task Customers_Exported_CanBeFetchedForAQuarterOfAnHour()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com","note":"a \"b\", c"}""");
        await Put("/api/v1/customers/u2");
        await Put("/_sandbox/settings", """{"processingDelayMs":2000}""");

        var made = (await AppPost("/v1/exports/customers", $$"""{"filters":{{Everybody}},"attributes":["id","note"]}""")).Json["export"]!;
        Assert.That($"{made["id"]} {made["type"]} {made["status"]} {made["total"]}", Is.EqualTo("1 customers pending 0"));
        Assert.That(Refused(await AppGet("/v1/exports/1/download")), Is.EqualTo("400 the export is not ready"));
        _time.Advance(TimeSpan.FromSeconds(2));
        var done = (await AppGet("/v1/exports/1")).Json["export"]!;
        Assert.That($"{done["status"]} {done["total"]} {done["failed"]}", Is.EqualTo("done 2 False"));

        var url = new Uri((string)(await AppGet("/v1/exports/1/download")).Json["url"]!);
        var file = await SendTo(Server.Url, "GET", url.PathAndQuery, null, "");
        Assert.That(
            (file.Status, file.Body, file.ContentHeaders.ContentType!.MediaType),
            Is.EqualTo((200, "id,note\nu1,\"a \"\"b\"\", c\"\nu2,\n", "text/csv"))
        );
        Assert.That(url.Authority, Is.EqualTo(Server.Url.Authority));
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.That((await SendTo(Server.Url, "GET", url.PathAndQuery, null, "")).Status, Is.EqualTo(403));
        Assert.That((await AppGet("/v1/exports")).Json["exports"]!.Select(e => $"{e["id"]} {e["downloads"]}"), Is.EqualTo(new[] { "1 1" }));
    }

    [Test]
    public async Task Customers_ExportedWithoutNames_HaveEveryAttribute()
    {
        await Put("/api/v1/customers/u1", """{"plan":"pro"}""");
        await Put("/api/v1/customers/u2", """{"n":1}""");
        await AppPost("/v1/exports/customers", $$"""{"filters":{{Everybody}} }""");

        var lines = (await Fetch(1)).Split('\n');
        Assert.That(lines[0], Does.StartWith("id,email,cio_id,plan").And.Contain(",n"));
        Assert.That(lines, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task Deliveries_Exported_AreThoseOfTheSender()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com","plan":"pro"}""");
        await AppPost("/v1/campaigns/2/triggers", "{}");
        await AppPost("/v1/send/email", """{"to":"b@example.com","transactional_message_id":2,"identifiers":{"id":"u1"}}""");

        await AppPost("/v1/exports/deliveries", """{"campaign_id":2,"attributes":["plan"],"metric":"sent"}""");
        await AppPost("/v1/exports/deliveries", """{"transactional_message_id":2}""");
        await AppPost("/v1/exports/deliveries", """{"newsletter_id":"1"}""");

        var lines = (await Fetch(1)).Split('\n');
        Assert.That(lines[0], Does.StartWith("delivery_id,customer_id,type,recipient,").And.EndsWith(",plan"));
        Assert.That(lines[1], Does.Contain(",u1,email,a@example.com,Announcement,").And.EndsWith(",pro"));
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(await Fetch(2), Does.Contain("b@example.com").And.Not.Contain("a@example.com"));
        Assert.That((await Fetch(3)).Split('\n'), Has.Length.EqualTo(2), "only the heading");
    }

    [TestCase("customers", "{}", "400 a filter has exactly one of and, or, not, segment, attribute /filters")]
    [TestCase(
        "customers",
        """{"filters":{"attribute":{"field":"a","operator":"exists"}},"attributes":[1]}""",
        "400 attributes must be a list of names /attributes"
    )]
    [TestCase(
        "deliveries",
        """{"newsletter_id":1,"campaign_id":2}""",
        "400 at most one of newsletter_id, campaign_id, transactional_message_id, action_id can be given, and as a number /campaign_id"
    )]
    public async Task Export_OfWhatCannotBe_IsRefused(string type, string body, string problem)
    {
        Assert.That(Refused(await AppPost($"/v1/exports/{type}", body)), Is.EqualTo(problem));
        Assert.That((await AppGet("/v1/exports/1")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Webhooks_AreKeptChangedAndDeleted()
    {
        var made = await AppPost("/v1/reporting_webhooks", """{"name":"mine","endpoint":"https://example.com/hook","events":["email_opened","sms_replied"]}""");
        Assert.That(
            Compact(made.Json),
            Is.EqualTo(
                """
                {"type":"webhook","disabled":false,"full_resolution":false,"with_content":false,"name":"mine","endpoint":"https://example.com/hook",
                "events":["email_opened","sms_replied"],"id":1}
                """.ReplaceLineEndings("")
            )
        );
        Assert.That((bool)(await App("PUT", "/v1/reporting_webhooks/1", """{"disabled":true}""")).Json["disabled"]!, Is.True);
        Assert.That(
            Refused(await App("PUT", "/v1/reporting_webhooks/1", """{"events":["email_eaten"]}""")),
            Is.EqualTo("400 'email_eaten' is not an event /events")
        );
        Assert.That((string?)(await AppGet("/v1/reporting_webhooks/1")).Json["events"]![0], Is.EqualTo("email_opened"), "a refused change changes nothing");
        Assert.That((await AppGet("/v1/reporting_webhooks")).Json["reporting_webhooks"]!.Count(), Is.EqualTo(1));
        Assert.That((await App("DELETE", "/v1/reporting_webhooks/1")).Status, Is.EqualTo(200));
        Assert.That((await AppGet("/v1/reporting_webhooks/1")).Status, Is.EqualTo(404));
    }

    [TestCase("""{"endpoint":"https://example.com/","events":["email_sent"]}""", "400 name cannot be blank /name")]
    [TestCase("""{"name":"n","endpoint":"ftp://example.com/","events":["email_sent"]}""", "400 endpoint must be a URL /endpoint")]
    [TestCase("""{"name":"n","endpoint":"https://example.com/","events":[]}""", "400 events must name at least one event /events")]
    [TestCase("""{"name":"n","endpoint":"https://example.com/","events":["email_sent"],"disabled":1}""", "400 disabled must be true or false /disabled")]
    public async Task Webhook_WithoutWhatItNeeds_IsRefused(string body, string problem) =>
        Assert.That(Refused(await AppPost("/v1/reporting_webhooks", body)), Is.EqualTo(problem));

    [Test]
    public async Task Objects_OfTrack_AreFoundWithTheirPeople()
    {
        await Post(
            "/api/v2/entity",
            """
            {"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"identify","attributes":{"size":3},
            "cio_relationships":[{"identifiers":{"id":"u1"},"relationship_attributes":{"role":"boss"}}]}
            """
        );
        await Post(
            "/api/v2/entity",
            """
            {"type":"object","identifiers":{"object_type_id":"2","object_id":"acme"},"action":"identify","attributes":{"size":3}}
            """
        );

        var found = await AppPost(
            "/v1/objects",
            """
            {"object_type_id":"1","filter":{"and":[{"object_attribute":{"field":"size","operator":"eq","value":"3","type_id":"1"}}]}}
            """
        );
        Assert.That(Compact(found.Json), Is.EqualTo("""{"identifiers":[{"object_id":"acme","cio_object_id":"ob000001"}],"ids":["acme"],"next":""}"""));
        Assert.That(
            Compact((await AppGet("/v1/objects/1/acme/attributes")).Json["object"]!["attributes"]),
            Is.EqualTo("""{"object_id":"acme","cio_object_id":"ob000001","size":"3"}""")
        );
        Assert.That((await AppGet("/v1/objects/1/ob000001/attributes?id_type=cio_object_id")).Status, Is.EqualTo(200));
        Assert.That(Refused(await AppGet("/v1/objects/3/acme/attributes")), Is.EqualTo("404 object not found"));
        Assert.That(Refused(await AppGet("/v1/objects/1/acme/attributes?id_type=id")), Is.EqualTo("400 id_type must be object_id or cio_object_id /id_type"));
        var related = (await AppGet("/v1/objects/1/acme/relationships")).Json["cio_relationships"]!.Single();
        Assert.That($"{related["identifiers"]!["id"]} {related["attributes"]!["role"]}", Is.EqualTo("u1 boss"));
        Assert.That(
            (await AppGet("/v1/object_types")).Json["types"]!.Select(t => $"{t["id"]} {t["name"]}"),
            Is.EqualTo(new[] { "1 Companies", "2 Objects 2" })
        );
        Assert.That((await AppGet("/v1/sender_identities")).Json["sender_identities"]!.Select(s => (int)s["id"]!), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((string?)(await AppGet("/v1/sender_identities/2")).Json["sender_identity"]!["email"], Is.EqualTo("news@example.com"));
        await App("PUT", "/v1/campaigns/1/actions/1", """{"from_id":2}""");
        Assert.That(
            Compact((await AppGet("/v1/sender_identities/2/used_by")).Json["used_by"]),
            Is.EqualTo("""{"campaigns":[1],"sent_newsletters":[],"draft_newsletters":[]}""")
        );
        Assert.That((await AppGet("/v1/info/ip_addresses")).Json["ip_addresses"]!, Is.Not.Empty);
    }

    private async Task<string> Fetch(int export)
    {
        var url = new Uri((string)(await AppGet($"/v1/exports/{export}/download")).Json["url"]!);
        return (await SendTo(Server.Url, "GET", url.PathAndQuery, null, "")).Body;
    }
}
