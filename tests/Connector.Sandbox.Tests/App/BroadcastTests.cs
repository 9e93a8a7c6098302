using System.IO.Compression;
using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Campaigns, broadcasts and newsletters: looked at, started and counted.</summary>
public sealed class BroadcastTests : AppFixture
{
    private const string Triggers = "/v1/campaigns/2/triggers";
    private readonly FakeTime _time = FakeTime.Manual();

    protected override SandboxOptions Options => base.Options with { Time = _time };

    [SetUp]
    public async Task MakePeople()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com","plan":"pro"}""");
        await Put("/api/v1/customers/u2", """{"email":"b@example.com","unsubscribed":true}""");
        await Put("/api/v1/customers/u3", """{"plan":"pro"}""");
    }

    [TestCase("{}", "u1 u2 u3")]
    [TestCase("""{"recipients":{"attribute":{"field":"plan","operator":"eq","value":"pro"}}}""", "u1 u3")]
    [TestCase("""{"emails":["A@example.com","b@example.com"],"email_add_duplicates":true}""", "u1 u2")]
    [TestCase("""{"ids":["u3"],"data":{"a":1}}""", "u3")]
    [TestCase("""{"ids":["u1","u1","u9"],"id_ignore_missing":true}""", "u1")]
    [TestCase("""{"per_user_data":[{"id":"u1","data":{"b":2}},{"email":"b@example.com"}],"data":{"a":1}}""", "u1 u2")]
    public async Task Broadcast_ByEachAudience_ReachesThosePeople(string body, string ids)
    {
        var started = await AppPost(Triggers, body);
        Assert.That(started.Body, Is.EqualTo("""{"id":1}""" + "\n"));

        var messages = (await AppGet("/v1/broadcasts/2/messages")).Json["messages"]!;
        Assert.That(messages.Select(m => (string?)m["customer_id"]).Order(), Is.EqualTo(ids.Split(' ')));
        Assert.That(messages.Select(m => (int)m["broadcast_id"]!), Is.All.EqualTo(2));
        foreach (var message in messages)
        {
            Assert.That(
                (string?)message["failure_message"],
                Is.EqualTo(
                    (string?)message["customer_id"] switch
                    {
                        "u2" => "the person is unsubscribed",
                        "u3" => "the person has no e-mail address",
                        _ => null,
                    }
                )
            );
        }
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        Assert.That((await AppGet($"{Triggers}/1")).Body, Is.EqualTo($$"""{"id":1,"broadcast_id":2,"created_at":{{now}},"processed_at":{{now}}}""" + "\n"));
        Assert.That((await AppGet("/v1/broadcasts/2/triggers")).Json["triggers"]!.Count(), Is.EqualTo(1));
        Assert.That((await AppGet($"{Triggers}/1/errors")).Body, Is.EqualTo("""{"errors":[]}""" + "\n"));
    }

    [Test]
    public async Task Broadcast_ForItsOwnAudience_ReachesThatOnly()
    {
        var made = await Post("/_sandbox/broadcasts", """{"name":"Pros","audience":{"attribute":{"field":"plan","operator":"eq","value":"pro"}}}""");
        Assert.That((made.Status, (int)made.Json["id"]!), Is.EqualTo((201, 3)));
        await AppPost("/v1/campaigns/3/triggers", "");

        Assert.That((await AppGet("/v1/broadcasts/3/messages")).Json["messages"]!.Count(), Is.EqualTo(2));
    }

    [TestCase("""{"recipients":{}}""", "422 empty recipients filter is not valid /data/attributes/recipients")]
    [TestCase("""{"data":null,"recipients":{}}""", "422 empty recipients filter is not valid /data/attributes/recipients")]
    [TestCase("""{"recipients":{"segment":{"id":9}}}""", "422 there is no segment with this id /data/attributes/recipients/segment/id")]
    [TestCase("""{"ids":["u1"],"emails":["a@example.com"]}""", "422 only one of emails, ids can be given /data/attributes/ids")]
    [TestCase(
        """{"ids":["u1"],"email_ignore_missing":true}""",
        "422 email_ignore_missing is not allowed with this audience /data/attributes/email_ignore_missing"
    )]
    [TestCase("""{"ids":[]}""", "422 ids must be a list of 1 to 10000 /data/attributes/ids")]
    [TestCase("""{"data":[]}""", "422 data must be an object /data/attributes/data")]
    [TestCase(
        """{"data_file_url":"https://example.com/x"}""",
        "422 data_file_url must be a URL, which the sandbox reads only from this machine /data/attributes/data_file_url"
    )]
    [TestCase("no json", "400 the body is not valid JSON")]
    public async Task Broadcast_WithoutAnAudience_IsRefused(string body, string problem)
    {
        Assert.That(Refused(await AppPost(Triggers, body)), Is.EqualTo(problem));
        Assert.That((await AppGet("/v1/broadcasts/2/triggers")).Json["triggers"]!, Is.Empty);
    }

    [Test]
    public async Task Broadcast_WithPeopleWhoAreMissing_FailsAndTellsWhich()
    {
        var body = """{"per_user_data":[{"id":"u1"},{"id":"x"},{"email":"y@example.com"},{}]}""";
        Assert.That(
            Refused(await AppPost(Triggers, body)),
            Is.EqualTo(
                "422 Errors were found while processing the audience. There is more from the errors endpoint for trigger 1 /data/attributes/per_user_data"
            )
        );

        Assert.That((await AppGet("/v1/messages")).Json["messages"]!, Is.Empty, "nobody gets it");
        var first = (await AppGet($"{Triggers}/1/errors?limit=2")).Json;
        Assert.That(
            first["errors"]!.Values<string>(),
            Is.EqualTo(new[] { "line 2: no customer has the id 'x'", "line 3: no customer has the email 'y@example.com'" })
        );
        Assert.That(
            Compact((await AppGet($"{Triggers}/1/errors?limit=2&start={first["next"]}")).Json),
            Is.EqualTo("""{"errors":["line 4: needs an id or an email"]}""")
        );
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Broadcast_FromAFile_ReadsItsLines(bool packed)
    {
        using var listener = new HttpListener();
        var port = TcpPeer.DeadPort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var served = Task.Run(async () =>
        {
            var context = await listener.GetContextAsync();
            var bytes = Encoding.UTF8.GetBytes("{\"id\":\"u1\",\"data\":{\"n\":1}}\r\n{\"email\":\"b@example.com\"}\n");
            await using var stream = packed ? new GZipStream(context.Response.OutputStream, CompressionMode.Compress) : context.Response.OutputStream;
            await stream.WriteAsync(bytes);
        });
        Assert.That((await AppPost(Triggers, $$"""{"data_file_url":"http://127.0.0.1:{{port}}/people"}""")).Status, Is.EqualTo(200));
        await served;

        Assert.That((await AppGet("/v1/broadcasts/2/messages")).Json["messages"]!.Count(), Is.EqualTo(2));
    }

    [TestCase("/v1/campaigns/1/triggers")]
    [TestCase("/v1/campaigns/9/triggers")]
    [TestCase("/v1/campaigns/x/triggers")]
    public async Task Broadcast_Unknown_Is404(string path) => Assert.That((await AppPost(path, "{}")).Status, Is.EqualTo(404), "a campaign cannot be started");

    [Test]
    public async Task Broadcast_TwiceInTenSeconds_Is429ForThisBroadcast()
    {
        await Post("/_sandbox/broadcasts", """{"name":"Another"}""");
        await Put("/_sandbox/settings", """{"rateLimits":true}""");
        Assert.That((await AppPost(Triggers, "{}")).Status, Is.EqualTo(200));
        _time.Advance(TimeSpan.FromSeconds(3));

        var refused = await AppPost(Triggers, "{}");
        Assert.That((Refused(refused), refused.Headers.RetryAfter?.ToString()), Is.EqualTo(("429 rate limited to 1 request per 10s", "7")));
        Assert.That((await AppPost("/v1/campaigns/3/triggers", "{}")).Status, Is.EqualTo(200));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.That((await AppPost(Triggers, "{}")).Json["id"]!.Value<int>(), Is.EqualTo(2));
    }

    [Test]
    public async Task Broadcast_WithAProcessingDelay_IsPendingUntilThen()
    {
        await Put("/_sandbox/settings", """{"processingDelayMs":5000}""");
        await AppPost(Triggers, "{}");
        Assert.That((await AppGet($"{Triggers}/1")).Json.ContainsKey("processed_at"), Is.False);

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await AppGet($"{Triggers}/1")).Json.ContainsKey("processed_at"), Is.True);
    }

    [Test]
    public async Task Requests_OverTenASecond_Are429WithRetryAfter()
    {
        await Put("/_sandbox/settings", """{"rateLimits":true}""");
        for (var i = 0; i < 10; i++)
        {
            Assert.That((await AppGet("/v1/segments")).Status, Is.EqualTo(200));
        }
        var refused = await AppGet("/v1/segments");
        Assert.That(
            (Refused(refused), refused.Headers.RetryAfter?.ToString()),
            Is.EqualTo(($"429 rate limited to 10 requests per 1s (reference {Server.RequestCount:x6})", "1"))
        );
        Assert.That((await AppPost("/v1/send/email", "{}")).Status, Is.EqualTo(400), "sends have a rate of their own");
        Assert.That((await Put("/api/v1/customers/u1", "{}")).Status, Is.EqualTo(200), "and so has Track");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await AppGet("/v1/segments")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Lists_HoldWhatIsThereFromTheStartAndWhatWasAdded()
    {
        await Post("/_sandbox/campaigns", """{"name":"Win back","type":"segment","trigger_segment_ids":[1],"state":"draft"}""");
        await Post("/_sandbox/newsletters", """{"name":"Spring","sent_at":1700000000}""");
        await Post("/_sandbox/segments", """{"name":"beta"}""");

        Assert.That(
            (await AppGet("/v1/campaigns")).Json["campaigns"]!.Select(c => $"{c["id"]} {c["name"]} {c["type"]} {c["state"]}"),
            Is.EqualTo(new[] { "1 Welcome event running", "3 Win back segment draft" })
        );
        Assert.That(
            (await AppGet("/v1/broadcasts")).Json["broadcasts"]!.Select(c => $"{c["id"]} {c["name"]} {c["type"]}"),
            Is.EqualTo(new[] { "2 Announcement triggered_broadcast" })
        );
        Assert.That(
            (await AppGet("/v1/newsletters?sort=desc&limit=1")).Json["newsletters"]!.Select(n => $"{n["id"]} {n["sent_at"]}"),
            Is.EqualTo(new[] { "2 1700000000" })
        );
        Assert.That((string?)(await AppGet("/v1/campaigns/3")).Json["campaign"]!["name"], Is.EqualTo("Win back"));
        Assert.That((await AppGet("/v1/campaigns/2")).Status, Is.EqualTo(404));
        Assert.That((await AppGet("/v1/campaigns/1/actions/1")).Json["action"]!["campaign_id"]!.Value<int>(), Is.EqualTo(1));
        Assert.That((await AppGet("/v1/campaigns/1/actions/7")).Status, Is.EqualTo(404));
        Assert.That(Compact((await AppGet("/v1/segments/1/used_by")).Json["used_by"]), Does.Contain("\"campaigns\":[3]"));
        Assert.That(Refused(await App("DELETE", "/v1/segments/1")), Is.EqualTo("400 unable to delete segment in use"));
        Assert.That((await App("DELETE", "/v1/newsletters/1")).Status, Is.EqualTo(204));
        Assert.That((await AppGet("/v1/newsletters/1")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Metrics_OfABroadcast_CountItsMessagesByTime()
    {
        await AppPost(Triggers, "{}");
        _time.Advance(TimeSpan.FromHours(1));
        await AppPost(Triggers, """{"ids":["u1"]}""");

        var series = (await AppGet("/v1/broadcasts/2/metrics?period=hours&steps=3&type=email")).Json["metric"]!["series"]!;
        Assert.That(series["created"]!.Values<int>(), Is.EqualTo(new[] { 0, 3, 1 }));
        Assert.That(series["delivered"]!.Values<int>(), Is.EqualTo(new[] { 0, 1, 1 }));
        Assert.That(series["undeliverable"]!.Values<int>(), Is.EqualTo(new[] { 0, 2, 0 }));
        Assert.That((await AppGet("/v1/broadcasts/2/metrics")).Json["metric"]!["series"]!["sent"]!.Count(), Is.EqualTo(45), "days are usual");
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var window = $"start={now - 3600}&end={now + 3600}";
        var second = (await AppGet($"/v1/campaigns/1/metrics?version=2&{window}&res=hourly&tz=UTC")).Json["metric"]!["series"]!;
        Assert.That(second["sent"]!.Values<int>(), Is.EqualTo(new[] { 0, 0 }));
        Assert.That((await AppGet("/v1/broadcasts/2/metrics?period=hours&steps=1")).Json["metric"]!["series"]!["sent"]!.Count(), Is.EqualTo(2), "never fewer");
        Assert.That((await AppGet($"/v1/campaigns/1/journey_metrics?{window}&resolution=hourly")).Status, Is.EqualTo(200));
        Assert.That((await AppGet("/v1/newsletters/1/metrics/links")).Body, Is.EqualTo("""{"links":[]}""" + "\n"));
    }

    [TestCase("/v1/campaigns/1/metrics?period=years", "400 period must be one of hours, days, weeks, months /period")]
    [TestCase("/v1/campaigns/1/metrics?period=weeks&steps=13", "400 steps must be at most 12 /steps")]
    [TestCase("/v1/broadcasts/2/metrics?version=2", "400 version is not a parameter of this endpoint /version")]
    [TestCase("/v1/newsletters/1/metrics?start=1", "400 start is not a parameter of this endpoint /start")]
    [TestCase("/v1/campaigns/1/metrics/links?type=email", "400 type is not a parameter of this endpoint /type")]
    [TestCase("/v1/campaigns/1/journey_metrics", "400 start and end are needed, in this order /start")]
    [TestCase("/v1/campaigns/1/journey_metrics?start=1&end=2", "400 resolution must be one of hourly, daily, weekly, monthly /resolution")]
    [TestCase("/v1/campaigns/9/metrics", "404 not found")]
    [TestCase("/v1/newsletters?sort=up", "400 sort must be asc or desc /sort")]
    public async Task Metrics_WrongAsked_AreRefused(string path, string problem) => Assert.That(Refused(await AppGet(path)), Is.EqualTo(problem));
}
