using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>What the vendor promises of a success: an object with one of these keys; a list may be null.</summary>
/// <param name="Keys">Any of them will do; none where an empty object is a success.</param>
/// <param name="IsList">Whether the value is a list.</param>
/// <param name="TellsErrors">Whether a list of errors is a part of a success.</param>
internal sealed record Promise(string[] Keys, bool IsList = false, bool TellsErrors = false)
{
    private static readonly Promise s_object = new([]),
        s_batch = new([], TellsErrors: true);

    // Segments that name what is asked for, and the key that holds one of them.
    private static readonly Dictionary<string, Promise> s_one = new(StringComparer.Ordinal)
    {
        ["segments"] = One("segment"),
        ["campaigns"] = One("campaign"),
        ["broadcasts"] = One("broadcast"),
        ["newsletters"] = One("newsletter"),
        ["messages"] = One("message"),
        ["exports"] = One("export"),
        ["imports"] = One("import"),
        ["collections"] = One("collection"),
        ["live_notifications"] = One("instance_id"),
        ["reporting_webhooks"] = One("id"),
    };

    /// <summary>The promise of the endpoint that a request leads to; null where none is known.</summary>
    public static Promise? Of(ApiRequest request) =>
        request.Api switch
        {
            ApiName.Track when request.Method != HttpMethod.Get => OfChange(Endpoint.Segments(request.Path)),
            ApiName.App => Of(request.Method.Method, Endpoint.Segments(request.Path)),
            _ => null,
        };

    /// <summary>Whether an answer holds what was promised.</summary>
    public bool IsKept(JToken? answer) => answer is JObject body && (Keys.Length == 0 || Array.Exists(Keys, key => IsHeld(body, key)));

    private bool IsHeld(JObject body, string key) =>
        body.TryGetValue(key, StringComparison.Ordinal, out var value)
        && (IsList ? value.Type is JTokenType.Array or JTokenType.Null : value.Type != JTokenType.Null);

    private static Promise One(params string[] keys) => new(keys);

    private static Promise List(string key) => new([key], IsList: true);

    private static Promise? OfChange(string[] path) =>
        path switch
        {
            ["v2", "batch"] => s_batch,
            ["v2", _] or ["v1", "customers" or "events" or "segments" or "merge_customers" or "forms" or "metrics", ..] or ["unsubscribe", _] => s_object,
            _ => null,
        };

    private static Promise? Of(string method, string[] path) =>
        (method, path) switch
        {
            ("POST", ["v1", "send", _]) => One("delivery_id"),
            ("POST", ["v1", "campaigns" or "broadcasts", _, "triggers"]) => One("id"),
            ("POST", ["v1", "customers" or "objects"]) => List("identifiers"),
            ("POST", ["v1", "customers", "attributes"]) => List("customers"),
            ("POST", ["v1", "segments" or "reporting_webhooks" or "newsletters" or "collections" or "imports"]) => s_one[path[1]],
            ("POST", ["v1", "newsletters", ..]) => s_one["newsletters"],
            ("PUT", ["v1", "reporting_webhooks" or "collections", _] or ["v1", "collections", _, "content"]) => s_one[path[1]],
            ("POST", ["v1", "exports" or "live_notifications", _]) => s_one[path[1]],
            ("PUT", ["v1", "snippets"]) => One("snippet"),
            ("GET", ["v1", "customers"]) => List("results"),
            ("GET", ["v1", "transactional"]) => List("messages"),
            ("GET", ["v1", "exports", _, "download"]) => One("url", "link"),
            ("GET", ["v1", "messages", _, "archived_message"]) => One("archived_message"),
            ("GET", ["v1", "segments", _, "customer_count"]) => One("count"),
            ("GET", ["v1", "segments", _, "membership"]) => List("identifiers"),
            ("GET", ["v1", "customers", _, "attributes"]) => One("customer"),
            ("GET", ["v1", "objects", _, _, "attributes"]) => One("object"),
            ("GET", ["v1", "customers", _, "relationships"] or ["v1", "objects", _, _, "relationships"]) => List("cio_relationships"),
            ("GET", ["v1", "campaigns" or "broadcasts", _, "triggers", _]) => One("id"),
            ("GET", ["v1", "campaigns" or "broadcasts", _, "triggers", _, "errors"]) => List("errors") with { TellsErrors = true },
            ("GET", ["v1", _, _, .., "metrics"]) => One("metric"),
            ("GET", ["v1", _, _, .., "metrics", "links"]) => List("links"),
            ("GET", ["v1", _, _, "actions" or "triggers" or "contents"]) => List(path[3]),
            ("GET", ["v1", "transactional", _]) => One("message"),
            ("GET", ["v1", _, _, "used_by"]) => One("used_by"),
            ("GET", ["v1", "object_types"]) => List("types"),
            ("GET", ["v1", "sender_identities"]) => List("sender_identities"),
            ("GET", ["v1", "info", "ip_addresses"]) => List("ip_addresses"),
            ("GET", ["v1", "customers", _, "optouts"]) => List("optouts"),
            ("GET", ["v1", "customers", _, "subscription_preferences"]) => One("customer"),
            ("GET", ["v1", _, _, "segments" or "messages" or "activities"]) => List(path[3]),
            ("GET", ["v1", "activities" or "snippets" or "optouts"]) => List(path[1]),
            ("GET", ["v1", "subscription_topics"]) => List("topics"),
            ("GET", ["v1", "subscription_channels"]) => List("channels"),
            ("GET", ["v1", "subscription_center", _, "token"]) => One("url"),
            ("GET", ["v1", "esp", "search_suppression", _] or ["v1", "esp", "suppression", _] or ["v1", "esp", "domains", _, "suppression", _]) => List(
                "suppressions"
            ),
            ("GET", ["v1", var all]) when s_one.ContainsKey(all) => List(all),
            ("GET", ["v1", var one, _]) when s_one.TryGetValue(one, out var promise) => promise,
            _ => null,
        };
}

/// <summary>A success lacks what makes it one: nobody knows what became of the request.</summary>
internal sealed class EmptyAnswerException(ApiResponse answer, Promise promise) : HttpRequestException(HttpRequestError.InvalidResponse)
{
    /// <summary>What is wrong and what to do.</summary>
    public string Words { get; } =
        $"The answer ({answer.Status}) is {(answer.Body.Length == 0 ? "empty" : "JSON, but")}"
        + (promise.Keys is [var key, ..] ? $"{(answer.Body.Length == 0 ? " and" : "")} without \"{key}\"" : " no object")
        + ", so nothing is known. Look for a proxy between, and try again later.";
}
