using CustomerIo.Connector.Jobs.Tables;

namespace CustomerIo.Connector.Jobs.Import;

/// <summary>A source whose first rows show whether it has the columns that the import needs.</summary>
internal sealed class CheckedSource(IRowSource inner, ImportKind kind, ImportMap map, string name, List<string> notes) : IRowSource
{
    private bool _checked;

    public string Identity => inner.Identity;

    public long Size => inner.Size;

    public long Position => inner.Position;

    public bool IsOrdered => inner.IsOrdered;

    public RejectFormat RejectFormat => inner.RejectFormat;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: columns are missing.</exception>
    public async ValueTask<bool> ReadAsync(RowBlock block, CancellationToken ct)
    {
        var more = await inner.ReadAsync(block, ct).ConfigureAwait(false);
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
            }
        }

        return more;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Check(string[] columns)
    {
        // Each line of JSON has columns of its own, so a later one may have what the first ones lack.
        string[] missing = inner is JsonLinesSource ? [] : [.. map.Missing(columns)];
        if (missing.Length > 0)
        {
            throw new ConnectorException(FailureKind.Input, $"{name} has no column {string.Join(", ", missing.Select(m => $"\"{m}\""))}, which the map names. It has: {string.Join(", ", columns)}.");
        }

        if (new RowColumns(kind, map, columns).Lacks(kind, map) is { } lack)
        {
            throw new ConnectorException(FailureKind.Input, $"{name} needs {lack}. It has: {string.Join(", ", columns)}.");
        }
    }
}
