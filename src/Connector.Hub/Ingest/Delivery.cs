using System.Runtime.InteropServices;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Translation;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Takes events from a source, in order, and sends them: what is refused becomes a dead letter, and while nothing can be sent all wait.</summary>
/// <remarks>
/// An event that Customer.io fails at while it takes others is set aside, for a second first and four times as long each time, up to an hour; its
/// person's later
/// events wait behind it, all others flow. The source is what repeats: nothing is sent twice within one group. While a group is searched for such an event, the
/// next ones are on their way, as long as events are answered; whoever is in none of these groups need not wait for the search.
/// </remarks>
/// <param name="source">Where the events wait.</param>
/// <param name="reader">Turns each into what is sent.</param>
/// <param name="options">Where they go, and how many at once.</param>
/// <param name="connector">Sends them.</param>
/// <param name="counters">Hears what was done.</param>
internal sealed class Delivery(IEventSource source, IEventReader reader, DeliveryOptions options, CustomerIoConnector connector, Counters counters)
    : IDisposable
{
    private const int Most = 500,
        MaxGroups = 4;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1),
        s_longest = TimeSpan.FromSeconds(60);

    private readonly EventPartitions _partitions = new(
        held => connector.Events(options.Connection, new RunOptions { Region = options.Region, MaxRetries = 0 }, held),
        options.Concurrency
    );
    private readonly WaitingPeople _waiting = new();
    private readonly List<Group> _groups = [];
    private bool _isLoaded,
        _isOnePerson,
        _wasAnswered;

    /// <summary>Delivers until it is told to stop.</summary>
    /// <param name="stop">Ends it after what is on its way.</param>
    /// <param name="abort">Ends it at once; what was on its way is sent again at the next start.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            await DeliverAsync(stop, abort).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It was told to stop while it waited.
        }
        finally
        {
            await EndAllAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _partitions.Dispose();

    /// <summary>The delivery of a queue.</summary>
    public static Delivery Of(IngestOptions options, EventStore store, CustomerIoConnector connector, Counters counters) =>
        new(new StoredEvents(store, options, counters), new EventReader(options.Settings, options.Say), options, connector, counters);

    private async Task DeliverAsync(CancellationToken stop, CancellationToken abort)
    {
        var wait = s_shortest;
        while (!stop.IsCancellationRequested)
        {
            var failure = await MetAsync(() => StepAsync(stop, abort)).ConfigureAwait(false);
            if (failure is not null)
            {
                failure = await EndAllAsync().ConfigureAwait(false) is { Kind: FailureKind.Cancelled } cancelled ? cancelled : failure;
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
            await Task.WhenAny(waiting, source.ArrivedAsync(woken.Token)).ConfigureAwait(false);
            await woken.CancelAsync().ConfigureAwait(false);
        }

        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<ConnectorException?> MetAsync(Func<Task<ConnectorException?>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (ConnectorException e)
        {
            return e;
        }
        catch (Exception e) when (source.Failure(e) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>Sends groups until one of them has ended, or waits for events.</summary>
    /// <returns>Why delivery has to wait; null when it can go on.</returns>
    private async Task<ConnectorException?> StepAsync(CancellationToken stop, CancellationToken abort)
    {
        while (!stop.IsCancellationRequested)
        {
            // Whether it is an outage, one group is enough to find out.
            if (_groups.Count < (_wasAnswered ? MaxGroups : 1) && await TakeAsync().ConfigureAwait(false) is { } group)
            {
                group.Sending = Task.Run(() => _partitions.SendAsync(group.Items, new HeldPeople("event"), abort), CancellationToken.None);
                _groups.Add(group);
            }
            else if (_groups.Count > 0)
            {
                await FirstAsync(stop).ConfigureAwait(false);
            }
            else
            {
                await source.WaitAsync(stop).ConfigureAwait(false);
                return null;
            }

            if (_groups.Find(g => g.Sending.IsCompleted) is { } ended)
            {
                return await EndAsync(ended).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Waits until a group has ended, or until there may be another one.</summary>
    private async Task FirstAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var arrived =
            _wasAnswered && _groups.Count < MaxGroups ? source.ArrivedAsync(either.Token) : Task.Delay(Timeout.InfiniteTimeSpan, options.Time, either.Token);
        await Task.WhenAny([arrived, .. _groups.Select(g => g.Sending)]).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await arrived.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Waits for all groups that are on their way.</summary>
    /// <returns>What the last failed of them met.</returns>
    private async Task<ConnectorException?> EndAllAsync()
    {
        ConnectorException? failure = null;
        while (_groups.Count > 0)
        {
            failure = await MetAsync(() => EndAsync(_groups[0])).ConfigureAwait(false) ?? failure;
        }

        return failure;
    }

    /// <summary>The next events of people who are in none of the groups that are on their way; null when there are none.</summary>
    private async Task<Group?> TakeAsync()
    {
        Load();
        var events = source.Next(Most, options.Time.GetUtcNow(), _groups.SelectMany(g => g.Numbers));
        var (group, busy) = (new Group([], [], []), new HeldPeople("event"));
        foreach (var item in _groups.SelectMany(g => g.Items))
        {
            busy.Add(CollectionsMarshal.AsSpan(item.Names));
        }

        foreach (var e in events)
        {
            var item = Translate(e);
            if (busy.Holds(CollectionsMarshal.AsSpan(item.Names)))
            {
                continue;
            }

            _waiting.Remove(e.Number, item.Names);
            if (_waiting.Behind(e.Number, item.Names) is { } due)
            {
                group.Aside.Add(Behind(e, item, due));
                continue;
            }

            group.Events.Add(e);
            group.Items.Add(item);
        }

        var once = group.Events.Where((_, i) => group.Items[i].Translation.Requests.Any(r => !r.Repeatable)).Select(e => e.Number).ToArray();
        if (once.Length > 0)
        {
            await source.BeginAsync(once).ConfigureAwait(false);
        }

        return group.Events.Count + group.Aside.Count > 0 ? group : null;
    }

    private async Task<ConnectorException?> EndAsync(Group ended)
    {
        _groups.Remove(ended);
        var failures = await ended.Sending.ConfigureAwait(false);
        var (group, items, aside) = (ended.Events, ended.Items, ended.Aside);
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

        if (!await source.EndAsync(delivered, refused, again, aside, now).ConfigureAwait(false))
        {
            return null;
        }

        var skipped = items.Count(i => i.Translation.Skipped is not null);
        counters.Delivered(delivered.Count - skipped);
        counters.Skipped(skipped);
        counters.DeadLettered(refused.Count);
        _isOnePerson = EventPartitions.Partitions([.. items.Select(i => i.Names)], 2).Count == 1;
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
        foreach (var (e, due) in _isLoaded ? [] : source.Aside())
        {
            _waiting.Add(e.Number, Translate(e).Names, due);
        }

        _isLoaded = true;
    }

    private EventItem Translate(QueuedEvent queued) => queued.Begun ? EventReader.MayHaveBeenSent : reader.Read(queued);

    /// <summary>Events that are on their way together.</summary>
    private sealed record Group(List<QueuedEvent> Events, List<EventItem> Items, List<SetAsideEvent> Aside)
    {
        /// <summary>For each event why it was not accepted, once all have been answered.</summary>
        public Task<ItemFailure?[]> Sending { get; set; } = null!;

        /// <summary>What is not to be taken a second time.</summary>
        public IEnumerable<long> Numbers => Events.Select(e => e.Number).Concat(Aside.Select(a => a.Number));
    }
}
