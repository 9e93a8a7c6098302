using System.Text.Json;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Translation;

/// <summary>A JSON object under construction: members in their order, values borrowed from the event.</summary>
/// <remarks>A JObject would copy every value that is taken over from another one, which costs more than all of the translation.</remarks>
internal sealed class JsonMembers
{
    private readonly List<KeyValuePair<string, object?>> _members;

    public JsonMembers(int capacity = 6)
    {
        _members = new(capacity);
    }

    public int Count => _members.Count;

    /// <summary>A view or token, text, number, truth, body or list of bodies.</summary>
    public object? this[string name]
    {
        get => Find(name) is >= 0 and var i ? _members[i].Value : null;
        set
        {
            if (Find(name) is >= 0 and var i)
            {
                _members[i] = new(name, value);
                return;
            }

            _members.Add(new(name, value));
        }
    }

    /// <summary>Adds a member whose name cannot be there yet.</summary>
    public JsonMembers With(string name, object? value)
    {
        _members.Add(new(name, value));
        return this;
    }

    /// <summary>Adds a member unless there is nothing to add.</summary>
    public JsonMembers WithSome(string name, object? value) => value is null ? this : With(name, value);

    public bool Has(string name) => Find(name) >= 0;

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in _members)
        {
            ConnectorJson.CheckSurrogates(name);
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }

    public byte[] ToBytes() => ConnectorJson.ToBytes(Write);

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                ConnectorJson.CheckSurrogates(text);
                writer.WriteStringValue(text);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case JsonMembers body:
                body.Write(writer);
                break;
            case IReadOnlyList<JsonMembers> list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    item.Write(writer);
                }

                writer.WriteEndArray();
                break;
            case JsonView view:
                view.Write(writer);
                break;
            default:
                ConnectorJson.Write(writer, (JToken)value);
                break;
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
