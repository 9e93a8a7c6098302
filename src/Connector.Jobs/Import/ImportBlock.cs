using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Jobs.Tables;

namespace CustomerIo.Connector.Jobs.Import;

/// <summary>Some consecutive rows, their operations and how they ended; used again and again.</summary>
internal sealed class ImportBlock(Action<ConnectorException> stop) : IBatchOwner
{
    private readonly ByteBuffer _operations = new(256 << 10);
    private readonly List<ulong> _keys = [];
    private Entry[] _entries = new Entry[512];
    private int _open;
    private TaskCompletionSource _ended = New();

    public RowBlock Rows { get; } = new();

    /// <summary>Ends when every row of the block has.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether every row was accepted or is known to be bad.</summary>
    public bool IsDone { get; private set; } = true;

    public int Failed { get; private set; }

    public void Clear()
    {
        Rows.Clear();
        (_operations.Length, _open, _ended, IsDone, Failed) = (0, 0, New(), true, 0);
        _keys.Clear();
    }

    /// <summary>Turns the rows into operations; the wrong ones have failed then.</summary>
    /// <param name="writer">Makes the operations.</param>
    /// <param name="first">How many rows of the job come before this block.</param>
    public void Prepare(RowWriter writer, long first)
    {
        if (_entries.Length < Rows.Count)
        {
            _entries = new Entry[Rows.Count];
        }

        // One more for the block itself, until all its operations are on their way.
        _open = 1;
        for (var i = 0; i < Rows.Count; i++)
        {
            var (start, firstKey) = (_operations.Length, _keys.Count);
            var problem = writer.Write(Rows, Rows[i], first + i, _operations, _keys);
            _entries[i] = new Entry(new Slice(start, _operations.Length - start), new Slice(firstKey, _keys.Count - firstKey), problem);
            if (problem is null)
            {
                _open++;
            }
        }
    }

    /// <summary>Hands the operations over in their order; no more than <paramref name="most"/> go in one request.</summary>
    public async Task SendAsync(Batcher batcher, BatchFill fill, int most, CancellationToken ct)
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (_entries[i].Operation.Length == 0)
            {
                continue;
            }

            if (fill.Count >= most || !TryAdd(batcher, i))
            {
                await batcher.FlushAsync(ct).ConfigureAwait(false);
                fill.Count = 0;
                TryAdd(batcher, i);
            }

            fill.Count++;
        }

        Close();
    }

    public void Done(int place, ConnectorException? failure)
    {
        if (failure is { Kind: FailureKind.Rejected, Status: 207 })
        {
            var field = failure.Problems is [var problem, ..] ? problem.Path : "";
            _entries[place].Problem = new RowProblem("rejected", field.StartsWith("attributes.", StringComparison.Ordinal) ? field["attributes.".Length..] : field, failure.Message);
        }
        else if (failure is not null)
        {
            // Not this row's fault: the job ends here, and the row is to be sent again.
            IsDone = false;
            stop(failure);
        }

        Close();
    }

    /// <summary>Tells every bad row.</summary>
    public void Tell(Action<RowBlock, Row, RowProblem> bad)
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (_entries[i].Problem is { } problem)
            {
                Failed++;
                bad(Rows, Rows[i], problem);
            }
        }
    }

    private bool TryAdd(Batcher batcher, int i)
    {
        var entry = _entries[i];
        var keys = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys).Slice(entry.Keys.Start, entry.Keys.Length);
        return batcher.TryAdd(_operations.Span.Slice(entry.Operation.Start, entry.Operation.Length), true, keys, this, i);
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _ended.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private record struct Entry(Slice Operation, Slice Keys, RowProblem? Problem);
}

/// <summary>How many operations wait for the next request.</summary>
internal sealed class BatchFill
{
    public int Count { get; set; }
}
