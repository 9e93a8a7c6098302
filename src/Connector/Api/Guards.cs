using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>What both guards of a connection need: they judge the very request that would leave, so that no action gets round them.</summary>
internal static class Guards
{
    /// <summary>The request as it may leave.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Connection"/>: a guard of the connection refuses it.</exception>
    public static ApiRequest Apply(ApiRequest request, Connection connection, Action<string> warn)
    {
        if (connection.BlockDestructive)
        {
            DestructiveGuard.Check(request);
        }

        return connection.Guard is { } guard ? guard.Apply(request, warn) : request;
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
        try
        {
            return request.Body.Bytes.IsEmpty ? new JObject() : ConnectorJson.Parse(request.Body.Bytes.Span);
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Connection, "A guard of this connection could not read the body as JSON, so nothing was sent. Send JSON, or switch the guard off.", inner: e);
        }
    }

    /// <summary>The operations of a v2 request, each with its place.</summary>
    public static IEnumerable<(JObject Operation, string Path)> Operations(JToken body) => Listed(body);

    /// <summary>The calls of a Pipelines request, each with its place.</summary>
    public static IEnumerable<(JObject Call, string Path)> Calls(JToken body) => Listed(body);

    private static IEnumerable<(JObject, string)> Listed(JToken body) =>
        body is not JObject one ? []
        : one["batch"] is JArray many ? many.Select((item, i) => (item as JObject ?? [], $"/batch/{i}"))
        : [(one, "")];
}
