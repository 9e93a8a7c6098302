namespace CustomerIo.Connector.Testing;

/// <summary>Lets a test wait for the n-th of something without sleeping; a wait that never ends fails after half a minute.</summary>
public sealed class Signal
{
    private readonly Lock _lock = new();
    private readonly List<(int Count, TaskCompletionSource Source)> _waiting = [];
    private int _count;

    public void Raise(int count)
    {
        TaskCompletionSource[] ready;
        lock (_lock)
        {
            _count = Math.Max(_count, count);
            ready = [.. _waiting.Where(w => w.Count <= _count).Select(w => w.Source)];
            _waiting.RemoveAll(w => w.Count <= _count);
        }

        foreach (var source in ready)
        {
            source.SetResult();
        }
    }

    public Task When(int count)
    {
        lock (_lock)
        {
            if (_count >= count)
            {
                return Task.CompletedTask;
            }

            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, source));
            return source.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
