using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CustomerIo.Connector.Hub.Brokers;

namespace CustomerIo.Connector.Kafka;

/// <summary>A topic of Kafka, taken by a group. What is done is committed for each partition up to the first message that is not.</summary>
/// <remarks>Dead letters are produced to a topic of their own. When the group shares its partitions anew, what is on its way is finished and committed
/// first.</remarks>
internal sealed class KafkaBroker : IBroker
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100),
        s_request = TimeSpan.FromSeconds(10),
        s_handOver = TimeSpan.FromSeconds(30);

    private readonly BrokerAddress _address;
    private readonly ConsumeOptions _options;
    private readonly ConcurrentDictionary<TopicPartition, Partition> _partitions = new();
    private readonly CancellationTokenSource _end = new();
    private IConsumer<byte[]?, byte[]?>? _consumer;
    private IProducer<byte[]?, byte[]?>? _producer;
    private Task _polling = Task.CompletedTask;
    private volatile Session? _session;
    private volatile Error? _refused;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: what must not be sent twice is not taken from Kafka.</exception>
    public KafkaBroker(BrokerAddress address, ConsumeOptions options)
    {
        (_address, _options) = (address, options);
        if (options.IsOnce)
        {
            throw new ConnectorException(
                FailureKind.Input,
                "This action must not be done twice, and Kafka does not tell which messages it has given out before. Take them from RabbitMQ or NATS."
            );
        }
    }

    public string Name => $"topic {_options.Queue} of {_address.Name}";

    public string DeadLetters => $"topic {_options.DeadLetters}";

    public async Task<IBrokerSession> OpenAsync(TakenEvents taken, CancellationToken ct)
    {
        try
        {
            if (_consumer is null)
            {
                await Task.Run(BeginAsync, ct).WaitAsync(ct).ConfigureAwait(false);
            }
        }
        catch (KafkaException e)
        {
            throw Failure(e)!;
        }

        return _session = new Session(this, taken);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);
        if (_consumer is not null)
        {
            _consumer.Close();
            _consumer.Dispose();
        }

        _producer?.Dispose();
        _end.Dispose();
    }

    private static T With<T>(T config, BrokerAddress address)
        where T : ClientConfig
    {
        config.BootstrapServers = string.Join(',', address.Hosts.Select(BrokerAddress.Text));
        config.ClientId = "customerio-connector";
        config.SecurityProtocol = (address.IsSecure, address.User) switch
        {
            (true, null) => SecurityProtocol.Ssl,
            (true, _) => SecurityProtocol.SaslSsl,
            (_, null) => SecurityProtocol.Plaintext,
            _ => SecurityProtocol.SaslPlaintext,
        };
        if (address.User is { } user)
        {
            config.Set("sasl.mechanism", address.Path.Length > 0 ? address.Path : "PLAIN");
            (config.SaslUsername, config.SaslPassword) = (user, address.Password ?? "");
        }

        return config;
    }

    private async Task BeginAsync()
    {
        var admin = With(new AdminClientConfig(), _address);
        using (var client = new AdminClientBuilder(admin).SetLogHandler((_, _) => { }).SetErrorHandler((_, e) => Note(e)).Build())
        {
            if (!Has(client, _options.Queue))
            {
                throw new ConnectorException(FailureKind.Input, $"{_address.Name} has no topic {_options.Queue}. Name one that it has, or make it first.");
            }

            if (!Has(client, _options.DeadLetters))
            {
                await client.CreateTopicsAsync([new TopicSpecification { Name = _options.DeadLetters }]).ConfigureAwait(false);
                _options.Say($"There was no topic {_options.DeadLetters}: it was made for dead letters.");
            }
        }

        var producer = With(new ProducerConfig { EnableIdempotence = true }, _address);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(producer).SetLogHandler((_, _) => { }).SetErrorHandler((_, e) => Note(e)).Build();
        var consumer = With(
            new ConsumerConfig
            {
                GroupId = _options.Group,
                EnableAutoCommit = false,
                EnableAutoOffsetStore = false,
                AutoOffsetReset = AutoOffsetReset.Earliest,
                QueuedMaxMessagesKbytes = 16 << 10,
                AllowAutoCreateTopics = false,
                // So long the partitions of a process that was killed wait for another one.
                SessionTimeoutMs = 10_000,
            },
            _address
        );
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(consumer)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, e) => Note(e))
            .SetPartitionsAssignedHandler(
                (_, given) =>
                {
                    foreach (var partition in given)
                    {
                        _partitions[partition] = new Partition();
                    }
                }
            )
            .SetPartitionsRevokedHandler((_, taken) => HandOver(taken, isGone: false))
            .SetPartitionsLostHandler((_, taken) => HandOver(taken, isGone: true))
            .Build();
        _consumer.Subscribe(_options.Queue);
        _polling = Task.Factory.StartNew(Poll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static bool Has(IAdminClient client, string topic) => client.GetMetadata(topic, s_request).Topics.Exists(t => t.Topic == topic && !t.Error.IsError);

    private void Note(Error error)
    {
        if (error.Code is ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.SaslAuthenticationFailed or ErrorCode.TopicAuthorizationFailed)
        {
            _refused = error;
        }
    }

    // Who gets the partitions next begins behind what was committed.
    private void HandOver(List<TopicPartitionOffset> taken, bool isGone)
    {
        if (_session is { } session)
        {
            session.Taken.Lose(new(FailureKind.Unavailable, $"{Name}: the group shares its partitions anew."), isGone);
            session.Ended.Wait(s_handOver);
        }

        taken.ForEach(t => _partitions.TryRemove(t.TopicPartition, out _));
    }

    private void Poll()
    {
        Session? known = null;
        var isPaused = false;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var session = _session;
                if (session != known && session is not null)
                {
                    // What an earlier session did not finish comes again.
                    foreach (var (at, partition) in _partitions)
                    {
                        if (partition.Back() is { } offset)
                        {
                            _consumer!.Seek(new TopicPartitionOffset(at, offset));
                        }
                    }
                }

                known = session;
                var isFull = session is null || session.Taken.Count >= _options.Prefetch;
                if (isFull != isPaused)
                {
                    (isFull ? _consumer!.Pause : (Action<IEnumerable<TopicPartition>>)_consumer!.Resume)(_consumer!.Assignment);
                    isPaused = isFull;
                    session?.Taken.Touch();
                }

                var given = _consumer!.Consume(s_poll);
                if (_partitions.IsEmpty)
                {
                    // The group has not shared its partitions yet.
                    session?.Taken.Touch();
                }

                isPaused &= !_partitions.Values.Any(p => p.IsNew());
                if (given is not { IsPartitionEOF: false } || !_partitions.TryGetValue(given.TopicPartition, out var from))
                {
                    continue;
                }

                if (session is not null && session == _session)
                {
                    from.Begin(given.Offset);
                    session.Taken.Add(Message(given));
                }
                else
                {
                    from.Miss(given.Offset);
                }
            }
            catch (KafkaException e) when (!_end.IsCancellationRequested)
            {
                _session?.Taken.Lose(Failure(e)!);
                _end.Token.WaitHandle.WaitOne(s_poll);
            }
        }
    }

    private BrokerMessage Message(ConsumeResult<byte[]?, byte[]?> given) =>
        new(given.Message.Value ?? [], Sent(given.Message.Timestamp), given.TopicPartitionOffset)
        {
            Id = string.Create(
                CultureInfo.InvariantCulture,
                $"{given.Topic}/{given.Partition.Value}/{given.Offset.Value}/{given.Message.Timestamp.UnixTimestampMs}"
            ),
            Key = given.Message.Key is { } key ? Encoding.Latin1.GetString(key) : null,
            Origin = given.Message,
        };

    private DateTimeOffset Sent(Timestamp timestamp)
    {
        var now = _options.Time.GetUtcNow();
        return timestamp.Type == TimestampType.NotAvailable || timestamp.UnixTimestampMs <= 0 || timestamp.UnixTimestampMs > now.ToUnixTimeMilliseconds()
            ? now
            : DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs);
    }

    private ConnectorException? Failure(Exception met) =>
        met switch
        {
            ConnectorException known => known,
            KafkaException when _refused is { } refused => new(
                FailureKind.Connection,
                $"{_address.Name} refuses the connection: {refused.Reason} Look at user, password and certificate.",
                inner: met
            ),
            KafkaException e => new(
                FailureKind.Unavailable,
                $"{_address.Name} cannot be used: {e.Error.Reason.ReplaceLineEndings(" ").TrimEnd('.')}.",
                inner: met
            ),
            OperationCanceledException or TimeoutException => new(FailureKind.Unavailable, $"{_address.Name} does not answer.", inner: met),
            _ => null,
        };

    /// <summary>What of a partition was given out and is not done.</summary>
    private sealed class Partition
    {
        private readonly Lock _lock = new();
        private readonly SortedSet<long> _open = [];
        private long? _after;
        private long? _missed;
        private bool _isKnown;

        /// <summary>Notes what came while nobody took it.</summary>
        public void Miss(long offset)
        {
            lock (_lock)
            {
                _missed = Math.Min(_missed ?? offset, offset);
            }
        }

        public void Begin(long offset)
        {
            lock (_lock)
            {
                _open.Add(offset);
                _after = offset + 1;
            }
        }

        /// <summary>Where whoever comes next begins; null where nothing was taken.</summary>
        public long? Done
        {
            get
            {
                lock (_lock)
                {
                    return _open.Count > 0 ? _open.Min : _after;
                }
            }
        }

        /// <returns>Where whoever comes next begins.</returns>
        public long? End(long offset)
        {
            lock (_lock)
            {
                _open.Remove(offset);
            }

            return Done;
        }

        /// <summary>Forgets what is not done.</summary>
        /// <returns>Where it begins again; null for where it is.</returns>
        public long? Back()
        {
            lock (_lock)
            {
                var back = _open.Count > 0 ? _open.Min : _missed ?? _after;
                _missed = null;
                _open.Clear();
                return back;
            }
        }

        /// <summary>Whether nobody has asked before.</summary>
        public bool IsNew()
        {
            var isNew = !_isKnown;
            _isKnown = true;
            return isNew;
        }
    }

    private sealed class Session(KafkaBroker broker, TakenEvents taken) : IBrokerSession
    {
        public TakenEvents Taken => taken;

        /// <summary>Is set when nothing of it is on its way any more.</summary>
        public ManualResetEventSlim Ended { get; } = new();

        public Task AcknowledgeAsync(IReadOnlyList<BrokerMessage> done) => Task.Run(() => Commit(done));

        public async Task DeadLetterAsync(BrokerMessage message, ConnectorException why)
        {
            var origin = (Message<byte[]?, byte[]?>)message.Origin!;
            var headers = new Headers();
            foreach (var header in origin.Headers ?? [])
            {
                headers.Add(header.Key, header.GetValueBytes());
            }

            foreach (var (name, value) in DeadLetterHeaders.Of(broker._options.Queue, why))
            {
                headers.Add(name, Encoding.UTF8.GetBytes(value));
            }

            var letter = new Message<byte[]?, byte[]?>
            {
                Key = origin.Key,
                Value = origin.Value,
                Headers = headers,
            };
            await broker._producer!.ProduceAsync(broker._options.DeadLetters, letter).ConfigureAwait(false);
            await AcknowledgeAsync([message]).ConfigureAwait(false);
        }

        // What is not committed comes again.
        public Task GiveBackAsync(IReadOnlyList<BrokerMessage> rest) =>
            Task.Run(() => Commit(broker._partitions.Keys.ToDictionary(k => k, k => broker._partitions[k].Done)));

        public ConnectorException? Failure(Exception met) => broker.Failure(met);

        public ValueTask DisposeAsync()
        {
            broker._session = null;
            Ended.Set();
            return ValueTask.CompletedTask;
        }

        private void Commit(IReadOnlyList<BrokerMessage> done)
        {
            var upTo = new Dictionary<TopicPartition, long?>();
            foreach (var at in done.Select(d => (TopicPartitionOffset)d.Handle))
            {
                if (broker._partitions.TryGetValue(at.TopicPartition, out var partition))
                {
                    upTo[at.TopicPartition] = partition.End(at.Offset);
                }
            }

            Commit(upTo);
        }

        private void Commit(IReadOnlyDictionary<TopicPartition, long?> upTo)
        {
            try
            {
                TopicPartitionOffset[] offsets = [.. upTo.Where(u => u.Value is not null).Select(u => new TopicPartitionOffset(u.Key, u.Value!.Value))];
                if (offsets.Length > 0)
                {
                    broker._consumer!.Commit(offsets);
                }
            }
            catch (KafkaException e) when (e.Error.Code is ErrorCode.RebalanceInProgress)
            {
                // The next commit says the same; and whom the partition is given to counts what comes again once.
            }
        }
    }
}
