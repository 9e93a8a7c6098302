using System.Collections.Concurrent;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace CustomerIo.Connector.Hub.Brokers;

/// <summary>A stream of NATS JetStream, taken through a durable consumer, which is made where it is missing.</summary>
/// <remarks>Dead letters are published to a subject of their own, and terminated then. What a lost process had been given out comes again after the
/// consumer's time to acknowledge; until then nothing later is handed on, so that no person's event overtakes another.</remarks>
internal sealed class NatsBroker(BrokerAddress address, ConsumeOptions options) : IBroker
{
    private static readonly TimeSpan s_ackWait = TimeSpan.FromSeconds(30),
        s_request = TimeSpan.FromSeconds(5),
        s_fetch = TimeSpan.FromSeconds(1),
        s_full = TimeSpan.FromMilliseconds(20);

    private readonly NatsConnection _connection = new(
        NatsOpts.Default with
        {
            Url = string.Join(',', address.Hosts.Select(h => $"{(address.IsSecure ? "tls" : "nats")}://{BrokerAddress.Text(h)}")),
            Name = "customerio-connector",
            RequestTimeout = s_request,
            MaxReconnectRetry = -1,
            TlsOpts = new NatsTlsOpts { Mode = address.IsSecure ? TlsMode.Require : TlsMode.Disable },
            AuthOpts = address switch
            {
                { User: { } user, Password: { } password } => new NatsAuthOpts { Username = user, Password = password },
                { User: { } token } => new NatsAuthOpts { Token = token },
                _ => NatsAuthOpts.Default,
            },
        }
    );

    public string Name => $"stream {options.Queue} of {address.Name}";

    public string DeadLetters => $"subject {options.DeadLetters}";

    public async Task<IBrokerSession> OpenAsync(TakenEvents taken, CancellationToken ct)
    {
        RequireNames();
        try
        {
            await _connection.ConnectAsync().AsTask().WaitAsync(ct).ConfigureAwait(false);
            var context = new NatsJSContext(_connection);
            var stream = await OrNullAsync(() => context.GetStreamAsync(options.Queue, cancellationToken: ct)).ConfigureAwait(false);
            if (stream is null)
            {
                throw new ConnectorException(FailureKind.Input, $"{address.Name} has no stream {options.Queue}. Name one that it has, or make it first.");
            }

            await MakeDeadLettersAsync(context, ct).ConfigureAwait(false);
            var consumer =
                await OrNullAsync(() => context.GetConsumerAsync(options.Queue, options.Group, ct)).ConfigureAwait(false)
                ?? await context
                    .CreateOrUpdateConsumerAsync(
                        options.Queue,
                        new ConsumerConfig(options.Group)
                        {
                            AckPolicy = ConsumerConfigAckPolicy.Explicit,
                            AckWait = s_ackWait,
                            MaxAckPending = options.Prefetch,
                            MaxDeliver = -1,
                        },
                        ct
                    )
                    .ConfigureAwait(false);
            if (consumer.Info.Config is not { AckPolicy: ConsumerConfigAckPolicy.Explicit, DeliverSubject: null or "" })
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"Consumer {options.Group} of {Name} is no pull consumer with explicit acknowledgement. Name another one with --group."
                );
            }

            return new Session(this, context, consumer, taken);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && Failure(e) is { } failure)
        {
            throw failure;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Before anything is made.
    private void RequireNames()
    {
        foreach (var (option, name) in ((string, string)[])[("--queue", options.Queue), ("--group", options.Group)])
        {
            if (!IsToken(name) || name.AsSpan().ContainsAny('.', '/', '\\'))
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"{option} {name} is no name of a {(option == "--queue" ? "stream" : "consumer")} of NATS: these have no spaces and none of . * > / \\."
                );
            }
        }

        if (!options.DeadLetters.Split('.').All(IsToken))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"--dead-letters {options.DeadLetters} is no subject of NATS: it has words with points between them, without spaces, * and >."
            );
        }

        static bool IsToken(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or '>');
    }

    private static async Task<T?> OrNullAsync<T>(Func<ValueTask<T>> get)
        where T : class
    {
        try
        {
            return await get().ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    private async Task MakeDeadLettersAsync(NatsJSContext context, CancellationToken ct)
    {
        await foreach (var stream in context.ListStreamNamesAsync(options.DeadLetters, ct).ConfigureAwait(false))
        {
            if (stream == options.Queue)
            {
                throw new ConnectorException(
                    FailureKind.Input,
                    $"Stream {stream} keeps subject {options.DeadLetters} itself, so dead letters would be taken again and again. Name another subject with "
                        + "--dead-letters."
                );
            }

            return;
        }

        var name = options.DeadLetters.Replace('.', '-');
        await context.CreateStreamAsync(new StreamConfig(name, [options.DeadLetters]), ct).ConfigureAwait(false);
        options.Say($"No stream kept subject {options.DeadLetters}: stream {name} was made for dead letters.");
    }

    private ConnectorException? Failure(Exception met) =>
        met switch
        {
            ConnectorException known => known,
            NatsServerException { IsAuthError: true } => new(
                FailureKind.Connection,
                $"{address.Name} refuses the user, password or token. Look at the address.",
                inner: met
            ),
            NatsException { InnerException: System.Security.Authentication.AuthenticationException inner } => new(
                FailureKind.Connection,
                $"{address.Name} cannot be trusted: {inner.Message} Look at its certificate.",
                inner: met
            ),
            NatsException { InnerException: NatsServerException { IsAuthError: true } } => new(
                FailureKind.Connection,
                $"{address.Name} refuses the user, password or token. Look at the address.",
                inner: met
            ),
            NatsJSApiException e => new(FailureKind.Connection, $"{address.Name}: {e.Error.Description}.", inner: met),
            NatsException or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException or ObjectDisposedException =>
                new(FailureKind.Unavailable, $"{address.Name} cannot be reached: {met.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", inner: met),
            _ => null,
        };

    private sealed class Session : IBrokerSession
    {
        private readonly NatsBroker _broker;
        private readonly NatsJSContext _context;
        private readonly INatsJSConsumer _consumer;
        private readonly TakenEvents _taken;
        private readonly CancellationTokenSource _end = new();

        // By the place in the stream: what is given out twice is held once, and acknowledged by what came last.
        private readonly ConcurrentDictionary<ulong, INatsJSMsg<NatsMemoryOwner<byte>>> _held = new();
        private readonly SortedDictionary<ulong, BrokerMessage> _early = [];
        private readonly Task _taking,
            _keeping;
        private bool _isBehind;
        private volatile bool _isStopping;
        private ulong _last;

        public Session(NatsBroker broker, NatsJSContext context, INatsJSConsumer consumer, TakenEvents taken)
        {
            (_broker, _context, _consumer, _taken) = (broker, context, consumer, taken);
            (_last, _isBehind) = (consumer.Info.Delivered.ConsumerSeq, consumer.Info.NumAckPending > 0);
            _taking = Task.Run(TakeAsync);
            _keeping = Task.Run(KeepAsync);
        }

        private ConsumeOptions Options => _broker.Options;

        private TimeSpan AckWait => _consumer.Info.Config.AckWait > TimeSpan.Zero ? _consumer.Info.Config.AckWait : s_ackWait;

        public Task AcknowledgeAsync(IReadOnlyList<BrokerMessage> done) => Task.WhenAll(done.Select(m => EndAsync(m, h => h.AckAsync(Surely))));

        public async Task DeadLetterAsync(BrokerMessage message, ConnectorException why)
        {
            var headers = new NatsHeaders();
            foreach (var (name, values) in (NatsHeaders?)message.Origin ?? [])
            {
                headers[name] = values;
            }

            foreach (var (name, value) in DeadLetterHeaders.Of(Options.Queue, why))
            {
                headers[name] = value;
            }

            // The server knows it again, should this be repeated.
            headers.Remove("Nats-Msg-Id");
            var options = new NatsJSPubOpts { MsgId = $"{message.Id}/{Options.Group}" };
            var ack = await _context.PublishAsync(Options.DeadLetters, message.Body, opts: options, headers: headers).ConfigureAwait(false);
            ack.EnsureSuccess();
            await EndAsync(message, h => h.AckTerminateAsync(Surely)).ConfigureAwait(false);
        }

        public async Task GiveBackAsync(IReadOnlyList<BrokerMessage> rest)
        {
            // What the server has begun to give out arrives first: else it would be missing until its time is over.
            _isStopping = true;
            await _taking.ConfigureAwait(false);
            await StopAsync().ConfigureAwait(false);
            foreach (var handle in _held.OrderBy(h => h.Key).Select(h => h.Value))
            {
                await handle.NakAsync().ConfigureAwait(false);
            }

            await _broker._connection.PingAsync().ConfigureAwait(false);
        }

        public ConnectorException? Failure(Exception met) => _broker.Failure(met);

        public async ValueTask DisposeAsync()
        {
            await StopAsync().ConfigureAwait(false);
            _end.Dispose();
        }

        private static AckOpts Surely => new() { DoubleAck = true };

        private async Task StopAsync()
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_taking, _keeping).ConfigureAwait(false);
        }

        private async Task EndAsync(BrokerMessage message, Func<INatsJSMsg<NatsMemoryOwner<byte>>, ValueTask> end)
        {
            var place = (ulong)message.Handle;
            await end(_held[place]).ConfigureAwait(false);
            _held.TryRemove(place, out _);
        }

        private async Task TakeAsync()
        {
            var since = Options.Time.GetTimestamp();
            try
            {
                while (!_isStopping && !_end.IsCancellationRequested)
                {
                    // Whoever is behind takes all that others may have been given out.
                    var most = (_isBehind ? (int)Math.Max(_consumer.Info.Config.MaxAckPending, Options.Prefetch) : Options.Prefetch) - _held.Count;
                    if (most <= 0)
                    {
                        await Task.Delay(s_full, Options.Time, _end.Token).ConfigureAwait(false);
                        continue;
                    }

                    var fetch = new NatsJSFetchOpts { MaxMsgs = most, Expires = s_fetch };
                    await foreach (var message in _consumer.FetchAsync<NatsMemoryOwner<byte>>(fetch, cancellationToken: _end.Token).ConfigureAwait(false))
                    {
                        Take(message);
                    }

                    if (_isBehind)
                    {
                        _taken.Touch();
                        await CatchUpAsync(Options.Time.GetElapsedTime(since)).ConfigureAwait(false);
                    }

                    since = _isBehind ? since : Options.Time.GetTimestamp();
                }
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // It was told to stop.
            }
            catch (Exception e) when (Failure(e) is { } failure)
            {
                _taken.Lose(failure);
            }
        }

        private void Take(INatsJSMsg<NatsMemoryOwner<byte>> given)
        {
            if (given.Metadata is not { } about)
            {
                return;
            }

            var (place, count) = (about.Sequence.Stream, about.Sequence.Consumer);
            _isBehind |= count != _last + 1;
            _last = count;
            using var data = given.Data;
            if (!_held.TryAdd(place, given))
            {
                _held[place] = given;
                return;
            }

            var message = new BrokerMessage(data.Memory.ToArray(), about.Timestamp, place)
            {
                Id = Id(given.Headers) ?? string.Create(CultureInfo.InvariantCulture, $"{about.Stream}/{place}/{about.Timestamp:O}"),
                IsRepeated = about.NumDelivered > 1,
                Origin = given.Headers,
            };
            if (_isBehind)
            {
                _early[place] = message;
            }
            else
            {
                _taken.Add(message);
            }
        }

        /// <summary>Hands on what came early, once everything that is not acknowledged is here.</summary>
        private async Task CatchUpAsync(TimeSpan waited)
        {
            await _consumer.RefreshAsync(_end.Token).ConfigureAwait(false);
            var isShared = waited > AckWait * 2 + s_fetch;
            if (_consumer.Info.NumAckPending > _held.Count && !isShared)
            {
                return;
            }

            if (isShared)
            {
                Options.Say(
                    $"Another process takes from consumer {Options.Group} of {_broker.Name} too: the order of a person's events is not kept between the two."
                );
            }

            foreach (var message in _early.Values)
            {
                _taken.Add(message);
            }

            _early.Clear();
            _isBehind = false;
        }

        // What waits is still ours: the server would give it out again.
        private async Task KeepAsync()
        {
            while (!_end.IsCancellationRequested)
            {
                await Task.Delay(AckWait / 3, Options.Time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                try
                {
                    foreach (var handle in _held.Values)
                    {
                        await handle.AckProgressAsync(cancellationToken: _end.Token).ConfigureAwait(false);
                    }
                }
                catch (Exception e) when (_end.IsCancellationRequested || Failure(e) is not null)
                {
                    // It is given out again then, and held once all the same.
                }
            }
        }

        private static string? Id(NatsHeaders? headers) =>
            headers is not null && headers.TryGetValue("Nats-Msg-Id", out var id) && id is [{ Length: > 0 } one, ..] ? one : null;
    }

    private ConsumeOptions Options => options;
}
