using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Stores;

/// <summary>Tables in a schema of a PostgreSQL database, which several machines share.</summary>
internal sealed class PostgresStore : Store
{
    private const string Formats = "customerio_format";

    // The server ends what waits there for a lock, before nobody waits here any more.
    private const int StatementMilliseconds = Database.Seconds * 900;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30),
        s_pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _source;
    private readonly string _part;
    private readonly long _format;
    private readonly Database _database;
    private NpgsqlConnection? _writer;
    private volatile bool _isLeft;

    private PostgresStore(Database database, NpgsqlDataSource source, string part, int format)
    {
        (_database, _source, _part, _format) = (database, source, part, format);
        Begin();
    }

    public override string Name => _database.Name;

    protected override DbConnection Writer
    {
        get
        {
            if (_writer is not null && (_isLeft || _writer.State != System.Data.ConnectionState.Open))
            {
                _writer.Dispose();
                _writer = null;
            }

            _isLeft = false;

            return _writer ??= _source.OpenConnection();
        }
    }

    protected override TimeSpan Patience => s_patience;

    /// <summary>Opens the tables, makes them when they are missing, and brings them up to date.</summary>
    /// <param name="database">The database.</param>
    /// <param name="schema">The schema, made when it is missing.</param>
    /// <param name="part">What the tables are for.</param>
    /// <param name="mustExist">Whether to refuse where there are none yet, in place of making them.</param>
    /// <param name="versions">The statements that lead from each version of the tables to the next; only ever added to.</param>
    /// <exception cref="ConnectorException">The database cannot be used, or the tables were written by a newer version.</exception>
    public static PostgresStore Open(Database database, string schema, string part, bool mustExist, params ReadOnlySpan<string> versions)
    {
        var limits = string.Create(
            CultureInfo.InvariantCulture,
            $"-c idle_in_transaction_session_timeout={SyncLock.Lease.TotalMilliseconds / 2:0} -c statement_timeout={StatementMilliseconds}"
        );
        // Whoever sends events waits for it, and tries again: better soon than never.
        var given = new NpgsqlConnectionStringBuilder(database.Impatient().ConnectionString);
        var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(given.ConnectionString)
            {
                SearchPath = Database.Quote(schema),
                KeepAlive = 10,
                // A machine that froze inside a transaction lets go before its lease is over.
                Options = $"{given.Options} {limits}".Trim(),
            }.ToString()
        );
        try
        {
            using (var connection = source.OpenConnection())
            {
                if (connection.Value("SHOW server_encoding") is not "UTF8")
                {
                    throw new ConnectorException(FailureKind.Input, $"{database.Name} must be of the encoding UTF8, as events are in all languages.");
                }

                Upgrade(connection, database, schema, part, mustExist, versions);
            }

            return new PostgresStore(database, source, part, versions.Length);
        }
        catch (Exception e)
        {
            source.Dispose();
            throw e is not ConnectorException && DatabaseFailure.Is(e) ? database.Failure(e, $"{database.Name} cannot keep {part}") : e;
        }
    }

    /// <summary>Whether a database has a schema.</summary>
    /// <exception cref="ConnectorException">The database cannot be used.</exception>
    public static bool Has(Database database, string schema)
    {
        try
        {
            using var source = NpgsqlDataSource.Create(database.ConnectionString);
            using var connection = source.OpenConnection();
            return Has(connection, schema);
        }
        catch (DbException e)
        {
            throw database.Failure(e, $"{database.Name} cannot be used");
        }
    }

    public override DbConnection Read() => _source.OpenConnection();

    public override string Told(Exception e) => _database.Told(e);

    // Sessions stay with the server that they began with, also when another one takes the changes by now.
    public override void Note(DbException met)
    {
        if (DatabaseFailure.IsReadOnly(met))
        {
            _source.Clear();
            _isLeft = true;
        }
    }

    public override void Alone(DbConnection connection) => connection.Execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || @0))", _part);

    // A machine that was started before others raised the format must not write what they cannot read.
    protected override DbTransaction Begin(DbConnection writer)
    {
        var transaction = base.Begin(writer);
        try
        {
            return writer.Value($"SELECT format FROM {Formats} WHERE part = @0", _part) is long format && format == _format
                ? transaction
                : throw new OtherFormatException($"The {_part} in {Name} are of another version's format by now. Stop this machine, and update its connector.");
        }
        catch
        {
            // Else the session stays inside it, and no other one begins.
            transaction.Dispose();
            throw;
        }
    }

    public override string Among(string column, string list) =>
        $"{column} = ANY (ARRAY(SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST({list} AS json)) AS one (value)))";

    protected override async ValueTask CloseAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }

        await _source.DisposeAsync().ConfigureAwait(false);
    }

    protected override TimeSpan Pause => s_pause;

    protected override bool Passes(Exception e) => DatabaseFailure.Is(e) && DatabaseFailure.KindOf(e) == FailureKind.Unavailable;

    protected override bool IsOfTheStore(Exception e) =>
        e is OtherFormatException || e is NpgsqlException && DatabaseFailure.KindOf(e) is FailureKind.Unavailable or FailureKind.Connection;

    private static void Upgrade(NpgsqlConnection connection, Database database, string schema, string part, bool mustExist, ReadOnlySpan<string> versions)
    {
        using var transaction = connection.BeginTransaction();
        // Machines that start together make them one after another.
        connection.Execute("SELECT pg_advisory_xact_lock(hashtext(@0))", $"customerio {schema}");
        if (!Has(connection, schema))
        {
            if (mustExist)
            {
                throw new ConnectorException(FailureKind.Input, $"There are no {part} in {database.Name} under this name: it has no schema {schema}.");
            }

            connection.Execute($"CREATE SCHEMA {Database.Quote(schema)}");
        }

        if (connection.Value("SELECT to_regclass(@0)::text", $"{Database.Quote(schema)}.{Formats}") is null)
        {
            connection.Execute($"CREATE TABLE {Database.Quote(schema)}.{Formats} (part TEXT PRIMARY KEY, format BIGINT NOT NULL)");
        }

        var found = connection.Value($"SELECT format FROM {Database.Quote(schema)}.{Formats} WHERE part = @0", part) is long format ? (int)format : 0;
        if (found > versions.Length || found < 0)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"The {part} in {database.Name} were written by a newer version of the connector. Update the connector, or name another database."
            );
        }

        if (found > 0 && found < versions.Length && SyncLock.IsHeld(connection))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"The {part} in {database.Name} are of an older version's format, and a machine of that version is at work with them. Stop all machines "
                    + "that use them, then start this one."
            );
        }

        foreach (var statements in versions[found..])
        {
            connection.Execute(statements);
        }

        if (found < versions.Length)
        {
            connection.Execute(
                $"INSERT INTO {Database.Quote(schema)}.{Formats} (part, format) VALUES (@0, @1) ON CONFLICT (part) DO UPDATE SET format = @1",
                part,
                (long)versions.Length
            );
        }

        transaction.Commit();
    }

    private static bool Has(NpgsqlConnection connection, string schema) =>
        connection.Value("SELECT 1 FROM pg_namespace WHERE nspname = @0", schema) is not null;

    private sealed class OtherFormatException(string message) : DbException(message);
}
