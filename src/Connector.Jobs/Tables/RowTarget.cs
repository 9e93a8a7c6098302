using System.Data.Common;
using System.Globalization;
using System.Text;
using CsvHelper;
using CustomerIo.Connector.Jobs.Export;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Tables;

/// <summary>Where exported rows go.</summary>
internal interface IRowTarget : IAsyncDisposable
{
    Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct);

    /// <summary>All rows are there; only now does anybody see a file.</summary>
    Task CompleteAsync();
}

/// <summary>Finds the target that <c>--to</c> names.</summary>
internal static class RowTarget
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be written, or is of no known kind.</exception>
    public static IRowTarget Open(string to, Dataset dataset, string? table)
    {
        if (Database.Parse(to) is { } database)
        {
            return SqlTarget.Open(database, dataset, table ?? dataset.Table);
        }

        if (table is not null)
        {
            throw new ConnectorException(FailureKind.Input, "--table is for databases (sqlite:FILE or postgres:CONNECTION).");
        }

        return Path.GetExtension(to).ToLowerInvariant() switch
        {
            ".csv" => new CsvTarget(to, dataset),
            ".jsonl" or ".ndjson" => new JsonLinesTarget(to, dataset),
            _ => throw new ConnectorException(FailureKind.Input, $"{to} is of no kind that can be written: it must end in .csv or .jsonl, or be sqlite:FILE or postgres:CONNECTION."),
        };
    }

    public static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 << 10);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{path} cannot be written: {e.Message}");
        }
    }
}

/// <summary>A file that takes its name when it is whole.</summary>
internal abstract class FileTarget(string path) : IRowTarget
{
    private readonly string _part = path + ".part";
    private bool _complete;

    protected FileStream Stream { get; } = RowTarget.Create(path + ".part");

    public abstract Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct);

    public async Task CompleteAsync()
    {
        Flush();
        await Stream.FlushAsync().ConfigureAwait(false);
        await Stream.DisposeAsync().ConfigureAwait(false);
        File.Move(_part, path, true);
        _complete = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_complete)
        {
            await Stream.DisposeAsync().ConfigureAwait(false);
            File.Delete(_part);
        }
    }

    protected abstract void Flush();
}

/// <summary>A CSV file: a header, then the dataset's columns; lists and objects as JSON.</summary>
internal sealed class CsvTarget : FileTarget
{
    private readonly Dataset _dataset;
    private readonly CsvWriter _writer;

    public CsvTarget(string path, Dataset dataset)
        : base(path)
    {
        _dataset = dataset;
        _writer = CsvWriter.Create(Stream, new CsvWriterOptions { NewLine = "\n" }, true);
        _writer.WriteRecord(dataset.Columns.Select(c => c.Name).ToArray());
    }

    public override Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct)
    {
        foreach (var row in rows)
        {
            _writer.WriteRecord(_dataset.Columns.Select(c => Text(row[c.Name])).ToArray());
        }

        return Task.CompletedTask;
    }

    protected override void Flush() => _writer.Flush();

    private static string Text(JToken? value) => value switch
    {
        null => "",
        JContainer container => ConnectorJson.ToText(container),
        _ => ConnectorJson.ScalarText(value),
    };
}

/// <summary>A JSON Lines file: the dataset's columns, what is null left out.</summary>
internal sealed class JsonLinesTarget(string path, Dataset dataset) : FileTarget(path)
{
    public override async Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct)
    {
        foreach (var row in rows)
        {
            var shown = new JObject(dataset.Columns.Where(c => row[c.Name] is { Type: not JTokenType.Null }).Select(c => new JProperty(c.Name, row[c.Name])));
            await Stream.WriteAsync(Encoding.UTF8.GetBytes(ConnectorJson.ToText(shown) + "\n"), ct).ConfigureAwait(false);
        }
    }

    protected override void Flush() => Stream.Flush();
}

/// <summary>A table of a database: made when it is missing, rows of the same key replaced, one transaction a page.</summary>
internal sealed class SqlTarget : IRowTarget
{
    private readonly DbConnection _connection;
    private readonly DbCommand _upsert;
    private readonly Dataset _dataset;

    private SqlTarget(DbConnection connection, DbCommand upsert, Dataset dataset)
    {
        (_connection, _upsert, _dataset) = (connection, upsert, dataset);
    }

    public static SqlTarget Open(Database database, Dataset dataset, string table)
    {
        var connection = database.Open(create: true);
        try
        {
            // Names are quoted; values are parameters.
#pragma warning disable CA2100
            using var create = connection.CreateCommand();
            create.CommandText = CreateTable(dataset, table, database.IsPostgres);
            create.ExecuteNonQuery();
            var upsert = connection.CreateCommand();
            upsert.CommandText = Upsert(dataset, table, database.IsPostgres);
#pragma warning restore CA2100
            foreach (var column in dataset.Columns)
            {
                var parameter = upsert.CreateParameter();
                parameter.ParameterName = "@" + column.Name;
                parameter.DbType = column.Type switch { ColumnType.Integer => System.Data.DbType.Int64, ColumnType.Boolean => System.Data.DbType.Boolean, _ => System.Data.DbType.String };
                upsert.Parameters.Add(parameter);
            }

            upsert.Prepare();
            return new SqlTarget(connection, upsert, dataset);
        }
        catch (DbException e)
        {
            connection.Dispose();
            throw new ConnectorException(FailureKind.Input, $"The table {table} cannot be used: {e.Message.ReplaceLineEndings(" ")} Name another one with --table.");
        }
    }

    public async Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct)
    {
        await using var transaction = await _connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        _upsert.Transaction = transaction;
        foreach (var row in rows)
        {
            foreach (var column in _dataset.Columns)
            {
                _upsert.Parameters["@" + column.Name].Value = Value(row[column.Name], column.Type) ?? DBNull.Value;
            }

            await _upsert.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        await transaction.CommitAsync(ct).ConfigureAwait(false);
    }

    public Task CompleteAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _upsert.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static string CreateTable(Dataset dataset, string table, bool postgres)
    {
        var columns = dataset.Columns.Select(c => $"{Database.Quote(c.Name)} {Type(c.Type, postgres)}{(dataset.Key.Contains(c.Name) ? " NOT NULL" : "")}");
        return $"CREATE TABLE IF NOT EXISTS {Database.Quote(table)} ({string.Join(", ", columns)}, PRIMARY KEY ({Names(dataset.Key)}))";
    }

    private static string Upsert(Dataset dataset, string table, bool postgres)
    {
        var others = dataset.Columns.Where(c => !dataset.Key.Contains(c.Name)).Select(c => $"{Database.Quote(c.Name)} = excluded.{Database.Quote(c.Name)}").ToArray();
        var values = dataset.Columns.Select(c => "@" + c.Name + (postgres && c.Type == ColumnType.Json ? "::jsonb" : ""));
        return $"INSERT INTO {Database.Quote(table)} ({Names(dataset.Columns.Select(c => c.Name))}) VALUES ({string.Join(", ", values)}) "
            + $"ON CONFLICT ({Names(dataset.Key)}) DO {(others.Length > 0 ? "UPDATE SET " + string.Join(", ", others) : "NOTHING")}";
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Database.Quote));

    private static string Type(ColumnType type, bool postgres) => (type, postgres) switch
    {
        (ColumnType.Integer, true) => "bigint",
        (ColumnType.Boolean, true) => "boolean",
        (ColumnType.Json, true) => "jsonb",
        (ColumnType.Integer or ColumnType.Boolean, _) => "INTEGER",
        _ => "TEXT",
    };

    private static object? Value(JToken? value, ColumnType type) => value switch
    {
        null or JValue { Value: null } => null,
        JContainer container => ConnectorJson.ToText(container),
        JValue { Value: bool flag } when type == ColumnType.Boolean => flag,
        JValue scalar when type == ColumnType.Integer => long.TryParse(ConnectorJson.ScalarText(scalar), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null,
        JValue scalar when type == ColumnType.Json => ConnectorJson.ToText(scalar),
        _ => ConnectorJson.ScalarText(value),
    };
}
