using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The commands of <c>connector webhooks</c>, as processes.</summary>
[Category("Slow")]
public class WebhooksTests
{
    private const string Url = "https://example.com/customerio";
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private string _home = "";

    [SetUp]
    public void MakeHome() => _home = Directory.CreateTempSubdirectory("webhooks-").FullName;

    [TearDown]
    public void RemoveHome()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    [Test]
    public async Task Serve_SendSample_PrintsTheEventAndStops()
    {
        await using var serve = await ServeProcess.StartAsync(_home, more: ["--as", "events"]);
        Assert.That(serve.Head, Is.EqualTo(new[] { serve.Url, "CUSTOMERIO_WEBHOOK_URL=" + serve.Url }));

        var sent = await InProcess.OnceAsync(
            ["webhooks", "send-sample", "email_bounced", "--id", "e1"],
            null,
            null,
            ("CUSTOMERIO_WEBHOOK_URL", serve.Url),
            ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", Webhooks.Key)
        );
        var refused = await InProcess.OnceAsync(
            ["webhooks", "send-sample", "email_bounced", "--to", serve.Url],
            null,
            null,
            ("CUSTOMERIO_WEBHOOK_SIGNING_KEY", "another")
        );
        var events = await serve.WaitForEventsAsync(1);
        var exit = await serve.StopAsync();

        Assert.Multiple(() =>
        {
            Assert.That((sent.Exit, sent.Out), Is.EqualTo((0, "200 ok\n")), sent.ToString());
            Assert.That((refused.Exit, refused.Out[..4]), Is.EqualTo((4, "401 ")), refused.ToString());
            Assert.That(events.Select(e => $"{e["type"]} {e["event"]} {e["messageId"]}"), Is.EqualTo(new[] { "track Email Bounced e1" }));
            Assert.That(exit, Is.Zero);
            Assert.That(serve.Errors.Split('\n'), Has.One.StartsWith("Refused (401): "));
        });
        var received = await InProcess.OnceAsync("webhooks", "received", "--data", _home);
        Assert.That(received.Lines.Select(l => $"{l["name"]} {l["eventId"]} {l["event"]!["metric"]}"), Is.EqualTo(new[] { "email_bounced e1 bounced" }));
    }

    [Test]
    public async Task Serve_WithoutAKey_SaysThatNothingIsVerified()
    {
        await using var serve = await ServeProcess.StartAsync(_home, key: null);
        Assert.That(await Webhooks.PostAsync(_client, serve.Url, Webhooks.Body("sms_replied", "e1")), Is.EqualTo(200));
        await serve.WaitForEventsAsync(1);
        await serve.StopAsync();
        Assert.That(serve.Errors, Does.Contain("NOT verified"));
    }

    [Test]
    public async Task Serve_KilledUnderLoad_LosesNothingAndKnowsWhatItHad()
    {
        const int count = 600;
        var accepted = new List<string>();
        IReadOnlyList<JObject> before;
        await using (var serve = await ServeProcess.StartAsync(_home))
        {
            var kill = serve.WaitForEventsAsync(100).ContinueWith(_ => serve.KillAsync(), TaskScheduler.Default).Unwrap();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (i, _) =>
                {
                    try
                    {
                        if (await Webhooks.PostAsync(_client, serve.Url, Webhooks.Body("email_sent", $"e{i}")) == 200)
                        {
                            lock (accepted)
                            {
                                accepted.Add($"e{i}");
                            }
                        }
                    }
                    catch (HttpRequestException)
                    {
                        // It is dead; Customer.io would try again.
                    }
                }
            );
            await kill;
            before = serve.Events;
        }

        Assert.That(accepted, Has.Count.InRange(100, count - 1), "it was to die in the middle");
        await using var next = await ServeProcess.StartAsync(_home);
        foreach (var i in Enumerable.Range(0, count))
        {
            Assert.That(await Webhooks.PostAsync(_client, next.Url, Webhooks.Body("email_sent", $"e{i}")), Is.EqualTo(200));
        }

        var after = await next.WaitForEventsAsync(count - before.Count);
        await next.StopAsync();
        var (first, second) = (Ids(before), Ids(next.Events));
        Assert.Multiple(() =>
        {
            Assert.That(first.Concat(second).Distinct(), Is.EquivalentTo(Enumerable.Range(0, count).Select(i => $"e{i}")), "every event is printed");
            Assert.That(first, Is.Unique);
            Assert.That(second, Is.Unique);
            // What was written to the pipe but not noted when the kill came is written again: one batch at the most.
            Assert.That(first.Intersect(second).Count(), Is.LessThan(100));
        });
    }

    [Test]
    public Task Serve_FiveHundredASecond_LosesNoneAndAnswersInTime() => LoadAsync(5);

    // dotnet test tests/Connector.Cli.Tests --logger "console;verbosity=normal" -- NUnit.Where="method==Serve_FiveHundredASecondForAMinute_LosesNone"
    [Test]
    [Explicit("It takes a minute.")]
    public Task Serve_FiveHundredASecondForAMinute_LosesNone() => LoadAsync(60);

    [Test]
    public async Task Register_ListRemove_AgainstTheSandbox()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        async Task<Ran> Run(params string[] args) =>
            await InProcess.OnceAsync(["webhooks", .. args, "--data", _home], sandbox, null, ("CUSTOMERIO_APP_API_KEY", "app"));

        var created = await Run("register", "--url", Url, "--json");
        var reused = await Run("register", "--url", Url);
        var updated = await Run("register", "--url", "https://EXAMPLE.com:443/customerio", "--events", "email_sent,email_bounced", "--with-content", "true");
        var other = await Run("register", "--url", "https://example.com/other", "--name", "Other", "--events", "sms_replied");
        var listed = (await Run("list", "--json")).Json["webhooks"]!;
        var removed = await Run("remove", "--url", Url);
        var again = await Run("remove", "--url", Url);
        var byId = await Run("remove", "--id", "2");
        var gone = await Run("remove", "--id", "2");
        Assert.Multiple(async () =>
        {
            Assert.That((string?)created.Json["outcome"], Is.EqualTo("created"), created.ToString());
            Assert.That(reused.Out, Does.Contain("is as it should be: 72 events"));
            Assert.That(updated.Out, Does.Contain("1 was updated: 2 events"), updated.ToString());
            Assert.That(other.Exit, Is.Zero, other.ToString());
            Assert.That(
                listed.Select(w => $"{w["id"]} {w["name"]} {w["events"]!.Count()} {w["managed"]}"),
                Is.EqualTo(new[] { "1 Customer.io connector 2 True", "2 Other 1 True" })
            );
            Assert.That(removed.Out, Does.Contain("1 is gone"));
            Assert.That(
                (again.Exit, again.Out),
                Is.EqualTo((0, "No webhook was made here for this address, so none was removed. To remove one that somebody else made: --id.\n"))
            );
            Assert.That(byId.Out, Does.Contain("2 is gone"));
            Assert.That(gone.Exit, Is.Zero, "gone already is fine: " + gone);
            Assert.That((await Run("list", "--json")).Json["webhooks"]!.Count(), Is.Zero);
        });
    }

    [Test]
    public async Task Serve_RegisteredAtTheSandbox_HearsOfWhatIsSent()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { WebhookSigningKey = Webhooks.Key });
        await using var serve = await ServeProcess.StartAsync(_home);
        var registered = await InProcess.OnceAsync(
            ["webhooks", "register", "--url", serve.Url, "--events", "email_sent,email_delivered", "--data", _home],
            sandbox,
            null,
            ("CUSTOMERIO_APP_API_KEY", "app")
        );
        var sent = await InProcess.OnceAsync(
            ["run", "send-email", "--input", """{"id":"42","to":"ada@example.com","transactionalMessageId":"1"}""", "--json"],
            sandbox,
            null,
            ("CUSTOMERIO_APP_API_KEY", "app")
        );
        var events = await serve.WaitForEventsAsync(2);
        Assert.Multiple(() =>
        {
            Assert.That(registered.Exit, Is.Zero, registered.ToString());
            Assert.That(sent.Exit, Is.Zero, sent.ToString());
            Assert.That(
                events.Select(e => $"{e["object_type"]}_{e["metric"]} {e["data"]!["delivery_id"]}"),
                Is.EqualTo(new[] { "sent", "delivered" }.Select(m => $"email_{m} {sent.Json["data"]!["delivery_id"]}")),
                sent + serve.Errors
            );
        });
    }

    [Test]
    public async Task Register_NumberThatCannotBeKept_IsUndone()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using var events = ReceivedEvents.Open(_home);
        await events.Store.WriteAsync(c =>
        {
            c.Execute("CREATE TRIGGER no BEFORE INSERT ON webhooks BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
        });
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = sandbox.Url.ToString(),
        };
        using var connector = new CustomerIoConnector();
        var registrations = new WebhookRegistrations(connector, connection, events);
        var e = Assert.ThrowsAsync<ConnectorException>(() => registrations.RegisterAsync(new WebhookSpec(Url, ["email_sent"])))!;
        Assert.That(e.Message, Does.Contain("disk is full").And.Contain("removed again"));
        Assert.That(await registrations.ListAsync(), Is.Empty);
        Assert.That(sandbox.Requests.Select(r => r.Method), Is.EqualTo(new[] { "GET", "POST", "DELETE", "GET" }));
    }

    [Test]
    public async Task Register_WithoutAnAppKey_SaysWhatToPasteWhere()
    {
        var ran = await InProcess.OnceAsync("webhooks", "register", "--url", Url, "--events", "email_sent", "--data", _home);
        Assert.That(ran.Exit, Is.EqualTo(3));
        Assert.That(ran.Out, Does.Contain(Url).And.Contain("Email Sent").And.Contain("CUSTOMERIO_WEBHOOK_SIGNING_KEY"));
        Assert.That(ran.Error, Does.Contain("CUSTOMERIO_APP_API_KEY"));
    }

    [Test]
    public async Task Register_AddressOfThisMachineAtCustomerIo_IsAnInputError()
    {
        var ran = await InProcess.OnceAsync(
            ["webhooks", "register", "--url", "http://127.0.0.1:8026/x", "--data", _home],
            null,
            null,
            ("CUSTOMERIO_APP_API_KEY", "app")
        );
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain("cannot reach"));
    }

    [TestCase("no such event", "webhooks", "send-sample", "email_bouncd", "--to", "http://127.0.0.1:9/")]
    [TestCase("no such event", "webhooks", "serve", "--events", "email_bouncd")]
    [TestCase("address", "webhooks", "send-sample", "email_bounced", "--to", "nowhere")]
    [TestCase("--to", "webhooks", "send-sample", "email_bounced")]
    [TestCase("--url or with --id", "webhooks", "remove")]
    [TestCase("IP address", "webhooks", "serve", "--host", "localhost")]
    [TestCase("--path does not have the expected form, such as /customerio.", "webhooks", "serve", "--path", "customerio")]
    [TestCase("--campaign \"seven\" must be a number, as Customer.io shows it.", "webhooks", "serve", "--campaign", "7,seven")]
    [TestCase("--recipient-domain \"a@b.c\" must be a domain, such as example.com.", "webhooks", "serve", "--recipient-domain", "a@b.c")]
    [TestCase("--replay-window must be from 0 to 604800.", "webhooks", "serve", "--replay-window", "-1")]
    [TestCase("--as must be one of: deliveries, events.", "webhooks", "serve", "--as", "event")]
    [TestCase("--limit must be from 1 to 1000.", "webhooks", "received", "--limit", "0")]
    [TestCase("--limit must be a whole number.", "webhooks", "received", "--limit", "many")]
    [TestCase(
        "--profile must be one of: connector, segment, segment-classic, rudderstack, rudderstack-v2.",
        "events",
        "translate",
        "--in",
        "-",
        "--profile",
        "me"
    )]
    [TestCase("--throttle must be rows a second from 0.1 to 100000, such as 500.", "import", "people", "--from", "p.csv", "--throttle", "0/s")]
    [TestCase("--throttle must be rows a second from 0.1 to 100000, such as 500.", "import", "people", "--from", "p.csv", "--throttle", "fast")]
    [TestCase("--from", "import", "people")]
    [TestCase("It must be one of events, objects, people", "import", "rows", "--from", "p.csv")]
    public async Task WrongUse_Is2AndSaysWhatToDo(string words, params string[] args)
    {
        var ran = await InProcess.OnceAsync(args);
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain(words == "no such event" ? "There is no event \"email_bouncd\". Near ones: email_drafted" : words));
    }

    [Test]
    public async Task SendSample_NobodyThere_Is6() =>
        Assert.That((await InProcess.OnceAsync("webhooks", "send-sample", "email_bounced", "--to", "http://127.0.0.1:9/")).Exit, Is.EqualTo(6));

    private static string[] Ids(IEnumerable<JObject> events) => [.. events.Select(e => (string)e["event_id"]!)];

    private async Task LoadAsync(int seconds)
    {
        await using var serve = await ServeProcess.StartAsync(_home);
        var load = await WebhookLoad.RunAsync(serve.Url, Webhooks.Key, perSecond: 500, TimeSpan.FromSeconds(seconds));
        var events = await serve.WaitForEventsAsync(load.Sent);
        TestContext.Out.WriteLine(load);
        Assert.Multiple(() =>
        {
            Assert.That(load.Sent, Is.EqualTo(500 * seconds));
            Assert.That(load.Failed, Is.Zero);
            Assert.That(Ids(events), Is.EquivalentTo(Enumerable.Range(0, load.Sent).Select(i => $"{load.Prefix}{i}")));
            Assert.That(load.Slowest, Is.LessThan(TimeSpan.FromSeconds(4)), "Customer.io gives up after four seconds");
        });
    }
}
