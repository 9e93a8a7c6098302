using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>One request that reached the sandbox, without its credentials.</summary>
public sealed class RecordedRequest
{
    private const int Large = 4096;
    private volatile byte[] _body;
    private volatile int _status;

    internal RecordedRequest(long number, DateTimeOffset time, string method, string path, byte[] body)
    {
        (Number, Time, Method, Path, this._body, Bytes) = (number, time, method, path, body, body.Length);
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
    public int Status => _status;

    /// <summary>The answer's text when it was a failure (400 and above) or a partial one (207); null otherwise.</summary>
    public string? Answer { get; private set; }

    /// <summary>The number of body bytes that were sent.</summary>
    public int Bytes { get; }

    /// <summary>How many bytes it takes here, about.</summary>
    internal long Kept => _body.Length + (2L * Path.Length) + (2L * (Answer?.Length ?? 0));

    /// <summary>Notes the answer; of a long body only the beginning is kept from then on.</summary>
    internal void End(int answered, string? answer, int most)
    {
        _body = _body.Length > most ? _body[..most] : _body;
        (Answer, _status) = (answer, answered);
    }

    /// <summary>The body, of a long one that was refused its beginning: its JSON, else its text as a string, null when there was none.</summary>
    public JToken? Body => _body.Length == 0 ? null : Decoded(_body);

    /// <summary>The body's bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(_body);

    /// <summary>The beginning of the body as text.</summary>
    internal string Beginning => Encoding.UTF8.GetString(_body, 0, Math.Min(_body.Length, Large));

    /// <summary>For the control side.</summary>
    internal JObject ToJson() =>
        new()
        {
            ["n"] = Number,
            ["time"] = Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["method"] = Method,
            ["path"] = Path,
            ["status"] = Status,
            ["contentType"] = ContentType,
            ["userAgent"] = UserAgent,
            ["bytes"] = Bytes,
            ["body"] = _body.Length == 0 ? JValue.CreateNull() : Decoded(_body),
            ["answer"] = Answer is null ? JValue.CreateNull() : Decoded(Encoding.UTF8.GetBytes(Answer)),
        };

    /// <summary>For a file of requests, before the body of a refused one is cut; keys in the query are not kept there.</summary>
    internal JObject ToLine(int status)
    {
        var line = ToJson();
        (line["status"], line["path"]) = (status, QuerySecrets.Hide(Path));
        line.Remove("answer");
        return line;
    }

    private static JToken Decoded(byte[] text) => Json.TryParse(text, out var token) ? token : new JValue(Encoding.UTF8.GetString(text));
}
