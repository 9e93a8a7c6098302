using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>One line with an event, translated.</summary>
internal sealed record EventLine(long Number, TranslatedEvent Translation, List<ulong> Names)
{
    /// <param name="line">The line.</param>
    /// <param name="settings">How it is translated.</param>
    /// <param name="withId">Whether an event without an id gets one.</param>
    /// <param name="tells">Whether warnings are said.</param>
    /// <param name="clock">The time that it is; null for the present.</param>
    public static EventLine Read(Line line, EventSettings settings, bool withId, bool tells = true, DateTimeOffset? clock = null)
    {
        var now = clock ?? TimeProvider.System.GetUtcNow();
        if (line.TooLong)
        {
            return Refused(line, $"is longer than {LineSource.Longest >> 20} MiB.");
        }

        try
        {
            var json = JsonText.ReadObject(line.Bytes.ToArray());
            var translation = Translator.Translate(json, settings, now, withId ? () => EventIds.Fresh(now) : null, line.Bytes.Length);
            foreach (var warning in tells ? translation.Warnings : [])
            {
                Terminal.Say($"line {line.Number}: {warning}");
            }

            return new(line.Number, translation, EventPersonKeys.Of(json));
        }
        catch (FormatException e)
        {
            return Refused(line, "cannot be read: " + e.Message);
        }
    }

    private static EventLine Refused(Line line, string reason) => new(line.Number, new([], new Problem("", reason), []), []);
}
