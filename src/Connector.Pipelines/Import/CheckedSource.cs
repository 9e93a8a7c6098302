using System.IO.Hashing;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Tables;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>A source whose first rows show whether it has the columns that the import needs, and whose rows are told apart, so that a job can go on.</summary>
/// <param name="open">Opens the source, once more when a query has to be read again.</param>
/// <param name="kind">What is imported.</param>
/// <param name="map">What the columns mean.</param>
/// <param name="name">The source as people may see it.</param>
/// <param name="notes">Takes what else is worth knowing.</param>
internal sealed class CheckedSource(Func<IRowSource> open, ImportKind kind, ImportMap map, string name, List<string> notes) : IRowSource
{
    private const int MaxNames = 20;

    private static readonly string[] s_wanted = ["id", "email", "cio_id", "event", "name", "object_id", "object_type_id", "segment", "topic_id", "subscribed"];

    private readonly Dictionary<long, long> _repeats = [];
    private IRowSource _inner = open();
    private readonly XxHash128 _hash = new();
    private RowBlock? _ahead;
    private long _passed;
    private bool _checked,
        _countsRepeats;

    public string Identity => _inner.Identity;

    public long Size => _inner.Size;

    public bool IsOrdered => _inner.IsOrdered;

    public RejectFormat RejectFormat => _inner.RejectFormat;

    private bool IsQuery => _inner is SqlSource;

    /// <summary>Reads past the rows that are done.</summary>
    /// <returns>Where to go on: at the given state, or at the beginning of the job when a query gives other rows than it did.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: a file holds other rows than it did.</exception>
    public async Task<Checkpoint> SkipAsync(Checkpoint state, CancellationToken ct)
    {
        var (block, left) = (new RowBlock(), state.Rows);
        while (left > 0 && await FillAsync(block, ct).ConfigureAwait(false))
        {
            var done = (int)Math.Min(left, block.Count);
            Note(block, 0, done);
            left -= done;
            if (left > 0)
            {
                block.Clear();
            }
            else if (state.Fingerprint is null || state.Fingerprint == block.Fingerprint)
            {
                Note(block, done, block.Count);
                block.RemoveFirst(done);
                _ahead = block;
            }
        }

        if (state.Rows == 0 || _ahead is not null)
        {
            return state;
        }

        if (!IsQuery)
        {
            throw new ConnectorException(FailureKind.Input, $"{name} is not what the job began with: the file has changed. Leave --resume out to begin anew.");
        }

        notes.Add($"{name} gives other rows than when the job began, so all of them were sent again: what is the same as before counts once.");
        await _inner.DisposeAsync().ConfigureAwait(false);
        _inner = open();
        _hash.Reset();
        _checked = false;
        _passed = 0;
        _repeats.Clear();
        return state with { Rows = 0, Failed = 0, RejectLength = 0, Fingerprint = null };
    }

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: columns are missing. Or the source cannot be read any further.</exception>
    public async ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct)
    {
        if (_ahead is { Count: > 0 } ahead)
        {
            block.Exchange(ahead);
            _ahead = null;
            return true;
        }

        if (!await FillAsync(block, ct).ConfigureAwait(false))
        {
            return false;
        }

        Note(block, 0, block.Count);
        return true;
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async ValueTask<bool> FillAsync(RowBlock block, CancellationToken ct)
    {
        bool more;
        try
        {
            more = await _inner.ReadAsync(block, ct).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw FileFailure.Of(e, name, "read");
        }

        if (!_checked)
        {
            _checked = true;
            if (!more && block.Columns.Length == 0)
            {
                notes.Add($"{name} is empty.");
            }
            else if (block.Columns.Length > 0)
            {
                Check(block.Columns);
                NoteTexts(block);
            }
        }

        return more;
    }

    /// <summary>Takes some rows into the fingerprint, and counts those of a query that say the same.</summary>
    private void Note(RowBlock block, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            var line = block.LineOf(block[i]);
            _hash.Append(line);
            _passed += line.Length;
            if (_countsRepeats)
            {
                block.SetRepeat(i, 0);
                ref var seen = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_repeats, block.Key(block[i]), out _);
                block.SetRepeat(i, seen++);
            }
        }

        block.EndsAt = _passed;
        block.Fingerprint = Convert.ToHexString(_hash.GetCurrentHash());
    }

    private void Check(string[] columns)
    {
        // Each line of JSON has columns of its own, so a later one may have what the first ones lack.
        string[] missing = _inner is JsonLinesSource ? [] : [.. map.Missing(columns)];
        if (missing.Length > 0)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"{name} has no column {string.Join(", ", missing.Select(m => $"\"{m}\""))}, which the map names. {Has(columns, missing)}"
            );
        }

        var meaning = new RowColumns(kind, map, columns);
        foreach (var (column, meant) in meaning.Misnamed(kind))
        {
            notes.Add(
                $"The column \"{column}\" becomes an attribute of that name, not {meant}, which has a meaning of its own: names are distinguished by their "
                    + $"letter case. Rename it if it should be {meant}."
            );
        }

        if (meaning.Lacks(kind, map) is { } lack)
        {
            throw new ConnectorException(FailureKind.Input, $"{name} needs {lack}. {Has(columns, s_wanted)}");
        }

        // The place of a row of a query is not its own; events without an id need something else that is.
        _countsRepeats = IsQuery && kind == ImportKind.Events && meaning.EventId < 0;
    }

    /// <summary>Tells the columns of a CSV file that go as text although they look like something that segments compare otherwise.</summary>
    private void NoteTexts(RowBlock block)
    {
        if (_inner is not CsvSource)
        {
            return;
        }

        var texts = new RowColumns(kind, map, block.Columns)
            .Attributes.Where(a => a.Attribute is { Type: CellType.AsIs, Name: not ("id" or "email" or "phone") })
            .ToArray();
        string[] told =
        [
            .. texts
                .Zip(ColumnGuess.Of(block, [.. texts.Select(t => t.Column)]), (t, guess) => (t.Attribute.Column, guess.Type))
                .Where(t => t.Type != CellType.AsIs)
                .Select(t => $"{t.Column} ({Values.Names.Camel(t.Type.ToString())})"),
        ];
        if (told.Length > 0)
        {
            var more = told.Length > MaxNames ? $" and {told.Length - MaxNames} more" : "";
            notes.Add(
                $"Sent as text, by the first rows of another type: {string.Join(", ", told.Take(MaxNames))}{more}. A map gives types; --suggest-map prints one."
            );
        }
    }

    // The first line of a file may be anything, so it is not repeated: only what is nearly a name that was looked for.
    private string Has(string[] columns, string[] wanted)
    {
        if (IsQuery)
        {
            return $"It has: {string.Join(", ", columns.Take(MaxNames))}{(columns.Length > MaxNames ? $" and {columns.Length - MaxNames} more" : "")}.";
        }

        var near = columns.FirstOrDefault(c => wanted.Any(w => string.Equals(c.Trim(), w.Trim(), StringComparison.OrdinalIgnoreCase)));
        return near is null
            ? $"It has {columns.Length} {(columns.Length == 1 ? "column" : "columns")} of other names in its first line."
            : $"It has \"{near}\", and names must be the same in every letter.";
    }
}
