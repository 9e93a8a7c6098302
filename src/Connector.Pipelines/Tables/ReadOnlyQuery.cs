using System.Data;
using System.Data.Common;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.Data.Sqlite;
using Npgsql;
using Npgsql.PostgresTypes;
using SQLitePCL;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>A query that somebody else wrote: one statement that can do nothing but read, its rows as they come.</summary>
/// <remarks>
/// PostgreSQL: a read-only transaction alone does not stop <c>COPY … TO PROGRAM</c>. So the server is asked to declare a cursor over the text: its own grammar
/// takes one query there and nothing else. SQLite: a read-only connection alone does not stop <c>VACUUM INTO</c>. So the statement must begin as a query does.
/// </remarks>
internal sealed class ReadOnlyQuery : IAsyncDisposable, IDisposable
{
    private const string Advice = "The query must be one statement that only reads: SELECT, WITH, VALUES or TABLE.";
    private const uint Money = 790;
    private readonly Database _database;
    private readonly DbConnection _connection;
    private readonly DbCommand _rows;
    private readonly (uint Type, uint? Element)[]? _types;
    private DbDataReader _reader;
    private bool _any;

    private ReadOnlyQuery(Database database, DbConnection connection, DbCommand rows, DbDataReader reader, (uint Type, uint? Element)[]? types)
    {
        (_database, _connection, _rows, _reader, _types) = (database, connection, rows, reader, types);
        Columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    public string[] Columns { get; }

    /// <exception cref="ConnectorException">The database cannot be opened, or the query does not only read, is wrong, or may not be run.</exception>
    public static ReadOnlyQuery Open(Database database, string query)
    {
        var connection = database.Open(readOnly: true);
        try
        {
            return database.IsPostgres ? Declare(database, (NpgsqlConnection)connection, query) : Prepare(database, (SqliteConnection)connection, query);
        }
        catch (Exception e)
        {
            connection.Dispose();
            throw DatabaseFailure.Is(e) ? Failed(database, e)
            : e is InvalidOperationException
                ? new ConnectorException(
                    FailureKind.Input,
                    "The query has a parameter, such as ? or @name, which nothing fills. Write its value into the query.",
                    inner: e
                )
            : e;
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ConnectorException">The database failed; the kind says who must act.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        try
        {
            while (!await _reader.ReadAsync(ct).ConfigureAwait(false))
            {
                // A portion of a cursor that brought nothing was the last one.
                if (_types is null || !_any)
                {
                    return false;
                }

                await _reader.DisposeAsync().ConfigureAwait(false);
                _any = false;
                _reader = await _rows.ExecuteReaderAsync(ct).ConfigureAwait(false);
            }

            return _any = true;
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            throw Failed(_database, e);
        }
    }

    /// <summary>A value of the row.</summary>
    /// <exception cref="FormatException">It is none that can be read; that is the row's problem alone.</exception>
    public (CellKind Kind, byte[] Bytes) Value(int i)
    {
        try
        {
            return _reader.IsDBNull(i) ? (CellKind.Null, [])
                : _types is not null && _types[i].Type != Money ? PostgresText.Read(_reader.GetString(i), _types[i].Type, _types[i].Element)
                : SqlValue.Read(_reader.GetValue(i));
        }
        catch (Exception e) when (SqlValue.IsOfTheValue(e))
        {
            throw SqlValue.Unreadable(e);
        }
    }

    /// <summary>A value of the row as text; empty for null.</summary>
    /// <exception cref="FormatException">As <see cref="Value"/>.</exception>
    public string Text(int i)
    {
        var (kind, bytes) = Value(i);
        return System.Text.Encoding.UTF8.GetString(CellValue.Text(kind, bytes));
    }

    public void Dispose()
    {
        try
        {
            _reader.Dispose();
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            // It failed before, and that was told.
        }

        _rows.Dispose();
        _connection.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _reader.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            // It failed before, and that was told.
        }

        await _rows.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    // What does not only read is told from what is wrong in another way: syntax, not allowed in a cursor, not allowed in a read-only transaction.
    private static ConnectorException Failed(Database database, Exception e) =>
        database.Failure(
            e,
            "The query failed",
            e is PostgresException { SqlState: "42601" or "42P11" or "0A000" or ['2', '5', ..] } or SqliteException { SqliteErrorCode: raw.SQLITE_READONLY }
                ? Advice
                : null,
            // It is read-only for this query, and for ever.
            DatabaseFailure.IsReadOnly(e)
                ? FailureKind.Input
                : null
        );

    private static ReadOnlyQuery Declare(Database database, NpgsqlConnection connection, string query)
    {
        // Ends with the connection. What is set holds for this transaction: forms that can be read back, and an end to waiting for locks unless the
        // connection has its own.
        _ = connection.BeginTransaction();
        connection.Execute("SET TRANSACTION READ ONLY");
        connection.Execute("SET LOCAL DateStyle = 'ISO'");
        connection.Execute("SET LOCAL bytea_output = 'hex'");
        connection.Execute("SET LOCAL extra_float_digits = 3");
        connection.Execute("SET LOCAL cursor_tuple_fraction = 1");

        // Where the server checks no encoding, one text that is none would end the query when the server turns it into another.
        connection.Execute("SELECT set_config('client_encoding', 'SQL_ASCII', true) WHERE current_setting('server_encoding') = 'SQL_ASCII'");
        connection.Execute("SELECT set_config('lock_timeout', '10s', true) WHERE current_setting('lock_timeout') = '0'");

        // A batch hands each text to the server as it is; a command would cut it at its semicolons first. The query is the user's own, on the user's
        // own database.
        using (
            var declare = new NpgsqlBatch(connection)
            {
                BatchCommands = { new NpgsqlBatchCommand("DECLARE customerio_rows NO SCROLL CURSOR FOR " + query) },
                Timeout = 0,
            }
        )
        {
            declare.ExecuteNonQuery();
        }

        (uint Type, uint? Element)[] types;
        using (var describe = new NpgsqlCommand("FETCH FORWARD 0 FROM customerio_rows", connection))
        using (var reader = describe.ExecuteReader())
        {
            types =
            [
                .. Enumerable
                    .Range(0, reader.FieldCount)
                    .Select(i => (reader.GetDataTypeOID(i), (reader.GetPostgresType(i) as PostgresArrayType)?.Element.OID)),
            ];
        }

        // The server's own text holds what no type of .NET does.
        var rows = new NpgsqlCommand("FETCH FORWARD 2000 FROM customerio_rows", connection)
        {
            CommandTimeout = 0,
            UnknownResultTypeList = [.. types.Select(t => t.Type != Money)],
        };
        return new ReadOnlyQuery(database, connection, rows, rows.ExecuteReader(), types);
    }

    private static ReadOnlyQuery Prepare(Database database, SqliteConnection connection, string query)
    {
        if (!IsQuery(query) || !IsOne(connection, query))
        {
            throw new ConnectorException(FailureKind.Input, Advice);
        }

        var rows = connection.Command(query);
        return new ReadOnlyQuery(database, connection, rows, rows.ExecuteReader(), null);
    }

    // The first word behind blanks, comments and brackets. What SQLite takes for another one than this does cannot write all the same.
    private static bool IsQuery(string query)
    {
        var rest = query.AsSpan();
        while (true)
        {
            rest = rest.TrimStart().TrimStart("(;");
            var end =
                rest.StartsWith("--") ? rest.IndexOf('\n') + 1
                : rest.StartsWith("/*") ? rest.IndexOf("*/") + 2
                : 0;
            if (end == 0)
            {
                break;
            }

            rest = end < 2 && rest[0] == '/' ? [] : rest[end..];
        }

        var length = 0;
        while (length < rest.Length && char.IsAsciiLetter(rest[length]))
        {
            length++;
        }

        var word = rest[..length];
        return word.Equals("SELECT", StringComparison.OrdinalIgnoreCase)
            || word.Equals("WITH", StringComparison.OrdinalIgnoreCase)
            || word.Equals("VALUES", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsOne(SqliteConnection connection, string query)
    {
        raw.sqlite3_busy_timeout(connection.Handle!, connection.DefaultTimeout * 1000);
        var left = query;
        for (var found = 0; left.Length > 0; )
        {
            var code = raw.sqlite3_prepare_v2(connection.Handle!, left, out var statement, out left);
            using (statement)
            {
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
                if (statement is { IsInvalid: false } && (++found > 1 || raw.sqlite3_stmt_readonly(statement) == 0))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
