using System.Buffers;
using CustomerIo.Connector.Hub.Listening;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The way of every request: refuse what is foreign, record, fail on purpose, redirect, find the route, let in, limit, answer.</summary>
internal sealed class SandboxCore : IHttpApplication<HttpContext>
{
    private readonly JObject _initialSettings;
    private readonly RateLimit _trackRate;
    private readonly RateLimit _appRate;
    private readonly RateLimit _sendRate;
    private readonly CallerCheck _callers = new(System.Net.IPAddress.Loopback);

    public SandboxCore(SandboxOptions options)
    {
        Options = options;
        var settings = new Settings(options);
        _initialSettings = settings.ToJson();
        (_trackRate, _appRate, _sendRate) = (new(options.Time), new(options.Time), new(options.Time));
        Recorder = new(options.Time);
        Workspace = new(options.Time, settings);
        Reporter = new(Workspace, Closing.Token);
        Live = new(this);
    }

    public SandboxOptions Options { get; }

    public Workspace Workspace { get; }

    public Recorder Recorder { get; }

    /// <summary>Where each request is added to; null for nowhere.</summary>
    public RequestFile? RequestFile { get; init; }

    public ArchiveLimit ArchiveLimit { get; } = new();

    public TriggerLimit TriggerLimit { get; } = new();

    public Faults Faults { get; } = new();

    public Live Live { get; }

    public Reporter Reporter { get; }

    /// <summary>Cancelled when the sandbox closes; ends streams and delays.</summary>
    public CancellationTokenSource Closing { get; } = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    /// <summary>Forgets people, requests and faults, and puts the settings and the seed back.</summary>
    public void Reset()
    {
        lock (Workspace.Gate)
        {
            Workspace.Clear();
            TriggerLimit.Clear();
            Workspace.Settings.Change(_initialSettings);
        }
        Plant();
        Recorder.Clear();
        Faults.Clear();
        Live.Tell();
    }

    /// <summary>Fills a workspace that is to begin with a seed, and in which nobody is.</summary>
    public void Plant()
    {
        lock (Workspace.Gate)
        {
            if (Options.Seed && Workspace.People.All.Count == 0)
            {
                Seed.Plant(Workspace);
            }
            if (Options.HistoryDays > 0 && Workspace.Deliveries.All.Count == 0)
            {
                History.Make(Workspace, Options.HistoryDays);
            }
        }
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (_callers.Refusal(context.Request) is { } reason)
        {
            await SendAsync(context, SandboxResponse.Errors(403, reason));
            return;
        }
        var call = new SandboxRequest(context, await ReadAsync(context), this);
        if (call.IsControl)
        {
            // What the page shows is never taken for something else, whoever wrote it.
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await SendAsync(context, Handle(call));
            return;
        }
        var headers = context.Request.Headers;
        var recorded = Recorder.Add(call.Method, call.Target, call.Body, Text(headers.ContentType), Text(headers.UserAgent));
        var fault = Faults.Take(call.Method, call.Target, call.Body);
        if (fault is { DelayMs: > 0 })
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, Closing.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), Options.Time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                context.Abort();
                return;
            }
        }
        var answer = fault is { After: false, Drop: true } ? null : (fault is { After: false } ? fault.Failure() : null) ?? Handle(call);
        if (fault is { Drop: true })
        {
            Live.Tell();
            context.Abort();
            return;
        }
        answer = (fault is { After: true } ? fault.Failure() : null) ?? answer!;
        answer = RequestFile?.Add(recorded, answer) ?? answer;
        Recorder.Answered(recorded, answer);
        Live.Tell();
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers.CacheControl = "no-cache, no-store, must-revalidate, max-age=0";
        await SendAsync(context, answer);
    }

    private SandboxResponse Handle(SandboxRequest call)
    {
        if (Options.RedirectTo is { } other && !call.IsControl && call.Target != "/api/v1/accounts/region")
        {
            return new(301, [], null) { Location = new Uri(other, call.Target).AbsoluteUri };
        }
        if (Routes.Find(call) is not { } route)
        {
            var text = $"{call.Method} {call.Target.Split('?')[0]} is not a path of this API";
            return call.Segments is ["v1", ..] ? SandboxResponse.Detail(404, text) : SandboxResponse.Errors(404, text);
        }
        if (!Credentials.Allowed(route.Access, call.Context.Request, Options))
        {
            return route.Access == Access.App ? SandboxResponse.Detail(401, "Unauthorized request")
                // A wrong key is no error there unless somebody asks; what was sent is lost.
                : route.Access == Access.Pipelines && !PipelinesRoutes.IsStrict(call.Context.Request) ? SandboxResponse.Empty
                : SandboxResponse.Error(401, "Unauthorized request");
        }
        if (Workspace.Settings.RateLimits && !call.IsControl && TooMany(call, route) is { } tooMany)
        {
            return tooMany;
        }
        try
        {
            if (!route.IsGated)
            {
                return route.Handle(call);
            }
            if (call.Method is "POST" or "PUT")
            {
                _ = call.Content;
            }
            lock (Workspace.Gate)
            {
                Workspace.CatchUp();
                return route.Handle(call);
            }
        }
        catch (Refusal e)
        {
            return e.Answer;
        }
        catch (FormatException e)
        {
            return route.Malformed(e.Message);
        }
        catch (Exception e)
        {
            return SandboxResponse.Errors(500, $"the sandbox has a defect: {e}");
        }
    }

    /// <summary>The answer to a request over the rate of its API; null while there is room.</summary>
    private SandboxResponse? TooMany(SandboxRequest call, Route route)
    {
        if (route.Access != Access.App)
        {
            return _trackRate.Refuses(Workspace.Settings.TrackRate, out var wait)
                ? SandboxResponse.Errors(429, "too many requests") with
                {
                    RetryAfter = wait,
                }
                : null;
        }
        var isSend = call.Segments is ["v1", "send", ..];
        var (bucket, rate) = isSend ? (_sendRate, Workspace.Settings.SendRate) : (_appRate, Workspace.Settings.AppRate);
        return bucket.Refuses(rate, out var retryAfter)
            ? SandboxResponse.Detail(429, $"rate limited to {rate} requests per 1s (reference {Recorder.Total:x6})") with
            {
                RetryAfter = retryAfter,
            }
            : null;
    }

    private static async ValueTask<byte[]> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength == 0 || !context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
        {
            return [];
        }
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task SendAsync(HttpContext context, SandboxResponse answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.RetryAfter = answer.RetryAfter;
        response.Headers.Location = answer.Location;
        if (answer.Stream is { } stream)
        {
            await stream(context);
            return;
        }
        if (answer.Status != 204)
        {
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body);
        }
    }

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}
