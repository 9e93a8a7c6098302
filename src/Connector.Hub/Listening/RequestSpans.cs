using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>Names the spans that ASP.NET Core makes of requests, by their routes: a path can hold a write key, and a query a whole person.</summary>
internal static class RequestSpans
{
    /// <summary>The source of those spans.</summary>
    public const string Source = "Microsoft.AspNetCore";

    // Asked every few seconds, they would bury all others.
    private static readonly string[] s_unseen = ["/health", "/metrics"];

    public static Task NameAsync(HttpContext context, RequestDelegate next) =>
        Activity.Current is { Source.Name: Source } span ? NameAsync(context, next, span) : next(context);

    private static async Task NameAsync(HttpContext context, RequestDelegate next, Activity span)
    {
        if (s_unseen.Contains(context.Request.Path.Value, StringComparer.OrdinalIgnoreCase))
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            var method = HttpMethods.GetCanonicalizedValue(context.Request.Method) is var known && s_methods.Contains(known) ? known : "_OTHER";
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } raw
                ? (raw.TrimEnd('/') is { Length: > 0 } plain ? plain : raw)
                : null;
            var status = context.Response.StatusCode;
            span.DisplayName = route is null ? method : $"{method} {route}";
            span.SetTag("http.request.method", method);
            span.SetTag("url.scheme", context.Request.Scheme);
            span.SetTag("http.route", route);
            span.SetTag("http.response.status_code", status);
            if (status >= 500)
            {
                span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
                span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    /// <summary>Goes on with the caller's trace by its two numbers alone: <c>tracestate</c> and <c>baggage</c> are free text, and would be exported.</summary>
    internal sealed class Continuation : DistributedContextPropagator
    {
        private readonly DistributedContextPropagator _whole = CreateW3CPropagator();

        public override IReadOnlyCollection<string> Fields { get; } = ["traceparent"];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) { }

        public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
        {
            _whole.ExtractTraceIdAndState(carrier, getter, out traceId, out _);
            traceState = null;
        }

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
    }

    private static readonly HashSet<string> s_methods = new(
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Patch],
        StringComparer.Ordinal
    );
}
