using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Up;

/// <summary>A running Node-RED with the connector's nodes in its palette.</summary>
internal sealed class NodeRed : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string _token;

    private NodeRed(Process process, Uri url, string token)
    {
        (_process, _token, Url) = (process, token, url);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = url };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    /// <summary>The address that opens the editor: it carries the token of this run.</summary>
    public Uri Editor => new(Url, "?access_token=" + _token);

    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Starts Node-RED over a user folder and waits until it answers.</summary>
    /// <exception cref="ConnectorException">It ended, or did not answer within a minute.</exception>
    public static async Task<NodeRed> StartAsync(NodeRedInstall install, string userFolder, int port, string sandbox, CancellationToken ct)
    {
        var package = Path.Combine(userFolder, "node_modules", "@customerio-connector", "node-red");
        if (Directory.Exists(package))
        {
            Directory.Delete(package, true);
        }

        EmbeddedFolder.CopyTo(EmbeddedFolder.Package, package);
        await File.WriteAllTextAsync(
                Path.Combine(userFolder, "package.json"),
                """{"name":"connector-up","private":true,"dependencies":{"@customerio-connector/node-red":"*"}}""",
                ct
            )
            .ConfigureAwait(false);
        EmbeddedFolder.CopyTo(EmbeddedFolder.Start, userFolder);
        var start = Platform.Current.Program(
            "node",
            Path.Combine(userFolder, "start.js"),
            install.RedJs,
            "--userDir",
            userFolder,
            "--settings",
            Path.Combine(userFolder, "settings.js")
        );
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.WorkingDirectory = userFolder;

        // The keys of a real workspace, and of anything else, stay out of a Node-RED that is meant for the sandbox.
        AllowedEnvironment.Keep(start, "DOTNET_");
        start.Environment["CUSTOMERIO_RUNNER"] = Path.Combine(AppContext.BaseDirectory, "connector.dll") + " mcp";
        start.Environment["CUSTOMERIO_SANDBOX_URL"] = sandbox;
        start.Environment["CUSTOMERIO_NODE_RED_URL"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var red = new NodeRed(Process.Start(start)!, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), token);
        try
        {
            var secret = Secret(Path.Combine(userFolder, "credential-secret"));
            await red.TellAsync(
                    new JObject
                    {
                        ["port"] = port,
                        ["token"] = token,
                        ["credentialSecret"] = secret,
                    }
                )
                .ConfigureAwait(false);
            await red.WaitAsync(ct).ConfigureAwait(false);
            return red;
        }
        catch
        {
            await red.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The wanted port if it is free, else any free one.</summary>
    public static int FreePort(int wanted)
    {
        foreach (var port in new[] { wanted, 0 })
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0) { }
        }

        throw new ConnectorException(FailureKind.Unavailable, "There is no free port on 127.0.0.1.");
    }

    /// <summary>Puts flows in place of what is there, credentials included.</summary>
    public async Task DeployAsync(JArray flows, CancellationToken ct)
    {
        using var content = Json(new JObject { ["flows"] = flows });
        var starts = Starts;
        using var response = await AdminAsync(HttpMethod.Post, "flows", content, ct).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await UntilAsync(() => Task.FromResult(Starts > starts), ct).ConfigureAwait(false);
    }

    /// <summary>Presses an inject node's button.</summary>
    public async Task InjectAsync(string node, CancellationToken ct)
    {
        using var response = await AdminAsync(HttpMethod.Post, "inject/" + node, null, ct).ConfigureAwait(false);
    }

    /// <summary>Posts to an endpoint that a flow has.</summary>
    public async Task<(int Status, string Body)> PostAsync(string path, JObject body, CancellationToken ct)
    {
        using var content = Json(body);
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, ct).ConfigureAwait(false);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false));
    }

    /// <summary>Ends when Node-RED ends.</summary>
    public Task WaitForExitAsync(CancellationToken ct) => _process.WaitForExitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(25));
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            _process.Kill(true);
        }

        _process.Dispose();
    }

    // Not by its environment, where whatever a flow starts could read it.
    private async Task TellAsync(JObject secrets)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(ConnectorJson.ToText(secrets)).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has ended, and who waits for it says why.
        }
    }

    private async Task<HttpResponseMessage> AdminAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Node-RED-API-Version", "v2");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return await _http.SendAsync(request, ct).ConfigureAwait(false);
    }

    // Its admin API answers before its flows run, and flows that are deployed in between are lost.
    private int Starts => _log.Count(l => l.Contains("Started flows", StringComparison.Ordinal));

    private Task WaitAsync(CancellationToken ct) =>
        UntilAsync(
            async () =>
            {
                try
                {
                    using var response = await AdminAsync(HttpMethod.Get, "flows", null, ct).ConfigureAwait(false);
                    return response.IsSuccessStatusCode && Starts > 0;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            ct
        );

    private async Task UntilAsync(Func<Task<bool>> done, CancellationToken ct)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_patience; )
        {
            if (_process.HasExited)
            {
                throw new ConnectorException(
                    FailureKind.Unavailable,
                    "Node-RED did not start: "
                        + (_log.LastOrDefault(l => l.Contains("rror", StringComparison.Ordinal)) ?? _log.LastOrDefault() ?? "it said nothing.")
                );
            }

            if (await done().ConfigureAwait(false))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct).ConfigureAwait(false);
        }

        throw new ConnectorException(FailureKind.Unavailable, "Node-RED did not answer within a minute. Run this again; the machine may be busy.");
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is not null)
        {
            _log.Enqueue(e.Data);
            while (_log.Count > 2000)
            {
                _log.TryDequeue(out _);
            }
        }
    }

    private static string Secret(string file)
    {
        if (!File.Exists(file))
        {
            DataFolder.WriteSecret(file, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        }

        return File.ReadAllText(file);
    }

    private static StringContent Json(JToken value) => new(ConnectorJson.ToText(value), Encoding.UTF8, "application/json");
}
