using RabbitMQ.Client;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>A message to be published.</summary>
/// <param name="Id">The same whenever it is published again.</param>
/// <param name="Name">What it is, such as <c>email_bounced</c>.</param>
/// <param name="Body">Its JSON.</param>
internal sealed record OutgoingMessage(string Id, string Name, ReadOnlyMemory<byte> Body);

/// <summary>Publishes messages to RabbitMQ, confirmed: to a queue, which is made where it is missing, or to an exchange under their names.</summary>
/// <param name="address">The broker.</param>
/// <param name="queue">The queue.</param>
/// <param name="exchange">An exchange in place of the queue; null for none.</param>
internal sealed class RabbitPublisher(BrokerAddress address, string queue, string? exchange) : IAsyncDisposable
{
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>What people call it.</summary>
    public string Name => $"{(exchange is null ? $"queue {queue}" : $"exchange {exchange}")} of {address.Name}";

    /// <summary>Publishes messages in their order; when it returns, the broker has all of them.</summary>
    /// <exception cref="ConnectorException">It has not confirmed all of them.</exception>
    public async Task PublishAsync(IEnumerable<OutgoingMessage> messages, CancellationToken ct)
    {
        try
        {
            var channel = await ChannelAsync(ct).ConfigureAwait(false);
            var sending = messages
                .Select(m =>
                {
                    var properties = new BasicProperties
                    {
                        MessageId = m.Id,
                        Type = m.Name,
                        ContentType = "application/json",
                        DeliveryMode = DeliveryModes.Persistent,
                    };
                    return channel.BasicPublishAsync(exchange ?? "", exchange is null ? queue : m.Name, mandatory: true, properties, m.Body, ct).AsTask();
                })
                .ToArray();
            await Task.WhenAll(sending).WaitAsync(RabbitConnection.Patience, TimeProvider.System, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && RabbitConnection.Failure(e, Name) is { } failure)
        {
            await CloseAsync().ConfigureAwait(false);
            throw failure;
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async Task<IChannel> ChannelAsync(CancellationToken ct)
    {
        if (_channel is { IsOpen: true } open)
        {
            return open;
        }

        await CloseAsync().ConfigureAwait(false);
        _connection = await RabbitConnection.OpenAsync(address, [exchange ?? queue], RabbitConnection.Patience, ct).ConfigureAwait(false);
        if (exchange is null)
        {
            await RabbitConnection.MakeQueueAsync(_connection, queue, [], ct).ConfigureAwait(false);
        }
        else if (!await RabbitConnection.HasAsync(_connection, c => c.ExchangeDeclarePassiveAsync(exchange, ct), ct).ConfigureAwait(false))
        {
            throw new ConnectorException(FailureKind.Input, $"{address.Name} has no exchange {exchange}. Name one that it has, or make it first.");
        }

        return _channel = await _connection.CreateChannelAsync(RabbitConnection.Confirmed, ct).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync()
    {
        var connection = _connection;
        (_connection, _channel) = (null, null);
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
