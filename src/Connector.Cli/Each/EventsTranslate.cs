using System.Buffers;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Writes the requests of each line's event, in order, and sends nothing.</summary>
internal sealed class EventsTranslate(EventSettings settings, Region region, Stream output)
{
    private const int FlushAt = 32 << 10;

    /// <returns>How many lines were translated, refused, and not to be sent.</returns>
    public async Task<(long Translated, long Refused, long Skipped)> RunAsync(string file, CancellationToken ct)
    {
        using var source = new LineSource(await EachRun.OpenAsync(file, ct).ConfigureAwait(false));
        var (translated, refused, skipped) = (0L, 0L, 0L);
        var buffer = new ArrayBufferWriter<byte>(FlushAt * 2);
        await using var writer = ConnectorJson.Writer(buffer);
        var line = new Line();
        while (true)
        {
            var next = source.ReadAsync(line, ct);
            if (!next.IsCompleted || buffer.WrittenCount >= FlushAt)
            {
                await output.WriteAsync(buffer.WrittenMemory, ct).ConfigureAwait(false);
                buffer.ResetWrittenCount();
            }

            if (!await next.ConfigureAwait(false))
            {
                break;
            }

            if (line.IsBlank && !line.TooLong)
            {
                continue;
            }

            var read = EventLine.Read(line, settings, withId: false);
            _ =
                read.Translation.Refusal is not null ? refused++
                : read.Translation.Skipped is null ? translated++
                : skipped++;
            writer.Reset(buffer);
            writer.WriteStartObject();
            writer.WriteNumber("line"u8, read.Number);
            read.Translation.WriteMembers(writer, region);
            writer.WriteEndObject();
            writer.Flush();
            buffer.Write("\n"u8);
        }

        await output.WriteAsync(buffer.WrittenMemory, ct).ConfigureAwait(false);
        await output.FlushAsync(ct).ConfigureAwait(false);
        return (translated, refused, skipped);
    }
}
