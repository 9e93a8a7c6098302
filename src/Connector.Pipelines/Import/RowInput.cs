using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>The name of a member, as it stands in JSON before its value.</summary>
/// <param name="name">The name.</param>
/// <param name="isReadAgain">Whether the action brings the attribute to the type that its meaning asks for.</param>
internal sealed class RowName(string name, bool isReadAgain = false)
{
    private OwnLimits? _limits;
    private bool _isPlain;

    public string Name => name;

    /// <summary>The name alone, in UTF-8.</summary>
    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>A comma, the name in quotes and a colon.</summary>
    public byte[] Text { get; } = [.. ",\""u8, .. JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\":"u8];

    /// <summary>Whether it is an attribute that has a meaning of its own, so that its value must be looked at.</summary>
    public bool HasMeaning { get; } = Gate.IsReserved(name);

    public bool IsReadAgain => isReadAgain;

    /// <summary>Whether its value names the person.</summary>
    public bool IsEmail { get; } = name == "email";

    /// <summary>Whether the name of an attribute may leave as it stands in JSON, without escapes.</summary>
    public bool IsPlain(OwnLimits limits)
    {
        if (!ReferenceEquals(_limits, limits))
        {
            (_limits, _isPlain) = (limits, Text.Length == Bytes.Length + 4 && RawJson.IsPlainName(Bytes, limits));
        }

        return _isPlain;
    }
}

/// <summary>The input that a row becomes. It is checked while it is written, so that what is plain need not be read once more.</summary>
internal sealed class RowInput
{
    // What stands in the map stands two levels deep.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = ConnectorJson.MaxDepth - 2 };
    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private readonly ByteBuffer _json = new(4096);
    private readonly Utf8JsonWriter _writer;
    private readonly RawValue[] _values = new RawValue[RawInput.MaxProperties];
    private readonly List<ulong> _keys = [];
    private OperationWriter _operations = null!;
    private InputSchema _schema = null!;
    private OwnLimits? _limits;
    private ulong _given;
    private int _map,
        _first,
        _count;
    private bool _isPlain;

    public RowInput() => _writer = ConnectorJson.Writer(_json);

    /// <summary>Begins an input of the action whose operations <paramref name="writer"/> writes.</summary>
    public void Begin(OperationWriter writer)
    {
        _json.Length = 0;
        _keys.Clear();
        (_operations, _schema) = (writer, writer.Schema!);
        (_limits, _given, _map, _isPlain) = (null, 0, -1, _schema.Count <= RawInput.MaxProperties);
        Open();
    }

    /// <summary>Writes an input that is a text.</summary>
    public void Text(RowName name, ReadOnlySpan<byte> value) => Value(name, CellKind.Text, value, CellType.String, null);

    /// <summary>Writes the name of somebody or something.</summary>
    public void Named(RowName name, CellKind kind, ReadOnlySpan<byte> value) =>
        Value(name, kind, value, CellValue.IsName(kind, value) ? CellType.String : CellType.AsIs, null);

    /// <summary>Writes an input that is a scalar.</summary>
    /// <returns>What is wrong with it; null when it was written.</returns>
    public string? Value(RowName name, CellKind kind, ReadOnlySpan<byte> value, CellType type, TimeZoneInfo? zone)
    {
        var start = Name(name);
        var wrong = Put(kind, value, type, zone, true, out var token);
        var index = _schema.IndexOf(name.Bytes);
        if (index < 0 || _limits is not null)
        {
            _isPlain = false;
        }
        else if (wrong is null)
        {
            var length = _json.Length - start;
            _isPlain &= token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.None);
            _given |= 1UL << index;
            _values[index] = token == JsonTokenType.String ? new(start + 1, length - 2, token) : new(start, length, token);
        }

        return wrong;
    }

    /// <summary>Begins the map of attributes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="areDistinct">Whether no attribute will be written twice.</param>
    public void BeginMap(RowName name, bool areDistinct)
    {
        _first = Name(name);
        Open();
        _map = _schema.IndexOf(name.Bytes);
        _limits = _map < 0 ? null : _schema.MapAt(_map);
        _isPlain &= _limits is not null && areDistinct;
        _count = 0;
    }

    /// <summary>Writes an attribute.</summary>
    /// <returns>What is wrong with it; null when it was written.</returns>
    public string? Attribute(RowName name, CellKind kind, ReadOnlySpan<byte> value, CellType type, TimeZoneInfo? zone)
    {
        var start = Name(name);
        if (Put(kind, value, type, zone, name.IsReadAgain, out var token) is { } wrong)
        {
            return wrong;
        }

        if (_isPlain)
        {
            var text = _json.Span[start..];
            _isPlain =
                _limits is not null
                && ++_count <= _limits.MaxCount
                && name.IsPlain(_limits)
                && (kind == CellKind.Text && type is CellType.AsIs or CellType.String ? IsPlainText(name, text, token) : IsPlain(name, kind, text, token));
        }

        return null;
    }

    /// <summary>Writes the members of an object among the attributes.</summary>
    public void Members(ReadOnlySpan<byte> members)
    {
        _json.Append(_json.Span[^1] == (byte)'{' ? [] : ","u8);
        _json.Append(members);
        _isPlain = false;
    }

    public void EndMap()
    {
        Close();
        if (_map >= 0)
        {
            _given |= 1UL << _map;
            _values[_map] = new(_first, _json.Length - _first, JsonTokenType.StartObject);
            _isPlain &= _values[_map].Length <= _limits?.MaxBytes;
        }
    }

    /// <summary>Begins the only element of a list, an object.</summary>
    public void BeginList(RowName name)
    {
        Name(name);
        _json.Append("["u8);
        Open();
        _isPlain = false;
    }

    public void EndList()
    {
        Close();
        _json.Append("]"u8);
    }

    /// <summary>Ends the input and writes its operation.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>; nothing was written.</exception>
    public void Write(long index, ByteBuffer operations, List<ulong> keys)
    {
        Close();
        if (_isPlain)
        {
            _operations.Write(
                new RawInput(_schema, _json.Span, _values, _given, _map),
                _json.Span,
                index,
                operations,
                keys,
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys)
            );
        }
        else
        {
            _operations.Write(_json.Span, index, operations, keys);
        }
    }

    // A text with an escape, and what cannot be told at a glance, is none.
    private static JsonTokenType TokenOf(ReadOnlySpan<byte> text) =>
        text[0] switch
        {
            (byte)'"' => text.Contains((byte)'\\') ? JsonTokenType.None : JsonTokenType.String,
            (byte)'{' => JsonTokenType.StartObject,
            (byte)'[' => JsonTokenType.StartArray,
            (byte)'t' => JsonTokenType.True,
            (byte)'f' => JsonTokenType.False,
            (byte)'n' => JsonTokenType.Null,
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => JsonTokenType.Number,
            _ => JsonTokenType.None,
        };

    private bool IsPlain(RowName name, CellKind kind, ReadOnlySpan<byte> text, JsonTokenType token) =>
        token switch
        {
            JsonTokenType.None => false,
            JsonTokenType.String => IsPlainText(name, text, token),
            _ when name.HasMeaning && !Gate.IsPlain(name.Bytes, text, token) => false,
            JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null => true,
            JsonTokenType.Number when text.Length < 16 && !text.ContainsAny((byte)'e', (byte)'E') => true,
            _ => kind == CellKind.PlainJson || Passes(text),
        };

    /// <summary>The same of a text that was written here, with escapes or without.</summary>
    private bool IsPlainText(RowName name, ReadOnlySpan<byte> text, JsonTokenType token)
    {
        var value = text[1..^1];
        if (
            value.Length > _limits!.MaxValueBytes
            || (name.HasMeaning && !Gate.IsPlain(name.Bytes, value, JsonTokenType.String))
            || (token == JsonTokenType.None && value.IndexOf("\\u"u8) >= 0)
        )
        {
            return false;
        }

        if (name.IsEmail)
        {
            _keys.Add(PersonKeys.Of(value));
        }

        return true;
    }

    private string? Put(CellKind kind, ReadOnlySpan<byte> value, CellType type, TimeZoneInfo? zone, bool isReadAgain, out JsonTokenType token)
    {
        if (TryCopy(kind, value, type, out token))
        {
            return null;
        }

        var start = _json.Length;
        _writer.Reset(_json);
        var wrong = CellValue.Write(_writer, kind, value, type, zone, isReadAgain);
        _writer.Flush();
        token = wrong is null ? TokenOf(_json.Span[start..]) : JsonTokenType.None;
        return wrong;
    }

    // Most cells stand in JSON as they are.
    private bool TryCopy(CellKind kind, ReadOnlySpan<byte> value, CellType type, out JsonTokenType token)
    {
        token = JsonTokenType.String;
        switch (kind)
        {
            case CellKind.Text when type is CellType.AsIs or CellType.String && s_encoder.FindFirstCharacterToEncodeUtf8(value) < 0:
            case CellKind.Number when type == CellType.String:
                var text = _json.GetSpan(value.Length + 2);
                text[0] = text[value.Length + 1] = (byte)'"';
                value.CopyTo(text[1..]);
                _json.Advance(value.Length + 2);
                return true;
            case CellKind.Number or CellKind.Json or CellKind.PlainJson when type == CellType.AsIs:
            case CellKind.Number or CellKind.Text when type == CellType.Time && Gate.IsPlain("created_at"u8, value, JsonTokenType.Number) && value[0] != '0':
            case CellKind.Text when type == CellType.Boolean && (value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8)):
                _json.Append(value);
                token = TokenOf(value);
                return true;
            case CellKind.True or CellKind.False when type is CellType.AsIs or CellType.Boolean:
                _json.Append(kind == CellKind.True ? "true"u8 : "false"u8);
                token = kind == CellKind.True ? JsonTokenType.True : JsonTokenType.False;
                return true;
            default:
                return false;
        }
    }

    private static bool Passes(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, s_options);
            return reader.Read() && RawJson.PassesValue(ref reader, text, int.MaxValue) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private int Name(RowName name)
    {
        var last = _json.Span[^1];
        _json.Append(last is (byte)'{' or (byte)'[' ? name.Text.AsSpan(1) : name.Text);
        return _json.Length;
    }

    private void Open() => _json.Append("{"u8);

    private void Close() => _json.Append("}"u8);
}
