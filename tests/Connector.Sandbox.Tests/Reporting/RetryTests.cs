namespace CustomerIo.Connector.Sandbox.Tests.Reporting;

/// <summary>How a webhook is tried again: on a clock of the test's own, at the vendor's speed unless it says otherwise.</summary>
public sealed class RetryTests : ReportFixture
{
    private FakeTime _time = null!;
    private int _speed = 1;

    protected override SandboxOptions Options => base.Options with { Time = _time, WebhookSpeed = _speed };

    [OneTimeSetUp]
    public void MakeClock() => _time = FakeTime.Instant();

    [TestCase(503, 10)]
    [TestCase(302, 10)]
    [TestCase(500, 3600)]
    [TestCase(404, 3600)]
    [TestCase(429, 3600)]
    [TestCase(521, 3600)]
    public async Task Failure_IsTriedAgainLaterAndLater_AndOthersWait(int status, int firstSeconds)
    {
        await RestartAsync(FakeTime.Instant());
        Receiver.Answer = (n, context) =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(n <= 3 ? status : 204);
        };
        await Register("email_sent email_delivered");
        await SendEmail();

        var posts = await Receiver.When(5);
        Assert.That(
            await Attempts(5),
            Is.EqualTo(new[] { $"email_sent 1 {status}", $"email_sent 2 {status}", $"email_sent 3 {status}", "email_sent 4 204", "email_delivered 1 204" })
        );
        Assert.That(_time.Delays.Select(d => d.TotalSeconds), Is.EqualTo(new[] { firstSeconds, 2 * firstSeconds, 4 * firstSeconds }).Within(1));
        Assert.That(posts.Take(4).Select(p => p.Body).Distinct().Count(), Is.EqualTo(1), "the same event");
        Assert.That(posts.Select(p => p.IsSignedWith("sandbox")), Is.All.True);
        Assert.That(posts.Take(4).Select(p => p.Timestamp).Distinct().Count(), Is.EqualTo(4), "signed anew each time");
        Assert.That(posts.Select(p => p.Path), Is.All.EqualTo("/hook"), "a redirect is not followed");
    }

    [Test]
    public async Task Refused_IsTriedForAWeek_ThenTheNextHasItsTurn()
    {
        await RestartAsync(FakeTime.Instant());
        var start = _time.Elapsed;
        string? first = null;
        Receiver.Answer = (_, _) => Task.FromResult((first ??= Receiver.Posts[0].EventId) == Receiver.Posts[^1].EventId ? 500 : 200);
        await Register("email_sent email_delivered");
        await SendEmail();

        var attempts = await Attempts(10);
        Assert.That(attempts[^2..], Is.EqualTo(new[] { "email_sent 9 500; given up", "email_delivered 1 200" }));
        Assert.That(_time.Delays.Select(d => d.TotalHours), Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32, 64, 41 }).Within(0.01), "168 hours in all");
    }

    [Test]
    public async Task Speed_ShortensTheWaits()
    {
        _speed = 3600;
        await RestartAsync(FakeTime.Instant());
        Receiver.Answer = (n, _) => Task.FromResult(n <= 2 ? 500 : 200);
        await Register("email_sent");
        await SendEmail();

        await Receiver.When(3);
        Assert.That(_time.Delays.Select(d => d.TotalSeconds), Is.EqualTo(new[] { 1, 2 }).Within(0.01));
        Assert.That(() => SandboxServer.StartAsync(new() { WebhookSpeed = 0 }), Throws.TypeOf<SandboxException>().With.Message.Contains("speed"));
    }

    [Test]
    public async Task NoAnswer_IsGivenUpAfterFourSeconds()
    {
        await RestartAsync(FakeTime.Manual());
        var late = new TaskCompletionSource<int>();
        Receiver.Answer = (n, _) => n == 1 ? late.Task : Task.FromResult(200);
        await Register("email_sent");
        await SendEmail();
        await Receiver.When(1);

        _time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.That((await Get("/_sandbox/webhooks")).Json["attempts"], Is.Empty);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(await Attempts(1), Is.EqualTo(new[] { "email_sent 1 no answer within 4 s" }));
        await _time.WhenDelayed(1);
        Assert.That(_time.Delays[0], Is.EqualTo(TimeSpan.FromSeconds(10)));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await Attempts(2), Is.EqualTo(new[] { "email_sent 1 no answer within 4 s", "email_sent 2 200" }));
        late.SetResult(200);
    }

    [Test]
    public async Task ConnectionRefused_WaitsAnHour_UnlessTheWebhookIsChanged()
    {
        await RestartAsync(FakeTime.Manual());
        var id = await Register("email_sent", endpoint: "http://127.0.0.1:1/");
        await SendEmail();
        await _time.WhenDelayed(1);
        Assert.That(_time.Delays, Is.EqualTo(new[] { TimeSpan.FromHours(1) }));
        Assert.That(await Attempts(1), Is.EqualTo(new[] { "email_sent 1 connection refused" }));

        await App("PUT", $"/v1/reporting_webhooks/{id}", $$"""{"endpoint":"{{Receiver.Url}}"}""");
        await Receiver.When(1);
        Assert.That(await Attempts(2), Is.EqualTo(new[] { "email_sent 1 connection refused", "email_sent 1 200" }));
    }

    [Test]
    public async Task EmailForLater_IsReportedThen_AndHoldsUpNobody()
    {
        await RestartAsync(FakeTime.Manual());
        await Register("email_sent");
        var at = _time.GetUtcNow().ToUnixTimeSeconds() + 60;
        var later = await SendEmail($",\"send_at\":{at}");
        var now = await SendEmail();
        Assert.That((string?)(await Receiver.When(1))[0].Json["data"]!["delivery_id"], Is.EqualTo(now));
        await Attempts(1);

        _time.Advance(TimeSpan.FromSeconds(61));
        var post = (await Receiver.When(2))[1].Json;
        Assert.That(((string?)post["data"]!["delivery_id"], (long)post["timestamp"]!), Is.EqualTo((later, at)));
    }

    [Test]
    public async Task Posts_GoOneAtATimeToEachWebhook()
    {
        await RestartAsync(FakeTime.Instant());
        await using var stuck = await Receiver.StartAsync();
        stuck.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => 200, TaskScheduler.Default);
        await Register("email_sent", endpoint: stuck.Url);
        Receiver.Answer = async (_, _) =>
        {
            await Task.Delay(5);
            return 200;
        };
        await Register("email_sent email_delivered");
        List<string> sent = [];
        for (var i = 0; i < 10; i++)
        {
            sent.Add(await SendEmail());
        }

        var posts = await Receiver.When(20);
        Assert.That(posts.Select(p => (string)p.Json["data"]!["delivery_id"]!), Is.EqualTo(sent.SelectMany(id => (string[])[id, id])));
        Assert.That((Receiver.MaxOpen, stuck.Posts.Count), Is.EqualTo((1, 1)), "another webhook that is stuck holds up only its own");
        Assert.That((int)(await Get("/_sandbox/webhooks")).Json["webhooks"]![0]!["waiting"]!, Is.EqualTo(10));
    }

    [Test]
    public async Task Webhook_ThatIsDisabledOrGone_GetsNothing([Values("disable", "delete", "reset")] string how)
    {
        await RestartAsync(FakeTime.Manual());
        Receiver.Answer = (_, _) => Task.FromResult(500);
        var id = await Register("email_sent");
        await SendEmail();
        await _time.WhenDelayed(1);
        var ended = how switch
        {
            "disable" => await App("PUT", $"/v1/reporting_webhooks/{id}", """{"disabled":true}"""),
            "delete" => await App("DELETE", $"/v1/reporting_webhooks/{id}"),
            _ => await Post("/_sandbox/reset"),
        };
        Assert.That(ended.Status, Is.EqualTo(200));

        _time.Advance(TimeSpan.FromDays(1));
        var delivery = await SendEmail();
        Assert.That((await Post($"/_sandbox/deliveries/{delivery}/metrics", """{"metric":"sent"}""")).Json["report"]!.HasValues, Is.False);
        Assert.That(Receiver.Posts, Has.Count.EqualTo(1));
        if (how == "disable")
        {
            Receiver.Answer = (_, _) => Task.FromResult(200);
            await App("PUT", $"/v1/reporting_webhooks/{id}", """{"disabled":false}""");
            Assert.That((await Receiver.When(2))[1].EventId, Is.EqualTo(Receiver.Posts[0].EventId), "what waited goes out then");
        }
    }

    [Test]
    public async Task Webhook_ElsewhereWithoutTls_IsRefused()
    {
        var refused = await AppPost("/v1/reporting_webhooks", """{"name":"n","endpoint":"http://192.0.2.1/","events":["email_sent"]}""");

        Assert.That(Refused(refused), Is.EqualTo("400 endpoint must be https, or http on this machine: the sandbox posts nowhere else /endpoint"));
    }

    [Test]
    public async Task Waiting_SurvivesARestart_InAStateFile()
    {
        var folder = Directory.CreateTempSubdirectory("sandbox-").FullName;
        var options = Options with { File = Path.Combine(folder, "state.json"), Time = FakeTime.Manual() };
        Receiver.Answer = (_, _) => Task.FromResult(500);
        var first = await SandboxServer.StartAsync(options);
        await SendTo(
            first.Url,
            "POST",
            "/v1/reporting_webhooks",
            $$"""{"name":"n","endpoint":"{{Receiver.Url}}","events":["email_sent","email_delivered"]}""",
            "Bearer app"
        );
        await SendTo(first.Url, "POST", "/v1/send/email", """{"to":"a@example.com","transactional_message_id":2}""", "Bearer app");
        await Receiver.When(1);
        await first.DisposeAsync();
        Assert.That(await File.ReadAllTextAsync(options.File), Does.Contain("waiting"));

        Receiver.Answer = (_, _) => Task.FromResult(200);
        await using (var second = await SandboxServer.StartAsync(options))
        {
            var posts = await Receiver.When(3);
            Assert.That(posts.Select(p => p.Name), Is.EqualTo(new[] { "email sent", "email sent", "email delivered" }));
            Assert.That(posts[1].EventId, Is.EqualTo(posts[0].EventId));
            Assert.That((await SendTo(second.Url, "GET", "/v1/reporting_webhooks", null, "Bearer app")).Json["reporting_webhooks"]![0]!["waiting"], Is.Null);
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task RestartAsync(FakeTime clock)
    {
        await Server.DisposeAsync();
        _time = clock;
        await Start();
    }
}
