using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Jobs.Tables;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Jobs.Import;

/// <summary>Turns a cell into the JSON value of a type.</summary>
internal static class CellValue
{
    /// <summary>Writes the value.</summary>
    /// <returns>What is wrong with it; null when it was written.</returns>
    public static string? Write(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes, ValueType type) => type switch
    {
        ValueType.AsIs => AsIs(writer, kind, bytes),
        ValueType.String => AsString(writer, kind, bytes),
        ValueType.Integer => Integer(writer, bytes),
        ValueType.Number => Number(writer, bytes),
        ValueType.Boolean => Boolean(writer, kind, bytes),
        ValueType.Time => Time(writer, kind, bytes),
        _ => AsJson(writer, kind, bytes),
    };

    /// <summary>A cell as text, as identifiers and names are.</summary>
    public static ReadOnlySpan<byte> Text(CellKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        CellKind.True => "true"u8,
        CellKind.False => "false"u8,
        _ => bytes,
    };

    /// <summary>What a cell says to a yes or no; null when it says neither.</summary>
    public static bool? Flag(CellKind kind, ReadOnlySpan<byte> bytes)
    {
        if (kind is CellKind.True or CellKind.False)
        {
            return kind == CellKind.True;
        }

        return Encoding.UTF8.GetString(bytes.Length > 8 ? bytes[..8] : bytes).Trim().ToLowerInvariant() switch
        {
            "true" or "yes" or "1" or "t" or "y" => true,
            "false" or "no" or "0" or "f" or "n" => false,
            _ => null,
        };
    }

    private static string? AsIs(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        switch (kind)
        {
            case CellKind.Text: writer.WriteStringValue(bytes); break;
            case CellKind.True or CellKind.False: writer.WriteBooleanValue(kind == CellKind.True); break;
            case CellKind.Null: writer.WriteNullValue(); break;
            default: writer.WriteRawValue(bytes, true); break;
        }

        return null;
    }

    private static string? AsString(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        writer.WriteStringValue(Text(kind, bytes));
        return null;
    }

    private static string? Integer(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        var text = bytes.Trim((byte)' ');
        if (Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length)
        {
            writer.WriteNumberValue(number);
            return null;
        }

        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        if (digits.Length is 0 or > 100 || digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            return "must be a whole number.";
        }

        writer.WriteRawValue(System.Numerics.BigInteger.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), true);
        return null;
    }

    private static string? Number(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        var text = bytes.Trim((byte)' ');
        if (Utf8Parser.TryParse(text, out long whole, out var used) && used == text.Length)
        {
            writer.WriteNumberValue(whole);
            return null;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return "must be a number with a point, such as 12.5.";
        }

        writer.WriteNumberValue(number);
        return null;
    }

    private static string? Boolean(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        if (Flag(kind, bytes) is not { } flag)
        {
            return "must be true or false, yes or no, 1 or 0.";
        }

        writer.WriteBooleanValue(flag);
        return null;
    }

    private static string? Time(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        JToken value = kind == CellKind.Number && Utf8Parser.TryParse(bytes, out long number, out var used) && used == bytes.Length
            ? new JValue(number)
            : new JValue(Encoding.UTF8.GetString(bytes).Trim());
        if (!Timestamp.TryRead(value, out var seconds, out _))
        {
            return Timestamp.Expected;
        }

        writer.WriteNumberValue(seconds);
        return null;
    }

    private static string? AsJson(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        if (kind != CellKind.Text)
        {
            return AsIs(writer, kind, bytes);
        }

        try
        {
            ConnectorJson.Parse(bytes);
        }
        catch (FormatException e)
        {
            return "must be JSON: " + e.Message;
        }

        writer.WriteRawValue(bytes.Trim(" \t\r\n"u8), true);
        return null;
    }
}
