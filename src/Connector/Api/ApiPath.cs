using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Api;

/// <summary>An interpolated path whose holes are escaped, once and here: <c>$"/api/v1/customers/{id:id}/events"</c>.</summary>
/// <remarks>A hole's format is the name of the input it comes from, for the error message.</remarks>
[InterpolatedStringHandler]
internal readonly ref struct ApiPath
{
    private readonly StringBuilder _text;

    public ApiPath(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 32));
    }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(long number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(string value, string format) => _text.Append(Segment(value, format));

    public override string ToString() => _text.ToString();

    public static implicit operator ApiPath(string text)
    {
        var path = new ApiPath(text.Length, 0);
        path.AppendLiteral(text);
        return path;
    }

    /// <summary>Escapes one segment; <c>.</c> and <c>..</c> are refused, since .NET collapses them even when escaped.</summary>
    public static string Segment(string value, string input)
    {
        Check(value, input);
        return Escape(value);
    }

    /// <summary>Refuses what no segment can be.</summary>
    public static void Check(string value, string input)
    {
        if (value is "" or "." or "..")
        {
            throw ConnectorException.Input(
                "/" + input,
                value.Length == 0 ? "must not be empty." : $"\"{value}\" cannot be sent: a URL path treats it as a folder, and the request would go elsewhere."
            );
        }
    }

    /// <summary>Percent-encodes a text for a path or a query.</summary>
    /// <exception cref="FormatException">The text holds half of a surrogate pair.</exception>
    public static string Escape(string value)
    {
        ConnectorJson.CheckSurrogates(value);
        return Uri.EscapeDataString(value);
    }
}
