using System.IO.Compression;
using System.Text;

namespace CustomerIo.Connector.Testing;

/// <summary>Whatever may come back in place of Customer.io's answer: cut, packed, garbled, a proxy's, nobody's.</summary>
public static class Answers
{
    public const string Head = "HTTP/1.1 ",
        Json = "Content-Type: application/json\r\n";

    private const string Html = "Content-Type: text/html\r\n";

    /// <summary>The answers, and what each is for what may be repeated and for what must not, and what the message says.</summary>
    public static readonly TestCaseData<byte[], string, string, string>[] All =
    [
        Case("cut", Closing("200 OK", Json, "{\"a\":"), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case("cut in its length", Text("200 OK", Json + "Content-Length: 10\r\n", "{}"), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case(
            "cut in a chunk",
            Text("200 OK", Json + "Transfer-Encoding: chunked\r\n", "5\r\n{}"),
            "unavailable",
            "uncertain",
            "Try again later|before you repeat it"
        ),
        Case("shorter than it says", Text("200 OK", Json + "Content-Length: 1\r\n", "{}"), "unavailable", "uncertain", "cut short"),
        Case("packed", Packed("400 Bad Request", "{\"meta\":{\"errors\":[\"packed words\"]}}"), "rejected", "rejected", "packed words"),
        Case("packed and damaged", Closing("200 OK", Json + "Content-Encoding: gzip\r\n", "{}"), "unavailable", "uncertain", "garbled"),
        Case("a proxy's 404", Whole("404 Not Found", Html, "<html>nginx</html>"), "unavailable", "unavailable", "proxy"),
        Case("a proxy's 407", Whole("407 Proxy Authentication Required", Html, "<html>who</html>"), "unavailable", "unavailable", "HTTPS_PROXY"),
        Case("a proxy's 431", Whole("431 Too Large", Html, "<html>nginx</html>"), "unavailable", "unavailable", "proxy"),
        Case("a proxy's 502", Whole("502 Bad Gateway", Html, "<html>nginx</html>"), "unavailable", "uncertain", "(502)"),
        Case("empty", Whole("422 Unprocessable", "", ""), "rejected", "rejected", "(422)"),
        Case("an endless wait", EndlessWait, "rateLimited", "rateLimited", "wait 300 s (it asked for 5000000 s"),
        Case("redirect", Whole("302 Found", "Location: https://login.example.com/?key=x\r\n", ""), "connection", "connection", "redirect"),
        Case("a page", Whole("200 OK", Html, "<html>Welcome</html>"), "connection", "uncertain", "not JSON"),
        Case("no HTTP", "SSH-2.0-OpenSSH_9.9\r\n"u8.ToArray(), "unavailable", "uncertain", "Try again later|before you repeat it"),
        Case(
            "escapes",
            Whole("422 Unprocessable", Json, "{\"meta\":{\"error\":\"\\u001b]0;x\\u0007 \\u009b2J \\u202e https://u:pa55@h/\"}}"),
            "rejected",
            "rejected",
            @"\u001b]0;x\u0007 \u009b2J \u202e https://***/"
        ),
    ];

    /// <summary>Asks to slow down for two months.</summary>
    public static byte[] EndlessWait => Whole("429 Too Many", Json + "Retry-After: 5000000\r\n", "");

    /// <summary>Accepts anything.</summary>
    public static byte[] Accepted => Whole("200 OK", Json, "{}");

    /// <summary>One of several texts, each as it stands, as a pattern.</summary>
    public static string Any(string words) => string.Join('|', words.Split('|').Select(System.Text.RegularExpressions.Regex.Escape));

    private static TestCaseData<byte[], string, string, string> Case(string name, byte[] answer, string repeatable, string once, string words) =>
        new(answer, repeatable, once, words) { TestName = name };

    private static byte[] Text(string status, string headers, string body) => Encoding.UTF8.GetBytes($"{Head}{status}\r\n{headers}\r\n{body}");

    private static byte[] Closing(string status, string headers, string body) => Text(status, headers + "Connection: close\r\n", body);

    private static byte[] Whole(string status, string headers, string body) =>
        Text(status, $"{headers}Connection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", body);

    private static byte[] Packed(string status, string body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(body));
        }

        var bytes = packed.ToArray();
        return [.. Text(status, $"{Json}Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: {bytes.Length}\r\n", ""), .. bytes];
    }
}
