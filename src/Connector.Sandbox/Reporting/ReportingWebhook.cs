using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One reporting webhook and what waits to be posted to it, in order; used under the workspace's gate.</summary>
internal sealed class ReportingWebhook(int id, JObject shown)
{
    private const int MaxWaiting = 100_000;
    private readonly PriorityQueue<Report, (DateTimeOffset Due, long Number)> _queue = new();
    private TaskCompletionSource _news = NewSignal();
    private long _queued;
    private (DateTimeOffset First, DateTimeOffset Last, int Tries, TimeSpan Wait)? _failed;

    public int Id => id;

    /// <summary>As the App API shows it.</summary>
    public JObject Shown { get; private set; } = shown;

    public Uri Endpoint => new((string)Shown["endpoint"]!);

    /// <summary>The names it asks for; none while it is switched off.</summary>
    public IEnumerable<string> Wanted => Has("disabled") ? [] : Shown["events"]!.Select(e => (string)e!);

    /// <summary>What is posted now; everything else waits behind it.</summary>
    public Report? Current { get; private set; }

    /// <summary>What is not delivered yet, in order.</summary>
    public IEnumerable<Report> Waiting
    {
        get
        {
            var later = _queue.UnorderedItems.OrderBy(i => i.Priority).Select(i => i.Element);
            return Current is { } current ? later.Prepend(current) : later;
        }
    }

    /// <summary>How many reports were lost because too many waited.</summary>
    public long Lost { get; private set; }

    /// <summary>Whether the webhook was deleted; nothing more is posted then.</summary>
    public bool IsGone { get; private set; }

    public bool Has(string flag) => Shown[flag] is JValue { Value: true };

    public bool Wants(string name) => Wanted.Contains(name);

    public void Queue(Report report)
    {
        if (_queue.Count >= MaxWaiting)
        {
            Lost++;
            return;
        }
        _queue.Enqueue(report, (report.Due, ++_queued));
        Wake();
    }

    /// <summary>Takes over a change; what failed before it is tried again at once.</summary>
    public void Change(JObject changed)
    {
        Shown = changed;
        _failed = null;
        Wake();
    }

    public void Wake()
    {
        _news.TrySetResult();
        _news = NewSignal();
    }

    public void End()
    {
        IsGone = true;
        Wake();
    }

    /// <summary>What to post now; else how long nothing is to be done (null: until there is news), and the news that ends it.</summary>
    public (Report? Report, TimeSpan? Wait, Task News) Next(DateTimeOffset now, int speed)
    {
        if (Has("disabled"))
        {
            return (null, null, _news.Task);
        }
        if (Current is null && _queue.TryPeek(out var report, out _) && report.Due <= now)
        {
            Current = _queue.Dequeue();
        }
        var due = Current is null
            ? _queue.TryPeek(out var next, out _)
                ? next.Due
                : (DateTimeOffset?)null
            : _failed is var (_, last, _, wait)
                ? last + (wait / speed)
                : now;
        return due <= now ? (Current, null, _news.Task) : (null, due - now, _news.Task);
    }

    /// <summary>Says which try of the current report is being made, from 1.</summary>
    public int Tries => (_failed?.Tries ?? 0) + 1;

    /// <summary>The current report is delivered, or given up: the next one's turn.</summary>
    public void Done() => (Current, _failed) = (null, null);

    /// <summary>Notes a failed try; returns the wait before the next, or null when a week has passed and there is none.</summary>
    public TimeSpan? Failed(DateTimeOffset now, TimeSpan firstWait, int speed)
    {
        var first = _failed?.First ?? now;
        if (now - first >= Backoff.Most / speed)
        {
            return null;
        }
        var (wait, left) = (Backoff.Wait(firstWait, Tries), Backoff.Most - ((now - first) * speed));
        wait = wait < left ? wait : left;
        _failed = (first, now, Tries, wait);
        return wait / speed;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
