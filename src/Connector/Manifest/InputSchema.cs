using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>An action's input schema, compiled once.</summary>
/// <remarks>
/// The plain valid case is accepted by <see cref="PlainCheck"/> in about a microsecond; anything it is not sure of goes to
/// <see cref="SchemaReport"/>, which uses NJsonSchema and lists every problem. Byte limits are ours in both cases.
/// </remarks>
internal sealed class InputSchema
{
    /// <summary>The keyword that says what agents get of an input: false for nothing, or a text that follows its description.</summary>
    public const string ForAgents = "x-agents";

    private readonly JObject _schema;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly byte[][] _names;
    private readonly PlainCheck[] _checks;
    private readonly JToken?[] _defaults;
    private readonly bool[] _required;
    private readonly bool[] _takesText;
    private readonly bool[] _takesNull;

    public InputSchema(JObject schema)
    {
        _schema = schema;
        var properties = ((JObject)schema["properties"]!).Properties().ToArray();
        var required = (schema["required"] as JArray ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        _names = [.. properties.Select(p => Encoding.UTF8.GetBytes(p.Name))];
        _checks = new PlainCheck[properties.Length];
        _defaults = new JToken?[properties.Length];
        _required = new bool[properties.Length];
        _takesText = new bool[properties.Length];
        _takesNull = new bool[properties.Length];
        for (var i = 0; i < properties.Length; i++)
        {
            var property = (JObject)properties[i].Value;
            _index[properties[i].Name] = i;
            _checks[i] = new PlainCheck(property);
            _defaults[i] = property["default"];
            _required[i] = required.Contains(properties[i].Name);
            _takesText[i] = _checks[i].Takes(JsonKinds.String) && property["enum"] is null;
            _takesNull[i] = _checks[i].Takes(JsonKinds.Null);
        }
    }

    /// <summary>The input that gives nothing: each property has its default.</summary>
    public InputValues Nothing => field ??= new InputValues(this, new JToken?[Count]);

    public int IndexOf(string name) => _index.TryGetValue(name, out var i) ? i : -1;

    public int Count => _names.Length;

    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The limits of an input that is a map of anything; null for every other input.</summary>
    public OwnLimits? MapAt(int index) => _checks[index].IsMap ? _checks[index].Limits : null;

    /// <summary>Puts a scalar in place, if it is plainly valid.</summary>
    public bool TryPut(JToken?[] values, int index, JToken value)
    {
        if (IsBlank(index, value))
        {
            return true;
        }

        values[index] = value;
        return _checks[index].Accepts(value);
    }

    /// <summary>Whether a text of plain characters, or a whole number, is accepted as it stands in JSON; "no" only means "not sure".</summary>
    public bool AcceptsPlain(int index, ReadOnlySpan<byte> value, System.Text.Json.JsonTokenType type) => _checks[index].AcceptsPlain(value, type);

    /// <summary>Whether every required input is there.</summary>
    public bool IsComplete(JToken?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (_required[i] && values[i] is null)
            {
                return false;
            }
        }

        return true;
    }

    public JToken? DefaultAt(int index) => _defaults[index];

    /// <summary>Checks an input and puts its values in place.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/> with every problem.</exception>
    public InputValues Bind(JObject input)
    {
        var values = new JToken?[_checks.Length];
        var plain = true;
        for (var member = (JProperty?)input.First; member is not null; member = (JProperty?)member.Next)
        {
            if (!_index.TryGetValue(member.Name, out var i))
            {
                plain = false;
            }
            else if (!IsBlank(i, member.Value))
            {
                values[i] = member.Value;
                plain = plain && _checks[i].Accepts(member.Value);
            }
        }

        if (!plain || !IsComplete(values))
        {
            var problems = Problems(input);
            if (problems.Count > 0)
            {
                throw ConnectorException.Input(problems);
            }
        }

        return new InputValues(this, values);
    }

    private IReadOnlyList<Problem> Problems(JObject input)
    {
        var cleaned = new JObject();
        foreach (var (name, value) in input)
        {
            if (!_index.TryGetValue(name, out var i) || !IsBlank(i, value))
            {
                cleaned.Add(name, value?.DeepClone());
            }
        }

        return SchemaReport.Problems(_schema, cleaned);
    }

    // A form's empty field arrives as null or ""; for a number, choice or switch that means "not filled in".
    private bool IsBlank(int index, JToken? value) =>
        value switch
        {
            null or { Type: JTokenType.Null or JTokenType.Undefined } => !_takesNull[index],
            JValue { Value: "" } => !_takesText[index],
            _ => false,
        };
}
