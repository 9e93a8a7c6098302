using System.Text;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>What the texts of a column look like, by the first rows: a whole number, a number, true or false, or a time.</summary>
internal sealed class ColumnGuess
{
    /// <summary>A longer number is somebody's name, and a double could not hold it.</summary>
    private const int MaxDigits = 15;

    private static readonly string[] s_truths = ["true", "false", "yes", "no"];

    private bool _integer = true,
        _number = true,
        _boolean = true,
        _time = true,
        _timeInUtc = true,
        _any;

    /// <summary>The type that all of its texts have; <see cref="CellType.AsIs"/> when there is none.</summary>
    public CellType Type =>
        !_any ? CellType.AsIs
        : _integer ? CellType.Integer
        : _number ? CellType.Number
        : _boolean ? CellType.Boolean
        : _timeInUtc ? CellType.Time
        : CellType.AsIs;

    /// <summary>Whether its times lack an offset, so that only a map can say where they were written.</summary>
    public bool LacksOffset => Type == CellType.Time && !_time;

    /// <summary>Looks at the texts of some columns.</summary>
    public static ColumnGuess[] Of(RowBlock block, IReadOnlyList<int> columns)
    {
        var guesses = columns.Select(_ => new ColumnGuess()).ToArray();
        var places = columns.Select((column, i) => (column, i)).ToDictionary(c => c.column, c => c.i);
        for (var i = 0; i < block.Count; i++)
        {
            var row = block[i];
            foreach (var cell in row.Problem is null ? block.Cells(row) : [])
            {
                if (places.TryGetValue(cell.Column, out var place))
                {
                    guesses[place].Note(cell.Kind, block.Bytes(cell.Bytes));
                }
            }
        }

        return guesses;
    }

    private void Note(CellKind kind, ReadOnlySpan<byte> bytes)
    {
        var text = bytes.Trim((byte)' ');
        if (kind == CellKind.Null || text.Length == 0)
        {
            return;
        }

        _any = true;
        if (kind != CellKind.Text || text.Length > 40)
        {
            // What has a type already keeps it.
            _integer = _number = _boolean = _time = _timeInUtc = false;
            return;
        }

        _integer = _integer && IsNumber(text, point: false);
        _number = _number && IsNumber(text, point: true);
        if (_boolean || _timeInUtc)
        {
            var written = Encoding.UTF8.GetString(text);
            _boolean = _boolean && Array.Exists(s_truths, t => string.Equals(t, written, StringComparison.OrdinalIgnoreCase));
            var isTime = _timeInUtc && written.Contains('-', StringComparison.Ordinal) && Timestamp.TryReadAny(new JValue(written), TimeZoneInfo.Utc, out _);
            _time = _time && isTime && Timestamp.TryReadAny(new JValue(written), null, out _);
            _timeInUtc = isTime;
        }
    }

    // Zeros in front and a plus are those of codes and phone numbers.
    private static bool IsNumber(ReadOnlySpan<byte> text, bool point)
    {
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        var whole = point && digits.IndexOf((byte)'.') is >= 0 and var at ? digits[..at] : digits;
        var rest = digits.Length > whole.Length ? digits[(whole.Length + 1)..] : "0"u8;
        return digits.Length <= MaxDigits && AreDigits(whole) && AreDigits(rest) && (whole.Length == 1 || whole[0] != (byte)'0');
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => text.Length > 0 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
