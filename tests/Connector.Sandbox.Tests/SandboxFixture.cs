using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

/// <summary>What came back: status, headers and the body's text.</summary>
public sealed record Reply(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JObject Json => SandboxFixture.Parse(Body);

    public string[] Errors => [.. Json["meta"]!["errors"]!.Values<string>()!];
}

/// <summary>A sandbox on a free port for each test, reached over real HTTP.</summary>
public abstract class SandboxFixture
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    protected SandboxServer Server { get; private set; } = null!;

    protected virtual SandboxOptions Options => new() { SiteId = "site", ApiKey = "key" };

    [SetUp]
    public async Task Start() => Server = await SandboxServer.StartAsync(Options);

    [TearDown]
    public async Task Stop() => await Server.DisposeAsync();

    public static JObject Parse(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None };
        return JObject.Load(reader);
    }

    protected static string Compact(JToken? token) => token!.ToString(Formatting.None);

    protected static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    protected Task<Reply> Put(string path, string? body = null) => Send("PUT", path, body);

    protected Task<Reply> Post(string path, string? body = null) => Send("POST", path, body);

    protected Task<Reply> Get(string path) => Send("GET", path);

    protected Task<Reply> Delete(string path) => Send("DELETE", path);

    protected Task<Reply> Send(string method, string path, string? body = null, string? authorization = null) =>
        SendTo(Server.Url, method, path, body, authorization ?? Basic("site:key"));

    protected static async Task<Reply> SendTo(Uri server, string method, string path, string? body, string authorization)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), server.AbsoluteUri.TrimEnd('/') + path);
        if (authorization.Length > 0)
        {
            request.Headers.Add("Authorization", authorization);
        }
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await s_client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var problems = OpenApi.Check(method, request.RequestUri!.AbsolutePath, (int)response.StatusCode, text);
        Assert.That(problems, Is.Empty, $"{method} {path} answered {(int)response.StatusCode} {text}");
        return new((int)response.StatusCode, text, response.Headers, response.Content.Headers);
    }

    /// <summary>What was silently dropped or failed, as <c>type: reason</c>.</summary>
    protected async Task<string[]> Dropped()
    {
        var activities = (await Get("/_sandbox/activities")).Json["activities"]!;
        return [.. activities.Where(a => a["data"] is JObject data && data["reason"] is not null).Select(a => $"{a["type"]}: {a["data"]!["reason"]}")];
    }
}
