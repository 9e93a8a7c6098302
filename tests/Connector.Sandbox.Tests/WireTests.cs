using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class WireTests : SandboxFixture
{
    [Test]
    public async Task Success_OnTrack_IsTheVendorsBytes()
    {
        var reply = await Put("/api/v1/customers/u1", "{}");

        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That(reply.Body, Is.EqualTo("{}\n"));
        Assert.That(reply.ContentHeaders.ContentType!.ToString(), Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(reply.ContentHeaders.ContentLength, Is.EqualTo(3));
    }

    [Test]
    public async Task Errors_OnTrackV1_ArePrettyPrintedWithAFinalLineFeed()
    {
        var reply = await Put("/api/v1/customers/u1", $$"""{"myAttribute":"{{new string('x', 1001)}}"}""");

        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(
            reply.Body,
            Is.EqualTo("{\n  \"meta\": {\n    \"errors\": [\n      \"value for attribute 'myAttribute' cannot be longer than 1000 bytes\"\n    ]\n  }\n}\n")
        );
    }

    [TestCase("site:key", 200)]
    [TestCase("site:wrong", 401)]
    [TestCase("wrong:key", 401)]
    [TestCase("key:site", 401)]
    [TestCase("site:", 401)]
    [TestCase("site", 401)]
    [TestCase(":", 401)]
    public async Task Credentials_WhenKeysAreSet_MustMatch(string pair, int status) =>
        Assert.That((await Send("GET", "/api/v1/accounts/region", authorization: Basic(pair))).Status, Is.EqualTo(status));

    [TestCase("Bearer key")]
    [TestCase("Basic !!!")]
    [TestCase("Basic")]
    public async Task Credentials_InAnotherForm_Are401WithAJsonBody(string header)
    {
        var reply = await Send("PUT", "/api/v1/customers/u1", "{}", header);

        Assert.That(reply.Status, Is.EqualTo(401));
        Assert.That((string?)reply.Json["meta"]!["error"], Is.Not.Empty);
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [Test]
    public async Task Credentials_Missing_Are401()
    {
        Assert.That((await SendTo(Server.Url, "GET", "/api/v1/accounts/region", null, "")).Status, Is.EqualTo(401));
    }

    [TestCase("site", "k>?k>?~~")]
    public async Task Credentials_InEitherBase64Alphabet_AreRead(string site, string key)
    {
        await using var other = await SandboxServer.StartAsync(new() { SiteId = site, ApiKey = key });
        var standard = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{site}:{key}"));
        Assert.That(standard, Does.Contain("+").Or.Contain("/"), "the pair must differ between the alphabets");

        foreach (var text in (string[])[standard, standard.Replace('+', '-').Replace('/', '_'), standard.Replace('+', '-').Replace('/', '_').TrimEnd('=')])
        {
            Assert.That((await SendTo(other.Url, "GET", "/api/v1/accounts/region", null, "Basic " + text)).Status, Is.EqualTo(200), text);
        }
    }

    [Test]
    public async Task Credentials_WhenNoKeysAreSet_MayBeAnythingButEmpty()
    {
        await using var open = await SandboxServer.StartAsync(new());

        Assert.That((await SendTo(open.Url, "GET", "/api/v1/accounts/region", null, Basic("a:b"))).Status, Is.EqualTo(200));
        Assert.That((await SendTo(open.Url, "GET", "/api/v1/accounts/region", null, Basic("a:"))).Status, Is.EqualTo(401));
        Assert.That((await SendTo(open.Url, "GET", "/api/v1/accounts/region", null, Basic(":b"))).Status, Is.EqualTo(401));
    }

    [TestCase("us", "https://track.customer.io")]
    [TestCase("eu", "https://track-eu.customer.io")]
    public async Task Region_OfTheWorkspace_IsTold(string region, string url)
    {
        await using var other = await SandboxServer.StartAsync(new() { Region = region });
        var reply = await SendTo(other.Url, "GET", "/api/v1/accounts/region", null, Basic("a:b"));

        Assert.That(reply.Body, Is.EqualTo($$"""{"url":"{{url}}","region":"{{region}}","environment_id":3}""" + "\n"));
    }

    [TestCase("GET", "/api/v1/customers/u1")]
    [TestCase("PUT", "/api/v1/customers/")]
    [TestCase("PUT", "/api/v1/customers")]
    [TestCase("PUT", "/api/v1/customers/u1/")]
    [TestCase("PUT", "//api/v1/customers/u1")]
    [TestCase("POST", "/api/v9/anything")]
    [TestCase("POST", "/api/v1/nothing/here")]
    public async Task Path_Unknown_Is404AndRecorded(string method, string path)
    {
        Assert.That((await Send(method, path)).Status, Is.EqualTo(404));
        Assert.That(Server.Requests, Has.Count.EqualTo(1));
        Assert.That(Server.Requests[0].Status, Is.EqualTo(404));
    }

    [TestCase("{")]
    [TestCase("{} {}")]
    [TestCase("{'a':1}")]
    [TestCase("{\"a\":01}")]
    [TestCase("{\"a\":NaN}")]
    [TestCase("{\"a\":1,}")]
    [TestCase("{/* c */}")]
    [TestCase("{\"a\":1e999}")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("null")]
    public async Task Body_NotAJsonObject_Is400(string body)
    {
        var reply = await Put("/api/v1/customers/u1", body);

        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(reply.Errors, Has.Length.EqualTo(1));
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [Test]
    public async Task Body_MissingOnPutAndPresentOnDelete_IsAccepted()
    {
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(200));
        Assert.That(Server.Person("u1"), Is.Not.Null);
        Assert.That((await Send("DELETE", "/api/v1/customers/u1", "{}")).Status, Is.EqualTo(200));
        Assert.That(Server.Person("u1"), Is.Null);
    }

    [TestCase("a/b")]
    [TestCase("a+b")]
    [TestCase("a b")]
    [TestCase("a%b")]
    [TestCase("a%2Fb")]
    [TestCase("a?b#c&d=e")]
    [TestCase("ünï😀\"'<>")]
    [TestCase("J.O+x@example.com")]
    public async Task Identifier_WithSpecialCharacters_IsDecodedFromItsSegment(string id)
    {
        await Put("/api/v1/customers/" + Uri.EscapeDataString(id), """{"a":1}""");

        var identifiers = Server.Person(id)!["identifiers"]!;
        Assert.That((string?)identifiers[id.Contains('@') ? "email" : "id"], Is.EqualTo(id));
        Assert.That((int)(await Get("/_sandbox/people/" + Uri.EscapeDataString(id))).Json["attributes"]!["a"]!, Is.EqualTo(1));
    }

    [TestCase("a+b@example.com", "a+b@example.com")]
    [TestCase("a%2Bb@example.com", "a+b@example.com")]
    [TestCase("..", "..")]
    [TestCase("%2e%2E", "..")]
    public async Task Identifier_InTheRawTarget_IsTakenAsItIs(string segment, string id)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Url.Port);
        var stream = client.GetStream();
        var head = $"PUT /api/v1/customers/{segment} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {Basic("site:key")}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "Content-Length: 2\r\nConnection: close\r\n\r\n{}"));
        var answer = await new StreamReader(stream).ReadToEndAsync();

        Assert.That(answer, Does.StartWith("HTTP/1.1 200 "));
        Assert.That(answer, Does.EndWith("\r\n\r\n{}\n"));
        Assert.That(Server.Person(id), Is.Not.Null);
        Assert.That(Server.Requests[0].Path, Is.EqualTo("/api/v1/customers/" + segment));
    }

    [Test]
    public async Task Body_InChunks_IsReadWhole()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Url.Port);
        var head = $"PUT /api/v1/customers/u1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {Basic("site:key")}\r\nConnection: close\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n"));
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("3\r\n:1}\r\n0\r\n\r\n"));

        Assert.That(await new StreamReader(client.GetStream()).ReadToEndAsync(), Does.StartWith("HTTP/1.1 200 "));
        Assert.That((int)Server.Person("u1")!["attributes"]!["a"]!, Is.EqualTo(1));
    }

    [Test]
    public void Port_Taken_IsOneClearSentence()
    {
        var e = Assert.ThrowsAsync<SandboxException>(() => SandboxServer.StartAsync(new() { Port = Server.Url.Port }))!;

        Assert.That(e.Message, Does.Contain($"Port {Server.Url.Port}").And.Contain("another program listens there").And.Contain("choose another port"));
    }

    [TestCase(-1)]
    [TestCase(65536)]
    public void Port_OutOfRange_IsRefused(int port) =>
        Assert.That(() => SandboxServer.StartAsync(new() { Port = port }), Throws.TypeOf<SandboxException>().With.Message.Contains("not a port"));

    [Test]
    public void Options_AsText_HideTheKeys()
    {
        var options = new SandboxOptions
        {
            SiteId = "s3",
            ApiKey = "k3",
            AppApiKey = "a3",
        };

        Assert.That(options.ToString(), Does.Not.Contain("s3").And.Not.Contain("k3").And.Not.Contain("a3"));
    }

    [TestCase("OPTIONS * HTTP/1.1", 404)]
    [TestCase("OPTIONS /api/v1/customers/u1 HTTP/1.1", 404)]
    [TestCase("GET http://127.0.0.1/api/v1/accounts/region HTTP/1.1", 401)]
    [TestCase("GET http://127.0.0.1 HTTP/1.1", 200)]
    public async Task Target_OfAnyForm_IsAnswered(string line, int status)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.Url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));

        Assert.That(await new StreamReader(client.GetStream()).ReadToEndAsync(), Does.StartWith($"HTTP/1.1 {status} "));
    }

    [Test]
    public async Task Recorder_OfRefusedRequests_KeepsTheBeginningOnly()
    {
        var long20 = new string('x', 20 << 20);
        for (var i = 0; i < 2; i++)
        {
            Assert.That((await Send("PUT", "/api/v1/customers/u1", long20, Basic("site:wrong"))).Status, Is.EqualTo(401));
        }
        await Put("/api/v1/customers/u1", """{"a":1}""");
        Assert.That(Server.Requests.Select(r => (r.Bytes, r.Text.Length)), Is.EqualTo(new[] { (20 << 20, 64 << 10), (20 << 20, 64 << 10), (7, 7) }));
    }
}
