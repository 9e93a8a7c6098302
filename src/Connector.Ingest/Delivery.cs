using CustomerIo.Connector.Events;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Ingest;

/// <summary>Takes events from the queue, in order, and sends them: what is refused becomes a dead letter, what cannot be sent now waits with all behind it.</summary>
internal sealed class Delivery(IngestOptions options, EventStore store, CustomerIoConnector connector, Counters counters)
{
    private const int Most = 500;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromSeconds(60);

    private readonly EventLanes _lanes = new(connector, options.Connection, new RunOptions { Region = options.Region }, options.Concurrency);

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
            await Task.Delay(wait, options.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            counters.Retried();
            wait = wait * 2 < s_longest ? wait * 2 : s_longest;
        }
    }

    /// <returns>Why delivery has to wait; null when it can go on.</returns>
    private async Task<ConnectorException?> OneGroupAsync(CancellationToken stop, CancellationToken abort)
    {
        var events = store.Next(Most);
        if (events.Count == 0)
        {
            await store.WaitAsync(stop).ConfigureAwait(false);
            return null;
        }

        var translated = events.Select(Translate).ToArray();
        var once = events.Where((e, i) => translated[i].Translation.Requests.Any(r => !r.Repeatable)).Select(e => e.Number).ToArray();
        if (once.Length > 0)
        {
            await store.BeginAsync(once).ConfigureAwait(false);
        }

        var failures = await _lanes.SendAsync(translated, abort).ConfigureAwait(false);
        await EndAsync(events, failures).ConfigureAwait(false);
        return failures.FirstOrDefault(f => f is not null && !EventSender.IsOwn(f.Kind));
    }

    private async Task EndAsync(IReadOnlyList<QueuedEvent> events, ConnectorException?[] failures)
    {
        var delivered = events.Where((_, i) => failures[i] is null).Select(e => e.Number).ToArray();
        var refused = events.Zip(failures).Where(p => p.Second is { } f && EventSender.IsOwn(f.Kind)).Select(p => (p.First, p.Second!)).ToArray();
        var again = events.Where((_, i) => failures[i] is { } f && !EventSender.IsOwn(f.Kind)).Select(e => e.Number);
        var letters = await store.EndAsync(delivered, refused, again, options.Time.GetUtcNow()).ConfigureAwait(false);
        counters.Delivered(delivered.Length);
        counters.DeadLettered(letters.Count);
        if (letters.Count > 0)
        {
            DeadLetterLines.Say(options.Say, letters.Zip(refused, (l, r) => (l, $"{r.Item2.KindName}: {r.Item2.Message}")));
            await DeadLetterLines.TrimAsync(store, options, counters).ConfigureAwait(false);
        }
    }

    private (Translation Translation, IReadOnlyList<ulong> Names) Translate(QueuedEvent queued)
    {
        if (queued.Begun)
        {
            const string Words = "may have been sent before the connector was stopped, and must not be sent twice. If Customer.io does not show it at its delivery (action get-message), it did not arrive: replay it.";
            return (new([], new Problem("", Words), []), []);
        }

        try
        {
            var json = ConnectorJson.ParseObject(queued.Text);
            var translation = Translator.Translate(json, options.Settings, queued.Received);
            foreach (var warning in translation.Warnings)
            {
                options.Say($"Event {queued.Number}: {warning}");
            }

            return (translation, EventNames.Of(json));
        }
        catch (FormatException e)
        {
            return (new([], new Problem("", "cannot be read: " + e.Message), []), []);
        }
    }
}
