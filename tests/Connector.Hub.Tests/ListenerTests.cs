using System.Net;
using System.Net.Sockets;
using System.Text;
using CustomerIo.Connector.Hub.Listening;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerIo.Connector.Hub.Tests;

/// <summary>Who gives way when there are too many connections. No timeout of the server's own closes any here.</summary>
public sealed class ListenerTests : IHttpApplication<HttpContext>, IDisposable
{
    private const int Most = 8;
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(10);
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly List<TcpClient> _silent = [];
    private Listener _listener = null!;
    private TaskCompletionSource _working = null!,
        _release = null!;

    [SetUp]
    public async Task StartAsync()
    {
        (_working, _release) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
        _listener = new Listener(new IPEndPoint(IPAddress.Loopback, 0), s_long, null, Most, NullLoggerFactory.Instance, s_long);
        await _listener.StartAsync(this, default);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _silent.ForEach(c => c.Dispose());
        _silent.Clear();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _listener.StopAsync(patience.Token);
        _listener.Dispose();
    }

    [TestCase("", TestName = "Silent_FromTheStart_TheOldestGivesWay")]
    [TestCase("POST /tr", TestName = "Silent_InTheHeaders_TheOldestGivesWay")]
    [TestCase("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{", TestName = "Silent_InTheBody_TheOldestGivesWay")]
    [TestCase("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", TestName = "Silent_AfterAnAnswer_TheOldestGivesWay")]
    public async Task Silent(string beginning)
    {
        for (var i = 0; i < 3 * Most; i++)
        {
            await OpenAsync(beginning);
            Assert.That(await _http.GetStringAsync(new Uri(_listener.Url)), Is.EqualTo("ok"));
            if (i >= Most)
            {
                await ClosedAsync(_silent[i - Most]);
            }
        }
    }

    [Test]
    public async Task AtWork_OlderThanAll_IsKept()
    {
        var answer = _http.GetStringAsync(new Uri(_listener.Url + "/wait"));
        await _working.Task;
        for (var i = 0; i < 3 * Most; i++)
        {
            await OpenAsync("");
            if (i >= Most)
            {
                await ClosedAsync(_silent[i - Most]);
            }
        }

        _release.SetResult();
        Assert.That(await answer, Is.EqualTo("ok"));
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return;
        }

        using var working = _listener.Work(context);
        if (context.Request.Path == "/wait")
        {
            _working.SetResult();
            await _release.Task;
        }

        context.Response.ContentLength = 2;
        await context.Response.WriteAsync("ok");
    }

    public void Dispose() => _http.Dispose();

    private async Task OpenAsync(string beginning)
    {
        var client = new TcpClient();
        _silent.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_listener.Url).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginning));
    }

    private static async Task ClosedAsync(TcpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (await client.GetStream().ReadAsync(new byte[1024], limit.Token) > 0) { }
        }
        catch (IOException)
        {
            // Reset: closed too.
        }
    }
}
