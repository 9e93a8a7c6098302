using System.Collections.Concurrent;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Gathers the lines of a file into batch requests: streaming, results in order, flat memory.</summary>
internal sealed class BatchRun(
    CustomerIoConnector connector,
    ActionManifest action,
    Connection connection,
    Region? region,
    string? invocationId,
    int concurrency
) : IBatchWork<LineBlock>, IDisposable
{
    private readonly ActionManifest? _action = action.Id == "batch" ? null : OperationReader.Find(action.Id, connector.Catalogue);
    private readonly ConcurrentBag<OperationWriter> _writers = [];
    private readonly ByteBuffer _output = new(LineBlock.Full);
    private LineSource? _source;
    private Stream? _stdout;
    private readonly FirstFailure _first = new(action);
    private long _succeeded,
        _failed,
        _ended;

    /// <returns>The exit code: 4 when not every line succeeded, 3 when the credentials were refused.</returns>
    public Task<int> RunAsync(string file, CancellationToken ct) => EachProgress.ToldAsync(AllAsync(file, ct), () => (_succeeded, _failed));

    private async Task<int> AllAsync(string file, CancellationToken ct)
    {
        using var source = _source = new LineSource(await EachRun.OpenAsync(file, ct).ConfigureAwait(false));
        await using var stdout = _stdout = Stdout.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = EachProgress.WatchAsync(action.Id, EachProgress.PartOf(file, () => _ended), () => { }, () => (_succeeded, _failed), stop.Token);
        var sender = connector.Chunks(connection, new RunOptions { Region = region, Logger = Terminal.Logger }, "line");
        try
        {
            var end = await new BatchPipeline<LineBlock>(this, sender.SendAsync, AfterLoss.HoldPerson, concurrency).RunAsync(ct).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            return EachProgress.End(_succeeded, _failed, end, first: _first);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _source?.Dispose();
        _stdout?.Dispose();
    }

    public Task ReadAsync(Func<LineBlock> take, Func<LineBlock, Task> handOn, CancellationToken ct)
    {
        var line = new Line();
        return SlowSource.ReadAsync(() => _source!.ReadAsync(line, ct), block => block.Add(line), take, handOn, TimeProvider.System, ct);
    }

    public void Prepare(LineBlock block)
    {
        var writer = _writers.TryTake(out var known)
            ? known
            : new OperationWriter(connector.Catalogue, _action, new ItemContext(TimeProvider.System.GetUtcNow, EventIdOf, connection.AllowPlaceholderIds));
        block.Prepare(writer);
        _writers.Add(writer);
    }

    public async Task<bool> WriteAsync(LineBlock block, ConnectorException? end)
    {
        var (succeeded, failed) = block.Write(_output, end, _first);
        (_succeeded, _failed, _ended) = (_succeeded + succeeded, _failed + failed, _ended + block.Bytes);
        await _stdout!.WriteAsync(_output.Memory).ConfigureAwait(false);
        _output.Length = 0;
        return true;
    }

    private string EventIdOf(long index) =>
        invocationId is null ? EventIds.Fresh(TimeProvider.System.GetUtcNow()) : EventIds.Derive(invocationId, action.Id, (int)index);
}
