using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>RabbitMQ itself, and its own client on the other side.</summary>
[TestFixture]
internal sealed class RabbitTests : BrokerTests<RabbitTests.Rabbit>
{
    protected override async Task<Rabbit> StartAsync() => new(await RabbitServer.StartNewAsync());

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
                while (await channel.BasicGetAsync(queue + ".dead-letters", autoAck: true) is { } letter)
                {
                    letters.Add(
                        (Encoding.UTF8.GetString(letter.Body.Span), Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers!["x-customerio-reason"]!))
                    );
                }

                return (IReadOnlyList<(string, string)>)letters;
            });

        public Task<long> LeftAsync(string queue) => WithAsync(async channel => (long)await channel.MessageCountAsync(queue));

        public Task KillAsync() => server.KillAsync();

        public Task StartAsync() => server.StartAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();

        public async Task<T> WithAsync<T>(Func<IChannel, Task<T>> act)
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
                return await act(channel);
            }
        }
    }
}
