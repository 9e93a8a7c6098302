using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>An answer, wholly read.</summary>
internal sealed record ApiResponse(int Status, byte[] Body, string? ContentType, Uri? Location, RetryAfter? RetryAfter)
{
    private JToken? _json;

    /// <summary>Whether this is a web page, as a proxy or a portal gives it.</summary>
    public bool IsPage =>
        ContentType is { } type
            && (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/xhtml", StringComparison.OrdinalIgnoreCase))
        || Body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'<', ..];

    /// <summary>The body as JSON; an empty body is an empty object. Null when it is something else.</summary>
    public JToken? TryJson()
    {
        if (_json is null)
        {
            if (Body.AsSpan().Trim(" \t\r\n"u8).IsEmpty || Body is [(byte)'{', (byte)'}', ..] && Body.AsSpan(2).Trim(" \t\r\n"u8).IsEmpty)
            {
                return _json = new JObject();
            }

            try
            {
                _json = ConnectorJson.Parse(Body, allowDuplicates: true);
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return _json;
    }

    /// <summary>Whether a success was to be JSON and began as such, but was cut short or garbled on its way.</summary>
    public bool IsCut(ResponseForm form) =>
        Status is >= 200 and < 300
        && form == ResponseForm.Json
        && TryJson() is null
        && !IsPage
        && (ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true || Body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..]);

    /// <summary>Whether the body is JSON with a list of errors, as refusals have.</summary>
    public bool HasErrors => TryJson() is JObject body && body["errors"] is JArray { Count: > 0 };

    /// <summary>The body as JSON, once the client has made sure that it is.</summary>
    public JToken Json => TryJson() ?? throw new InvalidOperationException("The answer is not JSON.");

    public string Text => Encoding.UTF8.GetString(Body);
}
