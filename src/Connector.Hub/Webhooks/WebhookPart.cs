using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Webhooks;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Newtonsoft.Json.Linq;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace CustomerIo.Connector.Hub.Webhooks;

/// <summary>The HTTP side of receiving: one path, POST, bodies up to 1 MiB that arrive in time. What it refuses it tells in one line.</summary>
/// <param name="settings">Names the path.</param>
/// <param name="patience">How long headers, and then a body, may take to arrive.</param>
/// <param name="receive">What becomes of a request.</param>
/// <param name="log">Takes a line for each request that is refused.</param>
/// <param name="verifies">Whether <paramref name="receive"/> takes signed deliveries only; those are then taken under any name.</param>
internal sealed class WebhookPart(
    TriggerSettings settings,
    TimeSpan patience,
    Func<WebhookRequest, Task<WebhookReceipt>> receive,
    Action<string> log,
    bool verifies = false
) : HubPart
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private HubRoutes _routes = null!;
    private long _received,
        _duplicates,
        _filtered,
        _refused;

    /// <summary>The path that Customer.io's deliveries are taken at.</summary>
    public string Path => settings.Path;

    public override string Paths => $"POST {settings.Path}";

    public override string? ChosenPath => settings.Path;

    public override TimeSpan HeadersTimeout => patience;

    // The longest body within the patience, so that none takes longer.
    public override MinDataRate MinBodyRate { get; } = new(WebhookRequest.MaxBodyLength / patience.TotalSeconds, patience);

    public override int MaxConnections => 1_000;

    public override void Map(HubRoutes routes)
    {
        _routes = routes;
        routes.Map(LocalServer.Plain(settings.Path), TakeAsync);
    }

    // A tunnel's name need not be known where the signature says who sends: no page can make one.
    public override string? Refusal(HttpContext context, CallerCheck callers) =>
        verifies
        && context.GetEndpoint()?.Metadata.GetMetadata<HubPart>() == this
        && HttpMethods.IsPost(context.Request.Method)
        && !CallerCheck.IsFromPage(context.Request)
            ? null
            : callers.Refusal(context.Request);

    public override Task RefuseAsync(HttpContext context, int status, string? reason) =>
        AnswerAsync(context, status, reason ?? (status == 405 ? Answers.Missed(context, status, Paths) : "Deliveries are taken at another path."));

    public override void Malformed(string connection, int status, string reason)
    {
        // Kestrel also complains of the rest of a request that was refused here, and told already.
        if (!_told.ContainsKey(connection))
        {
            Refuse(status, status == 408 ? "The headers did not arrive in time." : reason);
        }
    }

    public override void Tell(JObject health) =>
        health["webhooks"] = new JObject { ["received"] = Interlocked.Read(ref _received), ["refused"] = Interlocked.Read(ref _refused) };

    public override void Measure(Meter meter)
    {
        Add("received", () => Interlocked.Read(ref _received), "{event}", "Deliveries that were kept since the start.");
        Add("duplicates", () => Interlocked.Read(ref _duplicates), "{event}", "Deliveries that had come before.");
        Add("filtered", () => Interlocked.Read(ref _filtered), "{event}", "Deliveries that the settings do not want.");
        Add("refused", () => Interlocked.Read(ref _refused), "{request}", "Requests answered with an error.");

        void Add(string name, Func<long> value, string unit, string description) =>
            meter.CreateObservableCounter("customerio.webhooks." + name, value, unit, description);
    }

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
        if (status == 405 && response.Headers.Allow.Count == 0)
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

        var text = Encoding.UTF8.GetBytes((reason ?? "ok") + "\n");
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = text.Length;
        await response.Body.WriteAsync(text).ConfigureAwait(false);
    }

    private async Task<(int Status, string? Reason)> ReceiveAsync(HttpContext context)
    {
        var request = context.Request;
        try
        {
            if (await RequestBody.ReadAsync(request, request.Body, WebhookRequest.MaxBodyLength).ConfigureAwait(false) is not { } body)
            {
                return (413, $"The body is longer than {WebhookRequest.MaxBodyLength >> 20} MiB.");
            }

            var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            using var working = _routes.Work(context);
            var receipt = await receive(new WebhookRequest(headers, body, request.Method)).ConfigureAwait(false);
            Count(receipt);
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

    private void Count(WebhookReceipt receipt)
    {
        if (receipt.Reason is null)
        {
            Interlocked.Increment(ref receipt.Duplicate ? ref _duplicates : ref receipt.Filtered ? ref _filtered : ref _received);
        }
    }

    private void Refuse(int status, string reason)
    {
        Interlocked.Increment(ref _refused);
        log($"Refused ({status}): {reason}");
    }
}
