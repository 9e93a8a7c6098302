using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace CustomerIo.Connector.Api;

/// <summary>The spans and metrics of runs and their requests, for whoever listens; no id, address or key is in them.</summary>
internal static class Telemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "CustomerIo.Connector";

    /// <summary>Attributes of our own; all others are OpenTelemetry's.</summary>
    public const string Action = "customerio.action",
        Outcome = "customerio.outcome",
        Api = "customerio.api",
        Region = "customerio.region",
        Attempt = "customerio.attempt",
        ErrorType = "error.type",
        Method = "http.request.method",
        StatusCode = "http.response.status_code";

    /// <summary>How a run ends that threw what no run may.</summary>
    public const string Defect = "defect";

    public static readonly string Version = typeof(Telemetry).Assembly.GetName().Version!.ToString(3);

    // OpenTelemetry's bounds for HTTP, and some beyond: a run also waits for its turn and between attempts.
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60],
    };

    private static readonly ActivitySource s_source = new(Name, Version);
    private static readonly Meter s_meter = new(Name, Version);
    private static readonly Histogram<double> s_runs = Seconds("customerio.run.duration", "Duration of the runs of actions."),
        s_requests = Seconds("customerio.request.duration", "Duration of the attempts of requests to Customer.io, until the answer is wholly read."),
        s_waits = Seconds("customerio.throttle.duration", "Duration of the waits of requests for their turn under a rate limit.");

    private static readonly Counter<long> s_retries = s_meter.CreateCounter<long>(
        "customerio.request.retries",
        "{retry}",
        "Attempts of requests beyond the first."
    );

    /// <summary>Whether anybody wants to know; where nobody does, nothing is made.</summary>
    public static bool IsListenedTo => s_source.HasListeners() || s_requests.Enabled || s_runs.Enabled || s_waits.Enabled || s_retries.Enabled;

    /// <summary>Runs an action under a span of its own.</summary>
    /// <param name="action">The action's id; null for what is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">Runs it.</param>
    public static async Task<RunResult> RunAsync(string? action, TimeProvider time, Func<Task<RunResult>> run)
    {
        using var watched = new WatchedRun(action, time);
        try
        {
            var result = await run().ConfigureAwait(false);
            watched.Outcome = result.Status == RunStatus.Partial ? WatchedRun.Partial : WatchedRun.Succeeded;
            return result;
        }
        catch (Exception e)
        {
            watched.Failed(e);
            throw;
        }
    }

    /// <summary>Runs an action for many inputs under one span.</summary>
    public static async IAsyncEnumerable<ItemResult> RunAsync(
        string action,
        TimeProvider time,
        IAsyncEnumerable<ItemResult> results,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        using var watched = new WatchedRun(action, time);
        await using var items = results.GetAsyncEnumerator(ct);
        var outcome = WatchedRun.Succeeded;
        while (true)
        {
            // Each result is asked for in its taker's context, which knows nothing of this span.
            watched.Enter();
            try
            {
                if (!await items.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }
            }
            catch (Exception e)
            {
                watched.Failed(e);
                throw;
            }

            outcome = items.Current.Failure is null ? outcome : WatchedRun.Partial;
            yield return items.Current;
        }

        watched.Outcome = outcome;
    }

    /// <summary>Begins the span of a run.</summary>
    public static Activity? BeginRun(string? action) =>
        s_source.StartActivity(
            action is null ? "run" : "run " + action,
            ActivityKind.Internal,
            default(ActivityContext),
            action is null ? [] : [new(Action, action)]
        );

    /// <summary>Begins the span of an attempt.</summary>
    public static Activity? BeginAttempt(ApiCall call, string? action)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        var (request, uri) = (call.Request, call.Uri);
        var (method, template) = (MethodOf(request), request.Template);
        var tags = new TagList
        {
            { Method, method },
            { "server.address", uri.IdnHost },
            { "server.port", uri.Port },
            { "url.scheme", uri.Scheme },
            { Api, ApiOf(request) },
            { Attempt, call.Attempts },
        };
        Add(ref tags, "url.template", template);
        Add(ref tags, Region, RegionOf(uri));
        Add(ref tags, Action, action);
        Add(ref tags, "http.request.resend_count", call.Attempts > 1 ? call.Attempts - 1 : null);
        return s_source.StartActivity(template is null ? method : $"{method} {template}", ActivityKind.Client, default(ActivityContext), tags);
    }

    /// <summary>Tells how long a run took and how it ended.</summary>
    public static void EndRun(Activity? span, string? action, string outcome, string? error, TimeSpan duration)
    {
        span?.SetTag(Outcome, outcome);
        End(span, error);
        var tags = new TagList { { Outcome, outcome } };
        Add(ref tags, Action, action);
        Add(ref tags, ErrorType, error);
        s_runs.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Tells how long an attempt took and how it ended.</summary>
    public static void EndAttempt(Activity? span, ApiCall call, int? status, string? error, TimeSpan duration)
    {
        span?.SetTag(StatusCode, status);
        End(span, error);
        var tags = new TagList { { Api, ApiOf(call.Request) }, { Method, MethodOf(call.Request) } };
        Add(ref tags, Region, RegionOf(call.Uri));
        Add(ref tags, StatusCode, status);
        Add(ref tags, ErrorType, error);
        s_requests.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Tells that a request waited for its turn.</summary>
    public static void Throttled(ApiRequest request, TimeSpan wait) => s_waits.Record(wait.TotalSeconds, new TagList { { Api, ApiOf(request) } });

    /// <summary>Tells that a request is sent again, and why.</summary>
    public static void Retried(ApiRequest request, string? error)
    {
        var tags = new TagList { { Api, ApiOf(request) } };
        Add(ref tags, ErrorType, error);
        s_retries.Add(1, tags);
    }

    /// <summary>What an attempt failed with, as OpenTelemetry names it: its status, or what kept the answer away; null for a success.</summary>
    public static string? ErrorOf(Attempt? attempt) =>
        attempt switch
        {
            null => "cancelled",
            { Succeeded: true } => null,
            { Response.Status: var status } => status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            { Error: TimeoutException } => "timeout",
            { Error: EmptyAnswerException } => "invalid_response",
            { Error: HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } } => JsonNamingPolicy.SnakeCaseLower.ConvertName(
                error.ToString()
            ),
            { Error: var error } => error?.GetType().FullName ?? "_OTHER",
        };

    // Its message may say whom it was about, so the span has none.
    private static void End(Activity? span, string? error)
    {
        if (span is not null)
        {
            if (error is not null)
            {
                span.SetTag(ErrorType, error);
                span.SetStatus(ActivityStatusCode.Error);
            }

            span.Dispose();
        }
    }

    private static void Add(ref TagList tags, string name, object? value)
    {
        if (value is not null)
        {
            tags.Add(name, value);
        }
    }

    private static string ApiOf(ApiRequest request) =>
        request.Api switch
        {
            ApiName.Track => "track",
            ApiName.App => "app",
            _ => "pipelines",
        };

    private static string? RegionOf(Uri uri) =>
        Hosts.RegionOf(uri.Host) switch
        {
            Model.Region.Us => "us",
            Model.Region.Eu => "eu",
            _ => null,
        };

    private static string MethodOf(ApiRequest request) =>
        request.Method.Method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? request.Method.Method : "_OTHER";

    private static Histogram<double> Seconds(string name, string description) => s_meter.CreateHistogram(name, "s", description, null, s_seconds);
}

/// <summary>A run that somebody traces or measures.</summary>
internal sealed class WatchedRun(string? action, TimeProvider time) : IDisposable
{
    public const string Succeeded = "succeeded",
        Partial = "partial";

    private static readonly string s_cancelled = Values.Names.Camel(nameof(FailureKind.Cancelled));

    private readonly Activity? _span = Telemetry.BeginRun(action);
    private readonly long _began = time.GetTimestamp();
    private string? _error;

    /// <summary>How it ended. Default: broken off.</summary>
    public string Outcome { private get; set; } = s_cancelled;

    /// <summary>Makes what follows a part of it.</summary>
    public void Enter()
    {
        if (_span is not null)
        {
            Activity.Current = _span;
        }
    }

    public void Failed(Exception e)
    {
        Outcome =
            e is ConnectorException failure ? failure.KindName
            : e is OperationCanceledException ? s_cancelled
            : Telemetry.Defect;
        _error =
            Outcome == s_cancelled ? null
            : Outcome == Telemetry.Defect ? e.GetType().FullName
            : Outcome;
    }

    public void Dispose() => Telemetry.EndRun(_span, action, Outcome, _error, time.GetElapsedTime(_began));
}

/// <summary>A request that somebody traces or measures.</summary>
internal sealed class WatchedCall : ApiCall
{
    private readonly string? _action;
    private readonly TimeProvider _time;
    private Activity? _span;
    private long _began;
    private string? _error;

    /// <param name="same">The request.</param>
    /// <param name="action">The id of the action that makes it; null for none.</param>
    /// <param name="time">The clock.</param>
    [SetsRequiredMembers]
    public WatchedCall(ApiCall same, string? action, TimeProvider time)
        : base(same) => (_action, _time) = (action, time);

    public override void Begins(TimeSpan waited)
    {
        if (waited > TimeSpan.Zero)
        {
            Telemetry.Throttled(Request, waited);
        }

        if (Attempts > 1)
        {
            Telemetry.Retried(Request, _error);
        }

        (_span, _began) = (Telemetry.BeginAttempt(this, _action), _time.GetTimestamp());
    }

    public override void Ends(Attempt? attempt)
    {
        _error = Telemetry.ErrorOf(attempt);
        Telemetry.EndAttempt(_span, this, attempt?.Response?.Status, _error, _time.GetElapsedTime(_began));
    }
}
