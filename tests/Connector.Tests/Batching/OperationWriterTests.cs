using System.Text;
using CustomerIo.Connector.Batching;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Tests.Kit;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Batching;

/// <summary>A line's way into the body: which text is carried as it was written, and what is left behind when it cannot go.</summary>
public class OperationWriterTests
{
    private const string Ulid = "01BX5ZZKBKACTAV9WEVGEMMVR";

    [TestCase(
        "identify",
        """{"id":"u1","customerData":{"a" : 1.50}}""",
        """{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{"a" : 1.50}}"""
    )]
    [TestCase(
        "track",
        """{"id":"+4312345","idType":"phone","eventName":"n","eventData":{"a" : 1.50}}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"event","name":"n","attributes":{"a" : 1.50},"id":"01BX5ZZKBKACTAV9WEVGEMMVR7"}"""
    )]
    [TestCase(
        "identify",
        """{"id":"u1","customerData":{"a" : 1.50,"unsubscribed":"yes"}}""",
        """{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{"a":1.5,"unsubscribed":true}}"""
    )]
    [TestCase(
        "track",
        """{"id":"+4312345","idType":"phone","eventName":"n"}""",
        """{"type":"person","identifiers":{"phone":"+4312345"},"action":"event","name":"n","id":"01BX5ZZKBKACTAV9WEVGEMMVR7"}"""
    )]
    [TestCase(null, """{"action":"identify","input":{"id":"u1"}}""", """{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":{}}""")]
    public void Write_ALine_CarriesTheMapsTextWhereNothingInItChanges(string? action, string line, string expected)
    {
        var (writer, output, keys) = (Writer(action), new ByteBuffer(16), new List<ulong> { 99 });
        output.Append("before"u8);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(writer.Write(Encoding.UTF8.GetBytes(line), 7, output, keys), Is.True);
        }

        Assert.That(Encoding.UTF8.GetString(output.Span), Is.EqualTo("before" + expected + expected + expected));
        var person = (line.Contains("+43") ? "+4312345" : "u1").Select(c => (byte)c).ToArray();
        Assert.That(keys, Is.EqualTo(new ulong[] { 99, PersonKeys.Of(person), PersonKeys.Of(person), PersonKeys.Of(person) }));
        Assert.That(writer.Item.Index, Is.EqualTo(7));
    }

    [TestCase("identify", """{"id":"u1","customerData":{"email":"a@b.de","x":1e999}}""")]
    [TestCase("identify", """{"id":"","customerData":{"email":"a@b.de"}}""")]
    [TestCase("identify", """{"id":"u1","customerData":{"email":"a@b.de"},"relationships":7}""")]
    [TestCase("identify", "{")]
    [TestCase(null, """{"type":"person"}""")]
    public void Write_ALineThatCannotGo_LeavesNothingBehind(string? action, string line)
    {
        var (writer, output, keys) = (Writer(action), new ByteBuffer(16), new List<ulong> { 99 });
        output.Append("before"u8);
        var failure = Assert.Throws<ConnectorException>(() => writer.Write(Encoding.UTF8.GetBytes(line), 0, output, keys))!;
        Assert.That((failure.Kind, Encoding.UTF8.GetString(output.Span), keys), Is.EqualTo((FailureKind.Input, "before", new List<ulong> { 99 })));
    }

    [TestCase(32_000, true)]
    [TestCase(32_001, false)]
    public void Write_AnOperation_IsAsLongAsCustomerIoTakes(int length, bool passes)
    {
        var around = """{"type":"person","identifiers":{"id":"u1"},"action":"identify","attributes":}""".Length;

        // Several attributes, since none may be longer than 1000 bytes.
        var parts = Enumerable.Range(10, 39).Select(i => $"\"{i}\":\"{new string('x', 790)}\"").ToList();
        var rest = length - around - "{}".Length - string.Join(',', parts).Length - ",\"r\":\"\"".Length;
        parts.Add($"\"r\":\"{new string('y', rest)}\"");
        var input = "{\"id\":\"u1\",\"customerData\":{" + string.Join(',', parts) + "}}";
        foreach (var asObject in new[] { false, true })
        {
            var (writer, output) = (Writer("identify"), new ByteBuffer(16));
            output.Append("before"u8);
            ConnectorException? failure = null;
            try
            {
                _ = asObject ? writer.Write(Bench.Json(input), 0, output, []) : writer.Write(Encoding.UTF8.GetBytes(input), 0, output, []);
            }
            catch (ConnectorException e)
            {
                failure = e;
            }

            Assert.That(failure?.Message, passes ? Is.Null : Does.Contain("is 32001 bytes long as an operation; at most 32000 are allowed."));
            Assert.That(output.Length, Is.EqualTo("before".Length + (passes ? length : 0)));
        }
    }

    [TestCase("""{"type":"delivery","action":"event","id":"d"}""", false)]
    [TestCase("""{"type":"person","action":"identify"}""", true)]
    public void Write_WhatMustNotBeDoneTwice_SaysSo(string operation, bool repeatable)
    {
        Assert.That(Writer(null).Write(Encoding.UTF8.GetBytes(operation), 0, new ByteBuffer(16), []), Is.EqualTo(repeatable));
        Assert.That(Writer(null).Write(Bench.Json(operation), 0, new ByteBuffer(16), []), Is.EqualTo(repeatable));
    }

    [Test]
    public void Write_AProgramsNull_IsAnInputErrorOfItsItem()
    {
        var writer = Writer("identify");
        var failure = Assert.Throws<ConnectorException>(() => writer.Write((JObject?)null, 3, new ByteBuffer(16), []))!;
        Assert.That(failure.Problems.Single(), Is.EqualTo(new Problem("", "is null; an item is an object with the action's inputs.")));
        Assert.That(writer.Item.Index, Is.EqualTo(3));
    }

    [Test]
    public void Write_ALineThatIsNoJson_SaysThatItCannotBeRead() =>
        Assert.That(
            Assert.Throws<ConnectorException>(() => Writer("identify").Write("{"u8, 0, new ByteBuffer(16), []))!.Message,
            Does.StartWith("The line cannot be read: ")
        );

    private static OperationWriter Writer(string? action) =>
        new(
            Catalogue.Embedded,
            action is null ? null : Catalogue.Embedded.Find(action),
            new ItemContext(() => DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), index => Ulid + index, false)
        );
}
