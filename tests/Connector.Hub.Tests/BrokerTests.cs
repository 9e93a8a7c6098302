using System.Diagnostics;
using System.Globalization;
using CustomerIo.Connector.Hub.Brokers;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Translation;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>A broker that the tests have started.</summary>
internal interface ITestBroker : IAsyncDisposable
{
    string Address { get; }

    /// <summary>Makes a queue, as somebody else's program does.</summary>
    Task MakeAsync(string queue);

    Task PublishAsync(string queue, IEnumerable<(string Id, string Body)> messages);

    /// <summary>The dead letters of a queue: each body, and why.</summary>
    Task<IReadOnlyList<(string Body, string Reason)>> DeadLettersAsync(string queue);

    /// <summary>How many messages the broker has that are not acknowledged, those that are given out included where it tells.</summary>
    Task<long> LeftAsync(string queue);

    /// <summary>Whether it is a process that can be killed.</summary>
    bool IsMortal => true;

    /// <summary>Ends when a queue, and that of its dead letters, would be there again after a kill.</summary>
    Task SavedAsync(string queue) => Task.CompletedTask;

    Task KillAsync();

    Task StartAsync();
}

/// <summary>What every broker has to keep: nothing is lost, each person's order, refused messages at the broker's own place.</summary>
[Category("Slow")]
internal abstract class BrokerTests<TBroker>
    where TBroker : ITestBroker
{
    private static int s_queues;
    private TBroker _broker = default!;

    protected TBroker Broker => _broker;

    protected abstract Task<TBroker> StartAsync();

    [OneTimeSetUp]
    public async Task Start() => _broker = await StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    [Order(1)]
    public async Task Events_OfManyPeople_ArriveInOrderAndRefusedOnesAreDeadLetters()
    {
        await using var setting = await SettingAsync();
        await _broker.PublishAsync(
            setting.Queue,
            [
                .. Events(people: 20, each: 10),
                ("no-1", """{"type":"track","event":"nobody"}"""),
                ("no-2", "not JSON"),
                ("no-3", """{"type":"unheard","userId":"u0"}"""),
            ]
        );
        var consumer = await setting.RunAsync(203);
        var letters = await _broker.DeadLettersAsync(setting.Queue);
        Assert.Multiple(() =>
        {
            Assert.That(consumer.Ended, Is.EqualTo((200L, 0L, 3L)));
            setting.IsInOrder(people: 20, each: 10);
            Assert.That(
                letters.Select(l => l.Body),
                Is.EquivalentTo(new[] { """{"type":"track","event":"nobody"}""", "not JSON", """{"type":"unheard","userId":"u0"}""" })
            );
            Assert.That(letters.Select(l => l.Reason), Has.Some.Contains("no known call").And.Some.Contains("cannot be read"));
        });
        await Eventually.TrueAsync(async () => await _broker.LeftAsync(setting.Queue) == 0, "messages are left", seconds: 20);
    }

    [Test]
    public async Task Idle_WhenNothingComes_EndsByItself()
    {
        await using var setting = await SettingAsync();
        var consumer = setting.Consumer(o => o with { Idle = TimeSpan.FromSeconds(1) });
        await consumer.RunAsync(CancellationToken.None);
        Assert.That((consumer.Ended, consumer.GivenBack), Is.EqualTo(((0L, 0L, 0L), 0L)));
    }

    [Test]
    public async Task Messages_WithoutIdOfTheirOwn_CountOnceForEachIdOfTheBroker()
    {
        await using var setting = await SettingAsync();
        const string Event = """{"type":"track","userId":"u1","event":"paid"}""";
        await _broker.PublishAsync(setting.Queue, [("a", Event), ("b", Event)]);
        await setting.RunAsync(2);
        Assert.That(setting.Sandbox.Person("u1")!["events"]!.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Rows_ForAnAction_AreItsInputs()
    {
        await using var setting = await SettingAsync();
        await _broker.PublishAsync(
            setting.Queue,
            [
                ("1", """{"id":"7","customerData":{"plan":"free"}}"""),
                ("2", """{"id":"7","customerData":{"plan":"pro"}}"""),
                ("3", """{"id":"8","customerDta":{}}"""),
            ]
        );
        var consumer = await setting.RunAsync(3, "identify");
        var letters = await _broker.DeadLettersAsync(setting.Queue);
        Assert.Multiple(() =>
        {
            Assert.That(consumer.Ended, Is.EqualTo((2L, 0L, 1L)));
            Assert.That((string?)setting.Sandbox.Person("7")!["attributes"]!["plan"], Is.EqualTo("pro"));
            Assert.That(letters.Single().Reason, Does.Contain("customerData"));
        });
    }

    [Test]
    public async Task Rows_ForAnActionThatIsNoOperation_RunIt()
    {
        await using var setting = await SettingAsync();
        await _broker.PublishAsync(
            setting.Queue,
            [
                ("1", """{"id":"7","to":"ada@example.com","from":"shop@example.com","subject":"Hello","body":"Hello"}"""),
                ("2", """{"id":"7","to":"ada@example.com","from":"shop@example.com","subject":"Again","body":"Hello"}"""),
                ("3", """{"id":"7"}"""),
            ]
        );
        var consumer = await setting.RunAsync(3, "send-email");
        Assert.Multiple(() =>
        {
            Assert.That(consumer.Ended, Is.EqualTo((2L, 0L, 1L)), setting.All());
            Assert.That(
                setting.Sandbox.Requests.Where(r => r.Path == "/v1/send/email").Select(r => (string?)r.Body!["subject"]),
                Is.EqualTo(new[] { "Hello", "Again" })
            );
        });
    }

    [Test]
    public async Task Outage_OfCustomerIo_TakesNoMoreThanThePrefetchAndGoesOn()
    {
        await using var setting = await SettingAsync();
        await setting.FaultAsync("""{"status":503,"times":0}""");
        await _broker.PublishAsync(setting.Queue, Events(people: 12, each: 10));
        using var stop = new CancellationTokenSource();
        var consumer = setting.Consumer(o => o with { Prefetch = 30 });
        var running = consumer.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => setting.Said.Any(s => s.StartsWith("Delivery waits", StringComparison.Ordinal)), setting.All, seconds: 30);
        await Eventually.TrueAsync(() => consumer.Held == 30, setting.All, seconds: 30);
        Assert.That(consumer.Ended, Is.EqualTo((0L, 0L, 0L)));
        await setting.FaultAsync(null);
        await setting.EndedAsync(consumer, 120, running);
        await stop.CancelAsync();
        await running;
        Assert.Multiple(() =>
        {
            Assert.That(consumer.Ended, Is.EqualTo((120L, 0L, 0L)));
            setting.IsInOrder(people: 12, each: 10);
        });
        await Eventually.TrueAsync(async () => await _broker.LeftAsync(setting.Queue) == 0, "messages are left", seconds: 20);
    }

    [Test]
    public async Task Stop_InTheMiddle_AcknowledgesWhatIsOnItsWayAndGivesTheRestBack()
    {
        await using var setting = await SettingAsync();
        await setting.FaultAsync("""{"delayMs":20,"times":0}""");
        await _broker.PublishAsync(setting.Queue, Events(people: 10, each: 20));
        using var stop = new CancellationTokenSource();
        var first = setting.Consumer(o => o with { Prefetch = 60 });
        var running = first.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => first.Ended.Delivered > 0 || running.IsCompleted, setting.All, seconds: 30);
        await stop.CancelAsync();
        await running;
        await _broker.PublishAsync(setting.Queue, Events(people: 10, each: 30, from: 20));
        await setting.FaultAsync(null);
        var second = await setting.RunAsync(300 - (int)first.Ended.Delivered);
        var arrived = setting.Arrived();
        Assert.Multiple(() =>
        {
            Assert.That(first.Ended.Delivered + second.Ended.Delivered, Is.EqualTo(300));
            Assert.That(arrived, Is.Unique, "nothing was sent twice");
            setting.IsInOrder(people: 10, each: 30);
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "kill -9")]
    public async Task Kill9_LosesNothingAndKeepsEachPersonsOrder()
    {
        await using var setting = await SettingAsync();
        await setting.FaultAsync("""{"delayMs":10,"times":0}""");
        var clock = Stopwatch.StartNew();
        await _broker.PublishAsync(setting.Queue, [.. Events(people: 20, each: 25), ("no", "not JSON")]);
        var process = setting.Start("--prefetch", "100");
        await ArrivedAsync(100);
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        await _broker.SavedAsync(setting.Queue);
        process = setting.Start("--prefetch", "100");
        await ArrivedAsync(300);

        // However long the kill takes, the connector then holds messages that are not delivered.
        await setting.FaultAsync("""{"status":503,"times":0}""");
        await _broker.PublishAsync(setting.Queue, Events(people: 20, each: 40, from: 25));
        var outage = "";
        if (_broker.IsMortal)
        {
            await _broker.KillAsync();
            var before = setting.Arrived().Distinct().Count();
            var killed = Stopwatch.StartNew();
            await _broker.StartAsync();
            var started = killed.Elapsed;
            await setting.FaultAsync("""{"delayMs":10,"times":0}""");
            await ArrivedAsync(before + 1);
            outage = string.Create(
                CultureInfo.InvariantCulture,
                $", at {before} events; the broker listened {started.TotalSeconds:0.0} s after, the next event came {killed.Elapsed.TotalSeconds:0.0} s after"
            );
        }

        await setting.FaultAsync(null);
        await ArrivedAsync(800);
        await Eventually.TrueAsync(async () => process.HasExited || await _broker.LeftAsync(setting.Queue) == 0, "messages are left", seconds: 30);
        Interrupt(process);
        await process.WaitForExitAsync();
        var said = await process.StandardError.ReadToEndAsync();
        var counted = Enumerable.Range(0, 20).Sum(p => setting.Sandbox.Person($"u{p}")!["events"]!.Count());
        var letters = await _broker.DeadLettersAsync(setting.Queue);
        TestContext.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"801 messages, connector {(_broker.IsMortal ? "and broker " : "")}killed{outage}: {counted} of 800 events counted, "
                    + $"{setting.Arrived().Count} sent, {letters.Count} dead letters; {clock.Elapsed.TotalSeconds:0} s\n{said}"
            )
        );
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero);
            Assert.That(counted, Is.EqualTo(800), "each is counted once");
            setting.IsInOrder(people: 20, each: 40);
            Assert.That(letters.Select(l => l.Body).Distinct(), Is.EqualTo(new[] { "not JSON" }));
            Assert.That(said, Does.Contain("Stopped."));
        });
        process.Dispose();

        Task ArrivedAsync(int count) =>
            Eventually.TrueAsync(
                () => setting.Arrived().Distinct().Count() >= count || process.HasExited,
                () => $"{setting.Arrived().Count} arrived",
                seconds: 60
            );
    }

    protected static IEnumerable<(string Id, string Body)> Events(int people, int each, int from = 0) =>
        Enumerable
            .Range(from, each - from)
            .SelectMany(n =>
                Enumerable
                    .Range(0, people)
                    .Select(p => ($"m-{p}-{n}", $"{{\"type\":\"track\",\"userId\":\"u{p}\",\"event\":\"e{n}\",\"messageId\":\"m-{p}-{n}\"}}"))
            );

    protected async Task<Setting> SettingAsync()
    {
        var queue = $"{GetType().Name}{Interlocked.Increment(ref s_queues)}".ToLowerInvariant();
        await _broker.MakeAsync(queue);
        return new Setting(await SandboxServer.StartAsync(new SandboxOptions()), _broker.Address, queue);
    }

    private static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.That(kill.ExitCode, Is.Zero);
    }

    /// <summary>A queue, and a sandbox to deliver it to.</summary>
    protected sealed class Setting(SandboxServer sandbox, string address, string queue) : IAsyncDisposable
    {
        private readonly CustomerIoConnector _connector = new();
        private readonly HttpClient _http = new();
        private readonly List<string> _said = [];

        public SandboxServer Sandbox => sandbox;

        public string Queue => queue;

        public string[] Said
        {
            get
            {
                lock (_said)
                {
                    return [.. _said];
                }
            }
        }

        public string All() => string.Join('\n', Said);

        public BrokerConsumer Consumer(Func<ConsumeOptions, ConsumeOptions> change, string? action = null)
        {
            var options = change(
                new ConsumeOptions
                {
                    Queue = queue,
                    Group = queue,
                    DeadLetters = queue + ".dead-letters",
                    Connection = new Connection
                    {
                        SiteId = "s",
                        ApiKey = "k",
                        AppApiKey = "a",
                        BaseUrl = sandbox.Url.ToString(),
                    },
                    Say = text =>
                    {
                        lock (_said)
                        {
                            _said.Add(text);
                        }
                    },
                }
            );
            var reader = action is null
                ? TakenReader.OfEvents(EventSettings.Of("connector"), options.Say)
                : new RowReader(_connector, _connector.Catalogue.Find(action), options).Reader;
            return new(Brokers.Brokers.Of(BrokerAddress.Parse(address, "--from", ["amqp", "nats", "kafka"], _ => null), options), reader, options, _connector);
        }

        /// <summary>Delivers until so many messages have ended.</summary>
        public async Task<BrokerConsumer> RunAsync(int count, string? action = null)
        {
            using var stop = new CancellationTokenSource();
            var consumer = Consumer(o => o, action);
            var running = consumer.RunAsync(stop.Token);
            await EndedAsync(consumer, count, running);
            await stop.CancelAsync();
            await running;
            return consumer;
        }

        public Task EndedAsync(BrokerConsumer consumer, long count, Task running) =>
            Eventually.TrueAsync(() => running.IsCompleted || consumer.Ended.Delivered + consumer.Ended.DeadLettered >= count, All, seconds: 60);

        /// <summary>The same as a process of its own.</summary>
        public Process Start(params string[] args) =>
            Tool.Start(
                ["consume", "--from", "env:THE_BROKER", "--queue", queue, "--group", queue, .. args],
                sandbox,
                ("THE_BROKER", address),
                ("CUSTOMERIO_CONNECTOR_KAFKA", Tool.Output("Connector.Kafka"))
            );

        public async Task FaultAsync(string? fault)
        {
            var url = new Uri(sandbox.Url, "_sandbox/faults");
            using var cleared = await _http.DeleteAsync(url);
            cleared.EnsureSuccessStatusCode();
            if (fault is not null)
            {
                using var content = new StringContent(fault);
                using var answer = await _http.PostAsync(url, content);
                answer.EnsureSuccessStatusCode();
            }
        }

        /// <summary>The events that arrived, in their order, each time that they did.</summary>
        public IReadOnlyList<string> Arrived() =>
            [
                .. sandbox
                    .Requests.Where(r => r.Status is >= 200 and < 300)
                    .SelectMany(r => r.Body is JObject { } body ? body["batch"] as JArray ?? [body] : [])
                    .Where(o => (string?)o["action"] == "event")
                    .Select(o => $"{o["identifiers"]!["id"]} {o["name"]}"),
            ];

        public void IsInOrder(int people, int each)
        {
            var arrived = Arrived().Distinct().ToArray();
            Assert.That(arrived, Has.Length.EqualTo(people * each));
            foreach (var person in arrived.GroupBy(a => a.Split(' ')[0]))
            {
                Assert.That(person.Select(a => int.Parse(a.Split(" e")[1], CultureInfo.InvariantCulture)), Is.EqualTo(Enumerable.Range(0, each)), person.Key);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            _connector.Dispose();
            await sandbox.DisposeAsync();
        }
    }
}
