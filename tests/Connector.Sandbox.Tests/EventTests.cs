using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class EventTests : SandboxFixture
{
    private const string Ulid = "01HB4HBDKTFWYZCK01DMRSWRFD";

    private JArray Events(string identifier = "u1") => (JArray)Server.Person(identifier)!["events"]!;

    [Test]
    public async Task Track_WithEverything_IsKeptAsSent()
    {
        var reply = await Post(
            "/api/v1/customers/u1/events",
            $$$"""{"name":" signed up ","id":"{{{Ulid}}}","timestamp":1700000000,"data":{"plan":"pro","at":"2024-01-02T03:04:05Z"}}"""
        );

        Assert.That(reply.Body, Is.EqualTo("{}\n"));
        Assert.That(
            Events().Single().ToString(Newtonsoft.Json.Formatting.None),
            Is.EqualTo($$$"""{"id":"{{{Ulid}}}","type":"event","name":"signed up","timestamp":1700000000,"data":{"plan":"pro","at":"2024-01-02T03:04:05Z"}}""")
        );
    }

    [Test]
    public async Task Track_WithNameAlone_GetsIdAndTimeAndCreatesThePerson()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await Post("/api/v1/customers/u1/events", """{"name":"n","data":null}""");

        Assert.That((string?)Events()[0]["id"], Does.Match("^[0-7][0-9A-HJKMNP-TV-Z]{25}$"));
        Assert.That((long)Events()[0]["timestamp"]!, Is.InRange(before, before + 60));
        Assert.That(Events()[0]["data"]!.Type, Is.EqualTo(JTokenType.Null));
    }

    [TestCase("page", "page")]
    [TestCase("screen", "screen")]
    [TestCase("event", "event")]
    [TestCase("other", "event")]
    public async Task Type_OfAnEvent_IsOneOfThree(string sent, string kept)
    {
        await Post("/api/v1/customers/u1/events", $$"""{"type":"{{sent}}","name":"/home"}""");

        Assert.That((string?)Events()[0]["type"], Is.EqualTo(kept));
    }

    [Test]
    public async Task Id_SeenBefore_IsDroppedWith200EvenForAnotherPerson()
    {
        await Post("/api/v1/customers/u1/events", $$"""{"name":"n","id":"{{Ulid}}"}""");
        Assert.That((await Post("/api/v1/customers/u1/events", $$"""{"name":"n","id":"{{Ulid.ToLowerInvariant()}}"}""")).Status, Is.EqualTo(200));
        await Post("/api/v1/customers/u2/events", $$"""{"name":"n","id":"{{Ulid}}"}""");

        Assert.That(Events(), Has.Count.EqualTo(1));
        Assert.That(Events("u2"), Is.Empty);
        Assert.That(await Dropped(), Is.EqualTo(Enumerable.Repeat("failed_event: an event with this id was received before", 2)));
    }

    [Test]
    public async Task Id_ThatIsNoUlid_NeverCountsAsSeen()
    {
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"order-1"}""");
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"order-1"}""");

        Assert.That(Events(), Has.Count.EqualTo(2));
    }

    [TestCase("""{}""", "name cannot be blank")]
    [TestCase("""{"name":""}""", "name cannot be blank")]
    [TestCase("""{"name":"  "}""", "name cannot be blank")]
    [TestCase("""{"name":7}""", "name must be a string")]
    [TestCase("""{"name":"n","data":[1]}""", "data must be an object")]
    [TestCase("""{"name":"n","data":"x"}""", "data must be an object")]
    public async Task Body_ThatIsWrong_Is400AndCreatesNobody(string body, string error)
    {
        var reply = await Post("/api/v1/customers/u1/events", body);

        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(reply.Errors, Is.EqualTo(new[] { error }));
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [TestCase(100, 200)]
    [TestCase(101, 400)]
    public async Task Name_OfSoManyBytes_IsAnswered(int bytes, int status) =>
        Assert.That((await Post("/api/v1/customers/u1/events", $$"""{"name":"{{new string('x', bytes - 2)}}é"}""")).Status, Is.EqualTo(status));

    [TestCase(100_000, 200)]
    [TestCase(100_001, 400)]
    public async Task Data_OfSoManyBytes_IsAnswered(int bytes, int status)
    {
        var reply = await Post("/api/v1/customers/u1/events", $$"""{"name":"n","data": { "a" : "{{new string('x', bytes - 8)}}" } }""");

        Assert.That(reply.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task CioId_Unknown_IsDroppedWith200()
    {
        Assert.That((await Post("/api/v1/customers/cio_zz/events", """{"name":"n"}""")).Status, Is.EqualTo(200));
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_event: cio_id is unknown or deleted" }));
    }
}
