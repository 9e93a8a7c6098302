using System.Globalization;
using System.Net.Mime;
using System.Text;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Listening;

/// <summary>What is answered over HTTP, and under which status.</summary>
internal static class Answers
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1),
        s_later = TimeSpan.FromSeconds(30);

    /// <summary>The status of a failure: 401 and 403 are left to the hub's own keys.</summary>
    public static int StatusOf(FailureKind kind) =>
        kind switch
        {
            FailureKind.Input => 400,
            FailureKind.Connection => 502,
            FailureKind.Rejected => 422,
            FailureKind.RateLimited => 429,
            FailureKind.Unavailable => 503,
            FailureKind.Uncertain => 504,
            _ => 499,
        };

    /// <summary>Answers with a failure as every host reports it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="status">The status. Default: that of its kind.</param>
    public static Task FailAsync(HttpContext context, ConnectorException failure, int? status = null)
    {
        if (failure.Kind is FailureKind.RateLimited or FailureKind.Unavailable)
        {
            RetryAfter(context, failure.RetryAfter ?? (failure.Kind == FailureKind.RateLimited ? s_soon : s_later));
        }

        return WriteAsync(context, status ?? StatusOf(failure.Kind), failure.ToJson());
    }

    /// <summary>Says when to come back.</summary>
    public static void RetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>What a caller is told who took the wrong path (404) or method (405).</summary>
    public static string Missed(HttpContext context, int status, string paths) =>
        status == 405 ? $"{context.Request.Path} takes {context.Response.Headers.Allow} only." : $"There is no such path. This server has {paths}.";

    public static Task WriteAsync(HttpContext context, int status, JObject body) =>
        WriteAsync(context, status, MediaTypeNames.Application.Json, ConnectorJson.ToBytes(body));

    public static Task WriteAsync(HttpContext context, int status, string type, string text) => WriteAsync(context, status, type, Encoding.UTF8.GetBytes(text));

    public static async Task WriteAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> bytes)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
