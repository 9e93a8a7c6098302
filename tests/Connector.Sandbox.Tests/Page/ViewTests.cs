using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>What the page's lists and items say, as the server gives them to it.</summary>
public sealed class ViewTests : SandboxFixture
{
    [Test]
    public async Task People_AreSearchedByEveryWordAndCutInPages()
    {
        for (var i = 0; i < 12; i++)
        {
            await Put($"/api/v1/customers/u{i}", $$"""{"email":"P{{i}}@example.com","plan":"{{(i % 2 == 0 ? "Pro" : "free")}}","city":"Wien"}""");
        }

        var all = await List("/people");
        Assert.That((all["total"], all["found"], all["start"]), Is.EqualTo(((JToken)12, (JToken)12, (JToken)0)));
        Assert.That((string?)all["rows"]![0]!["title"], Is.EqualTo("u11"), "who changed last");
        Assert.That((string?)all["rows"]![0]!["text"], Is.EqualTo("P11@example.com · plan: free, city: Wien"));

        var found = await List("/people?q=pro+WIEN&start=2&limit=3");
        Assert.That((found["total"], found["found"], found["start"]), Is.EqualTo(((JToken)12, (JToken)6, (JToken)2)));
        Assert.That(Titles(found), Is.EqualTo(new[] { "u6", "u4", "u2" }));
        Assert.That(Titles(await List("/people?q=p7@EXAMPLE")), Is.EqualTo(new[] { "u7" }));
        Assert.That(Titles(await List("/people?q=nobody")), Is.Empty);
        Assert.That(Titles(await List("/people?start=99999&limit=99999")), Is.Empty);
        Assert.That(Titles(await List("/people?start=-1&limit=x")), Has.Length.EqualTo(12));
    }

    [Test]
    public async Task People_WhereNobodyIs_SaysHowToSendSomebody()
    {
        var view = (await Get("/_sandbox/views/people")).Json;
        Assert.That(view["list"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That((string?)view["note"], Does.Contain("the keys that it was started with"));
        var texts = view["parts"]!.Select(p => (string?)p["text"]).ToArray();
        var origin = Server.Url.AbsoluteUri.TrimEnd('/');
        Assert.That(texts[0], Does.StartWith($"curl -u SITE_ID:API_KEY -X PUT {origin}/api/v1/customers/ann "));
        Assert.That(texts[1], Does.StartWith($"CUSTOMERIO_BASE_URL={origin}\n").And.Not.Contain("=site").And.Not.Contain("=key"));
        Assert.That((await Get("/_sandbox/views/connect")).Json["parts"]!.ToString(), Is.EqualTo(view["parts"]!.ToString()));
    }

    [Test]
    public async Task Person_HasWhatIsKnownAndATimelineOfEventsMessagesAndChanges()
    {
        await Post("/_sandbox/segments", """{"name":"Testers"}""");
        await Put("/api/v1/customers/u1", """{"email":"u1@example.com","plan":"free","created_at":1700000000,"anonymous_id":"a7"}""");
        await Put("/api/v1/customers/u1", """{"plan":"pro"}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"token-1","platform":"ios","last_used":1700000000}}""");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1"]}""");
        await Post("/api/v1/customers/u1/events", """{"name":"bought","timestamp":1700000001,"data":{"price":49}}""");
        await Post(
            "/api/v2/entity",
            """
            {"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"identify","attributes":{"name":"Acme"},
            "cio_relationships":[{"identifiers":{"id":"u1"},"relationship_attributes":{"role":"admin"}}]}
            """
        );
        var sent = await Send("POST", "/v1/send/email", Email, "Bearer app");
        var id = (string)sent.Json["delivery_id"]!;
        await Post($"/_sandbox/deliveries/{Uri.EscapeDataString(id)}/metrics", """{"metric":"opened"}""");

        var view = (await Get("/_sandbox/views/people/u1")).Json;
        Assert.That((string?)view["title"], Is.EqualTo("u1"));
        Assert.That(Facts(view, "Identifiers"), Is.EqualTo(new[] { "id: u1", "email: u1@example.com", "cio_id: a3000001", "anonymous_id: a7" }));
        Assert.That(Facts(view, "Attributes"), Is.EqualTo(new[] { "plan: pro", "created_at: 1700000000 at 1700000000000" }));
        Assert.That(Facts(view, "Subscriptions"), Is.EqualTo(new[] { "all messages: subscribed", "Product news: subscribed", "Offers: not subscribed" }));
        Assert.That(Facts(view, "Segments"), Is.EqualTo(new[] { "number 1: Testers -> #/segments/1" }));
        Assert.That(Facts(view, "Devices"), Is.EqualTo(new[] { "ios: token-1 at 1700000000000" }));
        Assert.That(Facts(view, "Objects"), Is.EqualTo(new[] { "type 1: acme, role: admin -> #/objects/ob000001" }));
        var timeline = view["list"]!["rows"]!.Select(r => $"{r["tag"]} {r["title"]} {r["status"]} {r["text"]}".Trim()).ToArray();
        Assert.That(timeline[^1], Is.EqualTo("event bought  price: 49"), "the oldest stands last");
        Assert.That(
            timeline,
            Is.SupersetOf(
                new[]
                {
                    "profile create",
                    "attribute change  plan: free → pro",
                    "device change  token-1",
                    "entered segment  Testers",
                    "email Hello opened transactional Without a template",
                    "email Hello delivered transactional Without a template",
                }
            )
        );
        Assert.That(timeline.Count(t => t.Contains("opened", StringComparison.Ordinal)), Is.EqualTo(1), "the log has it too, and it stands there once");
        Assert.That(Titles(await List("/people/u1?q=PRICE")), Is.EqualTo(new[] { "bought" }));

        Assert.That(Titles((await Get("/_sandbox/views/segments/1")).Json["list"]!), Is.EqualTo(new[] { "u1" }));
        var related = (await Get("/_sandbox/views/objects/ob000001")).Json;
        Assert.That((string?)related["title"], Is.EqualTo("Acme"));
        Assert.That((string?)related["list"]!["rows"]![0]!["text"], Is.EqualTo("u1@example.com · role: admin"));
    }

    [Test]
    public async Task Event_LeadsToItsPerson_AlsoOfOneWhoWasAnonymous()
    {
        await Post("/api/v1/events", """{"name":"visited","anonymous_id":"a1","data":{"page":"/"}}""");
        var row = (await List("/events"))["rows"]![0]!;
        Assert.That((string?)row["text"], Is.EqualTo("anonymous a1 · page: /"));
        await Put("/api/v1/customers/u1", """{"anonymous_id":"a1"}""");

        row = (await List("/events?q=visited"))["rows"]![0]!;
        Assert.That((string?)row["href"], Does.EndWith("?of=cio_a3000001"));
        var view = (await Get("/_sandbox/views" + ((string)row["href"]!)[1..])).Json;
        Assert.That(Facts(view, "Event")[0], Is.EqualTo("Person: u1 -> #/people/cio_a3000001"));
        Assert.That((string?)view["parts"]![1]!["text"], Is.EqualTo("{\n  \"page\": \"/\"\n}".ReplaceLineEndings()));
    }

    [Test]
    public async Task Message_IsShownInAFrameThatCanDoNothing_AndReportsAsTheVendorDoes()
    {
        await Put("/api/v1/customers/u1", """{"email":"u1@example.com"}""");
        var id = Uri.EscapeDataString((string)(await Send("POST", "/v1/send/email", Email, "Bearer app")).Json["delivery_id"]!);

        var body = await Get($"/_sandbox/messages/{id}/body");
        Assert.That(body.Body, Is.EqualTo("<p>Hi</p>"));
        Assert.That(body.ContentHeaders.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(
            body.Headers.GetValues("Content-Security-Policy").Single(),
            Does.StartWith("sandbox; default-src 'none'; ").And.Not.Contain("allow-").And.Not.Contain("script-src").And.Contain("frame-ancestors 'self'")
        );

        var view = (await Get($"/_sandbox/views/messages/{id}")).Json;
        Assert.That(view["parts"]!.Select(p => (string?)p["frame"]).Single(f => f is not null), Is.EqualTo($"/_sandbox/messages/{id}/body"));
        var buttons = view["parts"]!.SelectMany(p => p["buttons"]!).ToDictionary(b => (string)b["label"]!);
        Assert.That(buttons.Keys, Is.EqualTo(new[] { "Delivered", "Opened", "Clicked", "Bounced", "Unsubscribed" }));
        foreach (var label in new[] { "Clicked", "Unsubscribed" })
        {
            Assert.That((await Send("POST", (string)buttons[label]["path"]!, Compact(buttons[label]["body"]))).Status, Is.EqualTo(200), label);
        }

        var after = (await Get($"/_sandbox/views/messages/{id}")).Json;
        Assert.That(
            Facts(after, "Message"),
            Has.Some.EqualTo("Sent by: transactional Without a template -> #/messages?q=transactional%20Without%20a%20template")
        );
        Assert.That(Titles(await List("/messages?q=transactional%20Without%20a%20template")), Has.Length.EqualTo(1));
        Assert.That(Facts(after, "What became of it").Select(f => f.Split(':')[0]), Is.SupersetOf(new[] { "clicked", "unsubscribed" }));
        Assert.That(Facts((await Get("/_sandbox/views/people/u1")).Json, "Subscriptions")[0], Is.EqualTo("all messages: unsubscribed"));
        Assert.That((string?)(await List("/messages"))["rows"]![0]!["status"], Is.EqualTo("unsubscribed"));
        Assert.That((await Get("/_sandbox/messages/none/body")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Message_ThatDidNotGoOut_SaysWhyAndHasNoButtons()
    {
        await Put("/api/v1/customers/u1", """{"email":"u1@example.com","unsubscribed":true}""");
        var mail = Email.Replace("\"to\"", "\"send_to_unsubscribed\":false,\"to\"", StringComparison.Ordinal);
        var id = Uri.EscapeDataString((string)(await Send("POST", "/v1/send/email", mail, "Bearer app")).Json["delivery_id"]!);

        var view = (await Get($"/_sandbox/views/messages/{id}")).Json;
        Assert.That(Facts(view, "Message"), Has.Some.EqualTo("Why not: the person is unsubscribed"));
        Assert.That(view["parts"]!.SelectMany(p => p["buttons"]!), Is.Empty);
        var row = (await List("/messages"))["rows"]![0]!;
        Assert.That(($"{row["status"]}", (bool?)row["bad"]), Is.EqualTo(("undeliverable", true)));
    }

    [Test]
    public async Task Requests_SayWhatWasWrongAndAreFoundByTheirBody()
    {
        await Put("/api/v1/customers/a%2Fb?token=hush", """{"plan":"pro"}""");
        await Post("/api/v1/customers/u1/events", "{}");

        var rows = (await List("/requests"))["rows"]!;
        Assert.That(
            rows.Select(r => $"{r["tag"]} {r["title"]} {r["status"]} {r["bad"]} {r["text"]}"),
            Is.EqualTo(
                new[] { "POST /api/v1/customers/u1/events 400 True name cannot be blank", """PUT /api/v1/customers/a/b?token=*** 200 False {"plan":"pro"}""" }
            )
        );
        Assert.That(Titles(await List("/requests?q=plan+put")), Has.Length.EqualTo(1));
        var view = (await Get("/_sandbox/views/requests/1")).Json;
        Assert.That(Facts(view, "Request"), Has.Some.EqualTo("Person: a/b -> #/people/cio_a3000001"));
        Assert.That(
            view["parts"]!.Select(p => (string?)p["text"]).Last(),
            Is.EqualTo(
                $"""curl -g --path-as-is -u "$CUSTOMERIO_SITE_ID:$CUSTOMERIO_API_KEY" -X PUT '{Server.Url}api/v1/customers/a%2Fb?token=***' """
                    + """-H 'Content-Type: application/json; charset=utf-8' --data-raw '{"plan":"pro"}'"""
            )
        );
        Assert.That(view.ToString(), Does.Not.Contain("hush"));
    }

    [Test]
    public async Task NotDone_TellsTheReasonAndLeadsToThePerson()
    {
        await Put("/api/v1/customers/u1", """{"email":"u1@example.com"}""");
        await Put("/api/v1/customers/u1", """{"email":"u2@example.com"}""");

        var row = (await List("/dropped"))["rows"]![0]!;
        Assert.That((string?)row["title"], Is.EqualTo("email is already set and can only be changed through cio_id"));
        var view = (await Get("/_sandbox/views" + ((string)row["href"]!)[1..])).Json;
        Assert.That(Facts(view, "What was not done")[0], Is.EqualTo("Whom it was for: u1 -> #/people/cio_a3000001"));
    }

    [TestCase("/people/none")]
    [TestCase("/events/none")]
    [TestCase("/events/none?of=u9")]
    [TestCase("/messages/none")]
    [TestCase("/segments/x")]
    [TestCase("/segments/99999999999")]
    [TestCase("/objects/none")]
    [TestCase("/requests/1")]
    [TestCase("/webhooks/1")]
    [TestCase("/dropped/1")]
    [TestCase("/nothing")]
    [TestCase("/nothing/1")]
    public async Task View_OfWhatIsNotThere_SaysSo(string path)
    {
        var reply = await Get("/_sandbox/views" + path);
        Assert.That(reply.Status, Is.EqualTo(404));
        Assert.That((string?)reply.Json["title"], Is.EqualTo("Not here"));
    }

    private const string Email = """{"to":"u1@example.com","from":"a@example.com","subject":"Hello","body":"<p>Hi</p>","identifiers":{"id":"u1"}}""";

    private async Task<JToken> List(string path) => (await Get("/_sandbox/views" + path)).Json["list"]!;

    private static string[] Titles(JToken list) => [.. list["rows"]!.Select(r => (string)r["title"]!)];

    private static string[] Facts(JObject view, string part) =>
        [
            .. view["parts"]!.Single(p => (string?)p["title"] == part)["facts"]!.Select(f =>
                $"{f["name"]}: {f["value"]}"
                + (f["href"]!.Type == JTokenType.Null ? "" : $" -> {f["href"]}")
                + (f["time"]!.Type == JTokenType.Null ? "" : $" at {f["time"]}")
            ),
        ];
}
