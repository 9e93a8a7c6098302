using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class StateFileTests : SandboxFixture
{
    private string folder = "";

    protected override SandboxOptions Options => new() { File = Path.Combine(folder, "deep", "state.json") };

    [OneTimeSetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TearDown]
    public void RemoveFile() => File.Delete(Options.File!);

    [Test]
    public async Task State_AfterARestart_IsTheSame()
    {
        await Put("/api/v1/customers/u1", """{"email":"A@example.com","n":1.5,"nested":{"x":[null,"2024-01-02T03:04:05Z"]}}""");
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD","timestamp":1700000000,"data":{"a":1}}""");
        var before = Server.Person("u1")!;
        await Server.DisposeAsync();
        await Start();

        var after = Server.Person("a@example.com")!;
        before.Remove("activities");
        after.Remove("activities");
        Assert.That(JToken.DeepEquals(before, after), $"{before}\n{after}");

        await Put("/api/v1/customers/u2");
        Assert.That((string?)Server.Person("u2")!["identifiers"]!["cio_id"], Is.Not.EqualTo((string?)before["identifiers"]!["cio_id"]));
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD"}""");
        Assert.That(Server.Person("u1")!["events"]!.Count(), Is.EqualTo(1), "still known as a duplicate");
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
        var path = Path.Combine(folder, "other.json");
        File.WriteAllText(path, content);

        Assert.That(() => SandboxServer.StartAsync(new() { File = path }),
            Throws.TypeOf<SandboxException>().With.Message.Contains(path).And.Message.Contains("delete it"));
        Assert.That(File.ReadAllText(path), Is.EqualTo(content));
    }

    [Test]
    public void File_ThatCannotBeWritten_IsNamed() =>
        Assert.That(() => SandboxServer.StartAsync(new() { File = folder }), Throws.TypeOf<SandboxException>().With.Message.Contains(folder));
}
