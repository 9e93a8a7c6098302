using System.Data.Common;
using System.Globalization;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;
using Npgsql;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>A row of the table; <paramref name="Problem"/> says what cannot be used in it.</summary>
/// <param name="Key">Its key as keys are compared.</param>
/// <param name="Stored">Its key as the table has it.</param>
/// <param name="Values">Its values by attribute.</param>
/// <param name="Changed">When it changed, in Unix seconds, where that is known.</param>
/// <param name="Cursor">Its value of <c>updated</c>, with its type.</param>
/// <param name="Problem">What is wrong with it.</param>
internal sealed record TableRow(string Key, string Stored, IReadOnlyDictionary<string, Canonical> Values, long? Changed, object? Cursor, string? Problem)
{
    /// <summary>Whether it is what it was when it was read.</summary>
    public bool IsStill(TableRow read) =>
        Equals(Cursor, read.Cursor) && Problem == read.Problem && Values.All(v => read.Values.TryGetValue(v.Key, out var was) && was.Text == v.Value.Text);
}

/// <summary>Values for a row, by attribute, and the row as it was read; null for a new one, whose key is written as Customer.io has it.</summary>
internal sealed record RowChange(string Key, IReadOnlyDictionary<string, string> Values, TableRow? Read, string? Spelling = null);

/// <summary>The table's side of a sync: reads what changed, writes what comes.</summary>
internal sealed class TableSide : IAsyncDisposable
{
    private const int Page = 500;
    private readonly DbConnection _connection;
    private readonly SyncFile _file;
    private readonly Dictionary<string, string> _types;
    private readonly string _select,
        _key;
    private readonly string? _clock,
        _now;
    private readonly DateTimeOffset _started;
    private readonly SyncLock? _held;
    private readonly bool _allowsPlaceholderIds,
        _isDry;

    private TableSide(DbConnection connection, SyncFile file, DateTimeOffset started, SyncLock? held, bool allowsPlaceholderIds, bool isDry)
    {
        (_connection, _file, _started, _held, _allowsPlaceholderIds, _isDry) = (connection, file, started, held, allowsPlaceholderIds, isDry);
        SyncStore.Limit(connection, file.Database);
        string[] columns = [file.Key, .. file.Updated is null ? [] : (string[])[file.Updated], .. file.Attributes.Select(a => a.Column)];
        using (var command = connection.Command($"SELECT {string.Join(", ", columns.Select(Database.Quote))} FROM {Table} WHERE 1 = 0"))
        using (var reader = command.ExecuteReader())
        {
            _types = columns.Select((name, i) => (name, type: reader.GetDataTypeName(i))).GroupBy(c => c.name).ToDictionary(g => g.Key, g => g.First().type);
        }

        // SQLite compares a column without a type to a text by their types, and so never equal: by its text it is compared as the others are.
        _key = file.Database.IsPostgres || HasType(file.Key) ? Database.Quote(file.Key) : $"CAST({Database.Quote(file.Key)} AS TEXT)";
        if (file.Updated is { } updated && file.Database.IsPostgres)
        {
            _clock = _types[updated] switch
            {
                "timestamp with time zone" => "now()",
                "timestamp without time zone" => "localtimestamp",
                "date" => "current_date",
                _ => null,
            };
            _now = _clock is null ? null : connection.Query(r => r.GetString(0), $"SELECT CAST({_clock} AS TEXT)").Single();
        }

        _select =
            $"SELECT CAST({Key} AS TEXT) AS _key, {Changes()}{string.Concat(file.Attributes.Select(a => ", " + Database.Quote(a.Column)))} FROM "
            + $"{Table} WHERE {Key} IS NOT NULL";
    }

    private string Table => Database.Quote(_file.Table);

    private string Key => Database.Quote(_file.Key);

    // Addresses are compared as Customer.io does; other keys so that an index of theirs is used.
    private string ComparedKey => _file.IdType == "email" ? $"lower(CAST({Key} AS TEXT))" : _key;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the table or a column is not there.</exception>
    /// <param name="file">The sync.</param>
    /// <param name="time">The clock.</param>
    /// <param name="held">Proves before each write that no other process has the sync.</param>
    /// <param name="allowsPlaceholderIds">Whether words for nothing may name people.</param>
    /// <param name="isDry">Whether nothing is written, as if everything had been taken.</param>
    public static TableSide Open(SyncFile file, TimeProvider time, SyncLock? held, bool allowsPlaceholderIds = false, bool isDry = false)
    {
        var connection = file.Database.Open(readOnly: isDry);
        try
        {
            return new TableSide(connection, file, time.GetUtcNow(), held, allowsPlaceholderIds, isDry);
        }
        catch (DbException e)
        {
            connection.Dispose();
            throw file.Database.Failure(e, $"The table {file.Table} cannot be read", "Check table, key, updated and the columns in the sync file.");
        }
    }

    /// <summary>Rows that changed since a cursor, and some before it, page by page in the order of their changes; without a cursor every row.</summary>
    public IEnumerable<IReadOnlyList<TableRow>> Changed(string? cursor)
    {
        // Each page is a query of its own: no reading stays open while we write.
        var updated = _file.Updated is { } column ? Database.Quote(column) : null;
        var order = updated is null ? _key : $"{updated}, {_key}";
        var (from, values) = updated is null || cursor is null ? (null, []) : Since(updated, TableCursor.Read(cursor));
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

            from = updated is null
                ? $" AND {_key} > {Parameter(0, _file.Key)}"
                : $" AND ({updated}, {_key}) > ({Parameter(0, _file.Updated!)}, {Parameter(1, _file.Key)})";
            values = updated is null ? [page[^1].Stored] : [page[^1].Cursor, page[^1].Stored];
        }
    }

    /// <summary>What to remember of the last row's <c>updated</c>: never more than when this run began.</summary>
    public string? Remember(object? last)
    {
        if (last is null or byte[])
        {
            return null;
        }

        if (_clock is null)
        {
            return TableCursor.Write(TableCursor.NotBeyond(last, _started));
        }

        var type = _types[_file.Updated!];
        return TableCursor.Write(
            _connection.Query(r => r.GetString(0), $"SELECT CAST(LEAST(CAST(@0 AS {type}), CAST(@1 AS {type})) AS TEXT)", last, _now).Single()
        );
    }

    /// <summary>The rows of some keys.</summary>
    public IReadOnlyList<TableRow> Find(IReadOnlyList<string> keys, string locking = "")
    {
        string[] fitting = [.. keys.Select(_file.KeyOf).Where(Fits)];
        return fitting.Length == 0
            ? []
            : Rows($"{_select} AND {ComparedKey} IN ({string.Join(", ", fitting.Select((_, i) => KeyParameter(i)))}){locking}", [.. fitting]);
    }

    /// <summary>The rows that have one of some values in an attribute.</summary>
    public IReadOnlyList<TableRow> Find(SyncAttribute attribute, IReadOnlyCollection<string> values)
    {
        var text = $"CAST({Database.Quote(attribute.Column)} AS TEXT)";
        return
        [
            .. values
                .Chunk(Page)
                .SelectMany(some =>
                    Rows(
                        $"{_select} AND {(attribute.Name == "email" ? $"lower({text})" : text)} IN ({string.Join(", ", some.Select((_, i) => "@" + i))})",
                        [.. some]
                    )
                ),
        ];
    }

    public HashSet<string> Keys() =>
        [.. _connection.Query(r => _file.KeyOf(r.GetString(0)), $"SELECT CAST({Key} AS TEXT) FROM {Table} WHERE {Key} IS NOT NULL")];

    /// <summary>Those of some keys, or of all, that several rows have.</summary>
    public HashSet<string> Shared(IReadOnlyList<string>? keys)
    {
        string[] fitting = [.. (keys ?? []).Where(Fits)];
        var some =
            keys is null ? ""
            : fitting.Length == 0 ? " AND 1 = 0"
            : $" AND {ComparedKey} IN ({string.Join(", ", fitting.Select((_, i) => KeyParameter(i)))})";
        return
        [
            .. _connection.Query(
                r => _file.KeyOf(r.GetString(0)),
                $"SELECT CAST({ComparedKey} AS TEXT) FROM {Table} WHERE {Key} IS NOT NULL{some} GROUP BY {ComparedKey} HAVING COUNT(*) > 1",
                [.. fitting]
            ),
        ];
    }

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
        if (fitting.Length > 0 && !_isDry && TryWrite(fitting, left) is not null)
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

    /// <summary>Deletes rows that still are as they were read, in one transaction.</summary>
    /// <returns>The keys of those that somebody has changed since, which stay.</returns>
    public IReadOnlyList<string> Delete(IReadOnlyList<TableRow> rows)
    {
        if (_isDry)
        {
            return [];
        }

        using var transaction = Begin();
        var read = rows.ToDictionary(r => r.Key, StringComparer.Ordinal);
        var changed = new List<string>();
        foreach (var row in Find([.. read.Keys], Lock))
        {
            if (row.IsStill(read[row.Key]))
            {
                _connection.Execute($"DELETE FROM {Table} WHERE {_key} = {Parameter(0, _file.Key)}", row.Stored);
            }
            else
            {
                changed.Add(row.Key);
            }
        }

        transaction.Commit();
        return changed;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private DbTransaction Begin()
    {
        _held?.Prove();
        return _connection.BeginTransaction();
    }

    private string Lock => _file.Database.IsPostgres ? " FOR UPDATE" : "";

    private string? TryWrite(RowChange[] changes, Dictionary<string, string?> left)
    {
        using var transaction = Begin();
        try
        {
            // Looked at again under the lock: a change of these seconds is the next run's news, not ours to undo.
            var now = Find([.. changes.Where(c => c.Read is not null).Select(c => c.Key)], Lock).ToDictionary(r => r.Key, StringComparer.Ordinal);
            foreach (var change in changes)
            {
                if (
                    change.Read is { } read
                    && (
                        !now.TryGetValue(change.Key, out var row)
                        || row.Problem is not null
                        || change.Values.Keys.Any(a => row.Values[a].Text != read.Values[a].Text)
                    )
                )
                {
                    left[change.Key] = null;
                    continue;
                }

                Write(change);
            }

            transaction.Commit();
            return null;
        }
        catch (DbException e) when (IsOfOneRow(e))
        {
            transaction.Rollback();
            return $"the table refuses it: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    private void Write(RowChange change)
    {
        var attributes = _file.Attributes.Where(a => change.Values.ContainsKey(a.Name)).DistinctBy(a => a.Column).ToArray();
        object?[] parameters = [change.Read?.Stored ?? change.Spelling ?? change.Key, .. attributes.Select(a => Stored(change.Values[a.Name], a))];
        var sql = change.Read is null
            ? $"INSERT INTO {Table} ({string.Join(", ", attributes.Select(a => Database.Quote(a.Column)).Prepend(Key))}) VALUES "
                + $"({string.Join(", ", attributes.Select((a, i) => Parameter(i + 1, a.Column)).Prepend(Parameter(0, _file.Key)))})"
            : $"UPDATE {Table} SET {string.Join(", ", attributes.Select((a, i) => $"{Database.Quote(a.Column)} = {Parameter(i + 1, a.Column)}"))} "
                + $"WHERE {_key} = {Parameter(0, _file.Key)}";
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

    // As the comparison needs them: when a row changed, and its place in the order of changes.
    private string Changes()
    {
        if (_file.Updated is null)
        {
            return "NULL, NULL";
        }

        // The database knows its zone, and every time that it can hold; here only the seconds matter.
        var updated = Database.Quote(_file.Updated);
        return _file.Database.IsPostgres
            ? $"CAST({(_clock is null ? updated : $"EXTRACT(EPOCH FROM CAST({updated} AS TIMESTAMPTZ))")} AS "
                + $"{(_clock is null && !IsNumber(_types[_file.Updated]) ? "TEXT" : "DOUBLE PRECISION")}) AS _changed, CAST({updated} AS TEXT) AS _cursor"
            : $"{updated} AS _changed, {updated} AS _cursor";
    }

    private (string From, object?[] Values) Since(string updated, object cursor)
    {
        if (_clock is not null)
        {
            var type = _types[_file.Updated!];
            return (
                $" AND {updated} >= CAST(CAST(@0 AS {type}) - CAST(@1 AS INTERVAL) AS {type})",
                [cursor.ToString(), string.Create(CultureInfo.InvariantCulture, $"{(long)_file.Overlap.TotalSeconds} seconds")]
            );
        }

        // In SQLite every value has a type of its own, and those of another one are in an order of their own.
        var others = _file.Database.IsPostgres ? "" : $" OR (typeof({updated}) IN ('text', 'blob')) <> (typeof(@0) IN ('text', 'blob'))";
        return ($" AND ({updated} >= {Parameter(0, _file.Updated!)}{others})", [TableCursor.Before(cursor, _file.Overlap)]);
    }

    // Whether the values of one row were refused, so that others may go through.
    private static bool IsOfOneRow(DbException e) =>
        e is SqliteException { SqliteErrorCode: 18 or 19 or 20 or 25 }
        || e is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '4', ..] or ['P', '0', ..] or "42804" or "54000" };

    private static bool IsNumber(string type) =>
        type is "smallint" or "integer" or "bigint" or "real" or "double precision" || type.StartsWith("numeric", StringComparison.Ordinal);

    // Whether a column has a type by which SQLite converts what it is compared with.
    private bool HasType(string column)
    {
        var type =
            _connection
                .Query(r => r.GetString(0), "SELECT type FROM pragma_table_info(@0) WHERE name = @1 COLLATE NOCASE", _file.Table, column)
                .FirstOrDefault()
            ?? "";
        return type.Length > 0 && !type.Contains("BLOB", StringComparison.OrdinalIgnoreCase);
    }

    // Whether a key can be in the column at all: one of another kind would fail the whole query.
    private bool Fits(string key) =>
        !_file.Database.IsPostgres
        || _file.IdType == "email"
        || _types[_file.Key] switch
        {
            "smallint" => short.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "integer" => int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "bigint" => long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "uuid" => Guid.TryParse(key, out _),
            _ when _types[_file.Key].StartsWith("numeric", StringComparison.Ordinal) => decimal.TryParse(
                key,
                NumberStyles.Number,
                CultureInfo.InvariantCulture,
                out _
            ),
            _ => !key.Contains('\0'),
        };

    private string KeyParameter(int index) => _file.IdType == "email" || !_file.Database.IsPostgres ? $"@{index}" : Parameter(index, _file.Key);

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
            throw _file.Database.Failure(e, $"The table {_file.Table} cannot be read");
        }
    }

    private TableRow Read(DbDataReader reader)
    {
        var values = new Dictionary<string, Canonical>(StringComparer.Ordinal);
        var problem = WrongKey(reader.GetString(0), _file.IdType, _allowsPlaceholderIds);
        for (var i = 0; i < _file.Attributes.Count; i++)
        {
            var attribute = _file.Attributes[i];
            try
            {
                var (kind, bytes) = SqlValue.Read(reader, i + 3, _types[attribute.Column] is "json" or "jsonb");
                values[attribute.Name] = attribute.Compared(Canonical.Read(kind, bytes, attribute.Type, Gate.IsReserved(attribute.Name)));
            }
            catch (FormatException e)
            {
                problem ??= $"{attribute.Column} {e.Message}";
            }
            catch (Exception e) when (e is InvalidCastException or OverflowException or ArgumentException or NotSupportedException)
            {
                // PostgreSQL has dates and numbers that .NET has not: one row's value is one row's problem.
                problem ??= $"{attribute.Column} holds a value that cannot be read.";
            }
        }

        var stored = reader.GetString(0);
        return new TableRow(
            _file.KeyOf(stored),
            stored,
            values,
            reader.IsDBNull(1) ? null : Seconds(reader.GetValue(1)),
            reader.IsDBNull(2) ? null : reader.GetValue(2),
            problem
        );
    }

    // A key that no person can have is told before anything is asked about it: one of them would fail its whole page.
    internal static string? WrongKey(string key, string idType, bool allowsPlaceholderIds)
    {
        if (string.IsNullOrWhiteSpace(key) || System.Text.Encoding.UTF8.GetByteCount(key) > 150)
        {
            return "the key must have 1 to 150 bytes.";
        }

        try
        {
            var keeper = new KeyKeeper(allowsPlaceholderIds);
            Track.Person.Of(key, idType, keeper);
            return keeper.Warning is null ? null : "the key has white space or invisible characters at its ends; take them off in the table.";
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
        if (
            attribute.Type == CellType.Time
            && !type.Contains("int", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
        )
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return _file.Database.IsPostgres
            ? text
            : attribute.Type switch
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
            string s => new JValue(s),
            byte[] => JValue.CreateNull(),
            IConvertible c when Convert.ToDouble(c, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) => new JValue(Math.Floor(number)),
            _ => JValue.CreateNull(),
        };

        // A text without a zone is UTC, as SQLite's own functions write it.
        return Timestamp.TryRead(token, out var seconds, out _) ? seconds
            : token.Value is string text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.ToUnixTimeSeconds()
            : null;
    }

    private sealed class KeyKeeper(bool allowsPlaceholderIds) : IGateKeeper
    {
        public bool AllowsPlaceholderIds => allowsPlaceholderIds;

        public string? Warning { get; private set; }

        public void Warn(string text) => Warning = text;
    }
}
