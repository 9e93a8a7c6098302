using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>The way of every request: refuse what is foreign, find the call, let in, read, store, answer.</summary>
internal sealed class IngestApp(IngestOptions options, EventStore store, Counters counters, Func<HttpContext, IDisposable> work) : IHttpApplication<HttpContext>
{
    // Browser SDKs use the first letters. No type: the events of a batch say theirs.
    private static readonly Dictionary<string, string?> s_calls = new[] { "identify", "track", "page", "screen", "group", "alias" }
        .SelectMany(type => new[] { KeyValuePair.Create<string, string?>(type, type), KeyValuePair.Create<string, string?>(type[..1], type) })
        .Concat(new[] { "batch", "b", "import" }.Select(name => KeyValuePair.Create<string, string?>(name, null)))
        .ToDictionary(StringComparer.Ordinal);

    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private readonly byte[] _key = Hash(options.WriteKey);
    private readonly CallerCheck _callers = new(options.Host, options.Names);
    private long _complained;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var path = context.Request.Path.Value?.TrimEnd('/') ?? "";
        try
        {
            // Events are sent from the pages of others, with a write key; all else is for whoever runs this.
            if (_callers.Refusal(context.Request, path.StartsWith("/v1/", StringComparison.Ordinal) ? options.Cors : []) is { } reason)
            {
                throw new IngestRefusal(403, reason);
            }

            if (path is "/health" or "/metrics")
            {
                await LookAsync(context, path).ConfigureAwait(false);
            }
            else if (path == "/v1/m")
            {
                // Browser SDKs tell here how they fare. These are no events.
                Share(context);
                await AnswerAsync(context, 200, new JObject { ["success"] = true }).ConfigureAwait(false);
            }
            else if (!path.StartsWith("/v1/", StringComparison.Ordinal) || !s_calls.TryGetValue(path["/v1/".Length..], out var type))
            {
                throw new IngestRefusal(
                    404,
                    "There is no such endpoint. SDKs send to /v1/batch, /v1/identify, /v1/track, /v1/page, /v1/screen, /v1/group, /v1/alias or /v1/import."
                );
            }
            else if (!Share(context))
            {
                await TakeAsync(context, type).ConfigureAwait(false);
            }
        }
        catch (IngestRefusal e)
        {
            counters.RefusedRequest();
            await AnswerAsync(context, e.Status, new JObject { ["success"] = false, ["message"] = e.Message }).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            counters.RefusedRequest();
            await AnswerAsync(context, e.StatusCode, new JObject { ["success"] = false, ["message"] = "The request is malformed." }).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            counters.RefusedRequest();
            store.Note(e);
            Complain(e);
            await LaterAsync(context, 10, "The queue cannot be written.").ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    private async Task TakeAsync(HttpContext context, string? type)
    {
        if (context.Request.Method != HttpMethods.Post)
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            throw new IngestRefusal(405, "Events are sent with POST.");
        }

        var given = GivenKey(context.Request);
        if (given is not null)
        {
            CheckKey(given);
        }

        var body = await IncomingBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        using var working = work(context);
        var now = options.Time.GetUtcNow();
        var events = IncomingBody.Events(body, type, now, inBody => CheckKey(given ?? inBody));
        if (await store.AddAsync(events, now, options.Queue, options.QueueBytes).ConfigureAwait(false) is not { } letters)
        {
            counters.RefusedRequest();
            await LaterAsync(context, 30, "The queue is full.").ConfigureAwait(false);
            return;
        }

        counters.Received(events.Count);
        counters.DeadLettered(letters.Count);
        if (letters.Count > 0)
        {
            DeadLetterLines.Say(options.Say, letters.Zip(events.Where(e => e.Refusal is not null), (l, e) => (l, "input: The event " + e.Refusal!.Message)));
            await DeadLetterLines.TrimAsync(store, options, counters).ConfigureAwait(false);
        }

        await AnswerAsync(context, 200, new JObject { ["success"] = true }).ConfigureAwait(false);
    }

    // Each request would say the same while it lasts.
    private void Complain(SqliteException e)
    {
        var (now, last) = (options.Time.GetTimestamp(), Interlocked.Read(ref _complained));
        if ((last == 0 || options.Time.GetElapsedTime(last, now) >= s_silence) && Interlocked.CompareExchange(ref _complained, now, last) == last)
        {
            options.Say($"{store.Path} cannot be used, events are answered 503: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private async Task LookAsync(HttpContext context, string path)
    {
        var (queued, dead) = store.Counts();
        if (path == "/metrics")
        {
            await AnswerAsync(context, 200, "text/plain; version=0.0.4; charset=utf-8", counters.ToText(queued, dead, store.Summary().Count))
                .ConfigureAwait(false);
            return;
        }

        var waiting = counters.Waiting;
        var aside = store.Summary();
        var health = new JObject
        {
            ["status"] = waiting is null ? "ok" : "waiting",
            ["waitingFor"] = waiting,
            ["queued"] = queued,
            ["deadLetters"] = dead,
            ["setAside"] = aside.Count,
        };
        if (aside.Oldest is { } oldest)
        {
            health["oldestSetAside"] = new JObject
            {
                ["event"] = oldest.Number,
                ["received"] = aside.Received.ToUnixTimeSeconds(),
                ["attempts"] = oldest.Attempts,
                ["next"] = oldest.Due.ToUnixTimeSeconds(),
                ["reason"] = oldest.Reason,
            };
        }

        await AnswerAsync(context, 200, health).ConfigureAwait(false);
    }

    /// <summary>Tells a browser that the page may send.</summary>
    /// <returns>Whether the request was the browser's question, which is now answered.</returns>
    private bool Share(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (options.Cors.Count == 0 || request.Headers.Origin is not [{ Length: > 0 } origin])
        {
            return false;
        }

        response.Headers.Vary = "Origin";
        response.Headers.AccessControlAllowOrigin = origin;
        if (request.Method != HttpMethods.Options)
        {
            return false;
        }

        response.StatusCode = 204;
        response.Headers.AccessControlAllowMethods = HttpMethods.Post;
        response.Headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
        response.Headers.AccessControlMaxAge = "86400";
        return true;
    }

    private void CheckKey(string? given)
    {
        // Of equal length whatever was given, so that the time taken tells nothing.
        if (given is null || !CryptographicOperations.FixedTimeEquals(Hash(given), _key))
        {
            throw new IngestRefusal(401, "The write key is missing or wrong.");
        }
    }

    /// <summary>The user name of the Basic credentials; null without any.</summary>
    private static string? GivenKey(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return null;
        }

        try
        {
            return header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
                ? Encoding.UTF8.GetString(Convert.FromBase64String(header[6..].Trim())).Split(':', 2)[0]
                : "";
        }
        catch (FormatException)
        {
            return "";
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static Task LaterAsync(HttpContext context, int seconds, string message)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return AnswerAsync(context, 503, new JObject { ["success"] = false, ["message"] = message });
    }

    private static Task AnswerAsync(HttpContext context, int status, JObject body) =>
        AnswerAsync(context, status, MediaTypeNames.Application.Json, ConnectorJson.ToText(body));

    private static async Task AnswerAsync(HttpContext context, int status, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
