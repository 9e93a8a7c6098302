using System.Collections.Concurrent;
using System.Threading.Channels;
using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Jobs.Tables;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Jobs.Import;

/// <summary>What an import is to do.</summary>
internal sealed record ImportSettings(ImportKind Kind, ImportMap Map, int RowsPerRequest = int.MaxValue, int Concurrency = 4, Action<ReadOnlyMemory<byte>>? DryRun = null);

/// <summary>Moves the rows of a table into Customer.io: streaming, each person's rows in order, memory flat, every row's end in the journal.</summary>
/// <remarks>Rows are read by one task, turned into operations by one for each core, gathered in their order by one, and their ends written by another.</remarks>
internal sealed class ImportRun(CustomerIoConnector connector, Connection connection, ImportSettings settings, IRowSource source, ImportBook book, TimeProvider time) : IDisposable
{
    private const int Ahead = 24;
    private static readonly RunOptions s_options = new();
    private readonly ConcurrentBag<ImportBlock> _blocks = [];
    private readonly ConcurrentBag<RowWriter> _writers = [];
    private readonly Channel<ImportBlock> _done = Channel.CreateBounded<ImportBlock>(Ahead);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectorException? _failure;

    public void Dispose() => _stop.Dispose();

    /// <summary>Runs the job from a state to the end of its source.</summary>
    /// <exception cref="ConnectorException">The job cannot go on; what is done is in the journal.</exception>
    public async Task RunAsync(JobState from, CancellationToken ct)
    {
        await book.BeginAsync(from).ConfigureAwait(false);
        using var link = ct.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _stop);
        using var batcher = new Batcher(SendAsync, settings.Concurrency);
        var writing = Guarded(WriteAsync());
        try
        {
            var prepared = Channel.CreateBounded<Task<ImportBlock>>(Environment.ProcessorCount);
            await Task.WhenAll(Guarded(ReadAsync(prepared.Writer)), Guarded(GatherAsync(prepared.Reader, batcher))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _failure ??= new ConnectorException(FailureKind.Cancelled, "The job was stopped.");
        }
        finally
        {
            _done.Writer.TryComplete();
            await batcher.DrainAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested)
            {
                _aborted.TrySetResult();
            }

            await writing.ConfigureAwait(false);
        }

        await book.EndAsync(_failure is null).ConfigureAwait(false);
        if (_failure is not null)
        {
            throw _failure.Again();
        }
    }

    private async Task ReadAsync(ChannelWriter<Task<ImportBlock>> prepared)
    {
        var row = book.State.Rows;
        while (true)
        {
            var block = _blocks.TryTake(out var used) ? used : new ImportBlock(Stop);
            if (!await source.ReadAsync(block.Rows, _stop.Token).ConfigureAwait(false))
            {
                prepared.Complete();
                return;
            }

            var first = row;
            row += block.Rows.Count;
            await prepared.WriteAsync(Task.Run(() => Prepare(block, first), CancellationToken.None), _stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>How many rows had something taken off the ends of a name.</summary>
    public long Trimmed => _writers.Sum(w => w.Trimmed);

    private ImportBlock Prepare(ImportBlock block, long first)
    {
        var writer = _writers.TryTake(out var known) ? known : new RowWriter(settings.Kind, settings.Map, connector.Catalogue, new ItemApi(time.GetUtcNow, EventIdOf, connection.AllowPlaceholderIds));
        block.Prepare(writer, first);
        _writers.Add(writer);
        return block;
    }

    // Of what the row says, not of where it stands: rows may come in front of it before the job goes on.
    private string EventIdOf(long row) => EventId.Derive($"{book.State.Run}\n{row}", "track", 0);

    private async Task GatherAsync(ChannelReader<Task<ImportBlock>> prepared, Batcher batcher)
    {
        var fill = new BatchFill();
        await foreach (var preparing in prepared.ReadAllAsync(_stop.Token).ConfigureAwait(false))
        {
            var block = await preparing.ConfigureAwait(false);
            if (!_done.Writer.TryWrite(block))
            {
                // The oldest block may wait for operations that are still being gathered.
                await batcher.FlushAsync(_stop.Token).ConfigureAwait(false);
                fill.Count = 0;
                await _done.Writer.WriteAsync(block, _stop.Token).ConfigureAwait(false);
            }

            await block.SendAsync(batcher, fill, settings.RowsPerRequest, _stop.Token).ConfigureAwait(false);
        }

        await batcher.FlushAsync(_stop.Token).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BatchFailure>> SendAsync(BatchChunk chunk)
    {
        if (settings.DryRun is { } show)
        {
            show(chunk.Body);
            return [];
        }

        while (true)
        {
            try
            {
                return await connector.SendAsync(chunk, connection, s_options, _stop.Token).ConfigureAwait(false);
            }
            catch (ConnectorException e) when (e.Kind == FailureKind.RateLimited)
            {
                // Refused, so not done: a job has the patience that a single run has not.
                await Task.Delay(e.RetryAfter is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1), time, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync()
    {
        await foreach (var block in _done.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            // After a stop, what has ended by then counts and nothing is waited for.
            await Task.WhenAny(block.Ended, _aborted.Task).ConfigureAwait(false);
            if (!block.Ended.IsCompleted || !block.IsDone)
            {
                return;
            }

            block.Tell(book.Bad);
            await book.AdvanceAsync(block.Rows, block.Failed).ConfigureAwait(false);
            block.Clear();
            _blocks.Add(block);
        }
    }

    private void Stop(ConnectorException failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _stop.Cancel();
    }

    // A defect or a broken source in one task ends them all, rather than leave them waiting for each other.
    private async Task Guarded(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
