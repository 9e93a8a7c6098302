using System.Buffers;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Writes the requests of each line's event, in order, and sends nothing.</summary>
internal sealed class EventsTranslate(EventSettings settings, Region region, Stream output)
{
    private const int FlushAt = 32 << 10;

    /// <returns>The exit code: 4 when not every line was translated.</returns>
    public async Task<int> RunAsync(string file, CancellationToken ct)
    {
        using var source = new LineSource(await EachRun.OpenAsync(file, ct).ConfigureAwait(false));
        var (translated, refused) = (0L, 0L);
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
            _ = read.Translation.Refusal is null ? translated++ : refused++;
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
        return EachProgress.End(translated, refused, false);
    }
}
