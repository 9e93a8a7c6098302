using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Api;

/// <summary>An interpolated path whose holes are escaped, once and here: <c>$"/api/v1/customers/{id:id}/events"</c>.</summary>
/// <remarks>A hole's format is the name of the input it comes from, for the error message.</remarks>
[InterpolatedStringHandler]
internal ref struct ApiPath
{
    /// <summary>Marks a shape as known, one without holes as well.</summary>
    private const uint Known = 1u << 31;

    private readonly StringBuilder _text;
    private int _segment;

    public ApiPath(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (formattedCount * 32));
    }

    /// <summary>Which segments are holes, the first in the lowest bit.</summary>
    public uint Shape { get; private set; } = Known;

    public void AppendLiteral(string text)
    {
        _segment += text.AsSpan().Count('/');
        _text.Append(text);
    }

    public void AppendFormatted(long number)
    {
        Shape |= 1u << _segment;
        _text.Append(CultureInfo.InvariantCulture, $"{number}");
    }

    /// <summary>Adds a segment.</summary>
    /// <param name="value">Its text, unescaped.</param>
    /// <param name="format">The input that it comes from; <c>what</c>, <c>change</c> and <c>channel</c> are words of the endpoint.</param>
    public void AppendFormatted(string value, string format)
    {
        if (format is not ("what" or "change" or "channel"))
        {
            Shape |= 1u << _segment;
        }

        _text.Append(Segment(value, format));
    }

    public override readonly string ToString() => _text.ToString();

    /// <summary>A path with its holes in place of what fills them; null for a shape that is not known.</summary>
    public static string? Template(string path, uint shape)
    {
        if (shape <= Known)
        {
            return shape == 0 ? null : path;
        }

        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if ((shape & (1u << i)) != 0)
            {
                segments[i] = "{id}";
            }
        }

        return string.Join('/', segments);
    }

    public static implicit operator ApiPath(string text)
    {
        // It may have been put together elsewhere.
        var path = new ApiPath(text.Length, 0) { Shape = 0 };
        path.AppendLiteral(text);
        return path;
    }

    /// <summary>The text of a path, for a choice between several: a choice between interpolated strings would escape nothing.</summary>
    public static string Of(ApiPath path) => path.ToString();

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
