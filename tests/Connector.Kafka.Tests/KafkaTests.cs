using System.Globalization;
using System.Text;
using Confluent.Kafka;
using CustomerIo.Connector.Hub.Brokers;
using CustomerIo.Connector.Hub.Tests;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Kafka.Tests;

/// <summary>Kafka as librdkafka plays it in memory: there is no broker among the packages that the tests can install.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
internal sealed class KafkaTests : BrokerTests<KafkaTests.Mock>
{
    protected override Task<Mock> StartAsync() => Task.FromResult(new Mock());

    [Test]
    public async Task Partitions_ThatTheGroupSharesAnew_AreFinishedAndTakenOnce()
    {
        await using var setting = await SettingAsync();
        await setting.FaultAsync("""{"delayMs":10,"times":0}""");
        await Broker.PublishAsync(setting.Queue, Events(people: 20, each: 20));
        using var stop = new CancellationTokenSource();
        var first = setting.Consumer(o => o with { Prefetch = 40 });
        var running = first.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => first.Ended.Delivered > 0, setting.All, seconds: 60);
        var second = setting.Consumer(o => o with { Prefetch = 40 });
        var joined = second.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => setting.Arrived().Distinct().Count() == 400, setting.All, seconds: 60);
        await Eventually.TrueAsync(async () => await Broker.LeftAsync(setting.Queue) == 0, "messages are left");
        await stop.CancelAsync();
        await Task.WhenAll(running, joined);
        Assert.Multiple(() =>
        {
            Assert.That(setting.Said, Has.Some.Contains("shares its partitions anew"));
            setting.IsInOrder(people: 20, each: 20);
        });
    }

    [Test]
    public void Action_ThatMustNotBeDoneTwice_IsRefused()
    {
        var address = BrokerAddress.Parse(Broker.Address, "--from", ["kafka"], _ => null);
        var options = new ConsumeOptions
        {
            Queue = "q",
            DeadLetters = "d",
            Connection = new Connection(),
            IsOnce = true,
        };
        Assert.That(() => new KafkaBroker(address, options), Throws.InstanceOf<ConnectorException>().With.Message.Contains("RabbitMQ or NATS"));
    }

    internal sealed class Mock : ITestBroker
    {
        private readonly IProducer<byte[]?, byte[]> _producer;

        public Mock()
        {
            var config = new ProducerConfig { BootstrapServers = "127.0.0.1:1" };
            config.Set("test.mock.num.brokers", "3");
            _producer = new ProducerBuilder<byte[]?, byte[]>(config).SetLogHandler((_, _) => { }).Build();
            using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
            var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
            Address = string.Create(CultureInfo.InvariantCulture, $"kafka://{broker.Host}:{broker.Port}");
        }

        public string Address { get; }

        public bool IsMortal => false;

        // It makes a topic for whoever asks.
        public Task MakeAsync(string queue)
        {
            using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
            admin.GetMetadata(queue, TimeSpan.FromSeconds(10));
            return Task.CompletedTask;
        }

        public Task PublishAsync(string queue, IEnumerable<(string Id, string Body)> messages) =>
            Task.WhenAll(
                messages.Select(m => _producer.ProduceAsync(queue, new Message<byte[]?, byte[]> { Key = Key(m.Body), Value = Encoding.UTF8.GetBytes(m.Body) }))
            );

        public Task<IReadOnlyList<(string Body, string Reason)>> DeadLettersAsync(string queue) =>
            Task.Run(() =>
            {
                var letters = new List<(string, string)>();
                using var consumer = Reader("letters");
                var all = Watermarks(consumer, queue + ".dead-letters");
                consumer.Assign(all.Select(w => new TopicPartitionOffset(w.At, Offset.Beginning)));
                while (letters.Count < all.Sum(w => w.High) && consumer.Consume(TimeSpan.FromSeconds(10)) is { } letter)
                {
                    letters.Add(
                        (Encoding.UTF8.GetString(letter.Message.Value), Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("x-customerio-reason")))
                    );
                }

                return (IReadOnlyList<(string, string)>)letters;
            });

        public Task<long> LeftAsync(string queue) =>
            Task.Run(() =>
            {
                using var consumer = Reader(queue);
                var all = Watermarks(consumer, queue);
                var done = consumer.Committed(all.Select(w => w.At), TimeSpan.FromSeconds(10)).Sum(c => Math.Max(0, c.Offset.Value));
                return all.Sum(w => w.High) - done;
            });

        public Task KillAsync() => throw new NotSupportedException();

        public Task StartAsync() => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            _producer.Dispose();
            return ValueTask.CompletedTask;
        }

        // A person's events are to come in order, so they go to one partition.
        private static byte[]? Key(string body)
        {
            try
            {
                var json = ConnectorJson.ParseObject(body);
                return Encoding.UTF8.GetBytes((string?)json["userId"] ?? (string?)json["id"] ?? "");
            }
            catch (FormatException)
            {
                return null;
            }
        }

        private IConsumer<byte[]?, byte[]> Reader(string group) => new ConsumerBuilder<byte[]?, byte[]>(
                new ConsumerConfig
                {
                    BootstrapServers = Address["kafka://".Length..],
                    GroupId = group,
                    EnableAutoCommit = false,
                }
            ).SetLogHandler((_, _) => { }).Build();

        private (TopicPartition At, long High)[] Watermarks(IConsumer<byte[]?, byte[]> consumer, string topic)
        {
            using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
            return
            [
                .. admin
                    .GetMetadata(topic, TimeSpan.FromSeconds(10))
                    .Topics.Single()
                    .Partitions.Select(p => new TopicPartition(topic, p.PartitionId))
                    .Select(p => (p, consumer.QueryWatermarkOffsets(p, TimeSpan.FromSeconds(10)).High.Value)),
            ];
        }
    }
}
