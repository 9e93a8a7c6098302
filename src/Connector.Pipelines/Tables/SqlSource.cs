using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>The rows of a query, read as they come.</summary>
internal sealed class SqlSource : IRowSource
{
    private readonly ReadOnlyQuery _query;
    private readonly string[] _columns;
    private readonly ByteBuffer _raw = new(1024);
    private readonly (CellKind Kind, byte[] Bytes)[] _values;
    private long _rows;

    private SqlSource(ReadOnlyQuery query, string identity, bool isOrdered)
    {
        (_query, _columns, Identity, IsOrdered) = (query, query.Columns, identity, isOrdered);
        _values = new (CellKind, byte[])[_columns.Length];
    }

    public string Identity { get; }

    public long Size => 0;

    public bool IsOrdered { get; }

    public RejectFormat RejectFormat => new(".jsonl", ',', null);

    /// <exception cref="ConnectorException">The database or the query cannot be used; the kind says who must act.</exception>
    public static SqlSource Open(Database database, string query)
    {
        var rows = ReadOnlyQuery.Open(database, query);
        if (rows.Columns.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            rows.Dispose();
            throw new ConnectorException(FailureKind.Input, $"The query has the column \"{twice.Key}\" twice. Name one of them otherwise with AS.");
        }

        var identity = "query " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(database.Identity + "\n" + query)).AsSpan(0, 16));
        return new SqlSource(rows, identity, query.Contains("order by", StringComparison.OrdinalIgnoreCase));
    }

    public async ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct)
    {
        block.Columns = _columns;
        while (!block.IsFull && await _query.ReadAsync(ct).ConfigureAwait(false))
        {
            Add(block);
        }

        return block.Count > 0;
    }

    public ValueTask DisposeAsync() => _query.DisposeAsync();

    private void Add(RowBlock block)
    {
        RowProblem? problem = null;
        _raw.Length = 0;
        using (var writer = ConnectorJson.Writer(_raw))
        {
            writer.WriteStartObject();
            for (var i = 0; i < _columns.Length; i++)
            {
                try
                {
                    _values[i] = _query.Value(i);
                }
                catch (FormatException e)
                {
                    problem ??= new("type", _columns[i], e.Message);
                    _values[i] = (CellKind.Null, []);
                }

                writer.WritePropertyName(_columns[i]);
                Write(writer, _values[i].Kind, _values[i].Bytes);
            }

            writer.WriteEndObject();
        }

        block.BeginRow(++_rows, _raw.Span);
        for (var i = 0; i < _columns.Length; i++)
        {
            block.Add(i, _values[i].Kind, _values[i].Bytes, default);
        }

        block.EndRow(problem);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter writer, CellKind kind, byte[] bytes)
    {
        switch (kind)
        {
            case CellKind.Null:
                writer.WriteNullValue();
                break;
            case CellKind.True:
                writer.WriteBooleanValue(true);
                break;
            case CellKind.False:
                writer.WriteBooleanValue(false);
                break;
            case CellKind.Text:
                writer.WriteStringValue(bytes);
                break;
            default:
                writer.WriteRawValue(bytes, true);
                break;
        }
    }
}

/// <summary>Values of a database as cells.</summary>
internal static class SqlValue
{
    /// <summary>A value of the row that a reader is at.</summary>
    /// <exception cref="FormatException">It is none that can be read; that is the row's problem alone.</exception>
    public static (CellKind Kind, byte[] Bytes) Read(System.Data.Common.DbDataReader reader, int i, bool json = false)
    {
        try
        {
            return reader.IsDBNull(i) ? (CellKind.Null, []) : Read(reader.GetValue(i), json);
        }
        catch (Exception e) when (IsOfTheValue(e))
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Whether a driver could not make anything of a value: the next one may be read all the same.</summary>
    public static bool IsOfTheValue(Exception e) => e is InvalidCastException or OverflowException or ArgumentException or NotSupportedException;

    public static FormatException Unreadable(Exception e) => new("holds a value that cannot be read. Cast it to text in the query or a view.", e);

    public static (CellKind Kind, byte[] Bytes) Read(object value, bool json = false) =>
        value switch
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
        double.IsFinite(d)
            ? (CellKind.Number, Ascii(d.ToString("R", CultureInfo.InvariantCulture)))
            : (CellKind.Text, Ascii(d.ToString(CultureInfo.InvariantCulture)));

    private static (CellKind Kind, byte[] Bytes) Time(DateTimeOffset time) =>
        (CellKind.Text, Ascii(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
