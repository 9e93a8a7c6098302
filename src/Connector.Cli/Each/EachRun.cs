using System.Buffers;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Cli.Each;

/// <summary>Runs one action for each line of a file: streaming, in order, one bad line stopping no other.</summary>
internal sealed class EachRun(
    CustomerIoConnector connector,
    ActionManifest action,
    Connection connection,
    Region? region,
    string? invocationId,
    int concurrency
)
{
    private static readonly RunOptions s_plain = new() { Logger = Terminal.Logger };
    private readonly FirstFailure _first = new(action);
    private long _succeeded,
        _failed,
        _ended;
    private volatile bool _isCancelled;

    /// <returns>The exit code: 4 when not every line succeeded.</returns>
    public Task<int> RunAsync(string file, CancellationToken ct) => EachProgress.ToldAsync(AllAsync(file, ct), () => (_succeeded, _failed));

    private async Task<int> AllAsync(string file, CancellationToken ct)
    {
        using var source = new LineSource(await OpenAsync(file, ct).ConfigureAwait(false));
        await using var stdout = Stdout.Open();
        var output = new OrderedOutput(stdout, concurrency);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = EachProgress.WatchAsync(
            action.Id,
            EachProgress.PartOf(file, () => Interlocked.Read(ref _ended)),
            Flush,
            () => (_succeeded, _failed),
            stop.Token
        );
        try
        {
            await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => WorkAsync(source, output, stop), CancellationToken.None)))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _isCancelled = true;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }

        output.Flush();
        return EachProgress.End(_succeeded, _failed, _isCancelled, _first);

        // Nobody reads any more: nothing more is sent, and the end of the watch tells why.
        void Flush()
        {
            try
            {
                output.Flush();
            }
            catch (IOException)
            {
                stop.Cancel();
                throw;
            }
        }
    }

    /// <summary>Opens a file of lines, or stdin.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped before somebody opened the other end of a pipe.</exception>
    public static async Task<Stream> OpenAsync(string file, CancellationToken ct)
    {
        if (file == "-")
        {
            return Inherited.OpenInput();
        }

        PlainFile.RefuseAddress(file);
        // Whoever stops the run does not wait for the other end of a pipe.
        var stream = await Task.Run(() => RowSource.OpenFile(file), ct).WaitAsync(ct).ConfigureAwait(false);
        if (stream.CanSeek)
        {
            var beginning = new byte[64];
            var kind = RowSource.BinaryKindOf(beginning.AsSpan(0, stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)));
            stream.Position = 0;
            if (kind is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                throw new ConnectorException(FailureKind.Input, $"{file} is {kind}. Unpack it, or save it anew as JSON, one object a line.");
            }
        }

        return stream;
    }

    private async Task WorkAsync(LineSource source, OrderedOutput output, CancellationTokenSource stop)
    {
        var line = new Line();
        var buffer = new ArrayBufferWriter<byte>(512);
        await using var writer = ConnectorJson.Writer(buffer);
        try
        {
            while (await source.ReadAsync(line, stop.Token).ConfigureAwait(false))
            {
                stop.Token.ThrowIfCancellationRequested();
                await output.MakeRoomAsync(line.Number, stop.Token).ConfigureAwait(false);
                buffer.ResetWrittenCount();
                if (!line.IsBlank || line.TooLong)
                {
                    writer.Reset(buffer);
                    await RunLineAsync(line, writer, stop.Token).ConfigureAwait(false);
                    writer.Flush();
                    buffer.Write("\n"u8);
                }

                output.Write(line.Number, buffer.WrittenSpan);
                Interlocked.Add(ref _ended, line.Bytes.Length + 1);
            }
        }
        catch
        {
            // A broken pipe or a defect in one worker ends them all, rather than leave them waiting for its line.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunLineAsync(Line line, System.Text.Json.Utf8JsonWriter writer, CancellationToken ct)
    {
        writer.WriteStartObject();
        writer.WriteNumber("line"u8, line.Number);
        try
        {
            var options = Options(line);
            var run =
                (line.TooLong ? null : connector.CarryAsync(action.Id, line.Bytes, connection, options, ct))
                ?? connector.RunAsync(action.Id, Parse(line), connection, options, ct);
            var result = await run.ConfigureAwait(false);
            result.WriteMembers(writer);
            Interlocked.Increment(ref result.Status == RunStatus.Succeeded ? ref _succeeded : ref _failed);
        }
        catch (ConnectorException e)
        {
            // A line that was begun has its end also when the run is cancelled: what was on its way may have arrived.
            if (e.Kind == FailureKind.Cancelled)
            {
                _isCancelled = true;
            }

            Interlocked.Increment(ref _failed);
            _first.Note(line.Number, e);
            writer.WritePropertyName("error"u8);
            ConnectorJson.Write(writer, e.ToJson()["error"]!);
        }

        writer.WriteEndObject();
    }

    private static Newtonsoft.Json.Linq.JObject Parse(Line line)
    {
        if (line.TooLong)
        {
            throw new ConnectorException(FailureKind.Input, $"The line is longer than {LineSource.Longest >> 20} MiB.");
        }

        try
        {
            return ConnectorJson.ParseObject(line.Bytes);
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Input, "The line cannot be read: " + e.Message, [new Problem("", e.Message)]);
        }
    }

    private RunOptions Options(Line line) =>
        region is null && invocationId is null
            ? s_plain
            : new RunOptions
            {
                Region = region,
                InvocationId = invocationId,
                ItemIndex = (int)(line.Number - 1),
                Logger = Terminal.Logger,
            };
}
