using System.Globalization;
using System.Net.Http.Headers;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Cli.Webhooks;

/// <summary>Sends a made-up delivery as Customer.io would: signed, and given up after four seconds.</summary>
internal static class SampleSender
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <summary>Sends it; the answer's status and text.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: nobody answered.</exception>
    public static async Task<(int Status, string Text)> SendAsync(
        TriggerManifest trigger,
        TriggerEvent one,
        Uri to,
        string? signingKey,
        string eventId,
        CancellationToken ct
    )
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = ConnectorJson.ToBytes(trigger.Sample(one, eventId, now));
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        if (signingKey is not null)
        {
            request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(signingKey, timestamp, body));
        }

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = s_patience };
        try
        {
            using var response = await client.SendAsync(request, ct).ConfigureAwait(false);
            return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false)).Trim());
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            var address = Shown.Address(to.ToString());
            var why =
                e is HttpRequestException
                    ? $"Nobody answers at {address}: {e.Message}"
                    : $"{address} did not answer within {s_patience.TotalSeconds} s, after which Customer.io gives up.";
            throw new ConnectorException(FailureKind.Unavailable, why, inner: e);
        }
    }
}
