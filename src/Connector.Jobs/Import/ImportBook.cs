using System.Collections.Concurrent;
using CustomerIo.Connector.Jobs.Tables;

namespace CustomerIo.Connector.Jobs.Import;

/// <summary>Keeps the books of an import: how far it is, which rows were bad, and both on the disk.</summary>
internal sealed class ImportBook(IRowSource source, Journal? journal, RejectFile? rejects, TimeProvider time)
{
    private const int MostExamples = 5;
    private static readonly TimeSpan s_betweenCommits = TimeSpan.FromMilliseconds(200);
    private long _lastCommit, _flushedFailed;
    private Task _keeping = Task.CompletedTask;

    public JobState State { get; private set; } = Journal.Begin(time);

    /// <summary>The first bad rows, for people.</summary>
    public ConcurrentQueue<string> Examples { get; } = [];

    public async Task BeginAsync(JobState from)
    {
        State = from;
        await KeepAsync().ConfigureAwait(false);
    }

    public void Bad(RowBlock rows, Row row, RowProblem problem)
    {
        rejects?.Write(row.Line, problem, rows.Bytes(row.Raw));
        if (Examples.Count < MostExamples)
        {
            Examples.Enqueue($"{(source.Size > 0 ? "line" : "row")} {row.Line}: {(problem.Field.Length > 0 ? problem.Field + " " : "")}{problem.Message}");
        }
    }

    /// <summary>Further rows are done.</summary>
    public async Task AdvanceAsync(RowBlock rows, int failed)
    {
        State = State with { Rows = State.Rows + rows.Count, Failed = State.Failed + failed, Fingerprint = rows.Fingerprint };
        if (_keeping.IsCompleted && time.GetElapsedTime(_lastCommit) > s_betweenCommits)
        {
            // The rows behind do not wait for the disk; should it fail, the next time tells.
            await _keeping.ConfigureAwait(false);
            _keeping = KeepAsync();
        }
    }

    public async Task EndAsync(bool finished)
    {
        await _keeping.ConfigureAwait(false);
        State = State with { Finished = finished };
        await KeepAsync().ConfigureAwait(false);
    }

    // The errors file first: a row that the journal calls done is told in it.
    private async Task KeepAsync()
    {
        _lastCommit = time.GetTimestamp();
        if (journal is not null)
        {
            if (State.Failed > _flushedFailed && rejects is not null)
            {
                _flushedFailed = State.Failed;
                State = State with { RejectLength = rejects.Flush() };
            }

            await journal.WriteAsync(State).ConfigureAwait(false);
        }
    }
}
