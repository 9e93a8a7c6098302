using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.Data.Sqlite;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>Keeps a sync to one process at a time, and lets it prove before each write that it still has the sync.</summary>
/// <remarks>
/// Whoever takes the sync gets the next fencing number. Whoever dies lets go at once: of an advisory lock, or of a file's. Through PostgreSQL a
/// process that stands still lets go too, after <see cref="Lease"/>; when it goes on, its number is not the newest any more.
/// </remarks>
internal sealed class SyncLock : IAsyncDisposable
{
    private const string Until = "EXTRACT(EPOCH FROM clock_timestamp())",
        Mine = "CAST(fence % 2147483647 AS INTEGER)";
    private readonly Database _database;
    private readonly DbConnection _connection;
    private readonly ProcessLock? _file;
    private readonly ITimer? _heartbeat;
    private readonly Lock _gate = new();
    private readonly string _sync;
    private readonly long _fence;
    private bool _ended;

    private SyncLock(Database database, DbConnection connection, ProcessLock? file, string sync, long fence)
    {
        (_database, _connection, _file, _sync, _fence) = (database, connection, file, sync, fence);
        _heartbeat = file is null ? TimeProvider.System.CreateTimer(_ => Beat(), null, Lease / 4, Lease / 4) : null;
    }

    /// <summary>How long a process may stand still until another one may take its sync over.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(8);

    /// <summary>Takes the lock, or answers null when another process has it.</summary>
    /// <param name="state">In PostgreSQL the lock is there, else it is a file beside the SQLite file.</param>
    /// <param name="folder">The data folder, for a database that is in no folder.</param>
    /// <param name="sync">The sync's name.</param>
    public static SyncLock? TryTake(Database state, string folder, string sync)
    {
        ProcessLock? file = null;
        if (!state.IsPostgres && (file = TryOpen(state, folder, sync)) is null)
        {
            return null;
        }

        DbConnection? connection = null;
        try
        {
            connection = SyncStore.Open(state);
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
                var held = new SyncLock(state, connection, file, sync, fence);
                (connection, file) = (null, null);
                return held;
            }

            return null;
        }
        catch (DbException e)
        {
            throw state.Failure(e, $"The sync {sync} cannot be taken");
        }
        finally
        {
            connection?.Dispose();
            file?.Dispose();
        }
    }

    /// <summary>Takes the lock, also from a process that stands still until its lease is over.</summary>
    /// <returns>Null when another process has it and is at work.</returns>
    public static async Task<SyncLock?> TryTakeAsync(Database state, string folder, string sync, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryTake(state, folder, sync) is { } held)
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

        throw new ConnectorException(
            FailureKind.Unavailable,
            $"The sync {_sync} stood still for so long that another process has taken it over. This one writes nothing more; nothing is to be done."
        );
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

        await _connection.DisposeAsync().ConfigureAwait(false);
        if (_file is not null)
        {
            await _file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string What => $"Whether the sync {_sync} is still this process's cannot be known";

    private bool IsMine() =>
        _file is null
            ? _connection.Execute($"UPDATE customerio_sync_lock SET until = {Until} + @2 WHERE sync = @0 AND fence = @1", _sync, _fence, Lease.TotalSeconds)
                == 1
            : _connection.Query(r => r.GetInt64(0), "SELECT fence FROM customerio_sync_lock WHERE sync = @0", _sync) is [var fence] && fence == _fence;

    private void Beat()
    {
        lock (_gate)
        {
            try
            {
                _ended = _ended || !IsMine();
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                // The next write will find out, and say so.
            }
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
