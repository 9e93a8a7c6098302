using System.Globalization;
using System.Security.Authentication;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>Connections to RabbitMQ, and what its failures mean.</summary>
internal static class RabbitConnection
{
    /// <summary>Publishes so that each message is confirmed before the call returns.</summary>
    public static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    /// <summary>How long an answer or a confirmation is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int MaxName = 255;

    private const string Client = "customerio-connector";

    private static readonly Dictionary<string, object?> s_quorum = new() { ["x-queue-type"] = "quorum" };

    /// <summary>Connects.</summary>
    /// <param name="address">The broker.</param>
    /// <param name="names">What queues and exchanges will be called.</param>
    /// <param name="patience">How long an answer is waited for.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="ConnectorException">It cannot be connected to, or has no room for a name.</exception>
    public static async Task<IConnection> OpenAsync(BrokerAddress address, IEnumerable<string> names, TimeSpan patience, CancellationToken ct)
    {
        if (names.Append(address.Path).FirstOrDefault(n => Encoding.UTF8.GetByteCount(n) > MaxName) is { } tooLong)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"RabbitMQ's queues, exchanges and virtual hosts have names of at most {MaxName} bytes. This one is too long: {tooLong[..40]}…"
            );
        }

        // Whoever loses a connection has lost what it had been given out, and begins anew.
        var factory = new ConnectionFactory
        {
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            ContinuationTimeout = patience,
            VirtualHost = address.Path.Length > 0 ? address.Path : ConnectionFactory.DefaultVHost,
            UserName = address.User ?? ConnectionFactory.DefaultUser,
            Password = address.Password ?? ConnectionFactory.DefaultPass,
        };
        try
        {
            var hosts = address.Hosts.Select(h => new AmqpTcpEndpoint(
                h.Host,
                h.Port,
                new SslOption
                {
                    Enabled = address.IsSecure,
                    ServerName = h.Host,
                    Version = SslProtocols.None,
                }
            ));
            return await factory.CreateConnectionAsync(hosts, Client, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (Failure(e, address.Name) is { } failure && !ct.IsCancellationRequested)
        {
            throw failure;
        }
    }

    /// <summary>Ends a connection, within a second.</summary>
    /// <remarks>The broker can wait for a queue without a leader, and the client for the broker; that goes on by itself.</remarks>
    public static async Task EndAsync(IConnection connection)
    {
        await EndedAsync().WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task EndedAsync()
        {
            await connection.AbortAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether there is a queue or an exchange; asked on a channel of its own, which a no ends.</summary>
    public static async Task<bool> HasAsync(IConnection connection, Func<IChannel, Task> ask, CancellationToken ct)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false);
        try
        {
            await ask(channel).ConfigureAwait(false);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    /// <summary>Makes a quorum queue, unless there is one of this name.</summary>
    /// <returns>Whether it was made.</returns>
    public static async Task<bool> MakeQueueAsync(IConnection connection, string queue, Dictionary<string, object?> arguments, CancellationToken ct)
    {
        if (await HasAsync(connection, c => c.QueueDeclarePassiveAsync(queue, ct), ct).ConfigureAwait(false))
        {
            return false;
        }

        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false);
        await channel
            .QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?>(s_quorum.Concat(arguments)),
                cancellationToken: ct
            )
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>What a failure means; null for what is a defect.</summary>
    /// <param name="met">The failure.</param>
    /// <param name="name">What people call the broker.</param>
    public static ConnectorException? Failure(Exception met, string name)
    {
        for (Exception? e = met; e is not null; e = e is AggregateException { InnerExceptions: [var only] } ? only : e.InnerException)
        {
            switch (e)
            {
                case ConnectorException known:
                    return known;
                case AuthenticationFailureException:
                case PossibleAuthenticationFailureException:
                    return new(FailureKind.Connection, $"{name} refuses the user or the password. Look at the address.", inner: met);
                case AuthenticationException:
                    return new(FailureKind.Connection, $"{name} cannot be trusted: {Line(e.Message)} Look at its certificate.", inner: met);
                case PublishReturnException back:
                    return new(
                        FailureKind.Connection,
                        $"{name}: nothing is bound to exchange {back.Exchange}, so it keeps nothing. Bind a queue to it.",
                        inner: met
                    );
                case PublishException:
                    return new(FailureKind.Unavailable, $"{name} does not take a message: its queue is full or has no leader.", inner: met);
                case OperationInterruptedException { ShutdownReason: { } reason }:
                    return reason.ReplyCode switch
                    {
                        Constants.AccessRefused or Constants.NotAllowed or Constants.NotFound or Constants.PreconditionFailed or Constants.ResourceLocked =>
                            new(FailureKind.Connection, $"{name}: {Line(reason.ReplyText)}.", inner: met),
                        _ => new(FailureKind.Unavailable, $"{name} has ended the connection: {Line(reason.ReplyText)}.", inner: met),
                    };
            }
        }

        return
            met
                is RabbitMQClientException
                    or IOException
                    or System.Net.Sockets.SocketException
                    or TimeoutException
                    or OperationCanceledException
                    or ObjectDisposedException
            ? new(
                FailureKind.Unavailable,
                $"{name} cannot be reached: {(IsSilence(met) ? "it does not answer" : Line(met.GetBaseException().Message))}.",
                inner: met
            )
            : null;
    }

    /// <summary>Whether a failure is that no answer came in time.</summary>
    public static bool IsSilence(Exception met) => met.GetBaseException() is TimeoutException or OperationCanceledException;

    /// <summary>The failure of a queue that does not answer, where its broker does.</summary>
    /// <param name="what">What was waited for, as the beginning of a sentence.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="patience">How long it was waited for.</param>
    /// <param name="met">The failure.</param>
    public static ConnectorException Silence(string what, string queue, TimeSpan patience, Exception met) =>
        new(
            FailureKind.Unavailable,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} within {patience.TotalSeconds:0} s. A quorum queue without a leader is like that: look with rabbitmq-queues quorum_status {queue}."
            ),
            inner: met
        );

    /// <summary>What somebody else's program says, as the middle of a sentence.</summary>
    public static string Line(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
