using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.Newsletters;

public class NewsletterTests
{
    private const string Mail = """{"name":"n","channel":"email","subject":"s","body":"b","segments":["7"]""";

    [TestCase(Mail + "}", """{"and":[{"or":[{"segment":{"id":7}}]}]}""")]
    [TestCase(
        """{"name":"n","channel":"twilio","body":"b","segments":[7,"8"],"exceptSegments":["9"]}""",
        """{"and":[{"or":[{"segment":{"id":7}},{"segment":{"id":8}}]},{"not":{"or":[{"segment":{"id":9}}]}}]}"""
    )]
    [TestCase("""{"name":"n","channel":"push","subject":"s","recipients":{"and":[1]}}""", """{"and":[1]}""")]
    public async Task CreateNewsletter_Recipients_AreOfTheOneShape(string input, string expected) =>
        Assert.That((await SentAsync("create-newsletter", input))["recipients"]!.ToString(Formatting.None), Is.EqualTo(expected));

    [TestCase("""{"name":"n","channel":"email","segments":["7"]}""", "/subject /body")]
    [TestCase("""{"name":"n","channel":"twilio","body":"b","subject":"s","from":"1","segments":["7"]}""", "/subject /from")]
    [TestCase("""{"name":"n","channel":"push","segments":["7"]}""", "/subject")]
    [TestCase("""{"name":"n","channel":"inbox","body":"b","segments":["7"]}""", "/content /body")]
    [TestCase("""{"name":"n","channel":"webhook","body":"b","segments":["7"]}""", "/url")]
    [TestCase("""{"name":"n","channel":"email","subject":"s","body":"b"}""", "/segments")]
    [TestCase(Mail + ""","recipients":{"and":[1]}}""", "/recipients")]
    [TestCase(Mail + ""","sendNow":true,"scheduledAt":"2099-01-01T00:00:00Z"}""", "/scheduledAt")]
    [TestCase(Mail + ""","scheduledAt":"2026-01-01T00:00:00Z"}""", "/scheduledAt")]
    [TestCase(Mail + ""","rate":5}""", "/ratePeriod")]
    [TestCase(Mail + ""","ratePeriod":"hour"}""", "/rate")]
    public async Task CreateNewsletter_WhatItsChannelDoesNotTake_IsRefused(string input, string paths) =>
        Assert.That(await RefusedAsync("create-newsletter", input), Is.EqualTo(paths));

    [Test]
    public async Task CreateNewsletter_ContentOfAnInboxMessage_IsJsonInAText()
    {
        var body = await SentAsync(
            "create-newsletter",
            """{"name":"n","channel":"inbox","content":{"properties":{"title":"t"}},"segments":["7"],"sendNow":true}"""
        );
        Assert.That(((string?)body["body_json"], (bool?)body["send_now"]), Is.EqualTo(("""{"properties":{"title":"t"}}""", true)));
    }

    [TestCase("update-campaign-message", """{"campaign":"3","action":"42","headers":[{"name":"X-A","value":"b"}]}""", "String")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","content":"1","headers":[{"name":"X-A","value":"b"}]}""", "Array")]
    [TestCase("update-transactional-content", """{"message":"3","content":"1","headers":[{"name":"X-A","value":"b"}]}""", "Array")]
    public async Task Headers_OfAMessage_AreWhatItsEndpointTakes(string action, string input, string type) =>
        Assert.That($"{(await SentAsync(action, input))["headers"]!.Type}", Is.EqualTo(type));

    [Test]
    public async Task CreateNewsletter_WebhookWithoutAMethod_Posts()
    {
        var body = await SentAsync("create-newsletter", """{"name":"n","channel":"webhook","body":"b","url":"https://example.com","segments":["7"]}""");
        Assert.That((string?)body["request_method"], Is.EqualTo("POST"));
    }

    [TestCase("""{"newsletter":"3","unschedule":true}""", """{"scheduled_at":0}""")]
    [TestCase(
        """{"newsletter":"3","scheduledAt":4102444800,"localTime":true,"rate":9,"ratePeriod":"hour"}""",
        """{"scheduled_at":4102444800,"timezone":"UTC","rate_limit_email_rate":9,"rate_limit_time_period":3600,"tz_match_enabled":true}"""
    )]
    public async Task ScheduleNewsletter_TimeOrNone_IsWhatItsEndpointTakes(string input, string body) =>
        Assert.That((await SentAsync("schedule-newsletter", input)).ToString(Formatting.None), Is.EqualTo(body));

    [TestCase("schedule-newsletter", """{"newsletter":"3"}""", "/scheduledAt")]
    [TestCase("schedule-newsletter", """{"newsletter":"3","unschedule":true,"scheduledAt":4102444800}""", "/scheduledAt")]
    [TestCase("schedule-newsletter", """{"newsletter":"3","scheduledAt":4102444800,"localTime":true,"rate":9,"ratePeriod":"day"}""", "/ratePeriod")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","subject":"s"}""", "/content")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","content":"1"}""", "/subject")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","content":"1","add":true,"subject":"s"}""", "/language")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","content":"1","language":"fr","subject":"s"}""", "/language")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","content":"1","bodyPlain":"b"}""", "/bodyPlain")]
    [TestCase("update-newsletter-content", """{"newsletter":"3","language":"fr","add":true,"from":"1","subject":"s"}""", "/from")]
    [TestCase("get-newsletter", """{"newsletter":"3","testGroup":"1"}""", "/testGroup")]
    [TestCase("get-newsletter", """{"newsletter":"3","content":"1","include":["contents"]}""", "/include")]
    [TestCase("get-newsletter-metrics", """{"newsletter":"3","content":"1","channel":"email"}""", "/channel")]
    [TestCase("list-campaign-actions", "{}", "/campaign")]
    [TestCase("list-campaign-actions", """{"campaign":"3","broadcast":"12"}""", "/broadcast")]
    [TestCase("list-campaign-actions", """{"campaign":"3","language":"de"}""", "/language")]
    [TestCase("get-action-metrics", """{"broadcast":"12","action":"42","resolution":"daily"}""", "/resolution")]
    [TestCase("update-campaign-message", """{"campaign":"3","action":"42"}""", "/subject")]
    [TestCase("update-transactional-content", """{"message":"3","subject":"s"}""", "/content")]
    [TestCase("get-transactional-content", """{"message":"3","content":"1","language":"de"}""", "/language")]
    [TestCase("list-senders", """{"sender":"1","sort":"asc"}""", "/sort")]
    public async Task Inputs_ThatGoNotTogether_AreRefused(string action, string input, string paths) =>
        Assert.That(await RefusedAsync(action, input), Is.EqualTo(paths));

    [Test]
    public async Task Send_WithoutAnAnswer_IsUncertainAndNotRepeated()
    {
        using var bench = new Bench(Answer.Status(500), Answer.Status(500));
        var failure = await bench.FailAsync("send-newsletter", """{"newsletter":"3"}""");
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Uncertain, 1)), failure.Message);
    }

    [TestCase("create-newsletter", Mail + "}")]
    [TestCase("send-newsletter", """{"newsletter":"3"}""")]
    [TestCase("update-campaign-message", """{"campaign":"3","action":"42","sendingState":"automatic"}""")]
    [TestCase("update-campaign-message", """{"campaign":"3","action":"42","recipient":"eve@example.org"}""")]
    public async Task RecipientGuard_WhatReachesPeopleNobodySees_IsRefused(string action, string input)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync(
            action,
            input,
            new Connection
            {
                AppApiKey = "a",
                Region = Region.Us,
                RecipientGuard = "allow:*@example.com",
            }
        );
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Connection, 0)), failure.Message);
    }

    [Test]
    public async Task ListCampaignActions_ManyPages_AreReadToTheEndWithoutALimit()
    {
        using var bench = new Bench(Answer.Ok("""{"actions":[{"id":1}],"next":"a"}"""), Answer.Ok("""{"actions":[{"id":2}],"next":""}"""));
        var result = await bench.RunAsync("list-campaign-actions", """{"campaign":"3"}""");
        Assert.That(
            bench.Wire.Requests.Select(r => new Uri(r.Url).PathAndQuery),
            Is.EqualTo(new[] { "/v1/campaigns/3/actions", "/v1/campaigns/3/actions?start=a" })
        );
        Assert.That(result.Data["actions"]!.Count(), Is.EqualTo(2));
    }

    /// <summary>A newsletter from its draft to its numbers, and the rest of what stands in a workspace, against the sandbox.</summary>
    [Test]
    public async Task Newsletter_FromDraftToNumbers_WorksInTheSandbox()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var connector = new CustomerIoConnector();
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = sandbox.Url.ToString(),
        };
        async Task<JObject> RunAsync(string action, string input) => (JObject)(await connector.RunAsync(action, Bench.Json(input), connection)).Data;

        await RunAsync("identify", """{"id":"u1","customerData":{"email":"ada@example.com","language":"fr"}}""");
        var segment = (await RunAsync("create-segment", """{"name":"beta"}"""))["segment"]!["id"]!;
        await RunAsync("add-to-segment", $$"""{"segment":"{{segment}}","ids":["u1"]}""");
        var made = await RunAsync(
            "create-newsletter",
            $$"""{"name":"News","channel":"email","subject":"s","body":"b","from":"1","segments":["{{segment}}"]}"""
        );
        var id = made["newsletter"]!["id"]!;
        await RunAsync("update-newsletter-content", $$"""{"newsletter":"{{id}}","language":"fr","add":true,"subject":"Bonjour","body":"b"}""");
        await RunAsync("update-newsletter-content", $$"""{"newsletter":"{{id}}","language":"fr","preheader":"p"}""");
        await RunAsync("schedule-newsletter", $$"""{"newsletter":"{{id}}","scheduledAt":"2099-01-01T00:00:00Z"}""");
        await RunAsync("schedule-newsletter", $$"""{"newsletter":"{{id}}","unschedule":true}""");
        await RunAsync("send-newsletter", $$"""{"newsletter":"{{id}}"}""");
        var whole = await RunAsync("get-newsletter", $$"""{"newsletter":"{{id}}","include":["contents","testGroups"]}""");
        Assert.That((string?)whole["newsletter"]!["send_state"], Is.EqualTo("sent"));
        var french = whole["contents"]![1]!["id"]!;
        var messages = await RunAsync("list-messages", $$"""{"newsletter":"{{id}}"}""");
        Assert.That($"{messages["messages"]![0]!["subject"]} {messages["messages"]![0]!["content_id"]}", Is.EqualTo($"Bonjour {french}"));
        var numbers = await RunAsync("get-newsletter-metrics", $$"""{"newsletter":"{{id}}","content":"{{french}}","period":"hours","steps":2}""");
        Assert.That(numbers["metric"]!["series"]!["sent"]!.Values<int>().Sum(), Is.EqualTo(1));
        var usage = await RunAsync("get-segment-usage", $$"""{"segment":"{{segment}}"}""");
        Assert.That((int)usage["used_by"]!["sent_newsletters"]![0]!, Is.EqualTo((int)id));
        await RunAsync("delete-newsletter", $$"""{"newsletter":"{{id}}"}""");

        var action = (await RunAsync("list-campaign-actions", """{"campaign":"1"}"""))["actions"]![0]!["id"]!;
        var updated = await RunAsync("update-campaign-message", $$"""{"campaign":"1","action":"{{action}}","sendingState":"off"}""");
        Assert.That((string?)updated["action"]!["sending_state"], Is.EqualTo("off"));
        Assert.That((await RunAsync("get-campaign-funnel", """{"campaign":"1"}"""))["journey_metric"]!["series"]!["started"]!.Count(), Is.EqualTo(45));
        Assert.That((await RunAsync("get-action-metrics", $$"""{"campaign":"1","action":"{{action}}"}"""))["metric"], Is.Not.Null);
        Assert.That((string?)(await RunAsync("get-transactional-content", """{"message":"2"}"""))["message"]!["name"], Is.EqualTo("Receipt"));
        Assert.That((await RunAsync("list-senders", """{"sender":"1"}"""))["used_by"], Is.Not.Null);
        Assert.That((await RunAsync("list-object-types", "{}"))["types"], Is.Not.Empty);
        Assert.That((await RunAsync("list-workspaces", "{}"))["workspaces"], Is.Not.Empty);
    }

    private static async Task<JObject> SentAsync(string action, string input)
    {
        using var bench = new Bench(Wire.Ok());
        await bench.RunAsync(action, input);
        return Bench.Json(bench.Wire.Only.BodyText);
    }

    private static async Task<string> RefusedAsync(string action, string input)
    {
        using var bench = new Bench();
        return string.Join(' ', (await bench.FailAsync(action, input)).Problems.Select(p => p.Path));
    }
}
