using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json;

namespace CustomerIo.Connector.Sandbox;

/// <summary>Posts reports as the vendor does: signed, one at a time for each webhook, four seconds each, tried again for a week.</summary>
internal sealed class Reporter
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_maxWait = TimeSpan.FromDays(30);
    private readonly Workspace _workspace;
    private readonly CancellationToken _closing;
    private readonly List<Task> _running = [];
    private readonly Lazy<HttpClient> _client = new(() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        }
    );

    public Reporter(Workspace workspace, CancellationToken closing)
    {
        (this._workspace, this._closing) = (workspace, closing);
        workspace.Webhooks.Added += webhook =>
        {
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(Task.Run(() => RunAsync(webhook), CancellationToken.None));
        };
    }

    /// <summary>Whether the sandbox would post there: anything over TLS, and this machine without.</summary>
    public static bool MayPost(Uri endpoint) => endpoint.Scheme == "https" || (endpoint.Scheme == "http" && endpoint.IsLoopback);

    /// <summary>The signature of a body: HMAC-SHA256 in lower-case hex over <c>v0:timestamp:body</c>.</summary>
    public static string Sign(string key, string timestamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), (byte[])[.. Encoding.UTF8.GetBytes($"v0:{timestamp}:"), .. body]));

    /// <summary>Ends when the sandbox closes and nothing is being posted any more.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_running);
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private async Task RunAsync(ReportingWebhook webhook)
    {
        while (!_closing.IsCancellationRequested)
        {
            Report? report;
            TimeSpan? wait;
            Task news;
            (Uri Endpoint, string Key) to;
            lock (_workspace.Gate)
            {
                if (webhook.IsGone)
                {
                    return;
                }
                (report, wait, news) = webhook.Next(_workspace.Time.GetUtcNow(), _workspace.Settings.WebhookSpeed);
                to = (webhook.Endpoint, _workspace.Settings.WebhookSigningKey);
            }
            if (report is null)
            {
                // A timer cannot be set for months.
                var timer =
                    wait is null ? Timeout.InfiniteTimeSpan
                    : wait < s_maxWait ? wait.Value
                    : s_maxWait;
                await news.WaitAsync(timer, _workspace.Time, _closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            var (outcome, isDelivered, firstWait) = await PostAsync(to.Endpoint, to.Key, report);
            lock (_workspace.Gate)
            {
                if (!webhook.IsGone && !_closing.IsCancellationRequested)
                {
                    Note(webhook, report, outcome, isDelivered, firstWait);
                }
            }
        }
    }

    private void Note(ReportingWebhook webhook, Report report, string outcome, bool isDelivered, TimeSpan firstWait)
    {
        var tries = webhook.Tries;
        var wait = isDelivered ? null : webhook.Failed(_workspace.Time.GetUtcNow(), firstWait, _workspace.Settings.WebhookSpeed);
        if (wait is null)
        {
            webhook.Done();
        }
        _workspace.Webhooks.Note(webhook, report, tries, isDelivered || wait is not null ? outcome : $"{outcome}; given up", isDelivered, wait);
    }

    private async Task<(string Outcome, bool IsDelivered, TimeSpan FirstWait)> PostAsync(Uri endpoint, string key, Report report)
    {
        if (!MayPost(endpoint))
        {
            return ("not posted: the endpoint must be https, or http on this machine", false, Backoff.First(null));
        }
        var body = Encoding.UTF8.GetBytes(report.Body.ToString(Formatting.None));
        var timestamp = _workspace.Now.ToString(CultureInfo.InvariantCulture);
        using var late = new CancellationTokenSource(s_patience, _workspace.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _closing);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-CIO-Timestamp", timestamp);
        request.Headers.Add("X-CIO-Signature", Sign(key, timestamp, body));
        request.Headers.Add("User-Agent", "customerio-connector-sandbox");
        try
        {
            using var response = await _client.Value.SendAsync(request, either.Token);
            var status = (int)response.StatusCode;
            return ($"{status}", response.IsSuccessStatusCode, Backoff.First(status));
        }
        catch (OperationCanceledException)
        {
            return ($"no answer within {s_patience.TotalSeconds:0} s", false, Backoff.FirstAfterTimeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (Reason(e), false, Backoff.First(null));
        }
    }

    private static string Reason(Exception e) =>
        e switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host was not found",
            _ when e.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
            _ => "the connection ended without an answer",
        };
}
