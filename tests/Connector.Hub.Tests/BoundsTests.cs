using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using CustomerIo.Connector.Hub.Ingest;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Little that comes in never becomes much that is kept.</summary>
public class BoundsTests
{
    private const string Event = """{"type":"track","userId":"7","event":"A"}""";

    [TestCase(10_000, 30_000, Event, "5000 are allowed")]
    [TestCase(1_000, 30_000, Event, "with the batch's context")]
    [TestCase(160_000, 0, "{}", "5000 are allowed")]
    public async Task Batch_OfManyEventsOrALargeContextForEach_IsRefusedAndNothingIsKept(int count, int context, string one, string words)
    {
        await using var running = await Running.StartAsync();
        var body = $$"""{"context":{"a":"{{new string('x', context)}}"},"batch":[{{string.Join(',', Enumerable.Repeat(one, count))}}]}""";
        using var packed = Packed(body);
        using var response = await running.SendAsync("/v1/batch", packed);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(body.Length > IncomingBody.Longest ? "too long" : words));
        Assert.That(running.Ingest.Counts, Is.EqualTo((0L, 0L)));
        Assert.That(
            new DirectoryInfo(Path.GetDirectoryName(running.File)!).GetFiles("ingest.db*").Where(f => f.Extension != ".reserve").Sum(f => f.Length),
            Is.LessThan(1 << 20)
        );
    }

    [Test]
    public async Task Batch_WithAContextThatMakesAnEventTooLong_RefusesThatOne()
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync(
            "/v1/batch",
            $$"""{"context":{"a":"{{new string('x', 30_000)}}"},"batch":[{"type":"track","userId":"7","event":"A","pr"""
                + $$"""operties":{"b":"{{new string('y', 5_000)}}"} },{{Event}}]}"""
        );
        await running.SettleAsync();
        Assert.That(running.Events("7"), Has.Length.EqualTo(1));
        var letter = running.DeadLetters().Single();
        Assert.That(letter.Reason, Does.Contain("with the batch's context"));
        Assert.That(letter.Text, Has.Length.LessThan(6_000), "without the context");
    }

    [Test]
    public async Task Batch_OfManyRefusedEvents_IsToldInFewLines()
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("{}", 4_000))}}]}""");
        await running.UntilAsync(() => running.Ingest.Counts == (0, 4_000), () => "not all are dead letters");
        await running.UntilAsync(() => running.Said.Length > 0, () => "nothing was said");
        Assert.That(running.Said, Has.Length.LessThan(50).And.Some.Contains("events refused, kept as dead letters"));
    }

    [Test]
    public async Task Queue_BeyondItsBytes_Is503()
    {
        await using var running = await Running.StartAsync(change: o => o with { Queue = 10 });
        await running.FaultAsync("""{"status":503,"times":0}""");
        var large = $$"""{"type":"track","userId":"7","event":"A","properties":{"b":"{{new string('y', 25_000)}}"} }""";
        await running.TakeAsync("/v1/track", large);
        Assert.That((await running.PostAsync("/v1/track", large)).Status, Is.EqualTo(503));
        await running.TakeAsync("/v1/track", Event);
    }

    [Test]
    public async Task DeadLetters_BeyondTheirNumberOrBytes_LoseTheOldest()
    {
        await using var running = await Running.StartAsync();
        await running.TakeAsync("/v1/batch", $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("7", 1_200))}}]}""");
        var store = EventStore.Open(running.File);
        await using (store)
        {
            Assert.That(store.Counts().Dead, Is.EqualTo(1_200));
            Assert.That(await store.TrimAsync(1_200, 1 << 20), Is.Zero);
            Assert.That(await store.TrimAsync(100, 1 << 20), Is.EqualTo(1_100));
            Assert.That(store.DeadLetters([]).Select(d => d.Id), Is.EqualTo(Enumerable.Range(1_101, 100)));
            Assert.That(await store.TrimAsync(100, 101 * 40), Is.EqualTo(60));
        }
    }

    private static ByteArrayContent Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
