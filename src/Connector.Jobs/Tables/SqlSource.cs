using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Bulk;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Jobs.Tables;

/// <summary>The rows of a query, read as they come.</summary>
internal sealed class SqlSource : IRowSource
{
    private readonly DbConnection _connection;
    private readonly DbCommand _command;
    private readonly DbDataReader _reader;
    private readonly string[] _columns;
    private readonly bool[] _json;
    private readonly ByteBuffer _raw = new(1024);
    private readonly (CellKind Kind, byte[] Bytes)[] _values;

    private SqlSource(DbConnection connection, DbCommand command, DbDataReader reader, string identity)
    {
        (_connection, _command, _reader, Identity) = (connection, command, reader, identity);
        _columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        _json = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetDataTypeName(i) is "json" or "jsonb")];
        _values = new (CellKind, byte[])[_columns.Length];
        IsOrdered = command.CommandText.Contains("order by", StringComparison.OrdinalIgnoreCase);
    }

    public string Identity { get; }

    public long Size => 0;

    public long Position { get; private set; }

    public bool IsOrdered { get; }

    public RejectFormat RejectFormat => new(".jsonl", ',', null);

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the database or the query cannot be used.</exception>
    public static SqlSource Open(Database database, string query)
    {
        var connection = database.Open();
        var command = connection.CreateCommand();
        try
        {
            // The query is the user's own, on the user's own database.
#pragma warning disable CA2100
            command.CommandText = query;
#pragma warning restore CA2100
            command.CommandTimeout = 0;
            var identity = "query " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(database.Identity + "\n" + query)).AsSpan(0, 16));
            return new SqlSource(connection, command, command.ExecuteReader(), identity);
        }
        catch (DbException e)
        {
            command.Dispose();
            connection.Dispose();
            throw new ConnectorException(FailureKind.Input, $"The query failed: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    public async ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct)
    {
        block.Columns = _columns;
        while (!block.IsFull && await _reader.ReadAsync(ct).ConfigureAwait(false))
        {
            Add(block);
        }

        return block.Count > 0;
    }

    public async ValueTask DisposeAsync()
    {
        // A query that is left in the middle is cancelled rather than read to its end.
        _command.Cancel();
        await _reader.DisposeAsync().ConfigureAwait(false);
        await _command.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(RowBlock block)
    {
        _raw.Length = 0;
        using (var writer = ConnectorJson.Writer(_raw))
        {
            writer.WriteStartObject();
            for (var i = 0; i < _columns.Length; i++)
            {
                var (kind, bytes) = _values[i] = Value(i);
                writer.WritePropertyName(_columns[i]);
                Write(writer, kind, bytes);
            }

            writer.WriteEndObject();
        }

        block.BeginRow(++Position, _raw.Span);
        for (var i = 0; i < _columns.Length; i++)
        {
            block.Add(i, _values[i].Kind, _values[i].Bytes, default);
        }

        block.EndRow();
    }

    private (CellKind Kind, byte[] Bytes) Value(int i) => _reader.IsDBNull(i) ? (CellKind.Null, []) : SqlValue.Read(_reader.GetValue(i), _json[i]);

    private static void Write(System.Text.Json.Utf8JsonWriter writer, CellKind kind, byte[] bytes)
    {
        switch (kind)
        {
            case CellKind.Null: writer.WriteNullValue(); break;
            case CellKind.True: writer.WriteBooleanValue(true); break;
            case CellKind.False: writer.WriteBooleanValue(false); break;
            case CellKind.Text: writer.WriteStringValue(bytes); break;
            default: writer.WriteRawValue(bytes, true); break;
        }
    }
}

/// <summary>Values of a database as cells.</summary>
internal static class SqlValue
{
    public static (CellKind Kind, byte[] Bytes) Read(object value, bool json) => value switch
    {
        string s => (json ? CellKind.Json : CellKind.Text, Encoding.UTF8.GetBytes(s)),
        bool b => (b ? CellKind.True : CellKind.False, []),
        byte or short or int or long or decimal => (CellKind.Number, Ascii(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture))),
        float f => Number(f),
        double d => Number(d),
        DateTimeOffset o => Time(o),
        DateTime { Kind: DateTimeKind.Unspecified } t => (CellKind.Text, Ascii(t.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture))),
        DateTime t => Time(t),
        DateOnly d => (CellKind.Text, Ascii(d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        byte[] bytes => (CellKind.Text, Ascii(Convert.ToBase64String(bytes))),
        Array array => (CellKind.Json, ConnectorJson.ToBytes(Newtonsoft.Json.Linq.JToken.FromObject(array))),
        _ => (CellKind.Text, Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")),
    };

    private static (CellKind Kind, byte[] Bytes) Number(double d) =>
        double.IsFinite(d) ? (CellKind.Number, Ascii(d.ToString("R", CultureInfo.InvariantCulture))) : (CellKind.Text, Ascii(d.ToString(CultureInfo.InvariantCulture)));

    private static (CellKind Kind, byte[] Bytes) Time(DateTimeOffset time) => (CellKind.Text, Ascii(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
