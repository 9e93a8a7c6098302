using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Events;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Ingest;

/// <summary>Takes events from the queue, in order, and sends them: what is refused becomes a dead letter, and while nothing can be sent all wait.</summary>
/// <remarks>
/// An event that Customer.io fails at while it takes others is set aside, for a second first and four times as long each time, up to an hour; its person's later
/// events wait behind it, all others flow. The queue is what repeats: nothing is sent twice within one group.
/// </remarks>
internal sealed class Delivery(IngestOptions options, EventStore store, CustomerIoConnector connector, Counters counters)
{
    private const int Most = 500;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromSeconds(60);

    private readonly EventLanes _lanes = new(connector, options.Connection, new RunOptions { Region = options.Region, MaxRetries = 0 }, options.Concurrency);
    private readonly WaitingPeople _waiting = new();
    private bool _isLoaded, _isOnePerson, _wasAnswered;

    /// <summary>Delivers until it is told to stop.</summary>
    /// <param name="stop">Ends it after what is on its way.</param>
    /// <param name="abort">Ends it at once; what was on its way is sent again at the next start.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var wait = s_shortest;
        while (!stop.IsCancellationRequested)
        {
            ConnectorException? failure;
            try
            {
                failure = await OneGroupAsync(stop, abort).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ConnectorException e)
            {
                failure = e;
            }
            catch (SqliteException e)
            {
                store.Note(e);
                failure = new(FailureKind.Unavailable, $"{store.Path} cannot be used: {e.Message}");
            }

            if (failure is null)
            {
                (wait, counters.Waiting) = (s_shortest, null);
                continue;
            }

            if (failure.Kind == FailureKind.Cancelled)
            {
                return;
            }

            counters.Waiting = failure.KindName;
            wait = failure.RetryAfter is { } asked && asked > wait ? asked : wait;
            options.Say($"Delivery waits {wait.TotalSeconds:0} s, events are kept. {failure.KindName}: {failure.Message}");
            await WaitAsync(wait, stop).ConfigureAwait(false);
            counters.Retried();
            wait = wait * 2 < s_longest ? wait * 2 : s_longest;
        }
    }

    // Where one person's events are all there is, nobody knows if it is they or everybody: the next event to arrive shows it.
    private async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waiting = Task.Delay(wait, options.Time, woken.Token);
        if (_isOnePerson)
        {
            await Task.Delay(s_shortest < wait ? s_shortest : wait, options.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAny(waiting, store.ArrivedAsync(woken.Token)).ConfigureAwait(false);
            await woken.CancelAsync().ConfigureAwait(false);
        }

        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>Why delivery has to wait; null when it can go on.</returns>
    private async Task<ConnectorException?> OneGroupAsync(CancellationToken stop, CancellationToken abort)
    {
        Load();
        var now = options.Time.GetUtcNow();
        var events = store.Next(Most, now);
        if (events.Count == 0)
        {
            await store.WaitAsync(stop).ConfigureAwait(false);
            return null;
        }

        var (group, items, behind) = (new List<QueuedEvent>(), new List<EventItem>(), new List<SetAsideEvent>());
        foreach (var e in events)
        {
            var item = Translate(e);
            _waiting.Remove(e.Number, item.Names);
            if (_waiting.Behind(e.Number, item.Names) is { } due)
            {
                behind.Add(Behind(e, item, due));
                continue;
            }

            group.Add(e);
            items.Add(item);
        }

        var once = group.Where((_, i) => items[i].Translation.Requests.Any(r => !r.Repeatable)).Select(e => e.Number).ToArray();
        if (once.Length > 0)
        {
            await store.BeginAsync(once).ConfigureAwait(false);
        }

        var failures = await _lanes.SendAsync(items, new HeldPeople("event"), abort).ConfigureAwait(false);
        return await EndAsync(group, items, failures, behind).ConfigureAwait(false);
    }

    private async Task<ConnectorException?> EndAsync(List<QueuedEvent> group, List<EventItem> items, ItemFailure?[] failures, List<SetAsideEvent> aside)
    {
        var now = options.Time.GetUtcNow();

        // Where one was answered, now or just before, it is no outage: what failed alone is that event's own.
        var (delivered, refused, again) = (new List<long>(), new List<(QueuedEvent Event, ConnectorException Why)>(), new List<long>());
        var isAnswered = failures.Any(f => f is null or { Kind: FailureKind.Rejected });
        var isAlive = isAnswered || _wasAnswered;
        _wasAnswered = isAnswered;
        for (var i = 0; i < group.Count; i++)
        {
            var (e, failure) = (group[i], failures[i]);
            if (failure is null)
            {
                delivered.Add(e.Number);
            }
            else if (!failure.Holds)
            {
                refused.Add((e, failure.Cause));
            }
            else if (_waiting.Behind(e.Number, items[i].Names) is { } due)
            {
                aside.Add(Behind(e, items[i], due));
            }
            else if (failure.IsAlone && isAlive)
            {
                aside.Add(SetAside(e, items[i], failure.Cause, now));
            }
            else
            {
                again.Add(e.Number);
            }
        }

        var letters = await store.EndAsync(delivered, refused, again, aside, now).ConfigureAwait(false);
        counters.Delivered(delivered.Count);
        counters.DeadLettered(letters.Count);
        if (letters.Count > 0)
        {
            DeadLetterLines.Say(options.Say, letters.Zip(refused, (l, r) => (l, $"{r.Item2.KindName}: {r.Item2.Message}")));
            await DeadLetterLines.TrimAsync(store, options, counters).ConfigureAwait(false);
        }

        _isOnePerson = EventLanes.Lanes([.. items.Select(i => i.Names)], 2).Count == 1;
        var hasMoved = delivered.Count + refused.Count + aside.Count > 0;
        return failures.FirstOrDefault(f => f is { IsShared: true, Holds: true } && !(hasMoved && ChunkSender.IsSuspect(f.Cause)))?.Cause;
    }

    private SetAsideEvent SetAside(QueuedEvent e, EventItem item, ConnectorException why, DateTimeOffset now)
    {
        var delay = TimeSpan.FromSeconds(Math.Min(options.MaxAside.TotalSeconds, Math.Pow(4, e.Attempts)));
        var aside = new SetAsideEvent(e.Number, now + delay, e.Attempts + 1, $"{why.KindName}: {why.Message}");
        _waiting.Add(e.Number, item.Names, aside.Due);
        options.Say($"Event {e.Number} is set aside for {delay.TotalSeconds:0} s, its person's later events wait behind it. {aside.Reason}");
        return aside;
    }

    private SetAsideEvent Behind(QueuedEvent e, EventItem item, DateTimeOffset due)
    {
        _waiting.Add(e.Number, item.Names, due);
        return new SetAsideEvent(e.Number, due, e.Attempts, "");
    }

    // What an earlier process set aside stays so.
    private void Load()
    {
        foreach (var (e, due) in _isLoaded ? [] : store.Aside())
        {
            _waiting.Add(e.Number, Translate(e).Names, due);
        }

        _isLoaded = true;
    }

    private EventItem Translate(QueuedEvent queued)
    {
        if (queued.Begun)
        {
            const string Words = "may have been sent before the connector was stopped, and must not be sent twice. If Customer.io does not show it at its delivery (action get-message), it did not arrive: replay it.";
            return new(new([], new Problem("", Words), []), []);
        }

        try
        {
            var json = ConnectorJson.ParseObject(queued.Text);
            var translation = Translator.Translate(json, options.Settings, queued.Received);
            foreach (var warning in translation.Warnings)
            {
                options.Say($"Event {queued.Number}: {warning}");
            }

            return new(translation, EventNames.Of(json));
        }
        catch (FormatException e)
        {
            return new(new([], new Problem("", "cannot be read: " + e.Message), []), []);
        }
    }
}
