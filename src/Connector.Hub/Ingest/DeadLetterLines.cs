using System.Globalization;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Tells of dead letters: one line for all that have the same reason, however many there are.</summary>
internal static class DeadLetterLines
{
    /// <summary>Says which letters were made, and why.</summary>
    /// <param name="say">Takes a line.</param>
    /// <param name="letters">Their ids, each with its reason.</param>
    public static void Say(Action<string> say, IEnumerable<(long Id, string Why)> letters)
    {
        foreach (var same in letters.GroupBy(l => l.Why, l => l.Id))
        {
            var ids = same.ToArray();
            say(
                ids.Length == 1
                    ? string.Create(CultureInfo.InvariantCulture, $"Event refused, kept as dead letter {ids[0]}. {same.Key}")
                    : string.Create(CultureInfo.InvariantCulture, $"{ids.Length} events refused, kept as dead letters {ids.Min()} to {ids.Max()}. {same.Key}")
            );
        }
    }

    /// <summary>Forgets the oldest dead letters beyond the bounds, and says so.</summary>
    public static async Task TrimAsync(EventStore store, IngestOptions options, Counters counters)
    {
        if (await store.TrimAsync(IngestOptions.MaxDeadLetters, IngestOptions.MaxDeadLetterBytes).ConfigureAwait(false) is > 0 and var forgotten)
        {
            counters.Forgot(forgotten);
            options.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{forgotten} old dead letters were forgotten: more than "
                        + $"{IngestOptions.MaxDeadLetters:N0}, or {IngestOptions.MaxDeadLetterBytes >> 20} MiB of them, are not kept."
                )
            );
        }
    }
}
