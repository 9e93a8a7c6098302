namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>People as the App API finds and shows them.</summary>
public sealed class CustomerTests : AppFixture
{
    [SetUp]
    public async Task MakePeople()
    {
        await Put("/api/v1/customers/u1", """{"email":"A@example.com","plan":"pro","n":1.5,"vip":true,"tags":["x",1],"none":null}""");
        await Put("/api/v1/customers/u2", """{"email":"b@example.com","plan":"free","unsubscribed":true}""");
        await Put("/api/v1/customers/c@example.com", """{"plan":"pro"}""");
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1","u2"]}""");
    }

    [Test]
    public async Task FindByEmail_InAnyCase_IsThePersonOrNobody()
    {
        Assert.That(
            (await AppGet("/v1/customers?email=a%40EXAMPLE.com")).Body,
            Is.EqualTo("""{"results":[{"cio_id":"a3000001","id":"u1","email":"A@example.com"}]}""" + "\n")
        );
        Assert.That((await AppGet("/v1/customers?email=nobody%40example.com")).Body, Is.EqualTo("""{"results":[]}""" + "\n"));
        Assert.That(Refused(await AppGet("/v1/customers")), Is.EqualTo("400 email cannot be blank /email"));
    }

    [TestCase("u1", "")]
    [TestCase("u1", "?id_type=id")]
    [TestCase("a%40example.com", "?id_type=email")]
    [TestCase("cio_a3000001", "?id_type=cio_id")]
    public async Task Attributes_ByEachKind_AreAllStrings(string id, string query)
    {
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t","platform":"ios","last_used":1700000000}}""");

        var customer = (await AppGet($"/v1/customers/{id}/attributes{query}")).Json["customer"]!;
        Assert.That(
            Compact(customer["attributes"]),
            Is.EqualTo(
                """
                {"id":"u1","email":"A@example.com","cio_id":"a3000001","plan":"pro","n":"1.5","vip":"true","tags":"[\"x\",1]","none":"",
                "_cio_subscription_preferences_computed":"{\"topics\":{\"topic_1\":true,\"topic_2\":false}}"}
                """.ReplaceLineEndings("")
            )
        );
        Assert.That(Compact(customer["identifiers"]), Is.EqualTo("""{"cio_id":"a3000001","id":"u1","email":"A@example.com"}"""));
        Assert.That(Compact(customer["devices"]), Is.EqualTo("""[{"id":"t","platform":"ios","last_used":1700000000,"attributes":{}}]"""));
        Assert.That((bool)customer["unsubscribed"]!, Is.False);
    }

    [Test]
    public async Task Attributes_ByPhone_NeedThePlusEncoded()
    {
        await Post("/api/v2/entity", """{"type":"person","identifiers":{"phone":"+43123456789"},"action":"identify"}""");

        Assert.That((await AppGet("/v1/customers/%2B43123456789/attributes?id_type=phone")).Status, Is.EqualTo(200));
    }

    [TestCase("/v1/customers/u1/attributes?id_type=email", "404 customer not found")]
    [TestCase("/v1/customers/a3000001/attributes?id_type=cio_id", "404 customer not found")]
    [TestCase("/v1/customers/u9/segments", "404 customer not found")]
    [TestCase("/v1/customers/u1/attributes?id_type=name", "400 id_type must be id, email, phone or cio_id /id_type")]
    [TestCase("/v1/customers/u1/activities?limit=101", "400 limit must be from 1 to 100 /limit")]
    [TestCase("/v1/customers/u1/activities?limit=x", "400 limit must be a whole number /limit")]
    [TestCase("/v1/customers/u1/activities?start=x", "400 start is not a cursor of this list /start")]
    [TestCase("/v1/nothing", "404 GET /v1/nothing is not a path of this API")]
    public async Task WrongRequest_IsToldInTheAppEnvelope(string path, string problem) => Assert.That(Refused(await AppGet(path)), Is.EqualTo(problem));

    [TestCase("""{"segment":{"id":1}}""", "u1 u2")]
    [TestCase("""{"attribute":{"field":"plan","operator":"eq","value":"pro"}}""", "u1 ")]
    [TestCase("""{"attribute":{"field":"vip","operator":"eq","value":true}}""", "u1")]
    [TestCase("""{"attribute":{"field":"n","operator":"eq","value":"1.5"}}""", "u1")]
    [TestCase("""{"attribute":{"field":"email","operator":"eq","value":"B@EXAMPLE.com"}}""", "u2")]
    [TestCase("""{"attribute":{"field":"id","operator":"exists"}}""", "u1 u2")]
    [TestCase("""{"not":{"segment":{"id":1}}}""", "")]
    [TestCase("""{"and":[{"segment":{"id":1}},{"not":{"attribute":{"field":"plan","operator":"eq","value":"pro"}}}]}""", "u2")]
    [TestCase(
        """{"or":[{"attribute":{"field":"plan","operator":"eq","value":"free"}},{"and":[{"attribute":{"field":"vip","operator":"exists"}}]}]}""",
        "u1 u2"
    )]
    public async Task Search_ByFilter_IsThoseWhoFit(string filter, string ids)
    {
        var found = (await AppPost("/v1/customers", $$"""{"filter":{{filter}}}""")).Json;
        Assert.That(string.Join(' ', found["ids"]!), Is.EqualTo(ids));
        Assert.That(found["identifiers"]!.Select(i => (string?)i["id"] ?? ""), Is.EqualTo(found["ids"]!.Select(i => (string?)i)));
        Assert.That((string?)found["next"], Is.Empty);
    }

    [TestCase("{}", "400 a filter has exactly one of and, or, not, segment, attribute /filter")]
    [TestCase("""{"and":{}}""", "400 and must be a list of filters /filter/and")]
    [TestCase("""{"and":[{"nor":{}}]}""", "400 'nor' is not a filter /filter/and/0/nor")]
    [TestCase("""{"segment":{"id":9}}""", "400 there is no segment with this id /filter/segment/id")]
    [TestCase("""{"attribute":{"field":"a","operator":"ne","value":"x"}}""", "400 operator must be eq or exists /filter/attribute/operator")]
    [TestCase("""{"attribute":{"field":"a","operator":"eq"}}""", "400 value is needed to compare with /filter/attribute/value")]
    public async Task Search_ByWhatIsNoFilter_PointsAtIt(string filter, string problem) =>
        Assert.That(Refused(await AppPost("/v1/customers", $$"""{"filter":{{filter}}}""")), Is.EqualTo(problem));

    [Test]
    public async Task Search_InPages_MeetsEverybodyOnce()
    {
        var (ids, start) = (new List<string?>(), "");
        do
        {
            var page = (await AppPost($"/v1/customers?limit=1&start={start}", """{"filter":{"attribute":{"field":"plan","operator":"exists"}}}""")).Json;
            ids.AddRange(page["ids"]!.Select(i => (string?)i));
            start = Uri.EscapeDataString((string)page["next"]!);
        } while (start.Length > 0 && ids.Count < 9);
        Assert.That(ids, Is.EqualTo(new[] { "u1", "u2", "" }));
    }

    [Test]
    public async Task Several_LeaveOutTheUnknown()
    {
        var customers = (await AppPost("/v1/customers/attributes", """{"ids":["u2","nobody","u1"]}""")).Json["customers"]!;

        Assert.That(customers.Select(c => (string?)c["customer"]!["id"]), Is.EqualTo(new[] { "u2", "u1" }));
        Assert.That((bool)customers[0]!["customer"]!["unsubscribed"]!, Is.True);
        var byEmail = (await AppPost("/v1/customers/attributes?id_type=email", """{"ids":["c@example.com"]}""")).Json["customers"]!;
        Assert.That((string?)byEmail.Single()["customer"]!["attributes"]!["plan"], Is.EqualTo("pro"));
    }

    [TestCase(0, 400)]
    [TestCase(1, 200)]
    [TestCase(100, 200)]
    [TestCase(101, 400)]
    public async Task Several_OutsideOneToAHundred_AreRefused(int count, int status)
    {
        var ids = string.Join(',', Enumerable.Repeat("\"u1\"", count));
        Assert.That((await AppPost("/v1/customers/attributes", $$"""{"ids":[{{ids}}]}""")).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Activities_OfAPerson_AreTheNewestFirstInPages()
    {
        await Post("/api/v1/customers/u1/events", """{"name":"signed up"}""");
        await Post("/api/v1/customers/u1/events", """{"type":"page","name":"https://example.com/"}""");

        var first = (await AppGet("/v1/customers/u1/activities?limit=2")).Json;
        Assert.That(
            first["activities"]!.Select(a => $"{a["type"]} {a["name"]}{a["url"]} {a["customer_id"]}"),
            Is.EqualTo(new[] { "page https://example.com/ u1", "event signed up u1" })
        );
        var rest = (await AppGet($"/v1/customers/u1/activities?limit=100&start={Uri.EscapeDataString((string)first["next"]!)}")).Json;
        Assert.That(rest["activities"]!.Select(a => (string?)a["type"]), Is.EqualTo(new[] { "attribute_change", "profile_create" }));
        Assert.That((string?)rest["activities"]![0]!["data"]!["plan"]!["to"], Is.EqualTo("pro"));
        Assert.That((string?)rest["next"], Is.Empty);

        var named = (await AppGet("/v1/activities?type=event&name=signed%20up")).Json["activities"]!;
        Assert.That((string?)named.Single()["customer_identifiers"]!["email"], Is.EqualTo("A@example.com"));
        Assert.That((await AppGet("/v1/activities?customer_id=b%40example.com&id_type=email")).Json["activities"]!.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Activities_OfDeletedPeople_ComeOnlyWhenAskedFor()
    {
        await Delete("/api/v1/customers/u1");

        Assert.That((await AppGet("/v1/activities?limit=100")).Body, Does.Not.Contain("profile_delete"));
        Assert.That((await AppGet("/v1/activities?limit=100&deleted=true")).Body, Does.Contain("profile_delete"));
    }

    [Test]
    public async Task RelationsSegmentsAndPreferences_FollowWhatTrackSet()
    {
        await Put(
            "/api/v1/customers/u1",
            """
            {"cio_subscription_preferences.topics.topic_2":true,"cio_relationships":{"action":"add_relationships","relationships":
            [{"identifiers":{"object_type_id":"1","object_id":"acme"},"relationship_attributes":{"role":"boss"}}]}}
            """
        );

        Assert.That(
            Compact((await AppGet("/v1/customers/u1/relationships")).Json),
            Is.EqualTo(
                """
                {"cio_relationships":[{"object_type_id":1,"identifiers":{"object_id":"acme","cio_object_id":"ob000001"},
                "attributes":{"role":"boss"},"timestamps":{}}],"next":""}
                """.ReplaceLineEndings("")
            )
        );
        Assert.That(Compact((await AppGet("/v1/customers/u1/segments")).Json), Is.EqualTo("""{"segments":[{"id":1,"name":"beta","description":""}]}"""));
        var topics = (await AppGet("/v1/customers/u1/subscription_preferences")).Json["customer"]!["topics"]!;
        Assert.That(topics.Select(t => $"{t["id"]} {t["name"]} {t["subscribed"]}"), Is.EqualTo(new[] { "1 Product news True", "2 Offers True" }));
        Assert.That(
            (await AppGet("/v1/subscription_topics")).Json["topics"]!.Select(t => (string?)t["identifier"]),
            Is.EqualTo(new[] { "topic_1", "topic_2" })
        );
    }

    [TestCase("")]
    [TestCase("Bearer wrong")]
    [TestCase("Basic c2l0ZTprZXk=")]
    public async Task Credentials_ThatAreNotTheAppKey_Are401(string authorization)
    {
        var reply = await Send("GET", "/v1/segments", null, authorization);

        Assert.That(Refused(reply), Is.EqualTo("401 Unauthorized request"));
    }
}
