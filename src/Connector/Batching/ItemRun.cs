using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Batching;

/// <summary>Gathers a program's inputs into batch requests and gives back how each ended, in order.</summary>
/// <param name="newWriter">Makes what turns an input into an operation; one for each thread.</param>
/// <param name="inputs">The inputs.</param>
/// <param name="time">The clock.</param>
internal sealed class ItemRun(Func<OperationWriter> newWriter, IAsyncEnumerable<JObject> inputs, TimeProvider time) : IBatchWork<ItemBlock>
{
    private readonly ConcurrentBag<OperationWriter> _writers = [];
    private readonly Channel<ItemResult> _results = Channel.CreateBounded<ItemResult>(1024);
    private ExceptionDispatchInfo? _sourceFailure;

    /// <summary>Sends everything and yields the ends.</summary>
    /// <param name="run">Runs the pipeline with this work and a token.</param>
    /// <param name="ct">Ends the run early.</param>
    /// <exception cref="ConnectorException">It ended before every item had its answer; what was told until then holds.</exception>
    /// <remarks>What the source itself throws comes last, after the ends of all that it gave.</remarks>
    public async IAsyncEnumerable<ItemResult> ResultsAsync(
        Func<IBatchWork<ItemBlock>, CancellationToken, Task<ConnectorException?>> run,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = Task.Run(() => RunAsync(run, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var result in _results.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return result;
            }

            if (await running.ConfigureAwait(false) is { } end)
            {
                throw end;
            }

            _sourceFailure?.Throw();
        }
        finally
        {
            // Also whoever takes no more results waits for what is on its way.
            _results.Writer.TryComplete();
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(running).ConfigureAwait(false);
        }
    }

    public async Task ReadAsync(Func<ItemBlock> take, Func<ItemBlock, Task> handOn, CancellationToken ct)
    {
        var index = 0L;
        JObject item = null!;
        var items = inputs.GetAsyncEnumerator(ct);
        Task<bool> coming = Task.FromResult(false);
        try
        {
            await SlowSource.ReadAsync(Next, block => block.Add(item, index++), take, handOn, time, ct).ConfigureAwait(false);
        }
        finally
        {
            // A source can only be closed when it is not just being asked, as after any await foreach.
            await Task.WhenAny(coming).ConfigureAwait(false);
            try
            {
                await items.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Ended(e);
            }
        }

        ValueTask<bool> Next()
        {
            try
            {
                var next = items.MoveNextAsync();
                return next.IsCompletedSuccessfully ? new(Took(next.Result)) : new(coming = LaterAsync(next));
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                return new(Ended(e));
            }
        }

        async Task<bool> LaterAsync(ValueTask<bool> next)
        {
            try
            {
                return Took(await next.ConfigureAwait(false));
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                return Ended(e);
            }
        }

        bool Took(bool more)
        {
            item = more ? items.Current : item;
            return more;
        }

        // A source that fails has ended: what it gave is sent and told first.
        bool Ended(Exception e)
        {
            _sourceFailure ??= ExceptionDispatchInfo.Capture(e);
            return false;
        }
    }

    public void Prepare(ItemBlock block)
    {
        var writer = _writers.TryTake(out var known) ? known : newWriter();
        block.Prepare(writer);
        _writers.Add(writer);
    }

    public async Task<bool> WriteAsync(ItemBlock block, ConnectorException? end)
    {
        try
        {
            foreach (var result in block.Results(end))
            {
                await _results.Writer.WriteAsync(result).ConfigureAwait(false);
            }

            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    private async Task<ConnectorException?> RunAsync(Func<IBatchWork<ItemBlock>, CancellationToken, Task<ConnectorException?>> run, CancellationToken ct)
    {
        try
        {
            return await run(this, ct).ConfigureAwait(false);
        }
        finally
        {
            _results.Writer.TryComplete();
        }
    }
}
