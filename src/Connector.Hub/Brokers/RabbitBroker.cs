using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>A queue of RabbitMQ. One that is not there is made: a quorum queue with one active consumer and a limit of deliveries.</summary>
/// <remarks>Dead letters are published to an exchange of their own, confirmed, with the reason; to that the broker also puts what it has given out too
/// often.</remarks>
internal sealed class RabbitBroker(BrokerAddress address, ConsumeOptions options) : IBroker
{
    private ConsumeOptions Options => options;

    private BrokerAddress Address => address;

    public string Name => $"queue {options.Queue} of {address.Name}";

    public string DeadLetters => $"exchange {options.DeadLetters}";

    public async Task<IBrokerSession> OpenAsync(TakenEvents taken, CancellationToken ct)
    {
        var connection = await RabbitConnection.OpenAsync(address, [options.Queue, options.DeadLetters], options.Patience, ct).ConfigureAwait(false);
        try
        {
            await MakeAsync(connection, ct).ConfigureAwait(false);
            var channel = await connection.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false);
            var letters = await connection.CreateChannelAsync(RabbitConnection.Confirmed, ct).ConfigureAwait(false);
            var session = new Session(this, connection, channel, letters);
            connection.ConnectionShutdownAsync += (_, e) => Lost(e);
            channel.ChannelShutdownAsync += (_, e) => Lost(e);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, e) =>
            {
                session.Given(e.DeliveryTag);
                taken.Add(Message(e));
                return Task.CompletedTask;
            };
            consumer.UnregisteredAsync += (_, _) =>
            {
                taken.Lose(new(FailureKind.Unavailable, $"{Name}: the broker has ended the consumer, as when a queue is deleted."));
                return Task.CompletedTask;
            };
            await channel.BasicQosAsync(0, (ushort)options.Prefetch, global: false, ct).ConfigureAwait(false);
            await ConsumeAsync(channel, consumer, ct).ConfigureAwait(false);
            return session;
        }
        catch (Exception e)
        {
            await RabbitConnection.EndAsync(connection).ConfigureAwait(false);
            if (!ct.IsCancellationRequested && RabbitConnection.Failure(e, address.Name) is { } failure)
            {
                throw failure;
            }

            throw;
        }

        Task Lost(ShutdownEventArgs e)
        {
            taken.Lose(new(FailureKind.Unavailable, $"{Name}: the connection was lost: {RabbitConnection.Line(e.ReplyText)}."));
            return Task.CompletedTask;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task ConsumeAsync(IChannel channel, AsyncEventingBasicConsumer consumer, CancellationToken ct)
    {
        try
        {
            await channel.BasicConsumeAsync(options.Queue, autoAck: false, consumer, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && RabbitConnection.IsSilence(e))
        {
            throw RabbitConnection.Silence($"{Name} gives nothing out: it does not answer", options.Queue, options.Patience, e);
        }
    }

    // What is there is taken as it is: its owner has chosen.
    private async Task MakeAsync(IConnection connection, CancellationToken ct)
    {
        if (!await RabbitConnection.HasAsync(connection, c => c.ExchangeDeclarePassiveAsync(options.DeadLetters, ct), ct).ConfigureAwait(false))
        {
            await RabbitConnection.MakeQueueAsync(connection, options.DeadLetters, [], ct).ConfigureAwait(false);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(options.DeadLetters, ExchangeType.Fanout, durable: true, cancellationToken: ct).ConfigureAwait(false);
            await channel.QueueBindAsync(options.DeadLetters, options.DeadLetters, "", cancellationToken: ct).ConfigureAwait(false);
        }

        var arguments = new Dictionary<string, object?>
        {
            ["x-single-active-consumer"] = true,
            ["x-delivery-limit"] = options.DeliveryLimit,
            ["x-dead-letter-exchange"] = options.DeadLetters,
            // What was given out too often is kept until its place confirms it; that strategy wants this overflow.
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        };
        if (await RabbitConnection.MakeQueueAsync(connection, options.Queue, arguments, ct).ConfigureAwait(false))
        {
            options.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"There was no queue {options.Queue}: it was made, a quorum queue with one active consumer and at most {options.DeliveryLimit} deliveries."
                )
            );
        }
    }

    private BrokerMessage Message(BasicDeliverEventArgs e) =>
        new(e.Body.ToArray(), Sent(e.BasicProperties), e.DeliveryTag)
        {
            Id = e.BasicProperties.MessageId is { Length: > 0 } id ? id : null,
            IsRepeated = e.Redelivered,
            Origin = (e.RoutingKey, new BasicProperties(e.BasicProperties)),
        };

    // Some programs write milliseconds, where AMQP has seconds.
    private DateTimeOffset Sent(IReadOnlyBasicProperties properties)
    {
        const long Milliseconds = 100_000_000_000;
        var now = options.Time.GetUtcNow();
        if (!properties.IsTimestampPresent() || properties.Timestamp.UnixTime is <= 0 or >= 100 * Milliseconds)
        {
            return now;
        }

        var given = properties.Timestamp.UnixTime;
        var sent = given < Milliseconds ? DateTimeOffset.FromUnixTimeSeconds(given) : DateTimeOffset.FromUnixTimeMilliseconds(given);
        return sent < now ? sent : now;
    }

    private sealed class Session(RabbitBroker broker, IConnection connection, IChannel channel, IChannel letters) : IBrokerSession
    {
        // So many acknowledgements of its own a quorum queue takes at once; more of them wait in the channel, and are lost when it closes.
        private const int AtOnce = 16;

        private readonly Lock _lock = new();
        private readonly SortedSet<ulong> _given = [];

        /// <summary>Notes what was given out.</summary>
        public void Given(ulong tag)
        {
            lock (_lock)
            {
                _given.Add(tag);
            }
        }

        public async Task AcknowledgeAsync(IReadOnlyList<BrokerMessage> done)
        {
            ulong[] tags = [.. done.Select(m => (ulong)m.Handle).Order()];
            ulong first;
            lock (_lock)
            {
                _given.ExceptWith(tags);
                first = _given.Count > 0 ? _given.Min : ulong.MaxValue;
            }

            // One acknowledgement for all up to the first that is not done.
            if (tags.LastOrDefault(t => t < first) is > 0 and var upTo)
            {
                await channel.BasicAckAsync(upTo, multiple: true).ConfigureAwait(false);
            }

            foreach (var some in tags.Where(t => t > first).Chunk(AtOnce))
            {
                foreach (var tag in some)
                {
                    await channel.BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
                }

                await SettleAsync().ConfigureAwait(false);
            }
        }

        public async Task DeadLetterAsync(BrokerMessage message, ConnectorException why)
        {
            var (key, properties) = ((string, BasicProperties))message.Origin!;
            properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>());
            foreach (var (name, value) in DeadLetterHeaders.Of(broker.Options.Queue, why))
            {
                properties.Headers[name] = value;
            }

            properties.DeliveryMode = DeliveryModes.Persistent;
            try
            {
                await letters
                    .BasicPublishAsync(broker.Options.DeadLetters, key, mandatory: true, properties, message.Body)
                    .AsTask()
                    .WaitAsync(broker.Options.Patience, broker.Options.Time)
                    .ConfigureAwait(false);
            }
            catch (TimeoutException e)
            {
                var what = $"A refused message stays in {broker.Name}: {broker.DeadLetters} does not confirm it";
                throw RabbitConnection.Silence(what, broker.Options.DeadLetters, broker.Options.Patience, e);
            }

            await AcknowledgeAsync([message]).ConfigureAwait(false);
        }

        // A channel that closes gives back what it has, in its order.
        public Task GiveBackAsync(IReadOnlyList<BrokerMessage> rest) => Task.CompletedTask;

        public ConnectorException? Failure(Exception met) => RabbitConnection.Failure(met, broker.Address.Name);

        public async ValueTask DisposeAsync()
        {
            try
            {
                await SettleAsync().ConfigureAwait(false);
                await channel.CloseAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (Failure(e) is not null)
            {
                // It is closed already.
            }

            await RabbitConnection.EndAsync(connection).ConfigureAwait(false);
        }

        // Its answer comes behind what was acknowledged on the same channel.
        private Task<QueueDeclareOk> SettleAsync() => channel.QueueDeclarePassiveAsync(broker.Options.Queue);
    }
}
