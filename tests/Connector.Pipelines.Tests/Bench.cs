using System.Text;
using CustomerIo.Connector.Pipelines.Import;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Tests;

/// <summary>A sandbox and a folder for each test.</summary>
public abstract class Bench
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false });

    protected SandboxServer Sandbox { get; private set; } = null!;

    protected string Folder { get; private set; } = "";

    protected Connection Connection => ConnectionTo(Sandbox);

    [SetUp]
    public async Task Start()
    {
        Sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        Folder = Directory.CreateTempSubdirectory("jobs-").FullName;
    }

    [TearDown]
    public async Task Stop()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, true);
    }

    protected static Connection ConnectionTo(SandboxServer sandbox) =>
        new()
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = sandbox.Url.ToString().TrimEnd('/'),
        };

    /// <summary>Writes a file into the folder.</summary>
    protected string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    protected string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private protected async Task<ImportResult> ImportAsync(
        ImportKind kind,
        string from,
        string? map = null,
        string? errors = null,
        string? query = null,
        double? throttle = null,
        Connection? connection = null,
        bool resume = false
    ) =>
        await new ImportJob(
            new ImportRequest(kind, from)
            {
                Map = map is null ? null : Write("map.json", map),
                Errors = errors,
                Query = query,
                Throttle = throttle,
                Resume = resume,
            },
            connection ?? Connection,
            Folder,
            TimeProvider.System
        ).RunAsync(default);

    /// <summary>Asks the sandbox's own side.</summary>
    protected async Task<JObject> AskAsync(string path) => JObject.Parse(await s_client.GetStringAsync(new Uri(Sandbox.Url, "/_sandbox/" + path)));

    protected async Task TellAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, new Uri(Sandbox.Url, "/_sandbox/" + path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var answer = await s_client.SendAsync(request);
        Assert.That(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    protected JObject Attributes(string id) => (JObject)Sandbox.Person(id)!["attributes"]!;
}
