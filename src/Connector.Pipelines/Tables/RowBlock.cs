using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>What the bytes of a cell are.</summary>
internal enum CellKind : byte
{
    Null,

    /// <summary>A text in UTF-8; from a file it may hold anything.</summary>
    Text,

    /// <summary>A number as JSON writes it.</summary>
    Number,

    True,

    False,

    /// <summary>An object or array in JSON.</summary>
    Json,

    /// <summary>One that may leave as it stands: without a name twice, half a character, a number that no double holds, or too many levels.</summary>
    PlainJson,
}

/// <summary>A part of a buffer.</summary>
internal readonly record struct Slice(int Start, int Length);

/// <summary>One value of a row.</summary>
internal readonly record struct Cell(int Column, CellKind Kind, Slice Bytes);

/// <summary>Why a row cannot be used; <paramref name="Field"/> is a column, or empty for the whole row.</summary>
internal sealed record RowProblem(string Reason, string Field, string Message);

/// <summary>One row: where it stands in its source, its cells, and its text as it was written.</summary>
/// <param name="Line">Its line in a file, or its number in a query.</param>
/// <param name="FirstCell">Where its cells begin in the block.</param>
/// <param name="CellCount">How many cells it has.</param>
/// <param name="Raw">Its text.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
/// <param name="Repeat">What tells it from rows of the same text: its line, or how many of them came before it.</param>
internal record struct Row(long Line, int FirstCell, int CellCount, Slice Raw, RowProblem? Problem, long Repeat);

/// <summary>Some consecutive rows, with all their bytes in one buffer; used again and again.</summary>
internal sealed class RowBlock
{
    /// <summary>So many bytes or rows make a block.</summary>
    private const int FullBytes = 128 << 10,
        FullRows = 2000;

    private ByteBuffer _bytes = new(FullBytes + (FullBytes / 4));
    private List<Cell> _cells = [];
    private List<Row> _rows = [];
    private int _raw;

    /// <summary>The names of the columns; a source may meet new ones, which come at the end.</summary>
    public string[] Columns { get; set; } = [];

    /// <summary>A hash of all rows of the source up to the end of this block, by which a later reading is compared.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>About how many bytes of the source come before its end.</summary>
    public long EndsAt { get; set; }

    public int Count => _rows.Count;

    public bool IsFull => _bytes.Length >= FullBytes || _rows.Count >= FullRows;

    public ref readonly Row this[int index] => ref Rows[index];

    private Span<Row> Rows => CollectionsMarshal.AsSpan(_rows);

    public ReadOnlySpan<Cell> Cells(in Row row) => CollectionsMarshal.AsSpan(_cells).Slice(row.FirstCell, row.CellCount);

    public ReadOnlySpan<byte> Bytes(Slice slice) => _bytes.Span.Slice(slice.Start, slice.Length);

    /// <summary>A row's text and the end of its line.</summary>
    public ReadOnlySpan<byte> LineOf(in Row row) => _bytes.Span.Slice(row.Raw.Start, row.Raw.Length + 1);

    /// <summary>Takes the rows of another block, and gives it its own.</summary>
    public void Exchange(RowBlock other)
    {
        (_bytes, other._bytes, _cells, other._cells, _rows, other._rows) = (other._bytes, _bytes, other._cells, _cells, other._rows, _rows);
        (Columns, other.Columns, Fingerprint, other.Fingerprint) = (other.Columns, Columns, other.Fingerprint, Fingerprint);
        (EndsAt, other.EndsAt) = (other.EndsAt, EndsAt);
    }

    /// <summary>Takes the first rows out.</summary>
    public void RemoveFirst(int count) => _rows.RemoveRange(0, count);

    public void SetRepeat(int index, long repeat) => Rows[index].Repeat = repeat;

    /// <summary>A number made of a row's text and of what tells it from its like: wherever the row stands, it is the same.</summary>
    public long Key(in Row row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Bytes(row.Raw), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash) ^ unchecked(row.Repeat * (long)0x9E3779B97F4A7C15);
    }

    public void Clear()
    {
        _bytes.Length = 0;
        _cells.Clear();
        _rows.Clear();
    }

    /// <summary>Begins a row; the raw text is what an errors file repeats.</summary>
    public void BeginRow(long line, ReadOnlySpan<byte> raw)
    {
        _rows.Add(new Row(line, _cells.Count, 0, CopyRaw(raw), null, line));
        _raw = Rows[^1].Raw.Start;
    }

    /// <summary>Takes another raw text for the row that was begun.</summary>
    public void ReplaceRaw(ReadOnlySpan<byte> raw)
    {
        Rows[^1].Raw = CopyRaw(raw);
        _raw = Rows[^1].Raw.Start;
    }

    /// <summary>Adds a cell; one that is a part of the raw text is not copied once more.</summary>
    public void Add(int column, CellKind kind, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> raw)
    {
        if (raw.Overlaps(bytes, out var offset))
        {
            AddPart(column, kind, offset, bytes.Length);
        }
        else
        {
            _cells.Add(new Cell(column, kind, Copy(bytes)));
        }
    }

    /// <summary>Adds a cell that is a part of the raw text.</summary>
    public void AddPart(int column, CellKind kind, int start, int length) => _cells.Add(new Cell(column, kind, new Slice(_raw + start, length)));

    public void EndRow(RowProblem? problem = null)
    {
        ref var row = ref Rows[^1];
        (row.CellCount, row.Problem) = (_cells.Count - row.FirstCell, problem);
    }

    private Slice CopyRaw(ReadOnlySpan<byte> bytes)
    {
        var raw = Copy(bytes);
        _bytes.Append("\n"u8);
        return raw;
    }

    private Slice Copy(ReadOnlySpan<byte> bytes)
    {
        var start = _bytes.Length;
        if (bytes.Length > 0)
        {
            _bytes.Append(bytes);
        }

        return new Slice(start, bytes.Length);
    }
}
