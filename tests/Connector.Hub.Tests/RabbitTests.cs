using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>RabbitMQ itself, and its own client on the other side.</summary>
[TestFixture]
internal sealed class RabbitTests : BrokerTests<RabbitTests.Rabbit>
{
    protected override async Task<Rabbit> StartAsync() => new(await RabbitServer.StartNewAsync());

    [Test]
    public async Task Webhooks_ToAQueue_AreAnsweredOnceTheBrokerHasThem()
    {
        const string Queue = "reported";
        await Broker.WithAsync(channel =>
            channel.QueueDeclareAsync(
                Queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" }
            )
        );
        var home = Directory.CreateTempSubdirectory("webhooks-to-").FullName;
        using var process = Tool.Start(
            ["webhooks", "serve", "--port", "0", "--data", home, "--to", "env:THE_BROKER", "--queue", Queue],
            null,
            ("THE_BROKER", Broker.Address)
        );
        var url = (await process.StandardOutput.ReadLineAsync())!;
        var taken = await SampleAsync("e1");
        var full = await SampleAsync("e2");
        var first = await OneAsync();
        await Eventually.TrueAsync(async () => await Broker.LeftAsync(Queue) == 1, "what was kept is published when there is room");
        var again = await SampleAsync("e2");
        var second = await OneAsync();
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        Assert.Multiple(() =>
        {
            Assert.That(taken, Is.EqualTo("200 ok\n"));
            Assert.That(full, Does.StartWith("503 "));
            Assert.That(again, Is.EqualTo("200 ok\n"), "it is there, and not published a second time");
            Assert.That(first, Is.EqualTo("e1 email_bounced application/json"));
            Assert.That(second, Is.EqualTo("e2 email_bounced application/json"));
            Assert.That(process.ExitCode, Is.Zero);
        });
        Assert.That(await Broker.LeftAsync(Queue), Is.Zero);
        Directory.Delete(home, true);

        async Task<string> SampleAsync(string id) => (await Tool.RunAsync("webhooks", "send-sample", "email_bounced", "--id", id, "--to", url)).Out;

        Task<string> OneAsync() =>
            Broker.WithAsync(async channel =>
                await channel.BasicGetAsync(Queue, autoAck: true) is { BasicProperties: var properties }
                    ? $"{properties.MessageId} {properties.Type} {properties.ContentType}"
                    : "none"
            );
    }

    [Test]
    public async Task Webhooks_OfSeveralMachines_ArePublishedByOneAndAnsweredByAll()
    {
        const string Queue = "reported-by-all";
        var database = await Postgres.DatabaseAsync();
        using var first = Start();
        var urls = new[] { (await first.StandardOutput.ReadLineAsync())!, "" };
        // The first one has the turn by now, or the second one gets it: each answers in both cases.
        using var second = Start();
        urls[1] = (await second.StandardOutput.ReadLineAsync())!;
        var answers = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            answers.Add((await Tool.RunAsync("webhooks", "send-sample", "email_bounced", "--id", $"e{n / 2}", "--to", urls[n % 2])).Out);
        }

        var ids = await Broker.WithAsync(async channel =>
        {
            var found = new List<string>();
            while (await channel.BasicGetAsync(Queue, autoAck: true) is { } message)
            {
                found.Add(message.BasicProperties.MessageId!);
            }

            return found;
        });
        foreach (var process in new[] { first, second })
        {
            using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero);
        }

        Assert.That(answers, Is.All.EqualTo("200 ok\n"));
        Assert.That(ids, Is.EqualTo(new[] { "e0", "e1", "e2" }));

        System.Diagnostics.Process Start() =>
            Tool.Start(
                ["webhooks", "serve", "--port", "0", "--postgres", "env:RECEIVED", "--to", "env:THE_BROKER", "--queue", Queue],
                null,
                ("THE_BROKER", Broker.Address),
                ("RECEIVED", database)
            );
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "kill -9")]
    public async Task Queues_WithoutLeader_AreWaitedForAndSaid()
    {
        await using var silent = await SettingAsync();
        await using var setting = await SettingAsync();
        var letters = setting.Queue + ".dead-letters";
        await setting.Consumer(o => o with { Idle = TimeSpan.FromSeconds(1) }).RunAsync(CancellationToken.None);
        await Broker.ForgetAsync(silent.Queue);
        await Broker.ForgetAsync(letters);
        await Broker.KillAsync();
        await Broker.StartAsync();
        await Broker.PublishAsync(setting.Queue, [.. Events(people: 5, each: 2), ("no", "not JSON")]);

        using var stop = new CancellationTokenSource();
        var beginning = silent.Consumer(o => o with { Patience = TimeSpan.FromSeconds(1) }).RunAsync(stop.Token);
        var consumer = setting.Consumer(o => o with { Patience = TimeSpan.FromSeconds(1) });
        var running = consumer.RunAsync(stop.Token);
        var failure = Assert.ThrowsAsync<ConnectorException>(() => beginning);
        await Eventually.TrueAsync(() => running.IsCompleted || setting.Said.Any(s => s.Contains("does not confirm", StringComparison.Ordinal)), setting.All);
        await Broker.ElectAsync(letters);
        await setting.EndedAsync(consumer, 11, running);
        await stop.CancelAsync();
        await running;
        Assert.Multiple(() =>
        {
            Assert.That(consumer.Ended, Is.EqualTo((10L, 0L, 1L)), "each once, whatever was tried before");
            Assert.That(failure!.Kind, Is.EqualTo(FailureKind.Unavailable));
            Assert.That(
                failure.Message,
                Is.EqualTo(
                    $"queue {silent.Queue} of {Broker.Address} gives nothing out: it does not answer within 1 s. "
                        + $"A quorum queue without a leader is like that: look with rabbitmq-queues quorum_status {silent.Queue}."
                )
            );
            Assert.That(
                setting.Said,
                Has.Some.EqualTo(
                    $"A refused message stays in queue {setting.Queue} of {Broker.Address}: exchange {letters} does not confirm it within 1 s. "
                        + $"A quorum queue without a leader is like that: look with rabbitmq-queues quorum_status {letters}. It connects again in 1 s."
                )
            );
            setting.IsInOrder(people: 5, each: 2);
        });
        Assert.That((await Broker.DeadLettersAsync(setting.Queue)).Select(l => l.Body).Distinct(), Is.EqualTo(new[] { "not JSON" }));
    }

    [Test]
    public async Task Messages_GivenOutTooOftenWhileDeadLettersHaveNoPlace_AreKeptUntilTheyHave()
    {
        await using var setting = await SettingAsync();
        var letters = setting.Queue + ".dead-letters";
        await Broker.HurryAsync();
        await Broker.WithAsync(channel => channel.QueueDeleteAsync(setting.Queue));
        await setting.Consumer(o => o with { Idle = TimeSpan.FromSeconds(1), DeliveryLimit = 2 }).RunAsync(CancellationToken.None);
        await Broker.WithAsync(channel => channel.QueueDeleteAsync(letters));
        await Broker.PublishAsync(setting.Queue, [("no", "not JSON")]);

        // Each connection counts as a delivery.
        using var stop = new CancellationTokenSource();
        var running = setting.Consumer(o => o with { DeliveryLimit = 2 }).RunAsync(stop.Token);
        await Eventually.TrueAsync(async () => setting.Said.Length > 5 && await Broker.LeftAsync(setting.Queue) == 0, "it is not given out too often", 60);
        await stop.CancelAsync();
        await running;
        Assert.That(setting.Said, Has.Some.Contains("nothing is bound to exchange"));
        await Broker.WithAsync(async channel =>
        {
            await channel.QueueDeclareAsync(letters, durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync(letters, letters, "");
            return true;
        });
        await Eventually.TrueAsync(async () => await Broker.LeftAsync(letters) == 1, "it does not come", seconds: 60);
    }

    internal sealed class Rabbit(RabbitServer server) : ITestBroker
    {
        public string Address => server.Address;

        // Whoever sends first need not know how the consumer wants it: as connector consume makes it.
        public Task MakeAsync(string queue) =>
            WithAsync(channel =>
                channel.QueueDeclareAsync(
                    queue,
                    durable: true,
                    exclusive: false,
                    autoDelete: false,
                    new Dictionary<string, object?>
                    {
                        ["x-queue-type"] = "quorum",
                        ["x-single-active-consumer"] = true,
                        ["x-delivery-limit"] = 20,
                        ["x-dead-letter-exchange"] = queue + ".dead-letters",
                        ["x-dead-letter-strategy"] = "at-least-once",
                        ["x-overflow"] = "reject-publish",
                    }
                )
            );

        public Task PublishAsync(string queue, IEnumerable<(string Id, string Body)> messages) =>
            WithAsync(async channel =>
            {
                var sending = messages.Select(m =>
                    channel
                        .BasicPublishAsync(
                            "",
                            queue,
                            mandatory: true,
                            new BasicProperties { MessageId = m.Id, Persistent = true },
                            Encoding.UTF8.GetBytes(m.Body)
                        )
                        .AsTask()
                );
                await Task.WhenAll(sending);
                return true;
            });

        public Task<IReadOnlyList<(string Body, string Reason)>> DeadLettersAsync(string queue) =>
            WithAsync(async channel =>
            {
                var letters = new List<(string, string)>();
                while (await channel.BasicGetAsync(queue + ".dead-letters", autoAck: false) is { } letter)
                {
                    letters.Add(
                        (Encoding.UTF8.GetString(letter.Body.Span), Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers!["x-customerio-reason"]!))
                    );
                }

                return (IReadOnlyList<(string, string)>)letters;
            });

        public Task<long> LeftAsync(string queue) => WithAsync(async channel => (long)await channel.MessageCountAsync(queue));

        public Task SavedAsync(string queue) =>
            Eventually.TrueAsync(
                async () => await server.KnowsAsync(queue) && await server.KnowsAsync(queue + ".dead-letters"),
                "RabbitMQ does not write down what queues it has"
            );

        public Task ForgetAsync(string queue) => server.ForgetAsync(queue);

        public Task ElectAsync(string queue) => server.ElectAsync(queue);

        public Task HurryAsync() => server.HurryAsync();

        public Task KillAsync() => server.KillAsync();

        public Task StartAsync() => server.StartAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();

        public async Task<T> WithAsync<T>(Func<IChannel, Task<T>> act, int tries = 5)
        {
            var factory = new ConnectionFactory { Uri = new Uri(server.Address) };
            IConnection? connection = null;
            await Eventually.TrueAsync(
                async () =>
                {
                    try
                    {
                        connection = await factory.CreateConnectionAsync();
                        return true;
                    }
                    catch (BrokerUnreachableException)
                    {
                        return false;
                    }
                },
                "RabbitMQ takes no connection"
            );
            await using (connection)
            {
                await using var channel = await connection!.CreateChannelAsync(new CreateChannelOptions(true, true));
                try
                {
                    return await act(channel);
                }
                catch (OperationCanceledException) when (tries > 1)
                {
                    // A queue can be without a leader for a while after a kill.
                }
            }

            return await WithAsync(act, tries - 1);
        }
    }
}
