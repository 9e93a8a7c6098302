using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>Checks a raw request's path, headers and query, and collects what is wrong with them.</summary>
internal static partial class RawParts
{
    private static readonly string[] s_forbidden = ["Authorization", "Host", "Content-Length", "Transfer-Encoding"];

    public static void CheckPath(string url, List<Problem> problems)
    {
        ConnectorJson.CheckSurrogates(url);
        void Bad(string message) => problems.Add(new Problem("/url", message + " Give only the path, such as /v1/accounts/region; the base URL is added."));

        var path = url.Split('?', 2)[0];
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal))
        {
            Bad("must begin with exactly one slash.");
        }
        else if (url.Contains('\\') || url.Any(char.IsControl) || url.Any(char.IsWhiteSpace) || url.Contains('#'))
        {
            Bad("holds a backslash, white space, a control character or #; percent-encode it.");
        }
        else if (BadEscape().IsMatch(url))
        {
            Bad("holds a % that no two hexadecimal digits follow; write %25 for a per cent sign.");
        }
        else if (Forms(path).Any(form => form.Split('/', '\\').Any(segment => segment is "." or "..")))
        {
            Bad("holds a \".\" or \"..\" segment, which could leave the base URL.");
        }
    }

    // As written, decoded, and decoded twice: a proxy on the way may decode once more than it should.
    private static string[] Forms(string path) => [path, Uri.UnescapeDataString(path), Uri.UnescapeDataString(Uri.UnescapeDataString(path))];

    public static List<KeyValuePair<string, string>> Headers(JObject? headers, List<Problem> problems)
    {
        var checkedHeaders = new List<KeyValuePair<string, string>>();
        using var probe = new HttpRequestMessage { Content = new ByteArrayContent([]) };
        foreach (var (name, value) in headers ?? [])
        {
            var path = "/headers/" + Names.Escape(name);
            if (s_forbidden.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add(new Problem(path, "cannot be set here; the connection and the request decide it."));
                continue;
            }

            if (Scalar(value, path, problems) is not { } text)
            {
                continue;
            }

            if (text.Any(c => c is < ' ' and not '\t' or > '~'))
            {
                problems.Add(new Problem(path, "holds a line break, a control character or one outside ASCII, which no header can carry."));
                continue;
            }

            try
            {
                HttpHeaders target = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? probe.Content.Headers : probe.Headers;
                target.Remove(name);
                target.Add(name, text);
                if (checkedHeaders.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                {
                    problems.Add(new Problem(path, "is set twice; letter case makes no difference in a header's name."));
                }

                checkedHeaders.Add(new(name, text));
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
            {
                problems.Add(new Problem(path, "is not a header that HTTP knows in this place; check its name and value."));
            }
        }

        return checkedHeaders;
    }

    public static string Query(JObject? parameters, List<Problem> problems)
    {
        var pairs = new List<string>();
        foreach (var (name, value) in parameters ?? [])
        {
            var path = "/queryParameters/" + Names.Escape(name);
            foreach (var item in value is JArray many ? many.ToArray() : [value!])
            {
                if (Scalar(item, path, problems) is { } text)
                {
                    pairs.Add($"{ApiPath.Escape(name)}={ApiPath.Escape(text)}");
                }
            }
        }

        return string.Join('&', pairs);
    }

    public static string? Scalar(JToken? value, string path, List<Problem> problems)
    {
        if (value is JValue scalar)
        {
            return ConnectorJson.ScalarText(scalar);
        }

        problems.Add(new Problem(path, "must be a text, number or boolean."));
        return null;
    }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex BadEscape();
}
