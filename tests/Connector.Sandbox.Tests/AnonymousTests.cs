using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class AnonymousTests : SandboxFixture
{
    private string[] Names(string person) => [.. Server.Person(person)!["events"]!.Select(e => (string)e["name"]!)];

    [Test]
    public async Task Events_OfTheLast30Days_JoinThePersonWhoGetsTheAnonymousId()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await Post("/api/v1/events", $$"""{"name":"second","anonymous_id":"x1","timestamp":{{now - 10}}}""");
        await Post("/api/v1/events", $$"""{"name":"first","anonymous_id":"x1","timestamp":{{now - (29 * 86400)}}}""");
        await Post("/api/v1/events", $$"""{"name":"too old","anonymous_id":"x1","timestamp":{{now - (31 * 86400)}}}""");
        await Post("/api/v1/events", """{"name":"another's","anonymous_id":"x2"}""");
        Assert.That((await Get("/_sandbox/people")).Json["total"]!.Value<int>(), Is.Zero);

        await Put("/api/v1/customers/u1", """{"anonymous_id":"x1"}""");

        Assert.That(Names("u1"), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(Compact(Server.Person("u1")!["anonymousIds"]), Is.EqualTo("""["x1"]"""));
        Assert.That((await Get("/_sandbox/anonymous")).Json["anonymous"]!.Cast<JProperty>().Select(p => p.Name), Is.EqualTo(new[] { "x2" }));

        await Post("/api/v1/events", """{"name":"third","anonymous_id":"x1"}""");
        Assert.That(Names("u1"), Is.EqualTo(new[] { "first", "second", "third" }));
    }

    [Test]
    public async Task Events_WithMergingOff_StayAnonymous()
    {
        await Put("/_sandbox/settings", """{"eventMerging":false}""");
        await Post("/api/v1/events", """{"name":"n","anonymous_id":"x1"}""");
        await Put("/api/v1/customers/u1", """{"anonymous_id":"x1"}""");

        Assert.That(Names("u1"), Is.Empty);
    }

    [Test]
    public async Task AnonymousId_OfAnotherPerson_IsNotTaken()
    {
        await Put("/api/v1/customers/u1", """{"anonymous_id":"x1"}""");
        Assert.That((await Put("/api/v1/customers/u2", """{"anonymous_id":"x1"}""")).Status, Is.EqualTo(200));

        Assert.That((JArray)Server.Person("u2")!["anonymousIds"]!, Is.Empty);
        Assert.That(await Dropped(), Is.EqualTo(new[] { "failed_attribute_change: anonymous_id belongs to another person" }));
    }

    [TestCase("""{"name":"n"}""", 1)]
    [TestCase("""{"name":"n","anonymous_id":" ","data":{}}""", 1)]
    [TestCase("""{"name":"n","anonymous_id":"","data":{"recipient":"a@example.com"}}""", 0)]
    public async Task InviteEvent_NeedsARecipientOrIsDroppedWith200(string body, int dropped)
    {
        Assert.That((await Post("/api/v1/events", body)).Status, Is.EqualTo(200));
        Assert.That(await Dropped(), Has.Length.EqualTo(dropped));
        Assert.That((await Get("/_sandbox/anonymous")).Json["anonymous"]!.Count(), Is.EqualTo(1 - dropped));
    }

    [Test]
    public async Task Id_SeenBefore_IsDroppedAcrossAnonymousAndKnown()
    {
        await Post("/api/v1/events", """{"name":"n","anonymous_id":"x1","id":"01HB4HBDKTFWYZCK01DMRSWRFD"}""");
        await Post("/api/v1/customers/u1/events", """{"name":"n","id":"01HB4HBDKTFWYZCK01DMRSWRFD"}""");

        Assert.That(Names("u1"), Is.Empty);
    }

    [TestCase(0, "name cannot be blank")]
    [TestCase(101, "name cannot be longer than 100 bytes")]
    public async Task Name_OfThisLength_Is400(int length, string error)
    {
        var reply = await Post("/api/v1/events", $$"""{"name":"{{new string('x', length)}}","anonymous_id":"x1"}""");

        Assert.That((reply.Status, reply.Errors.Single()), Is.EqualTo((400, error)));
    }
}
