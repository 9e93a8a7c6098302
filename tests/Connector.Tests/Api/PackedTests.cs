using System.IO.Compression;
using System.Text;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>Answers that are packed, as asked for or not.</summary>
public class PackedTests
{
    private const string Text = """{"email":"zoë","n":1}""";

    [TestCase("gzip")]
    [TestCase("GZip")]
    [TestCase("x-gzip")]
    [TestCase("deflate")]
    [TestCase("raw deflate")]
    [TestCase("br")]
    [TestCase("gzip, br")]
    [TestCase("identity")]
    public async Task RunAsync_PackedAnswer_IsRead(string way)
    {
        using var bench = new Bench(Packed(200, Text, way));
        var result = await bench.RunAsync("raw-request", """{"url":"/v1/x","method":"GET"}""");
        Assert.That((string?)result.Data["email"], Is.EqualTo("zoë"));
    }

    [TestCase("gzip")]
    [TestCase("br")]
    public async Task RunAsync_PackedRefusal_IsQuoted(string way)
    {
        using var bench = new Bench(Packed(400, """{"meta":{"error":"name is missing"}}""", way));
        Assert.That((await bench.FailAsync("identify", """{"id":"u1"}""")).Message, Does.Contain("It said: name is missing."));
    }

    [Test]
    public async Task RunAsync_EmptyPackedAnswer_IsEmpty()
    {
        using var bench = new Bench(Answer.Bytes(200, [], "application/json", ("Content-Encoding", "gzip")));
        Assert.That((await bench.RunAsync("identify", """{"id":"u1"}""")).Data.ToString(), Is.EqualTo("{}"));
    }

    [TestCase("gzip", 12)]
    [TestCase("deflate", 8)]
    [TestCase("br", 8)]
    [TestCase("gzip", 0)]
    public async Task RunAsync_DamagedPackedAnswer_IsUncertainForASend(string way, int kept)
    {
        var body = kept == 0 ? "no gzip at all"u8.ToArray() : Pack(Text, way)[..kept];
        using var bench = new Bench(Answer.Bytes(200, body, "application/json", ("Content-Encoding", way)));
        var failure = await bench.FailAsync("raw-request", """{"url":"/v1/send/email","method":"POST"}""");
        Assert.That((failure.Kind, failure.Message.Contains("garbled", StringComparison.Ordinal)), Is.EqualTo((FailureKind.Uncertain, true)), failure.Message);
    }

    [Test]
    public async Task RunAsync_PackedBomb_IsNotUnpackedBeyondTheBound()
    {
        using var bench = new Bench(Answer.Bytes(200, Pack(new string(' ', 65 << 20), "gzip"), "application/json", ("Content-Encoding", "gzip")));
        var failure = await bench.FailAsync("raw-request", """{"url":"/v1/x","method":"GET","maxRetryCount":0}""");
        Assert.That(
            (failure.Kind, failure.Message.Contains("larger than this connector reads", StringComparison.Ordinal)),
            Is.EqualTo((FailureKind.Unavailable, true)),
            failure.Message
        );
    }

    [Test]
    public async Task RunAsync_PackedInAWayNobodyKnows_ShowsNoBytes()
    {
        using var bench = new Bench(Answer.Bytes(400, [0x28, 0xB5, 0x2F, 0xFD, 0, 1, 2], "application/json", ("Content-Encoding", "zstd")));
        Assert.That((await bench.FailAsync("identify", """{"id":"u1","maxRetryCount":0}""")).Message, Does.Not.Contain("It said"));
    }

    [TestCase("zstd", "zstd")]
    [TestCase("gzip, zstd", "zstd")]
    [TestCase("compress", "compress")]
    [TestCase("a b\u001b[31m", "something without a proper name")]
    public async Task RunAsync_PackedInAWayNobodyKnows_IsNamed(string way, string name)
    {
        var answer = Answer.Bytes(200, [0x28, 0xB5, 0x2F, 0xFD, 0, 1, 2], "application/json", ("Content-Encoding", way));
        foreach (
            var (action, input, kind, attempts) in new[]
            {
                ("raw-request", """{"url":"/v1/send/email","method":"POST"}""", FailureKind.Uncertain, 1),
                ("raw-request", """{"url":"/v1/x","method":"GET","responseType":"text"}""", FailureKind.Unavailable, 1),
                ("raw-request", """{"url":"/v1/x","method":"GET"}""", FailureKind.Unavailable, 1),
                ("identify", """{"id":"u1"}""", FailureKind.Unavailable, 4),
            }
        )
        {
            using var bench = new Bench(answer, answer, answer, answer);
            var failure = await bench.FailAsync(action, input);
            Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((kind, attempts)), failure.Message);
            Assert.That(failure.Message, Does.Contain($"packed as {name}, which").And.Contain("gzip, deflate, br"));
        }
    }

    [Test]
    public async Task RunAsync_RefusalPackedInAWayNobodyKnows_IsTheSameRefusal()
    {
        using var bench = new Bench(Answer.Bytes(401, [0x28, 0xB5, 0x2F, 0xFD], "application/json", ("Content-Encoding", "zstd")));
        Assert.That((await bench.FailAsync("identify", """{"id":"u1"}""")).Kind, Is.EqualTo(FailureKind.Connection));
    }

    [TestCase("identify", """{"id":"u1"}""", "gzip, deflate, br")]
    [TestCase("raw-request", """{"url":"/v1/x","method":"GET","headers":{"Accept-Encoding":"identity"}}""", "identity")]
    public async Task RunAsync_AnyRequest_AsksForWhatIsUnpacked(string action, string input, string expected)
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync(action, input);
        Assert.That(bench.Wire.Only.Header("Accept-Encoding"), Is.EqualTo(expected));
    }

    private static Answer Packed(int status, string text, string way) =>
        Answer.Bytes(status, Pack(text, way), "application/json", ("Content-Encoding", way == "raw deflate" ? "deflate" : way));

    private static byte[] Pack(string text, string way)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var one in way.ToLowerInvariant().Split(", "))
        {
            using var packed = new MemoryStream();
            using (
                Stream stream = one switch
                {
                    "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Compress),
                    "deflate" => new ZLibStream(packed, CompressionMode.Compress),
                    "raw deflate" => new DeflateStream(packed, CompressionMode.Compress),
                    "br" => new BrotliStream(packed, CompressionMode.Compress),
                    _ => packed,
                }
            )
            {
                stream.Write(bytes);
            }

            bytes = packed.ToArray();
        }

        return bytes;
    }
}
