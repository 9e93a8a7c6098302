using System.Text;
using CustomerIo.Connector.Track;

namespace CustomerIo.Connector.Tests.Track;

public class BatchChunkTests
{
    [Test]
    public void Body_IsTheOperationsInTheirOrder()
    {
        var chunk = new BatchChunk();
        Assert.That(Text(chunk), Is.EqualTo("""{"batch":[]}"""));

        chunk.TryAdd("1"u8);
        chunk.TryAdd("22"u8);

        Assert.That((Text(chunk), chunk.Count), Is.EqualTo(("""{"batch":[1,22]}""", 2)));
        chunk.TryAdd("3"u8);
        Assert.That(Text(chunk), Is.EqualTo("""{"batch":[1,22,3]}"""), "reading the body does not end it");
    }

    [TestCase(500_000, true)]
    [TestCase(500_001, false)]
    public void TryAdd_FillsTheBodyToItsLimit(int length, bool fits)
    {
        var chunk = new BatchChunk();
        chunk.TryAdd("1"u8);
        var rest = length - """{"batch":[1,]}""".Length;

        Assert.That(chunk.TryAdd(Encoding.ASCII.GetBytes(new string('2', rest))), Is.EqualTo(fits));
        Assert.That((chunk.Body.Length, chunk.Count), Is.EqualTo(fits ? (500_000, 2) : ("""{"batch":[1]}""".Length, 1)));
    }

    [Test]
    public void KeysOf_EachOperationHasItsOwn()
    {
        var chunk = Three();
        Assert.That(
            Enumerable.Range(0, 3).Select(i => chunk.KeysOf(i).ToArray()),
            Is.EqualTo(new[] { new ulong[] { 1, 2 }, Array.Empty<ulong>(), new ulong[] { 3 } })
        );
        Assert.That(chunk.Keys, Is.EqualTo(new ulong[] { 1, 2, 3 }));
    }

    [TestCase("0 2", """{"batch":["a","c"]}""", true, "1 2 3")]
    [TestCase("1 2", """{"batch":["bb","c"]}""", false, "3")]
    [TestCase("1", """{"batch":["bb"]}""", false, "")]
    [TestCase("0 1 2", """{"batch":["a","bb","c"]}""", false, "1 2 3")]
    public void Part_HasTheOperationsWithWhomTheyNameAndWhetherTheyMayBeRepeated(string indexes, string body, bool repeatable, string keys)
    {
        var part = Three().Part([.. indexes.Split(' ').Select(int.Parse)]);
        Assert.That((Text(part), part.Repeatable, string.Join(' ', part.Keys)), Is.EqualTo((body, repeatable, keys)));
    }

    [Test]
    public void Clear_MakesItNew()
    {
        var chunk = Three();
        Assert.That(chunk.Repeatable, Is.False);

        chunk.Clear();
        chunk.TryAdd("9"u8, keys: [7]);

        Assert.That((Text(chunk), chunk.Count, chunk.Repeatable), Is.EqualTo(("""{"batch":[9]}""", 1, true)));
        Assert.That((chunk.Keys.ToArray(), chunk.KeysOf(0).ToArray()), Is.EqualTo((new ulong[] { 7 }, new ulong[] { 7 })));
    }

    [TestCase(0, false)]
    [TestCase(32_000, false)]
    [TestCase(32_001, true)]
    public void Excess_BeyondTheLimitOfAnOperation(int bytes, bool isExcess) =>
        Assert.That(
            BatchLimits.Excess(bytes),
            isExcess ? Is.EqualTo("is 32001 bytes long as an operation; at most 32000 are allowed.") : (NUnit.Framework.Constraints.IResolveConstraint)Is.Null
        );

    private static BatchChunk Three()
    {
        var chunk = new BatchChunk();
        chunk.TryAdd("\"a\""u8, keys: [1, 2]);
        chunk.TryAdd("\"bb\""u8, repeatable: false);
        chunk.TryAdd("\"c\""u8, keys: [3]);
        return chunk;
    }

    private static string Text(BatchChunk chunk) => Encoding.UTF8.GetString(chunk.Body.Span);
}
