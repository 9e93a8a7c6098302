using System.Buffers.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Some consecutive lines, their operations and how they ended.</summary>
internal sealed class LineBlock : BatchBlock
{
    /// <summary>So many bytes of lines make a block.</summary>
    public const int Full = 128 << 10;

    private readonly ByteBuffer _lines = new(Full + (Full / 4));
    private Entry[] _entries = new Entry[512];
    private int _count;

    public override int Count => _count;

    /// <summary>The bytes of the lines, each with its end.</summary>
    public long Bytes => _lines.Length + _count;

    public override void Clear()
    {
        base.Clear();
        Array.Clear(_entries, 0, _count);
        (_count, _lines.Length) = (0, 0);
    }

    /// <returns>Whether the block is full.</returns>
    public bool Add(Line line)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
        }

        ref var entry = ref _entries[_count++];
        entry.Number = line.Number;
        entry.Start = _lines.Length;
        entry.Length =
            line.TooLong ? -1
            : line.IsBlank ? 0
            : line.Bytes.Length;
        if (entry.Length > 0)
        {
            _lines.Append(line.Bytes);
        }

        return _lines.Length >= Full;
    }

    /// <summary>Turns the lines into operations; the wrong ones have failed then.</summary>
    public void Prepare(OperationWriter writer)
    {
        Begin();
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            try
            {
                if (entry.Length < 0)
                {
                    throw new ConnectorException(FailureKind.Input, $"The line is longer than {LineSource.Longest >> 20} MiB.");
                }

                if (entry.Length > 0)
                {
                    var (start, firstKey) = (Operations.Length, Keys.Count);
                    Put(i, start, firstKey, writer.Write(_lines.Span.Slice(entry.Start, entry.Length), entry.Number - 1, Operations, Keys));
                    entry.EventId = writer.Item.UsedEventId;
                    entry.Warnings = writer.Item.Warnings is { Count: > 0 } warnings ? warnings : null;
                }
            }
            catch (ConnectorException e)
            {
                entry.Failure = e;
            }
        }
    }

    /// <summary>Writes a result for each line that has one.</summary>
    /// <param name="output">Takes the results.</param>
    /// <param name="end">Why the run ended before some of them were answered; null when all were.</param>
    /// <param name="first">Takes the lines that failed.</param>
    public (int Succeeded, int Failed) Write(ByteBuffer output, ConnectorException? end, FirstFailure first)
    {
        var (succeeded, failed) = (0, 0);
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            if ((entry.Failure ?? (end is null ? null : Unanswered(i, end))) is { } failure)
            {
                failed++;
                first.Note(entry.Number, failure);
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

    protected override void End(int place, ItemFailure? failure)
    {
        ref var entry = ref _entries[place];
        entry.Failure = failure?.Cause;
        entry.Accepted = failure is null;
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

    private struct Entry
    {
        public long Number;
        public int Start,
            Length;
        public bool Accepted;
        public string? EventId;
        public IReadOnlyList<string>? Warnings;
        public ConnectorException? Failure;
    }
}
