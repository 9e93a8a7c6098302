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

    [Test]
    public async Task DryRun_OfAFormAsItStands_ShowsWhatARunWouldDoAndChangesNothing()
    {
        var (people, sync, database) = (Path.Combine(_red.Folder, "dry.csv"), Path.Combine(_red.Folder, "dry.json"), Path.Combine(_red.Folder, "dry.db"));
        await File.WriteAllTextAsync(people, "mail,plan_name\ndry@example.com,pro\n");
        await File.WriteAllBytesAsync(database, []);
        await AskAsync(HttpMethod.Post, "_sandbox/segments", """{"name":"Dry"}""");
        await AskAsync(HttpMethod.Put, "api/v1/customers/dry1", "{}");
        await File.WriteAllTextAsync(
            sync,
            new JObject
            {
                ["database"] = "sqlite:" + database,
                ["segment"] = "Dry",
                ["query"] = "SELECT 'dry1'",
            }.ToString()
        );
        var import = Flows.Endpoint(
            Connection(),
            "run-import",
            ("kind", "choice", "people"),
            ("from", "str", people),
            ("identifier", "str", "mail"),
            ("attributes", "rows", JArray.Parse("""[{"k": "plan", "t": "str", "v": "plan_name"}]""")),
            ("errors", "str", Path.Combine(_red.Folder, "dry-errors.csv"))
        );
        await _red.DeployAsync(import);

        var planned = await TryAsync(import);
        Assert.That(
            (JObject)planned["operations"]!.Single()["attributes"]!,
            Is.EqualTo(new JObject { ["plan"] = "pro" }).Using<JToken>(JToken.DeepEquals),
            planned.ToString()
        );
        Assert.That(((int?)planned["succeeded"], _sandbox.Person("dry@example.com")), Is.EqualTo(((int?)1, (JObject?)null)));
        planned = await TryAsync(Flows.Endpoint(Connection(), "run-sync", ("file", "str", sync)));
        Assert.That(planned["plan"]?["customerIo"]?.Type, Is.EqualTo(JTokenType.Object), planned.ToString());
        Assert.That(_sandbox.Person("dry1")!["segments"], Is.Empty);
    }

    private async Task<JToken> TryAsync(JArray flows)
    {
        var node = flows.Single(n => (string?)n["id"] == "action");
        var (_, tried) = await _red.PostAsync(
            "customerio/try",
            new JObject
            {
                ["node"] = "action",
                ["type"] = node["type"],
                ["config"] = node.DeepClone(),
                ["real"] = true,
            }
        );
        return tried["answer"] ?? throw new AssertionException(tried.ToString());
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
