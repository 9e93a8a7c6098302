using System.Text;
using CustomerIo.Connector.Sandbox;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.NodeRed.Tests;

/// <summary>The nodes that move whole tables, in a real Node-RED.</summary>
[Platform(Include = "Linux", Reason = "Processes are watched through /proc.")]
[Category("Slow")]
[NonParallelizable]
public sealed class JobNodeTests
{
    private SandboxServer _sandbox = null!;
    private NodeRed _red = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { SiteId = "test-site", ApiKey = "test-key" });
        _red = await NodeRed.SharedAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _red.DeployAsync([]);
        await _sandbox.DisposeAsync();
    }

    [SetUp]
    public void Forget() => _red.Forget();

    [Test]
    public async Task RunImport_ShowsItsProgressInTheBadge_AndHandsTheCountsOn()
    {
        var file = Path.Combine(_red.Folder, "people.csv");
        await File.WriteAllTextAsync(file, "id,plan\n" + string.Concat(Enumerable.Range(0, 9000).Select(i => $"u{i},{new string('p', 300)}\n")) + ",nobody\n");
        await _red.DeployAsync(
            Flows.Endpoint(Connection(), "run-import", ("kind", "choice", "people"), ("from", "msg", "payload.file"), ("throttle", "num", "4000"))
        );

        var (_, body) = await _red.PostAsync("run", new JObject { ["file"] = file });

        Assert.That(
            ((int?)body["payload"]?["succeeded"], (int?)body["payload"]?["failed"], (string?)body["customerio"]?["status"]),
            Is.EqualTo(((int?)9000, (int?)1, "partial")),
            body.ToString()
        );
        await _red.UntilAsync(() => Badges.Contains("partly accepted, 9000 of 9001, 1 failed"), "the end is shown");
        Assert.That(Badges, Has.Some.Match("^[0-9]+ %, [0-9]+ rows, 0 failed$"));
        Assert.That((string?)_sandbox.Person("u8999")!["attributes"]!["plan"], Has.Length.EqualTo(300));
    }

    [Test]
    public async Task RunSync_MakesTheAnswerTheMembers_AndAWrongFileIsAFailure()
    {
        await AskAsync(HttpMethod.Post, "_sandbox/segments", """{"name":"VIP"}""");
        await AskAsync(HttpMethod.Put, "api/v1/customers/vip1", "{}");
        var (file, database) = (Path.Combine(_red.Folder, "vip.json"), Path.Combine(_red.Folder, "crm.db"));
        await File.WriteAllBytesAsync(database, []);
        await File.WriteAllTextAsync(
            file,
            new JObject
            {
                ["database"] = "sqlite:" + database,
                ["segment"] = "VIP",
                ["query"] = "SELECT 'vip1'",
            }.ToString()
        );
        await _red.DeployAsync(Flows.Endpoint(Connection(), "run-sync", ("file", "msg", "payload.file")));

        var (_, failed) = await _red.PostAsync("run", new JObject { ["file"] = "/nowhere/sync.json" });
        var (_, body) = await _red.PostAsync("run", new JObject { ["file"] = file });

        Assert.That((string?)failed["error"]?["message"], Does.Contain("/nowhere/sync.json"), failed.ToString());
        Assert.That(((int?)body["payload"]?["pushed"], (string?)body["customerio"]?["status"]), Is.EqualTo(((int?)1, "succeeded")), body.ToString());
        Assert.That(_sandbox.Person("vip1")!["segments"]!.Count(), Is.EqualTo(1));
        await _red.UntilAsync(() => Badges.Contains("ok, 1 of 1, 0 failed"), "the end is shown");
    }

    private async Task AskAsync(HttpMethod method, string path, string body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(_sandbox.Url, path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("test-site:test-key"u8));
        using var answer = await client.SendAsync(request);
        Assert.That(answer.IsSuccessStatusCode, path);
    }

    private string[] Badges => [.. _red.Statuses.Where(s => s.Node == "action").Select(s => s.Text)];

    private JObject Connection()
    {
        var connection = Flows.ConnectionNode(_sandbox.Url);
        connection["credentials"]!["appApiKey"] = "app";
        return connection;
    }
}
