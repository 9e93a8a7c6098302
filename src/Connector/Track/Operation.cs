using System.Text.Json;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Track;

/// <summary>One operation of the vendor's v2 API: its members in their order.</summary>
/// <remarks>A list of members in place of a JObject: of a million of these, the dictionaries would cost more than all the rest.</remarks>
internal sealed class Operation
{
    private readonly Person? _person;
    private readonly List<KeyValuePair<string, object>> _members = new(4);

    /// <summary>An operation on a person.</summary>
    public Operation(Person person, string action)
    {
        (Type, Action, _person) = ("person", action, person);
    }

    /// <summary>An operation on anything else; who or what stands among its members.</summary>
    public Operation(string type, string action)
    {
        (Type, Action) = (type, action);
    }

    /// <summary>An operation that is written already.</summary>
    public Operation(JObject whole)
    {
        foreach (var (name, value) in whole)
        {
            _members.Add(new(name, value ?? JValue.CreateNull()));
        }

        (IsWhole, Type, Action) = (true, (string)whole["type"]!, (string)whole["action"]!);
    }

    public string Type { get; }

    public string Action { get; }

    private bool IsWhole { get; }

    /// <summary>A member; null when there is none.</summary>
    public object? this[string name]
    {
        get => Find(name) is >= 0 and var i ? _members[i].Value : null;
        set
        {
            if (Find(name) is >= 0 and var i)
            {
                _members[i] = new(name, value!);
                return;
            }

            _members.Add(new(name, value!));
        }
    }

    /// <summary>Writes it; the text stands for the map, whose place is found by its identity.</summary>
    /// <returns>False when a map was given and is not among the members, or not as it was.</returns>
    public bool Write(Utf8JsonWriter writer, JObject? map = null, ReadOnlySpan<byte> text = default)
    {
        var found = map is null;
        writer.WriteStartObject();
        if (!IsWhole)
        {
            writer.WriteString("type"u8, Type);
            if (_person is { } person)
            {
                writer.WriteStartObject("identifiers"u8);
                writer.WriteString(person.Key, person.Value);
                writer.WriteEndObject();
            }

            writer.WriteString("action"u8, Action);
        }

        foreach (var (name, value) in _members)
        {
            writer.WritePropertyName(name);
            if (ReferenceEquals(value, map) && map is { Count: 0 })
            {
                found = true;
                writer.WriteRawValue(text, skipInputValidation: true);
            }
            else
            {
                ConnectorJson.Write(writer, value as JToken ?? (value is long number ? new JValue(number) : new JValue((string)value)));
            }
        }

        writer.WriteEndObject();
        return found;
    }

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes() => ConnectorJson.ToBytes(writer => Write(writer));

    /// <summary>Adds whom and what it names.</summary>
    public void AddKeys(List<ulong> keys)
    {
        if (_person is { } person)
        {
            PersonKeys.Add(person.Value, keys);
        }

        foreach (var (name, value) in _members)
        {
            if (value is JContainer container)
            {
                PersonKeys.Add(name, container, keys);
            }
        }
    }

    private int Find(string name)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (_members[i].Key == name)
            {
                return i;
            }
        }

        return -1;
    }
}
