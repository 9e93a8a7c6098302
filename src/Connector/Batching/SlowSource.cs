namespace CustomerIo.Connector.Batching;

/// <summary>Fills blocks from a source that may be slow: what has come is handed on while the next item is waited for.</summary>
internal static class SlowSource
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads to the end of the source.</summary>
    /// <param name="next">Goes to the next item; false at the end.</param>
    /// <param name="add">Puts the item into a block and says whether the block is full.</param>
    /// <param name="take">Gives an empty block.</param>
    /// <param name="handOn">Hands a full one on.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task ReadAsync<TBlock>(
        Func<ValueTask<bool>> next,
        Func<TBlock, bool> add,
        Func<TBlock> take,
        Func<TBlock, Task> handOn,
        TimeProvider time,
        CancellationToken ct
    )
        where TBlock : BatchBlock
    {
        var block = take();
        while (true)
        {
            var coming = next();
            var more = coming.IsCompleted ? await coming.ConfigureAwait(false) : await SlowAsync(coming.AsTask()).ConfigureAwait(false);
            if (!more || add(block))
            {
                await HandOnAsync().ConfigureAwait(false);
            }

            if (!more)
            {
                return;
            }
        }

        // Whoever feeds us by hand wants to see results before the next item.
        async Task<bool> SlowAsync(Task<bool> coming)
        {
            if (block.Count > 0 && await Task.WhenAny(coming, Task.Delay(s_pause, time, ct)).ConfigureAwait(false) != coming)
            {
                block.IsPause = true;
                await HandOnAsync().ConfigureAwait(false);
            }

            return await coming.ConfigureAwait(false);
        }

        async Task HandOnAsync()
        {
            var full = block;
            block = take();
            await handOn(full).ConfigureAwait(false);
        }
    }
}
