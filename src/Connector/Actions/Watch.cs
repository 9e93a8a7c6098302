using CustomerIo.Connector.Api;

namespace CustomerIo.Connector.Actions;

/// <summary>Waits for what Customer.io does in its own time.</summary>
internal static class Watch
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1),
        s_longest = TimeSpan.FromSeconds(15);

    /// <summary>Asks again and again, ever less often; false when the time is up.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> isDone, TimeSpan most, IApi api, CancellationToken ct)
    {
        var (waited, delay) = (TimeSpan.Zero, s_first);
        while (!await isDone().ConfigureAwait(false))
        {
            if (waited >= most)
            {
                return false;
            }

            // A host takes a runner that says nothing for long for a dead one.
            api.Progress((int)waited.TotalSeconds, (int)most.TotalSeconds);
            delay = delay < most - waited ? delay : most - waited;
            await api.DelayAsync(delay, ct).ConfigureAwait(false);
            (waited, delay) = (waited + delay, delay * 2 < s_longest ? delay * 2 : s_longest);
        }

        return true;
    }
}
