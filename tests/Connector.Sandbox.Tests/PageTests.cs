using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class PageTests : SandboxFixture
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false });

    [Test]
    public async Task Page_LoadsNothingFromElsewhereAndNeverMakesMarkupOfData()
    {
        var reply = await SendTo(Server.Url, "GET", "/", null, "");

        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That(reply.ContentHeaders.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(
            reply.Headers.GetValues("Content-Security-Policy").Single(),
            Does.StartWith("default-src 'none'").And.Contain("connect-src 'self'").And.Contain("frame-ancestors 'none'")
        );
        var addresses = Regex.Matches(reply.Body, "https?://[a-z0-9.]+").Select(m => m.Value).Distinct();
        Assert.That(addresses, Is.EqualTo(new[] { "http://www.w3.org" }), "only the SVG namespace");
        Assert.That(reply.Body, Does.Not.Match("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|<script src|<link rel=\"stylesheet"));
        Assert.That(Server.Requests, Is.Empty, "looking is not recorded");
    }

    [Test]
    public async Task Stream_TellsWhatThereIsThenWhatIsNew()
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");
        using var reader = await Open();

        var all = await Message(reader);
        Assert.That((bool)all["all"]!, Is.True);
        Assert.That((string?)all["region"], Is.EqualTo("us"));
        Assert.That(all["people"]!.Select(p => (string?)p["identifiers"]!["id"]), Is.EqualTo(new[] { "u1" }));
        Assert.That(all["requests"]!.Select(r => (string?)r["path"]), Is.EqualTo(new[] { "/api/v1/customers/u1" }));

        await Post("/api/v1/customers/u2/events", """{"name":"signed up","data":{"b":2}}""");
        var news = await Message(reader, "events");
        Assert.That(news["all"], Is.Null);
        Assert.That(news["events"]!.Select(e => $"{e["who"]} {e["name"]} {e["data"]!["b"]}"), Is.EqualTo(new[] { "u2 signed up 2" }));
        Assert.That(news["people"]!.Select(p => (string?)p["identifiers"]!["id"]).Distinct(), Is.EqualTo(new[] { "u2" }));
        Assert.That((int)news["totals"]!["requests"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task Stream_AfterAReset_StartsOver()
    {
        await Post("/api/v1/customers/u1/events", """{"name":"n"}""");
        using var reader = await Open();
        await Message(reader);
        Server.Reset();

        var all = await Message(reader);
        Assert.That((bool)all["all"]!, Is.True);
        Assert.That(((JArray)all["people"]!).Count + ((JArray)all["events"]!).Count + ((JArray)all["requests"]!).Count, Is.Zero);
    }

    [Test]
    public async Task Stream_OfADeletedPerson_SaysSo()
    {
        await Put("/api/v1/customers/u1");
        using var reader = await Open();
        await Message(reader);
        await Delete("/api/v1/customers/u1");

        Assert.That((bool)(await Message(reader, "people"))["people"]![0]!["deleted"]!, Is.True);
    }

    [Test]
    public async Task Stream_UnderLoad_IsGatheredAndBounded()
    {
        using var reader = await Open();
        await Message(reader);
        for (var i = 0; i < 30; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Put($"/api/v1/customers/u{n}")));
        }

        var messages = new List<JObject>();
        do
        {
            messages.Add(await Message(reader));
        } while ((int)messages[^1]["totals"]!["requests"]! < 600);
        Assert.That(messages, Has.Count.LessThan(100));
        Assert.That(messages.Select(m => ((JArray)m["requests"]!).Count), Is.All.LessThanOrEqualTo(100));
    }

    [Test]
    public async Task Stream_OfALargeBody_ShowsItsBeginningAndTheRequestHasAll()
    {
        using var reader = await Open();
        await Message(reader);
        await Post("/api/v1/customers/u1/events", $$$"""{"name":"n","data":{"x":"{{{new string('y', 90_000)}}}"}}""");

        var request = (await Message(reader, "requests"))["requests"]![0]!;
        Assert.That((string?)request["body"], Does.StartWith("""{"name":"n","data":{"x":"yyy""").And.Length.LessThan(500));
        Assert.That((await Get($"/_sandbox/requests/{request["n"]}")).Json["body"]!["data"]!["x"]!.ToString(), Has.Length.EqualTo(90_000));
        Assert.That((await Get("/_sandbox/requests/9")).Status, Is.EqualTo(404));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Dispose_WithAnOpenStream_EndsIt(CancellationToken ct)
    {
        using var reader = await Open();
        await Message(reader);
        await Server.DisposeAsync();

        Assert.That((await reader.ReadToEndAsync(ct)).Trim(), Is.Empty);
        await Start();
    }

    private async Task<StreamReader> Open() => new(await s_client.GetStreamAsync(new Uri(Server.Url, "/_sandbox/stream")));

    /// <summary>The next message, or the next in which a list has something: news may come in two.</summary>
    private static async Task<JObject> Message(StreamReader reader, string? list = null)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new EndOfStreamException();
            if (line.StartsWith("data: ", StringComparison.Ordinal) && Parse(line[6..]) is var message && (list is null || message[list]!.Any()))
            {
                return message;
            }
        }
    }
}
