using System.Net.Sockets;
using System.Security.Authentication;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>How one attempt ended.</summary>
/// <param name="Response">The answer, if one came.</param>
/// <param name="Error">What went wrong, if none came.</param>
/// <param name="Left">Whether any of the request may have left this machine.</param>
internal sealed record Attempt(ApiResponse? Response, Exception? Error, bool Left)
{
    public bool Succeeded => Response is { Status: >= 200 and < 300 };
}

/// <summary>The one table of failures: from an attempt to its kind, its words, and whether it may be tried again.</summary>
internal static class Failures
{
    /// <summary>How many characters of what an answer says are shown.</summary>
    private const int Longest = 500;

    /// <summary>Whether another attempt could help, by the rules for all actions.</summary>
    public static bool IsTransient(Attempt attempt) =>
        attempt switch
        {
            { Response: { } response } => response.Status is 408 or 429 or 500 or 502 or 503 or 504 or (>= 520 and <= 527) or 529 or 530 || IsForeign(response),
            { Error: HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded } } =>
                false,
            { Error: HttpRequestException or TimeoutException or IOException } => true,
            _ => false,
        };

    /// <summary>Whether Customer.io provably did not act on the request.</summary>
    public static bool ProvablyNotDone(Attempt attempt) =>
        attempt switch
        {
            { Response: { } response } => response.Status is 429 or (< 500 and not 408),
            {
                Error: HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
                        or HttpRequestError.ProxyTunnelError
                }
            } => true,
            _ => !attempt.Left,
        };

    /// <summary>Whether a refusal comes from something on the way, such as a proxy's error page, and not from Customer.io.</summary>
    /// <remarks>
    /// Customer.io refuses with one of its envelopes or without a body. What a 401, 403 or 429 asks for is the same whoever answered;
    /// 407 is a proxy's alone.
    /// </remarks>
    public static bool IsForeign(ApiResponse response) =>
        response.Status is >= 400 and < 500 and not (401 or 403 or 408 or 429) && (response.Status == 407 || !IsOwn(response));

    private static bool IsOwn(ApiResponse response) =>
        response.TryJson() switch
        {
            JObject { Count: 0 } => !response.IsPage,
            JObject body => body["meta"] is not null || body["errors"] is not null,
            _ => false,
        };

    /// <summary>Whether a request that must not happen twice may be sent again.</summary>
    public static bool IsRetryableOnce(Attempt attempt) =>
        attempt.Response is { } response ? response.Status == 429 : IsTransient(attempt) && ProvablyNotDone(attempt);

    /// <summary>The failure to report, in words that may be shown and logged.</summary>
    public static ConnectorException Describe(Attempt attempt, ApiRequest request, Workspace workspace, bool repeatable, int attempts, TimeSpan timeout)
    {
        var answer = attempt.Response is { } r ? Envelope(r, workspace.Secrets) : default;
        var (kind, words) = attempt.Response is { } response
            ? ByStatus(response, request, workspace, answer.Text)
            : ByException(attempt.Error!, timeout, workspace);
        if (!repeatable && kind == FailureKind.Unavailable && !ProvablyNotDone(attempt))
        {
            kind = FailureKind.Uncertain;
            words += Perhaps(request);
        }

        return new ConnectorException(kind, words, answer.Problems)
        {
            Status = attempt.Response?.Status,
            RetryAfter =
                attempt.Response?.RetryAfter?.Wait ?? (attempt.Error is BudgetExceededException { Asked: var asked } && asked > TimeSpan.Zero ? asked : null),
            Attempts = attempts,
            HasArrived = attempt.Response is not null || !ProvablyNotDone(attempt),
        };
    }

    /// <summary>The failure of a success that is not JSON and so not Customer.io's: nobody knows what became of the request.</summary>
    public static ConnectorException Stranger(ApiResponse response, ApiRequest request, Workspace workspace, bool repeatable, int attempts)
    {
        var words = workspace.HasBaseUrl
            ? $"The answer ({response.Status}) is not JSON, so it does not come from Customer.io. Check the base URL."
            : $"The answer ({response.Status}) is not JSON. If it should not be, set Response Type to text; else look for a proxy between.";
        return new ConnectorException(repeatable ? FailureKind.Connection : FailureKind.Uncertain, repeatable ? words : words + Perhaps(request))
        {
            Status = response.Status,
            Attempts = attempts,
        };
    }

    /// <summary>The failure of a cancelled run, which says whether its request may have arrived.</summary>
    public static ConnectorException Cancelled(OperationCanceledException e) =>
        e is RequestCancelledException sent
            ? new ConnectorException(
                FailureKind.Cancelled,
                "The run was cancelled before Customer.io answered; this may or may not have arrived."
                    + (sent.LookFor is { } lookFor ? $" Look in Customer.io for {lookFor} before you repeat it." : ""),
                inner: e
            )
            {
                Attempts = sent.Attempts,
                HasArrived = true,
            }
            : new ConnectorException(FailureKind.Cancelled, "The run was cancelled.", inner: e);

    private static string Perhaps(ApiRequest request) =>
        " Customer.io may have acted on it all the same, so it was not sent again. Look in Customer.io"
        + (request.LookFor is { } lookFor ? $" for {lookFor}" : "")
        + " before you repeat it.";

    private static (FailureKind Kind, string Words) ByStatus(ApiResponse response, ApiRequest request, Workspace workspace, string? said)
    {
        var quote = said is null ? "" : $" It said: {said}";
        var key = Keys.Name(request.Api);
        return response.Status switch
        {
            >= 200 and < 300 => (
                FailureKind.Rejected,
                $"Customer.io refused the request, though its answer is a success by its status ({response.Status}).{quote}"
            ),
            >= 300 and < 400 => (FailureKind.Connection, Redirected(response)),
            407 => (
                FailureKind.Unavailable,
                "A proxy on the way wants a name and a password (407), so the request did not reach Customer.io. Put them "
                    + "into HTTPS_PROXY, or ask the proxy's owner."
            ),
            401 or 403 when response.IsPage => (
                FailureKind.Connection,
                $"The answer ({response.Status}) is a web page, so it comes from a proxy or a firewall on the way and not from Customer.io. Check what "
                    + $"stands between{(workspace.HasBaseUrl ? ", and the base URL" : "")}; the keys may be right."
            ),
            _ when IsForeign(response) => (
                FailureKind.Unavailable,
                $"The answer ({response.Status}) {(response.IsPage ? "is a web page" : "has none of Customer.io's forms")}, so it comes from something "
                    + $"on the way, such as a proxy.{quote} Try again later; if it stays, check what stands between, and the address of the "
                    + $"request{(workspace.HasBaseUrl ? " and the base URL" : "")}."
            ),
            401 => (
                FailureKind.Connection,
                $"Customer.io refused the {key} (401).{quote} "
                    + $"{Keys.WrongKind(request.Api, workspace.Connection) ?? "Check the keys and the region; \"connector check\" says which is wrong."}"
            ),
            403 => (
                FailureKind.Connection,
                $"The {key} may not {Keys.Wanted(request)} (403).{quote} Give it that permission in Customer.io's settings, or use another key."
            ),
            429 => (
                FailureKind.RateLimited,
                response.RetryAfter is { } wait
                    ? $"Customer.io asks to slow down (429): {wait}.{quote} Send less at once, or set a rate limit on the connection."
                    : $"Customer.io asks to slow down (429).{quote} Wait, send less at once, or set a rate limit on the connection."
            ),
            408 => (FailureKind.Unavailable, $"Customer.io gave up waiting for the request (408).{quote} Try again later."),
            >= 500 => (FailureKind.Unavailable, $"Customer.io is having trouble ({response.Status}).{quote} Try again later."),
            404 when said is null => (
                FailureKind.Rejected,
                $"There is nothing at this address (404). Check the ids in the request{(workspace.HasBaseUrl ? " and the base URL" : "")}."
            ),
            413 => (FailureKind.Rejected, $"The request is too large (413).{quote} Send less data at once."),
            >= 400 => (
                FailureKind.Rejected,
                "Customer.io refused the request "
                    + $"({response.Status}).{(said is null ? " It gave no reason; check the input against the action's help." : quote)}"
            ),
            _ => (FailureKind.Unavailable, $"The answer {response.Status} was not expected. Try again later."),
        };
    }

    private static string Redirected(ApiResponse response)
    {
        if (response.Location is not { IsAbsoluteUri: true } to)
        {
            return $"The answer was a redirect ({response.Status}), which is never followed since it could carry the keys elsewhere. Check the base "
                + "URL and the region.";
        }

        return Hosts.RegionOf(to.Host) is { } region
            ? $"This workspace is in the {region.ToString().ToUpperInvariant()}: Customer.io redirected the request to {to.Host}. Set the region to "
                + $"{Names.Camel(region.ToString())}, or to auto."
            : $"The answer was a redirect to {to.Host} ({response.Status}), which is never followed since it could carry the keys elsewhere. Check the "
                + "base URL and the region.";
    }

    private static (FailureKind Kind, string Words) ByException(Exception error, TimeSpan timeout, Workspace workspace)
    {
        var peer = workspace.HasBaseUrl ? "the base URL" : "Customer.io";
        return error switch
        {
            BudgetExceededException { Asked: var asked } when asked > TimeSpan.Zero => (
                FailureKind.RateLimited,
                $"Customer.io asked to wait, for another {Math.Ceiling(asked.TotalSeconds)} s, which is longer than the connection's total timeout; so "
                    + "nothing was sent. Try again then, or raise the timeout."
            ),
            BudgetExceededException => (
                FailureKind.RateLimited,
                "The connection's rate limit leaves no turn within its total timeout, so nothing was sent. Run fewer at once, or raise the limit."
            ),
            TimeoutException => (FailureKind.Unavailable, $"No answer within {timeout.TotalMilliseconds:0} ms. Try again later, or raise Timeout."),
            UnknownPackingException e => (FailureKind.Unavailable, e.Words),
            EmptyAnswerException e => (FailureKind.Unavailable, e.Words),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } e => (
                FailureKind.Connection,
                $"The TLS connection failed: {Reason(e, workspace)} Check the base URL's certificate and any proxy between."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => (
                FailureKind.Unavailable,
                $"The host name of {peer} could not be found (DNS). Check the network{(workspace.HasBaseUrl ? " and the base URL" : "")}."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => (
                FailureKind.Unavailable,
                $"The proxy did not let the request through to {peer}. Check HTTPS_PROXY and the proxy's own rules."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } e => (
                FailureKind.Unavailable,
                $"No connection to {peer}: {Reason(e, workspace)} Check the network{(workspace.HasBaseUrl ? " and that something listens there" : "")}."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => (
                FailureKind.Unavailable,
                "The answer is larger than this connector reads. Ask for less at once."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => (
                FailureKind.Unavailable,
                "The answer was cut short or garbled on its way. Try again later."
            ),
            _ => (FailureKind.Unavailable, "The connection broke before the whole answer had come. Try again later."),
        };
    }

    private static string Reason(Exception e, Workspace workspace)
    {
        var cause = e;
        while (cause.InnerException is { } inner && cause is not (SocketException or AuthenticationException))
        {
            cause = inner;
        }

        return Sentence(cause.Message, workspace.Secrets);
    }

    /// <summary>What the answer says, from any of the vendor's envelopes: meta.error, meta.errors[], errors[] of objects; else its text. All of it
    /// masked and cut.</summary>
    private static (string? Text, IReadOnlyList<Problem>? Problems) Envelope(ApiResponse response, IReadOnlyList<string> secrets)
    {
        if (response.TryJson() is not JObject body)
        {
            // A web page or a proxy's error text says little; its beginning is enough to recognise it.
            var text = response.Text.Trim();
            return (text.Length == 0 || response.IsPage || text.Contains('\0') || text.Contains('\uFFFD') ? null : Sentence(text, secrets), null);
        }

        if (body["meta"] is JObject meta)
        {
            if (meta["error"] is JValue { Type: JTokenType.String } single)
            {
                return (Sentence((string)single!, secrets), null);
            }

            if (meta["errors"] is JArray { Count: > 0 } texts)
            {
                var all = texts.Select(t => t is JValue ? ConnectorJson.ScalarText(t) : ConnectorJson.ToText(t)).ToArray();
                return (Sentence(string.Join("; ", all), secrets), [.. all.Select(t => new Problem("", Mask.Text(t, secrets, Longest)))]);
            }
        }

        if (body["errors"] is JArray { Count: > 0 } errors)
        {
            var problems = errors.Select(One).ToArray();
            return (
                Sentence(string.Join("; ", problems.Select(p => p.Path.Length > 0 ? $"{p.Path}: {p.Message}" : p.Message)), secrets),
                [.. problems.Select(p => new Problem(Mask.Text(p.Path, secrets, Longest), Mask.Text(p.Message, secrets, Longest)))]
            );
        }

        return (body.Count == 0 ? null : Mask.Text(ConnectorJson.ToText(body), secrets, Longest), null);
    }

    private static Problem One(JToken error)
    {
        if (error is not JObject o)
        {
            return new Problem("", error is JValue ? ConnectorJson.ScalarText(error) : ConnectorJson.ToText(error));
        }

        string? Text(JToken? value) => value is JValue { Value: not null } ? ConnectorJson.ScalarText(value) : null;
        var path = Text(o.SelectToken("source.pointer")) ?? Text(o["field"]) ?? "";
        var reason = Text(o["reason"]);
        var message = Text(o["detail"]) ?? Text(o["message"]);
        return new Problem(
            path,
            (message, reason) switch
            {
                (null, null) => ConnectorJson.ToText(o),
                (null, _) => reason!,
                (_, null) => message,
                _ => $"{message} ({reason})",
            }
        );
    }

    private static string Sentence(string text, IReadOnlyList<string> secrets) =>
        Mask.Text(text.ReplaceLineEndings(" ").Trim(), secrets, Longest) is var cut && cut.EndsWith('.') ? cut : cut + ".";
}
