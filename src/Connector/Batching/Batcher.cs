using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Batching;

/// <summary>Somebody who waits for the end of operations.</summary>
internal interface IBatchOwner
{
    /// <summary>An operation was accepted, or failed.</summary>
    void Done(int place, ItemFailure? failure);
}

/// <summary>Gathers operations into chunks and sends several at once; operations that name the same person keep their order.</summary>
/// <remarks>Operations are added by one caller in their order. A chunk waits while one on its way names any of its people.</remarks>
/// <param name="send">Sends a chunk; tells what was not accepted.</param>
/// <param name="concurrency">How many chunks are on their way at once.</param>
/// <param name="most">How many operations go into one request. Default as many as fit.</param>
internal sealed class Batcher(Func<BatchChunk, Task<IReadOnlyList<ItemFailure>>> send, int concurrency, int most = int.MaxValue) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(concurrency, concurrency);
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, int> _busy = []; // By which chunk: no two on their way share anybody.
    private readonly HashSet<Task> _sending = [];
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<(BatchChunk Chunk, List<(IBatchOwner Owner, int Place)> Places)> _used = [];
    private BatchChunk _chunk = new();
    private int _number;
    private List<(IBatchOwner Owner, int Place)> _places = [];

    /// <summary>Adds an operation; false when the chunk has to be flushed first.</summary>
    public bool TryAdd(ReadOnlySpan<byte> operation, bool repeatable, ReadOnlySpan<ulong> keys, IBatchOwner owner, int place)
    {
        if (_chunk.Count >= most || !_chunk.TryAdd(operation, repeatable, keys))
        {
            return false;
        }

        _places.Add((owner, place));
        return true;
    }

    /// <summary>Sends what was gathered, as soon as its turn has come; does not wait for the answer.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (_chunk.Count == 0)
        {
            return;
        }

        await _slots.WaitAsync(ct).ConfigureAwait(false);
        for (var ended = TryTake(); ended is not null; ended = TryTake())
        {
            await ended.WaitAsync(ct).ConfigureAwait(false);
        }

        var (chunk, places) = (_chunk, _places);
        (_chunk, _places) = _used.TryTake(out var used) ? used : (new BatchChunk(chunk.Count, chunk.Keys.Count), new(places.Count));
        var sending = Task.Run(() => SendAsync(chunk, places), CancellationToken.None);
        lock (_lock)
        {
            _sending.Add(sending);
        }

        _ = sending.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Ends when nothing is on its way.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_sending);
        }
    }

    public void Dispose() => _slots.Dispose();

    private void Forget(Task sending)
    {
        lock (_lock)
        {
            _sending.Remove(sending);
        }
    }

    /// <summary>Marks the chunk's people as busy; if one already is, hands back what ends when another chunk does.</summary>
    private Task? TryTake()
    {
        lock (_lock)
        {
            var keys = CollectionsMarshal.AsSpan(_chunk.Keys);
            _number++;
            for (var i = 0; i < keys.Length; i++)
            {
                ref var by = ref CollectionsMarshal.GetValueRefOrAddDefault(_busy, keys[i], out var isBusy);
                if (isBusy && by != _number)
                {
                    Free(keys[..i]);
                    return _ended.Task;
                }

                by = _number;
            }

            return null;
        }
    }

    private async Task SendAsync(BatchChunk chunk, List<(IBatchOwner Owner, int Place)> places)
    {
        var failures = await send(chunk).ConfigureAwait(false);
        Release(chunk.Keys);
        var next = 0;
        for (var i = 0; i < places.Count; i++)
        {
            var failure = next < failures.Count && failures[next].Index == i ? failures[next++] : null;
            places[i].Owner.Done(places[i].Place, failure);
        }

        // The system takes large buffers back and hands them out anew slowly; what may still be read is left alone.
        if (!chunk.IsAbandoned)
        {
            chunk.Clear();
            places.Clear();
            _used.Add((chunk, places));
        }
    }

    private void Release(List<ulong> keys)
    {
        TaskCompletionSource ended;
        lock (_lock)
        {
            Free(CollectionsMarshal.AsSpan(keys));
            (ended, _ended) = (_ended, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        ended.SetResult();
        _slots.Release();
    }

    private void Free(ReadOnlySpan<ulong> keys)
    {
        foreach (var key in keys)
        {
            _busy.Remove(key);
        }
    }
}
