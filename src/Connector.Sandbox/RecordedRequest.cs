using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One request that reached the sandbox, without its credentials.</summary>
public sealed class RecordedRequest
{
    private readonly byte[] body;
    private volatile int status;

    internal RecordedRequest(long number, DateTimeOffset time, string method, string path, byte[] body)
    {
        (Number, Time, Method, Path, this.body) = (number, time, method, path, body);
    }

    /// <summary>Its place in the order of arrival, from 1.</summary>
    public long Number { get; }

    /// <summary>When its body had been read.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>Path and query exactly as sent, still percent-encoded.</summary>
    public string Path { get; }

    /// <summary>The Content-Type header, null when none was sent.</summary>
    public string? ContentType { get; init; }

    /// <summary>The User-Agent header, null when none was sent.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The answer's status; 0 while it is in flight and when the connection was dropped.</summary>
    public int Status { get => status; internal set => status = value; }

    /// <summary>The answer's text when it was a failure (400 and above) or a partial one (207); null otherwise.</summary>
    public string? Answer { get; internal set; }

    /// <summary>The number of body bytes.</summary>
    public int Bytes => body.Length;

    /// <summary>The body: its JSON, else its text as a string, null when there was none.</summary>
    public JToken? Body => body.Length == 0 ? null : Json.TryParse(body, out var token) ? token : new JValue(Encoding.UTF8.GetString(body));

    /// <summary>The body's bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(body);

    internal JObject ToJson() => new()
    {
        ["n"] = Number,
        ["time"] = Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["method"] = Method,
        ["path"] = Path,
        ["status"] = Status,
        ["contentType"] = ContentType,
        ["userAgent"] = UserAgent,
        ["bytes"] = Bytes,
        ["body"] = Body,
        ["answer"] = Answer is null ? JValue.CreateNull() : Json.TryParse(Encoding.UTF8.GetBytes(Answer), out var token) ? token : new JValue(Answer),
    };
}
