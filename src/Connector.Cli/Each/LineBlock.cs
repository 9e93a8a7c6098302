using System.Buffers.Text;
using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Some consecutive lines, their operations and how they ended; used again and again.</summary>
internal sealed class LineBlock : IBatchOwner
{
    /// <summary>So many bytes of lines make a block.</summary>
    public const int Full = 128 << 10;

    private readonly ByteBuffer _lines = new(Full + (Full / 4)), _operations = new(Full * 2);
    private readonly List<ulong> _keys = [];
    private Entry[] _entries = new Entry[512];
    private int _open;
    private TaskCompletionSource _ended = New();

    public int Count { get; private set; }

    /// <summary>Nothing more came for a while: what was gathered is to be sent at once.</summary>
    public bool IsPause { get; set; }

    public bool IsFull => _lines.Length >= Full;

    /// <summary>Ends when every line of the block has.</summary>
    public Task Ended => _ended.Task;

    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        (Count, _lines.Length, _operations.Length, _open, _ended, IsPause) = (0, 0, 0, 0, New(), false);
        _keys.Clear();
    }

    public void Add(Line line)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        ref var entry = ref _entries[Count++];
        entry.Number = line.Number;
        entry.Line = new Slice(_lines.Length, line.TooLong ? -1 : line.IsBlank ? 0 : line.Bytes.Length);
        if (entry.Line.Length > 0)
        {
            _lines.Append(line.Bytes);
        }
    }

    /// <summary>Turns the lines into operations; the wrong ones have failed then.</summary>
    public void Prepare(OperationWriter writer)
    {
        // One more for the block itself, until all its operations are on their way.
        _open = 1;
        for (var i = 0; i < Count; i++)
        {
            ref var entry = ref _entries[i];
            try
            {
                if (entry.Line.Length < 0)
                {
                    throw new ConnectorException(FailureKind.Input, $"The line is longer than {LineSource.Longest >> 20} MiB.");
                }

                if (entry.Line.Length > 0)
                {
                    var (start, firstKey) = (_operations.Length, _keys.Count);
                    entry.Repeatable = writer.Write(_lines.Span.Slice(entry.Line.Start, entry.Line.Length), entry.Number - 1, _operations, _keys);
                    entry.Operation = new Slice(start, _operations.Length - start);
                    entry.Keys = new Slice(firstKey, _keys.Count - firstKey);
                    entry.EventId = writer.Item.UsedEventId;
                    _open++;
                    entry.Warnings = writer.Item.Warnings is { Count: > 0 } warnings ? warnings : null;
                }
            }
            catch (ConnectorException e)
            {
                entry.Failure = e;
            }
        }
    }

    /// <summary>Hands the operations over in their order.</summary>
    public async Task SendAsync(Batcher batcher, CancellationToken ct)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_entries[i].Operation.Length > 0 && !TryAdd(batcher, i))
            {
                await batcher.FlushAsync(ct).ConfigureAwait(false);
                TryAdd(batcher, i);
            }
        }

        Close();
        if (IsPause)
        {
            await batcher.FlushAsync(ct).ConfigureAwait(false);
        }
    }

    public void Done(int place, ConnectorException? failure)
    {
        ref var entry = ref _entries[place];
        entry.Failure = failure;
        entry.Accepted = failure is null;
        Close();
    }

    /// <summary>Writes a result for each line that has one.</summary>
    public (int Succeeded, int Failed) Write(ByteBuffer output)
    {
        var (succeeded, failed) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Failure is { Kind: not FailureKind.Cancelled } failure)
            {
                failed++;
                Begin(output, entry.Number);
                output.Append(",\"error\":"u8);
                output.Append(ConnectorJson.ToBytes(failure.ToJson()["error"]!));
                output.Append("}\n"u8);
            }
            else if (entry.Accepted)
            {
                succeeded++;
                Begin(output, entry.Number);
                Accepted(output, entry);
            }
        }

        return (succeeded, failed);
    }

    private static void Begin(ByteBuffer output, long number)
    {
        output.Append("{\"line\":"u8);
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out var length);
        output.Advance(length);
    }

    private static void Accepted(ByteBuffer output, in Entry entry)
    {
        output.Append(",\"status\":\"succeeded\",\"data\":{},"u8);
        if (entry.EventId is { } eventId)
        {
            output.Append("\"request\":{\"eventId\":"u8);
            output.Append(ConnectorJson.ToBytes(eventId));
            output.Append("},"u8);
        }

        output.Append("\"warnings\":"u8);
        output.Append(entry.Warnings is null ? "[]"u8 : ConnectorJson.ToBytes(new Newtonsoft.Json.Linq.JArray(entry.Warnings)));
        output.Append("}\n"u8);
    }

    private bool TryAdd(Batcher batcher, int i)
    {
        ref var entry = ref _entries[i];
        var keys = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys).Slice(entry.Keys.Start, entry.Keys.Length);
        return batcher.TryAdd(_operations.Span.Slice(entry.Operation.Start, entry.Operation.Length), entry.Repeatable, keys, this, i);
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _ended.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Slice(int Start, int Length);

    private struct Entry
    {
        public long Number;
        public Slice Line, Operation, Keys;
        public bool Repeatable, Accepted;
        public string? EventId;
        public IReadOnlyList<string>? Warnings;
        public ConnectorException? Failure;
    }
}
