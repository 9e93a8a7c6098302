using System.Text.Unicode;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Turns rows into operations by way of the actions' inputs, so that a row is checked as any input is; one for each thread.</summary>
internal sealed class RowWriter
{
    private static readonly RowName s_id = new("id"),
        s_idType = new("idType"),
        s_occurredAt = new("occurredAt"),
        s_customerData = new("customerData"),
        s_eventName = new("eventName"),
        s_eventId = new("eventId"),
        s_timestamp = new("timestamp"),
        s_eventData = new("eventData"),
        s_objects = new("objects"),
        s_objectTypeId = new("objectTypeId"),
        s_objectId = new("objectId"),
        s_objectData = new("objectData"),
        s_attributes = new("attributes"),
        s_topics = new("topics");

    private readonly Dictionary<string, RowName> _topics = [];

    private readonly ImportKind _kind;
    private readonly ItemContext _item;
    private readonly ImportMap _map;
    private readonly OperationWriter _write;
    private readonly OperationWriter? _delete;
    private readonly RowInput _input = new();
    private RowColumns _columns;
    private readonly List<int> _known = [];
    private int[] _cells = [];

    public RowWriter(ImportKind kind, ImportMap map, Catalogue catalogue, ItemContext item)
    {
        (_kind, _map, _item, _columns) = (kind, map, item, new RowColumns(kind, map, []));
        var (write, delete) = Actions(kind);
        _write = new OperationWriter(catalogue, OperationReader.Find(write, catalogue), item);
        _delete = delete is null ? null : new OperationWriter(catalogue, OperationReader.Find(delete, catalogue), item);
    }

    /// <summary>How many rows had something taken off the ends of a name.</summary>
    public long Trimmed { get; private set; }

    /// <summary>The actions that write and that delete a row.</summary>
    public static (string Write, string? Delete) Actions(ImportKind kind) =>
        kind switch
        {
            ImportKind.People => ("identify", "destroy"),
            ImportKind.Events => ("track", null),
            ImportKind.Objects => ("identify-object", "destroy-object"),
            ImportKind.Preferences => ("set-subscription-preferences", null),
            _ => ("add-relationships", "remove-relationships"),
        };

    /// <summary>Writes the operation of a row to the end of <paramref name="operations"/>.</summary>
    /// <returns>What is wrong with the row; then nothing was written.</returns>
    public RowProblem? Write(RowBlock block, in Row row, long index, ByteBuffer operations, List<ulong> keys)
    {
        if (row.Problem is { } known)
        {
            return known;
        }

        if (!ReferenceEquals(_columns.Names, block.Columns))
        {
            _columns = new RowColumns(_kind, _map, block.Columns);
            _cells = new int[block.Columns.Length];
            Array.Fill(_cells, -1);
            _known.Clear();
        }

        var cells = block.Cells(row);
        if (Find(block, row, cells) is { } problem)
        {
            return problem;
        }

        var delete = false;
        if (
            _delete is not null
            && Cell(cells, _columns.Delete) is { Kind: not CellKind.Null, Bytes.Length: var length } flag
            && (length > 0 || flag.Kind is CellKind.True)
        )
        {
            if (CellValue.Flag(flag.Kind, block.Bytes(flag.Bytes)) is not { } wanted)
            {
                return new("type", _columns.Names[_columns.Delete], "must be true or false, yes or no, 1 or 0.");
            }

            delete = wanted;
        }

        _input.Begin(delete ? _delete! : _write);
        if (Input(block, cells, delete) is { } wrong)
        {
            return wrong;
        }

        try
        {
            _input.Write(_kind == ImportKind.Events ? block.Key(row) : index, operations, keys);
            Trimmed += _item.WasTrimmed ? 1 : 0;
            return null;
        }
        catch (ConnectorException e)
        {
            return Problem(e, cells);
        }
    }

    /// <summary>Notes where each column's cell is; finds bytes that are no text, and columns that stand twice.</summary>
    private RowProblem? Find(RowBlock block, in Row row, ReadOnlySpan<Cell> cells)
    {
        var valid = Utf8.IsValid(block.Bytes(row.Raw));
        if (valid && HasTheSameColumns(cells))
        {
            return null;
        }

        foreach (var column in _known)
        {
            _cells[column] = -1;
        }

        _known.Clear();
        for (var i = 0; i < cells.Length; i++)
        {
            var column = cells[i].Column;
            if (_cells[column] >= 0)
            {
                return new("json", _columns.Names[column], "stands twice in this row.");
            }

            _cells[column] = i;
            _known.Add(column);
            if (!valid && !Utf8.IsValid(block.Bytes(cells[i].Bytes)))
            {
                return new("encoding", _columns.Names[column], "holds bytes that are not UTF-8. Save the file as UTF-8.");
            }
        }

        return valid ? null : new("encoding", "", "The row holds bytes that are not UTF-8. Save the file as UTF-8.");
    }

    // Most rows have the columns of the row before, in its order.
    private bool HasTheSameColumns(ReadOnlySpan<Cell> cells)
    {
        var known = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_known);
        if (known.Length != cells.Length)
        {
            return false;
        }

        for (var i = 0; i < known.Length; i++)
        {
            if (known[i] != cells[i].Column)
            {
                return false;
            }
        }

        return true;
    }

    private Cell? Cell(ReadOnlySpan<Cell> cells, int column) => column >= 0 && _cells[column] is >= 0 and var i ? cells[i] : null;

    private RowProblem? Input(RowBlock block, ReadOnlySpan<Cell> cells, bool delete)
    {
        if (_kind != ImportKind.Objects && Person(block, cells) is { } problem)
        {
            return problem;
        }

        switch (_kind)
        {
            case ImportKind.People:
                return delete ? null : Optional(block, cells, s_occurredAt, _columns.Time, CellType.Time) ?? Attributes(block, cells, s_customerData);
            case ImportKind.Events:
                return Required(block, cells, s_eventName, _columns.Event, _columns.EventName)
                    ?? Optional(block, cells, s_eventId, _columns.EventId, CellType.String)
                    ?? Optional(block, cells, s_timestamp, _columns.Time, CellType.Time)
                    ?? Attributes(block, cells, s_eventData);
            case ImportKind.Objects:
                return ObjectKey(block, cells) ?? (delete ? null : Attributes(block, cells, s_objectData));
            case ImportKind.Preferences:
                return Topic(block, cells);
            default:
                _input.BeginList(s_objects);
                var wrong = ObjectKey(block, cells) ?? (delete ? null : Attributes(block, cells, s_attributes));
                _input.EndList();
                return wrong;
        }
    }

    /// <summary>The one topic of the row; the others stay as they are.</summary>
    private RowProblem? Topic(RowBlock block, ReadOnlySpan<Cell> cells)
    {
        if (Cell(cells, _columns.Topic) is not { Kind: not CellKind.Null, Bytes.Length: > 0 } topic)
        {
            return new("missing", _columns.Topic < 0 ? "topic_id" : _columns.Names[_columns.Topic], "is empty.");
        }

        if (Cell(cells, _columns.Subscribed) is not { Kind: not CellKind.Null } cell || CellValue.Flag(cell.Kind, block.Bytes(cell.Bytes)) is not { } wanted)
        {
            return new("type", _columns.Subscribed < 0 ? "subscribed" : _columns.Names[_columns.Subscribed], "must be true or false, yes or no, 1 or 0.");
        }

        var name = System.Text.Encoding.UTF8.GetString(CellValue.Text(topic.Kind, block.Bytes(topic.Bytes)));
        _input.BeginMap(s_topics, areDistinct: true);
        _input.Attribute(
            _topics.TryGetValue(name, out var known) ? known : _topics[name] = new RowName(name),
            wanted ? CellKind.True : CellKind.False,
            default,
            CellType.Boolean,
            null
        );
        _input.EndMap();
        return null;
    }

    private RowProblem? Person(RowBlock block, ReadOnlySpan<Cell> cells)
    {
        foreach (var (column, type) in _columns.Identifiers)
        {
            if (Cell(cells, column) is { Kind: not CellKind.Null } cell && CellValue.Text(cell.Kind, block.Bytes(cell.Bytes)) is { Length: > 0 })
            {
                _input.Named(s_id, cell.Kind, block.Bytes(cell.Bytes));
                _input.Text(s_idType, type.Bytes);
                return null;
            }
        }

        string[] names = [.. _columns.Identifiers.Select(i => i.Column < 0 ? _map.Identifier! : _columns.Names[i.Column])];
        return names is [var one]
            ? new("missing", one, "is empty, so the row has no identifier.")
            : new("missing", "", $"The row has no identifier: {Shown.All(names.Length > 0 ? names : ["id", "email", "cio_id"])} are empty.");
    }

    private RowProblem? ObjectKey(RowBlock block, ReadOnlySpan<Cell> cells) =>
        Required(block, cells, s_objectTypeId, _columns.ObjectType, _columns.ObjectTypeId) ?? Required(block, cells, s_objectId, _columns.Object, null);

    private RowProblem? Required(RowBlock block, ReadOnlySpan<Cell> cells, RowName input, int column, byte[]? constant)
    {
        if (constant is not null)
        {
            _input.Text(input, constant);
            return null;
        }

        if (Cell(cells, column) is { Kind: not CellKind.Null } cell && CellValue.Text(cell.Kind, block.Bytes(cell.Bytes)) is { Length: > 0 })
        {
            _input.Named(input, cell.Kind, block.Bytes(cell.Bytes));
            return null;
        }

        return new("missing", column < 0 ? input.Name : _columns.Names[column], "is empty.");
    }

    private RowProblem? Optional(RowBlock block, ReadOnlySpan<Cell> cells, RowName input, int column, CellType type)
    {
        if (Cell(cells, column) is not { Kind: not CellKind.Null } cell || block.Bytes(cell.Bytes) is not { Length: > 0 } bytes)
        {
            return null;
        }

        return _input.Value(input, cell.Kind, bytes, type, _map.TimeZone) is { } wrong ? new("type", _columns.Names[column], wrong) : null;
    }

    private RowProblem? Attributes(RowBlock block, ReadOnlySpan<Cell> cells, RowName input)
    {
        _input.BeginMap(input, _columns.AreDistinct);
        if (Cell(cells, _columns.Spread) is { Kind: not CellKind.Null } spread && !(spread.Kind == CellKind.Text && spread.Bytes.Length == 0))
        {
            var inner = block.Bytes(spread.Bytes).Trim(" \t"u8);
            if (inner is not [(byte)'{', .., (byte)'}'])
            {
                return new("type", _columns.Names[_columns.Spread], "must be an object, since its members become attributes.");
            }

            // The text goes on untouched; what is wrong in it is found when the input is checked.
            inner = inner[1..^1].Trim(" \t\r\n"u8);
            if (inner.Length > 0)
            {
                _input.Members(inner);
            }
        }

        if ((cells.Length < _columns.Attributes.Length ? OfFewCells(block, cells) : OfAllColumns(block, cells)) is { } wrong)
        {
            return wrong;
        }

        foreach (var name in _columns.Remove)
        {
            Removed(name);
        }

        _input.EndMap();
        return null;
    }

    private RowProblem? OfAllColumns(RowBlock block, ReadOnlySpan<Cell> cells)
    {
        foreach (var (column, attribute, name) in _columns.Attributes)
        {
            if (_cells[column] is >= 0 and var i && Attribute(block, cells[i], attribute, name) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    // Lines of JSON may have few of all the columns: looking for each of these in every line would take for ever.
    private RowProblem? OfFewCells(RowBlock block, ReadOnlySpan<Cell> cells)
    {
        foreach (var cell in cells)
        {
            foreach (var (attribute, name) in _columns.ByColumn[cell.Column])
            {
                if (Attribute(block, cell, attribute, name) is { } wrong)
                {
                    return wrong;
                }
            }
        }

        return null;
    }

    private void Removed(RowName name) => _input.Attribute(name, CellKind.Text, default, CellType.String, null);

    private RowProblem? Attribute(RowBlock block, in Cell cell, MapAttribute attribute, RowName name)
    {
        var bytes = block.Bytes(cell.Bytes);
        if (cell.Kind == CellKind.Null || (cell.Kind == CellKind.Text && bytes.Length == 0))
        {
            if (attribute.Empty == EmptyValue.Remove)
            {
                Removed(name);
            }

            return null;
        }

        return _input.Attribute(name, cell.Kind, bytes, attribute.Type, _map.TimeZone) is { } wrong ? new("type", attribute.Column, wrong) : null;
    }

    /// <summary>The failure of the input, told by the columns it came from.</summary>
    private RowProblem Problem(ConnectorException e, ReadOnlySpan<Cell> cells)
    {
        if (e.Problems is not [var first, ..])
        {
            return new("input", "", e.Message);
        }

        var parts = first.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var name = parts.Length == 0 ? "" : parts[^1].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        var column = parts is ["id"]
            ? FirstIdentifier(cells)
            : _columns.Attributes.FirstOrDefault(a => a.Attribute.Name == name).Attribute?.Column
                ?? name switch
                {
                    "eventName" when _columns.Event >= 0 => _columns.Names[_columns.Event],
                    "timestamp" or "occurredAt" when _columns.Time >= 0 => _columns.Names[_columns.Time],
                    "eventId" when _columns.EventId >= 0 => _columns.Names[_columns.EventId],
                    "objectTypeId" when _columns.ObjectType >= 0 => _columns.Names[_columns.ObjectType],
                    "objectId" when _columns.Object >= 0 => _columns.Names[_columns.Object],
                    _ when _columns.Topic >= 0 => _columns.Names[_columns.Topic],
                    _ => name,
                };
        return new("input", column, string.Join(" ", e.Problems.Select((p, i) => i == 0 ? p.Message : $"{p.Path} {p.Message}")));
    }

    private string FirstIdentifier(ReadOnlySpan<Cell> cells)
    {
        foreach (var (column, _) in _columns.Identifiers)
        {
            if (Cell(cells, column) is { Bytes.Length: > 0 })
            {
                return _columns.Names[column];
            }
        }

        return "id";
    }
}
