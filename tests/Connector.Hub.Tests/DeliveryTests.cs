using CustomerIo.Connector.Hub.Ingest;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>From the queue to Customer.io, with a queue of this machine and with one that machines share.</summary>
[TestFixture("sqlite")]
[TestFixture("postgres")]
public class DeliveryTests(string kind)
{
    private const string OfSeven = """{"userId":"7","event":"Bought"}""";

    [Test]
    public async Task Refused_ByTheTranslation_IsADeadLetterWithFieldAndRule()
    {
        await using var running = await StartAsync();
        await running.TakeAsync("/v1/track", """{"userId":"..","event":"Bought","messageId":"m"}""");
        await running.TakeAsync("/v1/track", OfSeven);
        await running.SettleAsync();
        var dead = running.DeadLetters().Single();
        Assert.Multiple(() =>
        {
            Assert.That((dead.Kind, dead.Field), Is.EqualTo(("input", "/userId")));
            Assert.That(dead.Reason, Does.Contain("\"..\" cannot be sent"));
            Assert.That(dead.Text, Does.Contain("\"messageId\":\"m\""));
            Assert.That(running.Said, Has.One.StartsWith($"Event refused, kept as dead letter {dead.Id}. input: /userId: "));
            Assert.That(running.Events("7"), Has.Length.EqualTo(1), "the next one goes on");
        });
    }

    [TestCase("rudderstack")]
    [TestCase("connector")]
    public async Task Refused_ByCustomerIo_IsADeadLetterAndTheOthersGoOn(string profile)
    {
        await using var running = await StartAsync(profile);
        var longest = new string('x', 101);
        await running.TakeAsync(
            "/v1/batch",
            $$$"""{"batch":[{"type":"identify","userId":"7","traits":{"cio_id":5,"email":"no """
                + $$$"""e-mail {{{longest}}}"}},{"type":"track","userId":"8","event":"Bought"}]}"""
        );
        await running.SettleAsync();
        await running.FaultAsync("""{"status":400,"times":1}""");
        await running.TakeAsync("/v1/track", """{"userId":"9","event":"Refused"}""");
        await running.SettleAsync();
        Assert.That(running.Events("8"), Is.EqualTo(new[] { "Bought" }));
        Assert.That(running.DeadLetters().Select(d => d.Kind), Has.Some.EqualTo("rejected"));
    }

    [Test]
    public async Task Pipelines_TakeTheEventsAsTheyCame()
    {
        await using var running = await StartAsync(change: o =>
            o with
            {
                Settings = o.Settings.To("pipelines"),
                Connection = new Connection { PipelinesApiKey = "p", BaseUrl = o.Connection.BaseUrl },
            }
        );
        await running.TakeAsync(
            "/v1/batch",
            """{"batch":[{"type":"identify","userId":"7","traits":{"plan":"pro"}},{"type":"track","userId":"7","event":"Bought"}]}"""
        );
        await running.TakeAsync("/v1/identify", """{"userId":"undefined"}""");
        await running.SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(running.Sandbox.Requests.Select(r => r.Path).Distinct(), Is.EqualTo(new[] { "/v1/batch" }));
            Assert.That((string?)running.Sandbox.Person("7")!["attributes"]!["plan"], Is.EqualTo("pro"));
            Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought" }));
            Assert.That(running.DeadLetters().Single().Field, Is.EqualTo("/userId"));
        });
    }

    [Test]
    public async Task Replay_PutsADeadLetterBack()
    {
        await using var running = await StartAsync();
        await running.FaultAsync("""{"status":400,"times":1}""");
        await running.TakeAsync("/v1/track", OfSeven);
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.Empty);
        var store = running.OpenStore();
        await using (store)
        {
            Assert.That(await store.ReplayAsync([99]), Is.Zero);
            Assert.That(await store.ReplayAsync([running.DeadLetters().Single().Id]), Is.EqualTo(1));
        }

        await running.UntilAsync(() => running.Events("7").Length == 1, () => "the running ingest did not see what another process put back");
        await running.SettleAsync();
        Assert.That(running.Ingest.Counts, Is.EqualTo((0L, 0L)));
    }

    [TestCaseSource(typeof(Answers), nameof(Answers.All))]
    public async Task AnyAnswer_IsToldByItsKind_AndTheEventIsKept(byte[] answer, string kind, string once, string words)
    {
        _ = once;
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.Stream.WriteAsync(answer, p.End);
        });
        await using var running = await StartAsync(change: o =>
            o with
            {
                Connection = new Connection
                {
                    SiteId = "site-1",
                    ApiKey = "key-0001",
                    BaseUrl = peer.Origin,
                },
                Time = FakeTime.Manual(),
            }
        );
        await running.TakeAsync("/v1/identify", """{"userId":"7","traits":{"plan":"pro"}}""");
        var told = kind == "rejected" ? "Event refused, kept as dead letter " : "Delivery waits ";
        await running.UntilAsync(() => running.Said.Any(s => s.StartsWith(told, StringComparison.Ordinal)), () => "nothing was told");
        var line = running.Said.First(s => s.StartsWith(told, StringComparison.Ordinal));
        Assert.That(line, Does.Contain($" {kind}: ").And.Match(Answers.Any(words)));
        Assert.That(running.Ingest.Counts, Is.EqualTo(kind == "rejected" ? (0L, 1L) : (1L, 0L)));
        Assert.That(kind != "rateLimited" || line.StartsWith("Delivery waits 300 s", StringComparison.Ordinal), line);
    }

    [TestCase("""{"status":503,"times":0}""", "unavailable")]
    [TestCase("""{"drop":true,"times":0}""", "unavailable")]
    [TestCase("""{"status":401,"times":0}""", "connection")]
    [TestCase("""{"status":429,"times":0}""", "rateLimited")]
    public async Task Failure_ThatIsNotTheEvents_WaitsAndLosesNothing(string fault, string waitingFor)
    {
        await using var running = await StartAsync();
        await running.FaultAsync(fault);
        await running.TakeAsync("/v1/track", OfSeven);
        await running.TakeAsync("/v1/track", """{"userId":"7","event":"Next"}""");
        bool IsWait(string said) => said.StartsWith("Delivery waits ", StringComparison.Ordinal);
        await running.UntilAsync(() => running.Said.Any(IsWait), () => "nothing was said");
        var health = await running.GetAsync("/health");
        Assert.Multiple(() =>
        {
            Assert.That(((string?)health["status"], (string?)health["waitingFor"], (int)health["queued"]!), Is.EqualTo(("waiting", waitingFor, 2)));
            Assert.That(running.Said.First(IsWait), Does.Contain($"{waitingFor}: "));
            Assert.That(running.Ingest.Counts.Dead, Is.Zero);
        });
        using var clear = await running.Http.DeleteAsync(new Uri(running.Sandbox.Url, "_sandbox/faults"));
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought", "Next" }));
        Assert.That(await running.Http.GetStringAsync(new Uri(running.Url, "/metrics")), Does.Match("customerio_ingest_retries_total [1-9]"));
    }

    [Test]
    public async Task Queue_OutlivesTheProcess()
    {
        await using var running = await StartAsync();
        await running.FaultAsync("""{"status":503,"times":0}""");
        await running.TakeAsync("/v1/track", OfSeven);
        await running.RestartAsync();
        Assert.That(running.Ingest.Counts.Queued, Is.EqualTo(1));
        using var clear = await running.Http.DeleteAsync(new Uri(running.Sandbox.Url, "_sandbox/faults"));
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought" }));
    }

    [Test]
    public async Task Event_WithoutAMessageId_IsCountedOnceHoweverOftenItIsSent()
    {
        await using var running = await StartAsync("rudderstack");
        await running.FaultAsync("""{"drop":true,"when":"after","times":2}""");
        await running.TakeAsync("/v1/track", OfSeven);
        await running.SettleAsync();
        Assert.That(running.Sandbox.RequestCount, Is.EqualTo(3));
        Assert.That(running.Events("7"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Event_WithoutATime_HappenedWhenItArrived()
    {
        await using var running = await StartAsync();
        await running.TakeAsync(
            "/v1/batch",
            """{"batch":[{"type":"track","userId":"7","event":"A","originalTimestamp":"2026-01-31T09:30:00Z"},"""
                + """{"type":"track","userId":"7","event":"B"}]}"""
        );
        await running.SettleAsync();
        var times = running.Sandbox.Person("7")!["events"]!.Select(e => (long)e["timestamp"]!).ToArray();
        Assert.That(times[0], Is.EqualTo(1_769_851_800));
        Assert.That(times[1], Is.EqualTo(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).Within(30));
    }

    [Test]
    public async Task Full_Queue_Is503WithATimeToComeBack()
    {
        await using var running = await StartAsync(change: o => o with { Queue = 3 });
        await running.FaultAsync("""{"status":503,"times":0}""");
        await running.TakeAsync("/v1/batch", """{"batch":[{"type":"track","userId":"7","event":"A"},{"type":"track","userId":"7","event":"B"}]}""");
        using var content = new StringContent("""{"batch":[{"type":"track","userId":"7","event":"C"},{"type":"track","userId":"7","event":"D"}]}""");
        using var response = await running.SendAsync("/v1/batch", content);
        Assert.That(((int)response.StatusCode, response.Headers.RetryAfter?.Delta), Is.EqualTo((503, TimeSpan.FromSeconds(30))));
        Assert.That(running.Ingest.Counts.Queued, Is.EqualTo(2), "all of a batch or nothing");
        await running.TakeAsync("/v1/track", OfSeven);
    }

    [Test]
    public async Task NotRepeatable_MetricCutOffByAKill_IsLeftToAPerson()
    {
        await using var running = await StartAsync("segment");
        await running.Hub.DisposeAsync();
        var store = running.OpenStore();
        await using (store)
        {
            await store.AddAsync(
                [
                    new(
                        """{"type":"track","userId":"7","event":"Report Delivery Event","messageId":"m","properties":"""
                            + """{"deliveryId":"d","metric":"opened"}}""",
                        null
                    ),
                ],
                TimeProvider.System.GetUtcNow(),
                10,
                1 << 20
            );
            await store.BeginAsync([store.Next(1, DateTimeOffset.MaxValue, []).Single().Number]);
        }

        await running.StartServerAsync();
        await running.SettleAsync();
        Assert.That(running.Sandbox.RequestCount, Is.Zero);
        Assert.That(running.DeadLetters().Single().Reason, Does.Contain("may have been sent"));
    }

    [Test]
    public async Task Refused_ByAGuardOfTheConnection_IsADeadLetterAndHoldsUpNobody()
    {
        await using var running = await StartAsync(change: o =>
            o with
            {
                Connection = new Connection
                {
                    SiteId = "s",
                    ApiKey = "k",
                    BaseUrl = o.Connection.BaseUrl,
                    BlockDestructive = true,
                },
            }
        );
        await running.TakeAsync(
            "/v1/batch",
            """{"batch":[{"type":"track","userId":"7","event":"A"},{"type":"alias","userId":"7","previousId":"8"},"""
                + """{"type":"track","userId":"7","event":"B"}]}"""
        );
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "A", "B" }));
        Assert.That(running.DeadLetters().Single().Reason, Does.Contain("Block Destructive"));
    }

    [TestCase("connector")]
    [TestCase("segment")]
    public async Task Poisoned_EventsAreSetAsideTheirPeopleWaitAndAllOthersFlow(string profile)
    {
        const int people = 200,
            each = 4;
        await using var running = await StartAsync(profile, o => o with { MaxAside = TimeSpan.FromSeconds(2) });
        int[] poisoned = [.. Enumerable.Range(0, 10).Select(i => (i * 19) + 3)];
        foreach (var p in poisoned)
        {
            await running.FaultAsync($$"""{"match":{"body":"\"bad-{{p}}\""},"status":500,"times":0}""");
        }

        for (var n = 0; n < each; n++)
        {
            var events = Enumerable
                .Range(0, people)
                .Select(p => $$"""{"type":"track","userId":"u{{p}}","event":"{{(n == 1 && poisoned.Contains(p) ? $"bad-{p}" : $"e{n}")}}"}""");
            await running.TakeAsync("/v1/batch", $"{{\"batch\":[{string.Join(',', events)}]}}");
        }

        var others = Enumerable.Range(0, people).Except(poisoned).ToArray();
        await running.UntilAsync(() => running.Ingest.Counts.Queued == poisoned.Length * 3, () => "not all others arrived");
        var health = await running.GetAsync("/health");
        Assert.Multiple(() =>
        {
            Assert.That(others.Select(p => string.Join(' ', running.Events("u" + p))).Distinct(), Is.EqualTo(new[] { "e0 e1 e2 e3" }));
            Assert.That(poisoned.Select(p => string.Join(' ', running.Events("u" + p))).Distinct(), Is.EqualTo(new[] { "e0" }));
            Assert.That((int)health["deadLetters"]!, Is.Zero);
            Assert.That((string?)health["oldestSetAside"]!["reason"], Does.StartWith("unavailable: ").And.Contain("(500)"));
        });
        await running.UntilAsync(
            () => (int)running.GetAsync("/health").GetAwaiter().GetResult()["setAside"]! == poisoned.Length * 3,
            () => "health does not name those that wait"
        );

        // A restart forgets nothing of it; and when the fault ends, they go on by themselves.
        await running.RestartAsync();
        await running.TakeAsync(
            "/v1/batch",
            $"{{\"batch\":[{string.Join(',', Enumerable.Range(0, people).Select(p => $$"""{"type":"track","userI"""
            + $$"""d":"u{{p}}","event":"last"}"""))}]}}"
        );
        await running.UntilAsync(() => others.All(p => running.Events("u" + p).Length == each + 1), () => "others waited");
        Assert.That(poisoned.Select(p => running.Events("u" + p).Length), Is.All.EqualTo(1));
        using var clear = await running.Http.DeleteAsync(new Uri(running.Sandbox.Url, "_sandbox/faults"));
        await running.SettleAsync();
        Assert.That(poisoned.Select(p => string.Join(' ', running.Events("u" + p))), Is.EqualTo(poisoned.Select(p => $"e0 bad-{p} e2 e3 last")));
    }

    [Test]
    public async Task Group_ThatIsNotAnsweredYet_HoldsUpItsOwnPeopleOnly()
    {
        await using var running = await StartAsync();
        await running.TakeAsync("/v1/track", """{"userId":"1","event":"Bought"}""");
        await running.UntilAsync(() => running.Events("1").Length == 1, () => "the first did not arrive");
        var (sent, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        running.Before = body =>
        {
            if (!body.Contains("\"7\""))
            {
                return Task.CompletedTask;
            }

            sent.TrySetResult();
            return gate.Task;
        };
        await running.TakeAsync("/v1/track", OfSeven);
        await sent.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await running.TakeAsync("/v1/batch", """{"batch":[{"type":"track","userId":"7","event":"Next"},{"type":"track","userId":"8","event":"Bought"}]}""");
        await running.UntilAsync(() => running.Events("8").Length == 1, () => "eight waited for seven");
        Assert.That(running.Events("7"), Is.Empty);

        // Told to stop, it ends what is on its way.
        var stopping = running.RestartAsync();
        gate.SetResult();
        await stopping;
        await running.SettleAsync();
        Assert.That(running.Events("7"), Is.EqualTo(new[] { "Bought", "Next" }));
        Assert.That(running.Said.Where(s => s != "This machine delivers now."), Is.Empty);
    }

    [Test]
    public async Task Poisoned_AndNobodyElse_HoldsUpNobodyWhoComesLater()
    {
        await using var running = await StartAsync();
        await running.FaultAsync("""{"match":{"body":"\"7\""},"status":500,"times":0}""");
        await running.TakeAsync("/v1/track", OfSeven);
        await running.UntilAsync(() => running.Said.Length > 0, () => "nothing was said");
        await running.TakeAsync("/v1/track", """{"userId":"8","event":"Bought"}""");
        await running.UntilAsync(() => running.Events("8").Length == 1, () => "eight waited for seven");
    }

    [Test]
    public async Task SG3_WithoutACall_NothingIsSent()
    {
        await using var running = await StartAsync("segment");
        await running.RestartAsync();
        Assert.That(running.Sandbox.RequestCount, Is.Zero);
    }

    [TestCase("identify")]
    [TestCase("track")]
    public async Task SG8_SG10_Bulk_IsThrottled(string type)
    {
        // Forty requests at twenty a second, of which a second's worth may come at once.
        await using var running = await StartAsync(
            "rudderstack",
            o =>
                o with
                {
                    Connection = new Connection
                    {
                        SiteId = "s",
                        ApiKey = "k",
                        BaseUrl = o.Connection.BaseUrl,
                        RateLimit = 20,
                    },
                }
        );
        var events = Enumerable.Range(0, 40).Select(n => $$"""{"type":"{{type}}","userId":"{{n}}","event":"e"}""");
        await running.TakeAsync("/v1/import", $"{{\"batch\":[{string.Join(',', events)}]}}");
        await running.SettleAsync();
        var times = running.Sandbox.Requests.Select(r => r.Time).Order().ToArray();
        Assert.That(times, Has.Length.EqualTo(40));
        Assert.That((times[^1] - times[0]).TotalSeconds, Is.GreaterThan(0.5), "at once, they would take some milliseconds");
    }

    [Test]
    public async Task Second_IngestOnOneFile_IsRefused()
    {
        if (kind == "postgres")
        {
            Assert.Ignore("A queue in PostgreSQL is there to be shared.");
        }

        await using var running = await StartAsync();
        Assert.That(running.StartServerAsync, Throws.InstanceOf<ConnectorException>().With.Message.Contains("in use"));
    }

    [TestCase("connector")]
    [TestCase("segment")]
    [TestCase("rudderstack")]
    public async Task Order_OfEachPerson_HoldsUnderEveryName(string profile)
    {
        const int people = 20,
            each = 20;
        await using var running = await StartAsync(profile);
        await running.FaultAsync("""{"delayMs":3,"times":0}""");
        for (var n = 0; n < each; n++)
        {
            var events = Enumerable
                .Range(0, people)
                .Select(p =>
                    n == 0
                        ? $$$"""{"type":"identify","userId":"u{{{p}}}","anonymousId":"a{{{p}}}","traits":{"email":"u{{{p}}}@example.com"}}"""
                        : $$"""{"type":"track","event":"e{{n}}",{{Who(n, p)}}}"""
                );
            await running.TakeAsync("/v1/batch", $"{{\"batch\":[{string.Join(',', events)}]}}");
        }

        await running.SettleAsync();
        Assert.That(running.DeadLetters(), Is.Empty);
        foreach (var p in Enumerable.Range(0, people))
        {
            var known = running.Events("u" + p).Where(e => int.Parse(e[1..]) % 3 != 0);
            Assert.That(known, Is.EqualTo(Enumerable.Range(1, each - 1).Where(n => n % 3 != 0).Select(n => "e" + n)), "u" + p);
        }
    }

    private static string Who(int n, int p) =>
        (n % 3) switch
        {
            0 => $"\"anonymousId\":\"a{p}\"",
            1 => $"\"userId\":\"u{p}\",\"anonymousId\":\"a{p}\"",
            _ => $"\"userId\":\"u{p}\"",
        };

    private Task<Running> StartAsync(string profile = "connector", Func<IngestOptions, IngestOptions>? change = null) =>
        kind == "postgres" ? Running.StartSharedAsync(profile, change) : Running.StartAsync(profile, change);
}
