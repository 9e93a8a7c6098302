using System.Net;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Who is let in to the actions, and what each key may run.</summary>
public class KeyTests : KeyedHubFixture
{
    private const string Person = """{"id":"7"}""";

    [Test]
    public async Task WithoutAnyKey_ThisMachineNeedsNone_AndOthersAreNotLetIn()
    {
        Assert.That((await Hub.RunAsync("identify", Person)).Status, Is.EqualTo(200));
        Assert.That((await Hub.RunAsync("identify", Person, Bearer("made up"))).Status, Is.EqualTo(401), "a key that is not there is not overlooked");
        await using var open = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(Keys, isLocal: false) });
        Assert.That((await open.RunAsync("identify", Person)).Status, Is.EqualTo(401));
        Assert.That(open.Sandbox.RequestCount, Is.Zero);
    }

    [TestCase("127.0.0.1", "", true)]
    [TestCase("127.0.0.1", "localhost,LOCALHOST.,127.0.0.1,[::1],::1", true)]
    [TestCase("127.0.0.1", "localhost,hub.example.com", false)]
    [TestCase("::1", "10.0.0.7", false)]
    [TestCase("0.0.0.0", "", false)]
    [TestCase("0.0.0.0", "localhost", false)]
    public void AHub_ThatAProxyOrTunnelNames_IsNotOfThisMachineOnly(string address, string names, bool isLocal)
    {
        var options = new HubOptions { Address = new IPEndPoint(IPAddress.Parse(address), 0), Names = names.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        Assert.That(options.IsLocal, Is.EqualTo(isLocal));
    }

    [Test]
    public async Task TheSameIdempotencyKey_OfTwoCallers_IsTwoInvocations()
    {
        const string Track = """{"id":"7","eventName":"Bought"}""";
        var (one, other) = (await AddAsync("one"), await AddAsync("other"));
        foreach (var key in new[] { one, one, other })
        {
            Assert.That((await Hub.RunAsync("track", Track, Bearer(key), ("Idempotency-Key", "order 1"))).Status, Is.EqualTo(200));
        }

        Assert.That(Hub.Events("7"), Is.EqualTo(new[] { "Bought", "Bought" }));
    }

    [Test]
    public async Task WithAKey_EveryCallerNeedsOne_FromTheNextRequestOn()
    {
        var key = await AddAsync("n8n");
        var cut = key[..^1];
        var other = key[..^1] + (key[^1] == '0' ? '1' : '0');
        foreach (var headers in new[] { [], [Bearer(cut)], [Bearer(other)], [Bearer("")], [("Authorization", "Basic " + key)], new[] { Bearer(key + "0") } })
        {
            foreach (
                var answer in new[]
                {
                    await Hub.RunAsync("identify", Person, headers),
                    await Hub.RunAsync("nothing", Person, headers),
                    await Hub.SendAsync(HttpMethod.Get, "/actions", null, headers),
                    await Hub.SendAsync(HttpMethod.Get, "/actions/track", null, headers),
                    await Hub.SendAsync(HttpMethod.Get, "/options/segments", null, headers),
                }
            )
            {
                Assert.That(answer.Status, Is.EqualTo(401));
                Assert.That(
                    answer.Header("WWW-Authenticate"),
                    Does.StartWith("Bearer ").And.EndWith($"resource_metadata=\"{Hub.Hub.Url}/.well-known/oauth-protected-resource\"")
                );
            }
        }

        Assert.That(Hub.Sandbox.RequestCount, Is.Zero);
        Assert.That((string?)(await Hub.GetAsync("/.well-known/oauth-protected-resource")).Json["resource"], Is.EqualTo(Hub.Hub.Url));
        Assert.That((await Hub.GetAsync("/health")).Status, Is.EqualTo(200));

        Assert.That((await Hub.RunAsync("identify", Person, Bearer(key))).Status, Is.EqualTo(200));
        Assert.That((await Hub.RunAsync("identify", Person, ("Authorization", "bearer " + key))).Status, Is.EqualTo(200));
        Assert.That(await Keys.RemoveAsync("N8N"), Is.Empty);
        Assert.That((await Hub.RunAsync("identify", Person, Bearer(key))).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task KeyOfGroups_RunsAndSeesOnlyTheirs()
    {
        var key = await AddAsync("shop", ["people", "events"]);
        Assert.That((await Hub.RunAsync("track", """{"id":"7","eventName":"Bought"}""", Bearer(key))).Status, Is.EqualTo(200));
        var refused = await Hub.RunAsync("send-email", "{}", Bearer(key));
        Assert.That(
            (refused.Status, (string?)refused.Error["message"]),
            Is.EqualTo((403, "The key shop may not run send-email. GET /actions lists what it may run."))
        );
        Assert.That((await Hub.SendAsync(HttpMethod.Get, "/actions/send-email", null, Bearer(key))).Status, Is.EqualTo(403));
        var listed = (await Hub.SendAsync(HttpMethod.Get, "/actions", null, Bearer(key))).Json["actions"]!;
        Assert.That(listed.Select(a => (string)a["id"]!), Is.EqualTo(Catalogue.Embedded.All.Where(a => a.Category is "People" or "Events").Select(a => a.Id)));
        Assert.That(Audit, Is.EqualTo(new[] { "shop ran track: succeeded", "shop may not run send-email", "shop may not run send-email" }));
    }

    [Test]
    public async Task ReadOnlyKey_ChangesNothing()
    {
        var key = await AddAsync("dashboard", readOnly: true);
        foreach (var action in Catalogue.Embedded.All.Where(a => a.Effect != ActionEffect.Read || a.Writes.Any()))
        {
            Assert.That((await Hub.RunAsync(action.Id, "{}", Bearer(key))).Status, Is.EqualTo(403), action.Id);
        }

        Assert.That(Hub.Sandbox.RequestCount, Is.Zero);
        Assert.That((await Hub.RunAsync("list-segments", "{}", Bearer(key))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Keys_AreKeptAsHashesOnly_OneOfAName()
    {
        var keys = new List<string> { await AddAsync("a"), await AddAsync("b") };
        Assert.That(async () => await AddAsync("A"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("already"));
        Assert.That(Keys.All().Select(k => k.Rights.Name), Is.EqualTo(new[] { "a", "b" }));
        await Hub.RunAsync("identify", Person, Bearer(keys[0]));
        await Hub.RunAsync("identify", Person, Bearer(keys[1] + "x"));
        foreach (var file in Directory.GetFiles(Folder))
        {
            var text = await ReadAsync(file);
            Assert.That(keys.Where(k => text.Contains(k[^64..], StringComparison.OrdinalIgnoreCase)), Is.Empty, file);
        }

        Assert.That(string.Join('\n', Audit.Concat(Hub.Said)), Does.Not.Contain(keys[0]).And.Not.Contain(keys[1]).And.Contain("a ran identify: succeeded"));
        Assert.That(
            OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(Folder, HubKeys.FileName)) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)
        );
    }

    private Task<string> AddAsync(string name, string[]? groups = null, bool readOnly = false) =>
        Keys.AddAsync(new Rights(name, groups, readOnly), TimeProvider.System.GetUtcNow());

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
