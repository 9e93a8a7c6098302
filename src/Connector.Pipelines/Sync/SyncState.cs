using System.Data.Common;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>What both sides agreed on about a person.</summary>
/// <param name="CioId">The person's cio_id, once it is known: of a deleted person nothing else is told.</param>
/// <param name="Values">The agreed values by attribute.</param>
/// <param name="Retry">Whether the row failed and is to be looked at again.</param>
internal sealed record Agreed(string? CioId, JObject Values, bool Retry)
{
    /// <summary>The cio_id of somebody who was deleted in Customer.io: they come back when their row changes, not before.</summary>
    public const string Gone = "";

    public bool IsGone => CioId == Gone;

    /// <summary>The same, so that nothing needs to be written.</summary>
    public bool IsAs(Agreed? other) =>
        other is not null && Retry == other.Retry && (CioId is null || CioId == other.CioId) && JToken.DeepEquals(Values, other.Values);
}

/// <summary>What a sync remembers from run to run, in SQLite or PostgreSQL.</summary>
internal sealed class SyncState : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly string _sync;
    private readonly SyncLock? _held;

    private SyncState(DbConnection connection, string sync, SyncLock? held)
    {
        (_connection, _sync, _held) = (connection, sync, held);
    }

    /// <exception cref="ConnectorException">The database cannot be opened, or its tables neither used nor made.</exception>
    public static SyncState Open(Database database, string sync, SyncLock? held)
    {
        return Open(database, SyncStore.Open(database), sync, held);
    }

    private static SyncState Open(Database database, DbConnection connection, string sync, SyncLock? held)
    {
        try
        {
            SyncStore.Ensure(
                connection,
                database,
                "customerio_sync_row",
                "CREATE TABLE customerio_sync_row (sync TEXT NOT NULL, key TEXT NOT NULL, "
                    + "cio_id TEXT, agreed TEXT NOT NULL, retry INTEGER NOT NULL, PRIMARY KEY (sync, key))"
            );
            SyncStore.Ensure(
                connection,
                database,
                "customerio_sync_row_cio_id",
                "CREATE INDEX customerio_sync_row_cio_id ON customerio_sync_row (sync, cio_id)"
            );
            SyncStore.Ensure(
                connection,
                database,
                "customerio_sync_cursor",
                "CREATE TABLE customerio_sync_cursor (sync TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (sync, name))"
            );
            return new SyncState(connection, sync, held);
        }
        catch (DbException e)
        {
            connection.Dispose();
            throw database.Failure(e, $"What the sync {sync} remembers cannot be kept in {database.Name}");
        }
    }

    /// <summary>What a sync remembers as a copy in memory, so that nothing is written to the database, nor is one made.</summary>
    /// <exception cref="ConnectorException">The database is there and cannot be read.</exception>
    public static SyncState Copy(Database database, string sync)
    {
        var memory = NativeSqlite.Connection("Data Source=:memory:;Pooling=False");
        memory.Open();
        var copy = Open(Database.Parse("sqlite::memory:")!, memory, sync, held: null);
        if (!database.Exists)
        {
            return copy;
        }

        using var kept = database.Open(readOnly: true);
        SyncStore.RequireKnown(kept, database);
        foreach (
            var (table, columns) in ((string, string)[])
                [("customerio_sync_row", "sync, key, cio_id, agreed, retry"), ("customerio_sync_cursor", "sync, name, value")]
        )
        {
            if (!SyncStore.Has(kept, database, table))
            {
                continue;
            }

            var count = columns.Split(',').Length;
            var rows = kept.Query(
                r => Enumerable.Range(0, count).Select(i => r.IsDBNull(i) ? null : r.GetValue(i)).ToArray(),
                $"SELECT {columns} FROM {table} WHERE sync = @0",
                sync
            );
            using var transaction = copy._connection.BeginTransaction();
            foreach (var row in rows)
            {
                copy._connection.Execute($"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", row.Select((_, i) => "@" + i))})", row);
            }

            transaction.Commit();
        }

        return copy;
    }

    /// <summary>Where a feed was read to; null before the first time.</summary>
    public string? Cursor(string name) =>
        _connection.Query(r => r.GetString(0), "SELECT value FROM customerio_sync_cursor WHERE sync = @0 AND name = @1", _sync, name).FirstOrDefault();

    public void KeepCursors(IEnumerable<(string Name, string? Value)> cursors)
    {
        using var transaction = Begin();
        foreach (var (name, value) in cursors.Where(c => c.Value is not null))
        {
            _connection.Execute(
                "INSERT INTO customerio_sync_cursor (sync, name, value) VALUES (@0, @1, @2) ON CONFLICT (sync, name) DO UPDATE SET value = excluded.value",
                _sync,
                name,
                value
            );
        }

        transaction.Commit();
    }

    public Dictionary<string, Agreed> Find(IReadOnlyCollection<string> keys) =>
        keys.Chunk(500)
            .SelectMany(some =>
                _connection.Query(
                    r =>
                        (
                            Key: r.GetString(0),
                            Agreed: new Agreed(r.IsDBNull(1) ? null : r.GetString(1), ConnectorJson.ParseObject(r.GetString(2)), r.GetInt32(3) != 0)
                        ),
                    "SELECT key, cio_id, agreed, retry FROM customerio_sync_row WHERE sync = @0 AND key IN "
                        + $"({string.Join(", ", some.Select((_, i) => "@" + (i + 1)))})",
                    [_sync, .. some]
                )
            )
            .ToDictionary(r => r.Key, r => r.Agreed, StringComparer.Ordinal);

    /// <summary>The keys of some people.</summary>
    public IReadOnlyList<string> KeysOf(IReadOnlyCollection<string> cioIds) =>
        [
            .. cioIds
                .Chunk(500)
                .SelectMany(some =>
                    _connection.Query(
                        r => r.GetString(0),
                        $"SELECT key FROM customerio_sync_row WHERE sync = @0 AND cio_id IN ({string.Join(", ", some.Select((_, i) => "@" + (i + 1)))})",
                        [_sync, .. some]
                    )
                ),
        ];

    public IReadOnlyList<string> Keys(bool onlyRetry = false) =>
        _connection.Query(r => r.GetString(0), "SELECT key FROM customerio_sync_row WHERE sync = @0" + (onlyRetry ? " AND retry = 1" : ""), _sync);

    /// <summary>The keys whose person's cio_id is not known yet.</summary>
    public IReadOnlyList<string> Unidentified() =>
        _connection.Query(r => r.GetString(0), "SELECT key FROM customerio_sync_row WHERE sync = @0 AND cio_id IS NULL AND retry = 0", _sync);

    /// <summary>Notes that people were deleted in Customer.io; what was agreed on stays, to tell whether their rows change.</summary>
    public void NoteGone(IEnumerable<string> keys)
    {
        using var transaction = Begin();
        foreach (var key in keys)
        {
            _connection.Execute("UPDATE customerio_sync_row SET cio_id = @2 WHERE sync = @0 AND key = @1", _sync, key, Agreed.Gone);
        }

        transaction.Commit();
    }

    public void Keep(IEnumerable<KeyValuePair<string, Agreed>> rows)
    {
        using var transaction = Begin();
        foreach (var (key, agreed) in rows)
        {
            _connection.Execute(
                "INSERT INTO customerio_sync_row (sync, key, cio_id, agreed, retry) VALUES (@0, @1, @2, @3, @4) "
                    + "ON CONFLICT (sync, key) DO UPDATE SET cio_id = COALESCE(excluded.cio_id, customerio_sync_row.cio_id), agreed = excluded.agreed, "
                    + "retry = excluded.retry",
                _sync,
                key,
                agreed.CioId,
                ConnectorJson.ToText(agreed.Values),
                agreed.Retry ? 1 : 0
            );
        }

        transaction.Commit();
    }

    /// <summary>Forgets keys that are not as this sync's keys are compared; older versions kept addresses as they were written.</summary>
    public void ForgetUnlike(SyncFile file)
    {
        if (
            file.IdType == "email"
            && _connection.Query(r => r.GetInt64(0), "SELECT COUNT(*) FROM customerio_sync_row WHERE sync = @0 AND key <> lower(key)", _sync).Single() > 0
        )
        {
            Forget(Keys().Where(k => file.KeyOf(k) != k));
        }
    }

    public void Forget(IEnumerable<string> keys)
    {
        using var transaction = Begin();
        foreach (var key in keys)
        {
            _connection.Execute("DELETE FROM customerio_sync_row WHERE sync = @0 AND key = @1", _sync, key);
        }

        transaction.Commit();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // A session that stands still in a transaction is ended by the database before the lease is over: what was proved at the beginning holds to the end.
    private DbTransaction Begin()
    {
        _held?.Prove();
        return _connection.BeginTransaction();
    }
}
