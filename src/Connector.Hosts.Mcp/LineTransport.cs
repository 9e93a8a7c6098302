using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CustomerIo.Connector.Hosts.Mcp;

/// <summary>JSON-RPC over two streams, one message a line.</summary>
/// <remarks>
/// The SDK drops the calls in flight as soon as its transport ends. So the end of the input is kept from it until every request
/// that was read has been answered or taken back.
/// </remarks>
internal sealed class LineTransport : ITransport
{
    /// <summary>The longest line that is read: 32 MiB.</summary>
    public const int MaxLineLength = 32 << 20;

    /// <summary>How many messages wait to be written before the reading stops.</summary>
    private const int MaxWaiting = 64;

    /// <summary>How many requests, and how many bytes of them, are read before the first of them is answered: 4096, 64 MiB.</summary>
    private const int MaxPending = 4096,
        MaxPendingBytes = 64 << 20;

    private const int Block = 64 << 10,
        Edge = 4096;
    private static readonly JsonTypeInfo<JsonRpcMessage> s_message =
        (JsonTypeInfo<JsonRpcMessage>)
            new JsonSerializerOptions(McpJsonUtilities.DefaultOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.GetTypeInfo(
                typeof(JsonRpcMessage)
            );

    private static readonly JsonTypeInfo<RequestId> s_id = (JsonTypeInfo<RequestId>)s_message.Options.GetTypeInfo(typeof(RequestId));

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly LogLines _log;
    private readonly Channel<JsonRpcMessage> _read = Channel.CreateUnbounded<JsonRpcMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<byte[]> _written = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _room = new(MaxWaiting);
    private readonly CancellationTokenSource _closed = new();
    private readonly object _lock = new();
    private readonly Dictionary<RequestId, (int Count, long Bytes)> _pending = [];
    private readonly HashSet<RequestId> _asked = [];
    private long _pendingBytes;
    private volatile bool _heldBack;
    private readonly Task _writing;
    private readonly CancellationTokenSource _givenUp = new();
    private bool _ended;
    private int _unanswered;

    public LineTransport(Stream input, Stream output, LogLines log)
    {
        _input = input;
        _output = output;
        _log = log;
        _writing = Task.Run(WriteAsync);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _read.Reader;

    /// <summary>Cancelled when the calls in flight are given up: left alone, the SDK would wait for them without end.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    /// <summary>How many calls were given up.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Begins to read, on a thread of its own: a console's stream blocks whoever reads it and cannot be cancelled.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = "MCP input" }.Start();

    /// <summary>Reads no further; gives up what is not answered in time.</summary>
    public void Stop(TimeSpan patience)
    {
        EndInput();
        _ = Task.Run(async () =>
        {
            try
            {
                await _read.Reader.Completion.WaitAsync(patience).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                GiveUp();
            }
        });
    }

    /// <summary>Whether the reading stands still until somebody reads the output.</summary>
    public bool IsHeldBack => _heldBack;

    /// <summary>Waits until the output takes another message.</summary>
    public async Task RoomAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closed.Token);
        await _room.WaitAsync(either.Token).ConfigureAwait(false);
        _room.Release();
    }

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        try
        {
            // Room first, text afterwards: what waits is then no larger than the result itself.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            await _room.WaitAsync(either.Token).ConfigureAwait(false);
            _written.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(message, s_message));
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // Nobody reads the output any longer.
        }

        if (message is JsonRpcResponse or JsonRpcError)
        {
            Settle(((JsonRpcMessageWithId)message).Id);
        }
        else if (message is JsonRpcRequest question)
        {
            Expect(question.Id);
        }
    }

    public async ValueTask DisposeAsync()
    {
        EndInput();
        _read.Writer.TryComplete();
        _written.Writer.TryComplete();

        // A host that keeps the pipe open but no longer reads it must not keep us alive.
        await _writing.WaitAsync(McpRunner.StopPatience).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        Close();
    }

    private void Read()
    {
        try
        {
            ReadLines();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _log.Write("The input broke off.");
        }
        finally
        {
            EndInput();
        }
    }

    private void ReadLines()
    {
        var buffer = new byte[Block];
        int start = 0,
            scanned = 0,
            end = 0;
        while (true)
        {
            for (int length; (length = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n')) >= 0; )
            {
                scanned += length;
                Accept(buffer.AsSpan(start, scanned - start));
                start = ++scanned;
            }

            scanned = end;
            if (end - start > MaxLineLength)
            {
                (start, scanned, end) = (0, 0, SkipLine(buffer, start, end));
                continue;
            }

            if (end == buffer.Length || buffer.Length > Block && end == start)
            {
                // Room for more of a long line; and after one, its size is not kept for the life of the process.
                var rest = buffer.AsSpan(start, end - start);
                var next = new byte[Math.Max(Block, rest.Length * 2)];
                rest.CopyTo(next);
                (buffer, start, scanned, end) = (next, 0, rest.Length, rest.Length);
            }

            var count = _input.Read(buffer, end, buffer.Length - end);
            if (count == 0)
            {
                break;
            }

            end += count;
        }

        if (end > start)
        {
            Accept(buffer.AsSpan(start, end - start));
        }
    }

    /// <summary>Reads to the end of a line that is too long, and answers it if its id can be found.</summary>
    /// <returns>How many bytes of the following lines now stand at the beginning of the buffer.</returns>
    private int SkipLine(byte[] buffer, int start, int end)
    {
        var head = buffer.AsSpan(start, Edge).ToArray();
        var tail = buffer.AsSpan(end - Edge, Edge).ToArray();
        var rest = 0;
        for (int count; (count = _input.Read(buffer, 0, buffer.Length)) > 0; )
        {
            var newline = buffer.AsSpan(0, count).IndexOf((byte)'\n');
            var seen = newline < 0 ? count : newline;
            tail = [.. tail.AsSpan(Math.Min(seen, Edge)), .. buffer.AsSpan(Math.Max(0, seen - Edge), Math.Min(seen, Edge))];
            if (newline >= 0)
            {
                buffer.AsSpan(newline + 1, count - newline - 1).CopyTo(buffer);
                rest = count - newline - 1;
                break;
            }
        }

        Refuse(IncomingLine.FindId(head, tail), $"is longer than {MaxLineLength >> 20} MiB");
        return rest;
    }

    private void Accept(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        if (line.IsEmpty)
        {
            return;
        }

        HoldBack();
        var incoming = IncomingLine.Read(line);
        if (incoming.Message is not { } message)
        {
            Refuse(incoming.Id, incoming.Reason!, incoming.Code, incoming.IsAnswer);
            return;
        }

        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            if (message is JsonRpcResponse or JsonRpcError)
            {
                _asked.Remove(((JsonRpcMessageWithId)message).Id);
            }
            else if (message is JsonRpcRequest { Id: var id })
            {
                var (count, bytes) = _pending.GetValueOrDefault(id);
                _pending[id] = (count + 1, bytes + line.Length);
                _pendingBytes += line.Length;
            }

            _read.Writer.TryWrite(message);
        }

        if (incoming.Cancels is { } cancelled)
        {
            Settle(cancelled);
        }
    }

    /// <summary>Reads no further while answers wait for a reader, or too much that was read waits for its answer.</summary>
    private void HoldBack()
    {
        if (_room.CurrentCount == 0)
        {
            _heldBack = true;
            WaitHandle.WaitAny([_room.AvailableWaitHandle, _closed.Token.WaitHandle]);
        }

        lock (_lock)
        {
            // What the client was asked must be read: calls may wait for the answer.
            while ((_pending.Count >= MaxPending || _pendingBytes >= MaxPendingBytes) && _asked.Count == 0 && !_ended && !_closed.IsCancellationRequested)
            {
                _heldBack = true;
                Monitor.Wait(_lock);
            }
        }

        _heldBack = false;
    }

    private void Refuse(RequestId? id, string reason, McpErrorCode code = McpErrorCode.InvalidRequest, bool isAnswer = false)
    {
        _log.Write($"Ignored a line of the input: it {reason}.");
        if (isAnswer)
        {
            return;
        }

        // The SDK's own type knows no null for the id of a request that nobody could read.
        var error = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id is { } asked ? JsonSerializer.SerializeToNode(asked, s_id) : null,
            ["error"] = new JsonObject { ["code"] = (int)code, ["message"] = $"The request {reason}." },
        };
        try
        {
            _room.Wait(_closed.Token);
            _written.Writer.TryWrite(System.Text.Encoding.UTF8.GetBytes(error.ToJsonString(s_message.Options)));
        }
        catch (OperationCanceledException)
        {
            // Nobody reads the output any longer.
        }
    }

    /// <summary>Remembers that the client was asked something, or answers in its place when it can no longer.</summary>
    private void Expect(RequestId id)
    {
        lock (_lock)
        {
            _asked.Add(id);
            Monitor.PulseAll(_lock);
            if (_ended)
            {
                Despair();
            }
        }
    }

    private void Despair()
    {
        foreach (var id in _asked)
        {
            var error = new JsonRpcErrorDetail { Code = (int)McpErrorCode.InternalError, Message = "The client is gone and cannot answer." };
            _read.Writer.TryWrite(new JsonRpcError { Id = id, Error = error });
        }

        _asked.Clear();
    }

    private void EndInput()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
            Despair();
            CompleteIfSettled();
        }
    }

    private void Settle(RequestId id)
    {
        lock (_lock)
        {
            if (_pending.TryGetValue(id, out var open))
            {
                if (open.Count == 1)
                {
                    _pending.Remove(id);
                    _pendingBytes -= open.Bytes;
                }
                else
                {
                    _pending[id] = (open.Count - 1, open.Bytes);
                }

                Monitor.PulseAll(_lock);
            }

            CompleteIfSettled();
        }
    }

    private void CompleteIfSettled()
    {
        if (_ended && _pending.Count == 0)
        {
            _read.Writer.TryComplete();
        }
    }

    private void GiveUp()
    {
        lock (_lock)
        {
            _ended = true;
            if (_read.Writer.TryComplete() && _pending.Count > 0)
            {
                _unanswered = _pending.Count;
                _log.Write($"Gave up {_pending.Count} calls in flight.");
            }
        }

        _givenUp.Cancel();
    }

    /// <summary>Lets go whoever waits for a reader of the output.</summary>
    private void Close()
    {
        _written.Writer.TryComplete();
        _closed.Cancel();
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    private async Task WriteAsync()
    {
        var batch = new ArrayBufferWriter<byte>(Block);
        try
        {
            while (await _written.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                // What has gathered meanwhile goes out in one write.
                var count = 0;
                while (batch.WrittenCount < Block && _written.Reader.TryRead(out var message))
                {
                    batch.Write(message);
                    batch.Write("\n"u8);
                    count++;
                }

                _output.Write(batch.WrittenSpan);
                _output.Flush();
                if (count > 0)
                {
                    _room.Release(count);
                }

                if (batch.Capacity > 1 << 20)
                {
                    batch = new ArrayBufferWriter<byte>(Block);
                }
                else
                {
                    batch.ResetWrittenCount();
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Close();
            _log.Write("Nobody reads the output any longer.");
            GiveUp();
        }
    }
}
