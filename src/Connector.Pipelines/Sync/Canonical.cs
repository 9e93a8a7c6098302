using System.Globalization;
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
    /// <param name="kind">What the cell's bytes are.</param>
    /// <param name="bytes">The cell.</param>
    /// <param name="type">What it becomes.</param>
    /// <param name="isReadAgain">Whether the action that sends it reads it as that type once more. Default false.</param>
    /// <exception cref="FormatException">It is not of that type.</exception>
    public static Canonical Read(CellKind kind, ReadOnlySpan<byte> bytes, CellType type, bool isReadAgain = false)
    {
        if (kind == CellKind.Null || (bytes.Length == 0 && kind is not (CellKind.True or CellKind.False)))
        {
            return None;
        }

        var value = Write(kind, bytes, type, false);
        return new Canonical(isReadAgain ? Write(kind, bytes, type, true) : value, TextOf(value));
    }

    /// <summary>Reads an attribute as the App API shows it; what is not of the type stays the text that it is.</summary>
    public static Canonical Read(JToken? value, CellType type)
    {
        if (value is null or JValue { Value: null })
        {
            return None;
        }

        var text = TextOf(value);
        if (
            type == CellType.Time
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && Timestamp.IsSeconds(seconds)
        )
        {
            // What Customer.io has are seconds, also of 1972 or 9999.
            return new Canonical(new JValue(seconds), text);
        }

        try
        {
            return Read(CellKind.Text, System.Text.Encoding.UTF8.GetBytes(text), type);
        }
        catch (FormatException)
        {
            return new Canonical(new JValue(text), text);
        }
    }

    private static string TextOf(JToken value) => value is JContainer ? ConnectorJson.ToText(value) : ConnectorJson.ScalarText(value);

    private static JToken Write(CellKind kind, ReadOnlySpan<byte> bytes, CellType type, bool isReadAgain)
    {
        var buffer = new ByteBuffer(256);
        using var writer = ConnectorJson.Writer(buffer);
        if (CellValue.Write(writer, kind, bytes, type, isReadAgain: isReadAgain) is { } wrong)
        {
            throw new FormatException(wrong);
        }

        writer.Flush();
        return ConnectorJson.Parse(buffer.Span);
    }
}
