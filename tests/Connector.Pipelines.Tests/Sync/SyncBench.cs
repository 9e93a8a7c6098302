using System.Data.Common;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Sync;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests.Sync;

/// <summary>A sandbox whose clock the test owns, and a database of either kind.</summary>
public abstract class SyncBench
{
    private readonly Wire _wire = new();
    private readonly CustomerIoConnector _connector;

    protected SyncBench() => _connector = new(new CustomerIoConnectorOptions { Handler = _wire });

    /// <summary>What happens right before a request leaves, by its path and body; null for nothing.</summary>
    protected Action<string, string>? Before
    {
        get => _wire.Before;
        set => _wire.Before = value;
    }

    protected Clock Time { get; private set; } = null!;

    protected SandboxServer Sandbox { get; private set; } = null!;

    protected string Folder { get; private set; } = "";

    protected string DatabaseName { get; private set; } = "";

    protected Connection Connection =>
        new()
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = Sandbox.Url.ToString().TrimEnd('/'),
        };

    protected async Task StartAsync(string kind)
    {
        Time = new Clock();
        Before = null;
        Sandbox = await SandboxServer.StartAsync(new SandboxOptions { Time = Time });
        Folder = Directory.CreateTempSubdirectory("sync-").FullName;
        DatabaseName = kind == "postgres" ? "postgres:" + await Postgres.DatabaseAsync() : "sqlite:" + Path.Combine(Folder, "crm.db");
    }

    [TearDown]
    public async Task Stop()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, true);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _connector.Dispose();
        _wire.Dispose();
    }

    private protected async Task<SyncReport> SyncAsync(string json, TimeProvider? ours = null)
    {
        var path = Path.Combine(Folder, "sync.json");
        await File.WriteAllTextAsync(path, json);
        // In its own file, or, where the table is in PostgreSQL, in the same database.
        var state = DatabaseName.StartsWith("postgres", StringComparison.Ordinal) ? DatabaseName : "sqlite:" + Path.Combine(Folder, "state.db");
        return await new SyncRun(_connector, Connection, Database.Parse(state)!, Folder, ours ?? Time).RunAsync(SyncFile.Read(path), default);
    }

    protected void Execute(string sql, params object?[] values)
    {
        using var connection = Database.Parse(DatabaseName)!.Open(create: true);
        connection.Execute(sql, values);
    }

    protected List<string> Read(string sql)
    {
        using var connection = Database.Parse(DatabaseName)!.Open();
        return connection.Query(Line, sql);
    }

    protected Task RunAsync(string action, JObject input) => _connector.RunAsync(action, input, Connection);

    protected void Setting(string json) => Tell(HttpMethod.Put, "settings", json);

    /// <summary>Tells the sandbox's own side.</summary>
    protected void Tell(HttpMethod method, string path, string json)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(method, new Uri(Sandbox.Url, "/_sandbox/" + path))
        {
            Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        };
        using var answer = client.Send(request);
        Assert.That(answer.IsSuccessStatusCode);
    }

    protected JObject? Attributes(string id) => (JObject?)Sandbox.Person(id)?["attributes"];

    private static string Line(DbDataReader reader) =>
        string.Join(
            '|',
            Enumerable
                .Range(0, reader.FieldCount)
                .Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))
        );

    private sealed class Wire() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        public Action<string, string>? Before { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Before?.Invoke(request.RequestUri!.AbsolutePath, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
            return await base.SendAsync(request, cancellationToken);
        }
    }

    protected sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public long Seconds => _now.ToUnixTimeSeconds();

        public void Advance(int seconds) => _now = _now.AddSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
