using CustomerIo.Connector.Pipelines.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Sync;

/// <summary>A value as it is sent, and as the one text by which both sides are compared: Customer.io hands every value out as text.</summary>
internal readonly record struct Canonical(JToken Value, string Text)
{
    public static readonly Canonical None = new(new JValue(""), "");

    /// <summary>An e-mail address as Customer.io compares it: whatever its case.</summary>
    public static string Address(string text) => text.ToLowerInvariant();

    /// <summary>Reads a cell as a type.</summary>
    /// <exception cref="FormatException">It is not of that type.</exception>
    public static Canonical Read(CellKind kind, ReadOnlySpan<byte> bytes, CellType type)
    {
        if (kind == CellKind.Null || (bytes.Length == 0 && kind is not (CellKind.True or CellKind.False)))
        {
            return None;
        }

        var buffer = new ByteBuffer(256);
        using var writer = ConnectorJson.Writer(buffer);
        if (CellValue.Write(writer, kind, bytes, type) is { } wrong)
        {
            throw new FormatException(wrong);
        }

        writer.Flush();
        var value = ConnectorJson.Parse(buffer.Span);
        return new Canonical(value, value is JContainer ? ConnectorJson.ToText(value) : ConnectorJson.ScalarText(value));
    }

    /// <summary>Reads an attribute as the App API shows it; what is not of the type stays the text that it is.</summary>
    public static Canonical Read(JToken? value, CellType type)
    {
        if (value is null or JValue { Value: null })
        {
            return None;
        }

        var text = value is JContainer ? ConnectorJson.ToText(value) : ConnectorJson.ScalarText(value);
        try
        {
            return Read(CellKind.Text, System.Text.Encoding.UTF8.GetBytes(text), type);
        }
        catch (FormatException)
        {
            return new Canonical(new JValue(text), text);
        }
    }
}
