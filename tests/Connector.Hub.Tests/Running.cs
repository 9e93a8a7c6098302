using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Hub.Ingest;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>An ingest that delivers into a sandbox, in a folder of its own.</summary>
internal sealed class Running : IAsyncDisposable
{
    public const string Key = "write-key";

    private readonly string _folder = Directory.CreateTempSubdirectory("connector-ingest-").FullName;
    private readonly Wire _wire = new();
    private readonly CustomerIoConnector _connector;
    private readonly List<string> _said = [];
    private readonly string _profile;
    private readonly Func<IngestOptions, IngestOptions> _change;
    private readonly string[] _names;
    private readonly SharedQueue? _shared;

    private Running(string profile, Func<IngestOptions, IngestOptions> change, string[] names, SandboxServer sandbox, SharedQueue? shared)
    {
        (_profile, _change, _names, Sandbox, _shared) = (profile, change, names, sandbox, shared);
        _connector = new(new CustomerIoConnectorOptions { Handler = _wire });
    }

    /// <summary>What a request to Customer.io waits for before it leaves, by its body; null for nothing.</summary>
    public Func<string, Task>? Before
    {
        get => _wire.Before;
        set => _wire.Before = value;
    }

    public SandboxServer Sandbox { get; }

    /// <summary>The queue, where it is in PostgreSQL.</summary>
    public SharedQueue? Shared => _shared;

    public HubServer Hub { get; private set; } = null!;

    public IngestPart Ingest { get; private set; } = null!;

    public Uri Url => new(Hub.Url);

    public HttpClient Http { get; } = new();

    public string File => Path.Combine(_folder, EventStore.FileName);

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

    public static Task<Running> StartAsync(string profile = "connector", Func<IngestOptions, IngestOptions>? change = null, params string[] names) =>
        StartAsync(profile, change, null, names);

    /// <summary>Starts one whose queue is in PostgreSQL.</summary>
    public static async Task<Running> StartSharedAsync(string profile, Func<IngestOptions, IngestOptions>? change) =>
        await StartAsync(profile, change, new SharedQueue(Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!, SharedQueue.DefaultQueue), []);

    private static async Task<Running> StartAsync(string profile, Func<IngestOptions, IngestOptions>? change, SharedQueue? shared, string[] names)
    {
        var running = new Running(profile, change ?? (o => o), names, await SandboxServer.StartAsync(new SandboxOptions()), shared);
        await running.StartServerAsync();
        return running;
    }

    /// <summary>Stops the ingest and starts another one on the same file.</summary>
    public async Task RestartAsync()
    {
        await Hub.DisposeAsync();
        await StartServerAsync();
    }

    public async Task StartServerAsync()
    {
        var options = new IngestOptions
        {
            WriteKey = Key,
            File = File,
            Shared = _shared,
            Settings = Connector.Translation.EventSettings.Of(_profile),
            Connection = new Connection
            {
                SiteId = "s",
                ApiKey = "k",
                BaseUrl = Sandbox.Url.ToString(),
                TotalTimeout = TimeSpan.FromSeconds(1),
            },
            Say = Say,
        };
        Ingest = await IngestPart.OpenAsync(_change(options), _connector);
        Hub = new HubServer(new HubOptions { Address = new IPEndPoint(IPAddress.Loopback, 0), Names = _names }, Ingest);
        await Hub.StartAsync();
    }

    public async Task<HttpResponseMessage> SendAsync(
        string path,
        HttpContent? content,
        string? key = Key,
        HttpMethod? method = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri(Url, path)) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Posts JSON and returns status and answer.</summary>
    public async Task<(int Status, string Answer)> PostAsync(string path, string json, string? key = Key)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await SendAsync(path, content, key);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Posts JSON that must be taken.</summary>
    public async Task TakeAsync(string path, string json) => Assert.That(await PostAsync(path, json), Is.EqualTo((200, """{"success":true}""")));

    public async Task<JObject> GetAsync(string path) => ConnectorJson.ParseObject(await Http.GetStringAsync(new Uri(Url, path)));

    public async Task FaultAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(Sandbox.Url, "_sandbox/faults"), content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    public async Task<JToken> ControlAsync(string path) => ConnectorJson.Parse(await Http.GetByteArrayAsync(new Uri(Sandbox.Url, "_sandbox/" + path)));

    /// <summary>Waits until nothing waits for delivery any more.</summary>
    public Task SettleAsync() => UntilAsync(() => Ingest.Counts.Queued == 0, () => "the queue did not become empty");

    public Task UntilAsync(Func<bool> condition, Func<string> otherwise) => Eventually.TrueAsync(condition, () => $"{otherwise()}\n{string.Join('\n', Said)}");

    /// <summary>Another process's look at the queue.</summary>
    public EventStore OpenStore() => _shared?.Open() ?? EventStore.Open(File);

    public IReadOnlyList<DeadLetter> DeadLetters(params long[] ids)
    {
        var store = OpenStore();
        try
        {
            return [.. store.DeadLetters(ids)];
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    public string[] Events(string person) => [.. Sandbox.Person(person)?["events"]?.Select(e => (string)e["name"]!) ?? []];

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        _connector.Dispose();
        _wire.Dispose();
        Http.Dispose();
        await Sandbox.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    private void Say(string text)
    {
        lock (_said)
        {
            _said.Add(text);
        }
    }

    private sealed class Wire() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        public Func<string, Task>? Before { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Before is { } before && request.Content is { } content)
            {
                await before(await content.ReadAsStringAsync(cancellationToken)).WaitAsync(cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
