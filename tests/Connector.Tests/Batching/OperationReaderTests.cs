using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Tests.Batching;

/// <summary>An operation in the vendor's own form: whom and what it names passes the gate, and the rest stays as it is.</summary>
public class OperationReaderTests
{
    private const string Ulid = "01BX5ZZKBKACTAV9WEVGEMMVRZ";
    private const string Trimmed = ": white space or invisible characters at its ends were taken off.";

    [TestCase("""{"type":"x","action":"y","any":[1,{"a":null}]}""", null, "")]
    [TestCase("""{"type":"person","action":"identify","identifiers":{"id":7,"email":"a@b.de"}}""", null, "")]
    [TestCase(
        """{"type":"person","action":"identify","identifiers":{"id":" u1 "},"n":1}""",
        """{"type":"person","action":"identify","identifiers":{"id":"u1"},"n":1}""",
        "/identifiers/id"
    )]
    [TestCase(
        """{"type":"person","action":"merge","primary":{"email":" a@b.de"},"secondary":{"cio_id":"a3 "}}""",
        """{"type":"person","action":"merge","primary":{"email":"a@b.de"},"secondary":{"cio_id":"a3"}}""",
        "/primary/email /secondary/cio_id"
    )]
    [TestCase("""{"type":"x","action":"y","identifiers":{"a/b":" c "}}""", """{"type":"x","action":"y","identifiers":{"a/b":"c"}}""", "/identifiers/a~1b")]
    [TestCase(
        """{"type":"person","action":"add_relationships","cio_relationships":[{"identifiers":{"object_id":" 1 "},"n":1},{},7,{"identifiers":3}]}""",
        """{"type":"person","action":"add_relationships","cio_relationships":[{"identifiers":{"object_id":"1"},"n":1},{},7,{"identifiers":3}]}""",
        "/cio_relationships/0/identifiers/object_id"
    )]
    [TestCase(
        """{"type":"person","action":"add_device","device":{"token":" t ","platform":"ios"}}""",
        """{"type":"person","action":"add_device","device":{"token":"t","platform":"ios"}}""",
        "/device/token"
    )]
    [TestCase("""{"type":"person","action":"add_device","device":{"token":"t"}}""", null, "")]
    [TestCase("""{"type":"person","action":"add_device","device":{"token":7}}""", null, "")]
    [TestCase(
        """{"type":"person","action":"identify","identifiers":{"id":"u1"},"attributes":{"id":"u1","unsubscribed":"yes"}}""",
        """{"type":"person","action":"identify","identifiers":{"id":"u1"},"attributes":{"id":"u1","unsubscribed":true}}""",
        ""
    )]
    [TestCase(
        """{"type":"person","action":"identify","attributes":{"id":"u1","created_at":"2024-05-01"}}""",
        """{"type":"person","action":"identify","attributes":{"id":"u1","created_at":1714521600}}""",
        ""
    )]
    [TestCase(
        """{"type":"object","action":"identify","attributes":{"unsubscribed":"yes","created_at":"2024-05-01"}}""",
        """{"type":"object","action":"identify","attributes":{"unsubscribed":"yes","created_at":1714521600}}""",
        ""
    )]
    [TestCase(
        """{"type":"object","action":"identify_anonymous","attributes":{"created_at":"2024-05-01"}}""",
        """{"type":"object","action":"identify_anonymous","attributes":{"created_at":1714521600}}""",
        ""
    )]
    [TestCase("""{"type":"object","action":"delete","attributes":{"created_at":"2024-05-01"}}""", null, "")]
    [TestCase("""{"type":"person","action":"x","attributes":{"unsubscribed":"yes"},"name":" n "}""", null, "")]
    [TestCase("""{"type":"delivery","action":"event","name":" n "}""", null, "")]
    [TestCase(
        """{"type":"person","action":"event","name":" n ","id":"01BX5ZZKBKACTAV9WEVGEMMVRX"}""",
        """{"type":"person","action":"event","name":"n","id":"01BX5ZZKBKACTAV9WEVGEMMVRX"}""",
        "/name"
    )]
    [TestCase("""{"type":"person","action":"event","name":"n"}""", $$"""{"type":"person","action":"event","name":"n","id":"{{Ulid}}"}""", "")]
    [TestCase("""{"type":"person","action":"page","id":""}""", $$"""{"type":"person","action":"page","id":"{{Ulid}}"}""", "")]
    [TestCase("""{"type":"person","action":"screen","id":7}""", $$"""{"type":"person","action":"screen","id":"{{Ulid}}"}""", "")]
    [TestCase("""{"type":"object","action":"event"}""", null, "")]
    public void Read_TheVendorsForm_IsCleanInWhatItNames(string item, string? expected, string trimmed)
    {
        var context = Context();
        var operation = OperationReader.Read(Bench.Json(item), Catalogue.Embedded, context);
        Assert.That(Encoding.UTF8.GetString(operation.ToBytes()), Is.EqualTo(expected ?? item));
        Assert.That(context.Warnings, Is.EqualTo(trimmed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => path + Trimmed)));
        Assert.That((operation.Type, operation.Action), Is.EqualTo(((string)Bench.Json(item)["type"]!, (string)Bench.Json(item)["action"]!)));
    }

    [TestCase("""{"type":"person","action":"event","id":"01BX5ZZKBKACTAV9WEVGEMMVRX"}""", "01BX5ZZKBKACTAV9WEVGEMMVRX")]
    [TestCase("""{"type":"person","action":"event"}""", Ulid)]
    [TestCase("""{"type":"person","action":"identify","id":"x"}""", null)]
    public void Read_AnEvent_IsKnownByItsId(string item, string? expected)
    {
        var context = Context();
        OperationReader.Read(Bench.Json(item), Catalogue.Embedded, context);
        Assert.That(context.UsedEventId, Is.EqualTo(expected));
    }

    [TestCase("{}", "/type /action", "is required: an operation is Customer.io's own (type, action, identifiers …) or {action, input}.")]
    [TestCase(
        """{"type":"","action":7}""",
        "/type /action",
        "is required: an operation is Customer.io's own (type, action, identifiers …) or {action, input}."
    )]
    [TestCase("""{"type":"x","action":"y","identifiers":{"id":true}}""", "/identifiers/id", "must be a text or a whole number.")]
    [TestCase("""{"type":"x","action":"y","identifiers":{"a~b":{}}}""", "/identifiers/a~0b", "must be a text or a whole number.")]
    [TestCase("""{"type":"x","action":"y","secondary":{"id":""}}""", "/secondary/id", "must not be empty.")]
    [TestCase("""{"type":"x","action":"y","identifiers":{"id":".."}}""", "/identifiers/id", null)]
    [TestCase("""{"type":"x","action":"y","identifiers":{"cio_id":"."}}""", "/identifiers/cio_id", null)]
    [TestCase("""{"type":"x","action":"y","identifiers":{"email":"ada"}}""", "/identifiers/email", "must be an e-mail address, such as ada@example.com.")]
    [TestCase("""{"type":"x","action":"y","identifiers":{"id":"a b@c.de"}}""", "/identifiers/id", null)]
    [TestCase("""{"type":"x","action":"y","cio_relationships":[{},{"identifiers":{"id":[]}}]}""", "/cio_relationships/1/identifiers/id", null)]
    [TestCase("""{"type":"x","action":"y","device":{"token":"null"}}""", "/device/token", null)]
    [TestCase("""{"type":"person","action":"event","name":""}""", "/name", "must not be empty.")]
    [TestCase("""{"type":"person","action":"identify","identifiers":{"id":"u1"},"attributes":{"id":"u2"}}""", "/attributes/id", null)]
    [TestCase("""{"type":"object","action":"identify","attributes":{"created_at":"soon"}}""", "/attributes/created_at", null)]
    [TestCase("""{"input":{},"type":"x","a/b":1}""", "/type /a~1b", "cannot stand beside input; an operation is {action, input} or Customer.io's own form.")]
    [TestCase("""{"input":{}}""", "/action", "must be the id of an action, such as identify.")]
    [TestCase("""{"input":{},"action":7}""", "/action", "must be the id of an action, such as identify.")]
    [TestCase("""{"input":7,"action":"identify"}""", "/input", "must be an object with the action's inputs.")]
    [TestCase("""{"input":{"id":" "},"action":"identify"}""", "/input/id", "must not be blank.")]
    [TestCase("""{"input":{},"action":"send-email"}""", "", "Send Email cannot go in a batch, since Customer.io has no operation for it; run it on its own.")]
    public void Read_WhatCannotGo_IsRefusedWithItsPaths(string item, string paths, string? message)
    {
        var failure = Assert.Throws<ConnectorException>(() => OperationReader.Read(Bench.Json(item), Catalogue.Embedded, Context()))!;
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.Input));
        Assert.That(string.Join(' ', failure.Problems.Select(p => p.Path)), Is.EqualTo(paths));
        if (message is not null)
        {
            Assert.That(failure.Problems.Select(p => p.Message).DefaultIfEmpty(failure.Message), Is.All.EqualTo(message));
        }
    }

    [TestCase(150, true)]
    [TestCase(151, false)]
    public void Read_AnIdentifierOfAnyKind_IsAsLongAsCustomerIoTakes(int length, bool passes)
    {
        var item = Bench.Json("""{"type":"x","action":"y","identifiers":{}}""");
        item["identifiers"]!["phone"] = new string('1', length);
        Action read = () => OperationReader.Read(item, Catalogue.Embedded, Context());
        Assert.That(read, passes ? Throws.Nothing : Throws.InstanceOf<ConnectorException>());
    }

    [TestCase("""{"id":"u1"}""", "")]
    [TestCase("""{"id":"u1","region":"eu"}""", "Region has no effect here: the whole batch goes to one region.")]
    public void Read_OurForm_WarnsOfARegionThatCannotBe(string input, string warning)
    {
        var context = Context();
        var operation = OperationReader.Read(Bench.Json($$"""{"action":"identify","input":{{input}}}"""), Catalogue.Embedded, context);
        Assert.That(ConnectorJson.ToText(ConnectorJson.Parse(Encoding.UTF8.GetString(operation.ToBytes()))), Does.Contain("\"id\":\"u1\""));
        Assert.That(string.Join(' ', context.Warnings), Is.EqualTo(warning));
    }

    [Test]
    public void Find_AnActionThatIsNone_IsAnInputErrorOfThePlaceThatNamesIt()
    {
        var failure = Assert.Throws<ConnectorException>(() => OperationReader.Find("identifi", Catalogue.Embedded))!;
        Assert.That((failure.Kind, failure.Problems.Count), Is.EqualTo((FailureKind.Input, 0)));
        Assert.That(failure.Message, Does.Contain("identify"));
        Assert.That(OperationReader.Find("identify", Catalogue.Embedded).Id, Is.EqualTo("identify"));
    }

    private static ItemContext Context() => new(() => DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), _ => Ulid, false) { Index = 0 };
}
