using System.Data.Common;
using CustomerIo.Connector.Jobs.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>What both sides agreed on about a person.</summary>
/// <param name="CioId">The person's cio_id, once it is known: of a deleted person nothing else is told.</param>
/// <param name="Values">The agreed values by attribute.</param>
/// <param name="Retry">Whether the row failed and is to be looked at again.</param>
internal sealed record Agreed(string? CioId, JObject Values, bool Retry);

/// <summary>What a sync remembers from run to run, in SQLite or PostgreSQL.</summary>
internal sealed class SyncState : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly string _sync;

    private SyncState(DbConnection connection, string sync)
    {
        (_connection, _sync) = (connection, sync);
    }

    public static SyncState Open(Database database, string sync)
    {
        var connection = database.OpenOwn();
        connection.Execute("CREATE TABLE IF NOT EXISTS customerio_sync_row (sync TEXT NOT NULL, key TEXT NOT NULL, cio_id TEXT, agreed TEXT NOT NULL, retry INTEGER NOT NULL, PRIMARY KEY (sync, key))");
        connection.Execute("CREATE INDEX IF NOT EXISTS customerio_sync_row_cio_id ON customerio_sync_row (sync, cio_id)");
        connection.Execute("CREATE TABLE IF NOT EXISTS customerio_sync_cursor (sync TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (sync, name))");
        return new SyncState(connection, sync);
    }

    /// <summary>Where a feed was read to; null before the first time.</summary>
    public string? Cursor(string name) => _connection.Query(r => r.GetString(0), "SELECT value FROM customerio_sync_cursor WHERE sync = @0 AND name = @1", _sync, name).FirstOrDefault();

    public void KeepCursors(IEnumerable<(string Name, string? Value)> cursors)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var (name, value) in cursors.Where(c => c.Value is not null))
        {
            _connection.Execute("INSERT INTO customerio_sync_cursor (sync, name, value) VALUES (@0, @1, @2) ON CONFLICT (sync, name) DO UPDATE SET value = excluded.value", _sync, name, value);
        }

        transaction.Commit();
    }

    public Dictionary<string, Agreed> Find(IReadOnlyCollection<string> keys) => keys.Chunk(500)
        .SelectMany(some => _connection.Query(
            r => (Key: r.GetString(0), Agreed: new Agreed(r.IsDBNull(1) ? null : r.GetString(1), ConnectorJson.ParseObject(r.GetString(2)), r.GetInt32(3) != 0)),
            $"SELECT key, cio_id, agreed, retry FROM customerio_sync_row WHERE sync = @0 AND key IN ({string.Join(", ", some.Select((_, i) => "@" + (i + 1)))})", [_sync, .. some]))
        .ToDictionary(r => r.Key, r => r.Agreed, StringComparer.Ordinal);

    public Dictionary<string, string> KeysOf(IReadOnlyCollection<string> cioIds) => cioIds.Chunk(500)
        .SelectMany(some => _connection.Query(
            r => (CioId: r.GetString(0), Key: r.GetString(1)),
            $"SELECT cio_id, key FROM customerio_sync_row WHERE sync = @0 AND cio_id IN ({string.Join(", ", some.Select((_, i) => "@" + (i + 1)))})", [_sync, .. some]))
        .ToDictionary(r => r.CioId, r => r.Key, StringComparer.Ordinal);

    public IReadOnlyList<string> Keys(bool onlyRetry = false) =>
        _connection.Query(r => r.GetString(0), "SELECT key FROM customerio_sync_row WHERE sync = @0" + (onlyRetry ? " AND retry = 1" : ""), _sync);

    public void Keep(IEnumerable<KeyValuePair<string, Agreed>> rows)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var (key, agreed) in rows)
        {
            _connection.Execute(
                "INSERT INTO customerio_sync_row (sync, key, cio_id, agreed, retry) VALUES (@0, @1, @2, @3, @4) "
                + "ON CONFLICT (sync, key) DO UPDATE SET cio_id = COALESCE(excluded.cio_id, customerio_sync_row.cio_id), agreed = excluded.agreed, retry = excluded.retry",
                _sync, key, agreed.CioId, ConnectorJson.ToText(agreed.Values), agreed.Retry ? 1 : 0);
        }

        transaction.Commit();
    }

    public void Forget(IEnumerable<string> keys)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var key in keys)
        {
            _connection.Execute("DELETE FROM customerio_sync_row WHERE sync = @0 AND key = @1", _sync, key);
        }

        transaction.Commit();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
