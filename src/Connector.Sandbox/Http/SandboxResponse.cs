using System.Text;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>What goes back to the caller, and the vendor's envelopes to build it from.</summary>
internal sealed record SandboxResponse(int Status, byte[] Body, string? ContentType = SandboxResponse.JsonType)
{
    public const string JsonType = "application/json; charset=utf-8";

    /// <summary>Success of nearly every Track request: an empty object and a line feed.</summary>
    public static readonly SandboxResponse Empty = new(200, "{}\n"u8.ToArray());

    public static readonly SandboxResponse NoContent = new(204, [], null);

    /// <summary>Seconds for a Retry-After header; null sends none.</summary>
    public string? RetryAfter { get; init; }

    public string? Location { get; init; }

    /// <summary>Writes a body that has no end, in place of <see cref="Body"/>.</summary>
    public Func<HttpContext, Task>? Stream { get; init; }

    public static SandboxResponse Ok(JToken body, int status = 200) => new(status, Json.Line(body));

    /// <summary>Track v1: <c>meta.errors</c>, a list of texts, pretty printed.</summary>
    public static SandboxResponse Errors(int status, params IEnumerable<string> texts) =>
        new(status, Json.Line(new JObject { ["meta"] = new JObject { ["errors"] = new JArray(texts) } }, pretty: true));

    /// <summary>Merges and refused credentials: <c>meta.error</c>, one text.</summary>
    public static SandboxResponse Error(int status, string text) =>
        new(status, Json.Line(new JObject { ["meta"] = new JObject { ["error"] = text } }, pretty: true));

    /// <summary>The App API: <c>errors</c>, each with a detail, the status as text, and where it has one a pointer into the request.</summary>
    public static SandboxResponse Detail(int status, string text, string? pointer = null)
    {
        var error = new JObject { ["detail"] = text, ["status"] = $"{status}" };
        if (pointer is not null)
        {
            error["source"] = new JObject { ["pointer"] = pointer };
        }
        return new(status, Json.Line(new JObject { ["errors"] = new JArray(error) }));
    }

    public static SandboxResponse Text(int status, string contentType, string text) => new(status, Encoding.UTF8.GetBytes(text), contentType);
}
