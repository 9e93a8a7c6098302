using System.Net;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>What SDKs, browsers and operators are answered: events are let in, read and stored, all else is refused.</summary>
internal sealed class IngestApp
{
    // Browser SDKs use the first letters. No type: the events of a batch say theirs.
    private static readonly Dictionary<string, string?> s_calls = new[] { "identify", "track", "page", "screen", "group", "alias" }
        .SelectMany(type => new[] { KeyValuePair.Create<string, string?>(type, type), KeyValuePair.Create<string, string?>(type[..1], type) })
        .Concat(new[] { "batch", "b", "import" }.Select(name => KeyValuePair.Create<string, string?>(name, null)))
        .ToDictionary(StringComparer.Ordinal);

    private static readonly string[] s_reads = [HttpMethods.Get, HttpMethods.Head];
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private readonly IngestOptions _options;
    private readonly EventStore _store;
    private readonly Counters _counters;
    private readonly byte[] _key;
    private long _complained;

    public IngestApp(IngestOptions options, EventStore store, Counters counters)
    {
        (_options, _store, _counters, _key) = (options, store, counters, Hash(options.WriteKey));
        var callers = new CallerCheck(options.Host, options.Names);
        Server = new LocalServer(
            new LocalServerOptions
            {
                Address = new IPEndPoint(options.Host, options.Port),
                HeadersTimeout = TimeSpan.FromSeconds(10),
                MinBodyRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5)),
                MaxConnections = 2_000,
                // Events are sent from the pages of others, with a write key; all else is for whoever runs this.
                Refusal = context => callers.Refusal(context.Request, context.Request.Path.StartsWithSegments("/v1") ? options.Cors : []),
                RefuseAsync = RefuseAsync,
            }
        );
        Server.Endpoints.MapMethods("/health", s_reads, Guarded(HealthAsync));
        Server.Endpoints.MapMethods("/metrics", s_reads, Guarded(MetricsAsync));
        var call = Server.Endpoints.Map("/v1/{call}", Guarded(CallAsync));
        if (options.Cors.Count > 0)
        {
            // Which origins may send was decided before.
            call.RequireCors(pages =>
                pages.SetIsOriginAllowed(_ => true).WithMethods(HttpMethods.Post).AllowAnyHeader().SetPreflightMaxAge(TimeSpan.FromDays(1))
            );
        }
    }

    /// <summary>The server that answers so, not yet started.</summary>
    public LocalServer Server { get; }

    private RequestDelegate Guarded(RequestDelegate answer) =>
        async context =>
        {
            try
            {
                await answer(context).ConfigureAwait(false);
            }
            catch (IngestRefusal e)
            {
                await RefuseAsync(context, e.Status, e.Message).ConfigureAwait(false);
            }
            catch (BadHttpRequestException e)
            {
                await RefuseAsync(context, e.StatusCode, e.StatusCode == 408 ? "The body did not arrive in time." : "The request is malformed.")
                    .ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                _store.Note(e);
                Complain(e);
                await LaterAsync(context, 10, "The queue cannot be written.").ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                context.Abort();
            }
        };

    private Task CallAsync(HttpContext context)
    {
        var call = (string)context.GetRouteValue("call")!;
        if (call == "m")
        {
            // Browser SDKs tell here how they fare. These are no events.
            return AnswerAsync(context, 200, new JObject { ["success"] = true });
        }

        if (!s_calls.TryGetValue(call, out var type))
        {
            return RefuseAsync(context, 404, null);
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            return RefuseAsync(context, 405, "Events are sent with POST.");
        }

        return TakeAsync(context, type);
    }

    private Task RefuseAsync(HttpContext context, int status, string? reason)
    {
        _counters.RefusedRequest();
        reason ??=
            status == 405
                ? $"This is read with {context.Response.Headers.Allow}."
                : "There is no such endpoint. SDKs send to /v1/batch, /v1/identify, /v1/track, /v1/page, /v1/screen, /v1/group, /v1/alias or /v1/import.";
        return AnswerAsync(context, status, new JObject { ["success"] = false, ["message"] = reason });
    }

    private async Task TakeAsync(HttpContext context, string? type)
    {
        var given = GivenKey(context.Request);
        if (given is not null)
        {
            CheckKey(given);
        }

        var body = await IncomingBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        using var working = Server.Work(context);
        var now = _options.Time.GetUtcNow();
        var events = IncomingBody.Events(body, type, now, inBody => CheckKey(given ?? inBody));
        if (await _store.AddAsync(events, now, _options.Queue, _options.QueueBytes).ConfigureAwait(false) is not { } letters)
        {
            await LaterAsync(context, 30, "The queue is full.").ConfigureAwait(false);
            return;
        }

        _counters.Received(events.Count);
        _counters.DeadLettered(letters.Count);
        if (letters.Count > 0)
        {
            DeadLetterLines.Say(_options.Say, letters.Zip(events.Where(e => e.Refusal is not null), (l, e) => (l, "input: The event " + e.Refusal!.Message)));
            await DeadLetterLines.TrimAsync(_store, _options, _counters).ConfigureAwait(false);
        }

        await AnswerAsync(context, 200, new JObject { ["success"] = true }).ConfigureAwait(false);
    }

    // Each request would say the same while it lasts.
    private void Complain(SqliteException e)
    {
        var (now, last) = (_options.Time.GetTimestamp(), Interlocked.Read(ref _complained));
        if ((last == 0 || _options.Time.GetElapsedTime(last, now) >= s_silence) && Interlocked.CompareExchange(ref _complained, now, last) == last)
        {
            _options.Say($"{_store.Path} cannot be used, events are answered 503: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private Task MetricsAsync(HttpContext context)
    {
        var (queued, dead) = _store.Counts();
        return AnswerAsync(context, 200, "text/plain; version=0.0.4; charset=utf-8", _counters.ToText(queued, dead, _store.Summary().Count));
    }

    private Task HealthAsync(HttpContext context)
    {
        var (queued, dead) = _store.Counts();
        var waiting = _counters.Waiting;
        var aside = _store.Summary();
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

        return AnswerAsync(context, 200, health);
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

    private Task LaterAsync(HttpContext context, int seconds, string message)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return RefuseAsync(context, 503, message);
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
