namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Work that one of several machines does at a time; the others stand by, and one of them goes on when it dies or stands still.</summary>
/// <param name="database">Where the lease is.</param>
/// <param name="lease">Its name.</param>
/// <param name="what">What it is to people, such as <c>The delivery of events</c>.</param>
/// <param name="without">What is not done while the database is away, such as <c>nothing is delivered here</c>.</param>
/// <param name="say">Takes a line when the database goes away, and when it is back.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedTurn(Database database, string lease, string what, string without, Action<string> say, TimeProvider time)
{
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(1);

    // Until then a process whose session broke has noticed: it asks twice a second.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(1);

    /// <summary>How long is waited until another look at what other machines may have done. 250 ms.</summary>
    public static TimeSpan Look { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Hears why nothing is done while the database is away, and null when it is back.</summary>
    public Action<ConnectorException?>? Away { get; init; }

    /// <summary>Does the work whenever no other machine does, until it is told to stop.</summary>
    /// <param name="work">The work; its token ends it when it is told to stop, or when another machine may have taken over.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<SyncLock, CancellationToken, Task> work, CancellationToken stop)
    {
        var isAway = false;
        while (!stop.IsCancellationRequested)
        {
            var wait = Look;
            try
            {
                var held = SyncLock.TryTake(database, "", lease, what);
                if (isAway)
                {
                    say($"{database.Name} is back.");
                    isAway = false;
                    Away?.Invoke(null);
                }

                if (held is not null)
                {
                    await using (held)
                    {
                        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, held.Lost);
                        await Task.Delay(held.IsTakenOver ? s_settle : TimeSpan.Zero, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        await work(held, ended.Token).ConfigureAwait(false);
                    }

                    continue;
                }
            }
            catch (ConnectorException e)
            {
                wait = s_away;
                Away?.Invoke(e);
                if (!isAway)
                {
                    say($"{database.Name} cannot be used, so {without}. {e.KindName}: {e.Message}");
                    isAway = true;
                }
            }

            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
