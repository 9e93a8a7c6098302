using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>Accepts what is plainly valid under one property's schema; "no" only means "not sure".</summary>
internal sealed class PlainCheck
{
    private readonly JsonKinds _kinds;
    private readonly bool _unsure;
    private readonly HashSet<string>? _choices;
    private readonly byte[][]? _plainChoices;
    private readonly double? _minimum,
        _maximum;
    private readonly int? _minLength,
        _maxLength,
        _minItems,
        _maxItems;
    private readonly Regex? _pattern;
    private readonly PlainCheck? _items;
    private readonly PlainCheck[]? _anyOf;
    private readonly Dictionary<string, PlainCheck>? _members;
    private readonly string[] _required;
    private readonly PlainCheck? _others;
    private readonly int _minMembers;
    private readonly bool _closed,
        _looksInside;
    private readonly OwnLimits _limits;

    public PlainCheck(JObject schema)
    {
        _kinds = schema["type"] switch
        {
            JArray many => many.Aggregate(JsonKinds.None, (kinds, type) => kinds | Kind((string)type!)),
            JValue one => Kind((string)one!),
            _ => JsonKinds.None,
        };
        _choices =
            schema["enum"] is JArray choices && choices.All(c => c.Type == JTokenType.String)
                ? choices.Select(c => (string)c!).ToHashSet(StringComparer.Ordinal)
                : null;
        _plainChoices = _choices is null || !_choices.All(c => Ascii.IsValid(c)) ? null : [.. _choices.Select(Encoding.ASCII.GetBytes)];
        _minimum = (double?)schema["minimum"];
        _maximum = (double?)schema["maximum"];
        _minLength = (int?)schema["minLength"];
        _maxLength = (int?)schema["maxLength"];
        _minItems = (int?)schema["minItems"];
        _maxItems = (int?)schema["maxItems"];
        _pattern = schema["pattern"] is JValue pattern ? new Regex((string)pattern!, RegexOptions.CultureInvariant) : null;
        _items = schema["items"] is JObject items ? new PlainCheck(items) : null;
        _anyOf = schema["anyOf"] is JArray forms ? [.. forms.Select(f => new PlainCheck((JObject)f))] : null;
        _members = (schema["properties"] as JObject)?.Properties().ToDictionary(p => p.Name, p => new PlainCheck((JObject)p.Value), StringComparer.Ordinal);
        _required = [.. (schema["required"] as JArray ?? []).Select(r => (string)r!)];
        _others = schema["additionalProperties"] is JObject others ? new PlainCheck(others) : null;
        _closed = schema["additionalProperties"] is JValue { Value: false };
        _minMembers = (int?)schema["minProperties"] ?? 0;
        _looksInside = _members is not null || _others is not null || _closed || _required.Length > 0 || _minMembers > 0;
        _unsure = s_unsure.Any(schema.ContainsKey) || (schema["enum"] is not null && _choices is null);
        _limits = new OwnLimits(schema);
    }

    /// <summary>Whether the value is an object whose members only have to keep the byte limits.</summary>
    public bool IsMap => _kinds == JsonKinds.Object && !_unsure && _anyOf is null && !_looksInside;

    public OwnLimits Limits => _limits;

    public bool Takes(JsonKinds kind) => _kinds == JsonKinds.None || (_kinds & kind) != 0;

    public bool Accepts(JToken value)
    {
        if (_unsure)
        {
            return false;
        }

        var accepted = value.Type switch
        {
            JTokenType.String => Takes(JsonKinds.String) && AcceptsText((string)value!),
            JTokenType.Integer => Takes(JsonKinds.Integer | JsonKinds.Number) && AcceptsNumber(value),
            JTokenType.Float => Takes(JsonKinds.Number) && AcceptsNumber(value),
            JTokenType.Boolean => Takes(JsonKinds.Boolean),
            JTokenType.Null => Takes(JsonKinds.Null),
            JTokenType.Object => Takes(JsonKinds.Object) && (!_looksInside || AcceptsMembers((JObject)value)),
            JTokenType.Array => Takes(JsonKinds.Array) && AcceptsItems((JArray)value),
            _ => false,
        };
        return accepted && (_anyOf is null || Array.Exists(_anyOf, form => form.Accepts(value))) && _limits.Accept(value);
    }

    /// <summary>The same of a text in ASCII without escapes, or of a whole number, as they stand in JSON.</summary>
    public bool AcceptsPlain(ReadOnlySpan<byte> value, System.Text.Json.JsonTokenType type)
    {
        if (_unsure || _anyOf is not null || _limits.IsTime || value.Length > _limits.MaxBytes)
        {
            return false;
        }

        if (type == System.Text.Json.JsonTokenType.Number)
        {
            return Takes(JsonKinds.Integer | JsonKinds.Number)
                && _choices is null
                && _minimum is null
                && _maximum is null
                && value.Length <= 18
                && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        }

        if (
            type != System.Text.Json.JsonTokenType.String
            || !Takes(JsonKinds.String)
            || _pattern is not null
            || value.IsEmpty
            || value.Length < _minLength
            || value.Length > _maxLength
            || !Ascii.IsValid(value)
        )
        {
            return false;
        }

        if (_choices is null)
        {
            return true;
        }

        foreach (var choice in _plainChoices ?? [])
        {
            if (value.SequenceEqual(choice))
            {
                return true;
            }
        }

        return false;
    }

    private static JsonKinds Kind(string type) =>
        type switch
        {
            "string" => JsonKinds.String,
            "integer" => JsonKinds.Integer,
            "number" => JsonKinds.Number,
            "boolean" => JsonKinds.Boolean,
            "null" => JsonKinds.Null,
            "object" => JsonKinds.Object,
            "array" => JsonKinds.Array,
            _ => JsonKinds.Unknown,
        };

    private static readonly string[] s_unsure = ["oneOf", "allOf", "not", "$ref", "format"];

    private bool AcceptsText(string text) =>
        (_choices?.Contains(text) ?? true) && !(text.Length < _minLength) && !(text.Length > _maxLength) && (_pattern?.IsMatch(text) ?? true);

    private bool AcceptsNumber(JToken value)
    {
        if (_choices is not null || ((JValue)value).Value is not (long or int or double))
        {
            return _choices is null && _minimum is null && _maximum is null && _kinds != JsonKinds.None;
        }

        var number = Convert.ToDouble(((JValue)value).Value, CultureInfo.InvariantCulture);
        return double.IsFinite(number) && !(number < _minimum) && !(number > _maximum);
    }

    private bool AcceptsMembers(JObject value)
    {
        foreach (var (name, member) in value)
        {
            var check = _members?.GetValueOrDefault(name) ?? _others;
            if (check is null ? _closed : !check.Accepts(member!))
            {
                return false;
            }
        }

        return value.Count >= _minMembers && Array.TrueForAll(_required, value.ContainsKey);
    }

    private bool AcceptsItems(JArray array)
    {
        if (array.Count < _minItems || array.Count > _maxItems)
        {
            return false;
        }

        for (var i = 0; _items is not null && i < array.Count; i++)
        {
            if (!_items.Accepts(array[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The types of JSON Schema.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    String = 1,
    Integer = 2,
    Number = 4,
    Boolean = 8,
    Null = 16,
    Object = 32,
    Array = 64,
    Unknown = 128,
}

/// <summary>What JSON Schema cannot say: the vendor's limits in UTF-8 bytes (<c>x-maxBytes</c> and, for key/value data, names, values and count), and
/// <c>x-time</c>.</summary>
internal sealed class OwnLimits(JObject schema)
{
    private readonly int? _bytes = (int?)schema["x-maxBytes"];
    private readonly int? _nameBytes = (int?)schema["x-maxNameBytes"];
    private readonly int? _valueBytes = (int?)schema["x-maxValueBytes"];
    private readonly int? _count = (int?)schema["x-maxCount"];
    private readonly bool _time = (bool?)schema["x-time"] ?? false;

    /// <summary>Whether it must be a point in time.</summary>
    public bool IsTime => _time;

    /// <summary>The limits as numbers; the largest number where there is none.</summary>
    public int MaxBytes => _bytes ?? int.MaxValue;

    public int MaxNameBytes => _nameBytes ?? int.MaxValue;

    public int MaxValueBytes => _valueBytes ?? int.MaxValue;

    public int MaxCount => _count ?? int.MaxValue;

    public bool Accept(JToken value) => IsPlainlyWithin(value) || !Problems(value, "").Any();

    // No character takes more than three bytes; "no" only means "not sure".
    private bool IsPlainlyWithin(JToken value)
    {
        if (_time || (value is not JValue { Value: string } && _bytes is not null))
        {
            return false;
        }

        if (value is not JObject map)
        {
            return _bytes is null || ((string)value!).Length * 3L <= _bytes;
        }

        if (map.Count > MaxCount)
        {
            return false;
        }

        for (var member = (JProperty?)map.First; member is not null; member = (JProperty?)member.Next)
        {
            if (member.Name.Length * 3L > MaxNameBytes || (member.Value is JValue { Value: string text } && text.Length * 3L > MaxValueBytes))
            {
                return false;
            }
        }

        return true;
    }

    public IEnumerable<Problem> Problems(JToken value, string path)
    {
        if (_bytes is { } most && Measure(value) is var bytes && bytes > most)
        {
            yield return new Problem(path, Say(bytes, most));
        }

        if (_time && value is JValue { Value: not (null or "" or bool) } && (Timestamp.IsDoubtful(value) || !Timestamp.TryRead(value, out _, out _)))
        {
            yield return new Problem(path, Timestamp.IsDoubtful(value) ? Timestamp.Refusal(value) : Timestamp.Expected);
        }

        if (value is not JObject map || (_nameBytes ?? _valueBytes ?? _count) is null)
        {
            yield break;
        }

        if (map.Count > _count)
        {
            yield return new Problem(path, $"has {map.Count} attributes; at most {_count} are allowed.");
        }

        foreach (var (name, item) in map)
        {
            if (_nameBytes is { } nameMost && name.Length * 3 > nameMost && Encoding.UTF8.GetByteCount(name) is var nameBytes && nameBytes > nameMost)
            {
                yield return new Problem($"{path}/{Names.Escape(name)}", $"the attribute's name is {nameBytes} bytes long; at most {nameMost} are allowed.");
            }

            if (
                _valueBytes is { } valueMost
                && item is JValue { Value: string text }
                && text.Length * 3 > valueMost
                && Encoding.UTF8.GetByteCount(text) is var valueBytes
                && valueBytes > valueMost
            )
            {
                yield return new Problem($"{path}/{Names.Escape(name)}", Say(valueBytes, valueMost));
            }
        }
    }

    private static int Measure(JToken value) =>
        value switch
        {
            JContainer => ConnectorJson.CountBytes(value),
            JValue { Value: string text } => Encoding.UTF8.GetByteCount(text),
            _ => Encoding.UTF8.GetByteCount(ConnectorJson.ScalarText(value)),
        };

    private static string Say(int bytes, int most) => string.Create(CultureInfo.InvariantCulture, $"is {bytes} bytes long; at most {most} are allowed.");
}
