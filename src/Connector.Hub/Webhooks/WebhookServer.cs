using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Webhooks;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CustomerIo.Connector.Hub.Webhooks;

/// <summary>The HTTP side of receiving: one path, POST, bodies up to 1 MiB that arrive in time. What it refuses it tells in one line.</summary>
internal sealed class WebhookServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly CallerCheck _callers;
    private readonly bool _verifies;
    private readonly TriggerSettings _settings;
    private readonly TimeSpan _patience;
    private readonly Func<WebhookRequest, Task<WebhookReceipt>> _receive;
    private readonly Action<string> _log;
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <param name="address">Where to listen; port 0 for any free one.</param>
    /// <param name="settings">Names the path.</param>
    /// <param name="patience">How long headers, and then a body, may take to arrive.</param>
    /// <param name="receive">What becomes of a request.</param>
    /// <param name="log">Takes a line for each request that is refused.</param>
    /// <param name="names">Further host names that it is reached by, such as a tunnel's.</param>
    /// <param name="verifies">Whether <paramref name="receive"/> takes signed deliveries only; those are then taken under any name.</param>
    public WebhookServer(
        IPEndPoint address,
        TriggerSettings settings,
        TimeSpan patience,
        Func<WebhookRequest, Task<WebhookReceipt>> receive,
        Action<string> log,
        IEnumerable<string>? names = null,
        bool verifies = false
    )
    {
        (_settings, _patience, _receive, _log, _verifies) = (settings, patience, receive, log, verifies);
        _callers = new CallerCheck(address.Address, names ?? []);
        var logs = new BadRequestLog(
            (connection, status) =>
            {
                // Kestrel also complains of the rest of a request that was refused here, and told already.
                if (!_told.ContainsKey(connection))
                {
                    Refuse(status, status == 408 ? "The headers did not arrive in time." : "This is not HTTP.");
                }
            }
        );
        // No slowest rate: the patience bounds the body as a whole.
        _listener = new Listener(address, patience, null, 1_000, logs);
    }

    /// <summary>The address that Customer.io's deliveries are taken at.</summary>
    public string Url => _listener.Url + _settings.Path;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the address cannot be had.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        try
        {
            await _listener.StartAsync(this, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"It cannot listen there: {e.GetBaseException().Message}. Choose another --port, or 0 for any free one.",
                inner: e
            );
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var (status, reason) = await AnswerAsync(context).ConfigureAwait(false);
        if (reason is not null)
        {
            Refuse(status, reason);
        }

        var response = context.Response;
        response.StatusCode = status;
        if (status == 405)
        {
            response.Headers.Allow = "POST";
        }

        if (status is 400 or 403 or 408 or 413)
        {
            response.Headers.Connection = "close";
            var connection = context.Connection.Id;
            _told[connection] = true;
            context
                .Features.GetRequiredFeature<IConnectionCompleteFeature>()
                .OnCompleted(_ => Task.FromResult(_told.TryRemove(connection, out bool _)), connection);
        }

        var text = reason ?? "ok";
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = text.Length + 1;
        await response.WriteAsync(text + "\n").ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _listener.StopAsync(patience.Token).ConfigureAwait(false);
        _listener.Dispose();
    }

    private async Task<(int Status, string? Reason)> AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var atPath = request.Path.Value!.TrimEnd('/').Equals(_settings.Path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

        // A tunnel's name need not be known where the signature says who sends: no page can make one.
        var isSigned = _verifies && atPath && HttpMethods.IsPost(request.Method) && !CallerCheck.IsFromPage(request);
        if (!isSigned && _callers.Refusal(request) is { } reason)
        {
            return (403, reason);
        }

        if (!atPath)
        {
            return (404, "Deliveries are taken at another path.");
        }

        try
        {
            using var late = new CancellationTokenSource(_patience);
            if (await BodyAsync(request, late.Token).ConfigureAwait(false) is not { } body)
            {
                return (413, $"The body is longer than {WebhookRequest.LongestBody >> 20} MiB.");
            }

            var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            using var working = _listener.Work(context);
            var receipt = await _receive(new WebhookRequest(headers, body, request.Method)).ConfigureAwait(false);
            return (receipt.Status, receipt.Reason);
        }
        catch (OperationCanceledException)
        {
            return (408, "The body did not arrive in time.");
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            return (e.StatusCode, "The body ended before its length, or is not HTTP.");
        }
        catch (IOException)
        {
            return (400, "The connection ended before the body did.");
        }
        catch (Exception e)
        {
            return (500, $"A defect of the connector ({e.GetType().Name}).");
        }
    }

    /// <summary>The body's bytes; null if there are too many.</summary>
    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken late)
    {
        using var body = new MemoryStream();
        var block = new byte[16 << 10];
        for (int count; (count = await request.Body.ReadAsync(block, late).ConfigureAwait(false)) > 0; )
        {
            if (body.Length + count > WebhookRequest.LongestBody)
            {
                return null;
            }

            body.Write(block, 0, count);
        }

        return body.ToArray();
    }

    private void Refuse(int status, string reason) => _log($"Refused ({status}): {reason}");
}
