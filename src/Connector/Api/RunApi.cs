using System.Text.RegularExpressions;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Api;

/// <summary>What the API of a run and that of a dry run share: the event id, the clock and the warnings.</summary>
internal abstract class RunApiBase(Catalogue catalogue, ActionManifest manifest, InputValues values, RunOptions options, TimeProvider time) : IApi
{
    private string? _eventId;
    private List<string>? _warnings;
    private HashSet<string>? _told;

    public string EventId =>
        _eventId ??= options.InvocationId is { } invocation ? EventIds.Derive(invocation, manifest.Id, options.ItemIndex) : EventIds.Fresh(time.GetUtcNow());

    public string EventIdFor(int index) =>
        options.InvocationId is { } invocation ? EventIds.Derive($"{invocation}\n{options.ItemIndex}", manifest.Id, index) : EventIds.Fresh(time.GetUtcNow());

    public Catalogue Catalogue => catalogue;

    public DateTimeOffset Now => time.GetUtcNow();

    public virtual bool IsDryRun => false;

    public virtual Task DelayAsync(TimeSpan delay, CancellationToken ct) => Task.Delay(delay, time, ct);

    public virtual int MaxRetries => 0;

    public virtual Task BackOffAsync(int n, TimeSpan? retryAfter, CancellationToken ct) => Task.CompletedTask;

    public IReadOnlyList<string> Warnings => _warnings ?? (IReadOnlyList<string>)[];

    protected ActionManifest Manifest => manifest;

    protected InputValues Values => values;

    protected RunOptions Options => options;

    protected TimeProvider Time => time;

    protected string? UsedEventId => _eventId;

    public void UseEventId(string eventId) => _eventId = eventId;

    public void Warn(string text)
    {
        lock (_warnings ??= [])
        {
            // An input that is looked at twice is told once.
            var line = Shown.Line(text);
            if ((_told ??= new(StringComparer.Ordinal)).Add(line))
            {
                _warnings.Add(line);
            }
        }
    }

    public void Progress(int done, int total) => options.Progress?.Invoke(done, total);

    public virtual Action<JToken>? Emit => options.Item;

    public abstract bool AllowsPlaceholderIds { get; }

    public abstract bool CanAsk(ApiName api);

    public abstract Task<Download> DownloadAsync(string address, DownloadTarget to, CancellationToken ct);

    public abstract Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken ct);

    /// <summary>The request as the connection's guards let it leave.</summary>
    protected ApiRequest Guarded(ApiRequest request, Workspace workspace)
    {
        var connection = workspace.Connection;
        if (connection.BlockDestructive && manifest.Effect == ActionEffect.Destroy)
        {
            throw DestructiveGuard.Refused(manifest.Title, "");
        }

        if (!connection.BlockDestructive && connection.Guard is null)
        {
            return request;
        }

        try
        {
            return Guards.Apply(request, connection, Warn);
        }
        catch (ConnectorException e)
        {
            // Of many operations it is one that the guard refuses, not the connection.
            throw e.OfGuard();
        }
    }

    /// <summary>The region that was asked for: the input's, else the run's, else the connection's.</summary>
    protected Region WantedRegion(Connection connection) =>
        values["region"] is { } given ? Connection.ParseRegion((string?)given, "region") : options.Region ?? connection.Region;

    protected static Uri Target(ApiRequest request, Workspace workspace, Region region)
    {
        var text = string.Concat(workspace.Origin(request.Api, region), request.Path, request.Query.Length > 0 ? "?" : "", request.Query);
        return new Uri(text);
    }
}

/// <summary>The API of one run: finds the region, sends, keeps the books.</summary>
internal sealed class RunApi(ApiClient client, Workspace workspace, Catalogue catalogue, ActionManifest manifest, InputValues values, RunOptions options)
    : RunApiBase(catalogue, manifest, values, options, client.Time)
{
    private readonly RetryPolicy _resilience = RetryPolicy.From(values, options.MaxRetries);
    private readonly WaitNotice _notice = options.Notice ?? new WaitNotice(options.Logger ?? client.Log);
    private readonly Lock _books = new();
    private readonly long _started = client.Time.GetTimestamp();
    private ApiCall? _last;
    private Attempt? _end;
    private int _count;
    private TimeSpan _waited;

    public override bool AllowsPlaceholderIds => workspace.Connection.AllowPlaceholderIds;

    public override bool CanAsk(ApiName api) => workspace.Has(api);

    public override int MaxRetries => _resilience.MaxRetryCount;

    public override Task BackOffAsync(int n, TimeSpan? retryAfter, CancellationToken ct)
    {
        var wait = _resilience.Delay(n, retryAfter, client.Random());
        _notice.Waits(wait, retryAfter is not null);
        return DelayAsync(wait, ct);
    }

    public override Task<Download> DownloadAsync(string address, DownloadTarget to, CancellationToken ct) =>
        client.DownloadAsync(address, to, _resilience.Timeout, ct);

    public override async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken ct)
    {
        request = Guarded(request, workspace);
        workspace.Authorization(request.Api);
        var region = Known() ?? await FindRegionAsync(ct).ConfigureAwait(false);
        var call = Call(request, region);
        var attempt = Booked(call, await client.SendAsync(call, ct).ConfigureAwait(false));

        // Without Track credentials nobody can be asked for the region: a refusal by the US host is followed by one try at the EU's.
        if (region == Region.Auto && request.Api == ApiName.App && !workspace.HasBaseUrl)
        {
            if (attempt.Response?.Status == 401)
            {
                call = Call(request, region = Region.Eu);
                attempt = Booked(call, await client.SendAsync(call, ct).ConfigureAwait(false));
            }

            if (attempt.Succeeded)
            {
                workspace.State.Region = region == Region.Eu ? Region.Eu : Region.Us;
            }
        }

        if (attempt.Succeeded)
        {
            _notice.Answered();
            return Checked(attempt, call);
        }

        if (attempt.Response is { Status: >= 300 and < 400 })
        {
            workspace.State.Region = Region.Auto;
        }

        throw Described(attempt, call);
    }

    public RunResult Result(JToken data)
    {
        var summary = new RequestSummary(
            _last?.Request.Method.Method,
            _last?.Uri.AbsoluteUri,
            _count,
            _last?.Attempts ?? 0,
            (long)Time.GetElapsedTime(_started).TotalMilliseconds,
            (long)_waited.TotalMilliseconds,
            _end?.Response?.Status,
            UsedEventId
        );
        var partial = data is JObject { Count: > 0 } o && o["failed"] is JArray { Count: > 0 };
        return new RunResult(partial ? RunStatus.Partial : RunStatus.Succeeded, data, summary, Warnings);
    }

    private ApiCall Call(ApiRequest request, Region region) =>
        new ApiCall(request, Target(request, workspace, region), workspace, _resilience)
        {
            Repeatable = IsIdempotent(request) && request.Repeat != Repeat.ByCaller,
            Notice = _notice,
            BeforeAttempt = Options.BeforeAttempt,
        }.Watched(Manifest.Id, Time);

    private Attempt Booked(ApiCall call, Attempt attempt)
    {
        lock (_books)
        {
            (_last, _end) = (call, attempt);
            _count++;
            _waited += call.Waited;
        }

        return attempt;
    }

    /// <summary>The region to send to, <see cref="Region.Auto"/> where none is needed or nobody can be asked; null where it has to be asked for.</summary>
    private Region? Known()
    {
        var wanted = WantedRegion(workspace.Connection);
        return wanted != Region.Auto || workspace.HasBaseUrl ? wanted
            : workspace.State.Region is var known and not Region.Auto ? known
            : workspace.Has(ApiName.Track) ? null
            : Region.Auto;
    }

    private async Task<Region> FindRegionAsync(CancellationToken ct)
    {
        // Those who waited while the question failed share that failure: asking again one by one, the last would wait for all the others' time-outs.
        var failures = workspace.State.Failures;
        await workspace.State.Asking.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return workspace.State.Region is var found and not Region.Auto ? found
                : workspace.State.Failures != failures ? throw workspace.State.Failure!.Again()
                : workspace.State.Region = await AskAsync(ct).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (workspace.State.Failures == failures)
        {
            workspace.State.Failed(e);
            throw;
        }
        finally
        {
            workspace.State.Asking.Release();
        }
    }

    private async Task<Region> AskAsync(CancellationToken ct)
    {
        var request = ApiRequest.Get(ApiName.Track, "/api/v1/accounts/region");
        var call = new ApiCall(request, Target(request, workspace, Region.Us), workspace, _resilience) { Repeatable = true, Notice = _notice }.Watched(
            Manifest.Id,
            Time
        );
        var attempt = await client.SendAsync(call, ct).ConfigureAwait(false);
        _waited += call.Waited;
        if (!attempt.Succeeded)
        {
            throw Failures.Describe(attempt, request, workspace, true, call.Attempts, _resilience.Timeout);
        }

        return Hosts.RegionIn(attempt.Response!) is var region and not Region.Auto
            ? region
            : throw new ConnectorException(FailureKind.Connection, "Customer.io did not say which region the workspace is in. Set the region to us or eu.")
            {
                Status = attempt.Response!.Status,
                Attempts = call.Attempts,
            };
    }

    private bool IsIdempotent(ApiRequest request) =>
        request.Repeat switch
        {
            Repeat.Safe or Repeat.ByCaller => true,
            Repeat.Unsafe => false,
            Repeat.WhenAsked => _resilience.RetryCountGiven,
            _ => Manifest.Idempotent,
        };

    // An answer that tells what became of each item is its sender's to read, and a list of errors may be what was asked for.
    private ApiResponse Checked(Attempt attempt, ApiCall call)
    {
        var (response, request) = (attempt.Response!, call.Request);
        return request.Form != ResponseForm.Json ? response
            : response.TryJson() is null ? throw Failures.Stranger(response, request, workspace, IsIdempotent(request), call.Attempts)
            : response.HasErrors && response.Status != 207 && Promise.Of(request)?.TellsErrors != true ? throw Described(attempt, call)
            : response;
    }

    private ConnectorException Described(Attempt attempt, ApiCall call) =>
        Failures.Describe(attempt, call.Request, workspace, IsIdempotent(call.Request), call.Attempts, _resilience.Timeout);
}

/// <summary>The API of a dry run: records requests, answers <c>{}</c>, sends nothing.</summary>
internal sealed partial class DryRunApi(
    Workspace workspace,
    Catalogue catalogue,
    ActionManifest manifest,
    InputValues values,
    RunOptions options,
    TimeProvider time
) : RunApiBase(catalogue, manifest, values, options, time)
{
    private readonly JArray _requests = [];
    private bool _warned;

    public override bool IsDryRun => true;

    public override Action<JToken>? Emit => null;

    public override bool AllowsPlaceholderIds => workspace.Connection.AllowPlaceholderIds;

    public override bool CanAsk(ApiName api) => false;

    public override Task<Download> DownloadAsync(string address, DownloadTarget to, CancellationToken ct) =>
        Task.FromResult(new Download(0, to.File is null ? [] : null));

    public override Task DelayAsync(TimeSpan delay, CancellationToken ct) => Task.CompletedTask;

    public override Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken ct)
    {
        request = Guarded(request, workspace);
        var wanted = WantedRegion(workspace.Connection);
        var region = wanted != Region.Auto || workspace.HasBaseUrl ? wanted : workspace.State.Region;
        if (region == Region.Auto && !workspace.HasBaseUrl && !_warned)
        {
            _warned = true;
            Warn("The region is not known yet; the US host is shown. A real run asks Customer.io first.");
        }

        var headers = new JObject { ["Authorization"] = (request.Api == ApiName.App ? "Bearer " : "Basic ") + Mask.Stars };
        if (request.Body.ContentType is not null)
        {
            headers["Content-Type"] = request.Body.ContentType;
        }

        foreach (var (name, value) in request.Headers)
        {
            headers[name] = value;
        }

        _requests.Add(
            new JObject
            {
                ["method"] = request.Method.Method,
                ["url"] = Placeholder().Replace(Target(request, workspace, region).AbsoluteUri, m => Uri.UnescapeDataString(m.Value)),
                ["headers"] = headers,
                ["body"] = Body(request.Body),
                ["bytes"] = request.Body.Bytes.Length,
            }
        );
        return Task.FromResult(new ApiResponse(200, "{}"u8.ToArray(), ApiBody.JsonType, null, null));
    }

    /// <summary><c>{requests, warnings}</c>.</summary>
    public JObject Result() => new() { ["requests"] = _requests, ["warnings"] = new JArray(Warnings) };

    // A name in braces stands in for what a real run looks up; readable, it cannot be taken for an id.
    [GeneratedRegex("(?<=/)%7B[^/?]+%7D(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    private static JToken Body(ApiBody body)
    {
        if (body.Bytes.Length == 0)
        {
            return JValue.CreateNull();
        }

        if (body.ContentType?.StartsWith(ApiBody.JsonType, StringComparison.OrdinalIgnoreCase) == true)
        {
            return ConnectorJson.Parse(body.Bytes.Span, allowDuplicates: true);
        }

        try
        {
            return new System.Text.UTF8Encoding(false, true).GetString(body.Bytes.Span);
        }
        catch (ArgumentException)
        {
            return new JObject { ["base64"] = Convert.ToBase64String(body.Bytes.Span) };
        }
    }
}
