using System.Net;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Api;

/// <summary>The wire: one attempt, and the retries around it. Total budget → retry → limiter → attempt timeout → HTTP.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>An answer longer than this is refused: 64 MiB.</summary>
    private const int MaxResponseBytes = 64 << 20;

    private static readonly string s_userAgent = "customerio-connector/" + typeof(ApiClient).Assembly.GetName().Version!.ToString(3);
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly Func<ApiName, IRateLimiter?>? _limiterOf;
    private readonly Retry _retry;
    private readonly bool _isLent;

    public ApiClient(HttpMessageHandler? handler, TimeProvider time, Func<double> random, Func<ApiName, IRateLimiter?>? limiterOf = null)
    {
        _limiterOf = limiterOf;
        _http = new HttpMessageInvoker(handler ?? CreateHandler(), disposeHandler: handler is null);
        _time = time;
        _random = random;
        _retry = new Retry(AttemptAsync, time, random);
    }

    /// <summary>One that sends through another's connections, which stay the other's.</summary>
    public ApiClient(ApiClient other, Func<ApiName, IRateLimiter?> limiterOf)
    {
        (_http, _time, _random, _limiterOf, _isLent, Log) = (other._http, other._time, other._random, limiterOf, true, other.Log);
        _retry = new Retry(AttemptAsync, _time, _random);
    }

    /// <summary>Takes what runs tell that name no log of their own.</summary>
    public ILogger? Log { get; init; }

    public TimeProvider Time => _time;

    public Func<double> Random => _random;

    public void Dispose()
    {
        if (!_isLent)
        {
            _http.Dispose();
        }
    }

    /// <summary>Sends a request until it succeeds, may not be repeated, or its budget is used up; long waits are told to the log.</summary>
    /// <returns>The last attempt; the call tells what it took.</returns>
    public Task<Attempt> SendAsync(ApiCall call, CancellationToken ct)
    {
        call.Started = _time.GetTimestamp();
        return AttemptAsync(call, ct);
    }

    /// <summary>Fetches a file from elsewhere, without keys.</summary>
    public Task<Download> DownloadAsync(string address, DownloadTarget to, TimeSpan pause, CancellationToken ct) =>
        Downloads.FetchAsync(_http.SendAsync, address, to, pause, _time, ct);

    // Each layer that waits costs every request: the first attempt goes over to the retry by itself.
    private async Task<Attempt> AttemptAsync(ApiCall call, CancellationToken ct)
    {
        IRateLimiter limiter = _limiterOf?.Invoke(call.Request.Api) ?? call.Workspace.Limiter(call.Request, _time);
        var turn = limiter.WaitAsync(call.Remaining(_time), ct);
        if ((turn.IsCompletedSuccessfully ? turn.Result : await turn.ConfigureAwait(false)) is not { } waited)
        {
            return new Attempt(null, new BudgetExceededException(limiter.Asked), Left: false);
        }

        call.Waited += waited;
        ct.ThrowIfCancellationRequested();
        var limit = call.Remaining(_time);
        limit = limit < call.RetryPolicy.Timeout ? limit : call.RetryPolicy.Timeout;
        if (limit <= TimeSpan.Zero)
        {
            return new Attempt(null, new BudgetExceededException(TimeSpan.Zero), Left: false);
        }

        call.BeforeAttempt?.Invoke();
        call.Attempts++;
        call.Begins(waited);
        var content = new WireContent(call.Request.Body);
        Attempt attempt;
        using (var timeout = new CancellationTokenSource(limit, _time))
        using (ct.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), timeout))
        using (var message = new HttpRequestMessage(call.Request.Method, call.Uri) { Content = content })
        {
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
                attempt = Judged(call, await ReadAsync(response, timeout.Token).ConfigureAwait(false), limiter);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                call.HasArrived |= answered || content.Started;
                call.Ends(null);
                throw call.Cancelled(ct);
            }
            catch (OperationCanceledException e)
            {
                // Ours, or the handler's own limit on connecting, which carries a TimeoutException inside: then nothing had left.
                attempt = new Attempt(null, new TimeoutException(null, e), answered || content.Started);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                attempt = new Attempt(null, e, answered || content.Started);
            }
        }

        call.Ends(attempt);

        // It may have been done, should the run be cancelled before it is repeated.
        call.HasArrived |= !attempt.Succeeded && !Failures.ProvablyNotDone(attempt);
        return call.Attempts == 1 && Retry.IsWanted(call, attempt) ? await _retry.RunAsync(call, attempt, ct).ConfigureAwait(false) : attempt;
    }

    private static Attempt Judged(ApiCall call, ApiResponse answer, IRateLimiter limiter)
    {
        if (answer.IsCut(call.Request.Form))
        {
            return new Attempt(null, new HttpRequestException(HttpRequestError.InvalidResponse), Left: true);
        }

        if (call.Log is not null)
        {
            DebugLog.Response(call.Log, answer, call.Workspace);
        }

        if (call.Request.IsLeftOpen(answer, out var promise))
        {
            return new Attempt(null, new EmptyAnswerException(answer, promise), Left: true);
        }

        if (answer.Status == 429)
        {
            limiter.OnThrottled(answer.RetryAfter?.Wait);
        }

        return new Attempt(answer, null, Left: true);
    }

    private static void AddHeaders(HttpRequestMessage message, ApiCall call)
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
        await response.Content.LoadIntoBufferAsync(MaxResponseBytes, ct).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        try
        {
            body = Packed.Unpack(body, response.Content.Headers, MaxResponseBytes);
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
