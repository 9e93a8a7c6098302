using System.Text.Json;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>A JSON Lines file: one object a line, whose members are the columns.</summary>
internal sealed class JsonLinesSource(string path) : IRowSource
{
    private const string LineColumn = "_line";

    /// <summary>So many columns are kept from block to block.</summary>
    private const int MaxColumns = 1000;

    // A shorter one cannot be too deep where it goes, two levels below the input.
    private const int Shallow = 2 * (ConnectorJson.MaxDepth - 2);

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = ConnectorJson.MaxDepth };
    private readonly LineSource _lines = new(RowSource.OpenFile(path));
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly List<(byte[] Name, int Index)> _names = [];
    private readonly Line _line = new();
    private readonly List<string> _found = [];
    private string[] _columns = [];
    private int _next;

    public string Identity { get; } = RowSource.IdentityOf(path);

    public long Size { get; } = new FileInfo(path).Length;

    public bool IsOrdered => true;

    public RejectFormat RejectFormat => new(".jsonl", ',', null);

    public async ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct)
    {
        if (_found.Count > MaxColumns)
        {
            // Keys that are new in every line are those of this block alone: what was found before would be looked through for nothing.
            _found.Clear();
            _indexes.Clear();
            _names.Clear();
        }

        while (!block.IsFull && await _lines.ReadAsync(_line, ct).ConfigureAwait(false))
        {
            if (_line.TooLong || !_line.IsBlank)
            {
                Read(block, _line.TooLong ? [] : _line.Bytes.TrimEnd((byte)'\r'));
            }
        }

        if (_columns.Length != _found.Count || _columns.Length > MaxColumns)
        {
            _columns = [.. _found];
        }

        block.Columns = _columns;
        return block.Count > 0;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Read(RowBlock block, ReadOnlySpan<byte> json)
    {
        json = _line.Number == 1 && json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        block.BeginRow(_line.Number, json);
        block.EndRow(_line.TooLong ? new("json", "", $"The line is longer than {LineSource.Longest >> 20} MiB.") : TryRead(block, json));
    }

    /// <summary>Reads the members; a line that an errors file holds as a text is read in its place.</summary>
    private RowProblem? TryRead(RowBlock block, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, s_options);
            _next = 0;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new("json", "", "The line is not a JSON object, like {\"id\":\"123\"}.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var column = Index(ref reader);
                reader.Read();
                if (column == -2 && reader.TokenType == JsonTokenType.String)
                {
                    var line = System.Text.Encoding.UTF8.GetBytes(reader.GetString()!);
                    block.ReplaceRaw(line);
                    return TryRead(block, line);
                }

                Add(block, column, ref reader, json);
            }

            reader.Read();
            return null;
        }
        catch (JsonException)
        {
            return new("json", "", Whole(json));
        }
        catch (InvalidOperationException)
        {
            return new("encoding", "", "The line holds bytes that are not UTF-8, or half of a surrogate pair.");
        }
    }

    private static string Whole(ReadOnlySpan<byte> json)
    {
        try
        {
            ConnectorJson.ParseObject(json);
            return "The line is not JSON.";
        }
        catch (FormatException e)
        {
            return "The line is not JSON: " + e.Message;
        }
    }

    private static void Add(RowBlock block, int column, ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var (kind, start) = reader.TokenType switch
        {
            JsonTokenType.String => (CellKind.Text, (int)reader.TokenStartIndex + 1),
            JsonTokenType.Number => (CellKind.Number, (int)reader.TokenStartIndex),
            JsonTokenType.True => (CellKind.True, 0),
            JsonTokenType.False => (CellKind.False, 0),
            JsonTokenType.Null => (CellKind.Null, 0),
            _ => (CellKind.Json, (int)reader.TokenStartIndex),
        };
        if (kind == CellKind.Json)
        {
            var ahead = reader;
            if (RawJson.PassesValue(ref ahead, json, int.MaxValue) && ahead.BytesConsumed - start < Shallow)
            {
                reader = ahead;
                kind = CellKind.PlainJson;
            }
            else
            {
                reader.Skip();
            }
        }

        if (column < 0)
        {
            return;
        }

        if (kind == CellKind.Text && reader.ValueIsEscaped)
        {
            block.Add(column, kind, System.Text.Encoding.UTF8.GetBytes(reader.GetString()!), default);
        }
        else
        {
            block.AddPart(
                column,
                kind,
                start,
                kind switch
                {
                    CellKind.Json or CellKind.PlainJson => (int)reader.BytesConsumed - start,
                    CellKind.Text or CellKind.Number => reader.ValueSpan.Length,
                    _ => 0,
                }
            );
        }
    }

    /// <summary>The index of a column; -1 for what an errors file has added, -2 for a line within.</summary>
    private int Index(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            // Lines of one file name their members in one order, mostly.
            for (var i = 0; i < _names.Count; i++)
            {
                _next = _next < _names.Count ? _next : 0;
                var (known, index) = _names[_next++];
                if (reader.ValueSpan.SequenceEqual(known))
                {
                    return index;
                }
            }
        }

        var name = reader.GetString()!;
        if (_indexes.TryGetValue(name, out var found))
        {
            return found;
        }

        found =
            name == LineColumn ? -2
            : RowSource.RejectColumns.Contains(name) ? -1
            : _found.Count;
        if (found >= 0)
        {
            _found.Add(name);
        }

        _indexes.Add(name, found);
        if (_names.Count < 32)
        {
            _names.Add((System.Text.Encoding.UTF8.GetBytes(name), found));
        }

        return found;
    }
}
