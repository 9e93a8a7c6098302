using System.Collections.Concurrent;
using System.Threading.Channels;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Batching;

/// <summary>What follows a chunk that was lost: no answer came for good, or its run was ended.</summary>
internal enum AfterLoss
{
    /// <summary>Nothing later is sent. For jobs, which go on from their checkpoint.</summary>
    Stop,

    /// <summary>Later operations of the same people fail, others go on. For streams.</summary>
    HoldPerson,
}

/// <summary>Where a pipeline's items come from and where their ends go.</summary>
internal interface IBatchWork<TBlock>
{
    /// <summary>Reads blocks to the end of the source and hands each on.</summary>
    /// <param name="take">Gives an empty block.</param>
    /// <param name="handOn">Hands a full one on.</param>
    /// <param name="ct">Ends the reading.</param>
    Task ReadAsync(Func<TBlock> take, Func<TBlock, Task> handOn, CancellationToken ct);

    /// <summary>Turns the items of a block into operations; several blocks at once.</summary>
    void Prepare(TBlock block);

    /// <summary>Tells how the items of a block ended; one block after the other, in their order.</summary>
    /// <param name="block">The block.</param>
    /// <param name="end">Why the others of it were not answered; null when all were.</param>
    /// <returns>False when nothing after it is to be told.</returns>
    Task<bool> WriteAsync(TBlock block, ConnectorException? end);
}

/// <summary>The one road of many operations: gather, send in chunks, one end for each item, in the order that they came in; memory stays flat.</summary>
/// <remarks>Items are read by one task, turned into operations by one for each core, gathered in their order by one, and their ends written by
/// another.</remarks>
/// <param name="work">Source and target.</param>
/// <param name="send">Sends a chunk, see <see cref="ChunkSender"/>.</param>
/// <param name="afterLoss">What follows a chunk that was lost; a refused credential ends the run in any case.</param>
/// <param name="concurrency">How many chunks are on their way at once.</param>
/// <param name="most">How many operations go into one request. Default as many as fit.</param>
internal sealed class BatchPipeline<TBlock>(
    IBatchWork<TBlock> work,
    Func<BatchChunk, CancellationToken, Task<IReadOnlyList<ItemFailure>>> send,
    AfterLoss afterLoss,
    int concurrency,
    int most = int.MaxValue
)
    where TBlock : BatchBlock, new()
{
    private const int Ahead = 24;
    private readonly ConcurrentBag<TBlock> _blocks = [];
    private readonly Channel<TBlock> _done = Channel.CreateBounded<TBlock>(Ahead);
    private readonly List<TBlock> _unsent = [];
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<TBlock>? _cutOff;
    private ConnectorException? _end;

    /// <summary>Runs to the end of the source.</summary>
    /// <returns>Why it ended before: a lost chunk, or a cancellation; null when every item has its end.</returns>
    public async Task<ConnectorException?> RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var batcher = new Batcher(chunk => SendAsync(chunk, stop), concurrency, most);
        var writing = Guarded(WriteAsync(), stop);
        try
        {
            var prepared = Channel.CreateBounded<Task<TBlock>>(Environment.ProcessorCount);
            await Task.WhenAll(Guarded(ReadAsync(prepared.Writer, stop.Token), stop), Guarded(GatherAsync(prepared.Reader, batcher, stop.Token), stop))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            End();
        }
        finally
        {
            await batcher.DrainAsync().ConfigureAwait(false);
            if (stop.IsCancellationRequested)
            {
                _aborted.TrySetResult();
            }

            await TellRestAsync().ConfigureAwait(false);
            await Task.WhenAny(writing).ConfigureAwait(false);
        }

        await writing.ConfigureAwait(false);
        return _end;
    }

    private async Task ReadAsync(ChannelWriter<Task<TBlock>> prepared, CancellationToken ct)
    {
        try
        {
            await work.ReadAsync(() => _blocks.TryTake(out var used) ? used : new TBlock(), HandOnAsync, ct).ConfigureAwait(false);
        }
        finally
        {
            prepared.Complete();
        }

        async Task HandOnAsync(TBlock block)
        {
            _cutOff = Task.Run(() => Prepare(block), CancellationToken.None);
            await prepared.WriteAsync(_cutOff, ct).ConfigureAwait(false);
            _cutOff = null;
        }
    }

    private TBlock Prepare(TBlock block)
    {
        work.Prepare(block);
        return block;
    }

    private async Task GatherAsync(ChannelReader<Task<TBlock>> prepared, Batcher batcher, CancellationToken ct)
    {
        // Also after a stop every block that was read is taken: its items are told as not sent.
        await foreach (var preparing in prepared.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var block = await preparing.ConfigureAwait(false);
            if (ct.IsCancellationRequested)
            {
                _unsent.Add(block);
                continue;
            }

            if (!_done.Writer.TryWrite(block))
            {
                // The oldest block may wait for operations that are still being gathered.
                if (!await Uncancelled(RoomAsync(block)).ConfigureAwait(false))
                {
                    _unsent.Add(block);
                    continue;
                }
            }

            await Uncancelled(block.SendAsync(batcher, ct)).ConfigureAwait(false);
        }

        await batcher.FlushAsync(ct).ConfigureAwait(false);

        async Task RoomAsync(TBlock block)
        {
            await batcher.FlushAsync(ct).ConfigureAwait(false);
            await _done.Writer.WriteAsync(block, ct).ConfigureAwait(false);
        }
    }

    private async Task TellRestAsync()
    {
        try
        {
            if (_cutOff is { } preparing)
            {
                _unsent.Add(await preparing.ConfigureAwait(false));
            }

            foreach (var block in _unsent)
            {
                await _done.Writer.WriteAsync(block, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (ChannelClosedException)
        {
            // Nobody reads any more.
        }

        _done.Writer.TryComplete();
    }

    private static async Task<bool> Uncancelled(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<ItemFailure>> SendAsync(BatchChunk chunk, CancellationTokenSource stop)
    {
        var failures = await send(chunk, stop.Token).ConfigureAwait(false);
        foreach (var failure in failures)
        {
            if (failure.IsShared && (failure.Kind is FailureKind.Connection or FailureKind.Cancelled || afterLoss == AfterLoss.Stop))
            {
                // What a cancelled run did with this chunk is not what it did with others.
                _ = failure.Kind == FailureKind.Cancelled ? End() : Interlocked.CompareExchange(ref _end, failure.Cause, null);
                await stop.CancelAsync().ConfigureAwait(false);
                break;
            }
        }

        return failures;
    }

    private async Task WriteAsync()
    {
        var goOn = true;
        try
        {
            await foreach (var block in _done.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                // After a stop, what has ended by then is told and nothing is waited for.
                await Task.WhenAny(block.Ended, _aborted.Task).ConfigureAwait(false);
                goOn = goOn && await work.WriteAsync(block, block.Ended.IsCompleted ? _end : End()).ConfigureAwait(false);
                if (block.Ended.IsCompleted)
                {
                    block.Clear();
                    _blocks.Add(block);
                }
            }
        }
        catch (Exception e)
        {
            _done.Writer.TryComplete(e);
            throw;
        }
    }

    private ConnectorException End() =>
        Interlocked.CompareExchange(ref _end, new ConnectorException(FailureKind.Cancelled, "The run was cancelled."), null) ?? _end;

    // A broken pipe or a defect in one task ends them all, rather than leave them waiting for each other.
    private static async Task Guarded(Task task, CancellationTokenSource stop)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
