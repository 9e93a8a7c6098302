using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>What both guards of a connection need: they judge the very request that would leave, so that no action gets round them.</summary>
/// <remarks>They read a request wholly or refuse it: an unknown endpoint, a header or a key that could make it another request, and any shape that is
/// not understood.</remarks>
internal static class Guards
{
    // Fields and parameters that servers take a request's method from, and parts of headers that they take method or path from; letters only.
    private static readonly string[] s_methodFields = ["xhttpmethod", "methodoverride", "xmethodoverride", "httpmethodoverride", "xhttpmethodoverride"];
    private static readonly string[] s_methodParameters = ["method", "httpmethod", .. s_methodFields];
    private static readonly string[] s_methodText = ["_method", "httpmethod", "http-method", "method-override", "methodoverride", "method_override"];
    private static readonly string[] s_headerParts = ["method", "override", "rewrite", "original", "forwardedur", "forwardedpath", "forwardedprefix"];

    // What the Pipelines API takes for all calls of a batch.
    private static readonly string[] s_besideCalls =
    [
        "context",
        "integrations",
        "timestamp",
        "sentat",
        "originaltimestamp",
        "receivedat",
        "messageid",
        "writekey",
    ];

    /// <summary>The request as it may leave.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: a guard of the connection refuses it.</exception>
    public static ApiRequest Apply(ApiRequest request, Connection connection, Action<string> warn)
    {
        CheckDisguise(request);
        Endpoint? endpoint = null;
        if (!Endpoint.Reads(request) && request.Method != HttpMethod.Delete)
        {
            endpoint = Endpoint.Of(request) ?? throw Refused($"it does not know what {request.Method} {Shown(request.Path)} of the {request.Api} API does");

            // No endpoint whose body is judged documents a parameter, so one is there to say something else.
            if (endpoint.Carries is not (Carries.Nothing or Carries.Content) && request.Query.Length > 0)
            {
                throw Refused("this endpoint takes no query parameters");
            }
        }

        var judged =
            endpoint is not null
            && (
                endpoint.Carries is Carries.Person or Carries.Operation or Carries.Operations or Carries.Call or Carries.Calls
                || (connection.Guard is not null && endpoint.Carries is not (Carries.Nothing or Carries.Unseen))
            );
        var body = judged ? Json(request) : Unjudged(request);
        if (body is JObject holder && holder.Properties().FirstOrDefault(p => IsMethodField(p.Name)) is { } field)
        {
            throw Refused($"the field {Quoted(field.Name)} can make it another request");
        }

        if (connection.BlockDestructive)
        {
            DestructiveGuard.Check(request, endpoint, body);
        }

        return connection.Guard is { } guard && endpoint is not null ? RecipientJudge.Apply(guard, request, endpoint, body, warn) : request;
    }

    /// <summary>The decoded parts of the path, in lower case, as a server may read them; without the <c>api</c> that Track's begin with.</summary>
    public static string[] Segments(ApiRequest request)
    {
        var all = Uri.UnescapeDataString(request.Path).ToLowerInvariant().Split('/', StringSplitOptions.RemoveEmptyEntries);
        return all is ["api", .. var rest] ? rest : all;
    }

    /// <summary>The body as JSON, whatever its content type says.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it is something else, so it cannot be judged.</exception>
    public static JToken Json(ApiRequest request)
    {
        if (IsForm(request))
        {
            throw Refused("the body is sent as a form");
        }

        try
        {
            return request.Body.Bytes.IsEmpty ? new JObject() : ConnectorJson.Parse(request.Body.Bytes.Span);
        }
        catch (FormatException e) when (e.Data[ConnectorJson.DuplicateKey] is string key)
        {
            throw Refused($"the key {Quoted(key)} stands twice in one object of the body, so nobody can say which one counts (write it once)", e);
        }
        catch (FormatException e)
        {
            throw Refused("it could not read the body as JSON", e);
        }
    }

    /// <summary>An object of the body.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it is something else.</exception>
    public static JObject Object(JToken? value, string path) =>
        value as JObject ?? throw Refused($"it expects an object ({(path.Length > 0 ? path : "the body")}) and found something else");

    /// <summary>The value of a key in whatever letter case; null when there is none. Servers take other letter cases for the same key.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it stands there more than once.</exception>
    public static JToken? Value(JObject holder, string key, string path)
    {
        JToken? found = null;
        foreach (var (name, value) in holder)
        {
            if (Folded(name) == key)
            {
                found = found is null
                    ? value!
                    : throw Refused($"the key \"{key}\" stands more than once in one object, also if in another letter case ({path}/{key}; write it once)");
            }
        }

        return found;
    }

    /// <summary>A key as readers that do not mind letter case compare it: that of JSON in Go also takes the long s and the Kelvin sign.</summary>
    public static string Folded(string key) => key.Replace('\u017f', 's').Replace('\u212a', 'k').ToLowerInvariant();

    /// <summary>The operations of a v2 request, each with its place.</summary>
    public static IEnumerable<(JObject Operation, string Path)> Operations(JToken body, Endpoint endpoint) =>
        endpoint.Carries switch
        {
            Carries.Operation => [(One(body, "operation"), "")],
            Carries.Operations => Batch(body, "operation", []),
            _ => [],
        };

    /// <summary>The calls of a Pipelines request, each with its place and what it is: <c>track</c>, <c>identify</c> …</summary>
    public static IEnumerable<(JObject Call, string Path, string Type)> Calls(JToken body, ApiRequest request, Endpoint endpoint) =>
        endpoint.Carries switch
        {
            Carries.Call => [Typed(One(body, "call"), "", Endpoint.Segments(request.Path)[^1])],
            Carries.Calls => Batch(body, "call", s_besideCalls).Select(c => Typed(c.Item, c.Path, null)),
            _ => [],
        };

    /// <summary>The refusal of something that was not understood.</summary>
    public static ConnectorException Refused(string why, Exception? inner = null) =>
        new(
            FailureKind.Connection,
            $"A guard of this connection reads a request wholly or refuses it, and {why}; nothing was sent. Its owner can "
                + "switch the guard off (CUSTOMERIO_BLOCK_DESTRUCTIVE, CUSTOMERIO_RECIPIENT_GUARD).",
            inner: inner
        );

    /// <summary>A body that is one thing and no list of things.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: it is something else, or both.</exception>
    public static JObject One(JToken body, string what)
    {
        var one = Object(body, "");
        return Value(one, "batch", "") is null ? one : throw Refused($"the body is a batch and one {what} at once (/batch)");
    }

    private static IEnumerable<(JObject Item, string Path)> Batch(JToken body, string what, string[] beside)
    {
        var whole = Object(body, "");
        if (whole.Properties().FirstOrDefault(p => Folded(p.Name) is var name && name != "batch" && !beside.Contains(name)) is { } other)
        {
            throw Refused($"the body holds {Quoted(other.Name)} beside a batch");
        }

        var items = Value(whole, "batch", "") as JArray ?? throw Refused("the body has no list named \"batch\" (/batch)");
        return items.Select((item, i) => (One(Object(item, $"/batch/{i}"), what), $"/batch/{i}"));
    }

    // Both the endpoint and the call say what it is, and nobody knows which one counts: should either merge people, it does.
    private static (JObject, string, string) Typed(JObject call, string path, string? endpoint)
    {
        var given = Value(call, "type", path);
        var type = given is JValue { Value: string text } ? text.ToLowerInvariant() : null;
        return given is null && endpoint is not null ? (call, path, endpoint)
            : type is "identify" or "track" or "page" or "screen" or "group" or "alias" ? (call, path, type == "alias" ? type : endpoint ?? type)
            : throw Refused($"it cannot tell what kind of call this is ({path}/type)");
    }

    /// <summary>Refuses what could make a server take the request for another one.</summary>
    private static void CheckDisguise(ApiRequest request)
    {
        foreach (var (name, value) in request.Headers)
        {
            var letters = Letters(name);
            var packed = letters == "contentencoding" && !value.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase);
            if (packed || (letters == "contenttype" && !IsReadable(value)) || Array.Exists(s_headerParts, letters.Contains))
            {
                throw Refused($"the header {Quoted(name)} can make it another request");
            }
        }

        if (Endpoint.Reads(request) && !request.Body.Bytes.IsEmpty)
        {
            throw Refused($"a {request.Method} request has a body");
        }

        if (Array.Find(request.Query.Split('&', ';'), p => s_methodParameters.Contains(Letters(Decoded(p.Split('=')[0])))) is { } parameter)
        {
            throw Refused($"the query parameter {Quoted(parameter.Split('=')[0])} can make it another request");
        }
    }

    /// <summary>A body that nobody has to understand; what is no JSON must not name a method as forms do.</summary>
    private static JToken Unjudged(ApiRequest request)
    {
        if (!IsForm(request))
        {
            try
            {
                return request.Body.Bytes.IsEmpty ? JValue.CreateNull() : ConnectorJson.Parse(request.Body.Bytes.Span, allowDuplicates: true);
            }
            catch (FormatException)
            {
                // Looked through as text.
            }
        }

        var text = Decoded(Encoding.Latin1.GetString(request.Body.Bytes.Span));
        return Array.Exists(s_methodText, t => text.Contains(t, StringComparison.OrdinalIgnoreCase))
            ? throw Refused("the body names a method, which can make it another request")
            : JValue.CreateNull();
    }

    private static bool IsForm(ApiRequest request) =>
        request
            .Headers.Where(h => Letters(h.Key) == "contenttype")
            .Select(h => h.Value)
            .Append(request.Body.ContentType ?? "")
            .Any(type => type.Contains("form", StringComparison.OrdinalIgnoreCase) || type.Contains("multipart", StringComparison.OrdinalIgnoreCase));

    private static bool IsMethodField(string name) =>
        s_methodFields.Contains(Letters(name)) || (name.Trim().StartsWith('_') && Letters(name) is "method" or "httpmethod");

    // A name may be anything that somebody sent.
    private static string Quoted(string name) => name.Length <= 40 && name.All(c => c is >= ' ' and <= '~') ? $"\"{name}\"" : "of an odd name";

    private static string Letters(string name) => string.Concat(Folded(name).Where(char.IsAsciiLetter));

    private static bool IsReadable(string contentType) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.CharSet?.Trim('"').ToLowerInvariant() is null or "utf-8" or "utf8" or "us-ascii";

    private static string Decoded(string text)
    {
        for (var next = Uri.UnescapeDataString(text); next != text; next = Uri.UnescapeDataString(text))
        {
            text = next;
        }

        return text;
    }

    // The names of people stay out of messages.
    private static string Shown(string path) =>
        string.Join('/', path.Split('/').Select(s => s.Length == 0 || s.All(c => char.IsAsciiLetterLower(c) || c is '_') || s is "v1" or "v2" ? s : "…"));
}
