using System.Data.Common;
using System.Globalization;
using CustomerIo.Connector.Jobs.Import;
using CustomerIo.Connector.Jobs.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>A row of the table; <paramref name="Problem"/> says what cannot be used in it.</summary>
internal sealed record TableRow(string Key, IReadOnlyDictionary<string, Canonical> Values, long? Changed, string? Cursor, string? Problem);

/// <summary>The table's side of a sync: reads what changed, writes what comes.</summary>
internal sealed class TableSide : IAsyncDisposable
{
    private const int Page = 500;
    private readonly DbConnection _connection;
    private readonly SyncFile _file;
    private readonly Dictionary<string, string> _types;
    private readonly string _select;

    private TableSide(DbConnection connection, SyncFile file)
    {
        (_connection, _file) = (connection, file);
        string[] columns = [file.Key, .. file.Updated is null ? [] : (string[])[file.Updated], .. file.Attributes.Select(a => a.Column)];
        using var command = connection.Command($"SELECT {string.Join(", ", columns.Select(Database.Quote))} FROM {Table} WHERE 1 = 0");
        using var reader = command.ExecuteReader();
        _types = columns.Select((name, i) => (name, type: reader.GetDataTypeName(i))).GroupBy(c => c.name).ToDictionary(g => g.Key, g => g.First().type);
        var updated = file.Updated is null ? "NULL, NULL" : $"{Database.Quote(file.Updated)} AS _changed, CAST({Database.Quote(file.Updated)} AS TEXT) AS _cursor";
        _select = $"SELECT CAST({Key} AS TEXT) AS _key, {updated}{string.Concat(file.Attributes.Select(a => ", " + Database.Quote(a.Column)))} FROM {Table} WHERE {Key} IS NOT NULL";
    }

    private string Table => Database.Quote(_file.Table);

    private string Key => Database.Quote(_file.Key);

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the table or a column is not there.</exception>
    public static TableSide Open(SyncFile file)
    {
        var connection = file.Database.Open();
        try
        {
            return new TableSide(connection, file);
        }
        catch (DbException e)
        {
            connection.Dispose();
            throw new ConnectorException(FailureKind.Input, $"The table {file.Table} cannot be read: {e.Message.ReplaceLineEndings(" ")} Check table, key, updated and the columns in the sync file.");
        }
    }

    /// <summary>Rows that changed since a cursor, page by page in the order of their changes; without a cursor every row.</summary>
    public IEnumerable<IReadOnlyList<TableRow>> Changed(string? cursor)
    {
        // Each page is a query of its own: no reading stays open while we write.
        var updated = _file.Updated is { } column ? Database.Quote(column) : null;
        var order = updated is null ? Key : $"{updated}, {Key}";
        string? from = updated is null || cursor is null ? null : $" AND {updated} >= {Parameter(0, _file.Updated!)}";
        object?[] values = from is null ? [] : [cursor];
        while (true)
        {
            var page = Rows($"{_select}{(updated is null ? "" : $" AND {updated} IS NOT NULL")}{from} ORDER BY {order} LIMIT {Page}", values);
            if (page.Count > 0)
            {
                yield return page;
            }

            if (page.Count < Page)
            {
                yield break;
            }

            from = updated is null ? $" AND {Key} > {Parameter(0, _file.Key)}" : $" AND ({updated}, {Key}) > ({Parameter(0, _file.Updated!)}, {Parameter(1, _file.Key)})";
            values = updated is null ? [page[^1].Key] : [page[^1].Cursor, page[^1].Key];
        }
    }

    /// <summary>The rows of some keys.</summary>
    public IReadOnlyList<TableRow> Find(IReadOnlyList<string> keys) =>
        keys.Count == 0 ? [] : Rows($"{_select} AND {Key} IN ({string.Join(", ", keys.Select((_, i) => Parameter(i, _file.Key)))})", [.. keys]);

    public HashSet<string> Keys() => [.. _connection.Query(r => r.GetString(0), $"SELECT CAST({Key} AS TEXT) FROM {Table} WHERE {Key} IS NOT NULL")];

    /// <summary>Writes values into rows, and new rows, in one transaction.</summary>
    public void Write(IEnumerable<(string Key, IReadOnlyDictionary<string, string> Values, bool IsNew)> changes)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var (key, values, isNew) in changes)
        {
            var attributes = _file.Attributes.Where(a => values.ContainsKey(a.Name)).DistinctBy(a => a.Column).ToArray();
            object?[] parameters = [key, .. attributes.Select(a => Stored(values[a.Name], a))];
            var sql = isNew
                ? $"INSERT INTO {Table} ({string.Join(", ", attributes.Select(a => Database.Quote(a.Column)).Prepend(Key))}) VALUES ({string.Join(", ", attributes.Select((a, i) => Parameter(i + 1, a.Column)).Prepend(Parameter(0, _file.Key)))})"
                : $"UPDATE {Table} SET {string.Join(", ", attributes.Select((a, i) => $"{Database.Quote(a.Column)} = {Parameter(i + 1, a.Column)}"))} WHERE {Key} = {Parameter(0, _file.Key)}";
            _connection.Execute(sql, parameters);
        }

        transaction.Commit();
    }

    public void Delete(IReadOnlyCollection<string> keys)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var key in keys)
        {
            _connection.Execute($"DELETE FROM {Table} WHERE {Key} = {Parameter(0, _file.Key)}", key);
        }

        transaction.Commit();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // PostgreSQL compares only what is of one type; SQLite converts by the column's own.
    private string Parameter(int index, string column) => _file.Database.IsPostgres ? $"CAST(@{index} AS {_types[column]})" : $"@{index}";

    private List<TableRow> Rows(string sql, object?[] values)
    {
        try
        {
            return _connection.Query(Read, sql, values);
        }
        catch (DbException e)
        {
            throw new ConnectorException(FailureKind.Unavailable, $"The table {_file.Table} cannot be read: {e.Message.ReplaceLineEndings(" ")}", inner: e);
        }
    }

    private TableRow Read(DbDataReader reader)
    {
        var values = new Dictionary<string, Canonical>(StringComparer.Ordinal);
        string? problem = null;
        for (var i = 0; i < _file.Attributes.Count; i++)
        {
            var attribute = _file.Attributes[i];
            try
            {
                var (kind, bytes) = reader.IsDBNull(i + 3) ? (CellKind.Null, []) : SqlValue.Read(reader.GetValue(i + 3), _types[attribute.Column] is "json" or "jsonb");
                values[attribute.Name] = Canonical.Read(kind, bytes, attribute.Type);
            }
            catch (FormatException e)
            {
                problem ??= $"{attribute.Column} {e.Message}";
            }
        }

        return new TableRow(reader.GetString(0), values, reader.IsDBNull(1) ? null : Seconds(reader.GetValue(1)), reader.IsDBNull(2) ? null : reader.GetString(2), problem);
    }

    private object? Stored(string text, SyncAttribute attribute)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var type = _types[attribute.Column];
        if (attribute.Type == CellType.Time && !type.Contains("int", StringComparison.OrdinalIgnoreCase) && long.TryParse(text, CultureInfo.InvariantCulture, out var seconds))
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return _file.Database.IsPostgres ? text : attribute.Type switch
        {
            CellType.Integer or CellType.Time when long.TryParse(text, CultureInfo.InvariantCulture, out var whole) => whole,
            CellType.Number when double.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            CellType.Boolean => text == "true" ? 1L : 0L,
            _ => text,
        };
    }

    private static long? Seconds(object value)
    {
        var token = value switch
        {
            DateTimeOffset or DateTime { Kind: not DateTimeKind.Unspecified } => new JValue(value),
            DateTime t => new JValue(DateTime.SpecifyKind(t, DateTimeKind.Utc)),
            string s => new JValue(s),
            IConvertible c => new JValue(Convert.ToDouble(c, CultureInfo.InvariantCulture)),
            _ => JValue.CreateNull(),
        };
        return Timestamp.TryRead(token, out var seconds, out _) ? seconds
            : token.Value is string text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeSeconds()
            : null;
    }
}
