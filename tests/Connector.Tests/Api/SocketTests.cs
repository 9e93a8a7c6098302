using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Api;

/// <summary>The connector's own handler on real sockets: what a scripted wire cannot show.</summary>
public class SocketTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 3\r\n\r\n{}\n";

    [Test]
    public async Task RunAsync_Identify_WritesTheseBytes()
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync(Ok);
        });
        using var connector = new CustomerIoConnector();
        await connector.RunAsync("identify", Bench.Json("""{"id":"a/b","customerData":{"name":"Zoë"}}"""), peer.Connection);
        Assert.That(
            peer.Requests.Single().Split("\r\n").Where(l => !l.StartsWith("User-Agent:", StringComparison.Ordinal)),
            Is.EqualTo(
                new[]
                {
                    "PUT /api/v1/customers/a%2Fb HTTP/1.1",
                    "Host: " + peer.Origin["http://".Length..],
                    "Authorization: Basic czpr",
                    "Accept-Encoding: gzip, deflate, br",
                    "Content-Type: application/json",
                    "Content-Length: 15",
                    "",
                    """{"name":"Zoë"}""",
                }
            )
        );
    }

    [TestCase("GET")]
    [TestCase("DELETE")]
    [TestCase("PUT")]
    [TestCase("POST")]
    [TestCase("PATCH")]
    public async Task RunAsync_ReusedConnectionThatCloses_SendsOnlyOnce(string method)
    {
        // The first request is answered and keeps the connection; the second is read, then the connection closes.
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync(Ok);
            await p.ReadAsync();
        });
        using var connector = new CustomerIoConnector();
        var connection = peer.Connection;
        await connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), connection);
        var run = connector.RunAsync("raw-request", Bench.Json($$"""{"url":"/v1/x","method":"{{method}}"}"""), connection);
        var failure = Assert.ThrowsAsync<ConnectorException>(() => run)!;
        Assert.That(peer.Requests, Has.Count.EqualTo(2));
        Assert.That(failure.Attempts, Is.EqualTo(1));
        Assert.That(failure.Kind, Is.EqualTo(method is "POST" or "PATCH" ? FailureKind.Uncertain : FailureKind.Unavailable));
    }

    [Test]
    public async Task RunAsync_EachRetry_IsOneRequestOnTheSocket()
    {
        await using var peer = new TcpPeer(p => p.ReadAsync());
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = FakeTime.Instant() });
        var failure = Assert.ThrowsAsync<ConnectorException>(() => connector.RunAsync("destroy", Bench.Json("""{"id":"u1"}"""), peer.Connection))!;
        Assert.That((failure.Attempts, peer.Requests.Count), Is.EqualTo((4, 4)));
    }

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task RunAsync_Redirect_IsNotFollowed(int status)
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync($"HTTP/1.1 {status} Moved\r\nLocation: /api/v1/elsewhere\r\nContent-Length: 0\r\n\r\n");
            await p.ReadAsync();
        });
        using var connector = new CustomerIoConnector();
        var failure = Assert.ThrowsAsync<ConnectorException>(() => connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), peer.Connection))!;
        Assert.That((failure.Kind, failure.Status), Is.EqualTo((FailureKind.Connection, (int?)status)));
        Assert.That(peer.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("Content-Length: 10\r\n\r\n{}")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\n5\r\n{}")]
    public async Task RunAsync_AnswerCutOff_IsUncertainForAPost(string rest)
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync("HTTP/1.1 200 OK\r\n" + rest);
        });
        using var connector = new CustomerIoConnector();
        var failure = Assert.ThrowsAsync<ConnectorException>(() =>
            connector.RunAsync("raw-request", Bench.Json("""{"url":"/v1/x","method":"POST"}"""), peer.Connection)
        )!;
        Assert.That((failure.Kind, peer.Requests.Count), Is.EqualTo((FailureKind.Uncertain, 1)));
    }

    [Test]
    public void RunAsync_NobodyListens_IsUnavailableAndNotUncertain()
    {
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = FakeTime.Instant() });
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = $"http://127.0.0.1:{TcpPeer.DeadPort()}",
        };
        var failure = Assert.ThrowsAsync<ConnectorException>(() =>
            connector.RunAsync("raw-request", Bench.Json("""{"url":"/v1/send/email","method":"POST","maxRetryCount":2}"""), connection)
        )!;
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Unavailable, 3)));
        Assert.That(failure.Message, Does.Contain("something listens"));
    }

    [Test]
    public async Task RunAsync_PeerThatNeverShakesHands_DidNotGetTheRequest()
    {
        // The server accepts but stays mute, so the TLS handshake hangs until the attempt's time is up: nothing has left.
        await using var peer = new TcpPeer(p => Task.Delay(Timeout.InfiniteTimeSpan, p.End));
        var time = FakeTime.Manual();
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = time });
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = peer.Origin.Replace("http:", "https:", StringComparison.Ordinal),
        };
        var run = connector.RunAsync("raw-request", Bench.Json("""{"url":"/v1/send/email","method":"POST"}"""), connection);
        await peer.WhenConnected(1);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(Assert.ThrowsAsync<ConnectorException>(() => run)!.Kind, Is.EqualTo(FailureKind.Unavailable));
    }

    [Test]
    public async Task RunAsync_CertificateNobodyTrusts_IsAConnectionErrorAtOnce()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        var handshakes = 0;
        await using var peer = new TcpPeer(async p =>
        {
            Interlocked.Increment(ref handshakes);
            await using var tls = new SslStream(p.Stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, p.End);
            await tls.ReadExactlyAsync(new byte[1], p.End);
        });
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = FakeTime.Instant() });
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = peer.Origin.Replace("http:", "https:", StringComparison.Ordinal),
        };
        var failure = Assert.ThrowsAsync<ConnectorException>(() =>
            connector.RunAsync("identify", Bench.Json("""{"id":"u1","retryOnAllErrors":true}"""), connection)
        )!;
        Assert.That((failure.Kind, failure.Attempts, handshakes), Is.EqualTo((FailureKind.Connection, 1, 1)), failure.Message);
        Assert.That(failure.Message, Does.Contain("TLS").And.Contain("certificate"));
    }

    [Test]
    public async Task RunAsync_NoSuchHost_SaysSo()
    {
        // The names under .invalid never exist; where the machine's resolver is absent, that too is a failure to find the name.
        using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = FakeTime.Instant() });
        await using var noProxy = new ProxyOf(new WebProxy());
        var connection = new Connection
        {
            SiteId = "s",
            ApiKey = "k",
            BaseUrl = "https://no-such-host.invalid",
        };
        var failure = Assert.ThrowsAsync<ConnectorException>(() =>
            connector.RunAsync("identify", Bench.Json("""{"id":"u1","maxRetryCount":1}"""), connection)
        )!;
        Assert.That((failure.Kind, failure.Attempts), Is.EqualTo((FailureKind.Unavailable, 2)), failure.Message);
        Assert.That(failure.Message, Does.Contain("DNS"));
    }

    [Test]
    public async Task RunAsync_ProxyAndLoopback_GoesPastTheProxy()
    {
        await using var proxy = new TcpPeer(p => p.ReadAsync());
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync(Ok);
        });
        await using var system = new ProxyOf(new WebProxy(proxy.Origin));
        using var connector = new CustomerIoConnector();
        var result = await connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), peer.Connection);
        Assert.That((result.Request.HttpStatus, proxy.Requests.Count), Is.EqualTo(((int?)200, 0)));
    }

    [Test]
    public async Task RunAsync_Cookies_AreNeitherKeptNorSent()
    {
        await using var peer = new TcpPeer(async p =>
        {
            await p.ReadAsync();
            await p.WriteAsync("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}");
            await p.ReadAsync();
            await p.WriteAsync(Ok);
        });
        using var connector = new CustomerIoConnector();
        await connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), peer.Connection);
        await connector.RunAsync("identify", Bench.Json("""{"id":"u1"}"""), peer.Connection);
        Assert.That(peer.Requests, Has.Count.EqualTo(2).And.None.Contains("Cookie"));
    }

    /// <summary>Puts a proxy in the system's place for the length of a test.</summary>
    private sealed class ProxyOf : IAsyncDisposable
    {
        private readonly IWebProxy _before = HttpClient.DefaultProxy;

        public ProxyOf(IWebProxy proxy)
        {
            HttpClient.DefaultProxy = proxy;
        }

        public ValueTask DisposeAsync()
        {
            HttpClient.DefaultProxy = _before;
            return ValueTask.CompletedTask;
        }
    }
}
