using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Makes deliveries as Customer.io does, for the tests of receiving.</summary>
internal static class Webhooks
{
    public const string Key = "webhook-signing-key";

    public static TriggerManifest Trigger { get; } = Catalogue.Embedded.Triggers.Single();

    public static byte[] Body(string name, string id) => ConnectorJson.ToBytes(Trigger.Sample(Trigger.Find(name)!, id, TimeProvider.System.GetUtcNow()));

    /// <summary>A signed POST.</summary>
    public static HttpRequestMessage Request(string url, byte[] body, string key = Key, int secondsLater = 0, string type = "application/json")
    {
        var timestamp = TimeProvider.System.GetUtcNow().AddSeconds(secondsLater).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Add("X-CIO-Timestamp", timestamp);
        request.Headers.Add("X-CIO-Signature", WebhookSignature.Sign(key, timestamp, body));
        return request;
    }

    public static async Task<int> PostAsync(HttpClient client, string url, byte[] body)
    {
        using var request = Request(url, body);
        using var response = await client.SendAsync(request);
        return (int)response.StatusCode;
    }
}

/// <summary><c>connector webhooks serve</c> as a process.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading,
        _readingErrors;

    private ServeProcess(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
        _readingErrors = Task.Run(async () =>
        {
            while (await _process.StandardError.ReadLineAsync() is { } line)
            {
                lock (_errors)
                {
                    _errors.Append(line).Append('\n');
                }
            }
        });
    }

    public string Url { get; private set; } = "";

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>The events printed so far, but for a line that a kill cut off.</summary>
    public IReadOnlyList<JObject> Events
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines.Where(l => l.StartsWith('{') && l.EndsWith('}')).Select(ConnectorJson.ParseObject)];
            }
        }
    }

    public IReadOnlyList<string> Head
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines.Take(2)];
            }
        }
    }

    public static async Task<ServeProcess> StartAsync(string home, string? key = Webhooks.Key, params string[] more)
    {
        var serve = new ServeProcess(
            Tool.Start(["webhooks", "serve", "--port", "0", "--data", home, .. more], null, key is null ? [] : [("CUSTOMERIO_WEBHOOK_SIGNING_KEY", key)])
        );
        serve.Url = await serve._url.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return serve;
    }

    public async Task<IReadOnlyList<JObject>> WaitForEventsAsync(int count)
    {
        for (var i = 0; i < 600 && Events.Count < count; i++)
        {
            await Task.Delay(50);
        }

        return Events;
    }

    /// <summary>Sends it a signal, such as STOP.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Kills it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndedAsync();
    }

    /// <summary>Asks it to stop; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        await EndedAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await Task.WhenAll(_reading, _readingErrors).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }

            // With the line after it: both are there when the test begins.
            if (line.StartsWith("CUSTOMERIO_WEBHOOK_URL=", StringComparison.Ordinal))
            {
                _url.TrySetResult(_lines[0]);
            }
        }

        _url.TrySetException(new InvalidOperationException("It ended: " + Errors));
    }
}
