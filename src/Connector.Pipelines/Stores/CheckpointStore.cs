using System.Data.Common;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>How far a job is; what is written here is done.</summary>
/// <param name="Run">A name of this run of the job; event ids are made of it.</param>
/// <param name="Rows">The rows from the first on that are done: accepted, or told as bad.</param>
/// <param name="Failed">Those among them that were bad.</param>
/// <param name="RejectLength">How long the errors file was then.</param>
/// <param name="Cursor">Where an export goes on; null for imports.</param>
/// <param name="Finished">Whether the job came to its end.</param>
/// <param name="Fingerprint">A hash of the rows that are done; null for exports and for what older versions wrote.</param>
internal sealed record Checkpoint(string Run, long Rows, long Failed, long RejectLength, string? Cursor, bool Finished, string? Fingerprint = null);

/// <summary>A row that failed alone while others were accepted, or that came behind such a one; kept to be sent again.</summary>
/// <param name="Row">Its number in the source, 0 for the first.</param>
/// <param name="Line">Its line, for people.</param>
/// <param name="Operation">What is to be sent.</param>
/// <param name="Keys">Whom it names, eight bytes each.</param>
/// <param name="Raw">The row as it was written.</param>
/// <param name="Message">Why it was not accepted.</param>
internal sealed record AsideRow(long Row, long Line, byte[] Operation, byte[] Keys, byte[] Raw, string Message);

/// <summary>The jobs of a data folder, in a SQLite file. One process at a time runs a job.</summary>
internal sealed class CheckpointStore : IAsyncDisposable
{
    private const string FirstTables = """
        CREATE TABLE job (
            name TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, run TEXT NOT NULL, rows INTEGER NOT NULL, failed INTEGER NOT NULL,
            reject_length INTEGER NOT NULL, cursor TEXT, finished INTEGER NOT NULL) WITHOUT ROWID
        """;

    private const string Fingerprint = "ALTER TABLE job ADD COLUMN fingerprint TEXT";

    private const string SetAside = """
        CREATE TABLE aside (
            job TEXT NOT NULL, row INTEGER NOT NULL, line INTEGER NOT NULL, operation BLOB NOT NULL, keys BLOB NOT NULL, raw BLOB NOT NULL,
            message TEXT NOT NULL,
            PRIMARY KEY (job, row)) WITHOUT ROWID
        """;

    private const string Schema = "customerio_jobs";

    // The same tables as they are now.
    private const string PostgresTables = """
        CREATE TABLE job (
            name TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, run TEXT NOT NULL, rows BIGINT NOT NULL, failed BIGINT NOT NULL,
            reject_length BIGINT NOT NULL, cursor TEXT, finished BIGINT NOT NULL, fingerprint TEXT);
        CREATE TABLE aside (
            job TEXT NOT NULL, "row" BIGINT NOT NULL, line BIGINT NOT NULL, operation BYTEA NOT NULL, keys BYTEA NOT NULL, raw BYTEA NOT NULL,
            message TEXT NOT NULL, PRIMARY KEY (job, "row"))
        """;

    private readonly Store _store;
    private readonly Database _database;
    private readonly IAsyncDisposable _lock;
    private readonly string _name,
        _kind,
        _source;

    private CheckpointStore(Store store, Database database, IAsyncDisposable held, string name, string kind, string source)
    {
        (_store, _database, _lock, _name, _kind, _source) = (store, database, held, name, kind, source);
    }

    /// <summary>The state when it was opened; null when there is none of this name.</summary>
    public Checkpoint? Found { get; private init; }

    /// <summary>What the found state was made from.</summary>
    public string? FoundSource { get; private init; }

    /// <summary>The rows that were set aside until then, in their order.</summary>
    public IReadOnlyList<AsideRow> FoundAside { get; private init; } = [];

    /// <summary>Opens a job and keeps other processes from it.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="name">The job's name.</param>
    /// <param name="kind">What it does.</param>
    /// <param name="source">Tells what it reads from other sources.</param>
    /// <param name="shared">A PostgreSQL database, in place of the folder: any machine goes on with the job. Default null.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the name is no name, or the job is running.</exception>
    public static async Task<CheckpointStore> OpenAsync(string data, string name, string kind, string source, Database? shared = null)
    {
        if (name.Length is 0 or > 100 || name[0] == '.' || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
        {
            throw new ConnectorException(
                FailureKind.Input,
                "A job's name has letters, digits, points, hyphens and underscores, at most 100, and does not begin with a point."
            );
        }

        var running = $"The job {name} is running already. Wait for it, or name this one with --job.";
        var path = Path.Combine(data, "jobs.db");
        Store store = shared is null
            ? SqliteFile.Open(path, FirstTables, Fingerprint, SetAside)
            : PostgresStore.Open(shared, Schema, "jobs", mustExist: false, PostgresTables);
        IAsyncDisposable? held = null;
        try
        {
            held = shared is null
                ? ProcessLock.Take(Path.Combine(data, $"job-{name}.lock"), running)
                : await SyncLock
                    .TryTakeAsync(shared.In(Schema), data, $"job {name}", TimeProvider.System, CancellationToken.None, $"The job {name}")
                    .ConfigureAwait(false)
                    ?? throw new ConnectorException(FailureKind.Input, running);
            using var read = store.Read();
            var found = Find(read, name, kind);
            return new CheckpointStore(store, shared ?? Database.Parse("sqlite:" + path)!, held, name, kind, source)
            {
                Found = found.State,
                FoundSource = found.Source,
                FoundAside = found.State is null ? [] : Aside(read, name),
            };
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            if (held is not null)
            {
                await held.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    private static (string? Source, Checkpoint? State) Find(DbConnection read, string name, string kind) =>
        read.Query(
                r =>
                    (
                        (string?)r.GetString(0),
                        (Checkpoint?)
                            new Checkpoint(
                                r.GetString(1),
                                r.GetInt64(2),
                                r.GetInt64(3),
                                r.GetInt64(4),
                                r.IsDBNull(5) ? null : r.GetString(5),
                                r.GetInt64(6) != 0,
                                r.IsDBNull(7) ? null : r.GetString(7)
                            )
                    ),
                "SELECT source, run, rows, failed, reject_length, cursor, finished, fingerprint FROM job WHERE name = @0 AND kind = @1",
                name,
                kind
            )
            .FirstOrDefault();

    private static List<AsideRow> Aside(DbConnection read, string name) =>
        read.Query(
            r => new AsideRow(r.GetInt64(0), r.GetInt64(1), r.GetFieldValue<byte[]>(2), r.GetFieldValue<byte[]>(3), r.GetFieldValue<byte[]>(4), r.GetString(5)),
            "SELECT \"row\", line, operation, keys, raw, message FROM aside WHERE job = @0 ORDER BY \"row\"",
            name
        );

    /// <summary>The state of a job that begins now.</summary>
    public static Checkpoint Begin(TimeProvider time) =>
        new(EventIds.Fresh(time.GetUtcNow()), Rows: 0, Failed: 0, RejectLength: 0, Cursor: null, Finished: false);

    /// <summary>Keeps a state; when it answers, the state is on the disk.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: it cannot be written, as when the disk is full.</exception>
    public Task WriteAsync(Checkpoint state) => WriteAsync(state, [], []);

    /// <summary>Keeps a state; when it answers, the state is on the disk.</summary>
    /// <param name="state">The state.</param>
    /// <param name="added">Rows that were set aside since the last one.</param>
    /// <param name="removed">The numbers of rows that are so no more; null for all of them.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: it cannot be written, as when the disk is full.</exception>
    public async Task WriteAsync(Checkpoint state, IReadOnlyList<AsideRow> added, IReadOnlyList<long>? removed)
    {
        try
        {
            await _store
                .WriteAsync(c =>
                {
                    (_lock as SyncLock)?.Fence(c);
                    Write(c, state, added, removed);
                })
                .ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw _database.Failure(e, $"The checkpoints in {_store.Name} cannot be written");
        }
    }

    private void Write(DbConnection c, Checkpoint state, IReadOnlyList<AsideRow> added, IReadOnlyList<long>? removed)
    {
        c.Execute(
            """
            INSERT INTO job (name, kind, source, run, rows, failed, reject_length, cursor, finished, fingerprint)
            VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9)
            ON CONFLICT (name) DO UPDATE SET kind = @1, source = @2, run = @3, rows = @4, failed = @5, reject_length = @6, cursor = @7, finished = @8,
                fingerprint = @9
            """,
            _name,
            _kind,
            _source,
            state.Run,
            state.Rows,
            state.Failed,
            state.RejectLength,
            state.Cursor,
            state.Finished ? 1L : 0L,
            state.Fingerprint
        );
        if (removed is null)
        {
            c.Execute("DELETE FROM aside WHERE job = @0", _name);
        }

        foreach (var row in removed ?? [])
        {
            c.Execute("DELETE FROM aside WHERE job = @0 AND \"row\" = @1", _name, row);
        }

        foreach (var row in added)
        {
            c.Execute(
                """
                INSERT INTO aside (job, "row", line, operation, keys, raw, message) VALUES (@0, @1, @2, @3, @4, @5, @6)
                ON CONFLICT (job, "row") DO UPDATE SET line = @2, operation = @3, keys = @4, raw = @5, message = @6
                """,
                _name,
                row.Row,
                row.Line,
                row.Operation,
                row.Keys,
                row.Raw,
                row.Message
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }
}
