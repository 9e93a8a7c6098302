using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Sandbox.Tests;

public sealed class ControlTests : SandboxFixture
{
    [Test]
    public async Task Requests_InOrder_AreRecordedWithDecodedBodies()
    {
        await Put("/api/v1/customers/a%2Fb?x=1", """{"n":1.5,"d":"2024-01-02T03:04:05Z"}""");
        await Put("/api/v1/customers/u2", "not json");
        await Delete("/api/v1/customers/u3");

        var answer = (await Get("/_sandbox/requests")).Json;
        Assert.That((int)answer["total"]!, Is.EqualTo(3));
        var requests = (JArray)answer["requests"]!;
        Assert.That(
            requests.Select(r => $"{r["n"]} {r["method"]} {r["path"]} {r["status"]}"),
            Is.EqualTo(new[] { "1 PUT /api/v1/customers/a%2Fb?x=1 200", "2 PUT /api/v1/customers/u2 400", "3 DELETE /api/v1/customers/u3 200" })
        );
        Assert.That(requests[0]["body"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"n":1.5,"d":"2024-01-02T03:04:05Z"}"""));
        Assert.That((string?)requests[1]["body"], Is.EqualTo("not json"));
        Assert.That((string?)requests[1]["answer"]!["meta"]!["errors"]![0], Is.EqualTo("the body is not valid JSON"));
        Assert.That(requests[0]["answer"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That(requests[2]["body"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That(Server.Requests.Select(r => r.Number), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(Server.Requests[0].Text, Is.EqualTo("""{"n":1.5,"d":"2024-01-02T03:04:05Z"}"""));
    }

    [Test]
    public async Task Requests_AfterANumberAndWithALimit_AreThoseOnly()
    {
        for (var i = 0; i < 5; i++)
        {
            await Put($"/api/v1/customers/u{i}");
        }

        Assert.That((await Get("/_sandbox/requests?after=3")).Json["requests"]!.Select(r => (int)r["n"]!), Is.EqualTo(new[] { 4, 5 }));
        Assert.That((await Get("/_sandbox/requests?limit=1")).Json["requests"]!.Select(r => (int)r["n"]!), Is.EqualTo(new[] { 5 }));
    }

    [Test]
    public async Task Requests_WithCredentials_AreKeptWithoutThem()
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");

        var recorded = Server.Requests.Select(r => $"{r.Method} {r.Path} {r.ContentType} {r.UserAgent} {r.Text}");
        var everything = (await Get("/_sandbox/requests")).Body + string.Join("\n", recorded);
        Assert.That(everything, Does.Contain("u1").And.Not.Contain(Basic("site:key")["Basic ".Length..]).And.Not.Contain("site"));
    }

    [Test]
    public async Task Requests_BeyondTheBound_AreCountedButNotKept()
    {
        for (var i = 0; i < 10_050; i += 50)
        {
            await Task.WhenAll(Enumerable.Range(i, 50).Select(n => Put($"/api/v1/customers/u{n % 10}")));
        }

        Assert.That(Server.RequestCount, Is.EqualTo(10_050));
        Assert.That(Server.Requests, Has.Count.EqualTo(10_000));
        Assert.That(Server.Requests[0].Number, Is.EqualTo(51));
    }

    [TestCase("POST")]
    [TestCase("DELETE")]
    public async Task Reset_ForgetsPeopleRequestsFaultsAndSettings(string method)
    {
        await Put("/api/v1/customers/u1", """{"a":1}""");
        await Post("/_sandbox/faults", """{"status":500,"times":0}""");
        await Put("/_sandbox/settings", """{"rateLimits":true}""");

        Assert.That((await Send(method, "/_sandbox/reset")).Status, Is.EqualTo(200));

        Assert.That(Server.Person("u1"), Is.Null);
        Assert.That(Server.Requests, Is.Empty);
        Assert.That(Server.RequestCount, Is.Zero);
        Assert.That((bool)(await Get("/_sandbox/settings")).Json["rateLimits"]!, Is.False);
        Assert.That((await Get("/_sandbox/activities")).Json["activities"], Is.Empty);
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task People_InPages_ComeInTheOrderTheyWereCreated()
    {
        foreach (var id in (string[])["c", "a", "b"])
        {
            await Put("/api/v1/customers/" + id);
        }

        var answer = (await Get("/_sandbox/people?start=1&limit=1")).Json;
        Assert.That((int)answer["total"]!, Is.EqualTo(3));
        Assert.That(answer["people"]!.Select(p => (string?)p["identifiers"]!["id"]), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task Settings_ThatAreWrong_ChangeNothing()
    {
        var reply = await Put("/_sandbox/settings", """{"rateLimits":true,"trackRate":0,"colour":"red"}""");

        Assert.That(reply.Status, Is.EqualTo(400));
        Assert.That(reply.Errors, Has.Length.EqualTo(2));
        Assert.That((bool)(await Get("/_sandbox/settings")).Json["rateLimits"]!, Is.False);
    }

    [Test]
    public async Task Fault_WithAStatus_HitsTheNextMatchesOnlySoManyTimes()
    {
        var added = await Post(
            "/_sandbox/faults",
            """{"match":{"method":"PUT","path":"/api/v1/customers/u"},"status":503,"retryAfter":7,"body":{"a":1},"times":2}"""
        );
        Assert.That(added.Status, Is.EqualTo(201));

        Assert.That((await Delete("/api/v1/customers/u1")).Status, Is.EqualTo(200), "another method");
        Assert.That((await Put("/api/v1/customers/x1")).Status, Is.EqualTo(200), "another path");
        var hit = await Put("/api/v1/customers/u1");
        Assert.That((hit.Status, hit.Body, hit.Headers.RetryAfter!.ToString()), Is.EqualTo((503, "{\"a\":1}\n", "7")));
        Assert.That(Server.Person("u1"), Is.Null, "not processed");
        Assert.That((int)(await Get("/_sandbox/faults")).Json["faults"]![0]!["hits"]!, Is.EqualTo(1));
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(503));
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(200), "used up");
        Assert.That((await Get("/_sandbox/faults")).Json["faults"], Is.Empty);
    }

    [Test]
    public async Task Fault_AfterProcessing_FailsAlthoughItWasDone()
    {
        await Post("/_sandbox/faults", """{"status":504,"when":"after"}""");

        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(504));
        Assert.That(Server.Person("u1"), Is.Not.Null);
    }

    [TestCase("before", false)]
    [TestCase("after", true)]
    public async Task Fault_Drop_ClosesTheConnectionBeforeOrAfterProcessing(string when, bool done)
    {
        await Post("/_sandbox/faults", $$"""{"drop":true,"when":"{{when}}"}""");

        Assert.That(() => Put("/api/v1/customers/u1", "{}"), Throws.TypeOf<HttpRequestException>());
        Assert.That(Server.Person("u1") is not null, Is.EqualTo(done));
        Assert.That(Server.Requests.Single().Status, Is.Zero);
    }

    [Test]
    public async Task Fault_Delay_AnswersLateAndNormally()
    {
        await Post("/_sandbox/faults", """{"delayMs":200}""");

        var clock = Stopwatch.StartNew();
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(200));
        Assert.That(clock.ElapsedMilliseconds, Is.GreaterThanOrEqualTo(190));
        Assert.That(Server.Person("u1"), Is.Not.Null);
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Dispose_WithADelayedRequest_DropsItAndEnds(CancellationToken ct)
    {
        await Post("/_sandbox/faults", """{"delayMs":600000}""");
        var waiting = Put("/api/v1/customers/u1", "{}");
        while (Server.Requests.Count == 0)
        {
            await Task.Delay(5, ct);
        }
        await Server.DisposeAsync();

        Assert.That(async () => await waiting, Throws.TypeOf<HttpRequestException>());
        await Start();
    }

    [Test]
    public async Task Fault_WithTextBody_IsSentAsItIs()
    {
        await Post("/_sandbox/faults", """{"status":502,"body":"<html>bad gateway</html>"}""");
        var reply = await Put("/api/v1/customers/u1");

        Assert.That((reply.Status, reply.Body, reply.ContentHeaders.ContentType!.MediaType), Is.EqualTo((502, "<html>bad gateway</html>", "text/plain")));
    }

    [Test]
    public async Task Faults_Deleted_HitNobody()
    {
        await Post("/_sandbox/faults", """{"status":500,"times":0}""");
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(500));
        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(500));
        await Delete("/_sandbox/faults");

        Assert.That((await Put("/api/v1/customers/u1")).Status, Is.EqualTo(200));
    }

    [TestCase("{}")]
    [TestCase("""{"status":99}""")]
    [TestCase("""{"status":500,"times":-1}""")]
    [TestCase("""{"status":500,"when":"later"}""")]
    [TestCase("""{"status":500,"drop":"yes"}""")]
    [TestCase("""{"status":500,"methd":"PUT"}""")]
    [TestCase("""{"status":500,"match":"PUT"}""")]
    [TestCase("""{"status":500,"match":{"url":"/"}}""")]
    public async Task Fault_ThatIsWrong_IsRefusedWithAReason(string body)
    {
        var reply = await Post("/_sandbox/faults", body);

        Assert.That((reply.Status, reply.Errors.Length), Is.EqualTo((400, 1)));
        Assert.That((await Get("/_sandbox/faults")).Json["faults"], Is.Empty);
    }

    [Test]
    public async Task ConsistencyDelay_HidesWritesUntilItHasPassed()
    {
        var time = FakeTime.Manual();
        await using var server = await SandboxServer.StartAsync(new() { Time = time });
        await SendTo(server.Url, "PUT", "/_sandbox/settings", """{"consistencyDelayMs":3000}""", "");
        await SendTo(server.Url, "PUT", "/api/v1/customers/u1", """{"a":1}""", Basic("a:b"));

        time.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.That(server.Person("u1"), Is.Null);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(server.Person("u1"), Is.Not.Null);
    }

    [TestCase("Host: evil.example", 403)]
    [TestCase("Host: evil.example\r\nOrigin: http://evil.example", 403)]
    [TestCase("Host: 127.0.0.1:1\r\nOrigin: https://evil.example", 403)]
    [TestCase("Host: 127.0.0.1:1\r\nOrigin: null", 403)]
    [TestCase("Host: 127.0.0.1:1\r\nOrigin: http://127.0.0.1:1", 200)]
    [TestCase("Host: localhost:1", 200)]
    [TestCase("Host: [::1]:1", 200)]
    public async Task BothSides_FromAForeignPage_AreRefused(string headers, int status)
    {
        foreach (
            var (path, expected) in new[]
            {
                ("/_sandbox/requests", status),
                ("/", status),
                ("/v1/customers?email=a%40example.com", status),
                ("/nothing", status == 200 ? 404 : status),
            }
        )
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Server.Url.Port);
            await client
                .GetStream()
                .WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\n{headers}\r\nAuthorization: Bearer app\r\nConnection: close\r\n\r\n"));

            Assert.That(await new StreamReader(client.GetStream()).ReadToEndAsync(), Does.StartWith($"HTTP/1.1 {expected} "), path);
        }

        Assert.That(Server.Requests, Has.Count.EqualTo(status == 200 ? 2 : 0), "what is refused is not recorded");
    }
}
