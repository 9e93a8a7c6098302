using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Values;

/// <summary>One value of a JSON object that is looked at, whether the object came as text or as tokens.</summary>
internal readonly struct JsonView
{
    private readonly object _source;
    private readonly int _row;

    public JsonView(JsonText text, int row)
    {
        (_source, _row) = (text, row);
    }

    /// <summary>Views tokens, which must not change while they are looked at.</summary>
    public JsonView(JToken token)
    {
        _source = token;
    }

    public bool IsObject => _source is JsonText text ? text[_row].Type == JsonTokenType.StartObject : _source is JObject;

    public bool IsList => _source is JsonText text ? text[_row].Type == JsonTokenType.StartArray : _source is JArray;

    public bool IsString => _source is JsonText text ? text[_row].Type == JsonTokenType.String : _source is JValue { Value: string };

    public bool IsNull => _source is JsonText text ? text[_row].Type == JsonTokenType.Null : _source is JValue { Value: null };

    /// <summary>How many members or items it has; 0 for a scalar.</summary>
    public int Count => _source is JsonText text ? text[_row].Count : (_source as JContainer)?.Count ?? 0;

    /// <summary>The value of a member; null where there is none, also in what is no object.</summary>
    /// <param name="name">Its name, in ASCII.</param>
    public JsonView? this[string name] =>
        _source is JsonText text
            ? IsObject && text.Find(_row, name) is >= 0 and var row
                ? new JsonView(text, row)
                : null
            : (_source as JObject)?[name] is { } token
                ? new JsonView(token)
                : null;

    /// <summary>The first item of a list; null where there is none.</summary>
    public JsonView? First =>
        Count == 0 || !IsList ? null
        : _source is JsonText text ? new JsonView(text, _row + 1)
        : new JsonView(((JArray)_source)[0]);

    /// <summary>The text; null for whatever is none.</summary>
    public string? String => _source is JsonText text ? (IsString ? text.Text(_row) : null) : (_source as JValue)?.Value as string;

    /// <summary>The text, number or truth; null for null, an object or a list.</summary>
    public object? Scalar => _source is JsonText && (IsObject || IsList) ? null : (Token as JValue)?.Value;

    /// <summary>At most so many bytes a text has in UTF-8; 0 for what is none.</summary>
    public int MostBytes =>
        !IsString ? 0
        : _source is JsonText text ? text[_row].Length
        : ((string)((JValue)_source).Value!).Length * 3;

    /// <summary>The value as tokens; not to be changed.</summary>
    public JToken Token => _source is JsonText text ? text.Token(_row) : (JToken)_source;

    /// <summary>The items of a list; itself for whatever is none.</summary>
    public IEnumerable<JsonView> Items => IsList ? Token.Select(t => new JsonView(t)) : [this];

    /// <summary>Whether a text outside lists may be one that is looked for.</summary>
    /// <param name="isLike">Whether the UTF-8 of a text is like it. Not asked for tokens: those may always hold one.</param>
    public bool MayHoldText(Func<ReadOnlySpan<byte>, bool> isLike) => _source is not JsonText text || text.AnyText(_row, isLike);

    public void Write(Utf8JsonWriter writer)
    {
        if (_source is JsonText text)
        {
            text.Write(writer, _row);
        }
        else
        {
            ConnectorJson.Write(writer, (JToken)_source);
        }
    }

    /// <summary>The members of an object; none for whatever is no object.</summary>
    public MemberEnumerator GetEnumerator() => new(_source, _row);

    public struct MemberEnumerator(object source, int row)
    {
        private readonly int _end = source is JsonText text && text[row].Type == JsonTokenType.StartObject ? text[row].Next : 0;
        private int _row = row + 1;
        private JProperty? _next = (source as JObject)?.First as JProperty;

        public KeyValuePair<string, JsonView> Current { get; private set; }

        public bool MoveNext()
        {
            if (source is JsonText text)
            {
                if (_row >= _end)
                {
                    return false;
                }

                Current = new(text.Text(_row), new JsonView(text, _row + 1));
                _row = text[_row + 1].Next;
                return true;
            }

            if (_next is null)
            {
                return false;
            }

            Current = new(_next.Name, new JsonView(_next.Value));
            _next = (JProperty?)_next.Next;
            return true;
        }
    }
}
