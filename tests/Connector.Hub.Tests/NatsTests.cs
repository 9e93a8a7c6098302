using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>NATS itself, and its own client on the other side.</summary>
[TestFixture]
internal sealed class NatsTests : BrokerTests<NatsTests.Nats>
{
    protected override async Task<Nats> StartAsync() => new(await NatsServer.StartNewAsync());

    [Test]
    public async Task DeadLetters_ThatTheStreamKeepsItself_AreRefused()
    {
        await using var connection = new NatsConnection(NatsOpts.Default with { Url = Broker.Address });
        await new NatsJSContext(connection).CreateStreamAsync(new StreamConfig("all", ["all.>"]));
        var ran = await Tool.RunAsync("consume", "--from", Broker.Address, "--queue", "all", "--sandbox");
        Assert.That(ran.Exit, Is.EqualTo(2), ran.ToString());
        Assert.That(ran.Error, Does.Contain("Name another subject with --dead-letters"));
    }

    internal sealed class Nats(NatsServer server) : ITestBroker
    {
        // What a killed process had been given out comes again after this.
        private static readonly TimeSpan s_ackWait = TimeSpan.FromSeconds(2);

        public string Address => server.Address;

        public Task MakeAsync(string queue) =>
            WithAsync(async context =>
            {
                await context.CreateStreamAsync(new StreamConfig(queue, [queue]));
                return await context.CreateOrUpdateConsumerAsync(
                    queue,
                    new ConsumerConfig(queue)
                    {
                        AckPolicy = ConsumerConfigAckPolicy.Explicit,
                        AckWait = s_ackWait,
                        MaxAckPending = 200,
                    }
                );
            });

        public Task PublishAsync(string queue, IEnumerable<(string Id, string Body)> messages) =>
            WithAsync(async context =>
            {
                foreach (var (id, body) in messages)
                {
                    var ack = await context.PublishAsync(queue, Encoding.UTF8.GetBytes(body), opts: new NatsJSPubOpts { MsgId = id });
                    ack.EnsureSuccess();
                }

                return true;
            });

        public Task<IReadOnlyList<(string Body, string Reason)>> DeadLettersAsync(string queue) =>
            WithAsync(async context =>
            {
                var letters = new List<(string, string)>();
                var consumer = await context.CreateOrderedConsumerAsync(queue + "-dead-letters");
                await foreach (var letter in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 100 }))
                {
                    letters.Add((Encoding.UTF8.GetString(letter.Data!), letter.Headers!["x-customerio-reason"].ToString()));
                }

                return (IReadOnlyList<(string, string)>)letters;
            });

        public Task<long> LeftAsync(string queue) =>
            WithAsync(async context =>
            {
                var info = (await context.GetConsumerAsync(queue, queue)).Info;
                return (long)info.NumPending + info.NumAckPending;
            });

        public Task KillAsync() => server.KillAsync();

        public Task StartAsync() => server.StartAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task<T> WithAsync<T>(Func<NatsJSContext, Task<T>> act)
        {
            await using var connection = new NatsConnection(NatsOpts.Default with { Url = server.Address });
            return await act(new NatsJSContext(connection));
        }
    }
}
