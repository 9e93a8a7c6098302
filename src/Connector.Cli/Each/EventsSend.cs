using System.Buffers;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Translation;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Sends each line's event: the events of one person in their order, those of several people at once.</summary>
internal sealed class EventsSend(CustomerIoConnector connector, Connection connection, EventSettings settings, Region? region, int concurrency) : IDisposable
{
    private const int Most = 4096;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private readonly EventPartitions _partitions = new(
        held => connector.Events(connection, new() { Region = region, Logger = Terminal.Logger }, held),
        concurrency
    );
    private readonly HeldPeople _held = new("line");
    private readonly FirstFailure _first = new(action: null);
    private long _ended,
        _succeeded,
        _failed,
        _skipped;
    private ConnectorException? _end;

    /// <returns>The exit code: 4 when not every line succeeded.</returns>
    public Task<int> RunAsync(string file, CancellationToken ct) => EachProgress.ToldAsync(AllAsync(file, ct), () => (_succeeded, _failed));

    private async Task<int> AllAsync(string file, CancellationToken ct)
    {
        using var source = new LineSource(await EachRun.OpenAsync(file, ct).ConfigureAwait(false));
        await using var stdout = Stdout.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = EachProgress.WatchAsync("events", EachProgress.PartOf(file, () => _ended), () => { }, () => (_succeeded, _failed), stop.Token);
        try
        {
            await ReadAsync(source, stdout, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            _end ??= new ConnectorException(FailureKind.Cancelled, "The run was cancelled.", inner: e);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }

        return EachProgress.End(_succeeded, _failed, _end, _skipped, _first);
    }

    public void Dispose() => _partitions.Dispose();

    private async Task ReadAsync(LineSource source, Stream stdout, CancellationToken ct)
    {
        var line = new Line();
        var group = new List<EventLine>(Most);
        while (_end is null)
        {
            var next = source.ReadAsync(line, ct).AsTask();

            // Whoever feeds us by hand wants to see results before the next line.
            if (!next.IsCompleted && group.Count > 0 && await Task.WhenAny(next, Task.Delay(s_pause, TimeProvider.System, ct)).ConfigureAwait(false) != next)
            {
                await SendAsync(group, source.Position, stdout, ct).ConfigureAwait(false);
            }

            if (!await next.ConfigureAwait(false))
            {
                break;
            }

            if (!line.IsBlank || line.TooLong)
            {
                var read = EventLine.Read(line, settings, withId: true);
                group.Add(read);
                if (group.Count == Most)
                {
                    await SendAsync(group, source.Position, stdout, ct).ConfigureAwait(false);
                }
            }
        }

        await SendAsync(group, source.Position, stdout, ct).ConfigureAwait(false);
    }

    private async Task SendAsync(List<EventLine> group, long read, Stream stdout, CancellationToken ct)
    {
        if (group.Count == 0)
        {
            return;
        }

        // Also after a cancellation each line is told: what was answered by then, and what was not.
        var failures = await _partitions.SendAsync([.. group.Select(e => new EventItem(e.Translation, e.Names))], _held, ct).ConfigureAwait(false);
        await stdout.WriteAsync(Results(group, failures), CancellationToken.None).ConfigureAwait(false);
        await stdout.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        _ended = read;
        group.Clear();
        _end ??= failures.FirstOrDefault(f => f is { IsShared: true, Kind: FailureKind.Connection or FailureKind.Cancelled })?.Cause;
    }

    private ReadOnlyMemory<byte> Results(List<EventLine> group, ItemFailure?[] failures)
    {
        var buffer = new ArrayBufferWriter<byte>((group.Count * 64) + 256);
        using var writer = ConnectorJson.Writer(buffer);
        for (var i = 0; i < group.Count; i++)
        {
            writer.Reset(buffer);
            writer.WriteStartObject();
            writer.WriteNumber("line"u8, group[i].Number);
            if (group[i].Translation.Refused is { } reason)
            {
                _first.Note(group[i].Number, reason);
                writer.WriteString("refused"u8, reason);
            }
            else if (failures[i] is { } failure)
            {
                _first.Note(group[i].Number, failure.Cause);
                writer.WritePropertyName("error"u8);
                ConnectorJson.Write(writer, failure.Cause.ToJson()["error"]!);
            }
            else
            {
                writer.WriteString("status"u8, group[i].Translation.Skipped is null ? "succeeded"u8 : "skipped"u8);
            }

            _ =
                failures[i] is not null ? _failed++
                : group[i].Translation.Skipped is null ? _succeeded++
                : _skipped++;
            writer.WriteEndObject();
            writer.Flush();
            buffer.Write("\n"u8);
        }

        return buffer.WrittenMemory;
    }
}
