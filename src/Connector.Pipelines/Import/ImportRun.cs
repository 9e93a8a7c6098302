using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>What an import is to do.</summary>
internal sealed record ImportSettings(
    ImportKind Kind,
    ImportMap Map,
    int RowsPerRequest = int.MaxValue,
    int Concurrency = 4,
    Action<ReadOnlyMemory<byte>>? DryRun = null
);

/// <summary>Moves the rows of a table into Customer.io: streaming, each person's rows in order, memory flat, every row's end in the checkpoint.</summary>
/// <remarks>After a lost chunk nothing later is sent. A row that fails alone while others are accepted is set aside, and its person's later rows
/// behind it.</remarks>
internal sealed class ImportRun(CustomerIoConnector connector, Connection connection, ImportSettings settings, ImportProgress book, WaitNotice notice)
    : IBatchWork<ImportBlock>
{
    private readonly ConcurrentBag<RowWriter> _writers = [];
    private readonly ChunkSender _sender = connector.Chunks(connection, new RunOptions { Notice = notice }, "row", connection.TotalTimeout);

    /// <summary>Runs the job from a state to the end of its source.</summary>
    /// <param name="from">The state.</param>
    /// <param name="isResumed">Whether an earlier run left it.</param>
    /// <param name="ct">Stops the job.</param>
    /// <exception cref="ConnectorException">The job cannot go on; what is done is in the checkpoint.</exception>
    public async Task RunAsync(Checkpoint from, bool isResumed, CancellationToken ct)
    {
        await book.BeginAsync(from, isResumed).ConfigureAwait(false);
        ConnectorException? end;
        try
        {
            end =
                await SendAsideAsync(ct).ConfigureAwait(false)
                ?? await new BatchPipeline<ImportBlock>(this, SendAsync, AfterLoss.Stop, settings.Concurrency, settings.RowsPerRequest)
                    .RunAsync(ct)
                    .ConfigureAwait(false);
        }
        catch
        {
            await book.EndAsync(finished: false).ConfigureAwait(false);
            throw;
        }

        await book.EndAsync(end is null).ConfigureAwait(false);
        if (end is not null)
        {
            throw end.Kind == FailureKind.Cancelled ? new ConnectorException(FailureKind.Cancelled, "The job was stopped.") : end.Again();
        }
    }

    public async Task ReadAsync(Func<ImportBlock> take, Func<ImportBlock, Task> handOn, CancellationToken ct)
    {
        var row = book.State.Rows;
        var block = take();
        while (await book.Source.ReadAsync(block.Rows, ct).ConfigureAwait(false))
        {
            block.First = row;
            row += block.Rows.Count;
            await handOn(block).ConfigureAwait(false);
            block = take();
        }
    }

    /// <summary>How many rows had something taken off the ends of a name.</summary>
    public long Trimmed => _writers.Sum(w => w.Trimmed);

    public void Prepare(ImportBlock block)
    {
        var writer = _writers.TryTake(out var known)
            ? known
            : new RowWriter(settings.Kind, settings.Map, connector.Catalogue, new ItemContext(book.Time.GetUtcNow, EventIdOf, connection.AllowPlaceholderIds));
        block.Prepare(writer);
        _writers.Add(writer);
    }

    public async Task<bool> WriteAsync(ImportBlock block, ConnectorException? end)
    {
        if (!block.Tell(book))
        {
            return false;
        }

        await book.AdvanceAsync(block.Rows, block.Failed).ConfigureAwait(false);
        return true;
    }

    // Of what the row says, not of where it stands: rows may come in front of it before the job goes on.
    private string EventIdOf(long row) => EventIds.Derive($"{book.State.Run}\n{row}", "track", 0);

    private async Task<IReadOnlyList<ItemFailure>> SendAsync(BatchChunk chunk, CancellationToken ct)
    {
        if (settings.DryRun is { } show)
        {
            show(chunk.Body);
            return [];
        }

        var failures = await _sender.SendAsync(chunk, ct).ConfigureAwait(false);
        return failures.Any(f => f.Kind == FailureKind.Uncertain)
            ? [.. failures.Select(f => f.Kind == FailureKind.Uncertain ? f with { IsShared = true } : f)]
            : failures;
    }

    /// <summary>Sends what an earlier run set aside, before anything later of the same people.</summary>
    /// <returns>Why the job cannot go on; null when it can.</returns>
    private async Task<ConnectorException?> SendAsideAsync(CancellationToken ct)
    {
        var rows = new Queue<AsideRow>(book.SetAside);
        while (rows.Count > 0)
        {
            var (chunk, sent) = (new BatchChunk(), new List<AsideRow>());
            while (
                rows.TryPeek(out var next)
                && sent.Count < settings.RowsPerRequest
                && chunk.TryAdd(next.Operation, repeatable: true, MemoryMarshal.Cast<byte, ulong>(next.Keys))
            )
            {
                sent.Add(rows.Dequeue());
            }

            var failures = (await SendAsync(chunk, ct).ConfigureAwait(false)).ToDictionary(f => f.Index);
            for (var i = 0; i < sent.Count; i++)
            {
                if (!failures.TryGetValue(i, out var failure))
                {
                    book.Settle(sent[i], null);
                }
                else if (!failure.IsShared && ImportBlock.Problem(failure) is { } problem)
                {
                    book.Settle(sent[i], problem);
                }
            }

            if (failures.Values.FirstOrDefault(f => f.IsShared) is { } lost)
            {
                return lost.Cause;
            }
        }

        return null;
    }
}
