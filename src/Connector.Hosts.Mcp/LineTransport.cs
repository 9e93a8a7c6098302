using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    public const int LongestLine = 32 << 20;

    private const int Block = 64 << 10, Edge = 4096;
    private static readonly JsonTypeInfo<JsonRpcMessage> s_message = (JsonTypeInfo<JsonRpcMessage>)new JsonSerializerOptions(McpJsonUtilities.DefaultOptions)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly LogLines _log;
    private readonly Channel<JsonRpcMessage> _read = Channel.CreateUnbounded<JsonRpcMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<byte[]> _written = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly Dictionary<RequestId, int> _pending = [];
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

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        try
        {
            await _written.Writer.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message, s_message), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // Nobody reads the output any more.
        }

        if (message is JsonRpcResponse or JsonRpcError)
        {
            Settle(((JsonRpcMessageWithId)message).Id);
        }
    }

    public async ValueTask DisposeAsync()
    {
        EndInput();
        _read.Writer.TryComplete();
        _written.Writer.TryComplete();

        // A host that keeps the pipe open but no longer reads it must not keep us alive.
        await _writing.WaitAsync(McpRunner.StopPatience).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
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
        int start = 0, scanned = 0, end = 0;
        while (true)
        {
            for (int length; (length = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n')) >= 0;)
            {
                scanned += length;
                Accept(buffer.AsSpan(start, scanned - start));
                start = ++scanned;
            }

            scanned = end;
            if (end - start > LongestLine)
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
        for (int count; (count = _input.Read(buffer, 0, buffer.Length)) > 0;)
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

        Refuse(IncomingLine.FindId(head, tail), $"is longer than {LongestLine >> 20} MiB");
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

        var incoming = IncomingLine.Read(line);
        if (incoming.Message is not { } message)
        {
            Refuse(incoming.Id, incoming.Reason!);
            return;
        }

        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            if (message is JsonRpcRequest { Id: var id })
            {
                _pending[id] = _pending.GetValueOrDefault(id) + 1;
            }

            _read.Writer.TryWrite(message);
        }

        if (incoming.Cancels is { } cancelled)
        {
            Settle(cancelled);
        }
    }

    private void Refuse(RequestId? id, string reason)
    {
        _log.Write($"Ignored a line of the input: it {reason}.");
        if (id is { } asked)
        {
            var error = new JsonRpcError { Id = asked, Error = new JsonRpcErrorDetail { Code = (int)McpErrorCode.InvalidRequest, Message = $"The request {reason}." } };
            _written.Writer.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(error, s_message)).AsTask().ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }
    }

    private void EndInput()
    {
        lock (_lock)
        {
            _ended = true;
            CompleteIfSettled();
        }
    }

    private void Settle(RequestId id)
    {
        lock (_lock)
        {
            if (_pending.TryGetValue(id, out var count))
            {
                if (count == 1)
                {
                    _pending.Remove(id);
                }
                else
                {
                    _pending[id] = count - 1;
                }
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

    private async Task WriteAsync()
    {
        var batch = new ArrayBufferWriter<byte>(Block);
        try
        {
            while (await _written.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                // What has gathered meanwhile goes out in one write.
                while (batch.WrittenCount < Block && _written.Reader.TryRead(out var message))
                {
                    batch.Write(message);
                    batch.Write("\n"u8);
                }

                _output.Write(batch.WrittenSpan);
                _output.Flush();
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
            _written.Writer.TryComplete();
            _log.Write("Nobody reads the output any more.");
            GiveUp();
        }
    }
}
