using System.Collections.Concurrent;
using System.Threading.Channels;
using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Gathers the lines of a file into batch requests: streaming, results in order, flat memory.</summary>
/// <remarks>Lines are read by one task, turned into operations by one for each core, gathered in their order by one, and their results written by another.</remarks>
internal sealed class BatchRun(CustomerIoConnector connector, ActionManifest action, Connection connection, Region? region, string? invocationId, int concurrency)
{
    private const int Ahead = 24;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private readonly ActionManifest? _action = action.Id == "batch" ? null : OperationReader.Find(action.Id, connector.Catalogue);
    private readonly ConcurrentBag<LineBlock> _blocks = [];
    private readonly ConcurrentBag<OperationWriter> _writers = [];
    private readonly Channel<LineBlock> _done = Channel.CreateBounded<LineBlock>(Ahead);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _succeeded, _failed;

    /// <returns>The exit code: 4 when not every line succeeded.</returns>
    public async Task<int> RunAsync(string file, CancellationToken ct)
    {
        using var source = new LineSource(EachRun.Open(file));
        await using var stdout = Stdout.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var batcher = new Batcher(chunk => connector.SendAsync(chunk, connection, new RunOptions { Region = region, Logger = Terminal.Logger }, stop.Token), concurrency);
        var watching = EachProgress.WatchAsync(action.Id, () => EachProgress.SizeOf(file), () => source.Position, () => { }, () => (_succeeded, _failed), stop.Token);
        var writing = Guarded(WriteAsync(stdout), stop);
        var cancelled = false;
        try
        {
            var prepared = Channel.CreateBounded<Task<LineBlock>>(Environment.ProcessorCount);
            await Task.WhenAll(Guarded(ReadAsync(source, prepared.Writer, stop.Token), stop), Guarded(SendAsync(prepared.Reader, batcher, stop.Token), stop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancelled = true;
        }
        finally
        {
            _done.Writer.TryComplete();
            await batcher.DrainAsync().ConfigureAwait(false);
            if (stop.IsCancellationRequested)
            {
                _aborted.TrySetResult();
            }

            await Task.WhenAny(writing).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }

        await writing.ConfigureAwait(false);
        return EachProgress.End(_succeeded, _failed, cancelled);
    }

    private async Task ReadAsync(LineSource source, ChannelWriter<Task<LineBlock>> prepared, CancellationToken ct)
    {
        var line = new Line();
        var block = Take();
        while (true)
        {
            var next = source.ReadAsync(line, ct);
            var more = next.IsCompleted ? await next.ConfigureAwait(false) : await SlowAsync(next.AsTask()).ConfigureAwait(false);
            if (more)
            {
                block.Add(line);
            }

            if (!more || block.IsFull)
            {
                await HandOnAsync().ConfigureAwait(false);
            }

            if (!more)
            {
                prepared.Complete();
                return;
            }
        }

        // Whoever feeds us by hand wants to see results before the next line.
        async Task<bool> SlowAsync(Task<bool> next)
        {
            if (await Task.WhenAny(next, Task.Delay(s_pause, TimeProvider.System, ct)).ConfigureAwait(false) != next && block.Count > 0)
            {
                block.IsPause = true;
                await HandOnAsync().ConfigureAwait(false);
            }

            return await next.ConfigureAwait(false);
        }

        async Task HandOnAsync()
        {
            var full = block;
            block = Take();
            await prepared.WriteAsync(Task.Run(() => Prepare(full), CancellationToken.None), ct).ConfigureAwait(false);
        }
    }

    private LineBlock Prepare(LineBlock block)
    {
        var writer = _writers.TryTake(out var known) ? known : new OperationWriter(connector.Catalogue, _action, new ItemApi(TimeProvider.System.GetUtcNow, EventIdOf, connection.AllowPlaceholderIds));
        block.Prepare(writer);
        _writers.Add(writer);
        return block;
    }

    private string EventIdOf(long index) => invocationId is null ? EventId.Fresh(TimeProvider.System.GetUtcNow()) : EventId.Derive(invocationId, action.Id, (int)index);

    private async Task SendAsync(ChannelReader<Task<LineBlock>> prepared, Batcher batcher, CancellationToken ct)
    {
        await foreach (var preparing in prepared.ReadAllAsync(ct).ConfigureAwait(false))
        {
            var block = await preparing.ConfigureAwait(false);
            if (!_done.Writer.TryWrite(block))
            {
                // The oldest block may wait for operations that are still being gathered.
                await batcher.FlushAsync(ct).ConfigureAwait(false);
                await _done.Writer.WriteAsync(block, ct).ConfigureAwait(false);
            }

            await block.SendAsync(batcher, ct).ConfigureAwait(false);
        }

        await batcher.FlushAsync(ct).ConfigureAwait(false);
    }

    private async Task WriteAsync(Stream stdout)
    {
        var output = new ByteBuffer(LineBlock.Full);
        await foreach (var block in _done.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            // After a cancellation, what has ended by then is shown and nothing is waited for.
            await Task.WhenAny(block.Ended, _aborted.Task).ConfigureAwait(false);
            var (succeeded, failed) = block.Write(output);
            (_succeeded, _failed) = (_succeeded + succeeded, _failed + failed);
            await stdout.WriteAsync(output.Memory).ConfigureAwait(false);
            output.Length = 0;
            block.Clear();
            _blocks.Add(block);
        }
    }

    private LineBlock Take() => _blocks.TryTake(out var block) ? block : new LineBlock();

    // A broken pipe or a defect in one task ends them all, rather than leave them waiting for each other.
    private static async Task Guarded(Task work, CancellationTokenSource stop)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
