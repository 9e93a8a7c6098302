using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Posts signed deliveries at a steady rate, whether the answers come or not, and measures how long each took.</summary>
public sealed record WebhookLoad(string Prefix, int Sent, int Failed, TimeSpan Median, TimeSpan P99, TimeSpan Slowest, double PerSecond)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Sent} deliveries, {PerSecond:0} a second, {Failed} failed; median {Median.TotalMilliseconds:0.0} ms, p99 {P99.TotalMilliseconds:0.0} ms, "
                + $"slowest {Slowest.TotalMilliseconds:0.0} ms"
        );

    public static async Task<WebhookLoad> RunAsync(string url, string key, int perSecond, TimeSpan duration)
    {
        var trigger = Catalogue.Embedded.Triggers.Single();
        var one = trigger.Find("email_delivered")!;
        var prefix = $"load-{Guid.NewGuid():N}-";
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { Timeout = TimeSpan.FromSeconds(30) };
        var count = (int)(perSecond * duration.TotalSeconds);
        var posts = new Task<TimeSpan?>[count];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            // Each has its own moment: a slow answer holds nobody back, so that waiting shows in the figures.
            var due = TimeSpan.FromSeconds((double)i / perSecond);
            if (due - Stopwatch.GetElapsedTime(started) is var wait && wait > TimeSpan.FromMilliseconds(2))
            {
                await Task.Delay(wait);
            }

            var id = prefix + i;
            posts[i] = Task.Run(() =>
                PostAsync(client, url, key, ConnectorJson.ToBytes(trigger.Sample(one, id, TimeProvider.System.GetUtcNow())), started, due)
            );
        }

        var all = await Task.WhenAll(posts);
        var took = all.OfType<TimeSpan>().Order().ToArray();
        return new WebhookLoad(
            prefix,
            count,
            count - took.Length,
            took[took.Length / 2],
            took[(int)(took.Length * 0.99)],
            took[^1],
            count / Stopwatch.GetElapsedTime(started).TotalSeconds
        );
    }

    // From when it was due: a post that had to wait for its turn here counts as slow, too.
    private static async Task<TimeSpan?> PostAsync(HttpClient client, string url, string key, byte[] body, long started, TimeSpan due)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(key, timestamp, body));
        try
        {
            using var response = await client.SendAsync(request);
            return response.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(started) - due : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
