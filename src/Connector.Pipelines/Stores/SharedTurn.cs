using System.Data.Common;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>
/// Work that one of several machines does at a time; the others stand by, and one of them goes on when it dies or stands still. A machine that has more
/// of such work of one database than another one that could do it hands some over.
/// </summary>
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

    /// <summary>This machine's name. Default the system's.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>How often is looked whether another machine has less to do. Default 5 s.</summary>
    public TimeSpan Balance { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Does the work whenever no other machine does, until it is told to stop.</summary>
    /// <param name="work">The work; its token ends it when it is told to stop, when another machine is to go on, or may have taken over.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<SyncLock, CancellationToken, Task> work, CancellationToken stop)
    {
        var turns = new Turns(Machine, lease);
        var shown = database.As(turns.Waiting);
        var (isAway, more) = (false, 0);
        var compared = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            // Who has less to do is faster.
            var wait = more > 0 ? 3 * Look : Look;
            try
            {
                var held = SyncLock.TryTake(shown, "", lease, what);
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
                        held.Show(turns.Having);
                        more = await HoldAsync(held, turns, shown, work, stop).ConfigureAwait(false) ? 1 : 0;
                    }
                }
                else if (time.GetElapsedTime(compared) >= Balance)
                {
                    (more, compared) = (Compare(turns, shown).More, time.GetTimestamp());
                }
            }
            catch (Exception e) when (e is ConnectorException or DbException)
            {
                var why = e as ConnectorException ?? database.Failure(e, $"{what} cannot be taken");
                wait = s_away;
                Away?.Invoke(why);
                if (!isAway)
                {
                    say($"{database.Name} cannot be used, so {without}. {why.KindName}: {why.Message}");
                    isAway = true;
                }
            }

            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether it was handed over.</returns>
    private async Task<bool> HoldAsync(SyncLock held, Turns turns, Database shown, Func<SyncLock, CancellationToken, Task> work, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, held.Lost);
        await Task.Delay(held.IsTakenOver ? s_settle : TimeSpan.Zero, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var balancing = HandOverAsync(turns, shown, ended);
        try
        {
            await work(held, ended.Token).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }

        return await balancing.ConfigureAwait(false);
    }

    /// <summary>Ends the work when another machine is to go on with it.</summary>
    private async Task<bool> HandOverAsync(Turns turns, Database shown, CancellationTokenSource ended)
    {
        while (true)
        {
            await Task.Delay(Balance, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return false;
            }

            var (mine, more) = Compare(turns, shown);

            // As all of this machine ask themselves, half of what it has too much goes.
#pragma warning disable CA5394
            if (more >= 2 && Random.Shared.Next(2 * mine) < more)
#pragma warning restore CA5394
            {
                say($"{what} is handed over to a machine that has less to do.");
                await ended.CancelAsync().ConfigureAwait(false);
                return true;
            }
        }
    }

    private static (int Mine, int More) Compare(Turns turns, Database shown)
    {
        try
        {
            using var connection = shown.Open();
            return turns.Compare(connection);
        }
        catch (Exception e) when (e is ConnectorException or DbException)
        {
            // Whether the database is there is told by the lease.
            return (0, 0);
        }
    }
}
