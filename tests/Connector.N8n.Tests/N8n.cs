using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.N8n.Tests;

/// <summary>An n8n of one's own on a free port, with our package, spoken to as its editor does.</summary>
internal sealed class N8n : IAsyncDisposable
{
    /// <summary>Who is signed in.</summary>
    public const string Owner = "owner@example.com";

    public const string Password = "A-password-for-1-test";

    private readonly List<string> _secrets = [];
    private readonly Background _process;
    private readonly HttpClient _http;

    private N8n(Background process, string folder, Uri url)
    {
        (_process, Folder, Url) = (process, folder, url);
        _http = NewClient(TimeSpan.FromMinutes(3));
        _http.BaseAddress = url;
    }

    public Uri Url { get; }

    /// <summary>Its user folder.</summary>
    public string Folder { get; }

    /// <summary>What it said last.</summary>
    public string Log => _process.Log is { Length: > 3000 } log ? log[^3000..] : _process.Log;

    /// <summary>A client with a connection for each request: n8n closes idle ones after five seconds, and when it is busy, just as they are used.</summary>
    public static HttpClient NewClient(TimeSpan timeout) => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = timeout };

    /// <summary>Fails every test in which one of these texts stands in an answer to the editor.</summary>
    public void Keep(params string[] secrets) => _secrets.AddRange(secrets);

    /// <summary>Starts one with an owner who is signed in.</summary>
    /// <param name="environment">Further settings, such as those of another database.</param>
    public static async Task<N8n> StartAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = await Installation.NewUserFolderAsync();
        var port = TcpPeer.DeadPort();
        var url = new Uri($"http://127.0.0.1:{port}/");
        var process = Background.Start(
            await Installation.NodeAsync(),
            [await Installation.N8nAsync(), "start"],
            folder,
            new Dictionary<string, string>(await SettingsAsync(folder, environment))
            {
                ["N8N_PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["N8N_WEBHOOK_URL"] = url.ToString(),
                ["N8N_EDITOR_BASE_URL"] = url.ToString(),
            }
        );
        var n8n = new N8n(process, folder, url);
        await process.SaidAsync("Editor is now accessible");
        var owner = new JObject
        {
            ["email"] = Owner,
            ["firstName"] = "Ada",
            ["lastName"] = "Owner",
            ["password"] = Password,
        };
        await n8n.PostAsync("rest/owner/setup", owner);
        return n8n;
    }

    /// <summary>Starts a worker of an n8n in queue mode; its package lies in a folder of its own.</summary>
    public static async Task<Background> StartWorkerAsync(IReadOnlyDictionary<string, string> environment, int concurrency)
    {
        var folder = await Installation.NewUserFolderAsync();
        var worker = Background.Start(
            await Installation.NodeAsync(),
            [await Installation.N8nAsync(), "worker", $"--concurrency={concurrency}"],
            folder,
            await SettingsAsync(folder, environment)
        );
        await worker.SaidAsync("n8n worker is now ready");
        return worker;
    }

    public async Task<string> CredentialAsync(string type, JObject data, string? name = null)
    {
        var answer = await PostAsync(
            "rest/credentials",
            new JObject
            {
                ["name"] = name ?? type,
                ["type"] = type,
                ["data"] = data,
            }
        );
        return (string)answer["id"]!;
    }

    /// <summary>Saves a workflow and returns its id.</summary>
    public async Task<string> SaveAsync(Workflow workflow) => (string)(await PostAsync("rest/workflows", workflow.ToJson()))["id"]!;

    /// <summary>Saves a workflow that begins with a manual trigger, runs it to its end and returns what n8n kept of it.</summary>
    public async Task<Execution> RunAsync(Workflow workflow, int seconds = 120)
    {
        var id = await SaveAsync(workflow);
        return await RunAsync(id, seconds);
    }

    /// <summary>Runs a saved workflow from the manual trigger named Start.</summary>
    public async Task<Execution> RunAsync(string id, int seconds = 120)
    {
        var start = new JObject { ["triggerToStartFrom"] = new JObject { ["name"] = "Start" } };
        var execution = (string)(await PostAsync($"rest/workflows/{id}/run", start))["executionId"]!;
        await Eventually.TrueAsync(
            async () => (await ExecutionsAsync(id)).Any(e => (string?)e["id"] == execution && HasEnded(e)),
            $"execution {execution} ends",
            seconds
        );
        return await ExecutionAsync(execution);
    }

    /// <summary>Whether an execution of the list is over.</summary>
    public static bool HasEnded(JObject execution) => (string?)execution["status"] is not ("new" or "running" or "waiting");

    /// <summary>An execution with all its data.</summary>
    public async Task<Execution> ExecutionAsync(string id) => new((JObject)await GetAsync($"rest/executions/{id}"));

    /// <summary>Publishes a workflow and waits until its triggers start it; fails the test when one of them cannot be set up.</summary>
    public async Task ActivateAsync(string id)
    {
        var version = (string)(await GetAsync($"rest/workflows/{id}"))["versionId"]!;
        await PostAsync($"rest/workflows/{id}/activate", new JObject { ["versionId"] = version });
        var publication = await PublishedAsync(id);
        Assert.That((string?)publication["status"], Is.EqualTo("published"), publication.ToString());
    }

    /// <summary>Ends that and waits until its triggers are taken down.</summary>
    public async Task DeactivateAsync(string id)
    {
        await PostAsync($"rest/workflows/{id}/deactivate", []);
        await PublishedAsync(id);
    }

    private async Task<JToken> PublishedAsync(string id)
    {
        JToken publication = new JObject();
        await Eventually.TrueAsync(
            async () =>
            {
                publication = await GetAsync($"rest/workflows/{id}/publication-status");
                return (string?)publication["status"] != "in_progress";
            },
            $"workflow {id} is published",
            60
        );
        return publication;
    }

    /// <summary>The newest hundred executions of a workflow, without their data.</summary>
    public async Task<JObject[]> ExecutionsAsync(string workflow) =>
        [.. (await GetAsync($"rest/executions?filter={Filter(workflow, null)}&limit=100"))["results"]!.Cast<JObject>()];

    /// <summary>How many executions of a workflow have a status.</summary>
    public async Task<int> CountAsync(string workflow, string status) =>
        (int)(await GetAsync($"rest/executions?filter={Filter(workflow, status)}&limit=1"))["count"]!;

    private static string Filter(string workflow, string? status)
    {
        var filter = new JObject { ["workflowId"] = workflow };
        if (status is not null)
        {
            filter["status"] = new JArray(status);
        }

        return Uri.EscapeDataString(filter.ToString(Newtonsoft.Json.Formatting.None));
    }

    public Task<JToken> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JToken> PostAsync(string path, JObject body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Sends what its editor would and returns what stands under <c>data</c> of the answer.</summary>
    private async Task<JToken> SendAsync(HttpMethod method, string path, JObject? body)
    {
        var (status, text) = await TryAsync(method, path, body);

        // What n8n answers for some seconds after a busy machine has kept it from asking its database.
        for (var clock = Stopwatch.StartNew(); text.Contains("Database is not ready", StringComparison.Ordinal) && clock.Elapsed.TotalSeconds < 60; )
        {
            await Task.Delay(500);
            (status, text) = await TryAsync(method, path, body);
        }

        Assert.That((int)status, Is.InRange(200, 299), $"{method} {path}: {text}\n{Log}");
        Assert.That(_secrets.Where(s => text.Contains(s, StringComparison.Ordinal)), Is.Empty, $"secrets in the answer to {method} {path}");
        return ConnectorJson.ParseObject(text)["data"]!;
    }

    private async Task<(HttpStatusCode Status, string Text)> TryAsync(HttpMethod method, string path, JObject? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(Folder, true);
    }

    // Quiet, and on this machine.
    private static async Task<Dictionary<string, string>> SettingsAsync(string folder, IReadOnlyDictionary<string, string>? more)
    {
        var node = Path.GetDirectoryName(await Installation.NodeAsync())!;
        var settings = new Dictionary<string, string>
        {
            ["PATH"] = node + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
            ["N8N_USER_FOLDER"] = folder,
            ["N8N_ENCRYPTION_KEY"] = "a key for this test only",
            ["N8N_LISTEN_ADDRESS"] = "127.0.0.1",
            ["N8N_SECURE_COOKIE"] = "false",
            ["N8N_COMMUNITY_PACKAGES_ENABLED"] = "true",
            ["N8N_UNVERIFIED_PACKAGES_ENABLED"] = "true",
            ["N8N_DISABLED_MODULES"] = "mcp-registry",
            ["N8N_RUNNERS_BROKER_PORT"] = TcpPeer.DeadPort().ToString(CultureInfo.InvariantCulture),
            ["N8N_DIAGNOSTICS_ENABLED"] = "false",
            ["N8N_VERSION_NOTIFICATIONS_ENABLED"] = "false",
            ["N8N_TEMPLATES_ENABLED"] = "false",
            ["N8N_PERSONALIZATION_ENABLED"] = "false",
            ["N8N_LOG_LEVEL"] = "info",
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        return settings;
    }
}
