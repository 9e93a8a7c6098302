using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace CustomerIo.Connector.Api;

/// <summary>The wire: one attempt, and the retries around it. Total budget → retry → limiter → attempt timeout → HTTP.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>An answer longer than this is refused: 64 MiB.</summary>
    private const int MostResponseBytes = 64 << 20;

    private static readonly string s_userAgent = "customerio-connector/" + typeof(ApiClient).Assembly.GetName().Version!.ToString(3);
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly Func<ApiName, IRateLimiter?>? _limiterOf;

    public ApiClient(HttpMessageHandler? handler, TimeProvider time, Func<double> random, Func<ApiName, IRateLimiter?>? limiterOf = null)
    {
        _limiterOf = limiterOf;
        _http = new HttpMessageInvoker(handler ?? CreateHandler(), disposeHandler: handler is null);
        _time = time;
        _random = random;
    }

    public TimeProvider Time => _time;

    public Func<double> Random => _random;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request until it succeeds, may not be repeated, or its budget is used up; long waits are told to the log.</summary>
    public async Task<Sent> SendAsync(
        ApiRequest request,
        Uri uri,
        Workspace workspace,
        Resilience resilience,
        bool repeatable,
        WaitNotice? notice,
        CancellationToken ct,
        Action? beforeAttempt = null
    )
    {
        var call = new Call(request, uri, workspace, resilience, repeatable, notice, _time.GetTimestamp()) { BeforeAttempt = beforeAttempt };
        try
        {
            var attempt = await AttemptAsync(call, ct).ConfigureAwait(false);
            if (!attempt.Succeeded && NextDelay(call, attempt) is { } delay)
            {
                attempt = await RetryAsync(call, attempt, delay, ct).ConfigureAwait(false);
            }

            return new Sent(attempt, call.Attempts, call.Waited);
        }
        catch (OperationCanceledException) when (call.HasArrived && request.Method != HttpMethod.Get)
        {
            throw new RequestCancelledException(request, call.Attempts, ct);
        }
    }

    /// <summary>Fetches a file from elsewhere, without keys.</summary>
    public Task<Download> DownloadAsync(string address, DownloadTarget to, TimeSpan pause, CancellationToken ct) =>
        Downloads.FetchAsync(_http.SendAsync, address, to, pause, _time, ct);

    /// <summary>A request on its way.</summary>
    private sealed class Call(ApiRequest request, Uri uri, Workspace workspace, Resilience resilience, bool repeatable, WaitNotice? notice, long started)
    {
        public ApiRequest Request => request;

        public Uri Uri => uri;

        public Workspace Workspace => workspace;

        public Resilience Resilience => resilience;

        public bool Repeatable => repeatable;

        public Action? BeforeAttempt { get; init; }

        /// <summary>Takes requests and answers of a debug run.</summary>
        public ILogger? Log => resilience.Debug ? notice?.Log : null;

        public WaitNotice? Notice => notice;

        /// <summary>Whether one of its attempts may have arrived.</summary>
        public bool HasArrived { get; set; }

        public int Attempts { get; set; }

        public TimeSpan Waited { get; set; }

        public TimeSpan Left(TimeProvider time) => workspace.Connection.TotalTimeout - time.GetElapsedTime(started);
    }

    // Polly is entered only now: the plain good case would pay for it without using it.
    private async Task<Attempt> RetryAsync(Call call, Attempt failed, TimeSpan delay, CancellationToken ct)
    {
        Attempt? atHand = failed;
        TimeSpan? next = delay;
        var spent = false;
        var pipeline = new ResiliencePipelineBuilder<Attempt> { TimeProvider = _time }
            .AddRetry(
                new RetryStrategyOptions<Attempt>
                {
                    MaxRetryAttempts = call.Resilience.MaxRetryCount,
                    ShouldHandle = args =>
                    {
                        next = !spent && args.Outcome.Result is { Succeeded: false } result ? next ?? NextDelay(call, result) : null;
                        return ValueTask.FromResult(next is not null);
                    },
                    DelayGenerator = _ => ValueTask.FromResult(next),
                    OnRetry = args =>
                    {
                        next = null;
                        call.Waited += args.RetryDelay;
                        call.Notice?.Waits(args.RetryDelay, args.Outcome.Result.Response?.RetryAfter is not null);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        return await pipeline
            .ExecuteAsync(
                async token =>
                {
                    if (atHand is { } first)
                    {
                        atHand = null;
                        return first;
                    }

                    var attempt = await AttemptAsync(call, token).ConfigureAwait(false);
                    spent = attempt.Error is BudgetExceededException;
                    return spent ? failed : failed = attempt;
                },
                ct
            )
            .ConfigureAwait(false);
    }

    /// <summary>How long to wait before the next attempt; null when there is none.</summary>
    private TimeSpan? NextDelay(Call call, Attempt failed)
    {
        var resilience = call.Resilience;
        if (call.Attempts > resilience.MaxRetryCount || failed.Error is OperationCanceledException or BudgetExceededException)
        {
            return null;
        }

        var wanted = call.Repeatable
            ? Failures.Passing(failed) || (resilience.RetryOnAllErrors && failed.Response is not null)
            : Failures.RepeatableOnce(failed);
        if (!wanted)
        {
            return null;
        }

        var delay = resilience.Delay(call.Attempts - 1, failed.Response?.RetryAfter?.Wait, _random());
        return delay < call.Left(_time) ? delay : null;
    }

    private async Task<Attempt> AttemptAsync(Call call, CancellationToken ct)
    {
        IRateLimiter limiter = _limiterOf?.Invoke(call.Request.Api) ?? call.Workspace.Limiter(call.Request, _time);
        if (await limiter.WaitAsync(call.Left(_time), ct).ConfigureAwait(false) is not { } waited)
        {
            return new Attempt(null, new BudgetExceededException(limiter.Asked), false);
        }

        call.Waited += waited;
        ct.ThrowIfCancellationRequested();
        var limit = call.Left(_time);
        limit = limit < call.Resilience.Timeout ? limit : call.Resilience.Timeout;
        if (limit <= TimeSpan.Zero)
        {
            return new Attempt(null, new BudgetExceededException(TimeSpan.Zero), false);
        }

        call.BeforeAttempt?.Invoke();
        call.Attempts++;
        var content = new WireContent(call.Request.Body);
        using var timeout = new CancellationTokenSource(limit, _time);
        using var link = ct.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), timeout);
        using var message = new HttpRequestMessage(call.Request.Method, call.Uri) { Content = content };
        AddHeaders(message, call);
        if (call.Log is not null)
        {
            DebugLog.Request(call.Log, call.Request, message, call.Workspace, call.Attempts);
        }

        var answered = false;
        try
        {
            using var response = await _http.SendAsync(message, timeout.Token).ConfigureAwait(false);
            answered = true;
            var answer = await ReadAsync(response, timeout.Token).ConfigureAwait(false);
            if (answer.IsCut(call.Request.Form))
            {
                return Ended(new Attempt(null, new HttpRequestException(HttpRequestError.InvalidResponse), true));
            }

            if (call.Log is not null)
            {
                DebugLog.Response(call.Log, answer, call.Workspace);
            }

            if (call.Request.IsLeftOpen(answer, out var promise))
            {
                return Ended(new Attempt(null, new EmptyAnswerException(answer, promise), true));
            }

            if (answer.Status == 429)
            {
                limiter.SlowDown(answer.RetryAfter?.Wait);
            }

            return Ended(new Attempt(answer, null, true));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            call.HasArrived |= answered || content.Started;
            throw new OperationCanceledException(ct);
        }
        catch (OperationCanceledException e)
        {
            // Ours, or the handler's own limit on connecting, which carries a TimeoutException inside: then nothing had left.
            return Ended(new Attempt(null, new TimeoutException(null, e), answered || content.Started));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Ended(new Attempt(null, e, answered || content.Started));
        }

        // It may have been done, should the run be cancelled before it is repeated.
        Attempt Ended(Attempt attempt)
        {
            call.HasArrived |= !attempt.Succeeded && !Failures.ProvablyNotDone(attempt);
            return attempt;
        }
    }

    private static void AddHeaders(HttpRequestMessage message, Call call)
    {
        message.Headers.TryAddWithoutValidation("Authorization", call.Workspace.Authorization(call.Request.Api));
        message.Headers.TryAddWithoutValidation("User-Agent", s_userAgent);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", Packed.Accepted);
        foreach (var (name, value) in call.Request.Headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                message.Content!.Headers.Remove(name);
                message.Content.Headers.Add(name, value);
            }
            else
            {
                message.Headers.Remove(name);
                message.Headers.Add(name, value);
            }
        }
    }

    private async Task<ApiResponse> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await response.Content.LoadIntoBufferAsync(MostResponseBytes, ct).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        try
        {
            body = Packed.Unpack(body, response.Content.Headers, MostResponseBytes);
        }
        catch (UnknownPackingException) when (status is < 200 or >= 300)
        {
            // A refusal says enough by its status.
            body = [];
        }

        if (status is >= 200 and < 300)
        {
            return new ApiResponse(
                status,
                body,
                response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null,
                null,
                null
            );
        }

        var location = response.Headers.Location;
        var wait = response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? RetryAfter.Read(values, _time.GetUtcNow()) : null;
        return new ApiResponse(status, body, response.Content.Headers.ContentType?.ToString(), location, wait);
    }

    private static SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
            ActivityHeadersPropagator = null,
            Proxy = new ProxyBeyondLoopback(),
        };

    /// <summary>The system's proxy, but never for this machine, where it would only be in the way.</summary>
    private sealed class ProxyBeyondLoopback : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => HttpClient.DefaultProxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
    }
}

/// <summary>How a request ended, and what it took.</summary>
internal readonly record struct Sent(Attempt Attempt, int Attempts, TimeSpan Waited);

/// <summary>The total budget leaves no room for a wait.</summary>
internal sealed class BudgetExceededException(TimeSpan asked) : Exception
{
    /// <summary>What is left of a wait that Customer.io asked for; zero where it is the rate's.</summary>
    public TimeSpan Asked => asked;
}

/// <summary>A request was cancelled; it may have arrived.</summary>
internal sealed class RequestCancelledException(ApiRequest request, int attempts, CancellationToken ct) : OperationCanceledException(ct)
{
    /// <summary>What shows whether it was done.</summary>
    public string? LookFor => request.LookFor;

    public int Attempts => attempts;
}
