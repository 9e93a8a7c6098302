using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Export;

/// <summary>Where exported rows go.</summary>
internal interface IRowTarget : IAsyncDisposable
{
    /// <summary>What was not written as it came; null when all was.</summary>
    string? Note { get; }

    /// <exception cref="ConnectorException">They cannot be written; the kind says who must act.</exception>
    Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct);

    /// <summary>All rows are there; only now does anybody see a file.</summary>
    /// <exception cref="ConnectorException">As for <see cref="WriteAsync"/>.</exception>
    Task CompleteAsync();
}

/// <summary>How a CSV file is written.</summary>
/// <param name="ByteOrderMark">Begins it with one, by which Excel knows that it is UTF-8. Default false.</param>
/// <param name="EscapeFormulas">Puts an apostrophe before texts that a spreadsheet would run. Default false.</param>
internal readonly record struct CsvOptions(bool ByteOrderMark, bool EscapeFormulas);

/// <summary>Finds the target that <c>--to</c> names.</summary>
internal static class RowTarget
{
    /// <exception cref="ConnectorException">It cannot be written, or is of no known kind.</exception>
    public static IRowTarget Open(string to, Dataset dataset, string? table, CsvOptions csv = default)
    {
        var database = Database.Parse(to);
        var kind = database is null ? Path.GetExtension(to).ToLowerInvariant() : "";
        if (csv != default && kind != ".csv")
        {
            throw new ConnectorException(FailureKind.Input, "--bom and --escape-formulas are for .csv files.");
        }

        if (database is not null)
        {
            return SqlTarget.Open(database, dataset, table ?? dataset.Table);
        }

        if (table is not null)
        {
            throw new ConnectorException(FailureKind.Input, "--table is for databases (sqlite:FILE or postgres:CONNECTION).");
        }

        PlainFile.RefuseAddress(to);
        return kind switch
        {
            ".csv" => new CsvTarget(to, dataset, csv),
            ".jsonl" or ".ndjson" => new JsonLinesTarget(to, dataset),
            _ => throw new ConnectorException(
                FailureKind.Input,
                $"{Database.NameOf(to)} is of no kind that can be written: it must end in .csv or .jsonl, or be sqlite:FILE, postgres:CONNECTION or "
                    + "env:NAME of a variable that holds one of these."
            ),
        };
    }
}

/// <summary>A file that takes its name when it is whole.</summary>
internal abstract class FileTarget(string path) : IRowTarget
{
    private readonly WholeFile _file = Create(path);

    public string? Note => null;

    protected Stream Stream => _file.Stream;

    public Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct) =>
        Guarded(() =>
        {
            foreach (var row in rows)
            {
                ct.ThrowIfCancellationRequested();
                Write(row);
            }
        });

    public Task CompleteAsync() =>
        Guarded(() =>
        {
            Flush();
            _file.Complete();
        });

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    protected abstract void Write(JObject row);

    protected virtual void Flush() { }

    private Task Guarded(Action write)
    {
        try
        {
            write();
            return Task.CompletedTask;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return Task.FromException(FileFailure.Of(e, path, "written"));
        }
    }

    private static WholeFile Create(string path)
    {
        PlainFile.Check(path);
        try
        {
            return WholeFile.Create(path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw FileFailure.Of(e, path, "written");
        }
    }
}

/// <summary>A CSV file: a header, then the dataset's columns; lists and objects as JSON.</summary>
internal sealed class CsvTarget : FileTarget
{
    private readonly Dataset _dataset;
    private readonly CsvOptions _options;
    private readonly CsvWriter _writer;

    public CsvTarget(string path, Dataset dataset, CsvOptions options)
        : base(path)
    {
        (_dataset, _options) = (dataset, options);
        if (options.ByteOrderMark)
        {
            Stream.Write("\uFEFF"u8);
        }

        _writer = CsvWriter.Create(Stream, new CsvWriterOptions { NewLine = "\n" }, true);
        _writer.WriteRecord(dataset.Columns.Select(c => c.Name).ToArray());
    }

    protected override void Write(JObject row) => _writer.WriteRecord(_dataset.Columns.Select(c => Text(row[c.Name])).ToArray());

    protected override void Flush() => _writer.Flush();

    private string Text(JToken? value) =>
        value switch
        {
            null => "",
            JContainer container => ConnectorJson.ToText(container),
            JValue { Value: string text } when _options.EscapeFormulas && text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] => "'" + text,
            _ => ConnectorJson.ScalarText(value),
        };
}

/// <summary>A JSON Lines file: the dataset's columns, what is null left out.</summary>
internal sealed class JsonLinesTarget(string path, Dataset dataset) : FileTarget(path)
{
    protected override void Write(JObject row)
    {
        var shown = new JObject(dataset.Columns.Where(c => row[c.Name] is { Type: not JTokenType.Null }).Select(c => new JProperty(c.Name, row[c.Name])));
        Stream.Write(Encoding.UTF8.GetBytes(ConnectorJson.ToText(shown) + "\n"));
    }
}

/// <summary>A table of a database: made when it is missing, rows of the same key replaced, one transaction a page.</summary>
internal sealed partial class SqlTarget : IRowTarget
{
    private readonly Database _database;
    private readonly DbConnection _connection;
    private readonly DbCommand _upsert;
    private readonly Dataset _dataset;
    private readonly string _table;
    private long _cleaned;

    private SqlTarget(Database database, DbConnection connection, DbCommand upsert, Dataset dataset, string table)
    {
        (_database, _connection, _upsert, _dataset, _table) = (database, connection, upsert, dataset, table);
    }

    public string? Note =>
        _cleaned == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{_cleaned} {(_cleaned == 1 ? "value" : "values")} lost the character U+0000, which PostgreSQL cannot hold."
            );

    public static SqlTarget Open(Database database, Dataset dataset, string table)
    {
        var connection = database.Open(create: true);
        try
        {
            // Names are quoted; values are parameters.
#pragma warning disable CA2100
            // Who may only write into the table has no right to make one.
            if (!database.IsPostgres || connection.Query(r => r.IsDBNull(0), "SELECT to_regclass(@0)::text", Database.Quote(table)).Single())
            {
                connection.Execute(CreateTable(dataset, table, database.IsPostgres));
            }

            if (database.IsPostgres)
            {
                connection.Execute("SELECT set_config('lock_timeout', '10s', false) WHERE current_setting('lock_timeout') = '0'");
            }

            var upsert = connection.CreateCommand();
            upsert.CommandText = Upsert(dataset, table, database.IsPostgres);
#pragma warning restore CA2100
            foreach (var column in dataset.Columns)
            {
                var parameter = upsert.CreateParameter();
                parameter.ParameterName = "@" + column.Name;
                parameter.DbType = column.Type switch
                {
                    ColumnType.Integer => System.Data.DbType.Int64,
                    ColumnType.Boolean => System.Data.DbType.Boolean,
                    _ => System.Data.DbType.String,
                };
                upsert.Parameters.Add(parameter);
            }

            upsert.Prepare();
            return new SqlTarget(database, connection, upsert, dataset, table);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            connection.Dispose();
            throw Failed(database, e, table);
        }
    }

    public async Task WriteAsync(IReadOnlyList<JObject> rows, CancellationToken ct)
    {
        try
        {
            await using var transaction = await _connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            _upsert.Transaction = transaction;
            foreach (var row in rows)
            {
                foreach (var column in _dataset.Columns)
                {
                    var value = Value(row[column.Name], column.Type);
                    _upsert.Parameters["@" + column.Name].Value =
                        (_database.IsPostgres && value is string text ? WithoutNul(text, column.Type) : value) ?? DBNull.Value;
                }

                await _upsert.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            }

            await transaction.CommitAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            throw Failed(_database, e, _table);
        }
    }

    public Task CompleteAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _upsert.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static ConnectorException Failed(Database database, Exception e, string table) =>
        database.Failure(e, $"The table {table} in {database.Name} cannot be written", "Name another one with --table.");

    private string WithoutNul(string text, ColumnType type)
    {
        var clean = type == ColumnType.Json ? EscapedNul().Replace(text, "") : text.Replace("\0", "", StringComparison.Ordinal);
        _cleaned += clean.Length < text.Length ? 1 : 0;
        return clean;
    }

    [GeneratedRegex(@"(?<=(?<!\\)(\\\\)*)\\u0000", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedNul();

    private static string CreateTable(Dataset dataset, string table, bool postgres)
    {
        var columns = dataset.Columns.Select(c => $"{Database.Quote(c.Name)} {Type(c.Type, postgres)}{(dataset.Key.Contains(c.Name) ? " NOT NULL" : "")}");
        return $"CREATE TABLE IF NOT EXISTS {Database.Quote(table)} ({string.Join(", ", columns)}, PRIMARY KEY ({Names(dataset.Key)}))";
    }

    private static string Upsert(Dataset dataset, string table, bool postgres)
    {
        var others = dataset
            .Columns.Where(c => !dataset.Key.Contains(c.Name))
            .Select(c => $"{Database.Quote(c.Name)} = excluded.{Database.Quote(c.Name)}")
            .ToArray();
        var values = dataset.Columns.Select(c => "@" + c.Name + (postgres && c.Type == ColumnType.Json ? "::jsonb" : ""));
        return $"INSERT INTO {Database.Quote(table)} ({Names(dataset.Columns.Select(c => c.Name))}) VALUES ({string.Join(", ", values)}) "
            + $"ON CONFLICT ({Names(dataset.Key)}) DO {(others.Length > 0 ? "UPDATE SET " + string.Join(", ", others) : "NOTHING")}";
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Database.Quote));

    private static string Type(ColumnType type, bool postgres) =>
        (type, postgres) switch
        {
            (ColumnType.Integer, true) => "bigint",
            (ColumnType.Boolean, true) => "boolean",
            (ColumnType.Json, true) => "jsonb",
            (ColumnType.Integer or ColumnType.Boolean, _) => "INTEGER",
            _ => "TEXT",
        };

    private static object? Value(JToken? value, ColumnType type) =>
        value switch
        {
            null or JValue { Value: null } => null,
            JContainer container => ConnectorJson.ToText(container),
            JValue { Value: bool flag } when type == ColumnType.Boolean => flag,
            JValue scalar when type == ColumnType.Integer => long.TryParse(
                ConnectorJson.ScalarText(scalar),
                NumberStyles.Integer,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null,
            JValue scalar when type == ColumnType.Json => ConnectorJson.ToText(scalar),
            _ => ConnectorJson.ScalarText(value),
        };
}
