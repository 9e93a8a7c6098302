using System.Text;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Track;

public class OperationTests
{
    [Test]
    public void Write_TheMapThatTheTextStandsFor_IsTheText()
    {
        var map = new JObject();
        var operation = new Operation("object", "identify") { ["attributes"] = map, ["n"] = 5L };
        Assert.That(Write(operation, map), Is.EqualTo((true, """{"type":"object","action":"identify","attributes":{"a" : 1.50},"n":5}""")));
    }

    [Test]
    public void Write_AMapThatIsNoLongerThere_SaysSo() =>
        Assert.That(Write(new Operation("object", "identify") { ["attributes"] = new JObject() }, []).Found, Is.False);

    [Test]
    public void Write_AMapThatWasAddedTo_SaysSoAndIsWrittenAsItIs()
    {
        var map = new JObject { ["created_at"] = 7 };
        var written = Write(new Operation("object", "identify") { ["attributes"] = map }, map);
        Assert.That(written, Is.EqualTo((false, """{"type":"object","action":"identify","attributes":{"created_at":7}}""")));
    }

    [Test]
    public void Write_NoMap_FindsNothingMissing() =>
        Assert.That(Write(new Operation("object", "delete"), null), Is.EqualTo((true, """{"type":"object","action":"delete"}""")));

    private static (bool Found, string Text) Write(Operation operation, JObject? map)
    {
        var output = new ByteBuffer(64);
        using var writer = ConnectorJson.Writer(output);
        var found = operation.Write(writer, map, """{"a" : 1.50}"""u8);
        writer.Flush();
        return (found, Encoding.UTF8.GetString(output.Span));
    }
}
