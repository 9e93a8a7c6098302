using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>Our trigger in a real n8n: registered in the sandbox, and posted to over real HTTP.</summary>
public sealed class TriggerTests
{
    private static readonly HttpClient s_http = N8n.NewClient(TimeSpan.FromMinutes(1));

    [OneTimeTearDown]
    public static void Close() => s_http.Dispose();

    [Test]
    public async Task Message_IsReportedToTheWorkflow_ByAWebhookThatActivationMakesAndDeactivationTakesBack()
    {
        var (flow, address) = await SaveAsync("""{ "events": ["email_delivered"] }""");
        Assert.That(await EndpointsAsync(), Is.Empty);
        await Stage.N8n.ActivateAsync(flow);
        Assert.That(await EndpointsAsync(), Is.EqualTo(new[] { address.ToString() }));

        await SandboxAsync("POST", "v1/send/email", """{"to":"ada@example.com","transactional_message_id":1,"identifiers":{"id":"1001"}}""");
        var execution = await OnlyAsync(flow);
        var item = execution.JsonOf("Trigger").Single();
        Assert.Multiple(() =>
        {
            Assert.That(execution.Status, Is.EqualTo("success"));
            Assert.That(((string?)item["object_type"], (string?)item["metric"]), Is.EqualTo(("email", "delivered")), item.ToString());
            Assert.That((string?)item["data"]!["identifiers"]!["id"], Is.EqualTo("1001"));
        });

        await Stage.N8n.DeactivateAsync(flow);
        Assert.That(await EndpointsAsync(), Is.Empty);
        Assert.That((await PostAsync(address, Delivery("late"))).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Delivery_StartsOneExecution_AndADuplicateOrForgedOneNone()
    {
        var (flow, address) = await SaveAsync("{}");
        await Stage.N8n.ActivateAsync(flow);
        var body = Delivery("01HB4HBDKTFWYZCK01DMRSWRFD");
        (HttpStatusCode Status, string Text)[] answers =
        [
            await PostAsync(address, body),
            await PostAsync(address, body),
            await PostAsync(address, Delivery("forged-1"), key: "another"),
            await PostAsync(address, Delivery("forged-2"), key: null),
            await PostAsync(address, Delivery("forged-3"), age: 600),
        ];
        TestContext.Out.WriteLine(string.Join("\n", answers.Select(a => $"{(int)a.Status} {a.Text.Trim()}")));
        await OnlyAsync(flow);
        await Stage.N8n.DeactivateAsync(flow);
        Assert.That(answers.Select(a => (int)a.Status), Is.EqualTo(new[] { 200, 200, 401, 401, 400 }));
        Assert.That(answers.Select(a => a.Text), Has.None.Contains("ada@example.com"));
    }

    [Test]
    public async Task Filters_LetThroughWhatTheyName()
    {
        var (flow, address) = await SaveAsync("""{ "events": ["email_delivered"], "filters": { "campaigns": ["7"], "recipientDomains": ["example.com"] } }""");
        await Stage.N8n.ActivateAsync(flow);
        foreach (
            var body in new[]
            {
                Delivery("f1", """{ "campaign_id": 8, "recipient": "ada@example.com" }"""),
                Delivery("f2", """{ "campaign_id": 7, "recipient": "ada@elsewhere.example" }"""),
                Delivery("f3", """{ "campaign_id": 7, "recipient": "ada@example.com" }""", metric: "opened"),
                Delivery("f4", """{ "campaign_id": 7, "recipient": "ada@example.com" }"""),
            }
        )
        {
            Assert.That((await PostAsync(address, body)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        var execution = await OnlyAsync(flow);
        await Stage.N8n.DeactivateAsync(flow);
        Assert.That((string?)execution.JsonOf("Trigger").Single()["event_id"], Is.EqualTo("f4"));
    }

    [Test]
    public async Task TestMode_ListensForOneEvent_UnderAnAddressOfItsOwn()
    {
        var (flow, _) = await SaveAsync("{}");
        var start = new JObject { ["triggerToStartFrom"] = new JObject { ["name"] = "Trigger" } };
        var answer = await Stage.N8n.PostAsync($"rest/workflows/{flow}/run", start);
        Assert.That((bool?)answer["waitingForWebhook"], Is.True, answer.ToString());
        var address = new Uri((await EndpointsAsync()).Single());
        Assert.That(address.AbsolutePath, Does.StartWith("/webhook-test/"));

        Assert.That((await PostAsync(address, Delivery("test-1"))).Status, Is.EqualTo(HttpStatusCode.OK));
        var execution = await OnlyAsync(flow);
        Assert.That((string?)execution.JsonOf("Trigger").Single()["event_id"], Is.EqualTo("test-1"));
        await Eventually.TrueAsync(async () => (await EndpointsAsync()).Length == 0, "one event ends the test");
    }

    private static async Task<(string Flow, Uri Address)> SaveAsync(string parameters)
    {
        var webhook = Guid.NewGuid().ToString();
        var flow = new Workflow("Trigger").Then(
            "Trigger",
            Node.Type + "Trigger",
            1,
            JObject.Parse(parameters),
            (Node.Credential, Stage.Credential),
            new JObject { ["webhookId"] = webhook }
        );
        return (await Stage.N8n.SaveAsync(flow), new Uri(Stage.N8n.Url, $"webhook/{webhook}/webhook"));
    }

    /// <summary>The one execution of a workflow; fails where there are more.</summary>
    private static async Task<Execution> OnlyAsync(string flow)
    {
        JObject[] executions = [];
        await Eventually.TrueAsync(
            async () =>
            {
                executions = await Stage.N8n.ExecutionsAsync(flow);
                return executions.Length > 0 && executions.All(N8n.HasEnded);
            },
            "an execution ends"
        );
        Assert.That(executions, Has.Length.EqualTo(1));
        return await Stage.N8n.ExecutionAsync((string)executions[0]["id"]!);
    }

    private static string Delivery(string eventId, string data = """{ "recipient": "ada@example.com" }""", string metric = "delivered") =>
        new JObject
        {
            ["event_id"] = eventId,
            ["object_type"] = "email",
            ["metric"] = metric,
            ["timestamp"] = 1700000000,
            ["data"] = JObject.Parse(data),
        }.ToString();

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(Uri address, string body, string? key = Stage.SigningKey, long age = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var timestamp = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age).ToString(CultureInfo.InvariantCulture);
        if (key is not null)
        {
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"));
            request.Headers.Add("X-CIO-Timestamp", timestamp);
            request.Headers.Add("X-CIO-Signature", Convert.ToHexStringLower(signature));
        }

        using var response = await s_http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string[]> EndpointsAsync() =>
        [.. (await SandboxAsync("GET", "v1/reporting_webhooks"))["reporting_webhooks"]!.Select(w => (string)w["endpoint"]!)];

    private static async Task<JObject> SandboxAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Stage.Sandbox.Url, path));
        request.Headers.Add("Authorization", "Bearer app-key");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await s_http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JObject.Parse(text);
    }
}
