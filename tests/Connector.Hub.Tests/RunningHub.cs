using System.IO.Compression;
using System.Net;
using System.Text;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Actions;
using CustomerIo.Connector.Hub.Agents;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>A hub whose actions go to a sandbox.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly CustomerIoConnector _connector = new();
    private readonly List<string> _said = [];
    private readonly LogLines _log = new(TextWriter.Null);

    private RunningHub(SandboxServer sandbox) => Sandbox = sandbox;

    public SandboxServer Sandbox { get; }

    public HubServer Hub { get; private set; } = null!;

    /// <summary>The workspace that its actions go to.</summary>
    public Connection Connection { get; private set; } = null!;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<RunningHub> StartAsync(
        Func<ActionOptions, ActionOptions>? change = null,
        SandboxOptions? sandbox = null,
        params IEnumerable<HubPart> others
    )
    {
        var running = new RunningHub(await SandboxServer.StartAsync(sandbox ?? new SandboxOptions()));
        var options = new ActionOptions
        {
            Connection = new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                AppApiKey = "a",
                PipelinesApiKey = "p",
                BaseUrl = running.Sandbox.Url.ToString(),
            },
            Say = running.Say,
        };
        options = change?.Invoke(options) ?? options;
        running.Connection = options.Connection;
        var runs = new ActionRuns(options, running._connector);
        running.Hub = new HubServer(
            new HubOptions { Address = new IPEndPoint(IPAddress.Loopback, 0) },
            [
                .. others,
                runs,
                new ActionsPart(options, runs, running._connector),
                new HostToolsPart(options, running._connector),
                new AgentsPart(options, runs, running._connector, running._log),
            ]
        );
        try
        {
            await running.Hub.StartAsync();
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }

        return running;
    }

    public static RunAction Never(TaskCompletionSource begun) =>
        async (_, _, _, _, ct) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            throw new InvalidOperationException("It does not come to this.");
        };

    public string[] Said
    {
        get
        {
            lock (_said)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>Sends a request and reads the answer.</summary>
    public async Task<HubAnswer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Hub.Url + path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return new HubAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    public Task<HubAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Runs an action.</summary>
    public async Task<HubAnswer> RunAsync(string action, string input, params (string Name, string Value)[] headers)
    {
        using var content = new StringContent(input, Encoding.UTF8, "application/json");
        return await SendAsync(HttpMethod.Post, "/actions/" + action, content, headers);
    }

    public async Task FaultAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(Sandbox.Url, "_sandbox/faults"), content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    public string[] Events(string person) => [.. Sandbox.Person(person)?["events"]?.Select(e => (string)e["name"]!) ?? []];

    public static ByteArrayContent Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await _log.DisposeAsync();
        _connector.Dispose();
        Http.Dispose();
        await Sandbox.DisposeAsync();
    }

    private void Say(string text)
    {
        lock (_said)
        {
            _said.Add(text);
        }
    }
}

/// <summary>What a hub answered.</summary>
internal sealed record HubAnswer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JObject Json => ConnectorJson.ParseObject(Text);

    public JObject Error => (JObject)Json["error"]!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() => $"{Status} {Text}";
}
