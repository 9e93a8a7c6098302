using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class PageTests : SandboxFixture
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false });

    [Test]
    public async Task Page_RunsAndLoadsNothingButItsOwnFiles()
    {
        var reply = await SendTo(Server.Url, "GET", "/", null, "");
        var script = await SendTo(Server.Url, "GET", "/_sandbox/page.js", null, "");
        var style = await SendTo(Server.Url, "GET", "/_sandbox/page.css", null, "");

        Assert.That(
            new[] { reply, script, style }.Select(r => $"{r.Status} {r.ContentHeaders.ContentType}"),
            Is.EqualTo(new[] { "200 text/html; charset=utf-8", "200 text/javascript; charset=utf-8", "200 text/css; charset=utf-8" })
        );
        Assert.That(
            reply.Headers.GetValues("Content-Security-Policy").Single(),
            Does.StartWith("default-src 'none'; script-src 'self'; style-src 'self'; ")
                .And.Contain("frame-ancestors 'none'")
                .And.Contain("trusted-types 'none'")
                .And.Not.Contain("unsafe")
        );
        Assert.That(new[] { reply, script, style }.Select(r => r.Headers.GetValues("X-Content-Type-Options").Single()), Is.All.EqualTo("nosniff"));
        var addresses = Regex.Matches(reply.Body + script.Body + style.Body, "https?://[a-z0-9.]+").Select(m => m.Value).Distinct();
        Assert.That(addresses, Is.EqualTo(new[] { "http://www.w3.org" }), "only the SVG namespace");
        Assert.That(reply.Body, Does.Not.Match("<style|style=|<script>| on[a-z]+="));
        Assert.That(script.Body, Does.Not.Match("innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\\.write|eval|Function\\("));
        Assert.That(Server.Requests, Is.Empty, "looking is not recorded");
    }

    [Test]
    public async Task Stream_TellsHowMuchThereIsNowAndAfterEachChange()
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");
        using var reader = await Open();

        var first = await Message(reader, _ => true);
        Assert.That((string?)first["region"], Is.EqualTo("us"));
        Assert.That(Compact(first["totals"]), Does.StartWith("""{"people":1,"events":0,"messages":0,"segments":0,"objects":0,"requests":1,"""));

        await Post("/api/v1/customers/u2/events", """{"name":"signed up"}""");
        await Message(reader, t => (int)t["people"]! == 2 && (int)t["events"]! == 1 && (int)t["requests"]! == 2);
        await Delete("/api/v1/customers/u1");
        await Message(reader, t => (int)t["people"]! == 1);
        Server.Reset();
        await Message(reader, t => (int)t["people"]! + (int)t["events"]! + (int)t["requests"]! == 0);
    }

    [Test]
    public async Task Stream_UnderLoad_IsGathered()
    {
        using var reader = await Open();
        await Message(reader, _ => true);
        for (var i = 0; i < 30; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Put($"/api/v1/customers/u{n}")));
        }

        var messages = 0;
        await Message(reader, t => ++messages > 0 && (int)t["requests"]! == 600);
        Assert.That(messages, Is.LessThan(100));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Dispose_WithAnOpenStream_EndsIt(CancellationToken ct)
    {
        using var reader = await Open();
        await Message(reader, _ => true);
        await Server.DisposeAsync();

        Assert.That((await reader.ReadToEndAsync(ct)).Trim(), Is.Empty);
        await Start();
    }

    private async Task<StreamReader> Open() => new(await s_client.GetStreamAsync(new Uri(Server.Url, "/_sandbox/stream")));

    /// <summary>The next message whose totals fit: news may come in several.</summary>
    private static async Task<JObject> Message(StreamReader reader, Func<JToken, bool> fits)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new EndOfStreamException();
            if (line.StartsWith("data: ", StringComparison.Ordinal) && Parse(line[6..]) is var message && fits(message["totals"]!))
            {
                return message;
            }
        }
    }
}
