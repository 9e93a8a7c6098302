using System.Diagnostics.CodeAnalysis;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>Customer.io's APIs, each with its own host and credentials.</summary>
internal enum ApiName
{
    Track,
    App,
    Pipelines,
}

/// <summary>Whether a request may be sent again when nobody knows if it arrived.</summary>
internal enum Repeat
{
    /// <summary>As the action's manifest says.</summary>
    AsManifest,
    Safe,
    Unsafe,

    /// <summary>Only if the caller set a retry count.</summary>
    WhenAsked,

    /// <summary>It may, and whoever sends it sees to that: here only what provably did not arrive, or was refused by a rate, is repeated.</summary>
    ByCaller,
}

/// <summary>A rate that an endpoint has of its own, shared by all runs of the workspace.</summary>
/// <param name="Name">What shares it.</param>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="Burst">How many may go at once beyond the first; null for a second's worth.</param>
internal sealed record Rate(string Name, double PerSecond, int? Burst = null)
{
    private const double SecondsPerDay = 86_400;

    /// <summary>100 transactional messages a second.</summary>
    private static readonly Rate s_send = new("send", 100);

    /// <summary>100 stored messages a day.</summary>
    private static readonly Rate s_archive = new("archive", 100 / SecondsPerDay, 99);

    /// <summary>The rate of the endpoint that a request leads to, whatever action made it; null where its API's holds.</summary>
    public static Rate? Of(ApiRequest request) =>
        request.Api != ApiName.App
            ? null
            : (request.Method.Method, Guards.Segments(request)) switch
            {
                ("POST", ["v1", "send", ..]) => s_send,

                // Once in ten seconds, each broadcast for itself.
                ("POST", ["v1", "campaigns" or "broadcasts", var broadcast, "triggers"]) => new Rate("trigger " + broadcast, 0.1),
                (_, ["v1", "messages", _, "archived_message"]) => s_archive,
                _ => null,
            };
}

/// <summary>One request to one API, before region and credentials.</summary>
internal sealed record ApiRequest(ApiName Api, HttpMethod Method, string Path, ApiBody Body)
{
    /// <summary>Query without the question mark, escaped.</summary>
    public string Query { get; init; } = "";

    /// <summary>Makes the Pipelines API say what is wrong; it answers 200 to everything otherwise.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> StrictMode { get; } = [new("X-Strict-Mode", "1")];

    /// <summary>Headers beside the credentials; names and values already checked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public Repeat Repeat { get; init; }

    /// <summary>What shows whether it was done, should nobody know; the end of a sentence that begins "Look for".</summary>
    public string? LookFor { get; init; }

    /// <summary>What the answer's body must be; anything else is a failure.</summary>
    public ResponseForm Form { get; init; }

    /// <summary>Whether an answer is a success that lacks what its endpoint promises, such as an empty one.</summary>
    public bool IsLeftOpen(ApiResponse answer, [NotNullWhen(true)] out Promise? promise)
    {
        promise = null;
        if (answer.Status is < 200 or >= 300 or 207 || Form != ResponseForm.Json || answer.HasErrors)
        {
            return false;
        }

        // Every object is a success of Track.
        var json = answer.TryJson();
        promise = json is null || (Api == ApiName.Track && json is JObject) ? null : Promise.Of(this);
        return promise?.IsKept(json) == false;
    }

    /// <summary>Which segments of its path somebody filled in, as <see cref="ApiPath"/> tells; 0 where that is not known.</summary>
    private uint Shape { get; init; }

    /// <summary>Its path without what was filled in; null where that cannot be told from the endpoint's own words.</summary>
    public string? Template => ApiPath.Template(Path, Shape) ?? Endpoint.Template(this) ?? string.IsInterned(Path);

    public static ApiRequest Get(ApiName api, ApiPath path) => Of(api, HttpMethod.Get, path, ApiBody.None);

    public static ApiRequest Put(ApiName api, ApiPath path, JToken body) => Of(api, HttpMethod.Put, path, ApiBody.Json(body));

    /// <summary>The same with a body of JSON as it was written.</summary>
    public static ApiRequest Put(ApiName api, ApiPath path, ReadOnlySpan<byte> json) =>
        Of(api, HttpMethod.Put, path, new ApiBody(json.ToArray(), ApiBody.JsonType));

    public static ApiRequest Post(ApiName api, ApiPath path, JToken? body = null) =>
        Of(api, HttpMethod.Post, path, body is null ? ApiBody.None : ApiBody.Json(body));

    public static ApiRequest Delete(ApiName api, ApiPath path) => Of(api, HttpMethod.Delete, path, ApiBody.None);

    private static ApiRequest Of(ApiName api, HttpMethod method, ApiPath path, ApiBody body) => new(api, method, path.ToString(), body) { Shape = path.Shape };
}

/// <summary>A request's body: the very bytes, so that every attempt sends the same.</summary>
internal sealed record ApiBody(ReadOnlyMemory<byte> Bytes, string? ContentType)
{
    public const string JsonType = "application/json";

    /// <summary>No body. It still becomes an empty content object: without one the handler resends on its own.</summary>
    public static ApiBody None { get; } = new(default, null);

    public static ApiBody Json(JToken value) => new(ConnectorJson.ToBytes(value), JsonType);

    public static ApiBody Text(string value)
    {
        ConnectorJson.CheckSurrogates(value);
        return new(Encoding.UTF8.GetBytes(value), "text/plain; charset=utf-8");
    }
}

/// <summary>How an answer's body is handed on.</summary>
internal enum ResponseForm
{
    Json,
    Text,
    Binary,
}
