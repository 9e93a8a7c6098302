using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>What of a broker is taken, and how much at once.</summary>
internal sealed record ConsumeOptions : DeliveryOptions
{
    public const int DefaultPrefetch = 1_000,
        DefaultDeliveryLimit = 20;

    /// <summary>The group or durable consumer that takes, where none is named.</summary>
    public const string DefaultGroup = "customerio";

    /// <summary>RabbitMQ's queue, NATS' stream or Kafka's topic.</summary>
    public required string Queue { get; init; }

    /// <summary>NATS' durable consumer or Kafka's group.</summary>
    public string Group { get; init; } = DefaultGroup;

    /// <summary>Where dead letters go: RabbitMQ's exchange, NATS' subject or Kafka's topic.</summary>
    public required string DeadLetters { get; init; }

    /// <summary>How many messages may be taken and not acknowledged.</summary>
    public int Prefetch { get; init; } = DefaultPrefetch;

    /// <summary>How often RabbitMQ gives a message out before it makes it a dead letter itself; for a queue that is made here.</summary>
    public int DeliveryLimit { get; init; } = DefaultDeliveryLimit;

    /// <summary>How long an answer of RabbitMQ is waited for.</summary>
    public TimeSpan Patience { get; init; } = RabbitConnection.Patience;

    /// <summary>How long nothing may come before the work is done; null for ever.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Whether a message that is given out a second time may have been sent before, and must not be sent twice.</summary>
    public bool IsOnce { get; init; }
}

/// <summary>A message that a broker has given out.</summary>
/// <param name="Body">Its bytes.</param>
/// <param name="Sent">When it was sent, as the broker says.</param>
/// <param name="Handle">What acknowledges it; the broker's own.</param>
internal sealed record BrokerMessage(ReadOnlyMemory<byte> Body, DateTimeOffset Sent, object Handle)
{
    /// <summary>The same whenever it is given out again; null where the broker has nothing of the kind.</summary>
    public string? Id { get; init; }

    /// <summary>Messages with the same key keep their order, whomever they name; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>What a dead letter of it needs; the broker's own.</summary>
    public object? Origin { get; init; }

    /// <summary>Whether it was given out before.</summary>
    public bool IsRepeated { get; init; }
}

/// <summary>A message in the order in which it was taken.</summary>
internal sealed record TakenEvent(long Number, BrokerMessage Message, int Attempts = 0) : QueuedEvent(Number, Message.Sent, Begun: false, Text: "", Attempts)
{
    /// <summary>What it became, once it was read.</summary>
    public EventItem? Item { get; set; }
}

/// <summary>Somewhere that events come from.</summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>What people call it; nothing secret.</summary>
    string Name { get; }

    /// <summary>Where its dead letters are, for people.</summary>
    string DeadLetters { get; }

    /// <summary>Connects, and begins to take messages.</summary>
    /// <param name="taken">Takes them, in their order, and hears when the connection is lost.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ConnectorException">It cannot be connected to, or what is to be taken is not there.</exception>
    Task<IBrokerSession> OpenAsync(TakenEvents taken, CancellationToken ct);
}

/// <summary>A connection to a broker, for as long as it lasts.</summary>
internal interface IBrokerSession : IAsyncDisposable
{
    /// <summary>Tells the broker that messages are done.</summary>
    Task AcknowledgeAsync(IReadOnlyList<BrokerMessage> done);

    /// <summary>Puts a message to the dead letters, and acknowledges it then.</summary>
    Task DeadLetterAsync(BrokerMessage message, ConnectorException why);

    /// <summary>Gives back what was taken and not done, and takes no more.</summary>
    Task GiveBackAsync(IReadOnlyList<BrokerMessage> rest);

    /// <summary>What a failure of the broker means; null for what is a defect.</summary>
    ConnectorException? Failure(Exception met);
}
