namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Wakes the one who waits for events.</summary>
internal sealed class ArrivalSignal : IDisposable
{
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>Tells that something has arrived.</summary>
    public void Set() => _arrived.Release();

    /// <summary>Waits until something has arrived, or for a time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        await _arrived.WaitAsync(longest, ct).ConfigureAwait(false);
        while (_arrived.CurrentCount > 0)
        {
            await _arrived.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until something arrives, or has since the last wait; ends without a failure when it is cancelled.</summary>
    public async Task ArrivedAsync(CancellationToken ct)
    {
        try
        {
            do
            {
                await _arrived.WaitAsync(ct).ConfigureAwait(false);
            } while (_arrived.CurrentCount > 0);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }

    public void Dispose() => _arrived.Dispose();
}
