using System.Data.Common;
using CustomerIo.Connector.Pipelines.Stores;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>When syncs ran, where and with what result, in the database that remembers them.</summary>
internal sealed class RunLog(Database database, TimeProvider time)
{
    private const int Kept = 1000;

    public void Create()
    {
        using var connection = SyncStore.Open(database);
        var serial = database.IsPostgres ? "BIGSERIAL PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
        try
        {
            SyncStore.Ensure(
                connection,
                database,
                "customerio_sync_run",
                $"CREATE TABLE customerio_sync_run (id {serial}, sync TEXT NOT NULL, "
                    + "instance TEXT NOT NULL, scheduled BIGINT NOT NULL, started BIGINT NOT NULL, ended BIGINT, outcome TEXT)"
            );
        }
        catch (DbException e)
        {
            throw database.Failure(e, $"The runs of syncs cannot be noted in {database.Name}");
        }
    }

    /// <summary>Notes that a run begins.</summary>
    /// <returns>Its number.</returns>
    public long Begin(string sync, string instance, DateTimeOffset scheduled)
    {
        using var connection = database.Open();
        return connection
            .Query(
                r => r.GetInt64(0),
                "INSERT INTO customerio_sync_run (sync, instance, scheduled, started) VALUES (@0, @1, @2, @3) RETURNING id",
                sync,
                instance,
                scheduled.ToUnixTimeMilliseconds(),
                Now
            )
            .Single();
    }

    /// <summary>Notes how a run ended, and forgets the oldest ones.</summary>
    public void End(long run, string outcome)
    {
        using var connection = database.Open();
        connection.Execute("UPDATE customerio_sync_run SET ended = @0, outcome = @1 WHERE id = @2", Now, outcome, run);
        connection.Execute("DELETE FROM customerio_sync_run WHERE id <= @0", run - Kept);
    }

    /// <summary>When a sync was last begun as scheduled; null for never.</summary>
    public DateTimeOffset? Last(string sync)
    {
        using var connection = database.Open();
        return connection
            .Query(
                r => DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(0)),
                "SELECT scheduled FROM customerio_sync_run WHERE sync = @0 AND ended IS NOT NULL ORDER BY id DESC LIMIT 1",
                sync
            )
            .Cast<DateTimeOffset?>()
            .FirstOrDefault();
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
