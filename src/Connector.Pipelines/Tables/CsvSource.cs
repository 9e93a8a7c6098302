using CsvHelper;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>A CSV file. A bad record is a bad row and no more: after a quote that is never closed, reading goes on with the next line.</summary>
internal sealed class CsvSource : IRowSource
{
    /// <summary>A longer record is taken for one with a quote that was never closed.</summary>
    private const int MaxRecordLength = 1 << 20;

    private const int Nameless = -2;

    private const string Separators = ",;\t";

    /// <summary>What some put between columns, and what also stands in names: only a map says that it separates.</summary>
    private const string OtherSeparators = "|^~\u0001";

    private readonly string _path;
    private readonly char _separator;
    private readonly CsvReaderOptions _options;
    private readonly Dictionary<long, CsvMalformedReason> _malformed = [];
    private CsvReader _reader;
    private string[] _columns = [];
    private int[] _indexes = [];
    private byte[] _header = [];
    private long _firstByte,
        _linesBefore;
    private int _added,
        _least;
    private bool _began;

    private CsvSource(string path, char separator)
    {
        _path = path;
        _separator = separator;
        _options = new CsvReaderOptions
        {
            HasHeader = false,
            Separator = separator,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            MaxRecordSize = MaxRecordLength,
            BufferSize = 256 << 10,
            OnMalformedRecord = record => _malformed.TryAdd(record.LineNumber, record.Reason),
        };
        Identity = RowSource.IdentityOf(path);
        Size = new FileInfo(path).Length;
        _reader = CsvReader.Create(RowSource.OpenFile(path), _options);
    }

    public string Identity { get; }

    public long Size { get; }

    public bool IsOrdered => true;

    public RejectFormat RejectFormat => new(".csv", _separator, _header);

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the file cannot be read, or two of its columns have one name.</exception>
    public static CsvSource Open(string path, char? delimiter)
    {
        var source = new CsvSource(path, delimiter ?? Detect(path));
        try
        {
            source.ReadHeader();
            return source;
        }
        catch
        {
            source._reader.Dispose();
            throw;
        }
    }

    public ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct)
    {
        block.Columns = _columns;
        while (!block.IsFull && _columns.Length > 0)
        {
            ct.ThrowIfCancellationRequested();
            if (!TryRead(block))
            {
                break;
            }
        }

        return ValueTask.FromResult(block.Count > 0);
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool TryRead(RowBlock block)
    {
        bool more;
        try
        {
            more = _reader.Read();
        }
        catch (CsvFormatException e)
        {
            return Recover(block, e.ByteOffset, e.LineNumber);
        }

        if (!more)
        {
            return false;
        }

        var line = _reader.LineNumber;
        if (_malformed.Count > 0 && _malformed.GetValueOrDefault(line) == CsvMalformedReason.UnterminatedQuote)
        {
            return Recover(block, _reader.ByteOffset, line);
        }

        var raw = Raw();
        block.BeginRow(_linesBefore + line, raw);
        var fields = _reader.FieldCount;
        var nameless = 0;
        for (var i = 0; i < Math.Min(fields, _indexes.Length); i++)
        {
            if (_indexes[i] >= 0)
            {
                block.Add(_indexes[i], CellKind.Text, _reader.GetSpan(i), raw);
            }
            else if (_indexes[i] == Nameless && nameless == 0 && !_reader.GetSpan(i).IsEmpty)
            {
                nameless = i + 1;
            }
        }

        if (nameless > 0 && !_began)
        {
            throw Bad($"column {nameless} of its header has no name, but a value in its first row. Give the column a name, or take it out");
        }

        _began = true;
        block.EndRow(
            Problem(line, fields) ?? (nameless == 0 ? null : new("columns", "", $"There is a value in column {nameless}, which has no name in the header."))
        );
        return true;
    }

    private RowProblem? Problem(long line, int fields)
    {
        if (
            _malformed.Count > 0
            && _malformed.Remove(line, out var reason)
            && reason is CsvMalformedReason.StrayQuote or CsvMalformedReason.TextAfterClosingQuote
        )
        {
            return new(
                "quotes",
                "",
                reason == CsvMalformedReason.StrayQuote
                    ? "There is a quote in the middle of a field. Put the field in quotes and double the quotes inside."
                    : "There is text after a closing quote. Double the quotes that belong to the text."
            );
        }

        if (fields < _least || fields > _indexes.Length)
        {
            return new("columns", "", $"The row has {fields} {(fields == 1 ? "field" : "fields")}, the header {_indexes.Length}.");
        }

        return Raw().SequenceEqual(_header) ? new("header", "", "The header stands here once more.") : null;
    }

    /// <summary>Reports the line on which a record begins that has no end, and starts again on the next one.</summary>
    private bool Recover(RowBlock block, long offset, long line)
    {
        _malformed.Clear();
        _reader.Dispose();
        var stream = RowSource.OpenFile(_path);
        stream.Position = _firstByte + offset;
        var raw = new List<byte>();
        var buffer = new byte[4096];
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            raw.AddRange(buffer.AsSpan(0, end < 0 ? read : end + 1));
            if (end >= 0)
            {
                break;
            }
        }

        var text = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(raw);
        block.BeginRow(_linesBefore + line, text[..Math.Min(text.Length, MaxRecordLength)].TrimEnd("\r\n"u8));
        block.EndRow(new("quotes", "", "A quote is opened in this line and never closed, or the row is longer than 1 MiB."));
        (_firstByte, _linesBefore) = (_firstByte + offset + raw.Count, _linesBefore + line);
        stream.Position = _firstByte;
        _reader = CsvReader.Create(stream, _options);
        return true;
    }

    private void ReadHeader()
    {
        try
        {
            if (!_reader.Read())
            {
                return;
            }
        }
        catch (CsvFormatException)
        {
            throw Bad("its header cannot be read: a quote is never closed");
        }

        // What the library takes off, as it is no part of the first name.
        var names = Enumerable.Range(0, _reader.FieldCount).Select(i => _reader.GetString(i).Trim()).ToArray();
        _least = Array.FindLastIndex(names, n => n.Length > 0) + 1;
        if (_least == 0)
        {
            throw Bad($"its header (line {_reader.LineNumber}) has no name in it");
        }

        if (names.Where(n => n.Length > 0).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw Bad($"its header (line {_reader.LineNumber}) has the column \"{twice.Key}\" twice");
        }

        if (names.Any(n => n.Contains('\uFFFD')))
        {
            throw Bad("its header is not UTF-8; save the file as UTF-8");
        }

        if (names is [var only] && OtherSeparators.Where(s => s != _separator).FirstOrDefault(only.Contains) is > '\0' and var other)
        {
            var shown = char.IsControl(other) ? "\\u0001" : other.ToString();
            throw Bad(
                $"its header is one column with \"{shown}\" in it. If that separates the columns, name it in a map (--map): {{\"delimiter\": \"{shown}\"}}"
            );
        }

        // Spreadsheets write columns that have no name and, as a rule, nothing in them.
        _columns = [.. names.Where(n => n.Length > 0 && !RowSource.RejectColumns.Contains(n))];
        _indexes = [.. names.Select(n => n.Length == 0 ? Nameless : Array.IndexOf(_columns, n))];
        _added = RowSource.RejectColumns.SequenceEqual(names.Take(RowSource.RejectColumns.Length)) ? RowSource.RejectColumns.Length : 0;
        _header = Raw().TrimStart("\uFEFF"u8).ToArray();
    }

    /// <summary>The record as it was written, without what an errors file has put before it.</summary>
    private ReadOnlySpan<byte> Raw()
    {
        if (_added == 0)
        {
            return _reader.RawRecord;
        }

        var raw = new List<byte>();
        for (var i = _added; i < _reader.FieldCount; i++)
        {
            if (i > _added)
            {
                raw.Add((byte)_separator);
            }

            CsvText.Append(raw, _reader.GetSpan(i), _separator);
        }

        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(raw);
    }

    /// <summary>The sign that stands most often in the header, outside of quotes; of two, the usual one.</summary>
    private static char Detect(string path)
    {
        using var stream = RowSource.OpenFile(path);
        var beginning = new byte[64 << 10];
        var (quoted, counts) = (false, new int[Separators.Length]);
        foreach (var b in beginning.AsSpan(0, stream.ReadAtLeast(beginning, beginning.Length, false)))
        {
            quoted ^= b == '"';
            if (!quoted && b == '\n')
            {
                break;
            }

            if (!quoted && Separators.IndexOf((char)b, StringComparison.Ordinal) is >= 0 and var at)
            {
                counts[at]++;
            }
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    private ConnectorException Bad(string what) => new(FailureKind.Input, $"{_path} cannot be imported: {what}.");
}
