using System.Text;
using CustomerIo.Connector.Actions.Segments;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Puts the people of a table into manual segments, or takes them out, a thousand at a time.</summary>
internal sealed class SegmentImport(CustomerIoConnector connector, Connection connection, ImportSettings settings, ImportProgress book, WaitNotice notice)
{
    private readonly Segments _segments = new(connector, connection);
    private readonly Dictionary<(string Segment, string IdType, bool Remove), List<string>> _changes = [];

    /// <summary>How many names had something taken off their ends.</summary>
    public long Trimmed { get; private set; }

    /// <exception cref="ConnectorException">The job cannot go on; what is done is among the checkpoints.</exception>
    public async Task RunAsync(Checkpoint from, bool isResumed, CancellationToken ct)
    {
        await book.BeginAsync(from, isResumed).ConfigureAwait(false);
        var block = new RowBlock();
        while (await book.Source.ReadAsync(block, ct).ConfigureAwait(false))
        {
            var failed = Gather(block);
            await SendAsync(ct).ConfigureAwait(false);
            await book.AdvanceAsync(block, failed).ConfigureAwait(false);
            block.Clear();
        }

        await book.EndAsync(finished: true).ConfigureAwait(false);
    }

    private int Gather(RowBlock block)
    {
        var columns = new RowColumns(settings.Kind, settings.Map, block.Columns);
        var failed = 0;
        for (var i = 0; i < block.Count; i++)
        {
            if (Read(block, block[i], columns) is { } problem)
            {
                failed++;
                book.Bad(block, block[i], problem);
            }
        }

        return failed;
    }

    private RowProblem? Read(RowBlock block, Row row, RowColumns columns)
    {
        if (row.Problem is { } known)
        {
            return known;
        }

        if (!System.Text.Unicode.Utf8.IsValid(block.Bytes(row.Raw)))
        {
            return new("encoding", "", "The row holds bytes that are not UTF-8. Save the file as UTF-8.");
        }

        var place = columns.Segment < 0 ? "segment" : columns.Names[columns.Segment];
        var segment = settings.Map.Segment?.Constant ?? Text(block, row, columns.Segment);
        if (string.IsNullOrWhiteSpace(segment))
        {
            return new("missing", place, "is empty.");
        }

        if (Wrong(block, row, columns.Segment, Gate.Name(segment, connection.AllowPlaceholderIds), ref segment) is { } wrong)
        {
            return new("input", place, wrong);
        }

        foreach (var (column, type) in columns.Identifiers)
        {
            if (Text(block, row, column) is { Length: > 0 } id)
            {
                var kind = type.Name is "auto" or "phone" ? "id" : type.Name;
                if (Encoding.UTF8.GetByteCount(id) > 150)
                {
                    return new("input", columns.Names[column], "must be at most 150 bytes long.");
                }

                if (Wrong(block, row, column, Track.Person.Check(kind)(id, connection.AllowPlaceholderIds), ref id) is { } problem)
                {
                    return new("input", columns.Names[column], problem);
                }

                var remove = Text(block, row, columns.Delete) is { Length: > 0 } flag && CellValue.Flag(CellKind.Text, Encoding.UTF8.GetBytes(flag)) == true;
                (_changes.TryGetValue((segment, kind, remove), out var ids) ? ids : _changes[(segment, kind, remove)] = []).Add(id);
                return null;
            }
        }

        return new("missing", "", "The row has no identifier: id, email and cio_id are empty.");
    }

    // Looked at row by row, since the action would refuse a whole page for one of them.
    private string? Wrong(RowBlock block, Row row, int column, GateResult passed, ref string text)
    {
        foreach (var cell in block.Cells(row))
        {
            if (cell.Column == column && !CellValue.IsName(cell.Kind, block.Bytes(cell.Bytes)))
            {
                return "must be a text or a whole number.";
            }
        }

        Trimmed += passed.Trimmed ? 1 : 0;
        text = passed.Text;
        return passed.Problem;
    }

    private static string? Text(RowBlock block, Row row, int column)
    {
        foreach (var cell in block.Cells(row))
        {
            if (cell.Column == column && cell.Kind != CellKind.Null)
            {
                return Encoding.UTF8.GetString(CellValue.Text(cell.Kind, block.Bytes(cell.Bytes)));
            }
        }

        return null;
    }

    private async Task SendAsync(CancellationToken ct)
    {
        var options = new RunOptions { Notice = notice };
        foreach (var (change, ids) in _changes)
        {
            var number = settings.DryRun is null ? await _segments.NumberAsync(change.Segment, SegmentUse.Manual, ct).ConfigureAwait(false) : change.Segment;
            var input = new JObject
            {
                ["segment"] = number,
                ["idType"] = change.IdType,
                ["ids"] = new JArray(ids),
            };
            if (settings.DryRun is { } show)
            {
                show(Encoding.UTF8.GetBytes(ConnectorJson.ToText(new JObject { ["batch"] = new JArray(input) })));
                continue;
            }

            await PatientlyAsync(() => connector.RunAsync(change.Remove ? "remove-from-segment" : "add-to-segment", input, connection, options, ct), ct)
                .ConfigureAwait(false);
        }

        _changes.Clear();
    }

    // A job waits where a single run gives up: as long as it is asked to slow down, and through an outage of some length.
    private async Task PatientlyAsync(Func<Task> work, CancellationToken ct)
    {
        var started = book.Time.GetTimestamp();
        for (var n = 0; ; n++)
        {
            try
            {
                await work().ConfigureAwait(false);
                return;
            }
            catch (ConnectorException e)
                when (e.Kind == FailureKind.RateLimited || (e.Kind == FailureKind.Unavailable && book.Time.GetElapsedTime(started) < connection.TotalTimeout))
            {
                var wait = RetryPolicy.Default.Delay(n, e.RetryAfter, 0);
                notice.Waits(wait, e.RetryAfter is not null);
                await Task.Delay(wait, book.Time, ct).ConfigureAwait(false);
            }
        }
    }
}
