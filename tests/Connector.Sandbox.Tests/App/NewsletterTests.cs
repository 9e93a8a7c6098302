using CustomerIo.Connector.Sandbox.Tests.Reporting;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests.App;

/// <summary>Newsletters that are made, changed, sent and scheduled through the App API.</summary>
public sealed class NewsletterTests : ReportFixture
{
    private const string Everybody = """{"and":[{"attribute":{"field":"email","operator":"exists"}}]}""";
    private readonly FakeTime _time = FakeTime.Manual();

    protected override SandboxOptions Options => base.Options with { Time = _time };

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    [SetUp]
    public async Task MakePeople()
    {
        await Put("/api/v1/customers/u1", """{"email":"a@example.com","plan":"pro"}""");
        await Put("/api/v1/customers/u2", """{"email":"b@example.com","plan":"free","language":"fr"}""");
        await Put("/api/v1/customers/u3", """{"email":"c@example.com","plan":"pro"}""");
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        await Post("/_sandbox/segments", """{"name":"out"}""");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1","u2"]}""");
        await Post("/api/v1/segments/2/add_customers", """{"ids":["u2"]}""");
    }

    [TestCase("""{"and":[{"or":[{"segment":{"id":1}}]}]}""", "u1 u2", "[1]")]
    [TestCase("""{"and":[{"or":[{"segment":{"id":1}}]},{"not":{"or":[{"segment":{"id":2}}]}}]}""", "u1", "[1,2]")]
    [TestCase("""{"and":[{"attribute":{"field":"plan","operator":"eq","value":"free","inverse":true}}]}""", "u1 u3", "null")]
    public async Task Newsletter_SentAtOnce_GoesToItsRecipients(string recipients, string ids, string segments)
    {
        var made = await CreateAsync(recipients, ""","send_now":true""");
        Assert.That($"{made["sent_at"]} {made["send_state"]} {Compact(made["recipient_segment_ids"])}", Is.EqualTo($"{Now} sent {segments}"));
        var messages = (await AppGet($"/v1/newsletters/{made["id"]}/messages")).Json["messages"]!;
        Assert.That(messages.Select(m => (string?)m["customer_id"]).Order(), Is.EqualTo(ids.Split(' ')));
        Assert.That((await AppPost($"/v1/newsletters/{made["id"]}/send", "{}")).Body, Does.Contain("already been sent"));
    }

    [Test]
    public async Task Newsletter_Scheduled_GoesOutOnTheClockAndIsReported()
    {
        await Register("email_sent");
        var made = await CreateAsync(Everybody);
        var path = $"/v1/newsletters/{made["id"]}";
        var scheduled = await AppPost(path + "/schedule", $$"""{"scheduled_at":{{Now + 3600}},"timezone":"Europe/Vienna"}""");
        Assert.That((string?)scheduled.Json["newsletter"]!["send_state"], Is.EqualTo("scheduled"), scheduled.Body);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.That((await AppGet(path + "/messages")).Json["messages"], Is.Empty);

        // Nobody asks: the clock alone sends it.
        _time.Advance(TimeSpan.FromMinutes(1));
        var posts = await Receiver.When(3);
        Assert.That(posts.Select(p => (int)p.Json["data"]!["newsletter_id"]!), Is.All.EqualTo((int)made["id"]!));
        Assert.That((long?)(await AppGet(path)).Json["newsletter"]!["sent_at"], Is.EqualTo(Now));
    }

    [Test]
    public async Task Newsletter_Descheduled_StaysADraft()
    {
        var made = await CreateAsync(Everybody, $",\"scheduled_at\":{Now + 60}");
        var path = $"/v1/newsletters/{made["id"]}";
        Assert.That((await AppPost(path + "/schedule", """{"scheduled_at":0}""")).Status, Is.EqualTo(200));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That((string?)(await AppGet(path)).Json["newsletter"]!["send_state"], Is.EqualTo("drafted"));
        Assert.That((await AppPost(path + "/schedule", """{"scheduled_at":0}""")).Body, Does.Contain("is not scheduled"));
    }

    [Test]
    public async Task Rate_OfASend_SpreadsTheMessages()
    {
        var made = await CreateAsync(Everybody, ""","send_now":true,"rate_limit_email_rate":2,"rate_limit_time_period":60,"rate_limit_spread":true""");
        var path = $"/v1/newsletters/{made["id"]}/messages?metric=sent";
        var sent = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            sent.Add((await AppGet(path)).Json["messages"]!.Count());
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.That(sent, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Topic_OfANewsletter_LeavesOutWhoDoesNotWantIt()
    {
        await Put("/api/v1/customers/u1", """{"cio_subscription_preferences":{"topics":{"topic_1":false}}}""");
        var made = await CreateAsync(Everybody, ""","subscription_topic_id":1,"send_now":true""");
        var messages = (await AppGet($"/v1/newsletters/{made["id"]}/messages")).Json["messages"]!;
        Assert.That(messages.Select(m => (string?)m["customer_id"]).Order(), Is.EqualTo(new[] { "u2", "u3" }));
    }

    [Test]
    public async Task Languages_AddedAndChanged_AreWhatPeopleGetAndAreCountedApart()
    {
        var made = await CreateAsync(Everybody);
        var path = $"/v1/newsletters/{made["id"]}";
        var added = (await AppPost(path + "/language", """{"language":"fr","subject":"Nouvelles","body":"Bonjour"}""")).Json["newsletter"]!;
        var french = (int)added["content_ids"]![1]!;
        Assert.That((await AppPost(path + "/language", """{"language":"fr","subject":"x","body":"x"}""")).Status, Is.EqualTo(422));
        var changed = await App("PUT", path + "/language/fr", """{"subject":"Quoi de neuf","from_id":2}""");
        Assert.That((string?)changed.Json["content"]!["from"], Is.EqualTo("Example news <news@example.com>"), changed.Body);
        await App("PUT", $"{path}/contents/{added["content_ids"]![0]}", """{"subject":"What is new"}""");
        var contents = (await AppGet(path + "/contents")).Json["contents"]!;
        Assert.That(contents.Select(c => (string?)c["subject"]), Is.EqualTo(new[] { "What is new", "Quoi de neuf" }));
        await AppPost(path + "/send", "{}");

        var messages = (await AppGet(path + "/messages")).Json["messages"]!;
        Assert.That(Compact(new JArray(messages.Where(m => (int)m["content_id"]! == french).Select(m => m["subject"]!))), Is.EqualTo("""["Quoi de neuf"]"""));
        var series = (await AppGet($"{path}/contents/{french}/metrics?period=hours&steps=2")).Json["metric"]!["series"]!;
        Assert.That(series["sent"]!.Values<int>().Sum(), Is.EqualTo(1));
        Assert.That((await App("PUT", path + "/language/fr", """{"subject":"late"}""")).Status, Is.EqualTo(400), "it has been sent");
    }

    [Test]
    public async Task TestGroups_Made_GetHalfOfThePeopleEach()
    {
        var made = await CreateAsync(Everybody);
        var path = $"/v1/newsletters/{made["id"]}";
        Assert.That((await AppGet(path + "/test_groups")).Json["test_groups"], Is.Empty);
        await AppPost(path + "/test_groups", "{}");
        var groups = (await AppGet(path + "/test_groups")).Json["test_groups"]!;
        Assert.That(groups.Select(g => g["content_ids"]!.Count()), Is.EqualTo(new[] { 1, 1 }));
        var language = $"{path}/test_group/{groups[1]!["id"]}/language";
        Assert.That((await AppPost(language, """{"language":"fr","subject":"B","body":"B"}""")).Status, Is.EqualTo(200));
        Assert.That((string?)(await AppGet(language + "/fr")).Json["content"]!["subject"], Is.EqualTo("B"));
        Assert.That((await App("DELETE", language + "/fr")).Status, Is.EqualTo(204));
        Assert.That((await AppGet(language + "/fr")).Status, Is.EqualTo(400));
        await AppPost(path + "/send", "{}");

        var messages = (await AppGet(path + "/messages")).Json["messages"]!;
        Assert.That(messages.GroupBy(m => (int)m["content_id"]!).Select(g => g.Count()).Order(), Is.EqualTo(new[] { 1, 2 }));
    }

    [TestCase("/v1/newsletters", """{"type":"email","name":""}""", "422 name must be a text of 1 to 190 characters")]
    [TestCase("/v1/newsletters", """{"type":"fax","name":"n"}""", "422 type must be email, twilio, push, in_app, inbox or webhook")]
    [TestCase("/v1/newsletters", """{"type":"email","name":"n","subject":"s"}""", "422 body is required")]
    [TestCase("/v1/newsletters", """{"type":"push","name":"n"}""", "422 subject or body is required")]
    [TestCase("/v1/newsletters", """{"type":"webhook","name":"n","body":"b","url":"u"}""", "422 request_method is required")]
    [TestCase("/v1/newsletters", """{"type":"twilio","name":"n","body":"b"}""", "422 recipients is required")]
    [TestCase("/v1/newsletters", """{"type":"twilio","name":"n","body":"b","recipients":{"or":[{"segment":{"id":1}}]}}""", "422 Invalid filter spec")]
    [TestCase("/v1/newsletters", """{"type":"twilio","name":"n","body":"b","recipients":{"and":[{"segment":{"id":1}}]}}""", "422 Invalid filter spec")]
    [TestCase("/v1/newsletters", """{"type":"twilio","name":"n","body":"b","recipients":{"and":[],"not":{}}}""", "422 Invalid filter spec")]
    [TestCase(
        "/v1/newsletters",
        """{"type":"twilio","name":"n","body":"b","send_now":true,"scheduled_at":9}""",
        "422 send_now and scheduled_at cannot both be set"
    )]
    [TestCase("/v1/newsletters", """{"type":"twilio","name":"n","body":"b","scheduled_at":9}""", "422 scheduled_at must be in the future")]
    [TestCase("/v1/newsletters", """{"type":"email","name":"n","subject":"s","body":"b","from_id":9}""", "422 from_id is no sender of this workspace")]
    [TestCase("/v1/newsletters/1/schedule", "{}", "422 scheduled_at is required")]
    [TestCase("/v1/newsletters/1/schedule", """{"scheduled_at":9}""", "422 scheduled_at must be in the future")]
    [TestCase("/v1/newsletters/1/schedule", """{"scheduled_at":9999999999}""", "422 timezone is required")]
    [TestCase("/v1/newsletters/1/schedule", """{"scheduled_at":9999999999,"timezone":"Moon"}""", "422 unknown timezone Moon")]
    [TestCase(
        "/v1/newsletters/1/send",
        """{"rate_limit_email_rate":5}""",
        "422 rate_limit_email_rate and rate_limit_time_period are both required when setting a rate limit"
    )]
    public async Task Newsletter_ThatCannotBe_IsRefusedInTheEnvelopeOfItsEndpoints(string path, string body, string problem)
    {
        var refused = await AppPost(path, body);
        Assert.That($"{refused.Status} {Compact(refused.Json)}", Is.EqualTo(problem.Insert(4, "{\"errors\":[{\"detail\":\"") + "\"}]}"));
    }

    [TestCase("/v1/campaigns/1/actions/1", "action")]
    [TestCase("/v1/campaigns/1/actions/1/language/de", "action")]
    [TestCase("/v1/broadcasts/2/actions/2", "action")]
    [TestCase("/v1/broadcasts/2/actions/2/language/de", "action")]
    [TestCase("/v1/transactional/2/language/de", "content")]
    public async Task Content_Changed_IsReadAsChanged(string path, string name)
    {
        var changed = await App("PUT", path, """{"subject":"Changed","preheader_text":"p","reply_to_id":1}""");
        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        var shown = changed.Json[name] is JArray list ? list.Single() : changed.Json[name]!;
        Assert.That(JToken.DeepEquals((await AppGet(path)).Json[name], shown));
        Assert.That($"{shown["subject"]} {shown["reply_to"]}", Is.EqualTo("Changed Example <hello@example.com>"));
        var isText = path.Contains("/actions/", StringComparison.Ordinal);
        Assert.That((await App("PUT", path, isText ? """{"headers":"[]"}""" : """{"headers":[]}""")).Status, Is.EqualTo(200));
        Assert.That((await App("PUT", path, isText ? """{"headers":[]}""" : """{"headers":"[]"}""")).Status, Is.EqualTo(422));
        Assert.That(Refused(await App("PUT", path, """{"subject":5}""")), Is.EqualTo("422 subject must be a text /subject"));
        Assert.That(
            (await App("PUT", path.Replace("/1", "/7", StringComparison.Ordinal).Replace("/2", "/7", StringComparison.Ordinal), "{}")).Status,
            Is.EqualTo(404)
        );
    }

    [Test]
    public async Task Funnel_OfACampaign_CountsJourneys()
    {
        await Post("/_sandbox/deliveries", """{"id":"d1","person":"u1","type":"email","sender":"campaign"}""");
        var window = $"start={Now - 3600}&end={Now + 3600}&resolution=hourly";
        var series = (JObject)(await AppGet($"/v1/campaigns/1/journey_metrics?{window}")).Json["journey_metric"]!["series"]!;
        Assert.That(
            series.Properties().Select(p => p.Name),
            Is.EquivalentTo(new[] { "started", "activated", "never_activated", "messaged", "finished", "converted", "exited_early" })
        );
        Assert.That(Refused(await AppGet($"/v1/campaigns/1/journey_metrics?{window}&res=hourly")), Does.Contain("res is not a parameter"));
    }

    private async Task<JToken> CreateAsync(string recipients, string also = "")
    {
        var made = await AppPost("/v1/newsletters", $$"""{"type":"email","name":"News","subject":"s","body":"b","recipients":{{recipients}}{{also}}}""");
        Assert.That(made.Status, Is.EqualTo(200), made.Body);
        return made.Json["newsletter"]!;
    }
}
