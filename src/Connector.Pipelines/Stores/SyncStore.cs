using System.Data.Common;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>The database that remembers syncs: its sessions and its tables.</summary>
internal static class SyncStore
{
    /// <summary>The format of the tables, raised by whatever an older program cannot live with; those made before it was noted are of the first.</summary>
    public const long Format = 1;

    private const string Formats = "customerio_format";

    /// <summary>Opens it; a session of a machine that froze ends by itself, before anybody takes its work over.</summary>
    /// <exception cref="ConnectorException">It cannot be opened, or is of a newer version's format.</exception>
    public static DbConnection Open(Database database)
    {
        var connection = database.OpenOwn();
        try
        {
            Limit(connection, database);
            Ensure(connection, database, Formats, $"CREATE TABLE {Formats} (part TEXT PRIMARY KEY, format BIGINT NOT NULL)");
            if (Found(connection) is null)
            {
                connection.Execute($"INSERT INTO {Formats} (part, format) VALUES ('sync', @0) ON CONFLICT (part) DO NOTHING", Format);
            }

            RequireKnown(connection, database);
            return connection;
        }
        catch (DbException e)
        {
            DatabaseFailure.Leave(e, connection);
            connection.Dispose();
            throw database.Failure(e, $"What is to be remembered cannot be kept in {database.Name}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Refuses tables of a newer version; nothing is written.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: they are.</exception>
    public static void RequireKnown(DbConnection connection, Database database)
    {
        if (Has(connection, database, Formats) && Found(connection) > Format)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"What syncs remember in {database.Name} was written by a newer version of the connector. Update the connector, or name another database."
            );
        }
    }

    private static long? Found(DbConnection connection) =>
        connection.Query(r => (long?)r.GetInt64(0), $"SELECT format FROM {Formats} WHERE part = 'sync'").SingleOrDefault();

    /// <summary>Bounds how long a session holds its locks after its machine has frozen or left; older servers have not all of the settings.</summary>
    public static void Limit(DbConnection connection, Database database)
    {
        if (database.IsPostgres)
        {
            connection.Query(
                r => r.GetString(0),
                """
                SELECT set_config(wanted.name, wanted.value, false) FROM (VALUES
                    ('idle_in_transaction_session_timeout', @0), ('client_connection_check_interval', '5s'),
                    ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')) AS wanted (name, value)
                WHERE wanted.name IN (SELECT name FROM pg_settings)
                """,
                ((int)(SyncLock.Lease / 2).TotalMilliseconds) + "ms"
            );
        }
    }

    /// <summary>Makes a table or an index that is missing; one that is there needs no right to make any.</summary>
    public static void Ensure(DbConnection connection, Database database, string name, string create)
    {
        if (Has(connection, database, name))
        {
            return;
        }

        try
        {
            connection.Execute(create);
        }
        catch (DbException) when (Has(connection, database, name))
        {
            // Another machine has made it in this moment.
        }
    }

    /// <summary>Whether a table or an index is there.</summary>
    public static bool Has(DbConnection connection, Database database, string name) =>
        database.IsPostgres
            ? connection.Query(r => !r.IsDBNull(0), "SELECT CAST(to_regclass(@0) AS TEXT)", name).Single()
            : connection.Query(r => r.GetInt64(0), "SELECT COUNT(*) FROM sqlite_master WHERE name = @0", name).Single() > 0;
}
