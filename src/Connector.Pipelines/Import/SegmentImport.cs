using System.Text;
using CustomerIo.Connector.Actions.Segments;
using CustomerIo.Connector.Pipelines.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Puts the people of a table into manual segments, or takes them out, a thousand at a time.</summary>
internal sealed class SegmentImport(CustomerIoConnector connector, Connection connection, ImportSettings settings, ImportProgress book, WaitNotice notice)
    : ActionImport(connector, connection, settings, book, notice)
{
    private readonly Segments _segments = new(connector, connection);
    private readonly Dictionary<(string Segment, string IdType, bool Remove), List<string>> _changes = [];

    protected override RowProblem? Read(RowBlock block, Row row, RowColumns columns)
    {
        var place = columns.Segment < 0 ? "segment" : columns.Names[columns.Segment];
        var segment = Settings.Map.Segment?.Constant ?? Text(block, row, columns.Segment);
        if (string.IsNullOrWhiteSpace(segment))
        {
            return new("missing", place, "is empty.");
        }

        if (Wrong(block, row, columns.Segment, Gate.Name(segment, Connection.AllowPlaceholderIds), ref segment) is { } wrong)
        {
            return new("input", place, wrong);
        }

        foreach (var (column, type) in columns.Identifiers)
        {
            if (Text(block, row, column) is { Length: > 0 } id)
            {
                var kind = type.Name is "auto" or "phone" ? "id" : type.Name;
                if (Encoding.UTF8.GetByteCount(id) > 150)
                {
                    return new("input", columns.Names[column], "must be at most 150 bytes long.");
                }

                if (Wrong(block, row, column, Track.Person.Check(kind)(id, Connection.AllowPlaceholderIds), ref id) is { } problem)
                {
                    return new("input", columns.Names[column], problem);
                }

                var change = (segment, kind, IsDeletion(block, row, columns));
                (_changes.TryGetValue(change, out var ids) ? ids : _changes[change] = []).Add(id);
                return null;
            }
        }

        return new("missing", "", "The row has no identifier: id, email and cio_id are empty.");
    }

    protected override async Task<IReadOnlyList<(Row, RowProblem)>> SendAsync(CancellationToken ct)
    {
        foreach (var (change, ids) in _changes)
        {
            var number = Settings.DryRun is null ? await _segments.NumberAsync(change.Segment, SegmentUse.Manual, ct).ConfigureAwait(false) : change.Segment;
            var input = new JObject
            {
                ["segment"] = number,
                ["idType"] = change.IdType,
                ["ids"] = new JArray(ids),
            };
            await RunAsync(change.Remove ? "remove-from-segment" : "add-to-segment", input, ct).ConfigureAwait(false);
        }

        _changes.Clear();
        return [];
    }
}
