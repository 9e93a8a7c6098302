using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Actions.People;

/// <summary>Each case of a change of identity, in a workspace: who is there afterwards, and that nobody was merged unasked.</summary>
public class ChangeIdentifierTests
{
    private SandboxServer _sandbox = null!;
    private CustomerIoConnector _connector = null!;
    private Connection _connection = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        _connector = new CustomerIoConnector();
        _connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            AppApiKey = "a",
            BaseUrl = _sandbox.Url.ToString(),
        };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _connector.Dispose();
        await _sandbox.DisposeAsync();
    }

    [SetUp]
    public async Task MakePeople()
    {
        _sandbox.Reset();
        await RunAsync("identify", """{"id":"u1","customerData":{"email":"ada@example.com","plan":"pro"}}""");
        await RunAsync("identify", """{"id":"u2","customerData":{"email":"bob@example.com","phone":"+43123456789","city":"Vienna"}}""");
    }

    [TestCase("id", "new")]
    [TestCase("email", "new@example.com")]
    [TestCase("email", "ADA@example.com")]
    [TestCase("phone", "+43999999999")]
    public async Task NobodyHasIt_IsChanged(string kind, string value)
    {
        var cioId = CioId("u1");
        var result = await ChangeAsync("u1", kind, value, verify: true);
        Assert.That(($"{result.Data["outcome"]}", $"{result.Data["verification"]}"), Is.EqualTo(("changed", "verified")));
        Assert.That((string?)_sandbox.Person("cio_" + cioId)!["identifiers"]![kind], Is.EqualTo(value));
        Assert.That(_sandbox.Person("u2"), Is.Not.Null);
    }

    [TestCase("id", "u1")]
    [TestCase("email", "ada@example.com")]
    public async Task ThePersonHasIt_IsUnchangedAndNothingIsSent(string kind, string value)
    {
        var before = _sandbox.Requests.Count(r => r.Method == "PUT");
        Assert.That((string?)(await ChangeAsync("ada@example.com", kind, value)).Data["outcome"], Is.EqualTo("unchanged"));
        Assert.That(_sandbox.Requests.Count(r => r.Method == "PUT"), Is.EqualTo(before));
    }

    [TestCase("id", "u2")]
    [TestCase("email", "bob@example.com")]
    [TestCase("email", "BOB@example.com")]
    [TestCase("phone", "+43123456789")]
    public async Task SomebodyElseHasIt_IsAConflictAndChangesNothing(string kind, string value)
    {
        var before = (_sandbox.Person("u1")!.ToString(), _sandbox.Person("u2")!.ToString());
        var result = await ChangeAsync("u1", kind, value);
        Assert.That(((string?)result.Data["outcome"], (string?)result.Data["owner"]!["id"]), Is.EqualTo(("conflict", "u2")));
        Assert.That(result.Warnings.Single(), Does.Contain("nothing was changed"));
        Assert.That((_sandbox.Person("u1")!.ToString(), _sandbox.Person("u2")!.ToString()), Is.EqualTo(before));
    }

    [Test]
    public async Task SomebodyElseHasItAndMergeIsTold_IsMergedIntoTheOwner()
    {
        var result = await ChangeAsync("u1", "email", "bob@example.com", "merge", verify: true);
        Assert.That(
            ($"{result.Data["outcome"]}", $"{result.Data["owner"]!["id"]}", $"{result.Data["verification"]}"),
            Is.EqualTo(("merged", "u2", "verified"))
        );
        Assert.That(_sandbox.Person("u1"), Is.Null);
        Assert.That(_sandbox.Person("u2")!["attributes"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"city":"Vienna","plan":"pro"}"""));
    }

    [Test]
    public async Task NobodyHasItAndMergeIsTold_IsChangedAndNobodyIsMerged()
    {
        Assert.That((string?)(await ChangeAsync("u1", "id", "new", "merge")).Data["outcome"], Is.EqualTo("changed"));
        Assert.That((_sandbox.Person("new")!["identifiers"]!["email"], _sandbox.Person("u2")), Is.Not.EqualTo(((JToken?)null, (JObject?)null)));
    }

    [Test]
    public void ThePersonIsUnknown_IsRefusedAndNobodyIsCreated()
    {
        var failure = Assert.ThrowsAsync<ConnectorException>(() => ChangeAsync("nobody", "id", "new"))!;
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Rejected, 404)));
        Assert.That(_sandbox.Person("new"), Is.Null);
    }

    [Test]
    public async Task SeveralPeopleHaveTheAddress_IsAConflictEvenWithMerge()
    {
        using var bench = new Bench(
            Answer.Ok("""{"customer":{"identifiers":{"cio_id":"a1"},"attributes":{}}}"""),
            Answer.Ok("""{"results":[{"cio_id":"a2"},{"cio_id":"a3"}]}""")
        );
        var result = await bench.RunAsync("change-identifier", """{"id":"u1","identifier":"email","value":"x@example.com","ifTaken":"merge"}""");
        Assert.That(((string?)result.Data["outcome"], bench.Wire.Requests.Count), Is.EqualTo(("conflict", 2)));
    }

    [Test]
    public async Task AMergeIsBlockedByTheConnection_AndSoNotMade()
    {
        using var bench = new Bench(
            Answer.Ok("""{"customer":{"identifiers":{"cio_id":"a1"},"attributes":{}}}"""),
            Answer.Ok("""{"customers":[{"customer":{"identifiers":{"cio_id":"a2"}}}]}""")
        );
        var blocking = new Connection
        {
            SiteId = Bench.SiteId,
            ApiKey = Bench.ApiKey,
            AppApiKey = Bench.AppApiKey,
            Region = Region.Us,
            BlockDestructive = true,
        };
        var failure = await bench.FailAsync("change-identifier", """{"id":"u1","identifier":"id","value":"u2","ifTaken":"merge"}""", blocking);
        Assert.That((failure.Kind, bench.Wire.Requests.Count), Is.EqualTo((FailureKind.Connection, 2)));
    }

    [TestCase("conflict", "PUT https://track.customer.io/api/v1/customers/cio_%7Bperson%7D")]
    [TestCase("merge", "POST https://track.customer.io/api/v1/merge_customers")]
    public async Task ADryRun_ShowsWhatWouldFollow(string ifTaken, string last)
    {
        using var bench = new Bench();
        var input = Bench.Json("""{"id":"u1","identifier":"id","value":"u2"}""");
        input["ifTaken"] = ifTaken;
        var dry = await bench.Connector.DryRunAsync("change-identifier", input, Bench.Us);
        Assert.That($"{dry["requests"]!.Last!["method"]} {dry["requests"]!.Last!["url"]}", Is.EqualTo(last));
    }

    [TestCase("email", "nobody")]
    [TestCase("phone", "0123")]
    public async Task AValueThatIsNoneOfItsKind_IsRefused(string kind, string value)
    {
        using var bench = new Bench();
        var input = new JObject
        {
            ["id"] = "u1",
            ["identifier"] = kind,
            ["value"] = value,
        };
        Assert.That((await bench.FailAsync("change-identifier", input)).Problems.Single().Path, Is.EqualTo("/value"));
    }

    [Test]
    public async Task LinkAnonymous_OfAPerson_BringsTheEventsAlong()
    {
        await RunAsync("track-anonymous", """{"anonymousId":"anon-1","eventName":"looked"}""");
        await RunAsync("link-anonymous", """{"id":"u1","anonymousId":"anon-1"}""");
        Assert.That(_sandbox.Person("u1")!["events"]!.Select(e => (string?)e["name"]), Is.EqualTo(new[] { "looked" }));
    }

    [Test]
    public async Task LinkAnonymous_ThatIsSomebodyElses_StaysThere()
    {
        await RunAsync("track-anonymous", """{"anonymousId":"anon-1","eventName":"looked"}""");
        await RunAsync("link-anonymous", """{"id":"u2","anonymousId":"anon-1"}""");
        await RunAsync("link-anonymous", """{"id":"u1","anonymousId":"anon-1"}""");
        Assert.That(_sandbox.Person("u1")!["events"]!, Is.Empty);
        Assert.That(_sandbox.Person("u2")!["events"]!.Count(), Is.EqualTo(1), "nobody is merged");
        Assert.That(_sandbox.Person("u1")!["anonymousIds"]!, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task LinkAnonymous_IdThatNobodyHas_CreatesAPersonOnlyIfTold(bool create)
    {
        await RunAsync("track-anonymous", """{"anonymousId":"anon-1","eventName":"looked"}""");
        await RunAsync("link-anonymous", "{\"id\":\"new\",\"anonymousId\":\"anon-1\",\"createPerson\":" + (create ? "true" : "false") + "}");
        Assert.That(_sandbox.Person("new")?["events"]!.Count(), Is.EqualTo(create ? 1 : (int?)null));
    }

    private string CioId(string person) => (string)_sandbox.Person(person)!["identifiers"]!["cio_id"]!;

    private Task<RunResult> ChangeAsync(string id, string kind, string value, string ifTaken = "conflict", bool verify = false) =>
        _connector.RunAsync(
            "change-identifier",
            new JObject
            {
                ["id"] = id,
                ["identifier"] = kind,
                ["value"] = value,
                ["ifTaken"] = ifTaken,
                ["verify"] = verify,
            },
            _connection
        );

    private Task<RunResult> RunAsync(string action, string input) => _connector.RunAsync(action, Bench.Json(input), _connection);
}
