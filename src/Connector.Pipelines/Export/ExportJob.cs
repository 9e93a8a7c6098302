using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Export;

/// <summary>An export as it was asked for.</summary>
internal sealed record ExportRequest(Dataset Dataset, string To)
{
    /// <summary>Only what is newer, in Unix seconds; null: from where the job ended last, or everything.</summary>
    public long? Since { get; init; }

    /// <summary>Remembers where it ended under this name; null: remembers nothing.</summary>
    public string? Job { get; init; }

    public string? Table { get; init; }

    public string? Segment { get; init; }

    public string? ObjectType { get; init; }

    /// <summary>How a CSV file is written.</summary>
    public CsvOptions Csv { get; init; }
}

/// <summary>One export from its request to its end.</summary>
internal sealed class ExportJob(
    ExportRequest request,
    Connection connection,
    string data,
    TimeProvider time,
    Microsoft.Extensions.Logging.ILogger? logger = null
)
{
    private long _rows;

    /// <summary>Rows that were written so far.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Whether all of them are written, and the target is whole.</summary>
    public bool IsDone { get; private set; }

    /// <summary>What else is worth knowing about the rows; null for nothing.</summary>
    public string? Note { get; private set; }

    /// <exception cref="ConnectorException">It cannot begin, or had to stop; a file is then not there, a table has what came before.</exception>
    public async Task<long> RunAsync(CancellationToken ct)
    {
        await using var checkpoints = request.Job is { } job
            ? await CheckpointStore.OpenAsync(data, job, "export-" + request.Dataset.Name, request.Dataset.Name).ConfigureAwait(false)
            : null;
        var state = checkpoints?.Found ?? CheckpointStore.Begin(time);
        var since =
            request.Since
            ?? (request.Dataset.IsIncremental && long.TryParse(state.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : null);
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = time, Logger = logger });
        var reader = new ExportReader(connector, connection, since, time) { Segment = request.Segment, ObjectType = request.ObjectType ?? "1" };
        await using var target = RowTarget.Open(request.To, request.Dataset, request.Table, request.Csv);
        await foreach (var page in request.Dataset.Read(reader, ct).ConfigureAwait(false))
        {
            await target.WriteAsync(page, ct).ConfigureAwait(false);
            Interlocked.Add(ref _rows, page.Count);
        }

        await target.CompleteAsync().ConfigureAwait(false);
        Note = target.Note;
        IsDone = true;
        if (checkpoints is not null)
        {
            // The second that was newest is read again next time: more may have happened in it.
            var cursor = reader.Newest?.ToString(CultureInfo.InvariantCulture) ?? state.Cursor;
            await checkpoints.WriteAsync(state with { Rows = Rows, Cursor = cursor, Finished = true }).ConfigureAwait(false);
        }

        return Rows;
    }

    /// <summary>Reads a point in time, or a span back from now such as <c>7d</c> or <c>12h</c>.</summary>
    public static long? ReadSince(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && text[^1] is 'd' or 'h' && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return now.ToUnixTimeSeconds() - ((long)count * (text[^1] == 'd' ? 24 * 3600 : 3600));
        }

        var whole = text.Length == 10 && text[4] == '-' ? text + "T00:00:00Z" : text;
        return Timestamp.TryRead(new JValue(whole), out var seconds, out _) ? seconds : null;
    }
}
