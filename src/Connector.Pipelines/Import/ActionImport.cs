using CustomerIo.Connector.Api;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>An import of what is no operation: block by block, its rows become runs of actions.</summary>
internal abstract class ActionImport(CustomerIoConnector connector, Connection connection, ImportSettings settings, ImportProgress book, WaitNotice notice)
{
    /// <summary>How many names had something taken off their ends.</summary>
    public long Trimmed { get; private set; }

    protected ImportSettings Settings => settings;

    protected Connection Connection => connection;

    /// <exception cref="ConnectorException">The job cannot go on; what is done is among the checkpoints.</exception>
    public async Task RunAsync(Checkpoint from, bool isResumed, CancellationToken ct)
    {
        await book.BeginAsync(from, isResumed).ConfigureAwait(false);
        var block = new RowBlock();
        while (await book.Source.ReadAsync(block, ct).ConfigureAwait(false))
        {
            var columns = new RowColumns(settings.Kind, settings.Map, block.Columns);
            var failed = 0;
            for (var i = 0; i < block.Count; i++)
            {
                if ((block[i].Problem ?? Encoding(block, block[i]) ?? Read(block, block[i], columns)) is { } problem)
                {
                    failed++;
                    book.Bad(block, block[i], problem);
                }
            }

            foreach (var (row, problem) in await SendAsync(ct).ConfigureAwait(false))
            {
                failed++;
                book.Bad(block, row, problem);
            }

            await book.AdvanceAsync(block, failed).ConfigureAwait(false);
            block.Clear();
        }

        await book.EndAsync(finished: true).ConfigureAwait(false);
    }

    /// <summary>Notes what a row wants.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    protected abstract RowProblem? Read(RowBlock block, Row row, RowColumns columns);

    /// <summary>Does what the rows of a block want.</summary>
    /// <returns>The rows that were refused, each with the reason.</returns>
    protected abstract Task<IReadOnlyList<(Row Row, RowProblem Problem)>> SendAsync(CancellationToken ct);

    /// <summary>Whether the row is to be undone.</summary>
    protected static bool IsDeletion(RowBlock block, Row row, RowColumns columns) =>
        Text(block, row, columns.Delete) is { Length: > 0 } flag && CellValue.Flag(CellKind.Text, System.Text.Encoding.UTF8.GetBytes(flag)) == true;

    // Looked at row by row, since the action would refuse a whole page for one of them.
    protected string? Wrong(RowBlock block, Row row, int column, GateResult passed, ref string text)
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

    protected static string? Text(RowBlock block, Row row, int column)
    {
        foreach (var cell in block.Cells(row))
        {
            if (cell.Column == column && cell.Kind != CellKind.Null)
            {
                return System.Text.Encoding.UTF8.GetString(CellValue.Text(cell.Kind, block.Bytes(cell.Bytes)));
            }
        }

        return null;
    }

    /// <summary>Runs an action, or shows its input in a dry run.</summary>
    protected async Task RunAsync(string action, JObject input, CancellationToken ct)
    {
        if (settings.DryRun is { } show)
        {
            show(System.Text.Encoding.UTF8.GetBytes(ConnectorJson.ToText(new JObject { ["batch"] = new JArray(input) })));
            return;
        }

        await PatientlyAsync(() => connector.RunAsync(action, input, connection, new RunOptions { Notice = notice }, ct), ct).ConfigureAwait(false);
    }

    private static RowProblem? Encoding(RowBlock block, Row row) =>
        System.Text.Unicode.Utf8.IsValid(block.Bytes(row.Raw)) ? null : new("encoding", "", "The row holds bytes that are not UTF-8. Save the file as UTF-8.");

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
