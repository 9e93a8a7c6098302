using System.Collections.Concurrent;
using System.Net;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CustomerIo.Connector.Hub.Webhooks;

/// <summary>The HTTP side of receiving: one path, POST, bodies up to 1 MiB that arrive in time. What it refuses it tells in one line.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly LocalServer _server;
    private readonly CallerCheck _callers;
    private readonly bool _verifies;
    private readonly TriggerSettings _settings;
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
        (_settings, _receive, _log, _verifies) = (settings, receive, log, verifies);
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
        _server = new LocalServer(
            new LocalServerOptions
            {
                Address = address,
                HeadersTimeout = patience,
                // The longest body within the patience, so that none takes longer.
                MinBodyRate = new(WebhookRequest.MaxBodyLength / patience.TotalSeconds, patience),
                MaxConnections = 1_000,
                Refusal = Refusal,
                RefuseAsync = (context, status, reason) => AnswerAsync(context, status, reason ?? "Deliveries are taken at another path."),
                Logs = logs,
            }
        );
        RequestDelegate take = TakeAsync;
        _server.Endpoints.Map(LocalServer.Plain(settings.Path), take);
    }

    /// <summary>The address that Customer.io's deliveries are taken at.</summary>
    public string Url => _server.Url + _settings.Path;

    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the address cannot be had.</exception>
    public Task StartAsync(CancellationToken ct) => _server.StartAsync(ct);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _server.StopAsync(patience.Token).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    // A tunnel's name need not be known where the signature says who sends: no page can make one.
    private string? Refusal(HttpContext context) =>
        _verifies && context.GetEndpoint() is not null && HttpMethods.IsPost(context.Request.Method) && !CallerCheck.IsFromPage(context.Request)
            ? null
            : _callers.Refusal(context.Request);

    private async Task TakeAsync(HttpContext context)
    {
        var (status, reason) = await ReceiveAsync(context).ConfigureAwait(false);
        await AnswerAsync(context, status, reason).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, int status, string? reason)
    {
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

    private async Task<(int Status, string? Reason)> ReceiveAsync(HttpContext context)
    {
        var request = context.Request;
        try
        {
            if (await BodyAsync(request).ConfigureAwait(false) is not { } body)
            {
                return (413, $"The body is longer than {WebhookRequest.MaxBodyLength >> 20} MiB.");
            }

            var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            using var working = _server.Work(context);
            var receipt = await _receive(new WebhookRequest(headers, body, request.Method)).ConfigureAwait(false);
            return (receipt.Status, receipt.Reason);
        }
        catch (Exception e) when (e is OperationCanceledException or BadHttpRequestException { StatusCode: 408 })
        {
            return (408, "The body did not arrive in time.");
        }
        catch (BadHttpRequestException e)
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
    private static async Task<byte[]?> BodyAsync(HttpRequest request)
    {
        if (request.ContentLength > WebhookRequest.MaxBodyLength)
        {
            return null;
        }

        using var body = new MemoryStream();
        var block = new byte[16 << 10];
        for (int count; (count = await request.Body.ReadAsync(block).ConfigureAwait(false)) > 0; )
        {
            if (body.Length + count > WebhookRequest.MaxBodyLength)
            {
                return null;
            }

            body.Write(block, 0, count);
        }

        return body.ToArray();
    }

    private void Refuse(int status, string reason) => _log($"Refused ({status}): {reason}");
}
