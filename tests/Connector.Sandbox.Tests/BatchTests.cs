using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class BatchTests : SandboxFixture
{
    private static string Identify(string id, string attributes = "{}") =>
        $$$"""{"type":"person","action":"identify","identifiers":{"id":"{{{id}}}"},"attributes":{{{attributes}}}}""";

    private static string Event(string filler) =>
        $$$"""{"type":"person","action":"event","identifiers":{"id":"a"},"name":"n","attributes":{"x":"{{{filler}}}"}}""";

    [Test]
    public async Task Batch_OfGoodOperations_Is200AndAllAreDoneInOrder()
    {
        var reply = await Post("/api/v2/batch", $$"""{"batch":[{{Identify("a", """{"n":1}""")}},{{Identify("a", """{"n":2}""")}},{{Event("y")}}]}""");

        Assert.That((reply.Status, reply.Body), Is.EqualTo((200, "{}\n")));
        Assert.That((int)Server.Person("a")!["attributes"]!["n"]!, Is.EqualTo(2));
        Assert.That((JArray)Server.Person("a")!["events"]!, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Batch_WithBadOnes_Is207NamingEachAndTheRestIsDone()
    {
        var bad = Identify("b", $$"""{"plan":"{{new string('x', 1001)}}"}""");
        var reply = await Post("/api/v2/batch", $$"""{"batch":[{{Identify("a")}},{{bad}},{"type":"person","action":"event"},{{Identify("c")}}]}""");

        Assert.That(reply.Status, Is.EqualTo(207));
        Assert.That(
            reply.Body,
            Is.EqualTo(
                """{"errors":["""
                    + """{"batch_index":1,"reason":"invalid","field":"attributes.plan","message":"property value cannot be longer than 1000 bytes"},"""
                    + """{"batch_index":2,"reason":"required","field":"identifiers","message":"must be an object"},"""
                    + """{"batch_index":2,"reason":"required","field":"name","message":"cannot be blank"}]}"""
                    + "\n"
            )
        );
        Assert.That((Server.Person("a") is null, Server.Person("b") is null, Server.Person("c") is null), Is.EqualTo((false, true, false)));
    }

    [Test]
    public async Task Batch_WithOnlyBadOnes_Is207()
    {
        Assert.That((await Post("/api/v2/batch", """{"batch":[{}]}""")).Status, Is.EqualTo(207));
    }

    [TestCase("")]
    [TestCase("""{"batch":[{}],}""")]
    [TestCase("""{"batch":[{}]} {}""")]
    [TestCase("""{"batch":[{}""")]
    [TestCase("""{"batch":[{"a":01}]}""")]
    public async Task Batch_ThatIsNoJson_Is400AndNothingIsDone(string body)
    {
        var reply = await Post("/api/v2/batch", body);

        Assert.That((reply.Status, (string?)reply.Json["errors"]![0]!["message"]), Is.EqualTo((400, "the body is not valid JSON")));
    }

    [TestCase("{}")]
    [TestCase("7")]
    [TestCase("""{"batch":[{}],"batch":7}""")]
    [TestCase("[]")]
    [TestCase("""{"batch":[]}""")]
    [TestCase("""{"batch":{}}""")]
    public async Task Batch_WithoutOperations_Is400(string body)
    {
        var reply = await Post("/api/v2/batch", body);

        Assert.That(
            (reply.Status, Compact(reply.Json["errors"])),
            Is.EqualTo((400, """[{"reason":"required","field":"batch","message":"must be a list with at least one operation"}]"""))
        );
    }

    [Test]
    public async Task Batches_AndSingleRequestsAtOnce_LoseNobody()
    {
        var batches = Enumerable
            .Range(0, 20)
            .Select(b =>
                Post("/api/v2/batch", $$"""{"batch":[{{string.Join(',', Enumerable.Range(0, 200).Select(i => Identify($"b{b}-{i}", """{"n":1}""")))}}]}""")
            );
        var singles = Enumerable.Range(0, 400).Select(i => Put($"/api/v1/customers/s{i}", """{"n":1}"""));
        var replies = await Task.WhenAll(batches.Concat(singles));

        Assert.That(replies.Select(r => r.Status), Is.All.EqualTo(200));
        Assert.That((await Get("/_sandbox/people?limit=1")).Json["total"]!.Value<int>(), Is.EqualTo((20 * 200) + 400));
        Assert.That(Server.RequestCount, Is.EqualTo(420));
    }

    [TestCase(32_768, 200)]
    [TestCase(32_769, 207)]
    public async Task Item_OfSoManyRawBytes_IsAnswered(int bytes, int status)
    {
        var item = Event(new string('x', bytes - Event("").Length));
        Assert.That(item, Has.Length.EqualTo(bytes));
        var reply = await Post("/api/v2/batch", $$"""{"other":[1], "batch": [ {{Identify("a")}} , {{item}} ]}""");

        Assert.That(reply.Status, Is.EqualTo(status));
        Assert.That(status == 200 ? 1 : (int)reply.Json["errors"]![0]!["batch_index"]!, Is.EqualTo(1));
    }

    [TestCase(512_000, 200)]
    [TestCase(512_001, 400)]
    public async Task Batch_OfSoManyBytes_IsAnswered(int bytes, int status)
    {
        var body = new StringBuilder("""{"batch":[""").AppendJoin(',', Enumerable.Range(0, 15).Select(_ => Event(new string('x', 32_000))));
        body.Append(',').Append(Event(new string('x', bytes - body.Length - 2 - Event("").Length))).Append("]}");
        Assert.That(body.Length, Is.EqualTo(bytes));

        var reply = await Post("/api/v2/batch", body.ToString());
        Assert.That(reply.Status, Is.EqualTo(status));
    }
}
