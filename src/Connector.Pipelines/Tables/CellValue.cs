using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tables;

/// <summary>What a value has to be, and becomes.</summary>
internal enum CellType
{
    /// <summary>As the source has it: a text of a CSV file stays a text.</summary>
    AsIs,
    String,
    Integer,
    Number,
    Boolean,

    /// <summary>A point in time, sent as Unix seconds.</summary>
    Time,

    /// <summary>A text that holds JSON.</summary>
    Json,
}

/// <summary>Turns a cell into the JSON value of a type.</summary>
internal static class CellValue
{
    /// <summary>Writes the value.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="kind">What the cell's bytes are.</param>
    /// <param name="bytes">The cell.</param>
    /// <param name="type">What it becomes.</param>
    /// <param name="zone">Where a time without an offset was written. Default null: such a time is refused.</param>
    /// <param name="isReadAgain">Whether what is written is an input that is read as a time once more. Default false.</param>
    /// <returns>What is wrong with it; null when it was written.</returns>
    public static string? Write(
        Utf8JsonWriter writer,
        CellKind kind,
        ReadOnlySpan<byte> bytes,
        CellType type,
        TimeZoneInfo? zone = null,
        bool isReadAgain = false
    ) =>
        type switch
        {
            CellType.AsIs => AsIs(writer, kind, bytes),
            CellType.String => AsString(writer, kind, bytes),
            CellType.Integer => Integer(writer, bytes),
            CellType.Number => Number(writer, bytes),
            CellType.Boolean => Boolean(writer, kind, bytes),
            CellType.Time => Time(writer, kind, bytes, zone, isReadAgain),
            _ => AsJson(writer, kind, bytes),
        };

    /// <summary>What a person's attribute is read as: the type that Customer.io gives it where none is asked for.</summary>
    public static CellType TypeOf(string attribute, CellType asked) =>
        asked != CellType.AsIs
            ? asked
            : attribute switch
            {
                "unsubscribed" => CellType.Boolean,
                "created_at" => CellType.Time,
                _ => CellType.AsIs,
            };

    /// <summary>Writes the name of somebody or something: a text or whole number as text; anything else as it is, for the input's check to refuse.</summary>
    public static void WriteName(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        if (IsName(kind, bytes))
        {
            writer.WriteStringValue(bytes);
        }
        else
        {
            AsIs(writer, kind, bytes);
        }
    }

    /// <summary>Whether a cell may name somebody or something.</summary>
    public static bool IsName(CellKind kind, ReadOnlySpan<byte> bytes) =>
        kind == CellKind.Text || (kind == CellKind.Number && (bytes.StartsWith("-"u8) ? bytes[1..] : bytes).IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);

    /// <summary>A cell as text, as identifiers and names are.</summary>
    public static ReadOnlySpan<byte> Text(CellKind kind, ReadOnlySpan<byte> bytes) =>
        kind switch
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

        return bytes.Length > 100 ? null : Gate.Truth(Encoding.UTF8.GetString(bytes));
    }

    private static string? AsIs(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes)
    {
        switch (kind)
        {
            case CellKind.Text:
                writer.WriteStringValue(bytes);
                break;
            case CellKind.True or CellKind.False:
                writer.WriteBooleanValue(kind == CellKind.True);
                break;
            case CellKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteRawValue(bytes, true);
                break;
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

        writer.WriteRawValue(
            System.Numerics.BigInteger.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
            true
        );
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
            return Gate.Truths;
        }

        writer.WriteBooleanValue(flag);
        return null;
    }

    private static string? Time(Utf8JsonWriter writer, CellKind kind, ReadOnlySpan<byte> bytes, TimeZoneInfo? zone, bool isReadAgain)
    {
        JToken value =
            kind == CellKind.Number && Utf8Parser.TryParse(bytes, out long number, out var used) && used == bytes.Length
                ? new JValue(number)
                : new JValue(Gate.Clean(Encoding.UTF8.GetString(bytes)));
        if (!Timestamp.TryReadAny(value, zone, out var seconds))
        {
            return Timestamp.Refusal(value, ", or name its timeZone in the map.");
        }

        // As a number a day of 1972 would be taken for a year or a date, one of 9999 for milliseconds, and one before 1970 for a mistake.
        if (isReadAgain && Timestamp.IsWritten(value))
        {
            writer.WriteStringValue(DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNumberValue(seconds);
        }

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
