using System.Text;
using CustomerIo.Connector.Tests.Kit;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>An id arrives as the id that was given, whatever stands in it.</summary>
public class ApiPathTests
{
    [TestCase("a b", "a%20b")]
    [TestCase("a/b", "a%2Fb")]
    [TestCase("a+b", "a%2Bb")]
    [TestCase("100%", "100%25")]
    [TestCase("%2F", "%252F")]
    [TestCase("%2e%2e", "%252e%252e")]
    [TestCase("a?b", "a%3Fb")]
    [TestCase("a#b", "a%23b")]
    [TestCase("a\\b", "a%5Cb")]
    [TestCase("..\\..", "..%5C..")]
    [TestCase("../x", "..%2Fx")]
    [TestCase("...", "...")]
    [TestCase(".hidden", ".hidden")]
    [TestCase("a;b:c=e&f$g,h!*'()", "a%3Bb%3Ac%3De%26f%24g%2Ch%21%2A%27%28%29")]
    [TestCase("c@d", "c%40d")]
    [TestCase("\"quoted\"", "%22quoted%22")]
    [TestCase("😀", "%F0%9F%98%80")]
    [TestCase("ünï", "%C3%BCn%C3%AF")]
    [TestCase("ada.l+x@example.com", "ada.l%2Bx%40example.com")]
    [TestCase("cio_03000001", "cio_03000001")]
    [TestCase("a b", "a%20b")]
    public async Task RunAsync_Id_IsOneEscapedSegment(string id, string expected)
    {
        using var bench = new Bench(Answer.Ok(), Answer.Ok());
        await bench.RunAsync("destroy", new JObject { ["id"] = id });
        await bench.RunAsync("track", new JObject { ["id"] = id, ["eventName"] = "x" });
        Assert.That(
            bench.Wire.Requests.Select(r => r.Url),
            Is.EqualTo(new[] { $"https://track.customer.io/api/v1/customers/{expected}", $"https://track.customer.io/api/v1/customers/{expected}/events" })
        );
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void RunAsync_AnyId_IsReadBackTheSameOrRefused(FsCheck.NonNull<string> id)
    {
        using var bench = new Bench(Wire.Ok());
        var run = bench.RunAsync("identify", new JObject { ["id"] = id.Get });
        var named = Gate.Id(id.Get);
        if (named.Problem is not null || named.Text is "." or ".." || Bytes(id.Get) is not <= 150)
        {
            Assert.That(Assert.ThrowsAsync<ConnectorException>(() => run)!.Kind, Is.EqualTo(FailureKind.Input));
            Assert.That(bench.Wire.Requests, Is.Empty);
            return;
        }

        Assert.That(run.IsCompletedSuccessfully, Is.True);
        const string Before = "https://track.customer.io/api/v1/customers/";
        Assert.That(bench.Wire.Only.Url, Does.StartWith(Before));
        Assert.That(Decode(bench.Wire.Only.Url[Before.Length..]), Is.EqualTo(named.Text));
    }

    [TestCase(0xd800)]
    [TestCase(0xdc00)]
    public async Task RunAsync_IdWithHalfACharacter_IsRefused(int half)
    {
        // An attribute cannot hold such a text itself: it is kept as UTF-8.
        var id = $"a{(char)half}b";
        using var bench = new Bench(Wire.Ok());
        foreach (
            var (action, input) in new (string, JObject)[]
            {
                ("identify", new JObject { ["id"] = id }),
                (
                    "identify",
                    new JObject
                    {
                        ["id"] = "u1",
                        ["customerData"] = new JObject { ["a"] = id },
                    }
                ),
                (
                    "identify",
                    new JObject
                    {
                        ["id"] = "u1",
                        ["customerData"] = new JObject { [id] = 1 },
                    }
                ),
                ("track", new JObject { ["id"] = "u1", ["eventName"] = id }),
                ("raw-request", new JObject { ["url"] = "/v1/" + id, ["method"] = "GET" }),
                (
                    "raw-request",
                    new JObject
                    {
                        ["url"] = "/v1/x",
                        ["method"] = "GET",
                        ["queryParameters"] = new JObject { [id] = 1 },
                    }
                ),
                (
                    "raw-request",
                    new JObject
                    {
                        ["url"] = "/v1/x",
                        ["method"] = "GET",
                        ["queryParameters"] = new JObject { ["a"] = id },
                    }
                ),
                (
                    "raw-request",
                    new JObject
                    {
                        ["url"] = "/v1/x",
                        ["method"] = "POST",
                        ["data"] = id,
                    }
                ),
                (
                    "raw-request",
                    new JObject
                    {
                        ["url"] = "/v1/x",
                        ["method"] = "POST",
                        ["formData"] = new JObject { ["a"] = id },
                    }
                ),
                (
                    "raw-request",
                    new JObject
                    {
                        ["url"] = "/v1/x",
                        ["method"] = "POST",
                        ["fileData"] = new JObject { [id] = "x" },
                    }
                ),
            }
        )
        {
            Assert.That((await bench.FailAsync(action, input)).Kind, Is.EqualTo(FailureKind.Input));
            Assert.That(bench.Wire.Requests, Is.Empty);
        }
    }

    private static int? Bytes(string text)
    {
        try
        {
            return new UTF8Encoding(false, true).GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    // Written out rather than left to Uri, which is what is being tested.
    private static string Decode(string segment)
    {
        Assert.That(segment, Does.Match("^([A-Za-z0-9._~-]|%[0-9A-F]{2})+$"));
        var bytes = new List<byte>();
        for (var i = 0; i < segment.Length; i++)
        {
            bytes.Add(segment[i] == '%' ? Convert.FromHexString(segment.AsSpan(i + 1, 2))[0] : (byte)segment[i]);
            i += segment[i] == '%' ? 2 : 0;
        }

        return new UTF8Encoding(false, true).GetString([.. bytes]);
    }
}
