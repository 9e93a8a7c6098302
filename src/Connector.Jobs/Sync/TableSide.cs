using System.Data.Common;
using System.Globalization;
using CustomerIo.Connector.Jobs.Import;
using CustomerIo.Connector.Jobs.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Sync;

/// <summary>A row of the table; <paramref name="Problem"/> says what cannot be used in it.</summary>
internal sealed record TableRow(string Key, IReadOnlyDictionary<string, Canonical> Values, long? Changed, string? Cursor, string? Problem);

/// <summary>Values for a row, by attribute, and the row as it was read; null for a new one.</summary>
internal sealed record RowChange(string Key, IReadOnlyDictionary<string, string> Values, TableRow? Read);

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
    public IReadOnlyList<TableRow> Find(IReadOnlyList<string> keys, string locking = "") =>
        keys.Count == 0 ? [] : Rows($"{_select} AND {Key} IN ({string.Join(", ", keys.Select((_, i) => Parameter(i, _file.Key)))}){locking}", [.. keys]);

    public HashSet<string> Keys() => [.. _connection.Query(r => r.GetString(0), $"SELECT CAST({Key} AS TEXT) FROM {Table} WHERE {Key} IS NOT NULL")];

    /// <summary>Writes values into rows, and new rows where there is none, in one transaction.</summary>
    /// <returns>What was not written, with the reason; without one, somebody has changed the row since it was read.</returns>
    public Dictionary<string, string?> Write(IReadOnlyList<RowChange> changes)
    {
        var left = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (Wrong(change.Values) is { } problem)
            {
                left[change.Key] = problem;
            }
        }

        RowChange[] fitting = [.. changes.Where(c => !left.ContainsKey(c.Key))];
        if (fitting.Length > 0 && TryWrite(fitting, left) is not null)
        {
            // What the database refuses must not keep the other rows: each on its own.
            foreach (var change in fitting)
            {
                if (TryWrite([change], left) is { } refusal)
                {
                    left[change.Key] = refusal;
                }
            }
        }

        return left;
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

    private string? TryWrite(RowChange[] changes, Dictionary<string, string?> left)
    {
        using var transaction = _connection.BeginTransaction();
        try
        {
            // Looked at again under the lock: a change of these seconds is the next run's news, not ours to undo.
            var now = Find([.. changes.Where(c => c.Read is not null).Select(c => c.Key)], _file.Database.IsPostgres ? " FOR UPDATE" : "").ToDictionary(r => r.Key, StringComparer.Ordinal);
            foreach (var change in changes)
            {
                if (change.Read is { } read && (!now.TryGetValue(change.Key, out var row) || row.Problem is not null || change.Values.Keys.Any(a => row.Values[a].Text != read.Values[a].Text)))
                {
                    left[change.Key] = null;
                    continue;
                }

                Write(change);
            }

            transaction.Commit();
            return null;
        }
        catch (DbException e)
        {
            transaction.Rollback();
            return $"the table refuses it: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    private void Write(RowChange change)
    {
        var attributes = _file.Attributes.Where(a => change.Values.ContainsKey(a.Name)).DistinctBy(a => a.Column).ToArray();
        object?[] parameters = [change.Key, .. attributes.Select(a => Stored(change.Values[a.Name], a))];
        var sql = change.Read is null
            ? $"INSERT INTO {Table} ({string.Join(", ", attributes.Select(a => Database.Quote(a.Column)).Prepend(Key))}) VALUES ({string.Join(", ", attributes.Select((a, i) => Parameter(i + 1, a.Column)).Prepend(Parameter(0, _file.Key)))})"
            : $"UPDATE {Table} SET {string.Join(", ", attributes.Select((a, i) => $"{Database.Quote(a.Column)} = {Parameter(i + 1, a.Column)}"))} WHERE {Key} = {Parameter(0, _file.Key)}";
        _connection.Execute(sql, parameters);
    }

    private string? Wrong(IReadOnlyDictionary<string, string> values)
    {
        foreach (var attribute in _file.Attributes)
        {
            try
            {
                if (values.TryGetValue(attribute.Name, out var text))
                {
                    Canonical.Read(CellKind.Text, System.Text.Encoding.UTF8.GetBytes(text), attribute.Type);
                }
            }
            catch (FormatException e)
            {
                return $"{attribute.Name} {e.Message}";
            }
        }

        return null;
    }

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
        var problem = WrongKey(reader.GetString(0));
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

    // A key that no person can have is told before anything is asked about it: one of them would fail its whole page.
    private string? WrongKey(string key)
    {
        if (string.IsNullOrWhiteSpace(key) || System.Text.Encoding.UTF8.GetByteCount(key) > 150)
        {
            return "the key must have 1 to 150 bytes.";
        }

        try
        {
            Actions.Person.Of(key, _file.IdType);
            return null;
        }
        catch (ConnectorException e)
        {
            return $"the key {(e.Problems is [var wrong, ..] ? wrong.Message : e.Message)}";
        }
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
