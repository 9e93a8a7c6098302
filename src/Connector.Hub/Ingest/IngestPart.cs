using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Net;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Ingest;

/// <summary>Takes events from SDKs and browsers, keeps them in a file and delivers them to Customer.io.</summary>
internal sealed class IngestPart : HubPart
{
    private const string Configuration = "/sourceConfig";

    // Browser SDKs use the first letters. No type: the events of a batch say theirs.
    private static readonly Dictionary<string, string?> s_calls = new[] { "identify", "track", "page", "screen", "group", "alias" }
        .SelectMany(type => new[] { KeyValuePair.Create<string, string?>(type, type), KeyValuePair.Create<string, string?>(type[..1], type) })
        .Concat(new[] { "batch", "b", "import" }.Select(name => KeyValuePair.Create<string, string?>(name, null)))
        .ToDictionary(StringComparer.Ordinal);

    private static readonly PathString[] s_roots = ["/v1", "/beacon", "/pixel", Configuration];
    private static readonly PathString[] s_pixels = ["/pixel", "/v1/pixel"];
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private readonly IngestOptions _options;
    private readonly EventStore _store;
    private readonly ProcessLock? _hold;
    private readonly CustomerIoConnector _connector;
    private readonly Counters _counters = new();
    private readonly WriteKey _key;
    private readonly CancellationTokenSource _stop = new(),
        _abort = new();
    private HubRoutes _routes = null!;
    private Task? _delivering;
    private long _complained;

    private IngestPart(IngestOptions options, EventStore store, ProcessLock? hold, CustomerIoConnector connector) =>
        (_options, _store, _hold, _connector, _key) = (options, store, hold, connector, new WriteKey(options.WriteKey));

    /// <summary>Opens its file, or the queue that is shared.</summary>
    /// <exception cref="ConnectorException">It cannot be had.</exception>
    public static async Task<IngestPart> OpenAsync(IngestOptions options, CustomerIoConnector connector)
    {
        if (options.Shared is { } shared)
        {
            return new(options, await shared.OpenAsync(options.Connection).ConfigureAwait(false), null, connector);
        }

        var hold = Hold(options.File + ".lock");
        try
        {
            return new(options, EventStore.Open(options.File), hold, connector);
        }
        catch
        {
            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Where they wait, to people.</summary>
    public string Name => _store.Name;

    /// <summary>Events that wait, and dead letters.</summary>
    public (long Queued, long Dead) Counts => _store.Counts();

    public override string Paths =>
        "POST /v1/batch, /v1/identify, /v1/track, /v1/page, /v1/screen, /v1/group, /v1/alias, /v1/import and /beacon/v1/batch, "
        + "GET /pixel/v1/page, /pixel/v1/track, /v1/projects/{write key}/settings and /sourceConfig";

    /// <summary>Ends with a defect of the delivery.</summary>
    public override Task Ended => _delivering ?? base.Ended;

    public override bool Owns(PathString path) => Array.Exists(s_roots, path.StartsWithSegments);

    public override void Map(HubRoutes routes)
    {
        _routes = routes;
        Map("/v1/{call}", CallAsync);
        Map("/beacon/v1/{call}", CallAsync);
        Map("/pixel/v1/{call}", PixelAsync, HttpMethods.Get);
        Map("/v1/pixel/{call}", PixelAsync, HttpMethods.Get);
        Map("/v1/projects/{key}/settings", SegmentAsync, HubRoutes.Reads);
        Map(Configuration, RudderStackAsync, HubRoutes.Reads);

        void Map(string path, RequestDelegate answer, params string[] methods)
        {
            var call = routes.Map(path, answer, methods);
            if (_options.Cors.Count > 0)
            {
                // Which origins may send was decided before.
                call.RequireCors(pages =>
                    pages
                        .SetIsOriginAllowed(_ => true)
                        .WithMethods(methods.Length > 0 ? HttpMethods.Get : HttpMethods.Post)
                        .AllowAnyHeader()
                        .SetPreflightMaxAge(TimeSpan.FromDays(1))
                );
            }
        }
    }

    // Events are sent from the pages of others, with a write key; all else is for whoever runs this.
    public override string? Refusal(HttpContext context, CallerCheck callers)
    {
        var refusal = callers.Refusal(context.Request, Owns(context.Request.Path) ? _options.Cors : []);
        return refusal == CallerCheck.ForeignPage && IsAllowedPixel(context.Request) ? null : refusal;
    }

    // A browser says no origin with an image, but which page shows it.
    private bool IsAllowedPixel(HttpRequest request) =>
        request.Headers.Origin.Count == 0
        && Array.Exists(s_pixels, request.Path.StartsWithSegments)
        && (
            _options.Cors.Contains("*")
            || (
                Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var page)
                && _options.Cors.Contains(page.GetLeftPart(UriPartial.Authority), StringComparer.OrdinalIgnoreCase)
            )
        );

    public override Task RefuseAsync(HttpContext context, int status, string? reason)
    {
        _counters.RefusedRequest();
        reason ??=
            status == 405
                ? $"This is read with {context.Response.Headers.Allow}."
                : "There is no such endpoint. SDKs send to /v1/batch, /v1/identify, /v1/track, /v1/page, /v1/screen, /v1/group, /v1/alias or /v1/import.";
        return Answers.WriteAsync(context, status, new JObject { ["success"] = false, ["message"] = reason });
    }

    public override async Task GuardedAsync(HttpContext context, RequestDelegate answer)
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
        catch (DbException e)
        {
            _store.Note(e);
            Complain(e);
            await LaterAsync(context, 10, "The queue cannot be written.").ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    public override void Start() =>
        _delivering = Task.Run(async () =>
        {
            if (_options.Shared is { } shared)
            {
                await shared.DeliverAsync(_options, _store, _connector, _counters, _stop.Token, _abort.Token).ConfigureAwait(false);
                return;
            }

            _counters.Delivers = true;
            using var delivery = Delivery.Of(_options, _store, _connector, _counters);
            await delivery.RunAsync(_stop.Token, _abort.Token).ConfigureAwait(false);
        });

    public override Task StopAsync() => _stop.CancelAsync();

    public override void Tell(JObject health)
    {
        var (queued, dead) = _store.Counts();
        var aside = _store.Summary();
        if (_counters.Waiting is { } waiting)
        {
            health["status"] = "waiting";
            health["waitingFor"] = waiting;
        }
        else
        {
            health["waitingFor"] = null;
        }

        if (_options.Shared is not null)
        {
            health["delivers"] = _counters.Delivers;
        }

        health["queued"] = queued;
        health["deadLetters"] = dead;
        health["setAside"] = aside.Count;
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
    }

    public override void Measure(Meter meter) => _counters.AddTo(meter, _store, _options.Time);

    /// <summary>Lets the present deliveries finish and closes the file. What waits is delivered after the next start.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _abort.CancelAfter(HubServer.Patience);
        await (_delivering ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _store.DisposeAsync().ConfigureAwait(false);
        if (_hold is not null)
        {
            await _hold.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
        _abort.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private Task CallAsync(HttpContext context)
    {
        var call = (string)context.GetRouteValue("call")!;
        if (call == "m")
        {
            // Browser SDKs tell here how they fare. These are no events.
            return Answers.WriteAsync(context, 200, new JObject { ["success"] = true });
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

    private async Task PixelAsync(HttpContext context)
    {
        if (!s_calls.TryGetValue((string)context.GetRouteValue("call")!, out var type) || type is null)
        {
            await RefuseAsync(context, 404, null).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (await StoreAsync(context, type, Pixel.Read(context.Request.Query)).ConfigureAwait(false))
        {
            await Answers.WriteAsync(context, 200, Pixel.MediaType, Pixel.Image).ConfigureAwait(false);
        }
    }

    private Task SegmentAsync(HttpContext context)
    {
        var key = (string)context.GetRouteValue("key")!;
        _key.Check(key);
        return Answers.WriteAsync(context, 200, SdkSettings.Segment(context.Request, key));
    }

    private Task RudderStackAsync(HttpContext context)
    {
        var key = WriteKey.Given(context.Request);
        _key.Check(key);
        return Answers.WriteAsync(context, 200, SdkSettings.RudderStack(key!, Arrival.Text(_options.Time.GetUtcNow())));
    }

    private async Task TakeAsync(HttpContext context, string? type)
    {
        if (WriteKey.Given(context.Request) is { } given)
        {
            _key.Check(given);
        }

        var body = await IncomingBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (await StoreAsync(context, type, body).ConfigureAwait(false))
        {
            await Answers.WriteAsync(context, 200, new JObject { ["success"] = true }).ConfigureAwait(false);
        }
    }

    /// <returns>False where the request was answered that they come again.</returns>
    private async Task<bool> StoreAsync(HttpContext context, string? type, ReadOnlyMemory<byte> body)
    {
        var given = WriteKey.Given(context.Request);
        using var working = _routes.Work(context);
        var now = _options.Time.GetUtcNow();
        var events = IncomingBody.Events(body, type, new Arrival(now, Sender(context)), inBody => _key.Check(given ?? inBody));
        if (await _store.AddAsync(events, now, _options.Queue, _options.QueueBytes).ConfigureAwait(false) is not { } letters)
        {
            await LaterAsync(context, 30, "The queue is full.").ConfigureAwait(false);
            return false;
        }

        _counters.Received(events.Count);
        _counters.DeadLettered(letters.Count);
        if (letters.Count > 0)
        {
            DeadLetterLines.Say(_options.Say, letters.Zip(events.Where(e => e.Refusal is not null), (l, e) => (l, "input: The event " + e.Refusal!.Message)));
            await DeadLetterLines.TrimAsync(_store, _options, _counters).ConfigureAwait(false);
        }

        return true;
    }

    // A proxy on this machine adds at the end whom it speaks for.
    private string? Sender(HttpContext context)
    {
        var ip = _options.ContextIp ? context.Connection.RemoteIpAddress : null;
        return ip is not null && IPAddress.IsLoopback(ip) && context.Request.Headers["X-Forwarded-For"] is { Count: > 0 } hops
            ? IPEndPoint.TryParse(hops.ToString().Split(',')[^1].Trim(), out var before)
                ? before.Address.ToString()
                : null
            : (ip is { IsIPv4MappedToIPv6: true } ? ip.MapToIPv4() : ip)?.ToString();
    }

    // Each request would say the same while it lasts.
    private void Complain(DbException e)
    {
        var (now, last) = (_options.Time.GetTimestamp(), Interlocked.Read(ref _complained));
        if ((last == 0 || _options.Time.GetElapsedTime(last, now) >= s_silence) && Interlocked.CompareExchange(ref _complained, now, last) == last)
        {
            _options.Say($"{_store.Name} cannot be used, events are answered 503: {_store.Told(e)}");
        }
    }

    private Task LaterAsync(HttpContext context, int seconds, string message)
    {
        Answers.RetryAfter(context, TimeSpan.FromSeconds(seconds));
        return RefuseAsync(context, 503, message);
    }

    // Two that deliver from one queue would send everything twice.
    private static ProcessLock Hold(string file) =>
        ProcessLock.Take(file, $"{file} is in use. Stop the other connector serve or hub, or name another folder with --data.");
}
