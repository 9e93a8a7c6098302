using System.Net;
using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Hub.Listening;
using CustomerIo.Connector.Hub.Webhooks;
using CustomerIo.Connector.Pipelines.Stores;
using CustomerIo.Connector.Pipelines.Webhooks;
using CustomerIo.Connector.Webhooks;
using Newtonsoft.Json.Linq;
using Npgsql;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>Bad deliveries over real HTTP: each its status, each one line of log without personal data.</summary>
public class WebhookServerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.5);
    private readonly List<string> _log = [];
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private const string Path = "/customerio";
    private static readonly HubOptions s_anywhere = new() { Address = new IPEndPoint(IPAddress.Loopback, 0) };
    private string _folder = "";
    private ReceivedEvents _events = null!;
    private HubServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _log.Clear();
        _folder = Directory.CreateTempSubdirectory("webhook-server-").FullName;
        _events = ReceivedEvents.Open(_folder);
        var receiver = new Receiver(_events, TimeProvider.System);
        var settings = TriggerSettings.Read(Webhooks.Trigger, new JObject { ["events"] = new JArray("email_bounced") });
        _server = new HubServer(
            s_anywhere,
            new WebhookPart(
                settings,
                s_patience,
                r => receiver.ReceiveAsync(r, settings, Webhooks.Key),
                line =>
                {
                    lock (_log)
                    {
                        _log.Add(line);
                    }
                }
            )
        );
        await _server.StartAsync(default);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        await _events.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    [Test]
    public async Task Post_GoodFilteredOrDuplicate_Is200WithoutALine()
    {
        var body = Webhooks.Body("email_bounced", "e1");
        Assert.That(await Webhooks.PostAsync(_client, Url, body), Is.EqualTo(200));
        Assert.That(await Webhooks.PostAsync(_client, Url, body), Is.EqualTo(200), "a replay within the window is a duplicate");
        Assert.That(await Webhooks.PostAsync(_client, Url, Webhooks.Body("email_sent", "e2")), Is.EqualTo(200), "filtered");
        Assert.That(Kept, Is.EqualTo(new[] { "e1" }));
        Assert.That(_log, Is.Empty);
    }

    [Test]
    public async Task Post_ToADatabaseThatRefusesItsUser_IsAnsweredWholeAndNamesNobody()
    {
        const string User = "größe";
        var owner = Database.Parse(await Postgres.DatabaseAsync(), isPostgres: true)!;
        var connection = new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Username = User };
        using var administrator = owner.Open();
        administrator.Execute($"CREATE ROLE {User} LOGIN");
        administrator.Execute($"GRANT CREATE ON DATABASE {connection.Database} TO {User}");
        await using var events = ReceivedEvents.Open(Database.Parse(connection.ToString(), isPostgres: true)!);
        var (receiver, settings) = (new Receiver(events, TimeProvider.System), TriggerSettings.Read(Webhooks.Trigger, []));
        await using var server = new HubServer(
            s_anywhere,
            new WebhookPart(settings, s_patience, r => receiver.ReceiveAsync(r, settings, Webhooks.Key), _log.Add)
        );
        await server.StartAsync(default);
        administrator.Execute($"ALTER ROLE {User} NOLOGIN");
        administrator.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{User}'");
        await Webhooks.PostAsync(_client, server.Url + Path, Webhooks.Body("email_bounced", "e1"));
        using var request = Webhooks.Request(server.Url + Path, Webhooks.Body("email_bounced", "e1"));
        using var answer = await _client.SendAsync(request);
        Assert.That(((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((503, Refused("…") + "\n")));
        Assert.That(_log, Has.Some.EqualTo("Refused (503): " + Refused("…")).And.None.Contains(User));

        static string Refused(string user) => $"The event cannot be kept: role \"{user}\" is not permitted to log in";
    }

    [Test]
    public async Task Post_WrongSignature_Is401()
    {
        using var request = Webhooks.Request(Url, Webhooks.Body("email_bounced", "e1"), "another key");
        await RefusedAsync(request, 401, "signature");
    }

    [TestCase("X-CIO-Signature", 401)]
    [TestCase("X-CIO-Timestamp", 400)]
    public async Task Post_MissingHeader_Is401Or400(string header, int status)
    {
        using var request = Webhooks.Request(Url, Webhooks.Body("email_bounced", "e1"));
        request.Headers.Remove(header);
        await RefusedAsync(request, status, header);
    }

    [TestCase(-301)]
    [TestCase(360)]
    public async Task Post_OldOrFutureTimestamp_Is400(int secondsLater)
    {
        using var request = Webhooks.Request(Url, Webhooks.Body("email_bounced", "e1"), secondsLater: secondsLater);
        await RefusedAsync(request, 400, "replay window");
    }

    [Test]
    public async Task Post_ReplayWithANewTimestamp_Is401()
    {
        using var request = Webhooks.Request(Url, Webhooks.Body("email_bounced", "e1"), secondsLater: -400);
        request.Headers.Remove("X-CIO-Timestamp");
        request.Headers.Add("X-CIO-Timestamp", $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}");
        await RefusedAsync(request, 401, "signature");
    }

    [TestCase("""{"recipient":"ada@example.com" """)]
    [TestCase("ada@example.com")]
    [TestCase("")]
    public async Task Post_SignedButNoJson_Is400(string body)
    {
        using var request = Webhooks.Request(Url, Encoding.UTF8.GetBytes(body));
        await RefusedAsync(request, 400, "JSON");
    }

    [Test]
    public async Task Post_CutBodyWithTheWholeOnesSignature_Is401()
    {
        var body = Webhooks.Body("email_bounced", "e1");
        using var request = Webhooks.Request(Url, body);
        var cut = new ByteArrayContent(body[..^20]);
        cut.Headers.ContentType = request.Content!.Headers.ContentType;
        request.Content = cut;
        await RefusedAsync(request, 401, "signature");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Post_TenMegabytes_Is413(bool chunked)
    {
        using var request = Webhooks.Request(Url, new byte[10 << 20]);
        request.Headers.TransferEncodingChunked = chunked;
        await RefusedAsync(request, 413, "1 MiB");
    }

    [Test]
    public async Task Post_OneMebibyteExactly_IsTaken()
    {
        var body = Webhooks.Body("email_bounced", "e1");
        Assert.That(await Webhooks.PostAsync(_client, Url, [.. body, .. Enumerable.Repeat((byte)' ', (1 << 20) - body.Length)]), Is.EqualTo(200));
    }

    [Test]
    public async Task Post_OtherContentType_Is415()
    {
        using var request = Webhooks.Request(Url, Webhooks.Body("email_bounced", "e1"), type: "application/x-www-form-urlencoded");
        await RefusedAsync(request, 415, "content type");
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    [TestCase("OPTIONS")]
    public async Task OtherMethod_Is405AndNamesTheRightOne(string method)
    {
        using var request = Webhooks.Request(Url, Webhooks.Body("email_bounced", "e1"));
        request.Method = new HttpMethod(method);
        using var response = await RefusedAsync(request, 405, "POST");
        Assert.That(response.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
    }

    [Test]
    public async Task Post_OtherPath_Is404()
    {
        using var request = Webhooks.Request(Url + "x", Webhooks.Body("email_bounced", "e1"));
        await RefusedAsync(request, 404, "path");
    }

    [TestCase("/")]
    [TestCase("//")]
    public async Task Post_WithASlashAtTheEnd_IsTaken(string end)
    {
        Assert.That(await Webhooks.PostAsync(_client, Url + end, Webhooks.Body("email_bounced", "e1")), Is.EqualTo(200));
        Assert.That(Kept, Is.EqualTo(new[] { "e1" }));
    }

    [TestCase("POST", "", "Host: evil.example")]
    [TestCase("POST", "", "Host: 127.0.0.1:1, Origin: https://evil.example")]
    [TestCase("POST", "", "Origin: null")]
    [TestCase("GET", "", "Host: evil.example")]
    [TestCase("POST", "x", "Host: evil.example")]
    public async Task Request_OfAForeignPageOrName_Is403(string method, string end, string headers)
    {
        using var request = Webhooks.Request(Url + end, Webhooks.Body("email_bounced", "e1"));
        request.Method = new HttpMethod(method);
        foreach (var header in headers.Split(", "))
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        }

        await RefusedAsync(
            request,
            403,
            headers.Contains("evil.example", StringComparison.Ordinal) && !headers.Contains("Origin", StringComparison.Ordinal) ? "--allow-host" : "page"
        );
    }

    [TestCase("tunnel.example", true, false, Webhooks.Key, 200, Description = "the name is allowed")]
    [TestCase("other.example", true, false, Webhooks.Key, 403)]
    [TestCase("other.example", false, true, Webhooks.Key, 200, Description = "no name is known, but the signature is checked")]
    [TestCase("other.example", false, true, "another key", 401)]
    public async Task Post_ThroughATunnel_IsTakenUnderAnAllowedNameOrSigned(string host, bool named, bool verifies, string key, int status)
    {
        var receiver = new Receiver(_events, TimeProvider.System);
        var settings = TriggerSettings.Read(Webhooks.Trigger, []);
        await using var server = new HubServer(
            s_anywhere with
            {
                Names = named ? ["tunnel.example"] : [],
            },
            new WebhookPart(settings, s_patience, r => receiver.ReceiveAsync(r, settings, Webhooks.Key), _ => { }, verifies)
        );
        await server.StartAsync(default);
        using var request = Webhooks.Request(server.Url + Path, Webhooks.Body("email_bounced", "e1"), key);
        request.Headers.Host = host;
        using var response = await _client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));

        using var page = Webhooks.Request(server.Url + Path, Webhooks.Body("email_bounced", "e2"), key);
        page.Headers.Host = host;
        page.Headers.Add("Origin", $"https://{host}");
        using var refused = await _client.SendAsync(page);
        Assert.That((int)refused.StatusCode, Is.EqualTo(named && status == 200 ? 200 : 403), "a signature cannot be a page's, unless the name is ours");
    }

    [Test]
    public async Task SlowHeaders_Are408()
    {
        var answer = await DripAsync("POST /customerio HTTP/1.1\r\nHost: 127.0.0.1\r\n", "X-A: b\r\n");
        Assert.That(answer, Does.StartWith("HTTP/1.1 408 "));
        AssertOneLine("Refused (408): The headers did not arrive in time.");
    }

    [Test]
    public async Task SlowBody_Is408()
    {
        var answer = await DripAsync(Start("Content-Length: 100000") + "{", " ");
        Assert.That(answer, Does.StartWith("HTTP/1.1 408 "));
        AssertOneLine("Refused (408): The body did not arrive in time.");
    }

    [Test]
    public async Task BadChunks_Are400()
    {
        var answer = await DripAsync(Start("Transfer-Encoding: chunked") + "zz\r\nada@example.com", null);
        Assert.That(answer, Does.StartWith("HTTP/1.1 400 "));
        AssertOneLine("Refused (400): The body ended before its length, or is not HTTP.");
    }

    [Test]
    public async Task NoHttp_Is400()
    {
        var answer = await DripAsync("\u0016\u0003\u0001 ada@example.com\r\n\r\n", null);
        Assert.That(answer, Does.StartWith("HTTP/1.1 400 "));
        AssertOneLine("Refused (400): Detected a TLS handshake to an endpoint that does not have TLS enabled.");
    }

    [Test]
    public async Task ConnectionEndsWithinTheBody_IsToldAs400()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(new Uri(Url).Host, new Uri(Url).Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Start("Content-Length: 100") + """{"event_id":"e1","""));
        }

        for (var i = 0; i < 200 && Lines.Length == 0; i++)
        {
            await Task.Delay(25);
        }

        await Task.Delay(200);
        Assert.That(Lines, Has.Length.EqualTo(1).And.All.StartsWith("Refused (400): "));
        Assert.That(Kept, Is.Empty);
    }

    private string Url => _server.Url + Path;

    private string[] Lines
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    private IEnumerable<string> Kept => _events.Newest(100, []).Select(e => e.EventId);

    private static string Start(string length) => $"POST /customerio HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{length}\r\n\r\n";

    private async Task<HttpResponseMessage> RefusedAsync(HttpRequestMessage request, int status, string words)
    {
        var response = await _client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status), await response.Content.ReadAsStringAsync());
        Assert.That(Kept, Is.Empty);
        // Whoever also tells of it would do so when the rest of the request comes in.
        await Task.Delay(100);
        Assert.That(Lines, Has.Length.EqualTo(1));
        Assert.That(Lines[0], Does.StartWith($"Refused ({status}): ").And.Contains(words).And.Not.Contains("ada@example.com").And.Not.Contains("\n"));
        return response;
    }

    private void AssertOneLine(string line) => Assert.That(Lines, Is.EqualTo(new[] { line }));

    /// <summary>Sends the start, then the drip every 100 ms, until the server has answered and closed.</summary>
    private async Task<string> DripAsync(string start, string? drip)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(new Uri(Url).Host, new Uri(Url).Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var dripping = Task.Run(async () =>
        {
            while (drip is not null && !limit.IsCancellationRequested)
            {
                await Task.Delay(100, limit.Token);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(drip), limit.Token);
            }
        });
        var answer = new StringBuilder();
        var block = new byte[4096];
        try
        {
            for (int count; (count = await stream.ReadAsync(block, limit.Token)) > 0; )
            {
                answer.Append(Encoding.ASCII.GetString(block, 0, count));
            }
        }
        catch (IOException)
        {
            // Reset, as one still sends: what was answered has been read.
        }

        await limit.CancelAsync();
        await dripping.ContinueWith(_ => { }, TaskScheduler.Default);
        return answer.ToString();
    }
}
