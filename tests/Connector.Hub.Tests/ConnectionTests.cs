using System.Text;
using CustomerIo.Connector.Hub.Access;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Microsoft.Data.Sqlite;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Connections that a hub keeps: who runs on which, and what of them lies on the disk.</summary>
public class ConnectionTests
{
    private const string Person = """{"id":"7"}""";

    private readonly List<string> _audit = [];
    private string _folder = "";
    private HubKeys _keys = null!;
    private HubConnections _kept = null!;
    private SandboxServer _shop = null!;
    private RunningHub _hub = null!;

    private string RingFolder => KeyRing.Usual(_folder);

    [SetUp]
    public async Task StartAsync()
    {
        _audit.Clear();
        _folder = Directory.CreateTempSubdirectory("connector-kept-").FullName;
        _keys = HubKeys.Open(_folder);
        _kept = new HubConnections(_keys.File, new KeyRing(RingFolder));
        _shop = await SandboxServer.StartAsync(new SandboxOptions());
        _hub = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(_keys, isLocal: true), Kept = _kept, Audit = _audit.Add });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _hub.DisposeAsync();
        await _shop.DisposeAsync();
        await _keys.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, true);
    }

    [Test]
    public async Task AKey_RunsOnTheConnectionThatItIsBoundTo_AndOnNoOther()
    {
        await AddAsync("shop");
        await AddAsync("everybodys");
        var bound = await KeyAsync("bound", "SHOP");
        var free = await KeyAsync("free");

        Assert.That((await _hub.RunAsync("identify", Person, Bearer(bound))).Status, Is.EqualTo(200));
        Assert.That((_shop.Person("7") is not null, _hub.Sandbox.Person("7") is null), Is.EqualTo((true, true)));
        Assert.That((await _hub.RunAsync("identify", """{"id":"8"}""", Bearer(free))).Status, Is.EqualTo(200));
        Assert.That((_hub.Sandbox.Person("8") is not null, _shop.Person("8") is null), Is.EqualTo((true, true)), "a key without one uses the hub's own");

        Assert.That((await _hub.RunAsync("identify?connection=Shop", Person, Bearer(bound))).Status, Is.EqualTo(200));
        var other = await _hub.RunAsync("identify?connection=everybodys", Person, Bearer(bound));
        Assert.That((other.Status, (string?)other.Error["kind"]), Is.EqualTo((400, "input")));
        Assert.That((string?)other.Error["message"], Is.EqualTo("There is no connection \"everybodys\" for this caller. It may name shop, or none."));
        Assert.That(
            _audit,
            Is.EqualTo(new[] { "bound ran identify on shop: succeeded", "free ran identify: succeeded", "bound ran identify on shop: succeeded" })
        );
    }

    [Test]
    public async Task ACall_NamesOneThatItsKeyMayUse_ByAddressHeaderOrMeta()
    {
        await AddAsync("shop");
        var key = await KeyAsync("n8n");
        Assert.That((await _hub.RunAsync("identify?connection=shop", """{"id":"1"}""", Bearer(key))).Status, Is.EqualTo(200));
        Assert.That((await _hub.RunAsync("identify", """{"id":"2"}""", Bearer(key), ("X-Customerio-Connection", "shop"))).Status, Is.EqualTo(200));
        Assert.That(
            (await _hub.RunAsync("identify?connection=shop", """{"id":"3"}""", Bearer(key), ("X-Customerio-Connection", "SHOP"))).Status,
            Is.EqualTo(200)
        );
        Assert.That(await CallAsync(key, "4", "", "\"shop\""), Does.Contain("succeeded"));
        Assert.That(await CallAsync(key, "5", "?connection=shop", null), Does.Contain("succeeded"));
        Assert.That(await CallAsync(key, "6", "?connection=shop&read-only=false", "\"Shop\""), Does.Contain("succeeded"));
        Assert.That(Enumerable.Range(1, 6).Where(i => _shop.Person($"{i}") is null), Is.Empty);
        Assert.That((await _hub.SendAsync(HttpMethod.Get, "/options/segments?connection=shop", null, Bearer(key))).Status, Is.EqualTo(200));
        Assert.That(_hub.Sandbox.RequestCount, Is.Zero, "none of it went to the hub's own workspace");

        await AddAsync("second");
        Assert.That((await _hub.RunAsync("identify?connection=shop", Person, Bearer(key), ("X-Customerio-Connection", "second"))).Status, Is.EqualTo(400));
        Assert.That((await _hub.RunAsync("identify?connection=shop&connection=second", Person, Bearer(key))).Status, Is.EqualTo(400));
        Assert.That((await _hub.RunAsync("identify?connection=", Person, Bearer(key))).Status, Is.EqualTo(400));
        Assert.That(await CallAsync(key, "9", "?connection=shop", "\"second\""), Does.Contain("names another connection"));
        foreach (var meta in new[] { """{"siteId":"s","apiKey":"stolen"}""", "null", "7", "\"\"", "[\"shop\"]" })
        {
            Assert.That(await CallAsync(key, "9", "", meta), Does.Contain("Keep keys at home").And.Not.Contain("stolen"), meta);
        }

        Assert.That((_shop.Person("9"), _shop.Person("7")), Is.EqualTo(((JObject?)null, (JObject?)null)));
    }

    [Test]
    public async Task ADelivery_ToTheSamePathOfAnotherConnection_IsNoDuplicate()
    {
        foreach (var name in new[] { "shop", "second" })
        {
            await _kept.AddAsync(name, new JObject(Fields(_shop)) { ["webhookSigningKey"] = "the-key" }, null, DateTimeOffset.UnixEpoch);
        }

        await using var hub = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(_keys, isLocal: true), Kept = _kept, Data = _folder });
        var key = Bearer(await KeyAsync("n8n"));
        var duplicates = new List<bool>();
        foreach (var connection in new[] { "shop", "second", "shop" })
        {
            using var delivery = new StringContent(ConnectorJson.ToText(HostToolsTests.Delivery("e1")), Encoding.UTF8, "application/json");
            var answer = await hub.SendAsync(HttpMethod.Post, $"/tools/receive-event?connection={connection}", delivery, key);
            Assert.That((answer.Status, (int)answer.Json["status"]!), Is.EqualTo((200, 200)), $"{answer}");
            duplicates.Add((bool)answer.Json["duplicate"]!);
        }

        Assert.That(duplicates, Is.EqualTo(new[] { false, false, true }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task ASubscription_IsEndedWhereItWasMade(bool byAddress)
    {
        await AddAsync("shop");
        var key = Bearer(await KeyAsync("flow"));
        (string Name, string Value)[] headers = byAddress ? [key] : [key, ("X-Customerio-Connection", "shop")];
        using var webhook = new StringContent("""{"name":"flow","endpoint":"https://hooks.example.com/1","events":["email_sent"]}""");
        var made = await _hub.SendAsync(HttpMethod.Post, "/subscriptions" + (byAddress ? "?connection=shop" : ""), webhook, headers);
        Assert.That((made.Status, made.Header("Location")), Is.EqualTo((201, $"{_hub.Hub.Url}/subscriptions/{made.Json["data"]!["id"]}?connection=shop")));
        Assert.That((await _hub.SendAsync(HttpMethod.Delete, made.Header("Location")![_hub.Hub.Url.Length..], null, key)).Status, Is.EqualTo(200));
        Assert.That((_hub.Sandbox.RequestCount, _shop.RequestCount), Is.EqualTo((0, 2)));
    }

    [Test]
    public async Task APersonalConnection_IsItsKeysAlone_AndToOthersAsIfItWereNot()
    {
        var (owner, other, bound) = (await KeyAsync("owner"), await KeyAsync("other"), await KeyAsync("bound"));
        await AddAsync("mine", "owner");
        await AddAsync("shared");
        await _keys.ConnectAsync("bound", "shared");
        Assert.That((await _hub.RunAsync("identify?connection=mine", Person, Bearer(owner))).Status, Is.EqualTo(200));
        foreach (var key in new[] { other, bound })
        {
            var (refused, unknown) = (
                await _hub.RunAsync("identify?connection=mine", Person, Bearer(key)),
                await _hub.RunAsync("identify?connection=nope", Person, Bearer(key))
            );
            Assert.That((refused.Status, refused.Text.Replace("mine", "nope", StringComparison.Ordinal)), Is.EqualTo((unknown.Status, unknown.Text)));
            Assert.That(
                (await CallAsync(key, "7", "", "\"mine\"")).Replace("mine", "nope", StringComparison.Ordinal),
                Is.EqualTo(await CallAsync(key, "7", "", "\"nope\""))
            );
        }

        Assert.That(async () => await KeyAsync("third", "mine"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("for another key alone"));
        Assert.That(async () => await _keys.ConnectAsync("other", "mine"), Throws.InstanceOf<ConnectorException>());
        Assert.That(_keys.All().Select(k => k.Rights.Name), Does.Not.Contain("third"), "what is refused leaves nothing");
        await _keys.ConnectAsync("owner", "mine");
        Assert.That((await _hub.RunAsync("identify", """{"id":"8"}""", Bearer(owner))).Status, Is.EqualTo(200));
        Assert.That(_shop.Person("8"), Is.Not.Null);

        // A key of the same name is another key.
        Assert.That(await _keys.RemoveAsync("owner"), Is.EqualTo(new[] { "mine" }));
        var again = await KeyAsync("owner");
        Assert.That((await _hub.RunAsync("identify?connection=mine", Person, Bearer(again))).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Changes_HoldFromTheNextRequestOn_AndWhatIsInUseStays()
    {
        await AddAsync("shop");
        var key = await KeyAsync("n8n", "shop");
        Assert.That((await _hub.RunAsync("identify", """{"id":"1"}""", Bearer(key))).Status, Is.EqualTo(200));

        // By another process, whose key ring is newer than what the hub has read.
        await using (var elsewhere = HubKeys.Open(_folder))
        {
            var others = new HubConnections(elsewhere.File, new KeyRing(RingFolder));
            await others.RenameAsync("shop", "store");
            Assert.That(
                async () => await others.RemoveAsync("store"),
                Throws.InstanceOf<ConnectorException>().With.Message.Contains("n8n is a key bound to it")
            );
            await others.ReplaceAsync("STORE", Fields(_hub.Sandbox));
        }

        Assert.That((await _hub.RunAsync("identify?connection=store", """{"id":"2"}""", Bearer(key))).Status, Is.EqualTo(200));
        Assert.That((_shop.Person("2"), _hub.Sandbox.Person("2") is not null), Is.EqualTo(((JObject?)null, true)));
        Assert.That((await _hub.RunAsync("identify?connection=shop", Person, Bearer(key))).Status, Is.EqualTo(400));
        await _keys.ConnectAsync("n8n", null);
        await _kept.RemoveAsync("store");
        Assert.That((await _hub.RunAsync("identify?connection=store", Person, Bearer(key))).Status, Is.EqualTo(400));
        Assert.That((await _hub.RunAsync("identify", Person, Bearer(key))).Status, Is.EqualTo(200));
        Assert.That(_audit, Is.EqualTo(new[] { "n8n ran identify on shop: succeeded", "n8n ran identify on store: succeeded", "n8n ran identify: succeeded" }));
    }

    [Test]
    public async Task Names_AreTakenOnce_AndSlipsAreTold()
    {
        await AddAsync("shop");
        await AddAsync("store");
        Assert.That(async () => await AddAsync("SHOP"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("already"));
        Assert.That(async () => await _kept.RenameAsync("shop", "Store"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("already"));
        Assert.That(async () => await _kept.RenameAsync("shp", "x"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("Did you mean shop?"));
        Assert.That(async () => await _kept.RemoveAsync("nothing-like-it"), Throws.InstanceOf<ConnectorException>().With.Message.EndsWith("nothing-like-it."));
        Assert.That(async () => await _kept.ReplaceAsync("shp", Fields(_shop)), Throws.InstanceOf<ConnectorException>());
        Assert.That(async () => await AddAsync("mine", "nobody"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("no key nobody"));
        Assert.That(async () => await KeyAsync("k", "shp"), Throws.InstanceOf<ConnectorException>().With.Message.Contains("Did you mean shop?"));
        await _kept.RenameAsync("shop", "SHOP");
        Assert.That(_kept.All().Select(c => c.Name), Is.EqualTo(new[] { "SHOP", "store" }));
        Assert.That(_keys.All(), Is.Empty);
    }

    [Test]
    public async Task ManyAtOnce_OfSeveralProcesses_AreAllKept_AndAllOpen()
    {
        await Parallel.ForAsync(
            0,
            12,
            async (i, _) =>
            {
                await using var keys = HubKeys.Open(_folder);
                await new HubConnections(keys.File, new KeyRing(RingFolder)).AddAsync($"c{i:00}", Fields(_shop), null, DateTimeOffset.UnixEpoch);
            }
        );
        Assert.That(_kept.All().Select(c => c.Name), Is.EqualTo(Enumerable.Range(0, 12).Select(i => $"c{i:00}")));
    }

    [Test]
    public async Task Files_HoldNoSecret_AndAreTheUsersAlone()
    {
        string[] secrets = ["site-4f1c9e02aa", "track-77ab10c4de", "app-c0ffee5599", "pipe-8812bb31aa", "sign-deadbeef21", "proxy.internal.example"];
        var fields = new JObject
        {
            ["siteId"] = secrets[0],
            ["apiKey"] = secrets[1],
            ["appApiKey"] = secrets[2],
            ["pipelinesApiKey"] = secrets[3],
            ["webhookSigningKey"] = secrets[4],
            ["baseUrl"] = "https://" + secrets[5],
        };
        await _kept.AddAsync("shop", fields, null, DateTimeOffset.UnixEpoch);
        var key = await KeyAsync("n8n", "shop");
        await _kept.ReplaceAsync("shop", (JObject)fields.DeepClone());
        _kept.All();
        await _kept.AddAsync("gone", (JObject)fields.DeepClone(), null, DateTimeOffset.UnixEpoch);
        await _kept.RemoveAsync("gone");
        await _hub.RunAsync("identify?connection=gone", Person, Bearer(key));
        Assert.That(_kept.All().Single().Connection!.AppApiKey, Is.EqualTo(secrets[2]), "they are there");

        var files = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);
        Assert.That(files.Select(Path.GetFileName), Has.Some.EqualTo("hub.db").And.Some.EqualTo("hub.db-wal").And.Some.Match(@"^key-.*\.xml$"));
        Assert.That(files.Select(Path.GetExtension), Has.None.EqualTo(".part"));
        foreach (var file in files)
        {
            var bytes = await ReadAsync(file);
            foreach (var secret in secrets.Append(key[^64..]))
            {
                foreach (var form in Forms(secret))
                {
                    Assert.That(bytes.AsSpan().IndexOf(form), Is.EqualTo(-1), $"{secret} in {file}");
                }
            }

            Assert.That(
                OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) == 0,
                $"{file} is open to others"
            );
        }

        Assert.That(OperatingSystem.IsWindows() || (int)File.GetUnixFileMode(RingFolder) == 0b111_000_000);
        var ring = await File.ReadAllTextAsync(Directory.GetFiles(RingFolder).Single());
        Assert.That(ring, Does.Contain("AES_256_CBC").And.Contain("HMACSHA256"));
    }

    [Test]
    public async Task WithoutItsKeyRing_ADatabaseOpensNothing_AndSaysSo()
    {
        await AddAsync("shop");
        var key = await KeyAsync("n8n", "shop");
        var stolen = Directory.CreateTempSubdirectory("connector-stolen-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(_folder))
            {
                File.Copy(file, Path.Combine(stolen, Path.GetFileName(file)));
            }

            await using var keys = HubKeys.Open(stolen);
            var wrong = Path.Combine(stolen, "wrong");
            new KeyRing(wrong).Seal("x", "y");
            foreach (var ring in new[] { KeyRing.Usual(stolen), wrong })
            {
                var kept = new HubConnections(keys.File, new KeyRing(ring));
                Assert.That(
                    () => kept.Check(),
                    Throws
                        .InstanceOf<ConnectorException>()
                        .With.Property("Kind")
                        .EqualTo(FailureKind.Input)
                        .And.Message.EqualTo(
                            $"The connections in {keys.File.Path} cannot be opened: the key ring {ring} has no key for shop. Name the right folder with "
                                + "--key-ring, or remove them and add them anew."
                        )
                );
                Assert.That(kept.All().Select(c => (c.Name, c.Connection)), Is.EqualTo(new[] { ("shop", (Connection?)null) }), "to be removed");
                Assert.That(async () => await kept.AddAsync("other", Fields(_shop), null, DateTimeOffset.UnixEpoch), Throws.InstanceOf<ConnectorException>());
                await using var hub = await RunningHub.StartAsync(o => o with { Gate = new Gatekeeper(keys, isLocal: true), Kept = kept });
                var answer = await hub.RunAsync("identify", Person, Bearer(key));
                Assert.That((answer.Status, (string?)answer.Error["kind"]), Is.EqualTo((502, "connection")), "were the ring lost while the hub runs");
                Assert.That(hub.Sandbox.RequestCount, Is.Zero);
            }

            Assert.That(Directory.Exists(KeyRing.Usual(stolen)), Is.False, "no ring is made in the place of one that is missing");
            Assert.That(Directory.GetFiles(wrong), Has.Length.EqualTo(1));
            new HubConnections(keys.File, new KeyRing(RingFolder)).Check();
            await keys.ConnectAsync("n8n", null);
            await new HubConnections(keys.File, new KeyRing(wrong)).RemoveAsync("shop");
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(stolen, true);
        }
    }

    [Test]
    public async Task WhatWasMovedOrChangedInTheDatabase_OpensNothing()
    {
        await AddAsync("shop");
        await AddAsync("store");
        await _keys.File.WriteAsync(c => Execute(c, "UPDATE connection SET sealed = (SELECT sealed FROM connection WHERE name = 'shop') WHERE name = 'store'"));
        Assert.That(() => _kept.Check(), Throws.InstanceOf<ConnectorException>().With.Message.Contains("no key for store"));
        await _kept.ReplaceAsync("store", Fields(_shop));
        _kept.Check();
        await _keys.File.WriteAsync(c => Execute(c, "UPDATE connection SET sealed = x'00' WHERE name = 'shop'"));
        Assert.That(() => _kept.Check(), Throws.InstanceOf<ConnectorException>().With.Message.Contains("no key for shop"));
    }

    [Test]
    public async Task AKeyRing_ThatCannotBeWritten_KeepsNothing()
    {
        var file = Path.Combine(_folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        var kept = new HubConnections(_keys.File, new KeyRing(Path.Combine(file, "ring")));
        Assert.That(
            async () => await kept.AddAsync("shop", Fields(_shop), null, DateTimeOffset.UnixEpoch),
            Throws
                .InstanceOf<ConnectorException>()
                .With.Property("Kind")
                .EqualTo(FailureKind.Input)
                .And.Message.Match(@"[^.]\. Name a folder that this user may write with --key-ring\.$")
        );
        Assert.That(_kept.All(), Is.Empty);
    }

    [Test]
    public async Task AKeyRing_WhoseKeysAreOld_StillOpens_AndGetsANewOneForWhatIsAdded()
    {
        await AddAsync("shop");
        var file = Directory.GetFiles(RingFolder).Single();
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(
            file,
            System
                .Text.RegularExpressions.Regex.Replace(text, "Date>[0-9]{4}-", "Date>2020-")
                .Replace("<expirationDate>2020-", "<expirationDate>2021-", StringComparison.Ordinal)
        );
        var kept = new HubConnections(_keys.File, new KeyRing(RingFolder));
        kept.Check();
        Assert.That(Directory.GetFiles(RingFolder), Has.Length.EqualTo(1), "reading makes none");
        await kept.AddAsync("store", Fields(_shop), null, DateTimeOffset.UnixEpoch);
        Assert.That(Directory.GetFiles(RingFolder), Has.Length.EqualTo(2));
        Assert.That(_kept.All().Select(c => c.Name), Is.EqualTo(new[] { "shop", "store" }), "by a hub that had read the ring before");
    }

    [TestCase("not XML", FailureKind.Unavailable)]
    [TestCase("<key id=\"x\"/>", FailureKind.Input)]
    public async Task AKeyRing_ThatIsDamaged_IsSaidInOneSentence(string text, FailureKind kind)
    {
        await AddAsync("shop");
        await File.WriteAllTextAsync(Directory.GetFiles(RingFolder).Single(), text);
        var kept = new HubConnections(_keys.File, new KeyRing(RingFolder));
        Assert.That(() => kept.Check(), Throws.InstanceOf<ConnectorException>().With.Property("Kind").EqualTo(kind).And.Message.Contains(RingFolder));
    }

    [Test]
    public async Task OneConnection_IsOneObject_SoThatItsRateIsSharedByAllItsKeys()
    {
        var seen = new HashSet<Connection>(ReferenceEqualityComparer.Instance);
        await AddAsync("shop");
        await AddAsync("store");
        var (one, other, third) = (await KeyAsync("one", "shop"), await KeyAsync("other"), await KeyAsync("third", "store"));
        await using var hub = await RunningHub.StartAsync(o =>
            o with
            {
                Gate = new Gatekeeper(_keys, isLocal: true),
                Kept = _kept,
                Run = (_, _, connection, options, _) =>
                {
                    seen.Add(connection);
                    throw new ConnectorException(FailureKind.Rejected, connection.Name);
                },
            }
        );
        foreach (var (path, key) in new[] { ("identify", one), ("identify?connection=shop", other), ("identify?connection=SHOP", other), ("identify", one) })
        {
            Assert.That((string?)(await hub.RunAsync(path, Person, Bearer(key))).Error["message"], Is.EqualTo("shop"));
        }

        Assert.That(seen, Has.Count.EqualTo(1));
        await hub.RunAsync("identify", Person, Bearer(third));
        Assert.That(seen, Has.Count.EqualTo(2));
    }

    private static void Execute(System.Data.Common.DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.That(command.ExecuteNonQuery(), Is.EqualTo(1));
    }

    private Task AddAsync(string name, string? owner = null) => _kept.AddAsync(name, Fields(_shop), owner, DateTimeOffset.UnixEpoch);

    private static JObject Fields(SandboxServer sandbox) =>
        new()
        {
            ["siteId"] = "s",
            ["apiKey"] = "k",
            ["appApiKey"] = "a",
            ["baseUrl"] = sandbox.Url.ToString(),
        };

    private Task<string> KeyAsync(string name, string? connection = null) =>
        _keys.AddAsync(new Rights(name, null, false), DateTimeOffset.UnixEpoch, connection);

    private static (string Name, string Value) Bearer(string key) => ("Authorization", "Bearer " + key);

    private async Task<string> CallAsync(string key, string id, string query, string? connection)
    {
        var meta = connection is null ? "{}" : $$"""{"customerio/connection":{{connection}}}""";
        using var content = new StringContent(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"identify","arguments":{"id":"{{{id}}}"},"_meta":{{{meta}}}}}""",
            Encoding.UTF8,
            "application/json"
        );
        return (await _hub.SendAsync(HttpMethod.Post, "/mcp" + query, content, ("Accept", "application/json, text/event-stream"), Bearer(key))).Text;
    }

    private static IEnumerable<byte[]> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return bytes;
        yield return Encoding.Unicode.GetBytes(secret);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));

        // Wherever it begins, whole groups of three bytes become the same letters.
        for (var skip = 0; skip < 3; skip++)
        {
            yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes[skip..(skip + ((bytes.Length - skip) / 3 * 3))]));
        }
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
