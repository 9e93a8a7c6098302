using System.Collections.Concurrent;
using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Keeps the checkpoint of an import: how far it is, which rows were bad or set aside, and all of it on the disk.</summary>
internal sealed class ImportProgress(IRowSource source, CheckpointStore? checkpoints, RejectFile? rejects, TimeProvider time)
{
    /// <summary>So many rows may be set aside, and so many bytes: beyond them it is no matter of single rows.</summary>
    public const int MaxAside = 10_000,
        MaxAsideBytes = 64 << 20;

    private const int MaxExamples = 5;
    private static readonly TimeSpan s_betweenCommits = TimeSpan.FromMilliseconds(200);
    private readonly SortedDictionary<long, AsideRow> _aside = [];
    private readonly List<AsideRow> _added = [];
    private readonly List<long> _removed = [];
    private long _lastCommit,
        _flushedFailed,
        _asideBytes;
    private Task _keeping = Task.CompletedTask;

    public IRowSource Source => source;

    public TimeProvider Time => time;

    public Checkpoint State { get; private set; } = CheckpointStore.Begin(time);

    /// <summary>How many bytes of the source come before the first row whose end is not known.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Rows that were set aside and stand in the checkpoint, to be sent again.</summary>
    public int Aside => _aside.Count;

    /// <summary>The first bad rows, for people.</summary>
    public ConcurrentQueue<string> Examples { get; } = [];

    /// <param name="from">Where the job begins.</param>
    /// <param name="isResumed">Whether it goes on with what an earlier run left.</param>
    public async Task BeginAsync(Checkpoint from, bool isResumed)
    {
        State = from;
        foreach (var row in isResumed ? checkpoints!.FoundAside : [])
        {
            _aside[row.Row] = row;
            _asideBytes += Size(row);
        }

        if (checkpoints is not null)
        {
            await checkpoints.WriteAsync(State, [], isResumed ? [] : null).ConfigureAwait(false);
        }
    }

    /// <summary>The rows that were set aside, in their order.</summary>
    public IReadOnlyList<AsideRow> SetAside => [.. _aside.Values];

    public void Bad(RowBlock rows, Row row, RowProblem problem) => Bad(row.Line, problem, rows.Bytes(row.Raw));

    /// <summary>Sets a row aside.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: there are too many.</exception>
    public void PutAside(AsideRow row)
    {
        if (_aside.Count >= MaxAside || (_asideBytes += Size(row)) > MaxAsideBytes)
        {
            throw new ConnectorException(
                FailureKind.Unavailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"More rows than {_aside.Count} fail while others are accepted, so the job was stopped. The last: {row.Message}"
                )
            );
        }

        _aside[row.Row] = row;
        _added.Add(row);
        Show(row.Line, "", row.Message);
    }

    /// <summary>A row that was set aside has its end: accepted, or bad for good.</summary>
    public void Settle(AsideRow row, RowProblem? problem)
    {
        _aside.Remove(row.Row);
        _removed.Add(row.Row);
        _asideBytes -= Size(row);
        if (problem is not null)
        {
            Bad(row.Line, problem, row.Raw);
            State = State with { Failed = State.Failed + 1 };
        }
    }

    /// <summary>Further rows are done.</summary>
    public async Task AdvanceAsync(RowBlock rows, int failed)
    {
        State = State with { Rows = State.Rows + rows.Count, Failed = State.Failed + failed, Fingerprint = rows.Fingerprint };
        Acknowledged = rows.EndsAt;
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
        State = State with { Finished = finished && _aside.Count == 0 };
        await KeepAsync().ConfigureAwait(false);

        // Behind the length that the checkpoint knows: the next run cuts them off and tells those that are left.
        foreach (var row in _aside.Values)
        {
            rejects?.Write(row.Line, new RowProblem("unavailable", "", row.Message), row.Raw);
        }

        rejects?.Flush();
    }

    private void Bad(long line, RowProblem problem, ReadOnlySpan<byte> raw)
    {
        rejects?.Write(line, problem, raw);
        Show(line, problem.Field, problem.Message);
    }

    private void Show(long line, string field, string message)
    {
        if (Examples.Count < MaxExamples)
        {
            Examples.Enqueue($"{(source.Size > 0 ? "line" : "row")} {line}: {(field.Length > 0 ? field + " " : "")}{message}");
        }
    }

    // The errors file first: a row that the checkpoint calls done is told in it.
    private async Task KeepAsync()
    {
        _lastCommit = time.GetTimestamp();
        if (checkpoints is not null)
        {
            if (State.Failed > _flushedFailed && rejects is not null)
            {
                _flushedFailed = State.Failed;
                State = State with { RejectLength = rejects.Flush() };
            }

            AsideRow[] added = [.. _added];
            long[] removed = [.. _removed];
            _added.Clear();
            _removed.Clear();
            await checkpoints.WriteAsync(State, added, removed).ConfigureAwait(false);
        }
    }

    private static int Size(AsideRow row) => row.Operation.Length + row.Raw.Length;
}
