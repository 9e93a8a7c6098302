using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Keeps a sync to one process at a time, and lets it prove before each write that it still has the sync.</summary>
/// <remarks>
/// Whoever takes the sync gets the next fencing number. Whoever dies lets go at once: of an advisory lock, or of a file's. Through PostgreSQL a
/// process that stands still lets go too, after <see cref="Lease"/>; when it goes on, its number is not the newest any more.
/// </remarks>
internal sealed class SyncLock : IAsyncDisposable
{
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(0.5);
    private const string Until = "EXTRACT(EPOCH FROM clock_timestamp())",
        Mine = "CAST(fence % 2147483647 AS INTEGER)";
    private readonly Database _database;
    private readonly DbConnection _connection;
    private readonly ProcessLock? _file;
    private readonly ITimer? _heartbeat;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly string _sync,
        _what;
    private readonly long _fence;
    private long _proved = TimeProvider.System.GetTimestamp();
    private bool _ended;

    private SyncLock(Database database, DbConnection connection, ProcessLock? file, (string Name, string What) sync, long fence)
    {
        (_database, _connection, _file, (_sync, _what), _fence) = (database, connection, file, sync, fence);
        _heartbeat = file is null ? TimeProvider.System.CreateTimer(_ => Beat(), null, s_beat, s_beat) : null;
    }

    /// <summary>Cancelled once it is known that another process may have taken over.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether another process had it before.</summary>
    public bool IsTakenOver => _fence > 1;

    /// <summary>How long a process may stand still until another one may take its sync over.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(8);

    /// <summary>Takes the lock, or answers null when another process has it.</summary>
    /// <param name="state">In PostgreSQL the lock is there, else it is a file beside the SQLite file.</param>
    /// <param name="folder">The data folder, for a database that is in no folder.</param>
    /// <param name="sync">The sync's name.</param>
    /// <param name="what">What it is to people. Default the sync of that name.</param>
    public static SyncLock? TryTake(Database state, string folder, string sync, string? what = null)
    {
        what ??= $"The sync {sync}";
        ProcessLock? file = null;
        if (!state.IsPostgres && (file = TryOpen(state, folder, sync)) is null)
        {
            return null;
        }

        DbConnection? connection = null;
        try
        {
            connection = SyncStore.Open(state.IsPostgres ? state.Impatient() : state);
            SyncStore.Ensure(
                connection,
                state,
                "customerio_sync_lock",
                "CREATE TABLE customerio_sync_lock (sync TEXT PRIMARY KEY, fence BIGINT NOT NULL, until DOUBLE PRECISION NOT NULL)"
            );
            connection.Execute("INSERT INTO customerio_sync_lock (sync, fence, until) VALUES (@0, 0, 0) ON CONFLICT (sync) DO NOTHING", sync);

            // One statement: the new number is not seen before its advisory lock is held. Holding the old number's tells that its process is gone.
            var taken = file is null
                ? connection.Query(
                    r => r.GetInt64(0),
                    $"UPDATE customerio_sync_lock SET fence = fence + 1, until = {Until} + @2 WHERE sync = @0 AND (until < {Until} OR "
                        + $"pg_try_advisory_lock(@1, {Mine})) RETURNING fence, pg_try_advisory_lock(@1, {Mine})",
                    sync,
                    BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes("customerio-sync " + sync))),
                    Lease.TotalSeconds
                )
                : connection.Query(r => r.GetInt64(0), "UPDATE customerio_sync_lock SET fence = fence + 1 WHERE sync = @0 RETURNING fence", sync);
            if (taken is [var fence])
            {
                var held = new SyncLock(state, connection, file, (sync, what), fence);
                (connection, file) = (null, null);
                return held;
            }

            return null;
        }
        catch (DbException e)
        {
            DatabaseFailure.Leave(e, connection);
            throw state.Failure(e, $"{what} cannot be taken");
        }
        finally
        {
            connection?.Dispose();
            file?.Dispose();
        }
    }

    /// <summary>Takes the lock, also from a process that stands still until its lease is over.</summary>
    /// <returns>Null when another process has it and is at work.</returns>
    public static async Task<SyncLock?> TryTakeAsync(Database state, string folder, string sync, TimeProvider time, CancellationToken ct, string? what = null)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryTake(state, folder, sync, what) is { } held)
            {
                return held;
            }

            if (!state.IsPostgres || time.GetElapsedTime(started) > Lease)
            {
                return null;
            }

            await Task.Delay(Lease / 8, time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: another process has it.</exception>
    public static SyncLock Take(Database state, string folder, string sync) =>
        TryTake(state, folder, sync) ?? throw new ConnectorException(FailureKind.Input, $"The sync {sync} is running already. Wait for it to end.");

    /// <summary>Whether some process has it now, or stands still with it.</summary>
    /// <param name="connection">A connection to PostgreSQL.</param>
    /// <param name="sync">The sync's name; null for any.</param>
    public static bool IsHeld(DbConnection connection, string? sync = null) =>
        connection.Value("SELECT CAST(to_regclass('customerio_sync_lock') AS TEXT)") is not null
        && connection.Value($"SELECT 1 FROM customerio_sync_lock WHERE (sync = @0 OR @0 = '') AND until > {Until} LIMIT 1", sync ?? "") is not null;

    /// <summary>Proves that no other process has taken the sync, and prolongs the lease.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: one has, or it cannot be known.</exception>
    public void Prove()
    {
        try
        {
            lock (_gate)
            {
                if (!_ended && IsMine())
                {
                    _proved = TimeProvider.System.GetTimestamp();
                    return;
                }
            }
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // A connection that broke before is not open any more.
            throw e is DbException
                ? _database.Failure(e, What)
                : new ConnectorException(FailureKind.Unavailable, $"{What}: the connection was lost. Run it again when the database is back.", inner: e);
        }

        throw TakenOver(FailureKind.Unavailable);
    }

    /// <summary>As <see cref="Prove"/>, from memory while that is young enough: for each single request.</summary>
    /// <exception cref="ConnectorException">As <see cref="Prove"/>.</exception>
    public void Check()
    {
        // What was let go is nobody's, however young its proof is.
        if (_lost.IsCancellationRequested || Volatile.Read(ref _ended))
        {
            throw TakenOver(FailureKind.Cancelled);
        }

        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _proved)) > Lease / 2)
        {
            Prove();
        }
    }

    /// <summary>Has the session that holds it seen under a name, until it is let go.</summary>
    /// <param name="session">The name, of at most 63 bytes.</param>
    public void Show(string session)
    {
        lock (_gate)
        {
            try
            {
                _connection.Execute("SELECT set_config('application_name', @0, false)", session);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                // With its session the lock is gone, which the next beat tells.
            }
        }
    }

    /// <summary>Proves it inside a transaction, which whoever takes over then waits for.</summary>
    /// <param name="connection">The transaction's connection to the same database.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Cancelled"/>: another process has taken over.</exception>
    public void Fence(DbConnection connection)
    {
        if (connection.Value("SELECT 1 FROM customerio_sync_lock WHERE sync = @0 AND fence = @1 FOR SHARE", _sync, _fence) is null)
        {
            throw TakenOver(FailureKind.Cancelled);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
        }

        lock (_gate)
        {
            _ended = true;
            try
            {
                if (_file is null)
                {
                    // A pooled connection is not closed: without this the lock would outlive the run.
                    _connection.Execute("UPDATE customerio_sync_lock SET until = 0 WHERE sync = @0 AND fence = @1", _sync, _fence);
                    _connection.Execute("SELECT pg_advisory_unlock_all()");
                }
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                // With the connection the lock is gone.
            }
        }

        _lost.Dispose();
        await _connection.DisposeAsync().ConfigureAwait(false);
        if (_file is not null)
        {
            await _file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string What => $"Whether {char.ToLowerInvariant(_what[0])}{_what[1..]} is still this process's cannot be known";

    private ConnectorException TakenOver(FailureKind kind) =>
        new(kind, $"{_what} stood still for so long that another process has taken it over. This one writes nothing more; nothing is to be done.");

    private bool IsMine() =>
        _file is null
            ? _connection.Execute($"UPDATE customerio_sync_lock SET until = {Until} + @2 WHERE sync = @0 AND fence = @1", _sync, _fence, Lease.TotalSeconds)
                == 1
            : _connection.Query(r => r.GetInt64(0), "SELECT fence FROM customerio_sync_lock WHERE sync = @0", _sync) is [var fence] && fence == _fence;

    private void Beat()
    {
        // One that waits for the database is enough: each takes a thread from those who answer requests.
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (!_ended && !(_ended = !IsMine()))
            {
                Volatile.Write(ref _proved, TimeProvider.System.GetTimestamp());
            }
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // With the session goes what keeps others out.
            DatabaseFailure.Leave(e, _connection);
            _ended = _ended || DatabaseFailure.IsReadOnly(e) || _connection.State != System.Data.ConnectionState.Open;
        }
        finally
        {
            _gate.Exit();
        }

        if (_ended)
        {
            // What it ends must not wait for the next beat.
            _ = _lost.CancelAsync();
        }
    }

    private static ProcessLock? TryOpen(Database state, string folder, string sync) =>
        ProcessLock.TryTake(
            Path.Combine(
                Path.GetDirectoryName(Path.GetFullPath(new SqliteConnectionStringBuilder(state.ConnectionString).DataSource)) ?? folder,
                $"sync-{sync}.lock"
            )
        );
}
