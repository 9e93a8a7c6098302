using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class StateFileTests : SandboxFixture
{
    private static readonly string[] s_content = ["collections/2/content", "snippets", "esp/suppression/blocks", "optouts"];
    private string _folder = "";

    protected override SandboxOptions Options => new() { File = Path.Combine(_folder, "deep", "state.json") };

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TearDown]
    public void RemoveFile() => File.Delete(Options.File!);

    [Test]
    public async Task State_AfterARestart_IsTheSame()
    {
        await Put("/api/v1/customers/u1", """{"email":"A@example.com","n":1.5,"nested":{"x":[null,"2024-01-02T03:04:05Z"]}}""");
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD","timestamp":1700000000,"data":{"a":1}}""");
        await Put("/api/v1/customers/u1/devices", """{"device":{"id":"t","platform":"ios","attributes":{"a":"b"}}}""");
        await Post("/_sandbox/segments", """{"name":"beta"}""");
        await Post("/api/v1/segments/1/add_customers", """{"ids":["u1"]}""");
        await Put(
            "/api/v1/customers/u1",
            """
            {"anonymous_id":"x1","cio_relationships":{"action":"add_relationships","relationships":
            [{"identifiers":{"object_type_id":"1","object_id":"acme"},"relationship_attributes":{"role":"boss"}}]}}
            """
        );
        await Post("/api/v1/events", """{"name":"waiting","anonymous_id":"x2"}""");
        await Post("/api/v1/customers/gone/suppress");
        await Post("/_sandbox/deliveries", """{"id":"d1","person":"u1"}""");
        await Post("/api/v1/forms/f1/submit", """{"data":{"id":"f"}}""");
        await AppPost("/v1/send/email", """{"to":"b@example.com","transactional_message_id":"new","auto_create":true,"subject":"Hi there"}""");
        await AppPost("/v1/campaigns/2/triggers", """{"ids":["u1","u1","nobody"]}""");
        await AppPost("/v1/collections", """{"name":"Prices","data":[{"cost":12.5}]}""");
        await AppPost("/v1/snippets", """{"name":"footer","value":"See you"}""");
        await AppPost("/v1/esp/suppression/blocks/c%40example.com", "");
        await Send("PUT", "/v1/customers/u1/optouts", """{"optouts":[{"from":"+1555","optout":true}]}""", "Bearer app");
        await AppPost("/v1/reporting_webhooks", """{"name":"hook","endpoint":"https://example.com/","events":["email_sent"]}""");
        await AppPost("/v1/newsletters/1/language", """{"language":"fr","subject":"Bonjour","body":"b"}""");
        await AppPost("/v1/newsletters/1/schedule", """{"scheduled_at":4102444800,"timezone":"UTC"}""");
        var before = Server.Person("u1")!;
        var others = await Others();
        await Server.DisposeAsync();
        await Start();

        var after = Server.Person("a@example.com")!;
        before.Remove("activities");
        after.Remove("activities");
        Assert.That(JToken.DeepEquals(before, after), $"{before}\n{after}");
        Assert.That(await Others(), Is.EqualTo(others));
        Assert.That(
            others,
            Does.Contain("waiting")
                .And.Contain("acme")
                .And.Contain("beta")
                .And.Contain("d1")
                .And.Contain("f1")
                .And.Contain("Hi there")
                .And.Contain("\"new\"")
                .And.Contain("line 3")
                .And.Contain("hook")
                .And.Contain("Bonjour")
                .And.Contain("scheduled")
                .And.Contain("12.5")
                .And.Contain("See you")
                .And.Contain("c@example.com")
                .And.Contain("+1555")
        );
        await Put("/api/v1/customers/gone");
        Assert.That(Server.Person("gone"), Is.Null, "still suppressed");

        await Put("/api/v1/customers/u2");
        Assert.That((string?)Server.Person("u2")!["identifiers"]!["cio_id"], Is.Not.EqualTo((string?)before["identifiers"]!["cio_id"]));
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD"}""");
        Assert.That(Server.Person("u1")!["events"]!.Count(), Is.EqualTo(1), "still known as a duplicate");
        Assert.That((await AppPost("/v1/newsletters/1/schedule", """{"scheduled_at":0}""")).Status, Is.EqualTo(200), "still scheduled");
    }

    private Task<Reply> AppPost(string path, string body) => Send("POST", path, body, "Bearer app");

    private async Task<string> Others()
    {
        var answers = new List<string>();
        foreach (var what in (string[])["anonymous", "objects", "segments", "deliveries", "forms"])
        {
            answers.Add((await Get("/_sandbox/" + what)).Body);
        }
        foreach (
            var what in (string[])
                [
                    "messages",
                    "transactional",
                    "broadcasts/2/triggers",
                    "campaigns/2/triggers/1/errors",
                    "reporting_webhooks",
                    "newsletters",
                    "newsletters/1/contents",
                    .. s_content,
                ]
        )
        {
            answers.Add((await Send("GET", "/v1/" + what, null, "Bearer app")).Body);
        }
        return string.Join("", answers);
    }

    [Test]
    public async Task Change_IsSavedWithoutStopping()
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");

        Assert.That(() => File.ReadAllText(Options.File!), Does.Contain("u1").After(10_000, 50));
        Assert.That(File.Exists(Options.File + ".tmp"), Is.False);
    }

    [TestCase("not json")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"version":2}""")]
    [TestCase("""{"version":1,"people":7}""")]
    public void File_ThatIsNoState_IsNamedAndLeftAlone(string content)
    {
        var path = Path.Combine(_folder, "other.json");
        File.WriteAllText(path, content);

        Assert.That(
            () => SandboxServer.StartAsync(new() { File = path }),
            Throws.TypeOf<SandboxException>().With.Message.Contains(path).And.Message.Contains("delete it")
        );
        Assert.That(File.ReadAllText(path), Is.EqualTo(content));
    }

    [Test]
    public void File_ThatCannotBeWritten_IsNamed() =>
        Assert.That(() => SandboxServer.StartAsync(new() { File = _folder }), Throws.TypeOf<SandboxException>().With.Message.Contains(_folder));

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such mode")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task File_IsForThisUserAlone()
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");
        Assert.That(() => File.ReadAllText(Options.File!), Does.Contain("u1").After(10_000, 50));
        Assert.That(File.GetUnixFileMode(Options.File!), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no FIFO in the file system")]
    public void Fifo_InPlaceOfTheFile_IsRefusedAndWaitsForNobody()
    {
        var path = Path.Combine(_folder, "fifo");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            make.WaitForExit();
        }
        var starting = Task.Run(() => SandboxServer.StartAsync(new() { File = path }));
        Assert.That(() => starting.WaitAsync(TimeSpan.FromSeconds(60)), Throws.TypeOf<SandboxException>().With.Message.Contains("no file"));
    }
}
