using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>An answer, wholly read.</summary>
internal sealed record ApiResponse(int Status, byte[] Body, string? ContentType, Uri? Location, TimeSpan? RetryAfter)
{
    private JToken? _json;

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

    /// <summary>The body as JSON, once the client has made sure that it is.</summary>
    public JToken Json => TryJson() ?? throw new InvalidOperationException("The answer is not JSON.");

    public string Text => Encoding.UTF8.GetString(Body);
}
